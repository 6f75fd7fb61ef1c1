"""Append: commands are collected into a group, decided one after the other under the service's lock, and stored at once.

A later command of a group sees the events of an earlier one; each gets its own answer; none can spoil its neighbours. What
was decided is stored under the next indexes: commit order is index order, without a gap, a late commit or a retry.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, NamedTuple, TypeAlias

import uuid_utils

from shared.contracts.cloudevent import Catalogue, Envelope, Unreadable, encode
from shared.contracts.duty import EventCorrected
from shared.correcting import as_corrected
from shared.deciding import Decider, Entry, Past, Refused, Rules, Submission, VersionTaken, decide
from shared.diagnostics import APPEND_SECONDS, GROUP_SIZE
from shared.log.store import Found, Group, Held, NewEvent, Store

MOST_BYTES = 60 * 1024
"""An event's size: told before an index is given. Larger content goes by digest."""

MOST_NAME = 600
"""Characters in a stream's, object's or claim's name: an entry of a Postgres index holds at most 2,704 bytes."""

TOO_LARGE = Refused(
    "event-too-large", None,
    "Uppgifterna är större än 60 KiB; lägg det stora i en handling och hänvisa till den.",
    "What was given is larger than 60 KiB; put what is large into a document and refer to it.",
)  # fmt: skip
NOT_STORABLE = Refused(
    "name-not-storable", None,
    "Ett id eller en nyckel är för lång eller har tecken som inte kan sparas.",
    "An id or a key is too long, or has characters that cannot be stored.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was wanted is so. `log` and `index` are the place of the command's last event, None where none was needed.

    `events` are as stored, personal fields sealed, `version` is the stream's after them; `repeated`: the same request had
    been carried out before, and these are its events of its own stream.
    """

    subject: str
    version: int
    log: str | None
    index: int | None
    events: tuple[Envelope, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The idempotency key belongs to another request."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Nothing can be appended now: too many wait, or there is no leader yet. Nothing was done; ask again later."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Deciding it went wrong in a way that no rule foresees; nothing of it was stored."""

    error: Exception


Answer: TypeAlias = Accepted | Refused | VersionTaken | KeyReused | Busy | Failed
Sealer: TypeAlias = Callable[[Entry], Entry]


class ClosedLead(Exception):
    """Nobody appends now: a leader makes its handshake, or this database is older than what was seen before."""


def new_ids() -> Iterator[str]:
    """Give UUIDv7s for ever."""
    while True:
        yield str(uuid_utils.uuid7())


def command_claim(key: str) -> str:
    """Give the claim that a command's key takes."""
    return f"command:{key}"


@dataclass(slots=True)
class _Draft:
    """What a group has decided so far."""

    past: Past
    ends: dict[str, int]
    held: dict[str, Held]
    events: list[NewEvent] = field(default_factory=list)
    claims: dict[str, Held] = field(default_factory=dict)
    released: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """What a group must read, and who cannot be decided at all."""

    subjects: dict[str, None] = field(default_factory=dict)
    objects: dict[str, None] = field(default_factory=dict)
    keys: dict[str, None] = field(default_factory=dict)
    unfit: dict[int, Answer] = field(default_factory=dict)

    def want(self, number: int, submission: Submission) -> None:
        command = submission.command
        try:
            subjects, objects = (command.subject, *command.reads), command.objects
            keys = (command_claim(submission.key), *command.claims)
            storable = are_storable((*subjects, *objects, *keys))
        except Exception as error:  # noqa: BLE001 - its own sender is told; the neighbours are decided without it
            self.unfit[number] = Failed(error)
            return
        if not storable:
            self.unfit[number] = NOT_STORABLE
            return
        self.subjects.update(dict.fromkeys(subjects))
        self.objects.update(dict.fromkeys(objects))
        self.keys.update(dict.fromkeys(keys))


def is_storable(name: str) -> bool:
    """Tell whether Postgres can index a name: one that it cannot would fail the whole group."""
    if len(name) > MOST_NAME or "\0" in name:
        return False
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def are_storable(names: Sequence[str]) -> bool:
    """Tell whether all of them are; nearly always one look at them together says so."""
    together = "".join(names)
    short_and_plain = len(together) <= MOST_NAME and together.isascii() and "\0" not in together
    return short_and_plain or all(map(is_storable, names))


class Logs:
    """A service's logs as those who write see them.

    `names` are the logs (`registry.events`), `seal` encrypts personal fields, `committed` is called after each commit
    that stored something, with nothing.
    """

    def __init__(
        self, store: Store, rules: Rules, names: Sequence[str], *, seal: Sealer = lambda entry: entry,
        ids: Iterator[str] | None = None,
    ) -> None:  # fmt: skip
        self.rules = rules
        self.names = tuple(names)
        self.catalogue = Catalogue(rules.events)
        self.committed: list[Callable[[], None]] = []
        self._store = store
        self._seal = seal
        self._ids = ids or new_ids()
        self._epoch = 0

    async def append(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Decide and store a group in a transaction of its own. Raises ClosedLead, and what the store raises."""
        async with self._store.group() as group:
            answers = await self.decide(group, submissions)
        if any(isinstance(answer, Accepted) and answer.log is not None for answer in answers):
            self.tell()
        return answers

    def tell(self) -> None:
        """Wake whoever follows these logs: something was committed."""
        for wake in self.committed:
            wake()

    async def decide(self, group: Group, submissions: Sequence[Submission]) -> list[Answer]:
        """Decide a group under the lock that `group` holds, one after the other, and store what came of it."""
        reading = _Reading()
        for number, submission in enumerate(submissions):
            reading.want(number, submission)
        found = await group.read(reading.subjects, reading.objects, reading.keys, self.names)
        if not found.is_open or found.epoch < self._epoch:
            raise ClosedLead
        self._epoch = found.epoch
        draft = self._draft(found)
        answers = [reading.unfit.get(n) or self._one(submission, draft) for n, submission in enumerate(submissions)]
        if draft.events or draft.claims:
            await group.store(draft.events, draft.claims, draft.released)
        return answers

    def _draft(self, found: Found) -> _Draft:
        past = Past(self.rules)
        for stored in found.events:
            envelope = self.catalogue.decode(stored.bytes)
            if envelope is None:
                raise Unreadable(f"{stored.log} index {stored.index} is of a type that this release does not know")
            past.learn(envelope, stored.object_id)
            past.place(envelope.id, stored.index)
        past.owners.update({key: held.owner for key, held in found.held.items()})
        return _Draft(past, dict(found.ends), found.held)

    def _one(self, submission: Submission, draft: _Draft) -> Answer:
        """Decide one command; where that fails, the draft and its past are as if it had never been there."""
        key = command_claim(submission.key)
        held = draft.claims.get(key) or draft.held.get(key)
        if held is not None:
            return _repeated(submission, held, draft)
        mark = draft.past.mark
        try:
            decided = decide(submission, draft.past, self.rules, self._ids)
            if not isinstance(decided, list):
                return decided
            made = [self._made(entry) for entry in decided]
        except _NotStorable as unfit:
            draft.past.forget(mark)
            return unfit.refused
        except Exception as error:  # noqa: BLE001 - its own sender is told; the neighbours are decided without it
            draft.past.forget(mark)
            return Failed(error)
        subject = submission.command.subject
        if made:
            return self._accepted(submission, made, draft)
        if submission.command.ONCE:
            draft.claims[key] = Held(subject, submission.digest, None, None)
        return Accepted(subject, draft.past.version(subject), None, None)

    def _made(self, entry: Entry) -> "_Made":
        """Seal an event and give it its bytes. Raises _NotStorable."""
        entry = self._seal(entry)
        data = encode(entry.envelope)
        if len(data) > MOST_BYTES:
            raise _NotStorable(TOO_LARGE)
        if not are_storable((entry.envelope.subject, entry.object_id or "")):
            raise _NotStorable(NOT_STORABLE)
        return _Made(entry, data)

    def _accepted(self, submission: Submission, made: Sequence["_Made"], draft: _Draft) -> Accepted:
        """Give the events their indexes, and their claims what they take and give back."""
        past, ends, events = draft.past, draft.ends, draft.events
        for entry, data in made:
            log, envelope = entry.log, entry.envelope
            index = ends[log]
            ends[log] = index + 1
            past.place(envelope.id, index)
            events.append(NewEvent(log, index, envelope.subject, envelope.streamversion, entry.object_id, data))
            self._claims_of(envelope, draft)
        last, command = events[-1], submission.command
        subject = command.subject
        place = Held(subject, submission.digest, last.log, last.index)
        draft.claims[command_claim(submission.key)] = place
        for claim in command.claims:
            past.owners[claim] = subject
            draft.claims[claim] = place
        return Accepted(
            subject, past.version(subject), last.log, last.index, tuple([entry.envelope for entry, _ in made])
        )

    def _claims_of(self, envelope: Envelope, draft: _Draft) -> None:
        """Take what an event makes its stream's own, and give back what it releases."""
        decider = self.rules.by_category.get(envelope.subject.partition("/")[0])
        if decider is None:
            return
        if isinstance(envelope.data, EventCorrected):
            history = [e for e in draft.past.history(envelope.subject) if e.streamversion <= envelope.streamversion]
            takes, gives_back = claims_corrected(decider, history)
        else:
            takes, given = decider.claims(envelope.data), decider.releases.get(type(envelope.data))
            gives_back = given(draft.past.state(envelope.subject)) if given else ()
        for key in takes:
            draft.claims[key] = Held(envelope.subject, b"", None, None)
            draft.past.owners[key] = envelope.subject
        for key in gives_back:
            draft.claims.pop(key, None)
            draft.released[key] = envelope.subject
            draft.past.owners.pop(key, None)


def claims_corrected(decider: Decider[Any], history: Sequence[Envelope]) -> tuple[Iterable[str], Iterable[str]]:
    """Give what a stream takes and gives back by its last event, a correction."""
    was, now = (_claimed(decider, events) for events in (history[:-1], history))
    return sorted(now - was), sorted(was - now)


def _claimed(decider: Decider[Any], history: Sequence[Envelope]) -> set[str]:
    """Give what a stream has by its events as they are now read."""
    held: set[str] = set()
    state = decider.initial
    for envelope in as_corrected(history):
        state = decider.evolve(state, envelope.data)
        held.update(decider.claims(envelope.data))
        given = decider.releases.get(type(envelope.data))
        held.difference_update(given(state) if given else ())
    return held


class _Made(NamedTuple):
    """A decided event, sealed, and its bytes for ever."""

    entry: Entry
    data: bytes


class _NotStorable(Exception):
    """One command's event cannot be stored; says what its sender is told."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.en)
        self.refused = refused


def _repeated(submission: Submission, held: Held, draft: _Draft) -> Answer:
    """Give the first request's answer again: its events, and the version that they brought the stream to."""
    if held.digest and submission.digest and held.digest != submission.digest:
        return KeyReused()
    if submission.digest and not held.digest:  # an import knows the key alone: its first repetition tells the body
        draft.claims[command_claim(submission.key)] = replace(held, digest=submission.digest)
    past, owner = draft.past, held.owner
    events = tuple(e for e in past.history(owner) if e.commandkey == submission.key)
    version = events[-1].streamversion if events else past.version(owner)
    return Accepted(owner, version, held.log, held.index, events, repeated=True)


class Appending:
    """The queue before the lock: whoever waits is taken into the next group. Bounded; beyond it the answer is Busy."""

    def __init__(self, logs: Logs, *, waiting: int = 4096, together: int = 256) -> None:
        self._logs = logs
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(waiting)
        self._together = together
        self._stopped = False

    async def submit(self, submission: Submission) -> Answer:
        """Have a command decided and wait for its answer. Raises what made its whole group fail."""
        if self._stopped:
            return STOPPED
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((submission, answer))
        except asyncio.QueueFull:
            return Busy("too many commands wait to be appended")
        began = perf_counter()
        given = await answer
        APPEND_SECONDS.observe(perf_counter() - began)
        return given

    async def run(self) -> None:
        """Take groups from the queue until cancelled; who still waits then is told so."""
        self._stopped = False
        try:
            while True:
                waiting = [await self._queue.get()]
                while len(waiting) < self._together and not self._queue.empty():
                    waiting.append(self._queue.get_nowait())
                await self._append(waiting)
        finally:
            self._stopped = True
            while not self._queue.empty():
                _, answer = self._queue.get_nowait()
                if not answer.done():
                    answer.set_result(STOPPED)

    async def _append(self, waiting: Sequence["_Waiting"]) -> None:
        GROUP_SIZE.observe(len(waiting))
        try:
            answers = await self._twice([submission for submission, _ in waiting])
        except Exception as error:  # noqa: BLE001 - each waiter is told; the queue must go on for the next group
            _fail(waiting, error)
            return
        except asyncio.CancelledError:
            _fail(waiting, ConnectionError("the service stopped during the append; ask again with the same key"))
            raise
        for (_, answer), given in zip(waiting, answers, strict=True):
            if not answer.done():
                answer.set_result(given)

    async def _twice(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Append; where the connection broke, ask again: what had been committed is then found by its key."""
        try:
            try:
                return await self._logs.append(submissions)
            except OSError:
                return await self._logs.append(submissions)
        except ClosedLead:
            return [Busy("no leader has made its handshake yet")] * len(submissions)


_Waiting: TypeAlias = tuple[Submission, "asyncio.Future[Answer]"]
STOPPED = Busy("the service is stopping")


def _fail(waiting: Sequence[_Waiting], error: Exception) -> None:
    for _, answer in waiting:
        if not answer.done():
            answer.set_exception(error)

"""Append: commands are collected into a group, decided one after the other under the service's lock, and stored at once.

A later command of a group sees the events of an earlier one; each gets its own answer; none can spoil its neighbours. What
was decided is stored under the next indexes: commit order is index order, without a gap, a late commit or a retry.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import uuid_utils

from shared.contracts.cloudevent import Catalogue, Envelope, Unreadable, encode
from shared.deciding import Entry, Past, Refused, Rules, Submission, VersionTaken, decide
from shared.log.store import Found, Group, Held, NewEvent, Store

MOST_BYTES = 60 * 1024
"""An event's size: told before an index is given. Larger content goes by digest."""

TOO_LARGE = Refused(
    "event-too-large", None,
    "Uppgifterna är större än 60 KiB; lägg det stora i en handling och hänvisa till den.",
    "What was given is larger than 60 KiB; put what is large into a document and refer to it.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was wanted is so. `log` and `index` are the place of the command's last event, None where none was needed.

    `version` is the stream's afterwards; `repeated`: the same request had been carried out before.
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
    released: list[str] = field(default_factory=list)


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
        self.tell()
        return answers

    def tell(self) -> None:
        """Wake whoever follows these logs: something was committed."""
        for wake in self.committed:
            wake()

    async def decide(self, group: Group, submissions: Sequence[Submission]) -> list[Answer]:
        """Decide a group under the lock that `group` holds, and store what came of it."""
        found = await self._read(group, submissions)
        unfit: dict[int, Answer] = {}
        while True:
            draft = self._draft(found)
            answers = self._all(submissions, draft, unfit)
            if answers is not None:
                break
        if draft.events or draft.claims:
            await group.store(draft.events, draft.claims, draft.released)
        return answers

    def _all(self, submissions: Sequence[Submission], draft: _Draft, unfit: dict[int, Answer]) -> list[Answer] | None:
        """Decide one after the other; None when one proves unfit: what it taught `past` must be forgotten first."""
        answers = []
        for number, submission in enumerate(submissions):
            if number in unfit:
                answers.append(unfit[number])
                continue
            try:
                answers.append(self._one(submission, draft))
            except _TooLarge:
                unfit[number] = TOO_LARGE
                return None
            except Exception as error:  # noqa: BLE001 - its own sender is told; the neighbours are decided without it
                unfit[number] = Failed(error)
                return None
        return answers

    async def _read(self, group: Group, submissions: Sequence[Submission]) -> Found:
        subjects: dict[str, None] = {}
        objects: dict[str, None] = {}
        keys: list[str] = []
        for submission in submissions:
            command = submission.command
            subjects |= dict.fromkeys((command.subject, *command.reads))
            objects |= dict.fromkeys(command.objects)
            keys += [command_claim(submission.key), *command.claims]
        found = await group.read(subjects, objects, keys, self.names)
        if not found.is_open or found.epoch < self._epoch:
            raise ClosedLead
        self._epoch = found.epoch
        return found

    def _draft(self, found: Found) -> _Draft:
        past = Past(self.rules)
        for stored in found.events:
            envelope = self.catalogue.decode(stored.bytes)
            if envelope is None:
                raise Unreadable(f"{stored.log} index {stored.index} is of a type that this release does not know")
            past.learn(envelope, stored.object_id)
        past.owners.update({key: held.owner for key, held in found.held.items()})
        return _Draft(past, dict(found.ends), found.held)

    def _one(self, submission: Submission, draft: _Draft) -> Answer:
        key = command_claim(submission.key)
        held = draft.claims.get(key) or draft.held.get(key)
        if held is not None:
            return self._repeated(submission, held, draft)
        decided = decide(submission, draft.past, self.rules, self._ids)
        if isinstance(decided, Refused | VersionTaken):
            return decided
        subject = submission.command.subject
        if not decided:
            if submission.command.ONCE:
                draft.claims[key] = Held(subject, submission.digest, None, None)
            return Accepted(subject, draft.past.version(subject), None, None)
        return self._store_one(submission, decided, draft)

    def _store_one(self, submission: Submission, decided: list[Entry], draft: _Draft) -> Accepted:
        for entry in map(self._seal, decided):
            data = encode(entry.envelope)
            if len(data) > MOST_BYTES:
                raise _TooLarge
            envelope = entry.envelope
            index = draft.ends[entry.log]
            draft.ends[entry.log] = index + 1
            draft.events.append(
                NewEvent(entry.log, index, envelope.subject, envelope.streamversion, entry.object_id, data)
            )
            self._claims_of(envelope, draft)
        last = draft.events[-1]
        subject = submission.command.subject
        place = Held(subject, submission.digest, last.log, last.index)
        draft.claims[command_claim(submission.key)] = place
        for claim in submission.command.claims:
            draft.past.owners[claim] = subject
            draft.claims[claim] = place
        events = tuple(entry.envelope for entry in decided)
        return Accepted(subject, draft.past.version(subject), last.log, last.index, events)

    def _claims_of(self, envelope: Envelope, draft: _Draft) -> None:
        """Take what an event makes its stream's own, and give back what it releases."""
        decider = self.rules.by_category.get(envelope.subject.partition("/")[0])
        if decider is None:
            return
        for key in decider.claims(envelope.data):
            draft.claims[key] = Held(envelope.subject, b"", None, None)
            draft.past.owners[key] = envelope.subject
        for key in decider.releases(envelope.data):
            draft.claims.pop(key, None)
            draft.released.append(key)
            draft.past.owners.pop(key, None)

    def _repeated(self, submission: Submission, held: Held, draft: _Draft) -> Answer:
        if held.digest and submission.digest and held.digest != submission.digest:
            return KeyReused()
        return Accepted(held.owner, draft.past.version(held.owner), held.log, held.index, repeated=True)


class _TooLarge(Exception):
    """One command's event cannot be stored."""


class Appending:
    """The queue before the lock: whoever waits is taken into the next group. Bounded; beyond it the answer is Busy."""

    def __init__(self, logs: Logs, *, waiting: int = 4096, together: int = 256) -> None:
        self._logs = logs
        self._queue: asyncio.Queue[tuple[Submission, asyncio.Future[Answer]]] = asyncio.Queue(waiting)
        self._together = together

    async def submit(self, submission: Submission) -> Answer:
        """Have a command decided and wait for its answer. Raises what made its whole group fail."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((submission, answer))
        except asyncio.QueueFull:
            return Busy("too many commands wait to be appended")
        return await answer

    async def run(self) -> None:
        """Take groups from the queue until cancelled."""
        while True:
            waiting = [await self._queue.get()]
            while len(waiting) < self._together and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            await self._append(waiting)

    async def _append(self, waiting: Sequence[tuple[Submission, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._twice([submission for submission, _ in waiting])
        except Exception as error:  # noqa: BLE001 - each waiter is told; the queue must go on for the next group
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), given in zip(waiting, answers, strict=True):
            if not answer.done():
                answer.set_result(given)

    async def _twice(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Append; where a connection broke, ask again: what had been committed is then found by its key."""
        try:
            return await self._logs.append(submissions)
        except ClosedLead:
            return [Busy("no leader has made its handshake yet")] * len(submissions)
        except OSError:
            return await self._logs.append(submissions)

"""The tail of a log that Kafka has and a restored Postgres lacks: stored again byte for byte, with all that follows from it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from pydantic_core import from_json

from shared.contracts.cloudevent import Catalogue, Envelope, Unreadable, encode
from shared.contracts.duty import DutyArose, EventCorrected
from shared.contracts.values import Enc
from shared.correcting import as_corrected
from shared.deciding import Decider, Entry, Rules
from shared.log import postgres
from shared.log.append import claims_corrected
from shared.log.completing import CannotComplete, Placed, Seeking, missing
from shared.log.postgres import Connection
from shared.log.reactor import REACTOR
from shared.log.sources import Arrived, Poisoned
from shared.log.sql import query
from shared.log.store import NewEvent

SQL = Path(__file__).with_name("handshake.sql")


@dataclass(frozen=True, slots=True)
class _Read:
    """What of an event's envelope is stored beside its bytes; the rest is read only where something follows from it."""

    index: int
    bytes: bytes
    subject: str
    version: int
    about: str | None

    @property
    def is_dutys(self) -> bool:
        """It is of a duty's stream."""
        return self.subject.startswith("duty/")


class Macs(Protocol):
    """What reads a sealed field and gives its clear text's MAC."""

    async def of(self, envelope: Envelope, sealed: Enc) -> str | None:
        """Give the MAC; None where the field's key is destroyed."""
        ...


@dataclass
class Import:
    """An import in the connection's open transaction, under the append lock; `logs` as an append writes them, in order."""

    db: Connection
    rules: Rules
    logs: Sequence[str]
    ids: Iterator[str]
    macs: "Macs"
    begins: dict[str, int] = field(default_factory=dict)
    """The first index of each log that was imported."""

    def __post_init__(self) -> None:
        self._catalogue = Catalogue(self.rules.events)

    async def store(self, log: str, records: Sequence[Arrived]) -> None:
        """Store the next records of a log. Raises Poisoned."""
        self.begins.setdefault(log, records[0].index)
        events = [_read(log, record) for record in records]
        about = await self._about(log, events)
        await self.db.execute(
            query(postgres.SQL, "import_events"),
            log,
            [e.index for e in events],
            [e.subject for e in events],
            [e.version for e in events],
            [about[e.subject] for e in events],
            [e.bytes for e in events],
        )
        await self._claim(log, events)

    async def _about(self, log: str, events: Sequence[_Read]) -> dict[str, str | None]:
        """What each stream is about: a duty's first event says it, others are about nothing else. Raises Poisoned."""
        about = {e.subject: e.about for e in events if e.about or not e.is_dutys}
        older = list({e.subject for e in events} - set(about))
        if older:
            about |= {row["subject"]: row["object"] for row in await self.db.fetch(query(SQL, "objects"), older)}
        for event in events:
            if event.subject not in about:
                raise Poisoned(log, event.index, f"{event.subject} has not arisen")
        return about

    async def _claim(self, log: str, events: Sequence[_Read]) -> None:
        """Take what the events make their streams' own, and give back what they release."""
        taken: dict[str, str] = {}
        released: dict[str, str] = {}
        for event in events:
            decider = self.rules.by_category.get(event.subject.partition("/")[0])
            envelope = self._decoded(log, event.index, event.bytes) if decider is not None else None
            if decider is None or envelope is None:
                continue
            takes, gives_back = await self._claims_of(log, event.index, envelope, decider)
            taken |= dict.fromkeys(takes, event.subject)
            for key in gives_back:
                taken.pop(key, None)
                released[key] = event.subject
        if released:
            await self.db.execute(query(postgres.SQL, "release_claims"), list(released), list(released.values()))
        if taken:
            nothing: list[Any] = [None] * len(taken)
            await self.db.execute(
                query(postgres.SQL, "import_claims"),
                list(taken), list(taken.values()), [b""] * len(taken), nothing, nothing,
            )  # fmt: skip

    async def _claims_of(
        self, log: str, index: int, envelope: Envelope, decider: Decider[Any]
    ) -> tuple[Iterable[str], Iterable[str]]:
        """Give what an event takes and gives back, as its append did."""
        event = envelope.data
        if isinstance(event, EventCorrected):
            return claims_corrected(decider, await self._history(log, index, envelope.subject))
        takes = set(decider.claims(event))
        for prefix, sealed in decider.sealed_claims(event):
            mac = await self.macs.of(envelope, sealed) if isinstance(sealed, Enc) else None
            takes |= {f"{prefix}{mac}"} if mac else set()
        given = decider.releases.get(type(event))
        if given is None:
            return takes, ()
        history = as_corrected(await self._history(log, index, envelope.subject))
        state = reduce(decider.evolve, (known.data for known in history), decider.initial)
        return takes, given(state)

    async def _history(self, log: str, index: int, subject: str) -> list[Envelope]:
        rows = await self.db.fetch(query(postgres.SQL, "history"), subject, index)
        history = [self._decoded(log, row["index"], row["bytes"]) for row in rows]
        return [known for known in history if known is not None]

    def _decoded(self, log: str, index: int, data: bytes) -> Envelope | None:
        try:
            return self._catalogue.decode(data)
        except Unreadable as error:
            raise Poisoned(log, index, str(error)) from error

    async def finish(self, sources: Sequence[str]) -> None:
        """Claim the commands' keys, let nothing react again, and complete what was cut. Raises CannotComplete, Poisoned."""
        logs = [log for log in self.logs if log in self.begins]
        tails = logs, [self.begins[log] for log in logs]
        await self.db.execute(query(SQL, "claim_commands"), *tails)
        for cause in await self.db.fetch(query(SQL, "causes"), *tails, list(sources)):
            await self.db.execute(query(postgres.SQL, "react_from"), REACTOR, cause["source"], cause["index"])
        cut = await self.db.fetch(query(SQL, "cut_commands"), *tails)
        order = {key: n for n, key in enumerate(dict.fromkeys(row["key"] for row in cut))}
        for _, rows in groupby(sorted(cut, key=lambda row: order[row["key"]]), key=lambda row: row["key"]):
            placed = [self._placed(row) for row in rows]
            await self._append(await self._missing([event for event in placed if event is not None]))

    def _placed(self, row: Any) -> Placed | None:
        envelope = self._decoded(row["log"], row["index"], row["bytes"])
        return None if envelope is None else Placed(row["log"], row["index"], envelope)

    async def _missing(self, command: Sequence[Placed]) -> list[Entry]:
        """Derive what a command lacks on what was there before it; what that asks for is looked up, and it is tried again."""
        subjects, objects = {event.envelope.subject for event in command}, set[str]()
        while True:
            past = Seeking(self.rules, frozenset(subjects), frozenset(objects))
            await self._learn(past, command)
            refused: CannotComplete | None = None
            lacking: list[Entry] = []
            try:
                lacking = missing(command, past, self.rules, self.ids)
            except CannotComplete as error:
                refused = error
            if past.subjects == subjects and past.objects == objects:
                if refused is not None:
                    raise refused
                return lacking
            subjects, objects = set(past.subjects), set(past.objects)

    async def _learn(self, past: Seeking, command: Sequence[Placed]) -> None:
        """Teach `past` what was there before the command's first event of each log."""
        begins = {event.log: event.index for event in reversed(command)}
        key = command[0].envelope.commandkey if command else ""
        for row in await self.db.fetch(query(SQL, "learn"), list(past.subjects), list(past.objects)):
            envelope = self._decoded(row["log"], row["index"], row["bytes"])
            before = row["index"] < begins.get(row["log"], row["index"] + 1)
            if envelope is not None and envelope.commandkey != key and before:
                past.learn(envelope, row["object"])

    async def _append(self, entries: Sequence[Entry]) -> None:
        """Store derived events at the ends of their logs, under their command's key."""
        if not entries:
            return
        group = await postgres.locked(self.db)
        found = await group.read((), (), (), self.logs)
        events, (last_log, last_index) = _numbered(entries, found.ends)
        await group.store(events, {}, {})
        key, owner = entries[-1].envelope.commandkey, entries[-1].envelope.subject
        sql = query(postgres.SQL, "import_claims")
        await self.db.execute(sql, [f"command:{key}"], [owner], [b""], [last_log], [last_index])


def _numbered(entries: Sequence[Entry], ends: dict[str, int]) -> tuple[list[NewEvent], tuple[str, int]]:
    """Give each its next index, and the place of the last."""
    events: list[NewEvent] = []
    for entry in entries:
        index = ends[entry.log]
        ends[entry.log] = index + 1
        envelope = entry.envelope
        events.append(
            NewEvent(entry.log, index, envelope.subject, envelope.streamversion, entry.object_id, encode(envelope))
        )
    return events, (events[-1].log, events[-1].index)


def _read(log: str, record: Arrived) -> _Read:
    """Read what stands in the envelope. Raises Poisoned."""
    try:
        fields = from_json(record.bytes)
        about = fields["data"]["object"]["id"] if fields["type"] == DutyArose.TYPE else None
        return _Read(record.index, record.bytes, fields["subject"], fields["streamversion"], about)
    except (ValueError, KeyError, TypeError) as error:
        raise Poisoned(log, record.index, f"not a structured CloudEvent: {type(error).__name__}") from error

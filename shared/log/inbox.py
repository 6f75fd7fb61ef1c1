"""What other systems report, message by message: our offset moves in the same transaction in which one is judged.

A sender's own `(source, id)` is claimed together with a keyed digest of what it said, so a second copy is told from a second
opinion. Refusing claims nothing: mended, the message is welcome under the id that it had. Others may have read a refusal, so
one that stands in the refused log is not judged again when a restored database reads the topic anew.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import structlog

from shared.contracts.cloudevent import Catalogue
from shared.contracts.refused import MessageRefused
from shared.contracts.values import Enc, I18n, Plain, Value
from shared.deciding import Refused, Submission
from shared.log import message
from shared.log.append import Accepted, Answer, Failed, KeyReused
from shared.log.postgres import SQL, Connection, Pool, locked
from shared.log.reactor import REACTOR, Overtaken, Reactor
from shared.log.refusing import RefuseMessage, refused_stream
from shared.log.sql import query
from shared.log.topic import Record, Topics
from shared.policy.stockholm import day_of
from shared.reacting import Message

log = structlog.get_logger()
INBOX = Path(__file__).with_name("inbox.sql")
KEPT_DAYS = 30


class Vault(Protocol):
    """What keeps a refused message's bytes unreadable, and its digest unguessable."""

    def digest(self, data: bytes) -> bytes:
        """Give a keyed digest."""
        ...

    def seal(self, data: bytes) -> bytes:
        """Encrypt bytes that may hold a personnummer."""
        ...


@dataclass(slots=True)
class _Batch:
    """What a batch of messages comes to."""

    wanted: list[tuple[Record, message.Read, Submission]] = field(default_factory=list)
    refusals: list[tuple[Record, MessageRefused]] = field(default_factory=list)
    refused_before: list[tuple[Record, str]] = field(default_factory=list)
    """With the id of the refusal that is there."""
    accepted: int = 0
    repeated: int = 0


class Inbox:
    """One publisher's inbox of one service: `<service>.inbox.<publisher>`; `source` is the only one it may write."""

    def __init__(
        self, name: str, publisher: str, sources: Sequence[str], reactor: Reactor, vault: Vault, *,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.name = name
        self._publisher, self._sources = publisher, frozenset(sources)
        self._reactor, self._vault, self._now = reactor, vault, now
        self._catalogue = Catalogue(reactor.reactions.inbox)

    async def follow(self, topics: Topics, topic: str, connection: Connection) -> None:
        """Take messages as they come, until cancelled."""
        async with aclosing(topics.read(topic, self._reactor.positions[self.name].next_index)) as batches:
            async for records in batches:
                await self.take(records, connection)

    async def take(self, records: Sequence[Record], connection: Connection) -> None:
        """Decide a batch of messages in one transaction."""
        position = self._reactor.positions[self.name]
        records = [record for record in records if record.offset >= position.next_index]
        if not records:
            return
        async with self._reactor.turn:
            async with connection.transaction():
                await self._take(records, connection)
                next_offset = records[-1].offset + 1
                done = await connection.execute(
                    query(SQL, "move_position"), REACTOR, self.name, position.next_index, next_offset, 0
                )
                if done != "UPDATE 1":
                    raise Overtaken(f"{self.name} offset {position.next_index}: another reactor was here")
            position.next_index = next_offset
        self._reactor.logs.tell()

    async def _take(self, records: Sequence[Record], connection: Connection) -> None:
        batch = _Batch()
        refused_before = await self._refused_before(records, connection)
        for record in records:
            if record.offset in refused_before:
                batch.refused_before.append((record, refused_before[record.offset]))
            else:
                self._read(record, batch)
        logs = self._reactor.logs
        group = await locked(connection)
        answers = await logs.decide(group, [submission for _, _, submission in batch.wanted])
        for (record, read, _), answer in zip(batch.wanted, answers, strict=True):
            self._count(record, read, answer, batch)
        if batch.refusals:
            refused = await logs.decide(group, [self._refusal(record, said) for record, said in batch.refusals])
            await self._keep(_recorded(batch.refusals, refused), connection)
        await self._keep(batch.refused_before, connection)
        refused_in_all = len(batch.refusals) + len(batch.refused_before)
        await connection.execute(query(INBOX, "count"), self.name, batch.accepted, batch.repeated, refused_in_all)

    async def _refused_before(self, records: Sequence[Record], connection: Connection) -> dict[int, str]:
        """Give the refusals that are there already: offset → the event's id."""
        streams = {refused_stream(self.name, record.offset): record.offset for record in records}
        rows = await connection.fetch(query(INBOX, "refused_before"), list(streams))
        return {streams[row["subject"]]: row["id"] for row in rows}

    def _read(self, record: Record, batch: _Batch) -> None:
        """Make a command of a message, or a refusal."""
        try:
            read = self._acceptable(message.read(record, self._catalogue))
        except message.NotAcceptable as error:
            batch.refusals.append((record, self._said(record, error)))
            return
        self._ask(record, read, batch)

    def _acceptable(self, read: message.Read) -> message.Read:
        """Raise NotAcceptable where the publisher may not say this here, or says more than may be said."""
        if read.source not in self._sources:
            raise message.NotAcceptable(
                "source-not-publishers", 403,
                "Avsändaren (source) är inte registrerad för den här inkorgen.",
                "The source is not registered for this inbox.",
                ids=(read.source, read.id),
            )  # fmt: skip
        if holds_personal(read.event):
            raise message.NotAcceptable(
                "personal-data-not-accepted", 422,
                "Meddelandet har personuppgifter; utelämna dem och låt en handläggare lägga till dem.",
                "The message has personal data; leave it out and let an officer add it.",
                ids=(read.source, read.id),
            )  # fmt: skip
        if read.occurred_at is not None and read.occurred_at > self._now():
            raise message.NotAcceptable(
                "occurred-in-future", 422,
                "Meddelandet säger att något har hänt som ännu inte kan ha hänt (occurredat eller time).",
                "The message says that something has happened that cannot have happened yet (occurredat or time).",
                ids=(read.source, read.id),
            )  # fmt: skip
        return read

    def _ask(self, record: Record, read: message.Read, batch: _Batch) -> None:
        now = self._now()
        reported = self._reactor.reactions.inbox[type(read.event)]
        told = Message(self._publisher, read.source, read.id, read.event, read.occurred_at or now)
        try:
            command = reported(told, self._reactor.working, self._reactor.logs.rules.authority)
        except Exception as failure:  # noqa: BLE001 - only an inbox parks: one message must not stop those behind it
            batch.refusals.append((record, self._failed(record, read, failure)))
            return
        if isinstance(command, Refused):
            batch.refusals.append((record, self._refused(record, read, command)))
            return
        key = hashlib.sha256(f"{read.source}\n{read.id}".encode()).hexdigest()
        submission = Submission(
            command=command,
            key=f"inbox/{key}",
            digest=self._vault.digest(message.digest(record)),
            actor=f"publisher:{self._publisher}",
            role=self._reactor.role,
            recorded_at=now,
            correlation_id=read.id,
            causation_id=read.id,
        )
        batch.wanted.append((record, read, submission))

    def _count(self, record: Record, read: message.Read, answer: Answer, batch: _Batch) -> None:
        match answer:
            case Accepted(repeated=True) | Accepted(index=None):
                batch.repeated += 1
            case Accepted():
                batch.accepted += 1
            case Refused():
                batch.refusals.append((record, self._refused(record, read, answer)))
            case KeyReused():
                error = message.NotAcceptable(
                    "id-reused", 409,
                    "Samma id har redan använts för ett annat meddelande.",
                    "The same id was already used for another message.",
                    ids=(read.source, read.id),
                )  # fmt: skip
                batch.refusals.append((record, self._said(record, error)))
            case Failed(error=failure):
                batch.refusals.append((record, self._failed(record, read, failure)))
            case other:
                raise RuntimeError(f"{self.name} offset {record.offset}: unexpected answer {type(other).__name__}")

    def _refused(self, record: Record, read: message.Read, refused: Refused) -> MessageRefused:
        error = message.NotAcceptable(refused.reason, 409, refused.sv, refused.en, ids=(read.source, read.id))
        said = self._said(record, error)
        return said.model_copy(update={"clause": refused.clause.id}) if refused.clause else said

    def _failed(self, record: Record, read: message.Read, failure: Exception) -> MessageRefused:
        """What goes wrong with one message is logged by its place, and its sender is told."""
        log.error("message failed", topic=self.name, offset=record.offset, error=type(failure).__name__)
        error = message.NotAcceptable(
            "message-failed", 500,
            "Meddelandet kunde inte behandlas på grund av ett fel hos oss.",
            "The message could not be handled because of a fault on our side.",
            ids=(read.source, read.id),
        )  # fmt: skip
        return self._said(record, error)

    def _said(self, record: Record, error: message.NotAcceptable) -> MessageRefused:
        source, id_ = error.ids or (None, None)
        return MessageRefused(
            reason=error.reason,
            status=error.status,
            detail=I18n(sv=error.sv, en=error.en),
            errors=error.errors or None,
            publisher=self._publisher,
            message_source=source,
            message_id=id_,
            digest=self._vault.digest(message.digest(record)).hex(),
            topic=self.name,
            offset=record.offset,
        )

    def _refusal(self, record: Record, said: MessageRefused) -> Submission:
        now = self._now()
        return Submission(
            command=RefuseMessage(at=now, refusal=said),
            key=f"refused/{self.name}/{record.offset}",
            actor="system",
            role=self._reactor.role,
            recorded_at=now,
            correlation_id=said.message_id or f"{self.name}/{record.offset}",
        )

    async def _keep(self, refused: Sequence[tuple[Record, str]], connection: Connection) -> None:
        """Keep the refused bytes, sealed, until they expire; each with the id of its refusal."""
        expires: date = day_of(self._now()) + timedelta(days=KEPT_DAYS)
        kept = [(id_, self._vault.seal(record.value or b""), expires) for record, id_ in refused]
        await connection.executemany(query(SQL, "keep_refused_original"), kept)


def _recorded(refusals: Sequence[tuple[Record, MessageRefused]], answers: Sequence[Answer]) -> list[tuple[Record, str]]:
    """Give the refusals' ids. A refusal that was not recorded may not be passed over."""
    recorded = []
    for (record, said), answer in zip(refusals, answers, strict=True):
        if not isinstance(answer, Accepted):
            raise RuntimeError(f"{said.topic} offset {record.offset}: its refusal was not recorded: {answer}")  # noqa: TRY004
        recorded += [(record, event.id) for event in answer.events[-1:]]
    return recorded


async def forget_expired(pool: Pool, now: Callable[[], datetime], every_s: float = 3_600) -> None:
    """Remove what was kept of refused messages on the day after it expired, until cancelled."""
    while True:
        await pool.execute(query(SQL, "forget_expired_originals"), day_of(now()))
        await asyncio.sleep(every_s)


def holds_personal(value: Any) -> bool:
    """Tell whether a report has a field that can name a person filled in, however deep."""
    if isinstance(value, Plain | Enc):
        return True
    if isinstance(value, tuple | list | frozenset):
        return any(map(holds_personal, value))
    if isinstance(value, Mapping):
        return any(map(holds_personal, value.values()))
    if isinstance(value, Value) or hasattr(type(value), "model_fields"):
        return any(holds_personal(getattr(value, name)) for name in type(value).model_fields)
    return False

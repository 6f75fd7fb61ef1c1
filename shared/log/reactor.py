"""The reactor: one a service, the only writer of its views.

It takes the records of all its sources one after the other, in serial transactions. Event by event it folds, then reacts; only
the I/O is batched. What joins two sources therefore sees the first whichever comes second. The commands of a batch are decided
last, under the append lock, in the transaction that moves the position: all of it happens once, or not at all.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from shared.contracts.cloudevent import Catalogue, Envelope, Recorded, Unreadable
from shared.contracts.duty import EventCorrected
from shared.correcting import as_corrected
from shared.deciding import Command, Refused, Submission
from shared.log.append import Failed, Logs
from shared.log.postgres import SQL, Connection, locked
from shared.log.sources import Arrived, Poisoned, Source
from shared.log.sql import query
from shared.log.tables import Table, Working
from shared.log.view import View
from shared.policy.role import Role
from shared.reacting import Reactions

REACTOR = "reactor"
TURN = "SELECT pg_advisory_xact_lock(hashtext('medverka reactor turn'))"
"""Held in each transaction of the reactor, and by a rebuild while it switches to the new table."""

log = structlog.get_logger()


class Overtaken(Exception):
    """Another reactor has moved the position: this one is not the leader any more and must stop."""


@dataclass(slots=True)
class Position:
    """What is expected next of a source, the highest epoch seen, and the index below which nothing reacts again."""

    next_index: int
    epoch: int
    react_from: int


class Reactor:
    """Folds and reacts; `role` is in whose name its commands are, `now` gives the time when they are recorded."""

    def __init__(
        self, logs: Logs, views: Sequence[View[Any]], reactions: Reactions, *, role: Role, now: Callable[[], datetime],
        catalogues: dict[str, Catalogue],
    ) -> None:  # fmt: skip
        self.logs = logs
        self.reactions = reactions
        self.tables = [Table(view) for view in views]
        self.working = Working(self.tables)
        self.turn = asyncio.Lock()
        self.positions: dict[str, Position] = {}
        self.moved = asyncio.Condition()
        self.role, self._now = role, now
        self._catalogues = catalogues
        self._connection: Connection

    async def begin(self, connection: Connection, sources: Iterable[str]) -> None:
        """Take over: learn the tables, the working rows and the positions."""
        self._connection = connection
        for table in self.tables:
            await table.prepare(connection)
        await self.working.load(connection)
        for source in sources:
            await connection.execute(query(SQL, "begin_position"), REACTOR, source)
        rows = await connection.fetch(query(SQL, "positions"), REACTOR)
        self.positions = {r["source"]: Position(r["next_index"], r["epoch"], r["react_from"]) for r in rows}

    async def follow(self, source: Source) -> None:
        """Take a source's records as they come, until cancelled. Raises Poisoned, Overtaken, and what Postgres raises."""
        position = self.positions[source.name]
        async for arrived in source.read(position.next_index, position.epoch):
            await self.take(source, arrived)

    async def take(self, source: Source, arrived: Sequence[Arrived]) -> None:
        """Fold and answer a source's next records in one transaction. Raises Poisoned, Overtaken."""
        recorded = [self._read(source.name, record) for record in arrived]
        async with self.turn:
            try:
                async with self._connection.transaction():
                    await self._connection.execute(TURN)
                    told = await self._take(source, arrived, [r for r in recorded if r is not None])
            except BaseException:
                if not self._connection.is_closed():
                    await self.working.load(self._connection)
                raise
            position = self.positions[source.name]
            position.next_index = arrived[-1].index + 1
            position.epoch = max(position.epoch, arrived[-1].epoch)
        if told:
            self.logs.tell()
        async with self.moved:
            self.moved.notify_all()

    def _read(self, source: str, record: Arrived) -> Recorded | None:
        """Decode a record; None for a type that this service does not read, which is passed over."""
        try:
            envelope = self._catalogues[source].decode(record.bytes)
        except Unreadable as error:
            raise Poisoned(source, record.index, str(error)) from error
        return None if envelope is None else Recorded(source, record.index, envelope)

    async def _take(self, source: Source, arrived: Sequence[Arrived], recorded: Sequence[Recorded]) -> bool:
        touched = await self._touched(source, recorded)
        submissions: list[Submission] = []
        react_from = self.positions[source.name].react_from
        for event in recorded:
            await self._fold(source, event, touched)
            if event.index >= react_from:
                submissions += self._react(event)
        for table, rows in touched.items():
            await table.store(self._connection, rows)
        await self._move(source.name, arrived)
        if submissions:
            answers = await self.logs.decide(await locked(self._connection), submissions)
            self._look_at(submissions, answers)
        return bool(submissions)

    async def _touched(self, source: Source, recorded: Sequence[Recorded]) -> dict[Table, dict[str, Any]]:
        """Load the rows that these events touch and that are not in memory."""
        touched: dict[Table, dict[str, Any]] = {}
        for table in self.tables:
            if table.view.log != source.name:
                continue
            keys = dict.fromkeys(r.subject for r in recorded if table.view.takes(r.subject))
            if keys:
                rows = {key: self.working.get(table.view.row, key) for key in keys}
                rows |= await table.load(self._connection, [key for key, row in rows.items() if row is None])
                touched[table] = rows
        return touched

    async def _fold(self, source: Source, event: Recorded, touched: dict[Table, dict[str, Any]]) -> None:
        for table, rows in touched.items():
            if table.view.takes(event.subject):
                row = await self._row(source, table.view, event, rows.get(event.subject))
                rows[event.subject] = row
                self.working.put(table, event.subject, row)

    async def _row(self, source: Source, view: View[Any], event: Recorded, row: Any) -> Any:
        """Fold one event; after a correction, fold the stream anew as it is now read."""
        if not isinstance(event.event, EventCorrected):
            return view.fold(row, event)
        history = await source.history(event.subject, event.index)
        return folded(view, source.name, self._catalogues[source.name], history)

    def _react(self, event: Recorded) -> Iterable[Submission]:
        n = 0
        for reaction in self.reactions.to.get(type(event.event), ()):
            for command in reaction(event, self.working, self.logs.rules.authority):
                yield self._submission(event, n, command)
                n += 1

    def _submission(self, cause: Recorded, n: int, command: Command) -> Submission:
        return Submission(
            command=command,
            key=f"{cause.log}/{cause.index}/{n}",
            actor="system",
            role=self.role,
            recorded_at=self._now(),
            correlation_id=cause.envelope.correlationid,
            causation_id=cause.envelope.id,
        )

    async def _move(self, source: str, arrived: Sequence[Arrived]) -> None:
        """Move the position by compare-and-set, in the transaction of its effects."""
        last = arrived[-1]
        epoch = max(last.epoch, self.positions[source].epoch)
        sql = query(SQL, "move_position")
        done = await self._connection.execute(sql, REACTOR, source, arrived[0].index, last.index + 1, epoch)
        if done != "UPDATE 1":
            raise Overtaken(f"{source} index {arrived[0].index}: another reactor was here")

    def _look_at(self, submissions: Sequence[Submission], answers: Sequence[object]) -> None:
        """A reaction that fails stops the reactor; one that a rule refuses is said."""
        for submission, answer in zip(submissions, answers, strict=True):
            if isinstance(answer, Failed):
                raise answer.error
            if isinstance(answer, Refused):
                log.warning("reaction refused", key=submission.key, reason=answer.reason)


def folded(view: View[Any], source: str, catalogue: Catalogue, history: Sequence[tuple[int, bytes]]) -> Any:
    """Fold a stream's whole history as it is now read: the row of a view after a correction."""
    envelopes: list[Envelope] = []
    indexes: dict[str, int] = {}
    for index, data in history:
        envelope = catalogue.decode(data)
        if envelope is not None:
            envelopes.append(envelope)
            indexes[envelope.id] = index
    row = None
    for envelope in as_corrected(envelopes):
        row = view.fold(row, Recorded(source, indexes[envelope.id], envelope))
    return row

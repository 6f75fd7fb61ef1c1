"""The reactor: one a service, the only writer of its views.

It takes the records of all its sources one after the other, in serial transactions. Event by event it folds, then reacts; only
the I/O is batched. What joins two sources therefore sees the first whichever comes second. The commands of a batch are decided
last, under the append lock, in the transaction that moves the position: all of it happens once, or not at all.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import structlog

from shared.contracts.cloudevent import Catalogue, Envelope, Recorded, Unreadable
from shared.contracts.duty import EventCorrected
from shared.correcting import as_corrected
from shared.deciding import Command, Refused, Submission
from shared.diagnostics import REFUSED_WITHIN
from shared.log.append import Failed, Logs
from shared.log.postgres import SQL, Connection, locked
from shared.log.sources import Arrived, Poisoned, Source
from shared.log.sql import query
from shared.log.tables import Table, Working
from shared.log.view import View
from shared.policy.role import Role
from shared.reacting import Reactions, keyed

REACTOR = "reactor"
MOST_COMMANDS = 1_000
"""So many commands in one transaction: then what is left of a batch waits for the next, and others get the append lock."""

CORRECTED = EventCorrected.TYPE.encode()

log = structlog.get_logger()


class Overtaken(Exception):
    """Another reactor has moved the position: this one is not the leader any more and must stop."""


_Touched: TypeAlias = list[tuple[Table, dict[str, Any]]]
"""Each table that a batch writes to, with the rows of its streams."""


History: TypeAlias = Sequence[tuple[int, bytes]]
"""One stream's events with their indexes, up to a correction."""
_Histories: TypeAlias = dict[int, History]
"""By the correction's index."""


class _Rebuilt(Exception):
    """A table was switched since its working rows were read."""


@dataclass(slots=True)
class Position:
    """What is expected next of a source, the highest epoch seen, and the index below which nothing reacts again."""

    next_index: int
    epoch: int
    react_from: int


class Reactor:
    """Folds and reacts; `role` is in whose name its commands are, `now` gives the time when they are recorded.

    What it keeps in memory is right from `begin` until it raises; then it must begin anew.
    """

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
        self._made = 0

    async def begin(self, connection: Connection, sources: Iterable[str]) -> None:
        """Take over: learn the tables, the working rows and the positions."""
        self._connection = connection
        for table in self.tables:
            await table.prepare(connection)
        await self._load()
        for source in sources:
            await connection.execute(query(SQL, "begin_position"), REACTOR, source)
        rows = await connection.fetch(query(SQL, "positions"), REACTOR)
        self.positions = {r["source"]: Position(r["next_index"], r["epoch"], r["react_from"]) for r in rows}
        self.working.sizes = {name: position.next_index for name, position in self.positions.items()}

    async def _load(self) -> None:
        self._made = await self._connection.fetchval(query(SQL, "views_made"))
        await self.working.load(self._connection)
        self.working.sizes = {name: position.next_index for name, position in self.positions.items()}

    async def follow(self, source: Source) -> None:
        """Take a source's records as they come, until cancelled. Raises Poisoned, Overtaken, and what Postgres raises."""
        position = self.positions[source.name]
        async with aclosing(source.read(position.next_index, position.epoch)) as batches:
            async for arrived in batches:
                await self.take(source, arrived)

    async def take(self, source: Source, arrived: Sequence[Arrived]) -> None:
        """Fold and answer a source's next records. Raises Poisoned when all before the poison was taken, and Overtaken."""
        poison: Poisoned | None = None
        histories = await self._histories(source, arrived)
        async with self.turn:
            while arrived:
                try:
                    arrived = await self._some(source, arrived, histories)
                except _Rebuilt:
                    await self._load()
                except Poisoned as error:
                    poison = error
                    arrived = [record for record in arrived if record.index < error.index]
                    await self._load()
        if poison is not None:
            raise poison

    async def _histories(self, source: Source, arrived: Sequence[Arrived]) -> _Histories:
        """Read the corrected streams before anybody waits for us: another service's lies anywhere in its topic."""
        found: _Histories = {}
        for record in arrived:
            if CORRECTED not in record.bytes:
                continue
            try:
                event = self._read(source.name, record)
            except Poisoned:
                break  # those behind it are not taken
            if event is not None and any(_refolds(table.view, event.subject) for table in self.tables):
                found[event.index] = await source.history(event.subject, event.index)
        return found

    async def _some(self, source: Source, arrived: Sequence[Arrived], histories: _Histories) -> Sequence[Arrived]:
        """Take what fits into one transaction, and give the rest."""
        async with self._connection.transaction():
            # What only folds need not wait for the disk: a crash takes back rows and position together.
            await self._connection.execute("SET LOCAL synchronous_commit = off;" + query(SQL, "take_turn"))
            taken, submissions = await self._fold(source, arrived, histories)
            await self._move(source.name, taken)
            if submissions:
                await self._connection.execute("SET LOCAL synchronous_commit = on")
                wanted = [submission for _, submission in submissions]
                answers = await self.logs.decide(await locked(self._connection), wanted)
                self._look_at(source, submissions, answers)
        position = self.positions[source.name]
        position.next_index = taken[-1].index + 1
        position.epoch = max(position.epoch, taken[-1].epoch)
        if submissions:
            self.logs.tell()
        async with self.moved:
            self.moved.notify_all()
        return arrived[len(taken) :]

    async def _fold(
        self, source: Source, arrived: Sequence[Arrived], histories: _Histories
    ) -> tuple[Sequence[Arrived], list[tuple[Recorded, Submission]]]:
        """Fold and react, event by event, and store the rows; give what was taken, and the commands with their causes."""
        recorded = [self._read(source.name, record) for record in arrived]
        touched = await self._touched(source, recorded)
        react_from = self.positions[source.name].react_from
        submissions: list[tuple[Recorded, Submission]] = []
        taken = 0
        for place, event in zip(arrived, recorded, strict=True):
            taken += 1
            self.working.sizes[source.name] = place.index + 1
            if event is not None:
                self._fold_one(touched, event, histories)
                if event.index >= react_from:
                    submissions += self._react(event)
            if len(submissions) >= MOST_COMMANDS:
                break
        for table, rows in touched:
            await table.store(self._connection, rows)
        return arrived[:taken], submissions

    def _read(self, source: str, record: Arrived) -> Recorded | None:
        """Decode a record; None for a type that this service does not read, which is passed over."""
        try:
            envelope = self._catalogues[source].decode(record.bytes)
        except Unreadable as error:
            raise Poisoned(source, record.index, str(error)) from error
        return None if envelope is None else Recorded(source, record.index, envelope)

    async def _touched(self, source: Source, recorded: Sequence[Recorded | None]) -> list[tuple[Table, dict[str, Any]]]:
        """Load the rows that these events touch and that are not in memory; what is None then begins with them."""
        touched: _Touched = []
        for table in self.tables:
            if source.name not in table.view.logs:
                continue
            keys = dict.fromkeys(r.subject for r in recorded if r is not None and table.view.wants(r))
            if keys:
                rows = {key: self.working.get(table.view.row, key) for key in keys}
                rows |= await table.load(self._connection, [key for key, row in rows.items() if row is None])
                touched.append((table, rows))
        return touched

    def _fold_one(self, touched: _Touched, event: Recorded, histories: _Histories) -> None:
        """Fold one event into each view that takes it; after a correction, fold the stream anew as it is now read."""
        key = event.subject
        for table, rows in touched:
            if not table.view.wants(event):
                continue
            if isinstance(event.event, EventCorrected) and not table.view.as_recorded:
                row = refolded(table.view, self._catalogues[event.log], event, histories[event.index])
            else:
                try:
                    row = table.view.fold(rows.get(key), event)
                except Exception as error:
                    raise poisoned(event, error) from error
            rows[key] = row
            self.working.put(table, key, row)

    def _react(self, event: Recorded) -> list[tuple[Recorded, Submission]]:
        reactions = self.reactions.to.get(type(event.event), ())
        try:
            commands = [c for reaction in reactions for c in reaction(event, self.working, self.logs.rules.authority)]
        except Exception as error:
            raise poisoned(event, error) from error
        return [(event, self._submission(event, key, command)) for key, command in keyed(event, commands)]

    def _submission(self, cause: Recorded, key: str, command: Command) -> Submission:
        return Submission(
            command=command,
            key=key,
            actor="system",
            role=self.role,
            recorded_at=self._now(),
            correlation_id=cause.envelope.correlationid,
            causation_id=cause.envelope.id,
        )

    async def _move(self, source: str, taken: Sequence[Arrived]) -> None:
        """Move the position by compare-and-set, in the transaction of its effects. Raises Overtaken."""
        last = taken[-1]
        epoch = max(last.epoch, self.positions[source].epoch)
        sql = query(SQL, "move_position")
        made = await self._connection.fetchval(sql, REACTOR, source, taken[0].index, last.index + 1, epoch)
        if made is None:
            raise Overtaken(f"{source} index {taken[0].index}: another reactor was here")
        if made != self._made:
            raise _Rebuilt

    def _look_at(
        self, source: Source, submissions: Sequence[tuple[Recorded, Submission]], answers: Sequence[object]
    ) -> None:
        """A reaction that fails stops the reactor; one that a rule refuses is said."""
        for (cause, submission), answer in zip(submissions, answers, strict=True):
            if isinstance(answer, Failed):
                what = f"{type(submission.command).__name__} failed ({type(answer.error).__name__})"
                raise Poisoned(source.name, cause.index, f"its reaction {what}") from answer.error
            if isinstance(answer, Refused):
                REFUSED_WITHIN.labels("reactor", answer.reason).inc()
                log.warning("reaction refused", key=submission.key, reason=answer.reason)


def poisoned(event: Recorded, error: Exception) -> Poisoned:
    """Name the event at which a fold or a reaction failed."""
    why = f"{event.envelope.type} could not be folded or reacted to ({type(error).__name__})"
    return Poisoned(event.log, event.index, why)


def _refolds(view: View[Any], subject: str) -> bool:
    """Tell whether a correction of the stream makes the view's row anew."""
    return view.takes(subject) and not view.as_recorded


def refolded(view: View[Any], catalogue: Catalogue, correction: Recorded, history: History) -> Any:
    """Fold a stream's whole history as it is now read: the row of a view after a correction. Raises Poisoned."""
    try:
        return folded(view, correction.log, catalogue, history)
    except Exception as error:
        raise poisoned(correction, error) from error


def folded(view: View[Any], source: str, catalogue: Catalogue, history: Sequence[tuple[int, bytes]]) -> Any:
    """Fold a stream's events as they are now read: what a correction says is read into those that it corrects."""
    envelopes: list[Envelope] = []
    indexes: dict[str, int] = {}
    for index, data in history:
        envelope = catalogue.decode(data)
        if envelope is not None:
            envelopes.append(envelope)
            indexes[envelope.id] = index
    row = None
    for envelope in envelopes if view.as_recorded else as_corrected(envelopes):
        row = view.fold(row, Recorded(source, indexes[envelope.id], envelope))
    return row

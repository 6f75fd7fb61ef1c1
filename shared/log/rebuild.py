"""A view made anew from its log, beside the live one and while commands keep coming, then switched under the reactor's lock.

The new table is folded in a schema of its own from the log's first index; the last stretch is folded while the reactor waits.
A rebuild folds and never reacts. Afterwards the table equals the live one byte for byte, or the live one was wrong.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from shared.contracts.cloudevent import Catalogue, Recorded, Unreadable
from shared.contracts.duty import EventCorrected
from shared.log.postgres import SQL, Connection
from shared.log.reactor import REACTOR, poisoned, refolded
from shared.log.sources import Arrived, Poisoned, Source
from shared.log.sql import query
from shared.log.tables import Table, create, digest
from shared.log.view import View

MOST_ROWS = 10_000
"""So many rows are kept in memory."""
LAST_STRETCH = 1_000
"""So many records are folded while the reactor waits."""


class NotInReach(Exception):
    """The log ended before the live view's position: it cannot be rebuilt from there."""

    def __init__(self, view: str, log: str, index: int) -> None:
        super().__init__(
            f"view {view}: {log} has nothing at index {index}, where the live view stands; run ./medverka check"
        )


@dataclass(slots=True)
class _Fold:
    """A table being made: rows are kept in memory, stored when they are many while the next are folded, and at the end."""

    connection: Connection
    table: Table
    source: Source
    catalogue: Catalogue
    most_rows: int
    next_index: int = 0
    rows: dict[str, Any] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    """Those of the rows that had been stored before."""
    storing: "asyncio.Task[None] | None" = None

    async def take(self, arrived: Sequence[Arrived]) -> None:
        """Fold the log's next records. Raises Poisoned."""
        recorded = self._read(arrived)
        for event in recorded:
            if event.envelope.streamversion == 1:
                self.rows[event.subject] = None  # its stream begins here: nothing of it can have been stored
        await self._load({event.subject for event in recorded} - self.rows.keys())
        view, rows = self.table.view, self.rows
        for event in recorded:
            subject = event.subject
            if isinstance(event.event, EventCorrected) and not view.as_recorded:
                rows[subject] = refolded(view, self.catalogue, event, await self.source.history(subject, event.index))
                continue
            try:
                rows[subject] = view.fold(rows[subject], event)
            except Exception as error:
                raise poisoned(event, error) from error
        self.next_index = arrived[-1].index + 1
        if len(rows) >= self.most_rows:
            await self.store()

    def _read(self, arrived: Sequence[Arrived]) -> list[Recorded]:
        """Decode the records whose streams have a row here."""
        name, decode, view = self.source.name, self.catalogue.decode, self.table.view
        recorded: list[Recorded] = []
        for record in arrived:
            try:
                envelope = decode(record.bytes)
            except Unreadable as error:
                raise Poisoned(name, record.index, str(error)) from error
            if envelope is None or not view.takes(envelope.subject):
                continue
            event = Recorded(name, record.index, envelope)
            if view.only is None or view.only(event):
                recorded.append(event)
        return recorded

    async def _load(self, keys: Collection[str]) -> None:
        """Fetch rows that were stored before; a new stream has none."""
        if keys:
            await self.stored()
            self.rows |= dict.fromkeys(keys)
            found = await self.table.load(self.connection, keys)
            self.rows |= found
            self.loaded |= found.keys()

    async def store(self) -> None:
        """Begin to store the rows in memory and forget them; the connection is free again after `stored`."""
        await self.stored()
        self.storing = asyncio.create_task(self._store(self.rows, self.loaded))
        self.rows, self.loaded = {}, set()

    async def _store(self, rows: Mapping[str, Any], loaded: Collection[str]) -> None:
        fresh = [row for key, row in rows.items() if row is not None and key not in loaded]
        await self.table.copy(self.connection, fresh)
        await self.table.store(self.connection, {key: rows[key] for key in loaded})

    async def stored(self) -> None:
        """Wait until all that was given to be stored is."""
        storing, self.storing = self.storing, None
        if storing is not None:
            await storing


async def switch(connection: Connection, schema: str, view: View[Any]) -> None:
    """Let the new table take the live one's place."""
    await connection.execute(
        f'DROP TABLE IF EXISTS public."{view.name}"; ALTER TABLE "{schema}"."{view.name}" SET SCHEMA public'
    )
    await connection.execute(query(SQL, "note_view"), view.name, digest(view))


Finish: TypeAlias = Callable[[Connection, str, View[Any]], Awaitable[None]]
"""What is done with the new table, which stands in a schema of its own while the reactor waits at the same position."""


async def rebuild(
    connection: Connection, view: View[Any], source: Source, catalogue: Catalogue,
    progress: Callable[[int, int], None] = lambda _done, _all: None, *, most_rows: int = MOST_ROWS, finish: Finish = switch,
    others: Sequence[tuple[Source, Catalogue]] = (),
) -> int:  # fmt: skip
    """Make a view anew and switch to it; give the index up to which its log was folded. Raises NotInReach, Poisoned.

    One rebuild of a view at a time: another waits. Where `finish` only looks, the live table stays. `others` are those of
    the logs beside its first that have rows of it.
    """
    schema = f"rebuild_{view.name}"
    await connection.execute(query(SQL, "begin_rebuild"), schema)
    try:
        # Nobody waits for a table in the making, and it is made again after a crash.
        await connection.execute(
            f'DROP SCHEMA IF EXISTS "{schema}" CASCADE; CREATE SCHEMA "{schema}";'
            f'SET search_path TO "{schema}", public; SET synchronous_commit = off'
        )
        await create(connection, view)
        table = Table(view)
        await table.prepare(connection)
        folds = [_Fold(connection, table, *read, most_rows) for read in ((source, catalogue), *others)]
        for fold in folds:
            while fold.next_index < (end := await _position(connection, fold.source.name)) - LAST_STRETCH:
                await _until(fold, end, progress)
        async with connection.transaction():
            await connection.execute("SET LOCAL synchronous_commit = on;" + query(SQL, "take_turn"))
            for fold in folds:
                await _until(fold, await _position(connection, fold.source.name), progress)
                await fold.store()
                await fold.stored()
            await finish(connection, schema, view)
    finally:
        if not connection.is_closed():
            await connection.execute(
                f'RESET search_path; RESET synchronous_commit; DROP SCHEMA IF EXISTS "{schema}" CASCADE'
            )
            await connection.execute(query(SQL, "end_rebuild"), schema)
    return folds[0].next_index


async def _until(fold: _Fold, end: int, progress: Callable[[int, int], None]) -> None:
    """Fold up to the live view's position and no further."""
    if fold.next_index >= end:
        return
    try:
        async with aclosing(fold.source.read(fold.next_index, 0)) as batches:
            async for arrived in batches:
                wanted = arrived[: max(0, end - arrived[0].index)]
                if not wanted:
                    raise NotInReach(fold.table.view.name, fold.source.name, fold.next_index)
                await fold.take(wanted)
                progress(fold.next_index, end)
                if fold.next_index >= end:
                    return
    finally:
        await fold.stored()


async def _position(connection: Connection, log: str) -> int:
    rows = await connection.fetch(query(SQL, "positions"), REACTOR)
    return next((row["next_index"] for row in rows if row["source"] == log), 0)


async def outdated(connection: Connection, views: Sequence[View[Any]]) -> list[View[Any]]:
    """Give the views whose table is missing or was made by another pair of files."""
    rows = await connection.fetch(query(SQL, "views"))
    made = {row["name"]: row["digest"] for row in rows}
    return [view for view in views if made.get(view.name) != digest(view)]

"""A view made anew from its log, beside the live one and while commands keep coming, then switched under the reactor's lock.

The new table is folded in a schema of its own from the log's first index; the last stretch is folded while the reactor waits.
A rebuild folds and never reacts. Afterwards the table equals the live one byte for byte, or the live one was wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.cloudevent import Catalogue, Recorded
from shared.contracts.duty import EventCorrected
from shared.log.postgres import SQL, Connection
from shared.log.reactor import REACTOR, TURN, folded
from shared.log.sources import Arrived, Source
from shared.log.sql import query
from shared.log.tables import Table, create, digest
from shared.log.view import View


class NotInReach(Exception):
    """The log ended before the live view's position: it cannot be rebuilt from there."""

    def __init__(self, view: str, log: str, index: int) -> None:
        super().__init__(
            f"view {view}: {log} has nothing at index {index}, where the live view stands; run ./medverka check"
        )


@dataclass(slots=True)
class _Fold:
    """A table being made: the rows so far lie in Postgres, those of the batch in memory."""

    connection: Connection
    table: Table
    source: Source
    catalogue: Catalogue
    next_index: int = 0

    async def take(self, arrived: Sequence[Arrived]) -> None:
        view = self.table.view
        recorded = [
            Recorded(self.source.name, record.index, envelope)
            for record in arrived
            if (envelope := self.catalogue.decode(record.bytes)) is not None and view.takes(envelope.subject)
        ]
        rows: dict[str, Any] = dict.fromkeys(r.subject for r in recorded)
        rows |= await self.table.load(self.connection, rows)
        for event in recorded:
            rows[event.subject] = await self._row(event, rows[event.subject])
        await self.table.store(self.connection, rows)
        self.next_index = arrived[-1].index + 1

    async def _row(self, event: Recorded, row: Any) -> Any:
        if not isinstance(event.event, EventCorrected):
            return self.table.view.fold(row, event)
        history = await self.source.history(event.subject, event.index)
        return folded(self.table.view, self.source.name, self.catalogue, history)


async def rebuild(
    connection: Connection, view: View[Any], source: Source, catalogue: Catalogue,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:  # fmt: skip
    """Make a view anew and switch to it; give the index up to which it was folded. Raises NotInReach."""
    schema = f"rebuild_{view.name}"
    await connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE; CREATE SCHEMA "{schema}"')
    try:
        await connection.execute(f'SET search_path TO "{schema}", public')
        await create(connection, view)
        table = Table(view)
        await table.prepare(connection)
        fold = _Fold(connection, table, source, catalogue)
        await _until(fold, await _position(connection, view.log), progress)
        async with connection.transaction():
            await connection.execute(TURN)
            await _until(fold, await _position(connection, view.log), progress)
            await _switch(connection, schema, view)
    finally:
        await connection.execute(f'SET search_path TO DEFAULT; DROP SCHEMA IF EXISTS "{schema}" CASCADE')
    return fold.next_index


async def _until(fold: _Fold, end: int, progress: Callable[[int, int], None]) -> None:
    """Fold up to the live view's position and no further."""
    if fold.next_index >= end:
        return
    async for arrived in fold.source.read(fold.next_index, 0):
        wanted = [record for record in arrived if record.index < end]
        if wanted:
            await fold.take(wanted)
            progress(fold.next_index, end)
        if fold.next_index >= end:
            return
        if not wanted:
            raise NotInReach(fold.table.view.name, fold.source.name, fold.next_index)


async def _position(connection: Connection, log: str) -> int:
    rows = await connection.fetch(query(SQL, "positions"), REACTOR)
    return next((row["next_index"] for row in rows if row["source"] == log), 0)


async def _switch(connection: Connection, schema: str, view: View[Any]) -> None:
    await connection.execute(
        f'DROP TABLE IF EXISTS public."{view.name}"; ALTER TABLE "{schema}"."{view.name}" SET SCHEMA public'
    )
    await connection.execute(
        "INSERT INTO public.view (name, digest) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET digest = excluded.digest",
        view.name, digest(view),
    )  # fmt: skip


async def outdated(connection: Connection, views: Sequence[View[Any]]) -> list[View[Any]]:
    """Give the views whose table is missing or was made by another pair of files."""
    rows = await connection.fetch("SELECT name, digest FROM view")
    made = {row["name"]: row["digest"] for row in rows}
    return [view for view in views if made.get(view.name) != digest(view)]

"""Where a view's rows lie: loaded by stream, stored in one statement, kept in memory where reactions look at them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from pydantic import TypeAdapter
from pydantic_core import to_json

from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.view import View, nothing

R = TypeVar("R")
LEAVES = frozenset({str, int, bool, date, type(None)})
"""What holds nothing that could need an order: most of what is in a row."""


def digest(view: View[Any]) -> str:
    """Give the digest of what a view's table is made by: its SQL, its row's fields, its fold's module, what that depends on."""
    fold = Path(view.fold.__code__.co_filename).read_bytes()
    shape = repr([(field.name, str(field.type)) for field in fields(view.row)])
    return hashlib.sha256(
        view.sql.read_bytes() + fold + shape.encode() + view.depends.encode() + "".join(view.also).encode()
    ).hexdigest()


class Table:
    """One view's table. Its columns are the row's fields; a container in a row is `jsonb`.

    Names are not qualified: the connection's search_path decides whether it is the live table or one being rebuilt.
    """

    def __init__(self, view: View[Any]) -> None:
        self.view = view
        self._adapter = TypeAdapter(view.row)
        self._names = [field.name for field in fields(view.row)]
        self._types: list[str] = []
        self._selected = ", ".join(f'"{name}"' for name in self._names)
        self._store = ""

    async def prepare(self, connection: Connection) -> None:
        """Learn the columns' types from the table itself."""
        rows = await connection.fetch(
            "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute"
            " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped",
            self.view.name,
        )
        found = {row["attname"]: row["type"] for row in rows}
        self._types = [found[name] for name in self._names]
        columns = self._selected
        # A container travels as JSON text: asyncpg would take an array of lists for an array of more dimensions.
        types = ["text" if type_ == "jsonb" else type_ for type_ in self._types]
        arrays = ", ".join(f"${n}::{type_}[]" for n, type_ in enumerate(types, 1))
        given = ", ".join(
            f'"{name}"::jsonb' if type_ == "jsonb" else f'"{name}"'
            for name, type_ in zip(self._names, self._types, strict=True)
        )
        news = ", ".join(f'"{name}" = excluded."{name}"' for name in self._names[1:])
        self._store = (
            f'INSERT INTO "{self.view.name}" ({columns}) SELECT {given} FROM unnest({arrays}) AS given ({columns})'  # noqa: S608 - our own names
            f" ON CONFLICT (key) DO UPDATE SET {news}"
        )

    async def load(self, connection: Connection, keys: Iterable[str]) -> dict[str, Any]:
        """Give the rows of some streams."""
        sql = f'SELECT {self._selected} FROM "{self.view.name}" WHERE key = ANY($1::text[])'  # noqa: S608 - our own name
        return {row["key"]: self._row(row) for row in await connection.fetch(sql, list(keys))}

    async def load_all(self, connection: Connection) -> dict[str, Any]:
        """Give every row, for the working set."""
        rows = await connection.fetch(f'SELECT {self._selected} FROM "{self.view.name}"')  # noqa: S608 - our own name
        return {row["key"]: self._row(row) for row in rows}

    async def store(self, connection: Connection, rows: Mapping[str, Any | None]) -> None:
        """Store rows by stream; None: the stream has no row any more. Sorted, so that no two writers can deadlock."""
        gone = sorted(key for key, row in rows.items() if row is None)
        if gone:
            sql = f'DELETE FROM "{self.view.name}" WHERE key = ANY($1::text[])'  # noqa: S608 - our own name
            await connection.execute(sql, gone)
        kept = [row for _, row in sorted(rows.items()) if row is not None]
        if kept:
            await connection.execute(self._store, *self._columns(kept))

    async def copy(self, connection: Connection, rows: Iterable[Any]) -> None:
        """Store rows that are not there yet: in half the time, since an array is looked through before it is sent."""
        records = zip(*self._columns(list(rows)), strict=True)
        await connection.copy_records_to_table(self.view.name, records=records, columns=self._names)

    def _row(self, row: asyncpg.Record) -> Any:
        return self._adapter.validate_python(dict(row.items()))

    def _columns(self, rows: Sequence[Any]) -> list[list[Any]]:
        return [
            [text(getattr(row, name)) for row in rows] if type_ == "jsonb" else [getattr(row, name) for row in rows]
            for name, type_ in zip(self._names, self._types, strict=True)
        ]


def text(value: Any) -> str | None:
    """Give a container's JSON text; NULL for None."""
    if value is not None and not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    return None if value is None else to_json(_json(value)).decode()


def _json(value: Any) -> Any:
    """Put a container's sets into a fixed order and its instants into UTC, however deep, so that equal rows are equal bytes.

    A column gives an instant back in UTC: a fold that goes on from a stored row must not write it otherwise than one that has
    the row in memory.
    """
    if type(value) in LEAVES:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, frozenset):
        return sorted(map(_json, value), key=repr)
    if isinstance(value, tuple | list):
        return [_json(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _json(item) for name, item in value.items()}
    if is_dataclass(value):
        return {field.name: _json(getattr(value, field.name)) for field in fields(value)}
    return value


async def create(connection: Connection, view: View[Any]) -> None:
    """Make the view's table in the connection's current schema."""
    await connection.execute(query(view.sql, "table"))


class Working:
    """The rows in memory: those that reactions look at, and during a batch those that it touches."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tables
        self._rows: dict[type, dict[str, Any]] = {table.view.row: {} for table in tables}
        self.sizes: dict[str, int] = {}
        """Of each log: how many of its events are in the rows, the one that is reacted to among them."""

    def all(self, row: type[R]) -> Mapping[str, R]:
        """Give a view's working rows by stream name."""
        return self._rows[row]

    def get(self, row: type[R], key: str) -> R | None:
        """Give one working row."""
        return self._rows[row].get(key)

    def size(self, log: str) -> int:
        """Give how many events of a log the rows hold."""
        return self.sizes.get(log, 0)

    def put(self, table: Table, key: str, row: Any | None) -> None:
        """Keep a row if reactions look at such rows; else forget it."""
        view = table.view
        if row is not None and view.working is not None and view.working(row):
            self._rows[view.row][key] = row
        else:
            self._rows[view.row].pop(key, None)

    async def load(self, connection: Connection) -> None:
        """Read the working rows anew: when the lead was taken, and after a transaction that did not hold."""
        for table in self.tables:
            working = table.view.working
            rows = await table.load_all(connection) if working and working is not nothing else {}
            self._rows[table.view.row] = {key: row for key, row in rows.items() if working and working(row)}

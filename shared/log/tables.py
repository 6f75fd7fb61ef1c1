"""Where a view's rows lie: loaded by stream, stored in one statement, kept in memory where reactions look at them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.view import View

R = TypeVar("R")


def digest(view: View[Any]) -> str:
    """Give the digest of what a view's table is made by: its SQL, its row's fields and the module of its fold."""
    fold = Path(view.fold.__code__.co_filename).read_bytes()
    shape = repr([(field.name, str(field.type)) for field in fields(view.row)])
    return hashlib.sha256(view.sql.read_bytes() + fold + shape.encode()).hexdigest()


class Table:
    """One view's table. Its columns are the row's fields; a container in a row is `jsonb`.

    Names are not qualified: the connection's search_path decides whether it is the live table or one being rebuilt.
    """

    def __init__(self, view: View[Any]) -> None:
        self.view = view
        self._adapter = TypeAdapter(view.row)
        self._names = [field.name for field in fields(view.row)]
        self._types: list[str] = []
        self._store = ""

    async def prepare(self, connection: Connection) -> None:
        """Learn the columns' types from the table itself."""
        rows = await connection.fetch(
            "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute"
            " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped",
            self.view.name,
        )
        types = {row["attname"]: row["type"] for row in rows}
        self._types = [types[name] for name in self._names]
        columns = ", ".join(f'"{name}"' for name in self._names)
        arrays = ", ".join(f"${n}::{type_}[]" for n, type_ in enumerate(self._types, 1))
        news = ", ".join(f'"{name}" = excluded."{name}"' for name in self._names[1:])
        self._store = (
            f'INSERT INTO "{self.view.name}" ({columns}) SELECT * FROM unnest({arrays})'  # noqa: S608 - our own names
            f" ON CONFLICT (key) DO UPDATE SET {news}"
        )

    async def load(self, connection: Connection, keys: Iterable[str]) -> dict[str, Any]:
        """Give the rows of some streams."""
        sql = f'SELECT * FROM "{self.view.name}" WHERE key = ANY($1::text[])'  # noqa: S608 - our own name
        return {row["key"]: self._row(row) for row in await connection.fetch(sql, list(keys))}

    async def load_all(self, connection: Connection) -> dict[str, Any]:
        """Give every row, for the working set."""
        rows = await connection.fetch(f'SELECT * FROM "{self.view.name}"')  # noqa: S608 - our own name
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

    def _row(self, row: asyncpg.Record) -> Any:
        return self._adapter.validate_python(dict(row.items()))

    def _columns(self, rows: Sequence[Any]) -> list[list[Any]]:
        return [
            [_json(getattr(row, name)) for row in rows] if type_ == "jsonb" else [getattr(row, name) for row in rows]
            for name, type_ in zip(self._names, self._types, strict=True)
        ]


def _json(value: Any) -> Any:
    """Give a container's JSON; a set in a fixed order, so that equal rows are equal bytes."""
    return sorted(value) if isinstance(value, frozenset) else to_jsonable_python(value)


async def create(connection: Connection, view: View[Any]) -> None:
    """Make the view's table in the connection's current schema."""
    await connection.execute(query(view.sql, "table"))


class Working:
    """The rows in memory: those that reactions look at, and during a batch those that it touches."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = tables
        self._rows: dict[type, dict[str, Any]] = {table.view.row: {} for table in tables}

    def all(self, row: type[R]) -> Mapping[str, R]:
        """Give a view's working rows by stream name."""
        return self._rows[row]

    def get(self, row: type[R], key: str) -> R | None:
        """Give one working row."""
        return self._rows[row].get(key)

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
            rows = await table.load_all(connection) if table.view.working else {}
            kept = {key: row for key, row in rows.items() if table.view.working and table.view.working(row)}
            self._rows[table.view.row] = kept

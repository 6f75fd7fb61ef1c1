"""A service's logs in Postgres."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
from pydantic_core import from_json
from typing_extensions import override

from shared.log.sql import query
from shared.log.store import Found, Group, Held, NewEvent, Store, Stored

SQL = Path(__file__).with_name("log.sql")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

COLUMNS = ("log", "index", "subject", "version", "object", "bytes")
"""Of a new event, in the order in which `store` copies them."""

SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "60s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "datestyle": "ISO",  # duty_view.sql makes keys of dates
    "jit": "off",  # every query is short; compiling one costs more than it saves
    # A plan made while a table was empty reads all of it for ever: 14 ms a group at 10,000 events, and growing.
    "plan_cache_mode": "force_custom_plan",
}


WORK = SETTINGS | {
    # All that these connections ask has its index, whatever the planner believes of a table that was empty a minute ago; so it
    # is planned once: a group is read in 0.9 ms instead of 1.4 to 3.5.
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""For the connections that append, react, relay and tick: the same few statements for ever."""

LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,  # a full disk, too many connections
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.ReadOnlySQLTransactionError,  # a standby, while another takes over
    asyncpg.exceptions.TransactionRollbackError,  # a deadlock: the other one goes on, and we begin anew
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asked just as the server's farewell came in
    TimeoutError,
    OSError,
)
"""What asyncpg raises when the server or the connection is gone; whether a commit happened is then unknown."""


def is_lost(error: BaseException) -> bool:
    """Tell whether asking again may help. asyncpg's error for a wrong argument is an InterfaceError, too."""
    return isinstance(error, LOST) and not isinstance(error, ValueError)


async def connect(url: str, name: str) -> Connection:
    """Open one connection of our own, with our time-outs and its purpose as its name."""
    settings = WORK | {"application_name": f"medverka {name}"}
    connection = await asyncpg.connect(url, server_settings=settings, command_timeout=90)
    await read_json(connection)
    return connection


@asynccontextmanager
async def connection(url: str, name: str) -> AsyncIterator[Connection]:
    """Open a connection for as long as it is needed."""
    opened = await connect(url, name)
    try:
        yield opened
    finally:
        await opened.close()


async def pool(url: str, name: str, size: int = 8) -> Pool:
    """Open the process's pool, for questions."""
    settings = SETTINGS | {"application_name": f"medverka {name}"}
    return await asyncpg.create_pool(
        url, min_size=1, max_size=size, server_settings=settings, command_timeout=90, init=read_json
    )


async def read_json(connection: Any) -> None:
    """Let jsonb come as Python values and go as JSON text; in binary, since records are copied in no other way."""
    await connection.set_type_codec(
        "jsonb", encoder=_binary, decoder=lambda data: from_json(data[1:]), schema="pg_catalog", format="binary"
    )


def _binary(json: str) -> bytes:
    """Give a jsonb value's binary form: its version and the text."""
    return b"\x01" + json.encode()


class PostgresGroup(Group):
    """An append in a transaction of the connection, which holds the lock."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @override
    async def read(
        self, subjects: Iterable[str], objects: Iterable[str], keys: Iterable[str], logs: Sequence[str]
    ) -> Found:
        sql = query(SQL, "open_group")
        found = Found()
        for row in await self._connection.fetch(sql, list(subjects), list(objects), list(keys), logs):
            kind, log, index, name, owner, data = row
            if kind == "event":
                found.events.append(Stored(log, index, name, data))
            elif kind == "held":
                found.held[name] = Held(owner, data, log, index)
            elif kind == "end":
                found.ends[log] = index
            else:
                found.epoch, found.is_open = index, name == "open"
        return found

    @override
    async def store(self, events: Sequence[NewEvent], claims: Mapping[str, Held], released: Mapping[str, str]) -> None:
        if released:
            await self._connection.execute(query(SQL, "release_claims"), list(released), list(released.values()))
        rows = [(e.log, e.index, e.subject, e.version, e.object_id, e.bytes) for e in events]
        await self._connection.copy_records_to_table("event", records=rows, columns=COLUMNS)
        await self._connection.execute(
            query(SQL, "store_claims"),
            list(claims),
            [held.owner for held in claims.values()],
            [held.digest for held in claims.values()],
            [held.log for held in claims.values()],
            [held.index for held in claims.values()],
        )


async def locked(connection: Connection) -> PostgresGroup:
    """Take the append lock in the connection's open transaction; it is held until that ends."""
    await connection.execute(query(SQL, "take_append_lock"))
    return PostgresGroup(connection)


class PostgresStore(Store):
    """The logs in a database of their own; appends go over one dedicated connection, made again when it is lost."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._connection: Connection | None = None

    @override
    @asynccontextmanager
    async def group(self) -> AsyncIterator[Group]:
        try:
            connection = await self._opened()
            await connection.execute("BEGIN;" + query(SQL, "take_append_lock"))
            try:
                yield PostgresGroup(connection)
            except Exception as error:
                if not is_lost(error):
                    await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")
        except BaseException as error:
            if is_lost(error) or not isinstance(error, Exception):
                self._give_up()
            if is_lost(error):
                raise ConnectionError(f"{self._name}: Postgres was lost during an append ({error})") from error
            raise

    async def _opened(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._url, f"{self._name} append")
        return self._connection

    def _give_up(self) -> None:
        """Cut the connection, whatever state it is in: then it has no open transaction and no lock."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.close(timeout=10)

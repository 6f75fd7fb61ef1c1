"""Where the invented service's logs lie: in memory or in Postgres, behind one face."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from typing_extensions import override

from shared.log.append import Logs
from shared.log.memory import MemoryStore
from shared.log.migrating import migrate
from shared.log.postgres import SQL, Connection, PostgresStore, connect
from shared.log.sql import query
from shared.log.store import Held, Store
from shared.log.tables import create
from tests.shared.log.invented import OWN, rules, views


def ids(prefix: int = 0x01930000) -> Iterator[str]:
    """Give readable UUIDv7s, one after the other."""
    return (f"{prefix:08x}-0000-7000-8000-{n:012x}" for n in count())


class Garden(Protocol):
    """A store, and what the tests do to it beside appending."""

    store: Store

    def logs(self, *, numbered: bool = False) -> Logs:
        """Give its logs; `numbered`: with readable ids."""
        return Logs(self.store, rules(), OWN, ids=ids() if numbered else None)

    @abstractmethod
    async def lead(self, epoch: int, *, is_open: bool) -> None:
        """Set who leads."""

    @abstractmethod
    async def log(self, name: str) -> Sequence[bytes]:
        """Give a log's events, and see to it that its indexes have no gap."""

    @abstractmethod
    async def claims(self) -> dict[str, Held]:
        """Give what is taken."""


@dataclass
class MemoryGarden(Garden):
    """In memory."""

    store: MemoryStore

    @override
    async def lead(self, epoch: int, *, is_open: bool) -> None:
        self.store.epoch, self.store.is_open = epoch, is_open

    @override
    async def log(self, name: str) -> Sequence[bytes]:
        return self.store.log(name)

    @override
    async def claims(self) -> dict[str, Held]:
        return dict(self.store.claims)


@dataclass
class PostgresGarden(Garden):
    """In Postgres; `connection` is the test's own."""

    store: PostgresStore
    connection: Connection

    @override
    async def lead(self, epoch: int, *, is_open: bool) -> None:
        await self.connection.execute(
            "UPDATE lead SET epoch = $1, open = $2, opened_in = this_database()", epoch, is_open
        )

    @override
    async def log(self, name: str) -> Sequence[bytes]:
        return await read_log(self.connection, name)

    @override
    async def claims(self) -> dict[str, Held]:
        rows = await self.connection.fetch("SELECT * FROM claim")
        return {row["key"]: Held(row["owner"], row["digest"], row["log"], row["index"]) for row in rows}


async def read_log(connection: Connection, name: str) -> list[bytes]:
    """Give all of a log, and see to it that its indexes are 0..n-1."""
    rows = await connection.fetch(query(SQL, "read_log"), name, 0, 1_000_000)
    assert [row["index"] for row in rows] == list(range(len(rows)))
    return [row["bytes"] for row in rows]


async def prepared(url: str) -> None:
    """Bring an empty database to where a leader's handshake would leave it."""
    connection = await connect(url, "test")
    await migrate(connection)
    await connection.execute("UPDATE lead SET epoch = 1, open = true, opened_in = this_database()")
    for view in views():
        await create(connection, view)
    await connection.close()


@asynccontextmanager
async def postgres_garden(url: str, via: str = "") -> AsyncIterator[PostgresGarden]:
    """Open a garden on a prepared database; its appends go by the address `via`, if there is one."""
    store, connection = PostgresStore(via or url, "garden"), await connect(url, "test")
    try:
        yield PostgresGarden(store, connection)
    finally:
        await store.close()
        await connection.close()

"""What the relay needs of where the logs lie: what Kafka has not acknowledged yet, and to note that it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from shared.log.postgres import Connection
from shared.log.sql import query

SQL = Path(__file__).with_name("relay.sql")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event that Kafka has not acknowledged."""

    log: str
    index: int
    subject: str
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Move:
    """The next index to publish of a log, from one value to another."""

    log: str
    expected: int
    next: int


class Outbox(Protocol):
    """The end of the logs that is not published yet."""

    async def begin(self, logs: Sequence[str]) -> None:
        """Know these logs; one that was never published begins at 0."""
        ...

    async def waiting(self, logs: Sequence[str], most: int) -> Sequence[Waiting]:
        """Give what waits, at most so many of each log, the logs as they are listed, all as of one instant."""
        ...

    async def move(self, moves: Sequence[Move], epoch: int) -> bool:
        """Note what Kafka has acknowledged; False if the lead is another's, or another has moved a log."""
        ...


class PostgresOutbox(Outbox):
    """The logs in Postgres, over a connection of the relay's own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @override
    async def begin(self, logs: Sequence[str]) -> None:
        # What a crash of Postgres takes back of `published` is sent again, so its commits need not wait for the disk.
        await self._connection.execute("SET synchronous_commit = off")
        await self._connection.execute(query(SQL, "begin_published"), logs)

    @override
    async def waiting(self, logs: Sequence[str], most: int) -> Sequence[Waiting]:
        return [Waiting(*row) for row in await self._connection.fetch(query(SQL, "waiting"), logs, most)]

    @override
    async def move(self, moves: Sequence[Move], epoch: int) -> bool:
        columns = [m.log for m in moves], [m.expected for m in moves], [m.next for m in moves]
        moved: int = await self._connection.fetchval(query(SQL, "move_published"), *columns, epoch)
        return moved == len(moves)

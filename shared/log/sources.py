"""Where a reactor's records come from: own logs from Postgres, foreign ones from Kafka. Each is read in index order, once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override

from shared.log.postgres import SQL, Pool
from shared.log.sql import query


@dataclass(frozen=True, slots=True)
class Arrived:
    """The next record of a source."""

    index: int
    epoch: int
    bytes: bytes


class Poisoned(Exception):
    """A record of a log cannot be read, and whoever follows stops there: without it the rows would tell of another history."""

    def __init__(self, log: str, index: int, why: str) -> None:
        super().__init__(f"{log} index {index} cannot be read: {why}; upgrade this service, then start it again")
        self.log, self.index, self.why = log, index, why


class Source(Protocol):
    """One log, as a follower sees it."""

    name: str

    def read(self, next_index: int, epoch: int) -> AsyncGenerator[Sequence[Arrived], None]:
        """Give the records from an index on, then wait for more, for ever: each exactly once and in order.

        Close it (`contextlib.aclosing`).
        """
        ...

    async def history(self, subject: str, last_index: int) -> list[tuple[int, bytes]]:
        """Give one stream's events up to an index, with their indexes."""
        ...


class OwnLog(Source):
    """A log of this service, read from its Postgres. `wake` is set by the append of this process; others are polled for.

    A batch costs as much as many events in it, so it is looked at no more often than each `apart_s`: what comes after a pause
    is taken at once, what comes close upon that is taken together.
    """

    def __init__(
        self, name: str, pool: Pool, *, most: int = 1000, poll_s: float = 0.1, apart_s: float = 0.01
    ) -> None:  # fmt: skip
        self.name = name
        self.wake = asyncio.Event()
        self._pool = pool
        self._most = most
        self._poll_s = poll_s
        self._apart_s = apart_s

    @override
    async def read(self, next_index: int, epoch: int) -> AsyncGenerator[Sequence[Arrived], None]:
        clock = asyncio.get_running_loop().time
        while True:
            self.wake.clear()
            looked = clock()
            rows = await self._pool.fetch(query(SQL, "read_log"), self.name, next_index, self._most)
            if rows:
                yield [Arrived(index, epoch, data) for index, data in rows]
                next_index = rows[-1]["index"] + 1
                if len(rows) == self._most:
                    continue
            await asyncio.sleep(max(0.0, looked + self._apart_s - clock()))
            try:
                async with asyncio.timeout(self._poll_s):
                    await self.wake.wait()
            except TimeoutError:
                continue

    @override
    async def history(self, subject: str, last_index: int) -> list[tuple[int, bytes]]:
        rows = await self._pool.fetch(query(SQL, "history"), subject, last_index)
        return [(index, data) for index, data in rows]

"""What HTTP reads: views, streams, and how far the views have come. Never what a decision is made on."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

from typing_extensions import override

from shared.log.postgres import Pool
from shared.log.sql import query
from shared.log.store import Stored
from shared.log.view import View

SQL = Path(__file__).with_name("reading.sql")
TREES = SQL.parents[1] / "log/proving.sql"
PATIENCE_S = 2.0
POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Signed:
    """What a service has committed to of a log: the signed note of so many entries."""

    size: int
    checkpoint: bytes


class Reading(Protocol):
    """The port to what is read. `PostgresReading` and the tests' memory pass the same contract test."""

    async def stream(self, subject: str) -> Sequence[Stored]:
        """Give a stream from its beginning."""
        ...

    async def streams(self, subjects: Sequence[str]) -> Iterable[bytes]:
        """Give the events of several streams."""
        ...

    async def events(self, ids: Sequence[str]) -> Sequence[Stored]:
        """Give the events of one's own logs that have these ids."""
        ...

    async def ask(self, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
        """Ask a named query of a view's SQL."""
        ...

    async def seen_version(self, subject: str) -> int | None:
        """Give the version that a stream's row in the views has at least."""
        ...

    async def positions(self) -> Mapping[str, int]:
        """Give the next index that the views expect of each log."""
        ...

    async def end(self, log: str) -> int:
        """Give the next index of one of the service's own logs."""
        ...

    async def tree(self, log: str) -> Signed | None:
        """Give the size and the signed checkpoint of one of the service's own logs; None: nothing is signed, or no such log."""
        ...

    async def tiles(self, log: str, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Give tiles of a log's tree by level and number; the last of a level may have grown since a checkpoint."""
        ...


class PostgresReading(Reading):
    """Reads from the service's database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @override
    async def stream(self, subject: str) -> Sequence[Stored]:
        rows = await self._pool.fetch(query(SQL, "stream"), subject)
        return [Stored(row["log"], row["index"], None, row["bytes"]) for row in rows]

    @override
    async def streams(self, subjects: Sequence[str]) -> Iterable[bytes]:
        return [row["bytes"] for row in await self._pool.fetch(query(SQL, "streams"), subjects)]

    @override
    async def events(self, ids: Sequence[str]) -> Sequence[Stored]:
        rows = await self._pool.fetch(query(SQL, "events"), [id_.encode() for id_ in ids])
        return [Stored(row["log"], row["index"], None, row["bytes"]) for row in rows]

    @override
    async def ask(self, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
        return [dict(row) for row in await self._pool.fetch(query(view.sql, name), *arguments)]

    @override
    async def seen_version(self, subject: str) -> int | None:
        version: int | None = await self._pool.fetchval(query(SQL, "seen_version"), subject)
        return version

    @override
    async def positions(self) -> Mapping[str, int]:
        return {row["source"]: row["next_index"] for row in await self._pool.fetch(query(SQL, "positions_of_views"))}

    @override
    async def end(self, log: str) -> int:
        return int(await self._pool.fetchval(query(SQL, "end_of_log"), log))

    @override
    async def tree(self, log: str) -> Signed | None:
        row = await self._pool.fetchrow(query(TREES, "tree"), log)
        return None if row is None else Signed(row["size"], row["checkpoint"])

    @override
    async def tiles(self, log: str, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        levels, numbers = [level for level, _ in wanted], [number for _, number in wanted]
        rows = await self._pool.fetch(query(TREES, "tiles"), log, levels, numbers)
        return {(row["level"], row["number"]): row["hashes"] for row in rows}


class Waiting:
    """Waits for the views to have an event. All who wait share one look at the positions."""

    def __init__(self, reading: Reading, *, patience_s: float = PATIENCE_S, poll_s: float = POLL_S) -> None:
        self._reading = reading
        self._patience_s, self._poll_s = patience_s, poll_s
        self._looking = asyncio.Lock()
        self._seen: Mapping[str, int] = {}
        self._looked_at = float("-inf")

    async def reached(self, log: str, index: int) -> bool | None:
        """Tell whether the views have an event in time; None for a log that they do not follow."""
        until = monotonic() + self._patience_s
        while self._seen.get(log, -1) <= index:
            await self._look()
            if log not in self._seen:
                return None
            if self._seen[log] > index:
                break
            if monotonic() >= until:
                return False
            await asyncio.sleep(self._poll_s)
        return True

    async def settled(self, log: str) -> bool:
        """Tell whether the views have, in time, all that is committed to one of the service's own logs now."""
        end = await self._reading.end(log)
        return end == 0 or bool(await self.reached(log, end - 1))

    async def _look(self) -> None:
        asked_at = monotonic()
        async with self._looking:
            if self._looked_at < asked_at:  # else somebody looked while we waited for the lock
                started_at = monotonic()
                self._seen = await self._reading.positions()
                self._looked_at = started_at

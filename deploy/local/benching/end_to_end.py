"""From a command at registry to procurement's view: two processes, Postgres and Kafka between them.

A command has arrived when procurement's position has passed its index: the position moves in the transaction of the view.
"""

import asyncio
import json
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from deploy.local.benching.writer import Order, Seen
from deploy.local.stack.guarded import Guarded
from deploy.local.suite import READY_WITHIN_S, STOP_PATIENCE_S, Suite
from shared.log.postgres import SQL, Connection, connect
from shared.log.reactor import REACTOR
from shared.log.sql import query

LOG = "registry.events"
LOOK_S = 0.001
LONGEST_S = 120.0


class StoodStill(Exception):
    """A follower did not reach the end of a log: the figure would never come."""


class Moved(NamedTuple):
    """A position as it was first seen."""

    at_s: float
    next_index: int


class Arrivals:
    """How a follower's position moved, looked at from a connection of its own at least every millisecond or two."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.moved: list[Moved] = []

    async def until(self, next_index: int) -> None:
        """Look until the position is there. Raises StoodStill."""
        asked = await self._connection.prepare(query(SQL, "positions"))
        began = perf_counter()
        while not self.moved or self.moved[-1].next_index < next_index:
            rows = await asked.fetch(REACTOR)
            now = perf_counter()
            here = next((row["next_index"] for row in rows if row["source"] == LOG), 0)
            if not self.moved or here > self.moved[-1].next_index:
                self.moved.append(Moved(now, here))
            elif now - max(began, self.moved[-1].at_s) > LONGEST_S:
                raise StoodStill(f"{LOG}: the position stood at {here} for {LONGEST_S:.0f} s and not at {next_index}")
            await asyncio.sleep(LOOK_S)


def latencies(seen: Sequence[Seen], moved: Sequence[Moved]) -> list[float]:
    """Give for each command the seconds from when it was received to when the position had passed its index."""
    ends = [move.next_index for move in moved]
    return [moved[bisect_left(ends, one.next_index)].at_s - one.received_s for one in seen]


class Writing:
    """The writer's process (`writer.py`), and how it is given orders."""

    def __init__(self, process: Guarded, directory: Path) -> None:
        self.process = process
        self._directory = directory
        self._orders = 0

    async def carry_out(self, order: Order) -> list[Seen]:
        """Have a load carried out."""
        n, self._orders = self._orders, self._orders + 1
        unfinished = self._directory / f"{n}.unfinished"
        unfinished.write_text(json.dumps(order), encoding="ascii")
        unfinished.rename(self._directory / f"{n}.order")
        seen = self._directory / f"{n}.seen"
        while not seen.exists():
            if not self.process.running:
                raise StoodStill(f"the writer ended ({self.process.reason()}); see {self.process.log}")
            await asyncio.sleep(0.05)
        return [Seen(*one) for one in json.loads(seen.read_text(encoding="ascii"))]


@contextmanager
def writing(suite: Suite) -> Iterator[Writing]:
    """Run the writer in registry's place."""
    directory = suite.directory / "writer"
    directory.mkdir(parents=True)
    process = Guarded(
        "writer", [sys.executable, "-m", "deploy.local.benching.writer", str(directory)], directory=directory,
        log=directory / "log.jsonl", environment=suite.environment("registry"), patience_s=STOP_PATIENCE_S,
    )  # fmt: skip
    try:
        process.wait_until(lambda: suite.readiness("registry")[0], READY_WITHIN_S)
        yield Writing(process, directory)
    finally:
        process.stop()


async def end_to_end(writer: Writing, database: str, order: Order) -> tuple[list[Seen], list[Moved]]:
    """Carry out a load while looking at procurement's position in its database, until it has all of it."""
    connection = await connect(database, "bench")
    try:
        arrivals = Arrivals(connection)
        looking = asyncio.create_task(arrivals.until(order.first + order.commands))
        seen = await writer.carry_out(order)
        await looking
    finally:
        await connection.close()
    return seen, arrivals.moved

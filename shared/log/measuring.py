"""What operators watch: how far each log is published and applied, how old the last progress is, and which duties are open.

Looked at from outside every few seconds, so that what is measured is not slowed by being measured.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import asyncpg
import structlog

from shared.diagnostics import DUTIES, FOLLOWER_LAG, PROGRESS, RELAY_LAG
from shared.log.postgres import LOST, SQL, Pool
from shared.log.sql import query

log = structlog.get_logger()
DUTY_VIEW = Path(__file__).with_name("duty_view.sql")
MEASURING = Path(__file__).with_name("measuring.sql")
EVERY_S = 5.0


async def lags(pool: Pool, logs: Sequence[str]) -> list[tuple[str, str, int, int]]:
    """Give how many events the relay and the reactor are behind in each log, and how many they have done."""
    ends = {row["log"]: row["next_index"] for row in await pool.fetch(query(SQL, "ends_of"), list(logs))}
    published = dict(map(tuple, await pool.fetch(query(MEASURING, "all_published"))))
    applied = dict(map(tuple, await pool.fetch(query(MEASURING, "all_applied"))))
    return [
        (part, name, end - done.get(name, 0), done.get(name, 0))
        for part, done in (("relay", published), ("reactor", applied))
        for name, end in ends.items()
    ]


class Measuring:
    """Measures a service's logs, `own`, and where its views are; `ticked` gives when the clock last found nothing to do."""

    def __init__(self, pool: Pool, own: Sequence[str], ticked: Callable[[], object]) -> None:
        self._pool, self._own, self._ticked = pool, list(own), ticked
        self._before: Mapping[str, object] = {}

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            try:
                await self.look()
            except LOST as error:
                # The store is gone for now, and readiness says so; what is measured grows old, which is seen too.
                log.warning("not measured", why=type(error).__name__)
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Measure once."""
        behind = await lags(self._pool, self._own)
        for part, name, events, _ in behind:
            gauge = RELAY_LAG.labels(name) if part == "relay" else FOLLOWER_LAG.labels(part, name)
            gauge.set(events)
        for part in ("relay", "reactor"):
            of_part = [(events, done) for of, _, events, done in behind if of == part]
            self._progress(part, [done for _, done in of_part], idle=not any(events for events, _ in of_part))
        self._progress("clock", self._ticked(), idle=False)
        await self._duties()

    def _progress(self, part: str, now: object, *, idle: bool) -> None:
        """Note that a part got on since the last look, or had nothing to do."""
        if idle or self._before.get(part) != now:
            PROGRESS.made(part)
        self._before = {**self._before, part: now}

    async def _duties(self) -> None:
        try:
            rows = await self._pool.fetch(query(DUTY_VIEW, "counts"))
        except asyncpg.UndefinedTableError:
            return  # the first leader has not made the view yet
        for row in rows:
            DUTIES.labels(row["clause"], "open").set(row["open"])
            DUTIES.labels(row["clause"], "overdue").set(row["overdue"])

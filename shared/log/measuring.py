"""What operators watch: how far each log is published and applied, how old the last progress is, and which duties are open.

Looked at from outside every few seconds, so that what is measured is not slowed by being measured.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import asyncpg

from shared.diagnostics import DUTIES, FOLLOWER_LAG, PROGRESS, RELAY_LAG
from shared.log.postgres import SQL, Pool
from shared.log.sql import query

DUTY_VIEW = Path(__file__).with_name("duty_view.sql")
MEASURING = Path(__file__).with_name("measuring.sql")
EVERY_S = 5.0


class Measuring:
    """Measures a service's logs, `own`, and where its views are; `ticked` gives when the clock last found nothing to do."""

    def __init__(self, pool: Pool, own: Sequence[str], ticked: Callable[[], object]) -> None:
        self._pool, self._own, self._ticked = pool, list(own), ticked
        self._before: Mapping[str, object] = {}

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Measure once."""
        ends = {row["log"]: row["next_index"] for row in await self._pool.fetch(query(SQL, "ends_of"), self._own)}
        published = dict(map(tuple, await self._pool.fetch(query(MEASURING, "all_published"))))
        applied = dict(map(tuple, await self._pool.fetch(query(MEASURING, "all_applied"))))
        for name, end in ends.items():
            RELAY_LAG.labels(name).set(end - published.get(name, 0))
            FOLLOWER_LAG.labels("reactor", name).set(end - applied.get(name, 0))
        self._progress("relay", published, idle=all(published.get(name, 0) == end for name, end in ends.items()))
        self._progress("reactor", applied, idle=all(applied.get(name, 0) == end for name, end in ends.items()))
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

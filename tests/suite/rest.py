"""When a suite is at rest: all is published, every log is applied wherever it is read, and no boundary is left to take."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

from deploy.local.suite import Suite
from services.consultation.domain.calendar import year_began
from services.placements.views.quarter_ends import QuarterEnds
from services.procurement.views.closings import Closings
from shared.log.postgres import connect
from shared.log.ticking import Boundaries, DutySteps, YearBegins
from shared.persons.memory import MemoryKeys

FOLLOWS: Mapping[str, Sequence[str]] = {
    "registry": (),
    "placements": ("registry.events",),
    "procurement": ("registry.events",),
    "consultation": (),
}
"""The foreign logs that each service reads, as domain.md §5 has them."""
BOUNDARIES: Mapping[str, Sequence[Boundaries]] = {
    "registry": (DutySteps(),),
    "placements": (DutySteps(), QuarterEnds(MemoryKeys())),
    "procurement": (DutySteps(), Closings()),
    "consultation": (DutySteps(), YearBegins(2026, year_began, "consultation")),
}
LIMIT_S = 60.0
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Look:
    """One service at a moment: its logs' ends, what Kafka acknowledged, what it has applied, what its clock has to do."""

    ends: Mapping[str, int]
    published: Mapping[str, int]
    applied: Mapping[str, int]
    boundaries: int


async def until(condition: Callable[[], Awaitable[bool]], limit_s: float = LIMIT_S, look_s: float = 0.1) -> None:
    """Return when a condition holds. Raises TimeoutError."""
    for _ in range(int(limit_s / look_s)):
        if await condition():
            return
        await asyncio.sleep(look_s)
    raise TimeoutError(condition.__name__)


async def look(connection: asyncpg.Connection, service: str, today: date) -> Look:
    """Look at one service."""
    sql = "SELECT log, max(index) + 1 FROM event GROUP BY log"
    applied = await connection.fetch("SELECT source, next_index FROM position WHERE follower = 'reactor'")
    published = await connection.fetch("SELECT log, next_index FROM published")
    boundaries = [await source.upto(connection, today) for source in BOUNDARIES[service]]
    ends = await connection.fetch(sql)
    return Look(
        dict(map(tuple, ends)), dict(map(tuple, published)), dict(map(tuple, applied)), sum(map(len, boundaries))
    )


def unrest(looks: Mapping[str, Look]) -> list[str]:
    """Say what is still to be done."""
    ends = {log: end for seen in looks.values() for log, end in seen.ends.items()}
    found = []
    for service, seen in looks.items():
        found += [f"{log} is published up to {seen.published.get(log, 0)} of {n}" for log, n in seen.ends.items()
                  if seen.published.get(log, 0) != n]  # fmt: skip
        for log in (*seen.ends, *FOLLOWS[service]):
            if seen.applied.get(log, 0) != ends.get(log, 0):
                found.append(f"{service} has applied {log} up to {seen.applied.get(log, 0)} of {ends.get(log, 0)}")
        if seen.boundaries:
            found.append(f"{service}'s clock has {seen.boundaries} to take")
    return found


async def comes_to_rest(suite: Suite, today: date, limit_s: float = LIMIT_S) -> None:
    """Wait until nothing is left to do, and nothing moved while that was seen. Raises AssertionError with what is left."""
    connections = {service: await connect(suite.databases[service], "rest") for service in suite.services}
    try:
        before: Mapping[str, Look] = {}
        left: list[str] = []
        for _ in range(int(limit_s / LOOK_S)):
            looks = {service: await look(connection, service, today) for service, connection in connections.items()}
            left = unrest(looks)
            if not left and looks == before:
                return
            before = looks
            await asyncio.sleep(LOOK_S)
        raise AssertionError(f"the suite does not come to rest on {today}: {'; '.join(left) or 'it keeps moving'}")
    finally:
        for connection in connections.values():
            await connection.close()

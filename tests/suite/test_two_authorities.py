"""Two authorities share one Kafka and one Postgres: each has topics of its own prefix, databases and duties of its own."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from deploy.local.stack import Servers
from deploy.local.suite import Suite
from tests.authorities import FILES
from tests.suite import office
from tests.suite.desk import Desk
from tests.suite.rest import until
from tests.suite.running import at, set_time

CODES = ("gotland", "norrvinge")
TODAY = "2026-05-04"


def prepared(servers: Servers, directory: Path, code: str) -> Suite:
    """Make the registry of an authority."""
    directory.mkdir()
    set_time(directory / "clock", at(TODAY))
    suite = Suite(
        servers, directory, prefix=f"{code}-two.", clock=directory / "clock", authority=FILES / f"{code}.toml",
        services=("registry",),
    )  # fmt: skip
    asyncio.run(suite.prepare())
    return suite


async def recognised(suite: Suite) -> list[tuple[str, str]]:
    """Recognise the same enterprise, and give by whom its review is owed, and by when."""
    async with Desk(suite) as desk:
        await office.recognised(desk, TODAY, 1, "77")

        async def shown() -> bool:
            return bool(await desk.all("registry", "/v1/duties"))

        await until(shown)
        return [(duty["owedByUnit"], duty["dueOn"]) for duty in await desk.all("registry", "/v1/duties")]


async def sources(suite: Suite) -> set[str]:
    """Give whose events stand in a suite's database."""
    connection = await asyncpg.connect(suite.databases["registry"])
    try:
        found = await connection.fetch("SELECT convert_from(bytes, 'UTF8')::jsonb ->> 'source' AS source FROM event")
    finally:
        await connection.close()
    return {row["source"] for row in found}


def test_two_authorities_share_servers_and_nothing_else(servers: Servers, tmp_path: Path) -> None:
    """The same enterprise, recognised by both on one day: another unit, another day, and neither has the other's events."""
    with ExitStack() as both:
        suites = {code: both.enter_context(prepared(servers, tmp_path / code, code)) for code in CODES}
        owed = {code: asyncio.run(recognised(suite)) for code, suite in suites.items()}
        found = {code: asyncio.run(sources(suite)) for code, suite in suites.items()}
    assert owed == {
        "gotland": [("Registerhandläggaren för sociala företag", "2027-05-04")],
        "norrvinge": [("Välfärdsnämnden", "2027-11-04")],
    }
    assert found == {code: {f"/{code}/registry"} for code in CODES}

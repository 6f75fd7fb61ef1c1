"""The race that two well-known stores lose: twelve writers in two processes, and a follower that reads while they write."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from pydantic_core import from_json

from deploy.local.places import ROOT
from shared.log.postgres import Connection, pool
from shared.log.sources import Arrived, OwnLog
from tests.shared.log.gardens import PostgresGarden
from tests.shared.log.invented import DUTIES, PLOTS, let_plot, submission

WRITERS, COMMANDS = 6, 100
ALL = 2 * WRITERS * COMMANDS + 1


async def race(url: str, name: str) -> list[tuple[str, str, int]]:
    """Run one process of writers and give what it was answered."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.shared.log.racing", url, name, str(WRITERS), str(COMMANDS),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0
    lines = [line.split() for line in said.decode().splitlines()]
    return [(key, log, int(index)) for key, log, index in lines]


async def follow(source: OwnLog, until: int) -> list[Arrived]:
    """Read a log as the reactor does, until so many have come."""
    seen: list[Arrived] = []
    async with aclosing(source.read(0, 1)) as batches:
        async for batch in batches:
            assert batch[0].index == len(seen)
            seen += batch
            if len(seen) >= until:
                return seen
    raise AssertionError("a follower reads for ever")


@asynccontextmanager
async def followed(url: str, log: str, until: int) -> AsyncIterator["asyncio.Task[list[Arrived]]"]:
    """Have a log followed in small steps while others write."""
    asking = await pool(url, "follower", 2)
    task = asyncio.create_task(follow(OwnLog(log, asking, most=7, poll_s=0.001), until))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        await asking.close()


def indexes(arrived: Sequence[Arrived]) -> list[int]:
    """Give the indexes in the order in which they came."""
    return [record.index for record in arrived]


async def test_twelve_writers_lose_nothing(postgres: PostgresGarden, garden_url: str) -> None:
    """Every command that was answered is in the log once, at the place that was said, and the live follower missed none."""
    await postgres.logs().append([submission(let_plot("shared"), "first")])
    async with followed(garden_url, PLOTS, ALL) as plots, followed(garden_url, DUTIES, ALL // 2 + 1) as duties:
        answers = [
            answer for part in await asyncio.gather(race(garden_url, "a"), race(garden_url, "b")) for answer in part
        ]
        seen = {PLOTS: await plots, DUTIES: await duties}
    for log, arrived in seen.items():
        stored = await postgres.log(log)
        assert indexes(arrived) == list(range(len(stored)))
        assert [record.bytes for record in arrived] == stored
    assert len(answers) == len(set(answers)) == ALL - 1
    for key, log, index in answers:
        assert from_json(seen[log][index].bytes)["commandkey"] == key
    ends = Counter(from_json(record.bytes)["commandkey"] for log in seen for record in seen[log] if _ends(record))
    assert set(ends.values()) == {1}
    assert len(ends) == ALL
    assert await versions(postgres.connection) == list(range(1, WRITERS * COMMANDS + 2))


def _ends(record: Arrived) -> bool:
    return bool(from_json(record.bytes).get("commandend"))


async def versions(connection: Connection) -> list[int]:
    """Give the versions of the stream that all of them wrote."""
    rows = await connection.fetch("SELECT version FROM event WHERE subject = 'plot/shared' ORDER BY version")
    return [row["version"] for row in rows]

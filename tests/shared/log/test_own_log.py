"""An own log read as it grows: at once after a pause, together where much comes at a time, and nothing twice or not at all."""

import asyncio
from contextlib import aclosing

from shared.log.migrating import migrate
from shared.log.postgres import Connection, connect, pool
from shared.log.sources import OwnLog

LOG = "garden.events"


async def write(connection: Connection, first: int, events: int) -> None:
    """Put events into the log, each in a stream of its own."""
    await connection.execute(
        "INSERT INTO event (log, index, subject, version, bytes)"
        " SELECT $1, n, 'plant/' || n, 1, '{}' FROM generate_series($2::int, $3::int) AS n",
        LOG, first, first + events - 1,
    )  # fmt: skip


async def test_what_comes_close_upon_a_look_is_taken_together(database: str) -> None:
    """A second look waits until `apart_s` after the first, so each batch after it holds all that came meanwhile."""
    connection = await connect(database, "test")
    await migrate(connection)
    await write(connection, 0, 1)
    async with await pool(database, "test", size=2) as asking:
        source = OwnLog(LOG, asking, poll_s=60, apart_s=2)
        async with aclosing(source.read(0, 1)) as batches:
            assert [record.index for record in await anext(batches)] == [0]
            following = asyncio.ensure_future(anext(batches))
            for n in range(1, 6):
                await write(connection, n, 1)
                source.wake.set()
            assert [record.index for record in await following] == [1, 2, 3, 4, 5]
    await connection.close()


async def test_a_log_that_is_behind_is_read_without_a_pause(database: str) -> None:
    """A full batch is followed by the next at once, however far apart looks are else."""
    connection = await connect(database, "test")
    await migrate(connection)
    await write(connection, 0, 7)
    async with (
        asyncio.timeout(30),
        await pool(database, "test", size=2) as asking,
        aclosing(OwnLog(LOG, asking, most=3, poll_s=60, apart_s=60).read(0, 1)) as batches,
    ):
        assert [[r.index for r in await anext(batches)] for _ in range(3)] == [[0, 1, 2], [3, 4, 5], [6]]
    await connection.close()

"""What operators watch is looked at from outside, and a look that fails takes nothing down (shared/log/measuring.py)."""

import asyncio

import pytest

from shared.log.measuring import Measuring, lags
from shared.log.migrating import migrate
from shared.log.postgres import connect, pool
from shared.process import leaves


async def test_lags_are_counted_log_by_log(database: str) -> None:
    """How far Kafka and the views are behind what is committed."""
    connection = await connect(database, "test")
    await migrate(connection)
    await connection.execute(
        "INSERT INTO event (log, index, subject, version, bytes)"
        " SELECT 'a.events', n, 's', n + 1, '' FROM generate_series(0, 4) AS n"
    )
    await connection.execute("INSERT INTO published VALUES ('a.events', 3)")
    await connection.execute(
        "INSERT INTO position (follower, source, next_index, epoch) VALUES ('reactor', 'a.events', 1, 1)"
    )
    async with await pool(database, "test", 2) as questions:
        found = await lags(questions, ["a.events", "a.refused"])
    assert found == [
        ("relay", "a.events", 2, 3), ("relay", "a.refused", 0, 0),
        ("reactor", "a.events", 4, 1), ("reactor", "a.refused", 0, 0),
    ]  # fmt: skip
    await connection.close()


async def test_a_store_that_is_gone_stops_no_measuring(database: str) -> None:
    """Metrics grow old while Postgres is away; the service goes on and measures again when it is back."""
    questions = await pool(database, "test", 1)
    await questions.close()
    running = asyncio.create_task(Measuring(questions, ["a.events"], lambda: None).run())
    for _ in range(5):
        await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def test_errors_of_loops_that_failed_together_are_told_one_by_one() -> None:
    """However deep the groups are in which they come."""
    first, second = OSError("first"), ValueError("second")
    group = ExceptionGroup("loops", [first, ExceptionGroup("inner", [second])])
    assert list(leaves(group)) == [first, second]

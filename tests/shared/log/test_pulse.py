"""Pulses: a reader knows when it has seen all that another service had committed before an instant."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from shared.clock import Clock
from shared.log.memory_topics import MemoryTopics
from shared.log.postgres import Connection, connect
from shared.log.pulse import Pulse, Pulsing, Watermarks, is_due
from shared.log.topic import Record, Sending
from tests.shared.log.gardens import prepared
from tests.shared.log.waiting import until

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLOTS, DUTIES, TOPIC = "garden.events", "garden.duties", "garden.pulse"


def after(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


@dataclass
class StandingClock(Clock):
    """A simulated time."""

    at: datetime = NOON

    @override
    def now(self) -> datetime:
        return self.at


@pytest.mark.parametrize(
    ("clock_s", "looked_s", "machine_s", "due"),
    [
        (59.9, 59.88, 59.9, False),
        (60, 59.98, 60, True),
        (0, 0, 59.9, False),
        (0, 0, 60, True),
        (1.1, 0, 0.02, True),
        (0.9, 0, 0.02, False),
        (-1, 0, 70, True),
        (-1, 0, 1, False),
        (86_400, 0, 0.02, True),
    ],
    ids=[
        "almost a minute", "a minute", "a standing clock", "a standing clock after a minute", "moved a second",
        "moved less", "moved back, after a minute", "moved back", "moved a day",
    ],
)  # fmt: skip
def test_a_pulse_is_due_every_minute_and_when_time_was_moved(
    clock_s: float, looked_s: float, machine_s: float, *, due: bool
) -> None:
    """By the suite's time or the machine's; a simulated time that jumps is told at once."""
    told, looked = (NOON, 0.0), (after(looked_s), machine_s - 0.02)
    assert is_due(told, looked, (after(clock_s), machine_s)) is due


# -- publishing


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """A prepared garden."""
    await prepared(database)
    found = await connect(database, "test")
    yield found
    await found.close()


async def put(connection: Connection, log: str, index: int) -> None:
    """Commit an event."""
    await connection.execute("INSERT INTO event VALUES ($1, $2, $3, 1, NULL, '{}')", log, index, f"{log}/{index}")


async def published(topics: MemoryTopics) -> list[Pulse]:
    """The pulses in the topic."""
    return [Pulse.model_validate_json(record.value or b"") for record in topics.records(TOPIC)]


async def test_a_pulse_says_where_each_log_ends(connection: Connection) -> None:
    """One record a log, its key; the shape is the public contract's."""
    topics = MemoryTopics()
    await topics.create(TOPIC, compacted=True)
    await put(connection, PLOTS, 0)
    await Pulsing(connection, topics, TOPIC, [PLOTS, DUTIES], 7, StandingClock()).publish(NOON)
    assert [(record.key, record.value, record.index) for record in topics.records(TOPIC)] == [
        (b"garden.events", b'{"log":"garden.events","end":1,"through":"2026-03-02T12:00:00Z","epoch":7}', None),
        (b"garden.duties", b'{"log":"garden.duties","end":0,"through":"2026-03-02T12:00:00Z","epoch":7}', None),
    ]


async def test_a_leader_tells_at_once_and_when_time_is_moved(connection: Connection, database: str) -> None:
    """What was committed before the time was moved lies below the end that is told with it."""
    topics, clock = MemoryTopics(), StandingClock()
    await topics.create(TOPIC, compacted=True)
    running = asyncio.create_task(Pulsing(connection, topics, TOPIC, [PLOTS], 1, clock).run())
    await until(lambda: len(topics.records(TOPIC)) == 1)
    second = await connect(database, "test")
    await put(second, PLOTS, 0)
    clock.at = after(86_400)
    await until(lambda: len(topics.records(TOPIC)) == 2)
    running.cancel()
    await second.close()
    assert [(pulse.end, pulse.through) for pulse in await published(topics)] == [(0, NOON), (1, after(86_400))]


# -- reading


def pulse(end: int, seconds: float, *, epoch: int = 1, log: str = PLOTS) -> Record:
    """A pulse as it lies in its topic."""
    said = Pulse(log=log, end=end, through=after(seconds), epoch=epoch).model_dump_json(by_alias=True)
    return Record(0, log.encode(), said.encode())


def heard(*records: Record) -> Watermarks:
    """What a reader of the garden's plots knows."""
    watermarks = Watermarks(MemoryTopics(), {PLOTS: TOPIC})
    watermarks.take(records)
    return watermarks


def test_a_log_is_known_through_the_latest_pulse_whose_end_was_applied() -> None:
    """A newer pulse that has not been reached takes nothing back."""
    watermarks = heard(pulse(3, 0), pulse(3, 60), pulse(5, 120))
    assert watermarks.of(PLOTS, 2) is None
    assert watermarks.of(PLOTS, 3) == after(60)
    assert watermarks.of(PLOTS, 4) == after(60)
    assert watermarks.of(PLOTS, 5) == after(120)


def test_an_overtaken_leaders_pulses_are_passed_over() -> None:
    """And what it counted and a restore has lost is waited for no longer."""
    watermarks = heard(pulse(9, 0), pulse(4, 10, epoch=2), pulse(20, 30, epoch=1))
    assert watermarks.of(PLOTS, 4) == after(10)
    assert watermarks.of(PLOTS, 20) == after(10)


def test_what_is_no_pulse_is_passed_over() -> None:
    """Fences, garbage, another log's."""
    garbage = (Record(0, None, None), Record(0, None, b"{"), Record(0, None, b'{"log": "garden.events"}'))
    assert heard(*garbage, pulse(0, 0, log="stranger.events"), pulse(0, 7)).of(PLOTS, 0) == after(7)


def test_a_silent_service_is_named() -> None:
    """After three minutes without a pulse."""
    now = [0.0]
    watermarks = Watermarks(MemoryTopics(), {PLOTS: TOPIC}, lambda: now[0])
    now[0] = 179.9
    assert watermarks.troubles() == []
    now[0] = 180.0
    (said,) = watermarks.troubles()
    assert said.startswith("garden.events: its service has published no pulse for 180 s")
    watermarks.take([pulse(0, 0)])
    assert watermarks.troubles() == []


async def test_a_reader_waits_until_everything_before_an_instant_was_applied() -> None:
    """Both the pulse and its own position must have come so far; the topic may be made later."""
    topics, position = MemoryTopics(), {PLOTS: 0}
    watermarks = Watermarks(topics, {PLOTS: TOPIC})
    running = asyncio.create_task(watermarks.run())
    reaching = asyncio.create_task(watermarks.reach(after(60), lambda name: position[name]))
    await topics.create(TOPIC)
    for record in (pulse(0, 0), pulse(2, 60)):
        await topics.send(TOPIC, [Sending(PLOTS, record.value or b"", None, 1)])
    await until(lambda: watermarks.of(PLOTS, 0) == NOON)
    assert not reaching.done()
    position[PLOTS] = 2
    await reaching
    running.cancel()

"""What waits to be published, one body over memory and Postgres."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from shared.log.memory import MemoryStore
from shared.log.migrating import migrate
from shared.log.outbox import Move, Outbox, PostgresOutbox
from shared.log.postgres import Connection, PostgresStore, connect
from shared.log.store import NewEvent, Store
from tests.shared.log.outboxes import MemoryOutbox

LOGS = ("a.events", "a.refused")


@dataclass
class Place:
    """A store of logs, its outbox, and how another takes the lead."""

    store: Store
    outbox: Outbox
    connection: "Connection | None"

    async def put(self, log: str, *indexes: int) -> None:
        """Store events under these indexes."""
        events = [NewEvent(log, n, f"{log}/{n}", 1, None, b"%d" % n) for n in indexes]
        async with self.store.group() as group:
            await group.store(events, {}, {})

    async def led_by(self, epoch: int) -> None:
        """Let a leader have taken this epoch."""
        if isinstance(self.store, MemoryStore):
            self.store.epoch = epoch
        else:
            assert self.connection is not None
            await self.connection.execute("UPDATE lead SET epoch = $1", epoch)


@pytest.fixture(params=["memory", "postgres"])
async def place(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Place]:
    """Each test runs on both, led by epoch 3."""
    if request.param == "memory":
        memory = MemoryStore()
        found = Place(memory, MemoryOutbox(memory), None)
        await found.led_by(3)
        await found.outbox.begin(LOGS)
        yield found
        return
    connection = await connect(database, "test")
    await migrate(connection)
    store = PostgresStore(database, "test")
    found = Place(store, PostgresOutbox(connection), connection)
    await found.led_by(3)
    await found.outbox.begin(LOGS)
    yield found
    await store.close()
    await connection.close()


async def waiting(place: Place, most: int = 100) -> list[tuple[str, int]]:
    """What waits, by log and index."""
    return [(event.log, event.index) for event in await place.outbox.waiting(LOGS, most)]


async def test_what_was_never_published_waits_log_by_log(place: Place) -> None:
    """Every log from 0, in index order, the first log first, with its stream and bytes."""
    await place.put("a.refused", 0)
    await place.put("a.events", 0, 1)
    found = await place.outbox.waiting(LOGS, 100)
    assert [(e.log, e.index, e.subject, e.bytes) for e in found] == [
        ("a.events", 0, "a.events/0", b"0"),
        ("a.events", 1, "a.events/1", b"1"),
        ("a.refused", 0, "a.refused/0", b"0"),
    ]


async def test_no_more_of_each_log_than_wanted(place: Place) -> None:
    """The earliest come first."""
    await place.put("a.events", 0, 1, 2)
    await place.put("a.refused", 0, 1, 2)
    assert await waiting(place, 2) == [("a.events", 0), ("a.events", 1), ("a.refused", 0), ("a.refused", 1)]


async def test_what_was_noted_does_not_wait(place: Place) -> None:
    """What Kafka acknowledged is done; what came since waits; beginning again forgets nothing."""
    await place.put("a.events", 0, 1, 2)
    assert await place.outbox.move([Move("a.events", 0, 2)], 3)
    await place.outbox.begin(LOGS)
    await place.put("a.events", 3)
    assert await waiting(place) == [("a.events", 2), ("a.events", 3)]


async def test_another_who_moved_it_is_noticed(place: Place) -> None:
    """Compare and set: two relays of one epoch cannot both have sent it."""
    await place.put("a.events", 0, 1)
    assert await place.outbox.move([Move("a.events", 0, 1)], 3)
    assert not await place.outbox.move([Move("a.events", 0, 2)], 3)
    assert await waiting(place) == [("a.events", 1)]


@pytest.mark.parametrize("epoch", [2, 4])
async def test_only_the_leader_notes_anything(place: Place, epoch: int) -> None:
    """A zombie's records are ignored by all, so what it notes would be published by nobody."""
    await place.put("a.events", 0)
    assert not await place.outbox.move([Move("a.events", 0, 1)], epoch)
    assert await waiting(place) == [("a.events", 0)]

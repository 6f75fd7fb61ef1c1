"""What HTTP reads: one body over memory and Postgres (shared/http/reading.py)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pytest

from shared.contracts.cloudevent import Recorded
from shared.deciding import Submission
from shared.http.reading import SQL, PostgresReading, Reading, Waiting
from shared.log.append import Accepted, Logs
from shared.log.memory import MemoryStore
from shared.log.migrating import migrate
from shared.log.postgres import PostgresStore, connect, pool
from shared.log.reactor import REACTOR
from shared.log.sql import queries, query
from shared.log.store import Stored
from shared.log.tables import Table, create
from shared.persons.memory import MemoryKeys
from shared.persons.preparing import prepare
from shared.persons.recording import sealed
from shared.policy.role import REGISTRY_OFFICER
from tests.shared.http.inn import BOOKING, LOG, NOW, RULES, Book, BookingRow, MemoryReading, Move

SQL_OF_LOG = SQL.parents[1] / "log/log.sql"
IDS = [f"019aa0c0-0000-7000-8000-00000000000{n}" for n in range(4)]


class Kept(Protocol):
    """A store with what reads it; `see` lets its views have the events below an index."""

    reading: Reading
    logs: Logs

    async def see(self, next_index: int) -> None:
        """Let the views have the events below an index."""
        ...


@dataclass
class Memory:
    """In memory."""

    logs: Logs
    reading: Reading
    memory: MemoryReading

    async def see(self, next_index: int) -> None:
        """Fold up to there when asked."""
        self.memory.seen = next_index


@dataclass
class Postgres:
    """On a real server."""

    logs: Logs
    reading: Reading
    connection: Any

    async def see(self, next_index: int) -> None:
        """Store the rows and the position as the reactor does."""
        table = Table(BOOKING)
        await table.prepare(self.connection)
        rows: dict[str, BookingRow | None] = {}
        for stored in await _all(self.reading, next_index):
            envelope = self.logs.catalogue.decode(stored.bytes)
            assert envelope is not None
            recorded = Recorded(LOG, stored.index, envelope)
            rows[envelope.subject] = BOOKING.fold(rows.get(envelope.subject), recorded)
        await table.store(self.connection, rows)
        moving = query(SQL_OF_LOG, "begin_position")
        await self.connection.execute(moving, REACTOR, LOG)
        await self.connection.execute("UPDATE position SET next_index = $1", next_index)


async def _all(reading: Reading, below: int) -> Sequence[Stored]:
    streams = [event for id_ in IDS for event in await reading.stream(f"booking/{id_}")]
    return sorted((event for event in streams if event.index < below), key=lambda event: event.index)


@pytest.fixture(params=["memory", "postgres"])
async def kept(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Kept]:
    """Each store in turn, with two bookings of which the first has moved."""
    if request.param == "memory":
        store = MemoryStore()
        reading = MemoryReading(store)
        memory = Memory(Logs(store, RULES, [LOG], seal=sealed), reading, reading)
        await _fill(memory.logs)
        yield memory
        return
    connection = await connect(database, "test")
    await migrate(connection)
    await connection.execute("UPDATE lead SET epoch = 1, open = true, opened_in = this_database()")
    await create(connection, BOOKING)
    store_ = PostgresStore(database, "test")
    async with await pool(database, "test", 2) as questions:
        postgres = Postgres(Logs(store_, RULES, [LOG], seal=sealed), PostgresReading(questions), connection)
        await _fill(postgres.logs)
        yield postgres
        await store_.close()
        await connection.close()


async def _fill(logs: Logs) -> None:
    keys = MemoryKeys()
    commands = [
        Book.model_validate({"at": NOW, "bookingId": IDS[0], "table": 7, "on": "2026-03-05", "host": "Eva"}),
        Book.model_validate({"at": NOW, "bookingId": IDS[1], "table": 8, "on": "2026-03-06", "guests": [{"seat": 1}]}),
        Move.model_validate({"at": NOW, "bookingId": IDS[0], "table": 9}),
    ]
    submissions = [
        Submission(
            command=await prepare(command, keys, "inn"), key=f"k{n}", actor="a1", role=REGISTRY_OFFICER, recorded_at=NOW,
            correlation_id="c1",
        )
        for n, command in enumerate(commands)
    ]  # fmt: skip
    answers = await logs.append(submissions)
    assert all(isinstance(answer, Accepted) for answer in answers)


async def test_an_event_is_found_by_its_id(kept: Kept) -> None:
    """With its place; an id of another log, or none, finds nothing."""
    [first, _] = await kept.reading.stream(f"booking/{IDS[0]}")
    envelope = kept.logs.catalogue.decode(first.bytes)
    assert envelope is not None
    assert await kept.reading.events([envelope.id, IDS[1], ""]) == [first]


async def test_a_stream_is_given_from_its_beginning(kept: Kept) -> None:
    """Its events in order, with their places; nothing of an unknown one."""
    stored = await kept.reading.stream(f"booking/{IDS[0]}")
    assert [(event.log, event.index) for event in stored] == [(LOG, 0), (LOG, 2)]
    assert await kept.reading.stream("booking/unknown") == []


async def test_several_streams_are_given_at_once(kept: Kept) -> None:
    """As many events as they have together."""
    assert len(list(await kept.reading.streams([f"booking/{id_}" for id_ in IDS]))) == 3
    assert list(await kept.reading.streams([])) == []


async def test_a_version_is_what_the_views_have_seen(kept: Kept) -> None:
    """It lags as they do, and is unknown before their first event of the stream."""
    subject = f"booking/{IDS[0]}"
    found = []
    for next_index in (0, 1, 2, 3):
        await kept.see(next_index)
        found.append(await kept.reading.seen_version(subject))
    assert found == [None, 1, 1, 2]


async def test_positions_are_those_of_the_views(kept: Kept) -> None:
    """By log."""
    await kept.see(2)
    assert await kept.reading.positions() == {LOG: 2}


async def test_the_views_are_waited_for_up_to_the_log_s_end(kept: Kept) -> None:
    """A document that follows on another is read when the views have that one; not for ever."""
    await kept.see(2)
    assert await kept.reading.end(LOG) == 3
    assert await kept.reading.end("inn.nothing") == 0
    waiting = Waiting(kept.reading, patience_s=0.05)
    assert not await waiting.settled(LOG)
    await kept.see(3)
    assert await waiting.settled(LOG)
    assert await waiting.settled("inn.nothing")


async def test_a_view_is_asked_by_its_queries(kept: Kept) -> None:
    """Rows as dicts, days as days, containers as JSON has them; pages and filters by the query's own arguments."""
    await kept.see(3)
    asked = await kept.reading.ask(BOOKING, "bookings", "", 10, None, None, None, None)
    assert [(row["key"], row["table_number"], row["on_day"]) for row in asked] == [
        (f"booking/{IDS[0]}", 9, date(2026, 3, 5)), (f"booking/{IDS[1]}", 8, date(2026, 3, 6)),
    ]  # fmt: skip
    assert (asked[1]["guests"], asked[1]["host"]) == ([{"seat": 1, "vegetarian": False}], None)
    assert asked[0]["host"].keys() == {"keyRef", "alg", "nonce", "ciphertext"}
    after = await kept.reading.ask(BOOKING, "bookings", asked[0]["key"], 10, None, date(2026, 3, 6), None, None)
    assert [row["key"] for row in after] == [f"booking/{IDS[1]}"]
    assert await kept.reading.ask(BOOKING, "booking", f"booking/{IDS[0]}") == asked[:1]


def test_every_query_is_used() -> None:
    """A query in the file that nobody asks is not there for a reason."""
    assert set(queries(SQL)) == {"stream", "streams", "events", "seen_version", "positions_of_views", "end_of_log"}

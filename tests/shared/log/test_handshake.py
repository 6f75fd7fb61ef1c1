"""The handshake on real servers: whatever was restored, lost or forked, both stores say the same before anybody leads."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest
from pydantic_core import from_json
from typing_extensions import override

from deploy.local.stack import Servers, databases
from shared.contracts.values import Plain
from shared.log.append import Accepted, ClosedLead, Logs
from shared.log.completing import CannotComplete
from shared.log.follow import Expectation, Verdict
from shared.log.handshake import Forked, shake_hands
from shared.log.kafka import KafkaTopics
from shared.log.migrating import migrate
from shared.log.outbox import PostgresOutbox
from shared.log.postgres import Connection, PostgresGroup, PostgresStore, connect
from shared.log.reactor import REACTOR
from shared.log.relay import Relay, Succeeded
from shared.log.sources import Poisoned
from shared.log.topic import Record, Sending
from shared.persons.claiming import KeyMacs
from shared.persons.memory import MemoryKeys
from shared.persons.preparing import claims_key, mac, prepare
from shared.persons.recording import sealed
from tests.shared.log.gardens import prepared, read_log
from tests.shared.log.invented import (
    DUTIES,
    MARKET,
    OWN,
    PLOTS,
    REFUSED,
    TENANT,
    correct_plot,
    give_up_plot,
    let_plot,
    rules,
    submission,
    tend_plot,
)

SOURCES = (*OWN, MARKET)


@dataclass
class Garden:
    """The garden's logs in one database, and its topics."""

    url: str
    connection: Connection
    store: PostgresStore
    topics: KafkaTopics
    topic_of: dict[str, str]
    keys: MemoryKeys
    logs: Logs = field(init=False)

    def __post_init__(self) -> None:
        self.logs = Logs(self.store, rules(), OWN, seal=sealed)

    async def shake(self) -> int:
        """Make the handshake."""
        return await shake_hands(
            self.connection, self.topics, self.topic_of, rules(), SOURCES, KeyMacs(self.keys, "garden")
        )

    async def publish(self, epoch: int, *logs: str) -> None:
        """Relay everything of these logs, all by default."""
        topics = {log: self.topic_of[log] for log in logs or OWN}
        relay = Relay(PostgresOutbox(self.connection), self.topics, topics, epoch, asyncio.Event())
        while await relay.round():
            pass

    async def do(self, *commands: object) -> list[Accepted]:
        """Have commands carried out in one group, each under a key of its own."""
        submissions = [submission(c, f"{type(c).__name__} {c.subject}") for c in commands]  # type: ignore[attr-defined, arg-type]
        answers = await self.logs.append(submissions)
        accepted = [answer for answer in answers if isinstance(answer, Accepted)]
        assert len(accepted) == len(answers), answers
        return accepted

    async def log(self, name: str) -> list[bytes]:
        """All of a log in Postgres."""
        return await read_log(self.connection, name)

    async def records(self, name: str) -> list[Record]:
        """All that lies in a log's topic."""
        end = await self.topics.end(self.topic_of[name])
        found: list[Record] = []
        async with aclosing(self.topics.read(self.topic_of[name], 0)) as batches:
            while len(found) < end:
                found += await anext(batches)
        return found

    async def followed(self, name: str) -> list[bytes]:
        """What a follower applies of a log."""
        expectation, applied = Expectation(), []
        for record in await self.records(name):
            expectation, verdict = expectation.step(record)
            if verdict is Verdict.APPLY:
                applied.append(record.value or b"")
        return applied

    async def agrees(self) -> bool:
        """Postgres and Kafka have the same logs."""
        return all([await self.log(name) == await self.followed(name) for name in OWN])

    async def claims(self) -> dict[str, tuple[str, str | None, int | None]]:
        """What is taken: by whom, and for commands the place of their last event, which repeating them answers with."""
        rows = await self.connection.fetch("SELECT key, owner, log, index FROM claim")
        return {
            key: (owner, log, index) if key.startswith("command:") else (owner, None, None)
            for key, owner, log, index in rows
        }

    async def rows(self) -> list[tuple[object, ...]]:
        """The event table."""
        rows = await self.connection.fetch(
            "SELECT log, index, subject, version, object, bytes FROM event ORDER BY 1, 2"
        )
        return [tuple(row) for row in rows]


@dataclass
class Gardens:
    """Opens gardens, and lets Postgres be restored to where a backup was taken."""

    servers: Servers
    prefix: str
    keys: MemoryKeys = field(default_factory=MemoryKeys)
    opened: list[Garden] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    async def open(self, url: str) -> Garden:
        """Open a garden on a prepared database."""
        topic_of = {log: f"{self.prefix}{log}" for log in OWN}
        garden = Garden(
            url,
            await connect(url, "test"),
            PostgresStore(url, "garden"),
            KafkaTopics(self.servers.kafka, "test"),
            topic_of,
            self.keys,
        )
        self.opened.append(garden)
        return garden

    async def close(self, garden: Garden) -> None:
        """Give its connections back."""
        self.opened.remove(garden)
        await garden.store.close()
        await garden.connection.close()
        await garden.topics.close()

    async def backup(self, garden: Garden) -> str:
        """Copy its database as it is now: what a restore brings back later. The garden is closed."""
        await self.close(garden)
        name = f"backup_{len(self.made)}_{garden.url.rpartition('/')[2]}"
        maintenance = await connect(self.servers.database_url, "test")
        original = garden.url.rpartition("/")[2]
        await maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
        await maintenance.close()
        self.made.append(name)
        return databases.in_database(self.servers.database_url, name)


@pytest.fixture
async def gardens(servers: Servers, topic_prefix: str) -> AsyncIterator[Gardens]:
    """Gardens on the real servers."""
    found = Gardens(servers, topic_prefix)
    yield found
    for garden in list(found.opened):
        await found.close(garden)
    for name in found.made:
        await databases.drop(servers.database_url, name)


@pytest.fixture
async def garden(gardens: Gardens, database: str) -> Garden:
    """A garden whose lead nobody has taken."""
    await prepared(database)
    found = await gardens.open(database)
    await found.connection.execute("UPDATE lead SET epoch = 0, open = false")
    return found


async def test_the_first_handshake_opens_the_lead(garden: Garden) -> None:
    """Until it is made nobody appends; it takes epoch 1 and fences every log's topic."""
    with pytest.raises(ClosedLead):
        await garden.do(let_plot("1"))
    assert await garden.shake() == 1
    await garden.do(let_plot("1"))
    for log in OWN:
        assert [(record.index, record.epoch) for record in await garden.records(log)] == [(None, 1)]


async def test_each_handshake_takes_a_higher_epoch(garden: Garden) -> None:
    """Than any in Postgres, and than any in the topics."""
    assert [await garden.shake(), await garden.shake()] == [1, 2]
    await garden.topics.send(garden.topic_of[REFUSED], [Sending(None, b"fence of somebody", None, 7)])
    assert await garden.shake() == 8


async def test_nobody_appends_while_it_is_made(garden: Garden) -> None:
    """A handshake that fails half-way leaves the lead closed."""
    await garden.shake()
    await garden.topics.send(garden.topic_of[PLOTS], [Sending("plot/1", b"not ours", 0, 1)])
    await garden.connection.execute("INSERT INTO event VALUES ($1, 0, 'plot/1', 1, NULL, 'ours')", PLOTS)
    with pytest.raises(Forked):
        await garden.shake()
    with pytest.raises(ClosedLead):
        await garden.do(let_plot("1"))


async def test_kafka_behind_is_published(garden: Garden) -> None:
    """What was committed and not sent is sent by the next leader, and what was sent and not noted is not sent again."""
    await garden.publish(await garden.shake())
    await garden.do(let_plot("1"), let_plot("2"))
    await garden.publish(1)
    await garden.do(let_plot("3"))
    await garden.connection.execute("UPDATE published SET next_index = 0")
    epoch = await garden.shake()
    assert await garden.connection.fetchval("SELECT next_index FROM published WHERE log = $1", PLOTS) == 2
    await garden.publish(epoch)
    assert await garden.agrees()
    sent = [(record.index, record.epoch) for record in await garden.records(PLOTS) if record.index is not None]
    assert sent == [(0, 1), (1, 1), (2, 2)]


async def test_a_topic_that_was_lost_is_written_again(garden: Garden) -> None:
    """Postgres rebuilds Kafka, whatever it had noted."""
    await garden.shake()
    await garden.do(let_plot("1"), let_plot("2"))
    await garden.connection.execute("UPDATE published SET next_index = 2")
    epoch = await garden.shake()
    await garden.publish(epoch)
    assert await garden.agrees()


async def restored(gardens: Gardens, garden: Garden, *, publishing: Sequence[str] = OWN) -> tuple[Garden, Garden]:
    """A garden whose Postgres was restored to before its last commands; the first is as it was, to compare with."""
    await garden.publish(await garden.shake())
    await garden.do(let_plot("1"), let_plot("2", "Rosen"))
    await garden.publish(1)
    url = await gardens.backup(garden)
    lost = await gardens.open(garden.url)
    await lost.do(give_up_plot("2"), let_plot("3"))
    await lost.do(let_plot("4", "Rosen"), tend_plot("3", day="2026-03-09"))
    await lost.publish(1, *publishing)
    return await gardens.open(url), lost


async def test_kafka_ahead_is_imported_byte_for_byte(gardens: Gardens, garden: Garden) -> None:
    """A restored Postgres gets its tail back: events, what duties are about, claims; and goes on after it."""
    back, lost = await restored(gardens, garden)
    assert await back.shake() == 2
    assert await back.rows() == await lost.rows()
    assert await back.claims() == await lost.claims()
    await back.do(tend_plot("4", day="2026-03-10"))
    await back.publish(2)
    assert await back.agrees()


async def test_an_empty_postgres_is_imported_whole(gardens: Gardens, garden: Garden, servers: Servers) -> None:
    """Kafka rebuilds Postgres."""
    _, lost = await restored(gardens, garden)
    name = f"empty_{garden.url.rpartition('/')[2]}"
    gardens.made.append(name)
    url = await databases.create(servers.database_url, name)
    await prepared(url)
    empty = await gardens.open(url)
    await empty.connection.execute("UPDATE lead SET epoch = 0, open = false")
    await empty.shake()
    assert await empty.rows() == await lost.rows()
    assert await empty.claims() == await lost.claims()


async def test_a_command_of_the_tail_is_not_carried_out_again(gardens: Gardens, garden: Garden) -> None:
    """Whoever got no answer before the restore asks again, under the same key."""
    back, lost = await restored(gardens, garden)
    await back.shake()
    (answer,) = await back.do(let_plot("3"))
    assert (answer.repeated, answer.log) == (True, DUTIES)
    assert await back.rows() == await lost.rows()


async def test_what_was_not_relayed_is_lost_and_its_indexes_are_used_again(gardens: Gardens, garden: Garden) -> None:
    """A follower that reads on gets the new events, not a zombie's old ones under the same index."""
    await garden.publish(await garden.shake())
    url = await gardens.backup(garden)
    lost = await gardens.open(garden.url)
    await lost.do(let_plot("9"))
    back = await gardens.open(url)
    epoch = await back.shake()
    await back.do(let_plot("1"))
    zombie = Relay(PostgresOutbox(lost.connection), lost.topics, lost.topic_of, 1, asyncio.Event())
    await zombie.round()
    await back.publish(epoch)
    assert await back.agrees()


# -- a tail that was cut inside an append


async def test_a_tail_cut_inside_an_append_is_completed(gardens: Gardens, garden: Garden) -> None:
    """Where an event came over and what it did to duties did not, that is derived again and appended under its key."""
    back, lost = await restored(gardens, garden, publishing=[PLOTS])
    await back.shake()
    assert await back.log(PLOTS) == await lost.log(PLOTS)
    assert await duties(back) == await duties(lost)
    assert await back.claims() == await lost.claims()
    await back.publish(2)
    assert await back.agrees()


async def test_completing_twice_adds_nothing(gardens: Gardens, garden: Garden) -> None:
    """The next handshake finds whole commands."""
    back, _ = await restored(gardens, garden, publishing=[PLOTS])
    await back.shake()
    before = await back.rows()
    await back.shake()
    assert await back.rows() == before


async def test_a_group_cut_between_its_commands_duties_is_completed(gardens: Gardens, garden: Garden) -> None:
    """Some commands of a group are whole, one is cut, some have nothing of their duties yet."""
    await garden.publish(await garden.shake())
    url = await gardens.backup(garden)
    lost = await gardens.open(garden.url)
    await lost.do(let_plot("1"), let_plot("2"), give_up_plot("1"), let_plot("3"))
    await lost.publish(1, PLOTS)
    arose = await lost.log(DUTIES)
    await lost.topics.send(lost.topic_of[DUTIES], [Sending("duty", data, n, 1) for n, data in enumerate(arose[:2])])
    back = await gardens.open(url)
    await back.shake()
    assert (await back.log(DUTIES))[:2] == arose[:2]
    assert await duties(back) == await duties(lost)
    await back.publish(2)
    assert await back.agrees()


async def test_a_cut_that_this_release_reads_otherwise_stops_the_start(gardens: Gardens, garden: Garden) -> None:
    """Duties that other rules decided are not mixed with ours; it says which index and what to do."""
    back, lost = await restored(gardens, garden, publishing=[PLOTS])
    arose = (await lost.log(DUTIES))[3].replace(b"gs-4.first", b"gs-9.other").replace(b'"commandend":true,', b"")
    await lost.topics.send(lost.topic_of[DUTIES], [Sending("duty", arose, 2, 1)])
    with pytest.raises(CannotComplete, match="start the release that wrote it"):
        await back.shake()


async def test_a_record_of_ours_that_cannot_be_read_stops_the_start(gardens: Gardens, garden: Garden) -> None:
    """Nothing is imported; it names the log and the index."""
    back, lost = await restored(gardens, garden, publishing=[PLOTS])
    before = await back.rows()
    await lost.topics.send(lost.topic_of[DUTIES], [Sending("duty", b"{", 2, 1)])
    with pytest.raises(Poisoned, match=r"garden\.duties index 2 cannot be read"):
        await back.shake()
    assert await back.rows() == before


async def duties(garden: Garden) -> list[tuple[object, ...]]:
    """The duties' events without what differs when they are derived again: their ids and bytes."""
    rows = await garden.connection.fetch(
        "SELECT subject, version, object FROM event WHERE log = $1 ORDER BY index", DUTIES
    )
    return [tuple(row) for row in rows]


# -- claims


async def claimed(garden: Garden) -> dict[str, str]:
    """What is taken beside commands' keys, and by whom."""
    return {key: owner for key, (owner, _, _) in (await garden.claims()).items() if not key.startswith("command:")}


async def test_what_a_correction_claims_comes_back(gardens: Gardens, garden: Garden) -> None:
    """The new name is the plot's, and the wrong one is free again, whichever of the two events Postgres lost."""
    for backed_up_after in (0, 1):
        await garden.publish(await garden.shake())
        plot = f"p{backed_up_after}"
        steps = [let_plot(plot, f"Rose {plot}")]
        await garden.do(*steps[:backed_up_after])
        await garden.publish(2 * backed_up_after + 1)
        url = await gardens.backup(garden)
        lost = await gardens.open(garden.url)
        await lost.do(*steps[backed_up_after:])
        event_id = from_json((await lost.log(PLOTS))[-1])["id"]
        await lost.do(correct_plot(plot, event_id, "wrong-value", name=f"Lily {plot}"))
        await lost.publish(2 * backed_up_after + 1)
        garden = await gardens.open(url)
        await garden.shake()
        assert await claimed(garden) == await claimed(lost)
        assert f"name:Lily {plot}" in await claimed(garden)


async def test_what_is_claimed_of_a_person_comes_back(gardens: Gardens, garden: Garden) -> None:
    """No event has the MAC: it is made anew of the sealed field. Where the key is destroyed, nothing is claimed any more."""
    await garden.publish(await garden.shake())
    url = await gardens.backup(garden)
    lost = await gardens.open(garden.url)
    for plot in ("1", "2"):
        letting = let_plot(plot).model_copy(update={"tenant": Plain(f'"Canary {plot}"')})
        await lost.do(await prepare(letting, gardens.keys, "garden"))
    await lost.publish(1)
    await gardens.keys.destroy("sole-trader/2")
    back = await gardens.open(url)
    await back.shake()
    kept = mac(await claims_key(gardens.keys, "garden"), "Canary 1")
    assert {key for key in await claimed(back) if key.startswith(TENANT)} == {f"{TENANT}{kept}"}
    assert len(await claimed(lost)) == len(await claimed(back)) + 1


# -- reactions


async def test_nothing_reacts_again_to_what_the_tail_reacted_to(gardens: Gardens, garden: Garden) -> None:
    """Below the highest cause in the tail nothing reacts again; other keys that look alike are no reactions."""
    await garden.publish(await garden.shake())
    url = await gardens.backup(garden)
    lost = await gardens.open(garden.url)
    causes = (
        f"{MARKET}/4/0",
        f"{MARKET}/11/OpenDuty/duty/d",
        f"{PLOTS}/3/OpenDuty/duty/d",
        "stranger.events/99/0",
        f"staff-1 {MARKET}/50/0",
    )
    for n, key in enumerate(causes):
        await lost.logs.append([submission(let_plot(str(n)), key)])
    await lost.publish(1)
    back = await gardens.open(url)
    await back.connection.execute(
        "INSERT INTO position (follower, source, next_index, epoch) VALUES ($1, $2, 3, 5)", REACTOR, MARKET
    )
    await back.shake()
    rows = await back.connection.fetch("SELECT source, next_index, epoch, react_from FROM position ORDER BY source")
    assert [tuple(row) for row in rows] == [(PLOTS, 0, 0, 3), (MARKET, 3, 5, 11)]


# -- forks and old primaries


async def test_a_fork_stops_the_start_and_names_the_index(gardens: Gardens, garden: Garden) -> None:
    """The same index with other bytes: nobody can say which is true, and nothing is written."""
    back, lost = await restored(gardens, garden)
    await back.connection.execute("UPDATE lead SET open = true, opened_in = this_database()")
    await back.do(let_plot("8"), let_plot("7"))
    before = await back.rows()
    with pytest.raises(
        Forked, match=r"garden\.events: index 2 differs between Postgres and Kafka, and nothing was written"
    ):
        await back.shake()
    assert await back.rows() == before
    assert lost.url != back.url


async def test_an_old_primary_that_still_writes_cannot_lead_again(gardens: Gardens, garden: Garden) -> None:
    """Its records are ignored by all; when it makes a handshake it finds the fork at the first index that it wrote alone."""
    await garden.publish(await garden.shake())
    await garden.do(let_plot("1"))
    await garden.publish(1)
    url = await gardens.backup(garden)
    old = await gardens.open(garden.url)
    new = await gardens.open(url)
    epoch = await new.shake()
    await old.do(let_plot("2"))
    await new.do(let_plot("3"))
    await old.publish(1)
    await new.publish(epoch)
    assert await new.agrees()
    with pytest.raises(Forked, match=r"garden\.events: index 1 "):
        await old.shake()


async def test_the_same_epoch_is_never_taken_twice(gardens: Gardens, garden: Garden) -> None:
    """Two primaries that make the handshake at once end with different epochs."""
    url = await gardens.backup(garden)
    one, other = await gardens.open(garden.url), await gardens.open(url)
    epochs = await asyncio.gather(one.shake(), other.shake())
    assert epochs[0] != epochs[1]


class OvertakenTopics(KafkaTopics):
    """Kafka for a process that stands still after its last fence, while another makes the whole handshake."""

    def __init__(self, bootstrap: str, other: Garden) -> None:
        super().__init__(bootstrap, "test")
        self.other: Garden | None = other

    @override
    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        await super().send(topic, records)
        if topic.endswith(REFUSED) and self.other is not None:
            other, self.other = self.other, None
            await other.shake()


async def test_a_handshake_that_another_has_overtaken_opens_nothing(
    gardens: Gardens, garden: Garden, servers: Servers
) -> None:
    """Two processes on one database: whoever took the higher epoch leads, and the other writes nothing any more."""
    second = await gardens.open(garden.url)
    await garden.topics.close()
    garden.topics = OvertakenTopics(servers.kafka, second)
    with pytest.raises(Succeeded, match="epoch 1 is over"):
        await garden.shake()
    assert await garden.connection.fetchval("SELECT epoch FROM lead WHERE open") == 2


async def test_two_handshakes_at_once_leave_one_lead(gardens: Gardens, garden: Garden) -> None:
    """Whatever their order."""
    second = await gardens.open(garden.url)
    outcomes = await asyncio.gather(garden.shake(), second.shake(), return_exceptions=True)
    epochs = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert all(isinstance(outcome, int | Succeeded) for outcome in outcomes)
    assert await garden.connection.fetchval("SELECT epoch FROM lead WHERE open") == max(epochs)


async def test_a_lead_that_was_open_in_another_life_of_the_database_is_closed(database: str) -> None:
    """A restored database says that its lead is open, as when it was saved: nobody appends to it before a handshake."""
    connection = await connect(database, "test")
    await migrate(connection)
    await connection.execute("UPDATE lead SET epoch = 7, open = true, opened_in = this_database()")
    group = PostgresGroup(connection)
    assert (await group.read((), (), (), ())).is_open
    await connection.execute("UPDATE lead SET opened_in = 'another postmaster/1'")
    assert not (await group.read((), (), (), ())).is_open
    await connection.close()

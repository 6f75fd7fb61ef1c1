"""Checkpoints: a leader signs what Kafka has acknowledged, goes on where another stopped, and signs nothing it may not."""

from collections.abc import AsyncIterator, Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typing_extensions import override

from shared.log.memory_topics import MemoryTopics
from shared.log.migrating import migrate
from shared.log.postgres import Connection, connection
from shared.log.proving import Proving
from shared.log.relay import Succeeded
from shared.log.topic import Sending
from shared.tlog import merkle
from shared.tlog.checkpoint import Checkpoint, open_checkpoint
from shared.tlog.note import Signer

LOG, TOPIC, ORIGIN = "garden.events", "garden.checkpoints", "gotland/garden/events"
OLD, NEW = (Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))) for number in (1, 2))


@pytest.fixture
async def topics() -> MemoryTopics:
    """A broker with the topic."""
    made = MemoryTopics()
    await made.create(TOPIC)
    return made


def entry(index: int) -> bytes:
    """An event's bytes."""
    return b"entry %d" % index


async def publish(to: Connection, upto: int) -> None:
    """Have so many events in the log, acknowledged by Kafka."""
    for index in range(upto):
        await to.execute(
            "INSERT INTO event (log, index, subject, version, bytes) VALUES ($1, $2, 'plot/1', $2::bigint + 1, $3)"
            " ON CONFLICT DO NOTHING", LOG, index, entry(index),
        )  # fmt: skip
    await to.execute(
        "INSERT INTO published VALUES ($1, $2) ON CONFLICT (log) DO UPDATE SET next_index = excluded.next_index",
        LOG, upto,
    )  # fmt: skip


def proving(to: Connection, topics: MemoryTopics, *signers: Signer, epoch: int = 1) -> Proving:
    """The loop of a leader."""
    return Proving(to, topics, TOPIC, {LOG: signers or (OLD,)}, epoch)


def whole(size: int) -> Checkpoint:
    """The checkpoint of so many events."""
    return Checkpoint(ORIGIN, size, merkle.root([merkle.leaf(entry(index)) for index in range(size)]))


def told(topics: MemoryTopics, key: Signer = OLD) -> list[Checkpoint]:
    """The checkpoints in the topic."""
    return [open_checkpoint(record.value or b"", [key.key]) for record in topics.records(TOPIC)]


@pytest.fixture
async def leading(database: str) -> AsyncIterator[Connection]:
    """A database that epoch 1 leads."""
    async with connection(database, "test") as found:
        await migrate(found)
        await found.execute("UPDATE lead SET epoch = 1, open = true")
        yield found


async def test_a_leader_signs_what_is_published(leading: Connection, topics: MemoryTopics) -> None:
    """First that the log is empty; then as often as more was published, and not again at rest."""
    leader = proving(leading, topics)
    await leader.begin()
    await leader.round()
    for upto in (1, 7, 7):
        await publish(leading, upto)
        await leader.round()
    assert told(topics) == [whole(0), whole(1), whole(7)]
    assert topics.records(TOPIC)[-1].key == LOG.encode()


async def test_what_kafka_has_not_acknowledged_is_not_signed(leading: Connection, topics: MemoryTopics) -> None:
    """A restore could lose it, and the checkpoint would be one of a history that is no more."""
    await publish(leading, 5)
    await leading.execute("UPDATE published SET next_index = 3 WHERE log = $1", LOG)
    leader = proving(leading, topics)
    await leader.begin()
    await leader.round()
    assert told(topics)[-1] == whole(3)


async def test_the_next_leader_goes_on_and_says_the_last_one_again(leading: Connection, topics: MemoryTopics) -> None:
    """Whoever stored a checkpoint may have died before Kafka had it."""
    await publish(leading, 4)
    first = proving(leading, topics)
    await first.begin()
    await first.round()
    await publish(leading, 9)
    await leading.execute("UPDATE lead SET epoch = 2")
    second = proving(leading, topics, epoch=2)
    await second.begin()
    await second.round()
    assert told(topics) == [whole(4), whole(9)]


async def test_a_leader_that_was_succeeded_signs_nothing(leading: Connection, topics: MemoryTopics) -> None:
    """Two trees of one log would be two histories."""
    leader = proving(leading, topics)
    await leader.begin()
    await leader.round()
    await publish(leading, 2)
    await leading.execute("UPDATE lead SET epoch = 2")
    with pytest.raises(Succeeded):
        await leader.round()
    assert told(topics) == [whole(0)]


async def test_in_a_rotation_the_old_key_s_last_checkpoint_has_both_signatures(
    leading: Connection, topics: MemoryTopics
) -> None:
    """Whoever trusts either can go on; then the new one signs alone."""
    await publish(leading, 3)
    for signers in ((OLD,), (NEW, OLD), (NEW,)):
        leader = proving(leading, topics, *signers)
        await leader.begin()
        await leader.round()
    alone, both, anew = topics.records(TOPIC)[-3:]
    assert open_checkpoint(alone.value or b"", [OLD.key]) == whole(3)
    assert open_checkpoint(both.value or b"", [OLD.key]) == open_checkpoint(both.value or b"", [NEW.key]) == whole(3)
    assert open_checkpoint(anew.value or b"", [NEW.key]) == whole(3)


class Silent(MemoryTopics):
    """A broker that does not answer."""

    answers = False

    @override
    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        if not self.answers:
            raise ConnectionError("no answer")
        await super().send(topic, records)


async def test_a_checkpoint_waits_for_kafka(leading: Connection) -> None:
    """It is stored, and published as soon as Kafka answers: the newest alone."""
    topics = Silent()
    await topics.create(TOPIC)
    leader = proving(leading, topics)
    await leader.begin()
    await publish(leading, 2)
    await leader.round()
    assert told(topics) == []
    topics.answers = True
    await leader.round()
    assert told(topics) == [whole(2)]


async def test_a_log_with_a_gap_is_not_signed(leading: Connection, topics: MemoryTopics) -> None:
    """An event that is missing is a broken store, and no history to sign."""
    await publish(leading, 5)
    await leading.execute("DELETE FROM event WHERE log = $1 AND index = 2", LOG)
    leader = proving(leading, topics)
    await leader.begin()
    with pytest.raises(RuntimeError, match="has a gap"):
        await leader.round()

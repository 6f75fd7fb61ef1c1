"""Following a log: every record is applied once and in order, whatever relays, zombies and strangers wrote into the topic."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.log.follow import Expectation, Followed, Verdict
from shared.log.memory_topics import MemoryTopics
from shared.log.topic import Record, Sending
from tests.shared.log.waiting import until


def rec(index: int | None, epoch: int = 1, *, offset: int = 0, value: bytes = b"{}") -> Record:
    """A record; without an index it is a fence."""
    return Record(offset, None, value, index, epoch)


EXPECTED = Expectation(5, 3)


@pytest.mark.parametrize(
    ("record", "after", "verdict"),
    [
        (rec(5, 3), Expectation(6, 3), Verdict.APPLY),
        (rec(5, 4), Expectation(6, 4), Verdict.APPLY),
        (rec(4, 3), EXPECTED, Verdict.REPEATED),
        (rec(6, 3), EXPECTED, Verdict.ABOVE),
        (rec(5, 2), EXPECTED, Verdict.OLD_EPOCH),
        (rec(None, 4), Expectation(5, 4), Verdict.FENCE),
        (rec(None, 2), EXPECTED, Verdict.FENCE),
        (rec(None, 0), EXPECTED, Verdict.FENCE),
        (rec(4, 4), Expectation(5, 4), Verdict.REPEATED),
        (rec(6, 4), Expectation(5, 4), Verdict.ABOVE),
    ],
    ids=[
        "next",
        "next of a new epoch",
        "below",
        "above",
        "old epoch",
        "fence",
        "old fence",
        "garbage",
        "below, new epoch",
        "above, new epoch",
    ],
)
def test_only_the_next_index_of_the_highest_epoch_is_applied(
    record: Record, after: Expectation, verdict: Verdict
) -> None:
    """Everything else is passed over; a higher epoch counts wherever it stands."""
    assert EXPECTED.step(record) == (after, verdict)


# -- whatever was written


@dataclass
class Leader:
    """A process that led once: the log as its database has it, how far it knows it published, and its epoch."""

    epoch: int
    held: list[bytes]
    published: int


@dataclass
class World:
    """A topic, and all who ever led; the last one leads now."""

    topic: list[Record] = field(default_factory=list)
    leaders: list[Leader] = field(default_factory=list)

    @property
    def now(self) -> Leader:
        """Who leads."""
        return self.leaders[-1]

    def put(self, index: int | None, epoch: int, value: bytes) -> None:
        """Let the broker take a record."""
        self.topic.append(Record(len(self.topic), None, value, index, epoch))

    def succeed(self, *, restored: bool) -> None:
        """Another leads: its fence, then the topic's true end. A restored database has what the topic has and no more."""
        epoch = len(self.leaders) + 1
        self.put(None, epoch, b"fence")
        true = follow(self.topic)
        held = true if restored or not self.leaders else list(self.now.held)
        self.leaders.append(Leader(epoch, held, len(true)))

    def commit(self, count: int) -> None:
        """Append to the leader's database."""
        leader = self.now
        leader.held += [b"%d@%d" % (len(leader.held) + n, leader.epoch) for n in range(count)]

    def send(self, count: int, lost: str) -> None:
        """The leader sends two batches; one may be lost, and it then sends both again. Or it is lost that both arrived."""
        leader = self.now
        first = range(leader.published, min(leader.published + count, len(leader.held)))
        second = range(first.stop, min(first.stop + count, len(leader.held)))
        for name, batch in (("first", first), ("second", second)):
            if lost != name:
                self.write(leader, batch)
        if lost == "none":
            leader.published = second.stop

    def write(self, leader: Leader, indexes: range) -> None:
        """Let a leader, or one who was, send some of its log."""
        for index in indexes:
            self.put(index, leader.epoch, leader.held[index])


def follow(topic: Sequence[Record], restarts: Sequence[int] = ()) -> list[bytes]:
    """Follow from the beginning, killed after each of so many records: it keeps what it had stored with its effects."""
    applied: list[bytes] = []
    stored = Expectation()
    for patience in (*restarts, len(topic) + 1):
        expectation = stored
        for record in topic[stored.next_index :][:patience]:
            expectation, verdict = expectation.step(record)
            if verdict is Verdict.APPLY:
                applied.append(record.value or b"")
                stored = Expectation(expectation.next_index, max(stored.epoch, record.epoch))
    return applied


@dataclass(frozen=True)
class Commit:
    """The leader appends."""

    count: int


@dataclass(frozen=True)
class Send:
    """The leader sends twice so many; `lost` says what does not arrive."""

    count: int
    lost: str


@dataclass(frozen=True)
class Succeed:
    """Another takes the lead."""

    restored: bool


@dataclass(frozen=True)
class Awake:
    """One who led sends what it had in hand."""

    who: int
    start: int
    count: int


ACTIONS = st.one_of(
    st.builds(Commit, st.integers(1, 6)),
    st.builds(Send, st.integers(1, 4), st.sampled_from(["none", "first", "second", "acknowledgement"])),
    st.builds(Succeed, st.booleans()),
    st.builds(Awake, st.integers(0, 5), st.integers(0, 12), st.integers(1, 6)),
)


LOST_WITH_A_RESTORE = [Commit(3), Succeed(restored=True), Awake(0, 0, 3), Commit(3)]
"""A relay that holds what a restored Postgres has forgotten wakes up before its successor has published anything."""


@example(LOST_WITH_A_RESTORE, [])
@example(LOST_WITH_A_RESTORE, [2, 1])
@settings(max_examples=300)
@given(st.lists(ACTIONS, max_size=40), st.lists(st.integers(1, 30), max_size=4))
def test_followers_apply_everything_once_whatever_was_written(
    actions: list[Commit | Send | Succeed | Awake], restarts: list[int]
) -> None:
    """Lost batches, lost acknowledgements, zombies, restored databases, killed followers: the result is the leader's log."""
    world = World()
    world.succeed(restored=False)
    for action in actions:
        match action:
            case Commit(count):
                world.commit(count)
            case Send(count, lost):
                world.send(count, lost)
            case Succeed(restored):
                world.succeed(restored=restored)
            case Awake(who, start, count):
                leader = world.leaders[who % len(world.leaders)]
                last = len(leader.held) if leader is not world.now else leader.published
                world.write(leader, range(min(start, last), min(start + count, last)))
    world.write(world.now, range(world.now.published, len(world.now.held)))
    assert follow(world.topic, restarts) == world.now.held


# -- reading it


async def topic(*records: Sending) -> MemoryTopics:
    """A topic `registry.events` with these records."""
    topics = MemoryTopics()
    await topics.create("registry.events")
    await topics.send("registry.events", records)
    return topics


def event(index: int, epoch: int = 1, key: str = "enterprise/1") -> Sending:
    """A record of the log."""
    return Sending(key, b"%d@%d" % (index, epoch), index, epoch)


FENCE_2 = Sending(None, b"fence", None, 2)


async def test_a_follower_gets_only_what_it_applies() -> None:
    """Fences, repeated records and a zombie's are gone; each batch begins at the expected index."""
    topics = await topic(event(0), event(0), event(1), FENCE_2, event(2), event(2, 2), event(3, 2))
    followed = Followed("registry.events", topics, "registry.events")
    async with aclosing(followed.read(1, 1)) as batches:
        arrived = await anext(batches)
    assert [(a.index, a.epoch, a.bytes) for a in arrived] == [(1, 1, b"1@1"), (2, 2, b"2@2"), (3, 2, b"3@2")]


async def test_a_stream_is_read_from_the_topic_as_far_as_wanted() -> None:
    """A corrected stream is folded anew from its own events, each once."""
    topics = await topic(event(0), event(1, key="enterprise/2"), event(0), event(2), FENCE_2, event(3, 2), event(4, 2))
    followed = Followed("registry.events", topics, "registry.events")
    assert await followed.history("enterprise/1", 3) == [(0, b"0@1"), (2, b"2@1"), (3, b"3@2")]


async def test_a_missing_record_is_said_after_ten_seconds() -> None:
    """Only later records for 10 s: not ready, and says what is missing; once it comes, all is well."""
    now = [100.0]
    topics = await topic(event(0), event(2))
    followed = Followed("registry.events", topics, "registry.events", most=2, now=lambda: now[0])
    async with aclosing(followed.read(0, 0)) as batches:
        await anext(batches)
        now[0] += 9.9
        assert followed.trouble() is None
        now[0] += 0.1
        said = followed.trouble()
        assert said is not None
        assert said.startswith("registry.events: index 1 has been missing for 10 s")
        await topics.send("registry.events", [event(1)])
        await anext(batches)
        assert followed.trouble() is None


async def test_a_record_without_bytes_is_not_stepped_over() -> None:
    """It is the next record all the same: whoever decodes it finds that it cannot be read, and stops."""
    topics = await topic(event(0))
    await topics.put("registry.events", b"enterprise/1", None, [("index", b"1"), ("epoch", b"1")])
    followed = Followed("registry.events", topics, "registry.events")
    async with aclosing(followed.read(0, 0)) as batches:
        arrived = await anext(batches)
    assert [(a.index, a.bytes) for a in arrived] == [(0, b"0@1"), (1, b"")]


async def test_a_topic_that_is_made_later_is_waited_for_and_named() -> None:
    """Services start in any order: whoever follows waits for the topic, and says so."""
    topics = MemoryTopics()
    followed = Followed("registry.events", topics, "registry.events")
    async with aclosing(followed.read(0, 0)) as batches:
        arriving = asyncio.ensure_future(anext(batches))
        await until(lambda: followed.trouble() is not None)
        assert str(followed.trouble()).startswith("Kafka has no topic registry.events")
        await topics.create("registry.events")
        await topics.send("registry.events", [event(0)])
        assert [a.index for a in await arriving] == [0]
    assert followed.trouble() is None

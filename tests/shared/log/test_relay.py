"""The relay, killed at each step, failed by its broker, and outlived: Kafka has the log, whole and in order."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from shared.log.follow import Expectation, Verdict
from shared.log.memory import MemoryStore
from shared.log.memory_topics import MemoryTopics
from shared.log.outbox import Move
from shared.log.relay import Relay, Succeeded
from shared.log.store import NewEvent
from shared.log.topic import Sending
from tests.shared.log.outboxes import MemoryOutbox
from tests.shared.log.waiting import until

EVENTS, REFUSED = "a.events", "a.refused"
LOGS = {EVENTS: EVENTS, REFUSED: REFUSED}
FATES = (
    "lives", "killed before send", "killed in mid-send", "killed after send", "killed after commit",
    "broker failed before", "broker failed in the middle", "broker failed after", "frozen before send", "frozen before commit",
)  # fmt: skip


class Killed(Exception):
    """The process is gone."""


@dataclass
class Fate:
    """What happens in the next round, once."""

    name: str = "lives"

    def strikes(self, name: str) -> bool:
        """Say whether it is this, and let what follows live."""
        if self.name != name:
            return False
        self.name = "lives"
        return True


class BrokenTopics(MemoryTopics):
    """A broker that fails, or whose client is killed, at the step that the fate names."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    @override
    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        self._fail("before send", "before")
        half = len(records) // 2
        await super().send(topic, records[:half])
        self._fail("in mid-send", "in the middle")
        await super().send(topic, records[half:])
        self._fail("after send", "after")

    def _fail(self, killed: str, failed: str) -> None:
        if self.fate.strikes(f"killed {killed}"):
            raise Killed
        if self.fate.strikes(f"broker failed {failed}"):
            raise ConnectionError("the broker went away")


class BrokenOutbox(MemoryOutbox):
    """An outbox whose process is killed after a commit."""

    def __init__(self, store: MemoryStore, fate: Fate) -> None:
        super().__init__(store)
        self.fate = fate

    @override
    async def move(self, moves: Sequence[Move], epoch: int) -> bool:
        moved = await super().move(moves, epoch)
        if self.fate.strikes("killed after commit"):
            raise Killed
        return moved


@dataclass
class House:
    """A service's logs, its topics, and the relay that leads."""

    fate: Fate = field(default_factory=Fate)
    store: MemoryStore = field(default_factory=MemoryStore)
    frozen: list[tuple[str, Sequence[Sending], Move]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.topics = BrokenTopics(self.fate)
        self.outbox = BrokenOutbox(self.store, self.fate)
        self.relay = self.new_relay()

    def new_relay(self, *, most: int = 5) -> Relay:
        """A relay of the epoch that leads now."""
        return Relay(self.outbox, self.topics, LOGS, self.store.epoch, asyncio.Event(), most=most, poll_s=0.001)

    async def lead(self) -> None:
        """Another takes the lead: a new epoch, fences, and what the topics truly have (handshake.py does it for Postgres)."""
        self.store.epoch += 1
        for log in LOGS:
            await self.topics.create(log)
            await MemoryTopics.send(self.topics, log, [Sending(None, b"fence", None, self.store.epoch)])
            self.outbox.published[log] = len(self.applied(log))
        self.relay = self.new_relay()

    def append(self, log: str, count: int) -> None:
        """Commit events."""
        first = len(self.store.log(log))
        for n in range(first, first + count):
            self.store.add(NewEvent(log, n, f"{log}/{n}", 1, None, b"%s %d" % (log.encode(), n)))

    async def round(self, fate: str) -> None:
        """Let the relay work once, to its fate."""
        self.fate.name = fate
        if fate.startswith("frozen"):
            await self.freeze(sent=fate == "frozen before commit")
            return
        with suppress(ConnectionError):
            try:
                await self.relay.round()
            except Killed:
                await self.lead()

    async def freeze(self, *, sent: bool) -> None:
        """The relay stands still with a batch in its hands; another leads."""
        waiting = await self.outbox.waiting(list(LOGS), 5)
        batch = [event for event in waiting if event.log == EVENTS]
        if batch:
            sendings = [Sending(e.subject, e.bytes, e.index, self.store.epoch) for e in batch]
            if sent:
                await MemoryTopics.send(self.topics, EVENTS, sendings)
            self.frozen.append((EVENTS, sendings, Move(EVENTS, batch[0].index, batch[-1].index + 1)))
        await self.lead()

    async def thaw(self) -> None:
        """A zombie sends what it had in hand, and notes it."""
        if self.frozen:
            log, sendings, move = self.frozen.pop()
            await MemoryTopics.send(self.topics, log, sendings)
            await self.outbox.move([move], sendings[0].epoch)

    def applied(self, log: str) -> list[bytes]:
        """What a follower applies."""
        expectation, applied = Expectation(), []
        for record in self.topics.records(log):
            expectation, verdict = expectation.step(record)
            if verdict is Verdict.APPLY:
                applied.append(record.value or b"")
        return applied


@dataclass(frozen=True)
class Append:
    """Commit events of a log."""

    log: str
    count: int


@dataclass(frozen=True)
class Round:
    """The relay works once."""

    fate: str


@dataclass(frozen=True)
class Thaw:
    """A frozen relay wakes up."""


ACTIONS = st.one_of(
    st.builds(Append, st.sampled_from([EVENTS, REFUSED]), st.integers(1, 8)),
    st.builds(Round, st.sampled_from(FATES)),
    st.just(Thaw()),
)


async def carried_out(actions: Sequence[Append | Round | Thaw]) -> House:
    """A house in which all of it happened, and which then came to rest."""
    house = House()
    await house.lead()
    for action in actions:
        match action:
            case Append(log, count):
                house.append(log, count)
            case Round(fate):
                await house.round(fate)
            case Thaw():
                await house.thaw()
    house.fate.name = "lives"
    while await house.relay.round():
        pass
    return house


@pytest.mark.parametrize("fate", FATES)
async def test_whatever_befalls_a_relay_followers_apply_the_log_once(fate: str) -> None:
    """Killed before send, in the middle, after it, after the acknowledgement, after the commit; failed; frozen."""
    house = await carried_out([Append(EVENTS, 4), Round(fate), Append(EVENTS, 4), Thaw(), Round("lives"), Thaw()])
    assert house.applied(EVENTS) == house.store.log(EVENTS)


@example([Append(EVENTS, 1), Round("frozen before send"), Thaw(), Round("lives")])
@settings(max_examples=200, deadline=None)
@given(st.lists(ACTIONS, max_size=30))
async def test_whatever_befalls_relays_one_after_the_other(actions: list[Append | Round | Thaw]) -> None:
    """Any order of appends, deaths, failures, freezing and waking: each log is applied whole, once, and all is published."""
    house = await carried_out(actions)
    for log in LOGS:
        assert house.applied(log) == house.store.log(log)
        assert house.outbox.published[log] == len(house.store.log(log))


async def test_a_relay_that_is_succeeded_stops() -> None:
    """It learns it when it notes what it sent, and notes nothing."""
    house = House()
    await house.lead()
    zombie = house.relay
    await house.lead()
    house.append(EVENTS, 1)
    with pytest.raises(Succeeded, match="epoch 1 is over"):
        await zombie.round()
    assert house.outbox.published[EVENTS] == 0


async def test_a_later_log_waits_for_an_earlier_one_that_is_far_behind() -> None:
    """An append's later events are not in Kafka long before its earlier ones."""
    house = House()
    await house.lead()
    house.append(EVENTS, 7)
    house.append(REFUSED, 1)
    assert await house.relay.round() == 5
    assert house.applied(REFUSED) == []
    assert await house.relay.round() == 3


async def test_a_broker_that_fails_is_tried_again_and_named() -> None:
    """The relay says what it waits for, and says nothing any more once all is sent."""
    house = House()
    await house.lead()
    house.append(EVENTS, 3)
    house.fate.name = "broker failed in the middle"
    running = asyncio.create_task(house.relay.run())
    await until(lambda: house.relay.trouble == "the broker went away")
    await until(lambda: house.outbox.published[EVENTS] == 3)
    await until(lambda: house.relay.trouble is None)
    running.cancel()
    assert house.applied(EVENTS) == house.store.log(EVENTS)


async def test_an_append_of_this_process_wakes_the_relay() -> None:
    """It does not wait until it would look by itself."""
    house = House()
    await house.lead()
    wake = asyncio.Event()
    relay = Relay(house.outbox, house.topics, LOGS, house.store.epoch, wake, poll_s=3600)
    running = asyncio.create_task(relay.run())
    for _ in range(10):
        await asyncio.sleep(0)
    house.append(EVENTS, 1)
    wake.set()
    await until(lambda: house.outbox.published[EVENTS] == 1)
    running.cancel()

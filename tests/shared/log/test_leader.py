"""Who leads: one process at a time, after a handshake, and nobody for longer than its session lives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from shared.log.handshake import Forked
from shared.log.leader import Leader
from shared.log.postgres import Connection, connect
from shared.log.relay import Succeeded
from shared.log.sources import Poisoned
from tests.shared.log.waiting import until

LEASE_S = 2.0


@dataclass
class Process:
    """A process that would lead, and what it did."""

    url: str
    name: str
    did: list[str]
    epochs: "list[int]"
    loops: dict[str, BaseException | None] = field(default_factory=lambda: {"relay": None, "clock": None})
    fails_at: "asyncio.Event" = field(default_factory=asyncio.Event)
    forked: bool = False

    def __post_init__(self) -> None:
        leads = {name: self._loop(name) for name in self.loops}
        self.leader = Leader(self._connect, self._handshake, leads, lease_s=LEASE_S, pause_s=0.05)

    async def _connect(self) -> Connection:
        return await connect(self.url, f"leader {self.name}")

    async def _handshake(self) -> int:
        if self.forked:
            raise Forked("garden.events", 7)
        self.epochs.append(len(self.epochs) + 1)
        self.did.append(f"{self.name} shakes hands")
        return self.epochs[-1]

    def _loop(self, name: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - the leader's own type says it
        async def loop(epoch: int) -> None:
            self.did.append(f"{self.name} {name} runs at {epoch}")
            failure = self.loops[name]
            try:
                await (self.fails_at.wait() if failure is not None else asyncio.Event().wait())
            finally:
                self.did.append(f"{self.name} {name} ends")
            self.loops[name] = None
            self.fails_at.clear()
            if failure is not None:
                raise failure

        return loop


@dataclass
class House:
    """A database, the processes of a service on it, and the order of what they did."""

    url: str
    connection: Connection
    did: list[str] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    running: "list[asyncio.Task[None]]" = field(default_factory=list)

    def start(
        self, name: str, loops: dict[str, BaseException | None] | None = None, *, forked: bool = False
    ) -> Process:
        """Start a process."""
        process = Process(self.url, name, self.did, self.epochs, loops or {"relay": None, "clock": None}, forked=forked)
        self.running.append(asyncio.create_task(process.leader.run()))
        return process

    async def stop(self, task: "asyncio.Task[None]") -> None:
        """Stop a process as a termination signal does."""
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def cut(self, name: str) -> None:
        """Have the server end the session that holds the lead, as a failover does."""
        sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
        assert await self.connection.fetchval(sql, f"medverka leader {name}")


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    """A house without anybody."""
    found = House(database, await connect(database, "test"))
    yield found
    for task in found.running:
        if not task.done():
            await found.stop(task)
    await found.connection.close()


async def test_a_leader_shakes_hands_and_then_runs_its_loops(house: House) -> None:
    """Every loop knows the epoch."""
    one = house.start("one")
    await until(lambda: len(house.did) == 3)
    assert house.did == ["one shakes hands", "one relay runs at 1", "one clock runs at 1"]
    assert one.leader.epoch == 1


async def test_only_one_leads_and_another_takes_over_when_it_stops(house: House) -> None:
    """The first one's loops have ended before the second shakes hands."""
    one = house.start("one")
    await until(lambda: one.leader.epoch == 1)
    two = house.start("two")
    await house.stop(house.running[0])
    await until(lambda: two.leader.epoch == 2)
    assert house.did[3:6] == ["one relay ends", "one clock ends", "two shakes hands"]
    assert one.leader.epoch is None


async def test_a_process_is_ready_when_it_leads_or_knows_that_another_does(house: House) -> None:
    """Before that it says so: the lead that a former process left open is about to be closed by its own handshake."""
    one, two = house.start("one"), house.start("two")
    assert one.leader.troubles
    assert two.leader.troubles
    await until(lambda: not one.leader.troubles and not two.leader.troubles)
    assert house.did[0] in ("one shakes hands", "two shakes hands")
    assert {one.leader.epoch, two.leader.epoch} == {1, None}


async def test_a_session_that_ends_takes_the_lead_with_it(house: House) -> None:
    """A failover of Postgres ends it: the loops stop at once, and whoever leads next has made a new handshake."""
    one = house.start("one")
    await until(lambda: one.leader.epoch == 1)
    await house.cut("one")
    await until(lambda: one.leader.epoch == 2)
    assert house.did[3:] == [
        "one relay ends",
        "one clock ends",
        "one shakes hands",
        "one relay runs at 2",
        "one clock runs at 2",
    ]


async def test_a_leader_that_lives_keeps_the_lead_beyond_its_lease(house: House) -> None:
    """It is heard often enough."""
    one = house.start("one")
    await until(lambda: one.leader.epoch == 1)
    two = house.start("two")
    await asyncio.sleep(2 * LEASE_S)
    assert (one.leader.epoch, two.leader.epoch) == (1, None)


async def test_a_loop_that_fails_ends_all_and_the_lead_is_taken_anew(house: House) -> None:
    """A broken connection, or a relay that was succeeded: handshake, then everything again; the reason can be read."""
    one = house.start("one", {"relay": Succeeded(1), "clock": None})
    await until(lambda: one.leader.epoch == 1)
    one.fails_at.set()
    await until(lambda: one.leader.epoch == 2)
    assert house.did[3:6] == ["one relay ends", "one clock ends", "one shakes hands"]


async def test_a_poisoned_loop_stands_still_alone_and_is_named(house: House) -> None:
    """The relay goes on while the reactor cannot read a record."""
    one = house.start("one", {"reactor": Poisoned("market.events", 7, "no JSON"), "relay": None})
    await until(lambda: one.leader.epoch == 1)
    one.fails_at.set()
    await until(lambda: "reactor" in one.leader.troubles)
    assert "market.events index 7 cannot be read" in one.leader.troubles["reactor"]
    assert one.leader.epoch == 1
    assert "one relay ends" not in house.did


async def test_a_fork_ends_the_process(house: House) -> None:
    """It must not be tried again: somebody has to decide."""
    house.start("one", forked=True)
    with pytest.raises(Forked, match=r"garden\.events: index 7"):
        await house.running[0]


async def test_a_fault_that_nobody_foresaw_ends_the_process(house: House) -> None:
    """It is not swallowed, and the other loops are stopped."""
    one = house.start("one", {"relay": ZeroDivisionError("unforeseen"), "clock": None})
    await until(lambda: one.leader.epoch == 1)
    one.fails_at.set()
    with pytest.raises(ZeroDivisionError, match="unforeseen"):
        await house.running[0]
    assert house.did[-1] == "one clock ends"

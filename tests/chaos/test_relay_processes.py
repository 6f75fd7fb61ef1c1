"""A relay's process is killed or frozen at each of its steps: nothing is lost, and a follower applies everything once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from functools import partial

import pytest

from deploy.local.places import ROOT
from deploy.local.stack import Servers
from shared.log.append import Accepted, Logs
from shared.log.follow import Followed
from shared.log.kafka import KafkaTopics
from shared.log.outbox import PostgresOutbox
from shared.log.postgres import Connection, PostgresStore, connect
from tests.chaos.barrier import BARRIER, STEPS
from tests.chaos.relaying import DATABASE, KAFKA, LEASE, PREFIX, SUCCEEDED
from tests.shared.log.gardens import prepared, read_log
from tests.shared.log.invented import DUTIES, OWN, PLOTS, let_plot, rules, submission
from tests.shared.log.waiting import until

LEASE_S = 1.5


@dataclass
class World:
    """A garden on real servers, the processes that relay it, and a follower of its plots and duties."""

    url: str
    servers: Servers
    prefix: str
    connection: Connection
    store: PostgresStore
    topics: KafkaTopics
    processes: "list[asyncio.subprocess.Process]" = field(default_factory=list)
    following: "list[asyncio.Task[None]]" = field(default_factory=list)
    applied: dict[str, list[bytes]] = field(default_factory=dict)
    plots: int = 0

    def __post_init__(self) -> None:
        self.logs = Logs(self.store, rules(), OWN)

    async def start(self, barrier: str = "", *, lease_s: float | None = None) -> "asyncio.subprocess.Process":
        """Start a process that relays; it strikes at the barrier."""
        environment = {
            **os.environ, DATABASE: self.url, KAFKA: self.servers.kafka, PREFIX: self.prefix, BARRIER: barrier,
        }  # fmt: skip
        if lease_s is not None:
            environment[LEASE] = str(lease_s)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.relaying", cwd=ROOT, env=environment
        )
        self.processes.append(process)
        return process

    async def led_by(self, epoch: int) -> None:
        """Wait until this epoch's handshake is made."""
        sql = "SELECT EXISTS (SELECT FROM lead WHERE open AND epoch = $1)"
        await until(lambda: self.connection.fetchval(sql, epoch))

    async def append(self, count: int) -> None:
        """Let so many plots, one by one."""
        for _ in range(count):
            self.plots += 1
            (answer,) = await self.logs.append([submission(let_plot(str(self.plots)), f"let {self.plots}")])
            assert isinstance(answer, Accepted)

    async def append_until_struck(self, process: "asyncio.subprocess.Process") -> None:
        """Append until the process is gone, or stands still."""
        while process.returncode is None and not stands_still(process.pid):
            await self.append(1)
            await asyncio.sleep(0.01)

    def follow(self, log: str) -> None:
        """Follow a log from its topic, from before its first event to the end of the test."""
        applied = self.applied.setdefault(log, [])

        async def follow() -> None:
            async with aclosing(Followed(log, self.topics, f"{self.prefix}{log}").read(0, 0)) as batches:
                async for batch in batches:
                    applied.extend(arrived.bytes for arrived in batch)

        self.following.append(asyncio.create_task(follow()))

    async def comes_to_rest(self) -> None:
        """Everything is published, the followers have it once, and it is what Postgres has."""
        outbox = PostgresOutbox(self.connection)
        await until(lambda: _none_waits(outbox))
        for log, applied in self.applied.items():
            stored = await read_log(self.connection, log)
            await until(partial(_has, applied, len(stored)))
            assert applied == stored

    async def stop(self) -> None:
        """End everything that runs."""
        for task in self.following:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for process in self.processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
        await self.topics.close()
        await self.store.close()
        await self.connection.close()


def stands_still(pid: int) -> bool:
    """Say whether a child was stopped; its end is left to be noticed by whoever waits for it."""
    try:
        return os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return False


def _has(applied: list[bytes], count: int) -> bool:
    return len(applied) >= count


async def _none_waits(outbox: PostgresOutbox) -> bool:
    return not await outbox.waiting(OWN, 1)


@pytest.fixture
async def world(servers: Servers, database: str, topic_prefix: str) -> AsyncIterator[World]:
    """A world in which nobody leads yet; a follower is there before the first event."""
    await prepared(database)
    found = World(
        database, servers, topic_prefix, await connect(database, "test"), PostgresStore(database, "garden"),
        KafkaTopics(servers.kafka, "test"),
    )  # fmt: skip
    await found.connection.execute("UPDATE lead SET epoch = 0, open = false")
    found.follow(PLOTS)
    found.follow(DUTIES)
    yield found
    await found.stop()


@pytest.mark.parametrize("step", STEPS)
async def test_a_relay_killed_at_a_step_loses_and_doubles_nothing(world: World, step: str) -> None:
    """Before send, after it, after the acknowledgement, before and after the commit: the next one sends what is not noted."""
    killed = await world.start(f"{step}:2:SIGKILL")
    await world.led_by(1)
    await world.append_until_struck(killed)
    assert await killed.wait() == -signal.SIGKILL
    await world.append(3)
    await world.start()
    await world.led_by(2)
    await world.append(3)
    await world.comes_to_rest()


@pytest.mark.parametrize("step", STEPS)
async def test_a_relay_frozen_at_a_step_harms_nobody_when_it_wakes_up(world: World, step: str) -> None:
    """Another takes over meanwhile; what the zombie then sends is ignored, what it would note is not, and it ends."""
    zombie = await world.start(f"{step}:2:SIGSTOP")
    await world.led_by(1)
    await world.append_until_struck(zombie)
    await world.append(3)
    await world.start()
    await world.led_by(2)
    await world.append(3)
    await world.comes_to_rest()
    zombie.send_signal(signal.SIGCONT)
    await world.append_until_struck(zombie)
    assert await zombie.wait() == SUCCEEDED
    await world.append(3)
    await world.comes_to_rest()


async def test_a_zombie_that_wakes_before_its_successor_sends_notes_nothing(world: World) -> None:
    """Its records are ignored; if it could note them as published, nobody would send them again."""
    zombie = await world.start("before-send:2:SIGSTOP")
    await world.led_by(1)
    await world.append_until_struck(zombie)
    successor = await world.start("before-send:0:SIGSTOP")
    await world.led_by(2)
    await world.append_until_struck(successor)
    zombie.send_signal(signal.SIGCONT)
    assert await zombie.wait() == SUCCEEDED
    successor.send_signal(signal.SIGCONT)
    await world.append(3)
    await world.comes_to_rest()


async def test_a_frozen_leader_loses_the_lead_and_takes_it_again_when_it_is_free(world: World) -> None:
    """Its session ends although its connection is up; awake, it waits its turn, and shakes hands anew."""
    frozen = await world.start("before-commit:2:SIGSTOP", lease_s=LEASE_S)
    await world.led_by(1)
    await world.append_until_struck(frozen)
    second = await world.start(lease_s=LEASE_S)
    await world.led_by(2)
    await world.append(3)
    await world.comes_to_rest()
    frozen.send_signal(signal.SIGCONT)
    await world.append(3)
    await world.comes_to_rest()
    second.kill()
    await world.led_by(3)
    await world.append(3)
    await world.comes_to_rest()
    assert frozen.returncode is None

"""A step at which a process kills or freezes itself: exactly there, and never by chance."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Mapping, Sequence

from typing_extensions import override

from shared.log.outbox import Move, Outbox, Waiting
from shared.log.topic import Record, Sending, Topics

BARRIER = "MEDVERKA_TEST_BARRIER"
"""`<step>:<how many times it is passed before>:<signal>`, such as `before-send:1:SIGKILL`; nothing: no barrier."""
STEPS = ("before-send", "after-send", "after-acknowledge", "before-commit", "after-commit")


class Barrier:
    """One step of a relay, once."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.step, times, name = (environment.get(BARRIER) or "none:0:SIGKILL").split(":")
        self._left, self._signal = int(times), signal.Signals[name]

    def reach(self, step: str) -> None:
        """Strike, if this is the step and the time."""
        if step != self.step:
            return
        self._left -= 1
        if self._left == -1:
            os.kill(os.getpid(), self._signal)


class BarredTopics(Topics):
    """Topics with the barrier around sending events; fences pass."""

    def __init__(self, topics: Topics, barrier: Barrier) -> None:
        self._topics, self._barrier = topics, barrier

    @override
    async def create(self, topic: str, *, compacted: bool = False, retention_ms: int = -1) -> None:
        await self._topics.create(topic, compacted=compacted, retention_ms=retention_ms)

    @override
    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        if records[0].index is None:
            await self._topics.send(topic, records)
            return
        self._barrier.reach("before-send")
        if self._barrier.step == "after-send":
            await self._sent(topic, records)
        else:
            await self._topics.send(topic, records)
        self._barrier.reach("after-acknowledge")

    async def _sent(self, topic: str, records: Sequence[Sending]) -> None:
        """Reach the barrier when the broker has the records and the relay does not know it."""
        end = await self._topics.end(topic) + len(records)
        sending = asyncio.create_task(self._topics.send(topic, records))
        for _ in range(10_000):
            if await self._topics.end(topic) >= end:
                break
        self._barrier.reach("after-send")
        await sending

    @override
    async def end(self, topic: str) -> int:
        return await self._topics.end(topic)

    @override
    def read(self, topic: str, offset: int, *, most: int = 1000) -> AsyncGenerator[Sequence[Record], None]:
        return self._topics.read(topic, offset, most=most)


class BarredOutbox(Outbox):
    """An outbox with the barrier around its commit."""

    def __init__(self, outbox: Outbox, barrier: Barrier) -> None:
        self._outbox, self._barrier = outbox, barrier

    @override
    async def begin(self, logs: Sequence[str]) -> None:
        await self._outbox.begin(logs)

    @override
    async def waiting(self, logs: Sequence[str], most: int) -> Sequence[Waiting]:
        return await self._outbox.waiting(logs, most)

    @override
    async def move(self, moves: Sequence[Move], epoch: int) -> bool:
        self._barrier.reach("before-commit")
        moved = await self._outbox.move(moves, epoch)
        self._barrier.reach("after-commit")
        return moved

"""The relay: sends its service's logs to Kafka in index order and notes how far Kafka has acknowledged them.

Killed anywhere, it sends again: followers drop what they have. Its records carry its epoch, so what a frozen relay sends when
it wakes up after another took over is ignored.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby

import structlog

from shared.log.outbox import Move, Outbox, Waiting
from shared.log.topic import Sending, Topics

MOST = 1000
POLL_S = 0.05
"""Another process's appends are found so late; this process's wake the relay."""
LONGEST_PAUSE_S = 5.0

log = structlog.get_logger()


class Succeeded(Exception):
    """Another leads now: whoever learns it stops at once."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"epoch {epoch} is over: another process leads; nothing is lost, and nothing is to be done")


class Relay:
    """Publishes `logs`, a topic for each, the logs in the order in which an append writes them.

    A log waits while one before it has more than a batch left, so that Kafka never has an append's later events without its
    earlier ones for longer than one round.
    """

    def __init__(
        self, outbox: Outbox, topics: Topics, logs: Mapping[str, str], epoch: int, wake: asyncio.Event, *,
        most: int = MOST, poll_s: float = POLL_S,
    ) -> None:  # fmt: skip
        self.trouble: str | None = None
        self._outbox, self._topics = outbox, topics
        self._logs, self._epoch = dict(logs), epoch
        self._wake = wake
        self._most, self._poll_s = most, poll_s

    async def run(self) -> None:
        """Publish until cancelled. Raises Succeeded, and what the outbox raises."""
        await self._outbox.begin(list(self._logs))
        pause = 0.0
        while True:
            self._wake.clear()
            try:
                sent = await self.round()
                self.trouble, pause = None, 0.0
            except ConnectionError as error:
                # Kafka may have some of it: the next round sends everything from `published` on again, in order.
                self.trouble, pause = str(error), min(LONGEST_PAUSE_S, pause * 2 or self._poll_s)
                log.warning("relay waits for Kafka", why=self.trouble)
                await asyncio.sleep(pause)
                continue
            if not sent:
                await self._woken()

    async def round(self) -> int:
        """Send what waits, once, and note it when all of it is acknowledged. Gives the number of events sent."""
        waiting = await self._outbox.waiting(list(self._logs), self._most)
        moves: list[Move] = []
        for name, events in groupby(waiting, key=lambda event: event.log):
            batch = list(events)
            await self._topics.send(self._logs[name], self._sendings(batch))
            moves.append(Move(name, batch[0].index, batch[-1].index + 1))
            if len(batch) == self._most:
                break
        if moves and not await self._outbox.move(moves, self._epoch):
            raise Succeeded(self._epoch)
        return sum(move.next - move.expected for move in moves)

    def _sendings(self, events: Sequence[Waiting]) -> list[Sending]:
        return [Sending(event.subject, event.bytes, event.index, self._epoch) for event in events]

    async def _woken(self) -> None:
        try:
            async with asyncio.timeout(self._poll_s):
                await self._wake.wait()
        except TimeoutError:
            return

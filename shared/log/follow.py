"""Follow a log: take the one record that continues it, and let every other pass.

What came before has a smaller index, what a deposed relay still sends an older epoch, and what a broken send tore apart comes
once more in its order. Nothing else is needed for each event to count once.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from time import monotonic

from typing_extensions import override

from shared.log.sources import Arrived, Source
from shared.log.topic import Record, TopicMissing, Topics

PATIENCE_S = 10.0
"""Only records above the expected one for so long: something is missing in the topic."""


PAUSE_S = 0.25
SETTLED_S = 20.0
"""Kafka has not failed us for longer than it may take to answer."""


class Verdict(Enum):
    """What to do with a record: apply it, or why it is passed over."""

    APPLY = "the next one"
    FENCE = "no index: a fence, or none of ours"
    REPEATED = "applied before"
    ABOVE = "an earlier index is still missing"
    OLD_EPOCH = "from a relay that had been succeeded"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a follower keeps with its effects: the index that it expects next and the highest epoch that it saw."""

    next_index: int = 0
    epoch: int = 0

    def step(self, record: Record) -> "tuple[Expectation, Verdict]":
        """Take one record: what is expected afterwards, and what to do with it."""
        epoch = max(self.epoch, record.epoch)
        if record.index is None:
            return Expectation(self.next_index, epoch), Verdict.FENCE
        if record.epoch < self.epoch:
            return self, Verdict.OLD_EPOCH
        if record.index == self.next_index:
            return Expectation(self.next_index + 1, epoch), Verdict.APPLY
        verdict = Verdict.ABOVE if record.index > self.next_index else Verdict.REPEATED
        return Expectation(self.next_index, epoch), verdict


class Followed(Source):
    """Another service's log, from its topic (the name with the authority's prefix)."""

    def __init__(
        self, name: str, topics: Topics, topic: str, *, most: int = 1000, now: Callable[[], float] = monotonic
    ) -> None:
        self.name = name
        self._topics, self._topic, self._most = topics, topic, most
        self._now = now
        self._expectation = Expectation()
        self._above_since: float | None = None
        self._waits_for: str | None = None
        self._tried_at = 0.0

    @override
    async def read(self, next_index: int, epoch: int) -> AsyncGenerator[Sequence[Arrived], None]:
        """Give what is to be applied, for ever, through every time when Kafka or the topic is not there.

        The index is the offset to begin at, which is never too far: repeated records and fences only push records back.
        Raises TopicUnreadable.
        """
        self._expectation = Expectation(next_index, epoch)
        while True:
            self._tried_at = self._now()
            try:
                async with aclosing(
                    self._topics.read(self._topic, self._expectation.next_index, most=self._most)
                ) as batches:
                    async for batch in batches:
                        self._waits_for = None
                        if arrived := self._take(batch):
                            yield arrived
            except (TopicMissing, ConnectionError) as error:
                # Its owner makes the topic when it starts, which may be later than we do.
                self._waits_for = str(error)
                await asyncio.sleep(PAUSE_S)

    def _take(self, batch: Sequence[Record]) -> list[Arrived]:
        arrived: list[Arrived] = []
        for record in batch:
            self._expectation, verdict = self._expectation.step(record)
            if verdict is Verdict.APPLY:
                # One without bytes is the next record all the same: whoever decodes it stops there.
                arrived.append(Arrived(self._expectation.next_index - 1, record.epoch, record.value or b""))
                self._above_since = None
            elif verdict is Verdict.ABOVE and self._above_since is None:
                self._above_since = self._now()
        return arrived

    @override
    async def history(self, subject: str, last_index: int) -> list[tuple[int, bytes]]:
        """Give one stream's events, from the topic's beginning: only a correction asks for them."""
        key, expectation = subject.encode(), Expectation()
        found: list[tuple[int, bytes]] = []
        async with aclosing(self._topics.read(self._topic, 0, most=self._most)) as batches:
            while expectation.next_index <= last_index:
                for record in await anext(batches):
                    expectation, verdict = expectation.step(record)
                    if verdict is Verdict.APPLY and record.key == key:
                        found.append((expectation.next_index - 1, record.value or b""))
        return [(index, data) for index, data in found if index <= last_index]

    def trouble(self) -> str | None:
        """Say that Kafka or the topic is not there, or what is missing in it while later records come; None: all is well."""
        if self._waits_for is not None and self._now() - self._tried_at < SETTLED_S:
            return self._waits_for
        since = self._above_since
        if since is None or self._now() - since < PATIENCE_S:
            return None
        return (
            f"{self._topic}: index {self._expectation.next_index} has been missing for {self._now() - since:.0f} s while "
            "later ones came; see that the leader of its service runs"
        )

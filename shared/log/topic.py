"""The one port to Kafka: a log's topic has one partition, so a topic is an ordered list of records that anybody may repeat.

`KafkaTopics` (kafka.py) and `MemoryTopics` (memory.py) pass the same contract test. Offsets are Kafka's own and are no index:
a zombie's records and a leader's fences take offsets too. Only the `index` header counts.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it lies in a topic. `index` None: a fence, or a record of a topic that is no log."""

    offset: int
    key: bytes | None
    value: bytes | None
    index: int | None = None
    epoch: int = 0
    headers: tuple[tuple[str, bytes | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """One record on its way into a log's topic; index None: a fence."""

    key: str | None
    value: bytes
    index: int | None
    epoch: int
    traceparent: str | None = None


class TopicMissing(LookupError):
    """A topic that must exist does not."""

    def __init__(self, topic: str) -> None:
        super().__init__(
            f"Kafka has no topic {topic}; start its owner once, or create it as deploy/kafka/topics.md says"
        )


class Topics(Protocol):
    """All topics of a cluster, by their full names (prefix included)."""

    async def create(self, topic: str, *, compacted: bool = False, retention_ms: int = -1) -> None:
        """Make the topic if it is not there: one partition, kept for ever unless said otherwise."""
        ...

    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        """Send in order to partition 0 and return when all are acknowledged by all replicas. Raises ConnectionError."""
        ...

    async def end(self, topic: str) -> int:
        """Give the offset that the next record will take. Raises TopicMissing."""
        ...

    def read(self, topic: str, offset: int, *, most: int = 1000) -> AsyncIterator[Sequence[Record]]:
        """Give what is there from an offset on, then wait for more, for ever; each batch holds at least one record."""
        ...

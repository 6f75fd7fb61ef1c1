"""The one port to Kafka: a log's topic has one partition, so a topic is an ordered list of records that anybody may repeat.

`KafkaTopics` (kafka.py) and `MemoryTopics` (memory_topics.py) pass the same contract test. Offsets are Kafka's own and are no
index: a zombie's records and a leader's fences take offsets too. Only the `index` header counts.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from shared.contracts.cloudevent import CONTENT_TYPE

Headers: TypeAlias = tuple[tuple[str, bytes | None], ...]

MOST_DIGITS = 18
"""A number of more digits would not fit into Postgres' bigint: it is garbage."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it lies in a topic. `index` None: a fence, or a record of a topic that is no log."""

    offset: int
    key: bytes | None
    value: bytes | None
    index: int | None = None
    epoch: int = 0
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """One record on its way into a log's topic; index None: a fence."""

    key: str | None
    value: bytes
    index: int | None
    epoch: int
    traceparent: str | None = None

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """What stands beside the event's bytes: about transport, not about what happened."""
        headers = [("epoch", b"%d" % self.epoch)]
        if self.index is not None:
            headers += [("index", b"%d" % self.index), ("content-type", CONTENT_TYPE.encode())]
        if self.traceparent is not None:
            headers.append(("traceparent", self.traceparent.encode()))
        return headers


def record(offset: int, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]) -> Record:
    """Read a record, whatever its headers hold: null, garbage or nothing. An index without an epoch is nobody's."""
    kept = tuple(headers)
    found = dict(kept)
    epoch = _number(found.get("epoch"))
    index = _number(found.get("index")) if epoch is not None else None
    return Record(offset, key, value, index, epoch or 0, kept)


def _number(raw: bytes | None) -> int | None:
    """Read decimal ASCII digits; None for anything else."""
    return int(raw) if raw is not None and len(raw) <= MOST_DIGITS and raw.isdigit() else None


class TopicMissing(LookupError):
    """A topic that must exist does not."""

    def __init__(self, topic: str) -> None:
        super().__init__(
            f"Kafka has no topic {topic}; start its owner once, or create it as deploy/kafka/topics.md says"
        )


class TopicUnreadable(ValueError):
    """A header's name is no UTF-8: the client library cannot step over such a record, and no relay writes one."""

    def __init__(self, topic: str) -> None:
        super().__init__(
            f"Kafka's topic {topic} holds a record whose header names are no UTF-8; see who may write there, "
            f"and have it mended as docs/operators/poison.md says"
        )


class Topics(Protocol):
    """All topics of a cluster, by their full names (prefix included)."""

    async def create(self, topic: str, *, compacted: bool = False, retention_ms: int = -1) -> None:
        """Make the topic if it is not there: one partition, kept for ever unless said otherwise. Raises ConnectionError."""
        ...

    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        """Send in order to partition 0 and return when all are acknowledged by all replicas.

        Raises ConnectionError: any of them may have arrived or not. Raises TopicMissing.
        """
        ...

    async def end(self, topic: str) -> int:
        """Give the offset that the next record will take. Raises TopicMissing, ConnectionError."""
        ...

    def read(self, topic: str, offset: int, *, most: int = 1000) -> AsyncGenerator[Sequence[Record], None]:
        """Give what is there from an offset on, then wait for more, for ever; each batch holds at least one record.

        From the beginning if the offset is beyond the end. Close it (`contextlib.aclosing`). Raises TopicMissing,
        TopicUnreadable, ConnectionError.
        """
        ...

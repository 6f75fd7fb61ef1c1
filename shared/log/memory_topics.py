"""Topics in memory: the same contract as Kafka, for rules that are tried by the thousand."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence

from typing_extensions import override

from shared.log.topic import Record, Sending, TopicMissing, Topics, record


class MemoryTopics(Topics):
    """Each topic a list of records."""

    def __init__(self) -> None:
        self._topics: dict[str, list[Record]] = {}
        self._grew = asyncio.Condition()

    @override
    async def create(self, topic: str, *, compacted: bool = False, retention_ms: int = -1) -> None:
        self._topics.setdefault(topic, [])

    @override
    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        await asyncio.sleep(0)  # Kafka yields here: whoever relies on not being interrupted is found out
        for sending in records:
            key = sending.key.encode() if sending.key is not None else None
            await self.put(topic, key, sending.value, sending.headers)

    async def put(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
    ) -> None:
        """Add a record with any headers, as a writer that is none of ours could."""
        records = self.records(topic)
        records.append(record(len(records), key, value, headers))
        async with self._grew:
            self._grew.notify_all()

    @override
    async def end(self, topic: str) -> int:
        return len(self.records(topic))

    @override
    async def read(self, topic: str, offset: int, *, most: int = 1000) -> AsyncGenerator[Sequence[Record], None]:
        records = self.records(topic)
        at = offset if offset <= len(records) else 0
        while True:
            async with self._grew:
                while at >= len(records):
                    await self._grew.wait()
            batch = records[at : at + most]
            at += len(batch)
            yield batch

    def records(self, topic: str) -> list[Record]:
        """Give all that lies in a topic. Raises TopicMissing."""
        if topic not in self._topics:
            raise TopicMissing(topic)
        return self._topics[topic]

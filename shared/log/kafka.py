"""Kafka, on aiokafka directly: batches with headers for each record, partitions assigned, the position ours alone."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code
from typing_extensions import override

from shared.log.topic import Record, Sending, TopicMissing, Topics, TopicUnreadable, record

BATCH_BYTES = 512 * 1024
"""One request to the broker; its own limit is 1 MiB unless the operator raised it. An event is at most 60 KiB."""
ANSWER_MS = 15_000
"""No answer for so long: the send failed and begins anew."""
RETRY_MS = 20
"""aiokafka's first question about a topic goes to a broker that it does not know yet, and waits so long before the second."""
POLL_MS = 1_000
COMPACTED_SEGMENT_MS = 3_600_000
"""A compacted topic is cleaned only in segments that are closed."""


class KafkaTopics(Topics):
    """The topics of a cluster at `bootstrap` (host:port, several by commas); `security` goes to aiokafka's clients as it is."""

    def __init__(self, bootstrap: str, name: str, security: Mapping[str, Any] | None = None) -> None:
        self._bootstrap = bootstrap
        self._options = {
            "bootstrap_servers": bootstrap, "client_id": f"medverka-{name}", "request_timeout_ms": ANSWER_MS,
            "retry_backoff_ms": RETRY_MS,
            **(security or {}),
        }  # fmt: skip
        self._producer: Any = None
        self._starting = asyncio.Lock()

    async def close(self) -> None:
        """Send what is on its way and give the connections back."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @override
    async def create(self, topic: str, *, compacted: bool = False, retention_ms: int = -1) -> None:
        settings = {"cleanup.policy": "compact", "segment.ms": str(COMPACTED_SEGMENT_MS)}
        if not compacted:
            settings = {"cleanup.policy": "delete", "retention.ms": str(retention_ms), "retention.bytes": "-1"}
        # -1: as many copies as the broker's own setting says; aiokafka wants it said that no places are assigned.
        new = NewTopic(topic, 1, -1, replica_assignments={}, topic_configs=settings)
        async with self._told():
            admin = AIOKafkaAdminClient(**self._options)
            try:
                await admin.start()
                answer = await admin.create_topics([new])
            finally:
                await admin.close()
        for _, code, *_ in answer.topic_errors:
            error = for_code(code)
            if code and error is not TopicAlreadyExistsError:
                raise ConnectionError(f"Kafka at {self._bootstrap} did not create the topic {topic}: {error.__name__}")

    @override
    async def send(self, topic: str, records: Sequence[Sending]) -> None:
        if not records:
            return
        async with self._told(topic):
            producer = await self._started()
            if not producer.client.cluster.partitions_for_topic(topic):
                await _known(producer.client, topic)
            acks: list[Any] = []
            try:
                for batch in _batches(producer, records):
                    acks.append(await producer.send_batch(batch, topic, partition=0))  # noqa: PERF401 - kept when one fails
                await asyncio.gather(*acks)
            except KafkaError:
                await asyncio.gather(*acks, return_exceptions=True)
                # An idempotent producer that lost a batch refuses all that follow (aiokafka #1017): the next send has a
                # new one.
                await self.close()
                raise

    @override
    async def end(self, topic: str) -> int:
        async with self._told(topic), self._consuming(topic) as consumer:
            offsets = await consumer.end_offsets([TopicPartition(topic, 0)])
            return int(offsets[TopicPartition(topic, 0)])

    @override
    async def read(self, topic: str, offset: int, *, most: int = 1000) -> AsyncGenerator[Sequence[Record], None]:
        partition = TopicPartition(topic, 0)
        async with self._told(topic), self._consuming(topic) as consumer:
            consumer.assign([partition])
            consumer.seek(partition, offset)
            while True:
                found = await consumer.getmany(timeout_ms=POLL_MS, max_records=most)
                if messages := found.get(partition):
                    yield [record(m.offset, m.key, m.value, m.headers) for m in messages]

    @asynccontextmanager
    async def _consuming(self, topic: str) -> AsyncIterator[Any]:
        """A consumer without a group: nothing is committed, nobody is rebalanced."""
        consumer = AIOKafkaConsumer(
            **self._options, auto_offset_reset="earliest", enable_auto_commit=False, max_partition_fetch_bytes=4 << 20
        )
        try:
            await consumer.start()
            if topic not in await consumer.topics():
                raise TopicMissing(topic)
            yield consumer
        finally:
            await consumer.stop()

    async def _started(self) -> Any:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._options, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES,
                    max_request_size=2 * BATCH_BYTES,
                )  # fmt: skip
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    @asynccontextmanager
    async def _told(self, topic: str = "") -> AsyncIterator[None]:
        """Say a fault of Kafka's in the port's words."""
        try:
            yield
        except UnknownTopicOrPartitionError as error:
            raise TopicMissing(topic) from error
        except UnicodeDecodeError as error:
            raise TopicUnreadable(topic) from error
        except KafkaError as error:
            why = f"{type(error).__name__} {error}".strip()
            raise ConnectionError(
                f"Kafka at {self._bootstrap} failed ({why}); see that it runs: it is tried again"
            ) from error


async def _known(client: Any, topic: str) -> None:
    """Ask for all topics: asking for one that is not there is repeated until the time is up."""
    if topic not in (await client.fetch_all_metadata()).topics():
        raise TopicMissing(topic)


def _batches(producer: Any, records: Sequence[Sending]) -> Iterator[Any]:
    """Fill one batch after the other, in order."""
    batch = producer.create_batch()
    for sending in records:
        if not _added(batch, sending):
            batch.close()
            yield batch
            batch = producer.create_batch()
            _added(batch, sending)
    batch.close()
    yield batch


def _added(batch: Any, sending: Sending) -> bool:
    """Add a record; False when the batch is full. An empty batch takes a record of any size."""
    key = sending.key.encode() if sending.key is not None else None
    return batch.append(timestamp=None, key=key, value=sending.value, headers=sending.headers) is not None

"""The port to Kafka, one body over memory and a real broker: what a topic keeps, and in which order it gives it."""

import asyncio
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c
from typing_extensions import override

from deploy.local.stack import Servers
from shared.contracts.cloudevent import CONTENT_TYPE
from shared.log.kafka import KafkaTopics
from shared.log.memory_topics import MemoryTopics
from shared.log.topic import Headers, Record, Sending, TopicMissing, Topics, TopicUnreadable


class Stranger(Protocol):
    """Who writes records that are none of ours."""

    async def put(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """Add one."""
        ...


@dataclass
class KafkaStranger(Stranger):
    """A producer of its own."""

    bootstrap: str

    @override
    async def put(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap) as producer:
            await producer.send_and_wait(topic, value, key, partition=0, headers=list(headers))


@dataclass
class Place:
    """A cluster, a stranger who writes to it, and a topic that is there."""

    topics: Topics
    stranger: Stranger
    topic: str


@pytest.fixture(params=["memory", "kafka"])
async def place(request: pytest.FixtureRequest, topic_prefix: str) -> AsyncIterator[Place]:
    """Each test runs on both."""
    topic = f"{topic_prefix}registry.events"
    if request.param == "memory":
        memory = MemoryTopics()
        await memory.create(topic)
        yield Place(memory, memory, topic)
        return
    kafka: str = request.getfixturevalue("servers").kafka
    async with KafkaTopics(kafka, "test") as topics:
        await topics.create(topic)
        yield Place(topics, KafkaStranger(kafka), topic)


def sendings(first: int, count: int, epoch: int = 1, size: int = 5) -> list[Sending]:
    """Consecutive records."""
    return [Sending(f"a/{n}", b"%05d" % n + b"x" * (size - 5), n, epoch) for n in range(first, first + count)]


async def taken(topics: Topics, topic: str, count: int, offset: int = 0, most: int = 1000) -> list[Record]:
    """The next records from an offset on."""
    found: list[Record] = []
    async with aclosing(topics.read(topic, offset, most=most)) as batches:
        async for batch in batches:
            found += batch
            if len(found) >= count:
                break
    return found


async def test_what_is_sent_lies_there_in_order_with_its_headers(place: Place) -> None:
    """A record keeps its key, bytes, index and epoch."""
    await place.topics.send(place.topic, [Sending("placement/1", b"{}", 0, 7, "00-trace-01")])
    assert await taken(place.topics, place.topic, 1) == [
        Record(
            offset=0,
            key=b"placement/1",
            value=b"{}",
            index=0,
            epoch=7,
            headers=(
                ("epoch", b"7"),
                ("index", b"0"),
                ("content-type", CONTENT_TYPE.encode()),
                ("traceparent", b"00-trace-01"),
            ),
        )
    ]


async def test_a_fence_has_no_index(place: Place) -> None:
    """A new epoch begins with a record that no follower counts."""
    await place.topics.send(place.topic, [Sending(None, b"fence", None, 3)])
    (fence,) = await taken(place.topics, place.topic, 1)
    assert (fence.index, fence.epoch, fence.key) == (None, 3, None)


async def test_more_than_fits_into_a_batch_stays_in_order(place: Place) -> None:
    """Many megabytes go as several batches, one after the other."""
    await place.topics.send(place.topic, sendings(0, 60, size=60 * 1024))
    records = await taken(place.topics, place.topic, 60)
    assert [record.index for record in records] == list(range(60))
    assert {len(record.value or b"") for record in records} == {60 * 1024}


async def test_sending_nothing_is_done_at_once(place: Place) -> None:
    """An empty list adds no record."""
    await place.topics.send(place.topic, [])
    assert await place.topics.end(place.topic) == 0


async def test_the_end_is_the_next_records_offset(place: Place) -> None:
    """Repeated and index-less records take offsets too."""
    await place.topics.send(place.topic, sendings(0, 3))
    await place.topics.send(place.topic, sendings(0, 3))
    await place.topics.send(place.topic, [Sending(None, b"fence", None, 2)])
    assert await place.topics.end(place.topic) == 7


async def test_reading_begins_at_an_offset_and_waits_for_more(place: Place) -> None:
    """A reader gets what is there and then what comes."""
    await place.topics.send(place.topic, sendings(0, 5))
    reading = asyncio.create_task(taken(place.topics, place.topic, 4, offset=3))
    await place.topics.send(place.topic, sendings(5, 2))
    assert [record.index for record in await reading] == [3, 4, 5, 6]


async def test_a_batch_is_no_larger_than_wanted(place: Place) -> None:
    """Whoever wants few at a time gets few at a time."""
    await place.topics.send(place.topic, sendings(0, 25))
    sizes: list[int] = []
    async with aclosing(place.topics.read(place.topic, 0, most=10)) as batches:
        async for batch in batches:
            sizes.append(len(batch))
            if sum(sizes) == 25:
                break
    assert max(sizes) <= 10


async def test_reading_beyond_the_end_begins_anew(place: Place) -> None:
    """A topic that was lost and written again is shorter than its readers remember."""
    await place.topics.send(place.topic, sendings(0, 3))
    assert [record.index for record in await taken(place.topics, place.topic, 3, offset=100)] == [0, 1, 2]


async def test_a_topic_that_is_not_there_is_named(place: Place) -> None:
    """A misspelt topic is an error and is not made in passing."""
    for attempt in (place.topics.send("nowhere", sendings(0, 1)), place.topics.end("nowhere"), first("nowhere", place)):
        with pytest.raises(TopicMissing, match="Kafka has no topic nowhere"):
            await attempt


async def first(topic: str, place: Place) -> Sequence[Record]:
    """The first batch of a topic."""
    async with aclosing(place.topics.read(topic, 0)) as batches:
        return await anext(batches)


async def test_making_a_topic_twice_keeps_it(place: Place) -> None:
    """Each start makes its topics; what lies in them stays."""
    await place.topics.send(place.topic, sendings(0, 1))
    await place.topics.create(place.topic)
    assert await place.topics.end(place.topic) == 1


GARBAGE: dict[str, Headers] = {
    "no headers": (),
    "null headers": (("index", None), ("epoch", None)),
    "no numbers": (("index", b"\xff\xfe"), ("epoch", b"1")),
    "an index without an epoch": (("index", b"0"),),
    "an index with a broken epoch": (("index", b"0"), ("epoch", b"-1")),
    "a negative index": (("index", b"-1"), ("epoch", b"1")),
    "digits that are not ASCII": (("index", "٣".encode()), ("epoch", b"1")),
    "more digits than fit": (("index", b"9" * 19), ("epoch", b"1")),
    "an empty index": (("index", b""), ("epoch", b"1")),
}


@pytest.mark.parametrize("headers", GARBAGE.values(), ids=GARBAGE.keys())
async def test_a_record_with_garbage_for_headers_is_read_as_no_record_of_a_log(place: Place, headers: Headers) -> None:
    """Reading never fails on headers, and what follows is read."""
    await place.stranger.put(place.topic, b"key", None, headers)
    await place.topics.send(place.topic, sendings(0, 1))
    garbage, good = await taken(place.topics, place.topic, 2)
    assert (garbage.index, garbage.value, good.index) == (None, None, 0)


async def test_two_senders_at_once_keep_each_their_order(place: Place) -> None:
    """A zombie's records and its successor's are mixed, but neither's are turned round."""
    await asyncio.gather(
        *(place.topics.send(place.topic, sendings(0, 200, epoch)) for epoch in (1, 2)),
    )
    records = await taken(place.topics, place.topic, 400)
    for epoch in (1, 2):
        assert [record.index for record in records if record.epoch == epoch] == list(range(200))


async def test_a_send_that_is_given_up_leaves_the_next_one_whole(place: Place) -> None:
    """A leader that is cancelled in mid-send may have sent or not; its successor's records follow in order."""
    sending = asyncio.create_task(place.topics.send(place.topic, sendings(0, 500, epoch=1)))
    await asyncio.sleep(0)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    await place.topics.send(place.topic, sendings(0, 500, epoch=2))
    records = await taken(place.topics, place.topic, await place.topics.end(place.topic))
    assert [record.index for record in records if record.epoch == 2] == list(range(500))


async def test_a_broker_that_is_not_there_is_a_connection_error(unused_tcp_port: int) -> None:
    """Whoever sends learns that it failed, and where."""
    async with KafkaTopics(f"127.0.0.1:{unused_tcp_port}", "test") as topics:
        with pytest.raises(ConnectionError, match=f"Kafka at 127.0.0.1:{unused_tcp_port} failed"):
            await topics.send("registry.events", sendings(0, 1))
        with pytest.raises(ConnectionError, match=f"Kafka at 127.0.0.1:{unused_tcp_port} failed"):
            await topics.create("registry.events")


async def test_a_header_name_that_is_no_utf8_is_told_with_its_topic(servers: Servers, topic_prefix: str) -> None:
    """The client library cannot step over such a record; no relay writes one, so somebody else may write there."""
    topic = f"{topic_prefix}registry.events"
    async with KafkaTopics(servers.kafka, "test") as topics:
        await topics.create(topic)
        async with AIOKafkaProducer(bootstrap_servers=servers.kafka) as producer:
            acknowledged = await producer.send_batch(_garbled(producer.create_batch()), topic, partition=0)
            await acknowledged
        with pytest.raises(TopicUnreadable, match=f"{topic} holds a record whose header names are no UTF-8"):
            await taken(topics, topic, 1)


def _garbled(batch: Any) -> Any:
    """A batch of one record whose header's name was broken, and its checksum made right again."""
    batch.append(timestamp=None, key=b"k", value=b"v", headers=[("AB", b"x")])
    data = bytearray(batch._build())  # noqa: SLF001 - no public way writes such bytes
    data[(at := data.index(b"AB")) : at + 2] = b"\xff\xfe"
    struct.pack_into(">I", data, 17, calc_crc32c(bytes(data[21:])))
    batch._buffer = bytes(data)  # noqa: SLF001
    return batch

"""What the server fixtures give a test."""

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.stack import Servers


async def test_each_test_has_an_empty_database_of_its_own(database: str, keys_database: str) -> None:
    """A test's databases are there, empty, durable, and on two clusters."""
    identifiers = set()
    for address in (database, keys_database):
        connection = await asyncpg.connect(address)
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        assert await connection.fetchval("SHOW fsync") == "on"
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        identifiers.add(await connection.fetchval("SELECT system_identifier FROM pg_control_system()"))
        await connection.close()
    assert len(identifiers) == 2


async def test_text_sorts_by_code_point_and_lowers_swedish(database: str) -> None:
    """Order is the same on every machine, and lower() knows å, ä and ö."""
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("SELECT array_agg(t ORDER BY t) FROM unnest('{ö,Z,a}'::text[]) t") == list("Zaö")
    assert await connection.fetchval("SELECT lower('ÅÄÖ')") == "åäö"
    await connection.close()


async def test_kafka_takes_a_message_of_one_mebibyte(servers: Servers, topic_prefix: str) -> None:
    """The largest message that an inbox may get fits, acknowledged by all."""
    topic = f"{topic_prefix}registry.inbox.other"
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=servers.kafka, acks="all", max_request_size=2 * 1024 * 1024)
    await producer.start()
    sent = await producer.send_and_wait(topic, b"x" * 1024 * 1024, partition=0)
    await producer.stop()
    assert sent.offset == 0

"""What the stores hold, read raw: topics by the follow rule as interfaces.md tells it, tables by SQL of our own.

Nothing of the suite's own reading is used, so that what it would overlook is seen.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

LOGS = {
    "registry": ("registry.events", "registry.refused"),
    "placements": ("placements.events", "placements.figures", "placements.refused"),
    "procurement": ("procurement.events", "procurement.outreach", "procurement.refused"),
    "consultation": ("consultation.events", "consultation.refused"),
}
OWNER = {log: service for service, logs in LOGS.items() for log in logs}


@dataclass(frozen=True, slots=True)
class Raw:
    """One record of a topic."""

    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]


async def topic(kafka: str, name: str) -> list[Raw]:
    """Give all records of a topic's one partition."""
    partition = TopicPartition(name, 0)
    async with AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        found: list[Raw] = []
        while await consumer.position(partition) < end:
            batches = await consumer.getmany(partition, timeout_ms=1000, max_records=5000)
            found += [Raw(r.key, r.value, dict(r.headers)) for batch in batches.values() for r in batch]
    return found


async def topics(kafka: str, prefix: str) -> list[str]:
    """Give the names of all topics with a prefix."""
    async with AIOKafkaConsumer(bootstrap_servers=kafka) as consumer:
        return sorted(name for name in await consumer.topics() if name.startswith(prefix))


def followed(records: Iterable[Raw]) -> Iterator[bytes]:
    """Keep the next index that is expected and the highest epoch; apply exactly the next one of an epoch not below it."""
    expected, highest = 0, 0
    for record in records:
        epoch = int(record.headers.get("epoch", b"0"))
        if epoch < highest:
            continue
        highest = epoch
        if record.headers.get("index") == str(expected).encode():
            expected += 1
            assert record.value is not None
            yield record.value


async def log_in_kafka(kafka: str, prefix: str, log: str) -> list[bytes]:
    """Give a log as an outside reader gets it."""
    return list(followed(await topic(kafka, f"{prefix}{log}")))


async def log_in_postgres(url: str, log: str) -> list[bytes]:
    """Give a log as its owner has it; its indexes are 0 … n − 1."""
    rows = await fetch(url, "SELECT index, bytes FROM event WHERE log = $1 ORDER BY index", log)
    assert [row["index"] for row in rows] == list(range(len(rows))), f"{log}: its indexes have gaps"
    return [row["bytes"] for row in rows]


async def fetch(url: str, sql: str, *arguments: object) -> list[asyncpg.Record]:
    """Ask a database."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(sql, *arguments))
    finally:
        await connection.close()


async def tables(url: str) -> dict[str, list[str]]:
    """Give every table of a database, all schemas', each row as text; `bytea` as the text that it may be."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch(
            "SELECT table_schema AS schema, table_name AS name FROM information_schema.tables"
            " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        found = {}
        for schema, name in names:
            rows = await connection.fetch(f'SELECT * FROM "{schema}"."{name}"')  # noqa: S608 - names from the catalogue
            found[f"{schema}.{name}"] = [" ".join(map(_text, row.values())) for row in rows]
        return found
    finally:
        await connection.close()


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def events(log: Iterable[bytes]) -> list[dict[str, Any]]:
    """Read a log's events as plain JSON."""
    return [json.loads(data) for data in log]

"""The invented service's inbox, and messages of every kind for it.

As a program it takes an inbox's topic and is killed at its n-th look at the clock, which is in the middle of a batch:
`python -m tests.shared.log.receiving URL KAFKA TOPIC UPTO DIES_AT`.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Literal, TypeAlias

from shared.contracts.values import Key
from shared.log.inbox import INBOX, Inbox
from shared.log.kafka import KafkaTopics
from shared.log.sql import query
from shared.log.topic import Headers, Record
from shared.persons.vault import KeyVault
from tests.shared.log.invented import MARKET
from tests.shared.log.reading import NOW, Listed, Reader, reading

NAME, PUBLISHER, SOURCE = "garden.inbox.allotments", "allotments", "https://allotments.example"
VAULT = KeyVault(Key("claims", bytes(range(32))))
LET, TENDED = "se.medverka.PlotLet.v1", "se.medverka.PlotTended.v1"
CANARY = "Canary 19121212-1212"
"""What stands in messages and may be read nowhere afterwards."""

Fate: TypeAlias = Literal["accepted", "repeated", "refused"]


def plot(number: int, **changes: Any) -> dict[str, Any]:
    """Build what a report says of a plot."""
    return {"plotId": f"r{number}", "name": f"reported {number}", "crop": "beans", "letOn": "2026-03-02", **changes}


def structured(id_: str, data: Any, *, type_: str = LET, source: str = SOURCE, **attributes: Any) -> bytes:
    """Build a CloudEvent in structured mode."""
    event = {
        "specversion": "1.0", "id": id_, "source": source, "type": type_, "time": "2026-03-02T12:00:00Z", "data": data,
        **attributes,
    }  # fmt: skip
    return json.dumps(event).encode()


def binary(id_: str | None, *, type_: str = LET, source: str | None = SOURCE) -> Headers:
    """Build the headers of a CloudEvent in binary mode."""
    attributes = {"specversion": "1.0", "id": id_, "source": source, "type": type_, "time": "2026-03-02T12:00:00Z"}
    return tuple((f"ce_{name}", None if value is None else value.encode()) for name, value in attributes.items())


@dataclass
class Receiver:
    """An inbox that a test fills; offsets are given in order."""

    inbox: Inbox
    reader: Reader
    offsets: "count[int]" = field(default_factory=count)

    async def send(self, *messages: tuple[bytes | None, Headers] | bytes) -> list[Record]:
        """Have messages taken in one batch."""
        records = []
        for message in messages:
            value, headers = message if isinstance(message, tuple) else (message, ())
            records.append(Record(next(self.offsets), None, value, headers=headers))
        await self.take(records)
        return records

    async def take(self, records: Sequence[Record]) -> None:
        """Have records taken."""
        await self.inbox.take(records, self.reader.connection)

    async def counts(self) -> tuple[int, int, int]:
        """Give what was accepted, repeated and refused so far."""
        rows = await self.reader.connection.fetch(query(INBOX, "counts"))
        return (rows[0]["accepted"], rows[0]["repeated"], rows[0]["refused"]) if rows else (0, 0, 0)


@asynccontextmanager
async def receiving(url: str, name: str = NAME, dies_at: int = 0) -> AsyncIterator[Receiver]:
    """Take over the garden's reactor, with one inbox."""
    looks = count(1)

    def now() -> datetime:
        if next(looks) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return NOW

    async with reading(url, Listed(MARKET)) as reader:
        await reader.reactor.begin(reader.connection, [*reader.sources, name])
        yield Receiver(Inbox(name, PUBLISHER, [SOURCE], reader.reactor, VAULT, now=now), reader)


async def main(url: str, kafka: str, topic: str, upto: int, dies_at: int) -> None:
    """Take messages up to an offset."""
    async with KafkaTopics(kafka, "test") as topics, receiving(url, topic, dies_at) as receiver:
        positions = receiver.reader.reactor.positions
        following = asyncio.create_task(receiver.inbox.follow(topics, topic, receiver.reader.connection))
        while positions[topic].next_index < upto:
            await asyncio.wait([following], timeout=0.01)
        following.cancel()
        await asyncio.wait([following])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])))

"""Ten thousand messages to a real procurement that is killed three times: each is accepted, repeated or refused, once."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.stack import Servers
from deploy.local.suite import Suite
from tests.suite import raw
from tests.suite.reports import PUBLISHER, Message, messages
from tests.suite.rest import comes_to_rest, until
from tests.suite.running import at, running

TODAY = "2026-06-01"
RECEIVED = 10_000
KILLED_AFTER = (1_500, 4_000, 7_500)
INBOX = f"procurement.inbox.{PUBLISHER}"
LARGEST_REQUEST = 2_000_000


@dataclass
class Taken:
    """What was sent and what the suite made of it."""

    suite: Suite
    sent: list[Message]
    killed: int
    counted: dict[str, int]
    refusals: list[dict[str, Any]]
    events: list[dict[str, Any]]

    def of(self, fate: str) -> list[Message]:
        """Give the messages with a fate."""
        return [message for message in self.sent if message.fate == fate]


async def send(suite: Suite, sent: list[Message]) -> None:
    """Send every message in order."""
    producer = AIOKafkaProducer(bootstrap_servers=suite.servers.kafka, max_request_size=LARGEST_REQUEST, linger_ms=5)
    async with producer:
        acks = [
            await producer.send(
                f"{suite.prefix}{INBOX}", message.value, None if message.value else b"k", partition=0,
                headers=list(message.headers),
            )
            for message in sent
        ]  # fmt: skip
        await asyncio.gather(*acks)


async def counted(suite: Suite) -> dict[str, int]:
    """Give what the inbox has counted."""
    rows = await raw.fetch(suite.databases["procurement"], "SELECT accepted, repeated, refused FROM inbox")
    return dict(rows[0].items()) if rows else {"accepted": 0, "repeated": 0, "refused": 0}


async def kill_after(suite: Suite, count: int) -> bool:
    """Kill the process when it has taken so many, and start it again."""

    async def taken() -> bool:
        return sum((await counted(suite)).values()) >= count

    await until(taken, look_s=0.01)
    process = suite.process("procurement")
    os.kill(process.pid, signal.SIGKILL)
    code = await asyncio.to_thread(process.wait)
    suite.start("procurement")
    return code == 128 + signal.SIGKILL  # as its guard tells it


async def take(suite: Suite) -> Taken:
    """Send everything while the service is killed, and wait until all of it is taken."""
    sent = messages(RECEIVED, seed=20261124)

    async def all_taken() -> bool:
        return sum((await counted(suite)).values()) >= RECEIVED

    async with asyncio.TaskGroup() as group:
        group.create_task(send(suite, sent))
        killed = [await kill_after(suite, count) for count in KILLED_AFTER]
    await until(all_taken)
    await asyncio.to_thread(suite.wait_ready, "procurement")
    await comes_to_rest(suite, date.fromisoformat(TODAY))
    logs = {log: await raw.log_in_kafka(suite.servers.kafka, suite.prefix, log) for log in raw.LOGS["procurement"]}
    for log, found in logs.items():
        assert found == await raw.log_in_postgres(suite.databases["procurement"], log)
    return Taken(
        suite, sent, sum(killed), await counted(suite), raw.events(logs["procurement.refused"]),
        raw.events(logs["procurement.events"]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def taken(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """A procurement that has taken them all, and the registry that it follows."""
    with running(servers, tmp_path_factory.mktemp("inbox"), at(TODAY), ("registry", "procurement")) as suite:
        yield asyncio.run(take(suite))


def test_accepted_repeated_and_refused_are_all_that_was_received(taken: Taken) -> None:
    """Nothing disappears and nothing counts twice, although the service died three times on the way."""
    assert taken.killed == len(KILLED_AFTER)
    assert taken.counted == Counter(message.fate for message in taken.sent)
    assert sum(taken.counted.values()) == RECEIVED
    assert min(taken.counted.values()) > 500


def test_each_accepted_message_is_the_cause_of_events_of_our_own(taken: Taken) -> None:
    """One command each, under our own source; a mended message under a refused id is among them."""
    of_tenders = [
        event for event in taken.events if event["subject"].startswith("tender/")
    ]  # and not what they ask of a board
    caused = Counter(event["causationid"] for event in of_tenders)
    assert caused == Counter(message.id for message in taken.of("accepted"))
    assert {event["source"] for event in taken.events} == {"/gotland/procurement"}
    assert [message for message in taken.of("accepted") if message.id.startswith("w")]


def test_each_refused_message_has_a_record_with_its_place(taken: Taken) -> None:
    """Where it stood, why, and a digest of what it was."""
    wrong = [offset for offset, message in enumerate(taken.sent) if message.fate == "refused"]
    said = [event["data"] for event in taken.refusals]
    assert sorted(refusal["offset"] for refusal in said) == wrong
    assert {refusal["topic"] for refusal in said} == {INBOX}
    assert all(refusal["reason"] and refusal["detail"]["sv"] and len(refusal["digest"]) == 64 for refusal in said)
    assert "tender-unknown" in {refusal["reason"] for refusal in said}


async def test_nothing_of_what_was_refused_can_be_read(taken: Taken) -> None:
    """Neither in the topics that the suite writes, nor in its tables, nor in its log lines; the originals are sealed."""
    suite = taken.suite
    parts = ("Fågelsson", "F\\u00e5gelsson", "19121212")
    assert all(any(part.encode() in (m.value or b"") for m in taken.of("refused")) for part in parts)
    for name in await raw.topics(suite.servers.kafka, suite.prefix):
        if not name.endswith(INBOX):
            records = await raw.topic(suite.servers.kafka, name)
            assert not [r for r in records if any(part.encode() in (r.value or b"") for part in parts)], name
    tables = await raw.tables(suite.databases["procurement"])
    assert len(tables["public.refused_original"]) == taken.counted["refused"]
    for table, rows in tables.items():
        assert not [row for row in rows if any(part in row for part in parts)], table
    for file in suite.directory.glob("*/log.jsonl"):
        assert not [part for part in parts if part in file.read_text(encoding="utf-8")], file

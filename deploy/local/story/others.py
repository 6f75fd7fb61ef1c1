"""The other systems of the authority: they report events in their inboxes, and read the suite's logs, through Kafka alone."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from deploy.local.story.stage import Stage
from shared.log.follow import Expectation, Verdict
from shared.log.kafka import KafkaTopics
from shared.log.topic import Record, Sending


@dataclass(frozen=True, slots=True)
class Publisher:
    """A system that may report: its name, its CloudEvents source, and the service that takes its reports."""

    name: str
    source: str
    service: str

    @property
    def inbox(self) -> str:
        """The topic that it writes, without the authority's prefix."""
        return f"{self.service}.inbox.{self.name}"


REGISTER = Publisher("register-system", "/example/register-system", "registry")
CARE = Publisher("care-system", "/example/care-system", "placements")
PURCHASING = Publisher("procurement-system", "/example/procurement-system", "procurement")
PUBLISHERS = (REGISTER, CARE, PURCHASING)


class OtherSystems:
    """Their connection to Kafka, open between enter and exit."""

    def __init__(self, stage: Stage) -> None:
        self._prefix = stage.prefix
        self._runner = asyncio.Runner()
        self._kafka = stage.kafka
        self._sent: dict[tuple[Publisher, str], bytes] = {}
        self._topics: KafkaTopics

    def __enter__(self) -> Self:
        self._topics = self._runner.run(_opened(self._kafka))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._topics.close())
        self._runner.close()

    def report(self, publisher: Publisher, message_id: str, kind: str, data: Mapping[str, Any], at: str) -> None:
        """Put one event into a publisher's inbox, as a structured CloudEvent."""
        message = {
            "specversion": "1.0", "id": message_id, "source": publisher.source, "type": f"se.medverka.{kind}.v1",
            "time": at, "datacontenttype": "application/json", "data": data,
        }  # fmt: skip
        self._sent[publisher, message_id] = json.dumps(message, ensure_ascii=False).encode()
        self.repeat(publisher, message_id)

    def repeat(self, publisher: Publisher, message_id: str) -> None:
        """Put the same bytes into the inbox again, as a system does that has heard no answer."""
        sending = Sending(None, self._sent[publisher, message_id], None, 0)
        self._runner.run(self._topics.send(self._prefix + publisher.inbox, [sending]))

    def records(self, topic: str) -> list[Record]:
        """Give all that lies in a topic now."""
        return self._runner.run(self._read(self._prefix + topic))

    def events(self, log: str) -> list[dict[str, Any]]:
        """Give a log's events as a follower does: a record counts if it is exactly the next one of the highest epoch."""
        expectation, found = Expectation(), []
        for record in self.records(log):
            expectation, verdict = expectation.step(record)
            if verdict is Verdict.APPLY:
                found.append(json.loads(record.value or b""))
        return found

    async def _read(self, topic: str) -> list[Record]:
        found: list[Record] = []
        end = await self._topics.end(topic)
        if end == 0:
            return found
        async with aclosing(self._topics.read(topic, 0)) as batches:
            async for batch in batches:
                found += batch
                if found[-1].offset >= end - 1:
                    return found
        return found


async def _opened(kafka: str) -> KafkaTopics:
    return KafkaTopics(kafka, "demo")

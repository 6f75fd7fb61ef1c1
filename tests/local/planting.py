"""Faults planted into the stores of a suite that has come to rest and was stopped: each is taken back afterwards."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from deploy.local import issuer
from deploy.local.benching.http_client import opened
from deploy.local.benching.over_http import body
from deploy.local.checking.found import Checked, Difference
from deploy.local.checking.run import check
from deploy.local.checking.suite import Addresses, process
from deploy.local.stack import Servers
from deploy.local.suite import Suite
from shared.log.kafka import KafkaTopics
from shared.log.topic import Sending
from shared.policy.role import REGISTRY_OFFICER

LOG = "registry.events"
LOGS = (LOG, "registry.refused", "procurement.events", "procurement.outreach", "procurement.refused")
Alter = Callable[[list[Sending]], Sequence[Sending]]
ENTERPRISES, THIRD = 6, 2
APPLICATION = ENTERPRISES
"""Six enterprises are registered, then the third applies: its second event has index 6, and is the log's last."""


@dataclass(frozen=True)
class Stores:
    """Where the stopped suite's stores are, and the bytes of registry's log."""

    where: Addresses
    events: tuple[bytes, ...]
    prepared: Suite

    @property
    def inboxes(self) -> list[str]:
        """The topics in which other systems report to either service."""
        members = [process(service, self.where) for service in self.where.databases]
        return [member.inbox(publisher) for member in members for publisher in member.publishers()]

    async def checked(self, where: Addresses | None = None) -> list[Checked]:
        """Check, without waiting for what does not run."""
        return await check(where or self.where, patience_s=0.0)

    @asynccontextmanager
    async def planted(self, service: str, *statements: tuple[Any, ...]) -> AsyncIterator[None]:
        """Change a service's database, and put all of its tables back as they were."""
        connection = await asyncpg.connect(self.where.databases[service])
        tables = [
            row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        for table in tables:
            await connection.execute(f'CREATE TEMPORARY TABLE "kept_{table}" AS TABLE public."{table}"')
        try:
            for statement, *arguments in statements:
                assert not (await connection.execute(statement, *arguments)).endswith(" 0"), (
                    f"planted nothing: {statement}"
                )
            yield
        finally:
            for table in tables:
                await connection.execute(f'DELETE FROM public."{table}"')  # noqa: S608 - our own names
                await connection.execute(f'INSERT INTO public."{table}" TABLE "kept_{table}"')
            await connection.close()

    async def altered(self, alter: Alter) -> list[Checked]:
        """Check against a copy of the topics in which registry's log was altered: nothing is ever taken out of a topic."""
        prefix = f"planted-{uuid.uuid4().hex[:12]}."
        async with KafkaTopics(self.where.kafka, "planted") as topics:
            for inbox in self.inboxes:
                await topics.create(prefix + inbox)
            for log in LOGS:
                await topics.create(prefix + log)
                records = await _records(topics, self.where.prefix + log)
                await topics.send(prefix + log, alter(records) if log == LOG else records)
        return await self.checked(replace(self.where, prefix=prefix))


async def _records(topics: KafkaTopics, topic: str) -> list[Sending]:
    """Give all that a topic holds, as it could be sent again."""
    found: list[Sending] = []
    if end := await topics.end(topic):
        async with aclosing(topics.read(topic, 0)) as batches:
            while len(found) < end:
                found += [
                    Sending(r.key.decode() if r.key is not None else None, r.value or b"", r.index, r.epoch)
                    for r in await anext(batches)
                ]
    return found


def failed(found: Sequence[Checked]) -> dict[str, Difference]:
    """Give what differs, by check."""
    return {f"{one.service} {one.name}": one.difference for one in found if one.difference is not None}


def recorded(servers: Servers, directory: Path) -> Stores:
    """Have registry and procurement record a little, come to rest, and stop."""
    suite = Suite(servers, directory, prefix=f"check-{uuid.uuid4().hex[:8]}.", services=("registry", "procurement"))
    asyncio.run(suite.prepare())
    with suite:
        asyncio.run(record(suite.url("registry")))
        where = Addresses(servers.kafka, suite.databases, suite.prefix)
        assert failed(asyncio.run(check(where, patience_s=60.0))) == {}
    return Stores(where, asyncio.run(_events(where.databases["registry"])), suite)


async def record(url: str) -> None:
    """Have a registry record a little."""
    where = urlsplit(url)
    connection = await opened(where.hostname or "", where.port or 0)
    token = issuer.token("check", [REGISTRY_OFFICER], datetime.fromtimestamp(time(), UTC), issuer.private_key())
    paths: list[str] = []

    async def post(path: str, content: bytes) -> Any:
        key = f"{len(paths)}-{path}"
        answer = await connection.post(path, {"Authorization": f"Bearer {token}", "Idempotency-Key": key}, content)
        assert answer.status == 201, answer.body
        return json.loads(answer.body)

    for number in range(ENTERPRISES):
        enterprise = await post("/v1/enterprises", body(number))
        paths.append(f"/v1/enterprises/{enterprise['enterpriseId']}/applications")
    await post(paths[THIRD], json.dumps({"receivedOn": "2026-02-02", "dnr": "RS 7"}).encode())
    await connection.close()


async def _events(url: str) -> tuple[bytes, ...]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT bytes FROM event WHERE log = $1 ORDER BY index", LOG)
        return tuple(row["bytes"] for row in rows)
    finally:
        await connection.close()

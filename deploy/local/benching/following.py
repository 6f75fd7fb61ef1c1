"""What it takes to follow a log that is there: relay it, fold it in memory, rebuild a view of it, consume it from nothing."""

import asyncio
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from deploy.local.benching.end_to_end import LOG, LOOK_S, Arrivals
from deploy.local.benching.figures import rate
from deploy.local.stack import Servers, databases
from deploy.local.suite import Suite
from services.registry.domain.rules import rules
from services.registry.views.enterprise import ENTERPRISE
from shared.contracts.cloudevent import Catalogue, Recorded
from shared.log.kafka import KafkaTopics
from shared.log.outbox import PostgresOutbox
from shared.log.postgres import SQL, connect, pool
from shared.log.rebuild import rebuild
from shared.log.relay import Relay
from shared.log.sources import OwnLog
from shared.log.sql import query
from shared.policy.authority import load


def catalogue(authority: Path) -> Catalogue:
    """Give what registry reads of its own log."""
    return Catalogue(rules(load(authority)).events)


async def raw_fold(database: str, known: Catalogue) -> float:
    """Decode and fold the whole log in memory: what a rebuild could do at best."""
    connection = await connect(database, "bench")
    try:
        stored = await connection.fetch(query(SQL, "read_log"), LOG, 0, 10_000_000)
    finally:
        await connection.close()
    rows: dict[str, Any] = {}
    began = perf_counter()
    for index, data in stored:
        envelope = known.decode(data)
        if envelope is not None and ENTERPRISE.takes(envelope.subject):
            rows[envelope.subject] = ENTERPRISE.fold(rows.get(envelope.subject), Recorded(LOG, index, envelope))
    return rate(len(stored), perf_counter() - began)


async def rebuilt(database: str, known: Catalogue) -> float:
    """Make the view of enterprises anew beside the live one and switch to it."""
    connection = await connect(database, "bench")
    try:
        async with await pool(database, "bench", size=2) as questions:
            began = perf_counter()
            events = await rebuild(connection, ENTERPRISE, OwnLog(LOG, questions), known)
            return rate(events, perf_counter() - began)
    finally:
        await connection.close()


async def relayed(servers: Servers, database: str, topic: str) -> float:
    """Publish the whole log once more, into a topic of the bench's own. Registry does not run meanwhile."""
    connection = await connect(database, "bench")
    try:
        await connection.execute("UPDATE published SET next_index = 0 WHERE log = $1", LOG)
        epoch = await connection.fetchval("SELECT epoch FROM lead")
        async with KafkaTopics(servers.kafka, "bench") as topics:
            await topics.create(topic)
            relay = Relay(PostgresOutbox(connection), topics, {LOG: topic}, epoch, asyncio.Event())
            began, events = perf_counter(), 0
            while sent := await relay.round():
                events += sent
            return rate(events, perf_counter() - began)
    finally:
        await connection.close()


async def settled(database: str, events: int) -> None:
    """Wait until registry's own views have all of its log: what follows measures a log at rest."""
    connection = await connect(database, "bench")
    try:
        await Arrivals(connection).until(events)
    finally:
        await connection.close()


async def emptied(suite: Suite, service: str) -> None:
    """Take a service that does not run its database away and give it an empty one."""
    name = urlsplit(suite.databases[service]).path.removeprefix("/")
    await databases.drop(suite.servers.database_url, name)
    await suite.prepare()


async def consumed(suite: Suite, events: int) -> float:
    """Let procurement, which has just been started with nothing, catch up with registry's topic.

    The clock starts when its position is first seen to have moved: how long the process takes to start is another figure.
    """
    connection = await connect(suite.databases["procurement"], "bench")
    try:
        while await connection.fetchval("SELECT to_regclass('position')") is None:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(LOOK_S)
        arrivals = Arrivals(connection)
        await arrivals.until(events)
    finally:
        await connection.close()
    first = next(moved for moved in arrivals.moved if moved.next_index > 0)
    last = arrivals.moved[-1]
    return rate(last.next_index - first.next_index, last.at_s - first.at_s)

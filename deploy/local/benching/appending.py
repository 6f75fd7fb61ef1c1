"""Appending without HTTP: commands through the queue, decided under the lock, durable in Postgres when they are answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.local.benching.figures import Timed, at_once
from deploy.local.benching.load import registration
from deploy.local.places import AUTHORITY
from deploy.local.stack import Servers, databases
from services.registry.domain.rules import rules
from shared.log.append import Accepted, Appending, Logs
from shared.log.handshake import shake_hands
from shared.log.kafka import KafkaTopics
from shared.log.migrating import migrate
from shared.log.postgres import PostgresStore, connect
from shared.persons.claiming import KeyMacs
from shared.persons.memory import MemoryKeys
from shared.persons.recording import sealed
from shared.policy.authority import load

LOG = "registry.events"


class NotAccepted(Exception):
    """A command of the load was not accepted: the figure would say nothing."""


@asynccontextmanager
async def ready_to_append(servers: Servers, name: str) -> AsyncIterator[Appending]:
    """Give an append queue onto registry's log in a database and a topic of its own; the handshake is made."""
    database = name.replace("-", "_")
    url = await databases.create(servers.database_url, database)
    decided = rules(load(AUTHORITY))
    connection = await connect(url, "bench")
    try:
        await migrate(connection)
        async with KafkaTopics(servers.kafka, "bench") as topics:
            await shake_hands(connection, topics, {LOG: f"{name}.{LOG}"}, decided, [LOG], KeyMacs(MemoryKeys(), name))
        store = PostgresStore(url, "bench")
        appending = Appending(Logs(store, decided, (LOG,), seal=sealed))
        working = asyncio.create_task(appending.run())
        yield appending
        working.cancel()
        await asyncio.wait([working])
        await store.close()
    finally:
        await connection.close()
        await databases.drop(servers.database_url, database)


async def append(servers: Servers, name: str, width: int, commands: int) -> Timed:
    """Append commands, so many at once, each made inside the clock."""
    async with ready_to_append(servers, name) as appending:

        async def do(number: int) -> None:
            answer = await appending.submit(registration(number))
            if not isinstance(answer, Accepted):
                raise NotAccepted(f"registration {number} was answered {answer}")

        return await at_once(width, commands, do)

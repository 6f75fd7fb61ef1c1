"""A process that relays the garden's logs: `python -m tests.chaos.relaying`, all else by its environment.

With a lease it leads as a service does, and takes the lead again when it can. Without one it makes the handshake and relays
without asking anybody, as a zombie does that does not know it yet; it ends with SUCCEEDED when it learns it.
"""

import asyncio
import os
import sys
from functools import partial

from shared.log.handshake import shake_hands
from shared.log.kafka import KafkaTopics
from shared.log.leader import Leader
from shared.log.outbox import PostgresOutbox
from shared.log.postgres import connect
from shared.log.relay import Relay, Succeeded
from shared.persons.claiming import KeyMacs
from shared.persons.memory import MemoryKeys
from tests.chaos.barrier import BarredOutbox, BarredTopics, Barrier
from tests.shared.log.invented import OWN, rules

DATABASE, KAFKA, PREFIX, LEASE = (
    "MEDVERKA_TEST_DATABASE", "MEDVERKA_TEST_KAFKA", "MEDVERKA_TEST_PREFIX", "MEDVERKA_TEST_LEASE",
)  # fmt: skip
SUCCEEDED = 3


async def relay() -> int:
    """Lead, or relay bluntly."""
    url, lease = os.environ[DATABASE], os.environ.get(LEASE)
    barrier = Barrier(os.environ)
    logs = {log: f"{os.environ[PREFIX]}{log}" for log in OWN}
    async with KafkaTopics(os.environ[KAFKA], "chaos") as kafka:
        topics = BarredTopics(kafka, barrier)

        async def handshake() -> int:
            connection = await connect(url, "chaos handshake")
            try:
                return await shake_hands(connection, topics, logs, rules(), OWN, KeyMacs(MemoryKeys(), "garden"))
            finally:
                await connection.close()

        async def run(epoch: int) -> None:
            connection = await connect(url, "chaos relay")
            try:
                outbox = BarredOutbox(PostgresOutbox(connection), barrier)
                await Relay(outbox, topics, logs, epoch, asyncio.Event(), poll_s=0.01).run()
            finally:
                connection.terminate()

        try:
            if lease is None:
                await run(await handshake())
            else:
                leader = Leader(
                    partial(connect, url, "chaos lead"), handshake, {"relay": run}, lease_s=float(lease), pause_s=0.1
                )
                await leader.run()
        except Succeeded:
            return SUCCEEDED
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(relay()))

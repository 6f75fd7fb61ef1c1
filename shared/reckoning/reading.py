"""The logs that a service is replayed on, as it has them: its own from Postgres, those that it follows from Kafka.

Of another service's log it is given what it has folded, no more: what is still on its way has no duty yet.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing

from shared.contracts.cloudevent import Catalogue, Recorded
from shared.contracts.duty import EventCorrected
from shared.log.follow import Followed
from shared.log.kafka import KafkaTopics
from shared.log.postgres import SQL, Connection, connection
from shared.log.sql import query
from shared.log.topic import Topics
from shared.parts import Parts
from shared.settings import Settings

TOGETHER = 1_000
REACTOR = "reactor"


async def logs_of(parts: Parts, settings: Settings) -> Mapping[str, Sequence[Recorded]]:
    """Read all that a service is replayed on, as it is now. Raises ConnectionError and what asyncpg raises."""
    found: dict[str, Sequence[Recorded]] = {}
    url = settings.database_url.get_secret_value()
    async with (
        connection(url, f"{parts.name} replay") as database,
        # One snapshot: how far the others' logs were folded, and what came of that.
        database.transaction(isolation="repeatable_read", readonly=True),
    ):
        folded = {row["source"]: row["next_index"] for row in await database.fetch(query(SQL, "positions"), REACTOR)}
        for log in parts.logs:
            found[log] = await _own(database, log, Catalogue(parts.rules.events))
    async with KafkaTopics(settings.kafka, f"{parts.name}-replay") as topics:
        for log, types in parts.reactions.follows.items():
            catalogue = Catalogue((*types, EventCorrected))
            found[log] = await foreign(topics, log, f"{settings.topic_prefix}{log}", folded.get(log, 0), catalogue)
    return found


async def _own(database: Connection, log: str, catalogue: Catalogue) -> list[Recorded]:
    found, next_index = list[Recorded](), 0
    while rows := await database.fetch(query(SQL, "read_log"), log, next_index, TOGETHER):
        found += _read(log, catalogue, [(row["index"], row["bytes"]) for row in rows])
        next_index = rows[-1]["index"] + 1
    return found


async def foreign(topics: Topics, log: str, topic: str, end: int, catalogue: Catalogue) -> list[Recorded]:
    """Read another service's log from its topic, up to an index."""
    found, next_index = list[Recorded](), 0
    async with aclosing(Followed(log, topics, topic).read(0, 0)) as batches:
        while next_index < end:
            arrived = await anext(batches)
            found += _read(log, catalogue, [(each.index, each.bytes) for each in arrived if each.index < end])
            next_index = arrived[-1].index + 1
    return found


def _read(log: str, catalogue: Catalogue, stored: Sequence[tuple[int, bytes]]) -> list[Recorded]:
    read = ((index, catalogue.decode(data)) for index, data in stored)
    return [Recorded(log, index, envelope) for index, envelope in read if envelope is not None]

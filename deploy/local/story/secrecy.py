"""Whether anything personal can be read where it must not stand: in any topic, database or log.

Each personal field of the story holds a canary, and each place has a reference to its person. A canary may be readable
nowhere. A reference may stand in `placements.events` and in placements' own database, and in no other.
"""

import asyncio
from collections.abc import Iterator, Mapping

import asyncpg

from deploy.local.story.checks import Check
from deploy.local.story.others import PUBLISHERS, OtherSystems
from deploy.local.story.playing import Played
from deploy.local.story.registry import CANARY, SOLE_TRADERS_NUMBER
from deploy.local.story.stage import LOGS, SERVICES, Stage
from shared.http.language import Text

OWN = "placements"
SHOWN = 3


def nothing_personal(played: Played) -> Check:
    """Look for canaries and references in everything that can be reached."""
    world = played.world
    canaries = [CANARY, SOLE_TRADERS_NUMBER, SOLE_TRADERS_NUMBER.replace("-", "")]
    references = [place.subject_ref for place in played.placements.places.values()]
    found, looked, seen = [], 0, set()
    for where, data in _everything(world.stage, world.others):
        looked += 1
        is_own = where.partition(" ")[0] == OWN
        seen |= {reference for reference in references if is_own and reference.encode() in data}
        wanted = canaries if is_own else [*canaries, *references]
        found += [where for needle in wanted if needle.encode() in data]
    if len(seen) < len(references):
        found.append("no place at all: the references do not even stand in their own log, so nothing was looked at")
    name = Text(
        "Inget personligt går att läsa utanför platsernas egen logg",
        "Nothing personal can be read outside the places' own log",
    )
    detail = f"{looked} topics, tables and logs" if not found else "found in " + "; ".join(sorted(set(found))[:SHOWN])
    return Check(name, not found, detail)


def _everything(stage: Stage, others: OtherSystems) -> Iterator[tuple[str, bytes]]:
    """Give the owner and name of each place to look in, with all bytes of it."""
    for topic in _topics():
        service = topic.partition(".")[0]
        yield f"{service} {topic}", b"\n".join(_bytes(others, topic))
    for service, database in stage.databases.items():
        for table, data in asyncio.run(_tables(database)).items():
            yield f"{service} {table}", data
    for file in stage.written:
        yield f"log {file.parent.name}", file.read_bytes()


def _topics() -> Iterator[str]:
    for service in SERVICES:
        yield from LOGS[service]
        yield f"{service}.refused"
    yield from (publisher.inbox for publisher in PUBLISHERS)


def _bytes(others: OtherSystems, topic: str) -> Iterator[bytes]:
    for record in others.records(topic):
        yield (record.key or b"") + b" " + (record.value or b"")


async def _tables(database: str) -> Mapping[str, bytes]:
    """Read every table of a database, all columns as bytes."""
    connection = await asyncpg.connect(database)
    try:
        names = await connection.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        found = {}
        for [name] in names:
            rows = await connection.fetch(f'SELECT * FROM "{name}"')  # noqa: S608 - the name is the database's own
            values = (value for row in rows for value in row.values())
            found[name] = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in values)
        return found
    finally:
        await connection.close()

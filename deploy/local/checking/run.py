"""All checks of a running suite, one service after the other."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg

from deploy.local.checking import duties
from deploy.local.checking.events import Streams
from deploy.local.checking.found import Checked, Difference
from deploy.local.checking.positions import Member, beyond, claims, rest, taken
from deploy.local.checking.suite import Addresses, NothingRuns, process
from deploy.local.checking.topic import Comparison
from deploy.local.checking.views import compare
from deploy.local.places import AUTHORITY
from shared.log.kafka import KafkaTopics
from shared.log.postgres import connection
from shared.log.topic import Topics

PATIENCE_S = 10.0
Tell = Callable[[str], None]


async def check(
    where: Addresses, *, authority: Path = AUTHORITY, patience_s: float = PATIENCE_S, tell: Tell = lambda _: None
) -> list[Checked]:
    """Check everything. Waits so long for the suite to come to rest first. Raises NothingRuns."""
    async with AsyncExitStack() as opened:
        topics = await opened.enter_async_context(KafkaTopics(where.kafka, "check"))
        try:
            members = [
                Member(process(service, where, authority), await opened.enter_async_context(connection(url, "check")))
                for service, url in where.databases.items()
            ]
        except (OSError, asyncpg.PostgresError) as error:
            raise NothingRuns(f"a service's database does not answer ({error}); see that the suite runs") from error
        tell("at rest")
        unrest = await rest(members, topics, patience_s)
        found = [
            Checked("at rest", each.name, "at the ends of all that it follows", unrest[each.name]) for each in members
        ]
        for member in members:
            found += [one async for one in _logs(member, topics, tell)]
        broken = {one.difference.where: one.difference for one in found if one.name == "Kafka" and one.difference}
        for member in members:
            found += [one async for one in _views(member, members, topics, broken, tell)]
    tell("duties")
    gaps = {one.difference.where for one in found if one.name in ("streams", "Kafka") and one.difference}
    found += await duties.compare(where, authority, patience_s, gaps)
    return found


async def _logs(member: Member, topics: Topics, tell: Tell) -> AsyncIterator[Checked]:
    """Compare what a service wrote."""
    name = member.name
    tell(f"{name}: logs")
    before, streams = await taken(member.connection), Streams()
    broken = await streams.read(member.connection, member.logs)
    yield Checked("streams", name, f"{streams.events} events of {len(streams.versions)} streams", broken)
    if broken is None:
        found = await claims(member.connection, before, streams.commands)
        yield Checked("claims", name, f"{len(before)} claims", found)
    yield await _topics(member, topics)


async def _views(
    member: Member, members: Sequence[Member], topics: Topics, broken: Mapping[str, Difference], tell: Tell
) -> AsyncIterator[Checked]:
    """Compare what a service made of the logs that it follows. A fold of a topic that has a gap would wait for ever."""
    for view in member.process.parts.views:
        tell(f"{member.name}: view {view.name}")
        differs = None if view.log in member.logs else broken.get(view.log)
        for log in view.logs:
            differs = differs or await beyond(member, members, log)
        rows = 0
        if differs is None:
            rows, differs = await compare(member, topics, view)
        yield Checked(f"view {view.name}", member.name, f"{rows} rows", differs)


async def _topics(member: Member, topics: Topics) -> Checked:
    """Compare each log's topic with Postgres."""
    published, compared = await member.published(), 0
    found: Difference | None = None
    for log in member.logs:
        comparison = Comparison(member.connection, topics, log, member.process.topic(log))
        found = await comparison.compare(published.get(log, 0))
        compared += comparison.compared
        if found is not None:
            break
    return Checked("Kafka", member.name, f"{compared} events byte for byte", found)


def ok(found: Sequence[Checked]) -> bool:
    """Tell whether every check held."""
    return all(one.ok for one in found)

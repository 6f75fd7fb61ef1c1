"""Whether everything has come to rest at the logs' ends (invariant 6), and each claim has the event that it came of."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from deploy.local.checking.events import SQL, Place
from deploy.local.checking.found import Difference
from shared.log.append import command_claim
from shared.log.postgres import Connection
from shared.log.reactor import REACTOR
from shared.log.sql import query
from shared.log.topic import TopicMissing, Topics
from shared.process import Process

LOOK_S = 0.1
AHEAD = "stop the service: it would pass over what comes there; restore its database, or rebuild it"
BEHIND = "see in its log why it does not get on, and that it runs"
UNPUBLISHED = "see that the leader of the service runs and reaches Kafka"


@dataclass(frozen=True, slots=True)
class Member:
    """A service as its stores show it: put together and not started, and a connection to its database."""

    process: Process
    connection: Connection

    @property
    def name(self) -> str:
        """The service's name."""
        return self.process.parts.name

    @property
    def logs(self) -> Sequence[str]:
        """Its own logs."""
        return self.process.parts.logs

    @property
    def inboxes(self) -> Sequence[str]:
        """Its inboxes."""
        return [self.process.inbox(publisher) for publisher in self.process.publishers()]

    async def ends(self) -> Mapping[str, int]:
        """Give the next index of each of its logs."""
        rows = await self.connection.fetch(query(SQL, "ends"), list(self.logs))
        return {row["log"]: row["next_index"] for row in rows}

    async def published(self) -> Mapping[str, int]:
        """Give how far Kafka has acknowledged each of its logs."""
        return {row["log"]: row["next_index"] for row in await self.connection.fetch(query(SQL, "published"))}

    async def positions(self) -> Mapping[str, int]:
        """Give what its reactor expects next of each source."""
        rows = await self.connection.fetch(query(SQL, "positions"), REACTOR)
        return {row["source"]: row["next_index"] for row in rows}


async def rest(members: Sequence[Member], topics: Topics, patience_s: float) -> Mapping[str, Difference | None]:
    """Wait until every service is at the ends of all that it follows; give what is not by then, by service."""
    until = monotonic() + patience_s
    while True:
        ends = {log: end for member in members for log, end in (await member.ends()).items()}
        found = {member.name: await _unrest(member, ends, topics) for member in members}
        if not any(found.values()) or monotonic() > until:
            return found
        await asyncio.sleep(LOOK_S)


async def _unrest(member: Member, ends: Mapping[str, int], topics: Topics) -> Difference | None:
    published, positions = await member.published(), await member.positions()
    for log in member.logs:
        if published.get(log, 0) != ends[log]:
            what = f"published up to here, where the log's end is {ends[log]}"
            return Difference(f"{log} in Kafka", published.get(log, 0), what, UNPUBLISHED)
    followed = {log: ends[log] for log in (*member.logs, *member.process.parts.reactions.follows) if log in ends}
    try:
        followed |= {inbox: await topics.end(member.process.topic(inbox)) for inbox in member.inboxes}
    except TopicMissing as error:
        return Difference(member.name, None, str(error), UNPUBLISHED)
    for source, end in followed.items():
        here = positions.get(source, 0)
        if here != end:
            what = f"expected next by {member.name}, where the end is {end}"
            return Difference(source, here, what, AHEAD if here > end else BEHIND)
    return None


async def beyond(member: Member, members: Sequence[Member], log: str) -> Difference | None:
    """Tell whether a service stands beyond the end of a log: then nobody can fold what it has folded."""
    here = (await member.positions()).get(log, 0)
    for owner in members:
        end = (await owner.ends()).get(log)
        if end is not None and here > end:
            return Difference(log, end, f"the log's end, and {member.name} expects {here} next", AHEAD)
    return None


async def claims(
    connection: Connection, before: Sequence[tuple[str, Place]], commands: Mapping[str, Place]
) -> Difference | None:
    """Compare claims with the commands that the events tell of.

    `before`: the claims as they were before the events were read, so that none is newer than what was read.
    """
    ends = set(commands.values())
    for key, (log, index) in before:
        if (log, index) not in ends:
            return Difference(log, index, f"the claim {_named(key)} cites it, and no command ended there", REMADE)
    held = dict(await taken(connection))
    for key, (log, index) in commands.items():
        if held.get(command_claim(key)) != (log, index):
            what = f"no claim of its command {key} cites it: asked again, it would be done again"
            return Difference(log, index, what, REMADE)
    return None


REMADE = "claims are made of the events: stop the service and follow docs/operators/fork.md"


async def taken(connection: Connection) -> list[tuple[str, Place]]:
    """Give the claims that have a place."""
    return [(row["key"], (row["log"], row["index"])) for row in await connection.fetch(query(SQL, "claims"))]


def _named(key: str) -> str:
    """Give a command's key in full and of another claim its kind: it may be a number."""
    return key if key.startswith(command_claim("")) else f"{key.partition(':')[0]}:…"

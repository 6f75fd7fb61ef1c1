"""One process of a service: it serves HTTP, appends, and leads when it holds the lead; what a service is comes as `Parts`."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
import uvicorn
import uvloop

from shared.clock import Clock, clock
from shared.contracts.cloudevent import Catalogue
from shared.contracts.duty import EventCorrected
from shared.deciding import Rules
from shared.diagnostics import configure
from shared.http import asyncapi
from shared.http.app import VERSION, Outside, build
from shared.http.duties import duty_queries
from shared.http.health import Check, Part
from shared.http.operations import Operation, Query, Upload
from shared.http.principal import KeysUnfit, tokens
from shared.http.reading import PostgresReading
from shared.log.append import Appending, Logs
from shared.log.completing import CannotComplete
from shared.log.duty_view import duty_view
from shared.log.follow import Followed
from shared.log.handshake import Forked, shake_hands
from shared.log.inbox import Inbox, forget_expired
from shared.log.kafka import KafkaTopics
from shared.log.leader import Leader
from shared.log.measuring import Measuring
from shared.log.migrating import MigrationChanged, MigrationUnknown, migrate
from shared.log.outbox import PostgresOutbox
from shared.log.postgres import LOST, SQL, Connection, Pool, PostgresStore, connect, connection, pool
from shared.log.pulse import Pulsing, Watermarks
from shared.log.reactor import Reactor
from shared.log.rebuild import outdated, rebuild
from shared.log.refusing import refusing
from shared.log.relay import Relay
from shared.log.sources import OwnLog, Poisoned, Source
from shared.log.sql import query
from shared.log.ticking import Boundaries, DutySteps, Ticker
from shared.log.topic import Topics, TopicUnreadable
from shared.log.view import View
from shared.persons.postgres import PostgresKeys
from shared.persons.preparing import claims_key
from shared.persons.recording import sealed
from shared.persons.vault import KeyVault
from shared.persons.wrapping import read as read_wrapping
from shared.policy.authority import AuthorityFileWrong
from shared.policy.duty.duties import Duties
from shared.policy.role import Role
from shared.reacting import Reactions
from shared.settings import Settings, WrongSettings, read

INBOX_KEPT_MS = 30 * 24 * 3600 * 1000

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What makes a service this one: pure values from its `domain`, its views, and its two HTTP tables.

    `logs` are its logs of events (`registry.events`); the log of refusals is every service's. `duties_in` is the log that its
    duties are in. `role` is in whose name reactions and the clock act.
    """

    name: str
    role: Role
    logs: tuple[str, ...]
    duties_in: str
    rules: Rules
    views: tuple[View[Any], ...]
    reactions: Reactions
    operations: tuple[Operation, ...]
    queries: tuple[Query, ...]
    boundaries: tuple[Boundaries, ...] = ()
    duties_read_by: tuple[Role, ...] = ()
    needs: Callable[[str], tuple[str, ...]] = lambda _object: ()
    uploads: tuple[Upload, ...] = ()


class Process:
    """Everything that runs in one process of a service."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.settings = settings
        duties = parts.rules.duties
        owed = (duty_view(duties, parts.duties_in),) if isinstance(duties, Duties) else ()
        self.parts = replace(
            parts,
            rules=replace(parts.rules, deciders=(*parts.rules.deciders, refusing(parts.name))),
            views=(*parts.views, *owed),
            queries=(*parts.queries, *(q for view in owed for q in duty_queries(view, parts.duties_read_by))),
            logs=(*parts.logs, f"{parts.name}.refused"),
        )
        self.clock: Clock = clock(settings)
        self.topics = KafkaTopics(settings.kafka, parts.name)
        self.catalogues = self._catalogues()

    def _catalogues(self) -> dict[str, Catalogue]:
        """What is read of each log: of one's own everything, of a foreign one what is followed and its corrections."""
        own = Catalogue(self.parts.rules.events)
        foreign = self.parts.reactions.follows
        return dict.fromkeys(self.parts.logs, own) | {
            name: Catalogue((*events, EventCorrected)) for name, events in foreign.items()
        }

    def topic(self, name: str) -> str:
        """Give a log's or an inbox's topic: with the authority's prefix."""
        return f"{self.settings.topic_prefix}{name}"

    async def run(self) -> None:
        """Serve until a signal comes; what is in progress is answered first."""
        settings, name = self.settings, self.parts.name
        url = settings.database_url.get_secret_value()
        await self._prepare(url)
        async with (
            await pool(url, name) as questions,
            await pool(settings.keys_url.get_secret_value(), f"{name} keys", size=4) as keys_pool,
            self.topics,
        ):
            keys = PostgresKeys(keys_pool, read_wrapping(settings.keys_secret))
            vault = KeyVault(await claims_key(keys, name))
            logs = Logs(PostgresStore(url, name), self.parts.rules, self.parts.logs, seal=sealed)
            appending = Appending(logs)
            lead = Lead(self, logs, vault, url, questions)
            outside = Outside(
                append=appending,
                reading=PostgresReading(questions),
                keys=keys,
                tokens=await tokens(
                    settings.token_keys,
                    issuer=settings.token_issuer,
                    audience=settings.token_audience,
                    now=self.clock.now,
                ),
                clock=self.clock,
                checks=self._checks(lead, questions),
                asyncapi=self._asyncapi(),
            )
            parts = self.parts
            app = build(name, parts.rules, parts.operations, parts.queries, outside, parts.uploads)
            await self._serve(appending, lead, app, questions)

    def _asyncapi(self) -> dict[str, Any]:
        rules, name = self.parts.rules, self.parts.name
        logs = {
            log_name: [event for decider in rules.deciders if decider.log == log_name for event in decider.events]
            for log_name in self.parts.logs
        }
        logs[self.parts.duties_in] += rules.duties.events
        return asyncapi.document(name, VERSION, logs, self.parts.reactions.inbox)

    def _checks(self, lead: "Lead", questions: Pool) -> dict[str, Check]:
        """What readiness asks, each by its name."""

        async def database() -> Part:
            await questions.fetchval("SELECT 1")
            return Part(ok=True, detail="answers")

        async def broker() -> Part:
            await self.topics.end(self.topic(self.parts.logs[0]))
            return Part(ok=True, detail="answers")

        async def led() -> Part:
            row = await questions.fetchrow(query(SQL, "lead"))
            is_open = row is not None and row["open"]
            return Part(ok=is_open, detail=f"epoch {row['epoch']}" if row else "no lead")

        async def progress() -> Part:
            troubles = lead.troubles()
            return Part(ok=not troubles, detail="; ".join(troubles) or "all that is led gets on")

        return {"database": database, "broker": broker, "lead": led, "progress": progress}

    async def _prepare(self, url: str) -> None:
        """Bring the database to this release and make the topics that are ours."""
        connection = await connect(url, f"{self.parts.name} migrations")
        try:
            await migrate(connection)
        finally:
            await connection.close()
        for name in self.parts.logs:
            await self.topics.create(self.topic(name))
        await self.topics.create(self.topic(f"{self.parts.name}.pulse"), compacted=True)
        for publisher in self.publishers():
            await self.topics.create(self.topic(self.inbox(publisher)), retention_ms=INBOX_KEPT_MS)

    def publishers(self) -> dict[str, list[str]]:
        """Give the publishers that may report to this service, each with its CloudEvents sources."""
        found: dict[str, list[str]] = {}
        for publisher in self.parts.rules.authority.publishers.values():
            if publisher.service == self.parts.name:
                found.setdefault(publisher.name, []).append(publisher.source)
        return found

    def inbox(self, publisher: str) -> str:
        """Name an inbox: `<service>.inbox.<publisher>`."""
        return f"{self.parts.name}.inbox.{publisher}"

    async def _serve(self, appending: Appending, lead: "Lead", app: Any, questions: Pool) -> None:
        config = uvicorn.Config(
            app, host=self.settings.http_host, port=self.settings.http_port, log_config=None, access_log=False,
            lifespan="off", timeout_graceful_shutdown=5, server_header=False,
        )  # fmt: skip
        server = uvicorn.Server(config)
        async with asyncio.TaskGroup() as group:
            loops = (appending.run(), lead.leader.run(), Measuring(questions, self.parts.logs, lead.ticked).run())
            work = [group.create_task(loop) for loop in loops]
            await server.serve()
            for task in work:
                task.cancel()


class Lead:
    """What the leader of a service does: the handshake, then its loops."""

    def __init__(self, process: Process, logs: Logs, vault: KeyVault, url: str, questions: Pool) -> None:
        self._process, self._logs, self._vault, self._url, self._questions = process, logs, vault, url, questions
        parts = process.parts
        self.own = [OwnLog(name, questions) for name in parts.logs]
        self.foreign = [Followed(name, process.topics, process.topic(name)) for name in parts.reactions.follows]
        self.reactor = Reactor(
            logs, parts.views, parts.reactions, role=parts.role, now=process.clock.now, catalogues=process.catalogues
        )
        self.inboxes = [
            Inbox(process.inbox(name), name, sources, self.reactor, vault, now=process.clock.now)
            for name, sources in process.publishers().items()
        ]
        pulses = {name: process.topic(f"{name.partition('.')[0]}.pulse") for name in parts.reactions.follows}
        self.watermarks = Watermarks(process.topics, pulses)
        self._relay_wake = asyncio.Event()
        logs.committed += [source.wake.set for source in self.own]
        logs.committed.append(self._relay_wake.set)
        self._reacting: Connection | None = None
        self._ticker: Ticker | None = None
        self.leader = Leader(partial(connect, url, f"{parts.name} lead"), self._begin, self._leads())

    @property
    def sources(self) -> list[str]:
        """All that the reactor follows."""
        followed = [source.name for source in (*self.own, *self.foreign)]
        return followed + [inbox.name for inbox in self.inboxes]

    def _leads(self) -> dict[str, Callable[[int], Coroutine[Any, Any, None]]]:
        topics, process = self._process.topics, self._process
        leads: dict[str, Callable[[int], Coroutine[Any, Any, None]]] = {
            "relay": self._relay,
            "clock": self._tick,
            "pulse": self._pulse,
            "watermarks": self._listen,
            "forgetting": self._forget,
        }
        for source in (*self.own, *self.foreign):
            leads[source.name] = partial(_follow, self.reactor, source)
        for inbox in self.inboxes:
            leads[inbox.name] = partial(self._take, inbox, topics, process.topic(inbox.name))
        return leads

    async def _begin(self) -> int:
        """Make the handshake, rebuild what is outdated, and take over the views; give the epoch."""
        process, parts = self._process, self._process.parts
        topics = {name: process.topic(name) for name in parts.logs}
        if self._reacting is not None:
            self._reacting.terminate()  # a former lead's: what it had begun is rolled back
        reacting = self._reacting = await connect(self._url, f"{parts.name} reactor")
        epoch = await shake_hands(reacting, process.topics, topics, parts.rules, self.sources)
        sources: dict[str, Source] = {source.name: source for source in (*self.own, *self.foreign)}
        for view in await outdated(reacting, parts.views):
            catalogue = process.catalogues[view.log]
            upto = await rebuild(reacting, view, sources[view.log], catalogue)
            log.info("view rebuilt", view=view.name, log=view.log, upto=upto)
        await self.reactor.begin(reacting, self.sources)
        return epoch

    async def _relay(self, epoch: int) -> None:
        process = self._process
        topics = {name: process.topic(name) for name in process.parts.logs}
        async with connection(self._url, f"{process.parts.name} relay") as relaying:
            await Relay(PostgresOutbox(relaying), process.topics, topics, epoch, self._relay_wake).run()

    async def _tick(self, _epoch: int) -> None:
        process, parts = self._process, self._process.parts
        self._ticker = Ticker(
            self._logs, (DutySteps(parts.needs), *parts.boundaries), role=parts.role, now=process.clock.now,
            caught_up=self._caught_up, settled=self.settled,
        )  # fmt: skip
        async with connection(self._url, f"{parts.name} clock") as ticking:
            await self._ticker.run(ticking)

    async def _pulse(self, epoch: int) -> None:
        process, parts = self._process, self._process.parts
        topic = process.topic(f"{parts.name}.pulse")
        async with connection(self._url, f"{parts.name} pulse") as asking:
            await Pulsing(asking, process.topics, topic, parts.logs, epoch, process.clock).run()

    async def _listen(self, _epoch: int) -> None:
        await self.watermarks.run()

    async def _forget(self, _epoch: int) -> None:
        await forget_expired(self._questions, self._process.clock.now)

    async def _take(self, inbox: Inbox, topics: Topics, topic: str, _epoch: int) -> None:
        if self._reacting is None:
            raise RuntimeError("an inbox is followed before its leader has begun")
        try:
            await inbox.follow(topics, topic, self._reacting)
        except TopicUnreadable as error:
            # The client library cannot step over it: this inbox stands still and says so, the others go on.
            raise Poisoned(inbox.name, self.reactor.positions[inbox.name].next_index, str(error)) from error

    def ticked(self) -> datetime | None:
        """Give the suite's time at which the clock last found nothing more to do."""
        return self._ticker.last if self._ticker else None

    def troubles(self) -> list[str]:
        """Say what does not get on in this process, a sentence each."""
        missing = [trouble for source in self.foreign if (trouble := source.trouble())]
        silent = self.watermarks.troubles() if self.leader.epoch is not None else []
        refused = [self._ticker.trouble] if self._ticker and self._ticker.trouble else []
        return [*self.leader.troubles.values(), *missing, *silent, *refused]

    async def settled(self) -> None:
        """Wait until what is committed in our own logs has been folded."""
        rows = await self._questions.fetch(query(SQL, "ends_of"), list(self._process.parts.logs))
        ends = {row["log"]: row["next_index"] for row in rows}
        await self._reached(ends)

    async def _caught_up(self, at: datetime) -> None:
        """Wait until all that was known anywhere before an instant has been folded here."""
        await self.settled()
        await self.watermarks.reach(at, lambda name: self.reactor.positions[name].next_index)

    async def _reached(self, ends: Mapping[str, int]) -> None:
        positions = self.reactor.positions
        async with self.reactor.moved:
            await self.reactor.moved.wait_for(lambda: all(positions[n].next_index >= end for n, end in ends.items()))


async def _follow(reactor: Reactor, source: Source, _epoch: int) -> None:
    await reactor.follow(source)


STOPS_THE_START = (
    WrongSettings,
    AuthorityFileWrong,
    Forked,
    CannotComplete,
    KeysUnfit,
    MigrationChanged,
    MigrationUnknown,
    *LOST,
)
"""What an operator can act on: a sentence, and no trace."""


def main(parts: Callable[[Settings], Parts]) -> None:
    """Run a service's process until a signal comes; what stops its start is one sentence on stderr."""
    try:
        settings = read(os.environ)
        configure(settings.service, settings.log_level)
        uvloop.run(Process(settings, parts(settings)).run())
    except STOPS_THE_START as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)

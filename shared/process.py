"""One process of a service: it serves HTTP, appends, and leads when it holds the lead; what a service is comes as `Parts`."""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import structlog
import uvicorn
import uvloop

from shared.clock import Clock, clock
from shared.collecting import spare_what_stays
from shared.contracts.cloudevent import Catalogue
from shared.contracts.duty import EventCorrected
from shared.diagnostics import configure
from shared.http import asyncapi
from shared.http.app import VERSION, Outside, build
from shared.http.duties import opening
from shared.http.every_service import queries_of, reckonings_of, views_of
from shared.http.health import Check, Part
from shared.http.principal import KeysUnfit, tokens
from shared.http.protocol import LimitedProtocol
from shared.http.reading import PostgresReading
from shared.leading import Lead
from shared.log.append import Appending, Logs
from shared.log.completing import CannotComplete
from shared.log.handshake import Forked
from shared.log.kafka import KafkaTopics
from shared.log.measuring import Measuring, lags
from shared.log.migrating import MigrationChanged, MigrationUnknown, migrate
from shared.log.postgres import LOST, SQL, Pool, PostgresStore, connect, pool
from shared.log.refusing import refusing
from shared.log.sql import query
from shared.persons.postgres import PostgresKeys
from shared.persons.preparing import claims_key
from shared.persons.recording import sealed
from shared.persons.vault import KeyVault
from shared.persons.wrapping import read as read_wrapping
from shared.policy.authority import AuthorityFileWrong
from shared.reckoning.beside import Beside
from shared.reckoning.child import Root
from shared.settings import Settings, WrongSettings, read
from shared.tlog.checkpoint import origin_of
from shared.tlog.note import KeyUnfit, Signer, signers

MOST_CONNECTIONS = 1_000
MOST_BEHIND = 10_000
"""Events that a view or Kafka may be behind before requests should go elsewhere."""
INBOX_KEPT_MS = 30 * 24 * 3600 * 1000

log = structlog.get_logger()


class Process:
    """Everything that runs in one process of a service."""

    def __init__(self, settings: Settings, root: Root) -> None:
        self.settings, self.root = settings, root
        parts = root(settings)
        *owed, kept = views_of(parts)
        self.parts = replace(
            parts,
            rules=replace(parts.rules, deciders=(*parts.rules.deciders, refusing(parts.name))),
            views=(*parts.views, *owed, kept),
            operations=(*parts.operations, *(opening(view, parts.role) for view in owed)),
            queries=(*parts.queries, *(q for view in owed for q in queries_of(parts, view, kept))),
            logs=(*parts.logs, f"{parts.name}.refused"),
        )
        self.clock: Clock = clock(settings)
        self.topics = KafkaTopics(settings.kafka, parts.name)
        self.catalogues = self._catalogues()
        self.signers: dict[str, tuple[Signer, ...]] = {}
        """What each log is signed with, once the process runs."""

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

    def _signers(self) -> dict[str, tuple[Signer, ...]]:
        """Give what each log is signed with: the service's keys under the log's own name. Raises KeyUnfit."""
        code = self.parts.rules.authority.code
        return {
            log_name: signers(self.settings.checkpoint_key, origin_of(code, log_name)) for log_name in self.parts.logs
        }

    async def run(self) -> None:
        """Serve until a signal comes; what is in progress is answered first."""
        settings, name = self.settings, self.parts.name
        self.signers = self._signers()
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
            lead = Lead(self, logs, keys, vault, url, questions)
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
                checks=self._checks(lead, questions, keys_pool),
                asyncapi=self._asyncapi(),
                reckons=Beside(self.root, settings),
            )
            parts = self.parts
            app = build(
                name, parts.rules, parts.operations, parts.queries, outside, parts.uploads, reckonings_of(parts)
            )
            await self._serve(appending, lead, app, questions)

    def _asyncapi(self) -> dict[str, Any]:
        rules, name = self.parts.rules, self.parts.name
        logs = {
            log_name: [event for decider in rules.deciders if decider.log == log_name for event in decider.events]
            for log_name in self.parts.logs
        }
        for log_name in self.parts.duties_in:
            logs[log_name] += rules.duties.events
        return asyncapi.document(name, VERSION, logs, self.parts.reactions.inbox)

    def _checks(self, lead: Lead, questions: Pool, keys_pool: Pool) -> dict[str, Check]:
        """What readiness asks, each by its name."""

        async def database() -> Part:
            await questions.fetchval("SELECT 1")
            return Part(ok=True, detail="answers")

        async def keys() -> Part:
            await keys_pool.fetchval("SELECT 1")
            return Part(ok=True, detail="answers")

        async def lag() -> Part:
            behind = await lags(questions, self.parts.logs)
            most = max((events for _, _, events, _ in behind), default=0)
            said = ", ".join(f"{part} {log_name} {events}" for part, log_name, events, _ in behind if events)
            return Part(ok=most <= MOST_BEHIND, detail=f"events behind: {said or 'none'}")

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

        return {
            "database": database, "keys": keys, "broker": broker, "lead": led, "lag": lag, "progress": progress,
        }  # fmt: skip

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
        await self.topics.create(self.topic(f"{self.parts.name}.checkpoints"))
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

    async def _serve(self, appending: Appending, lead: Lead, app: Any, questions: Pool) -> None:
        config = uvicorn.Config(
            app, host=self.settings.http_host, port=self.settings.http_port, log_config=None, access_log=False,
            lifespan="off", timeout_graceful_shutdown=5, server_header=False, http=LimitedProtocol, ws="none",
            limit_concurrency=MOST_CONNECTIONS,
        )  # fmt: skip
        server = uvicorn.Server(config)
        async with asyncio.TaskGroup() as group:
            loops = (appending.run(), lead.leader.run(), Measuring(questions, self.parts.logs, lead.ticked).run())
            work = [group.create_task(loop) for loop in loops]
            await server.serve()
            for task in work:
                task.cancel()


STOPS_THE_START = (
    WrongSettings,
    AuthorityFileWrong,
    Forked,
    CannotComplete,
    KeysUnfit,
    KeyUnfit,
    MigrationChanged,
    MigrationUnknown,
    *LOST,
)
"""What an operator can act on: a sentence, and no trace."""


def main(parts: Root) -> None:
    """Run a service's process until a signal comes; what stops it is one sentence an operator can act on, or one log line."""
    stopped = True
    try:
        settings = read(os.environ)
        configure(settings.service, settings.log_level)
        process = Process(settings, parts)
        spare_what_stays()
        uvloop.run(process.run())
        stopped = False
    except* STOPS_THE_START as group:
        for error in leaves(group):
            sys.stderr.write(f"{error}\n")
    except* Exception as group:
        for error in leaves(group):
            log.exception("stopped by a fault of ours", exc_info=error)
    if stopped:
        sys.exit(1)


def leaves(group: BaseExceptionGroup[Any]) -> Iterator[BaseException]:
    """Give the errors in a group, however deep: concurrent loops fail together."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error

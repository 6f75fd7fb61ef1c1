"""Procurement's post on a real database: its logs, reactor and views as they run, and registry's log as a list."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any, cast

from typing_extensions import override

from deploy.local.referencing.suite import settings as of_service
from services.procurement.app import parts
from services.procurement.domain.guidance import SendGuidance
from services.procurement.domain.outreach import RecordSent
from services.procurement.domain.rules import rules
from services.procurement.post.post import Sending
from services.procurement.post.smtp import server
from shared.contracts.cloudevent import Catalogue, Event, encode
from shared.contracts.duty import EventCorrected
from shared.deciding import Command, Submission
from shared.led import Around
from shared.log.append import Accepted, Answer, Logs
from shared.log.duty_view import duty_view
from shared.log.migrating import migrate
from shared.log.postgres import SQL, Connection, Pool, PostgresStore, connect, pool
from shared.log.reactor import Reactor
from shared.log.sources import Arrived, OwnLog, Source
from shared.log.sql import query
from shared.log.tables import create
from shared.log.view import View
from shared.persons.memory import MemoryKeys
from shared.policy.duty.duties import Duties
from shared.policy.role import PROCUREMENT_OFFICE
from shared.settings import Settings
from tests.procurement.stories import instant
from tests.procurement.test_letters import RULE
from tests.procurement.world import DUTIES_IN, World
from tests.shared.log.reading import Listed

OWN = ("procurement.events", "procurement.outreach")
REGISTRY = "registry.events"
KEYS = count()
PARTS = parts(of_service("procurement"))


def views() -> list[View[Any]]:
    """Give all views, the duties' too."""
    duties = rules(RULE).duties
    assert isinstance(duties, Duties)
    return [*PARTS.views, duty_view(duties, *DUTIES_IN)]


def catalogues() -> dict[str, Catalogue]:
    """Give what is read of each log."""
    own = Catalogue(rules(RULE).events)
    return dict.fromkeys(OWN, own) | {REGISTRY: Catalogue((*PARTS.reactions.follows[REGISTRY], EventCorrected))}


class Dying(Logs):
    """Kills the process at the moment when a letter that has gone is to be recorded."""

    @override
    async def append(self, submissions: Sequence[Submission]) -> list[Answer]:
        if any(isinstance(each.command, RecordSent | SendGuidance) for each in submissions):
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().append(submissions)


@dataclass
class Office:
    """A post office; `now` is its time."""

    connection: Connection
    pool: Pool
    logs: Logs
    reactor: Reactor
    sources: dict[str, Source]
    settings: Settings
    now: datetime
    keys: MemoryKeys

    async def do(self, *commands: Command) -> None:
        """Let officers' commands be accepted, at their own time."""
        for command in commands:
            submission = Submission(
                command=command, key=f"test-{next(KEYS)}", actor="staff-1", role=PROCUREMENT_OFFICE,
                recorded_at=command.at, correlation_id="test",
            )  # fmt: skip
            [answer] = await self.logs.append([submission])
            assert isinstance(answer, Accepted), answer
        await self.settled()

    async def hears(self, *events: Event) -> None:
        """Let registry have recorded something."""
        source = cast("Listed", self.sources[REGISTRY])
        world = World()
        for number, event in enumerate(events, len(source.records)):
            id_ = f"01940000-0000-7000-8000-{number:012x}"
            if isinstance(event, EventCorrected):
                known = (catalogues()[REGISTRY].decode(data) for data in source.records)
                envelope = next(e for e in known if e and e.id == event.corrects.event_id)
            else:
                envelope = world.of_registry(event, None).envelope
            said = event.model_copy(update={"role": PROCUREMENT_OFFICE, "unit": "Registret"})
            news = {"id": id_, "type": event.TYPE, "data": said}
            source.records.append(encode(envelope.model_copy(update=news)))
        await self.settled()

    async def begin(self) -> None:
        """Take over, as a new leader does."""
        await self.reactor.begin(self.connection, self.sources)
        await self.settled()

    async def settled(self) -> None:
        """Fold and react to everything."""
        moved = True
        while moved:
            moved = False
            for name, source in self.sources.items():
                next_index = self.reactor.positions[name].next_index
                if isinstance(source, Listed):
                    arrived = source.after(next_index, 1000)
                else:
                    rows = await self.connection.fetch(query(SQL, "read_log"), name, next_index, 1000)
                    arrived = [Arrived(row["index"], 0, row["bytes"]) for row in rows]
                if arrived:
                    await self.reactor.take(source, arrived)
                    moved = True

    def sending(self, **mail: Any) -> Sending:
        """Give a post that knows nothing yet, as after a restart."""
        settings = self.settings.model_copy(update=mail)
        with_ = server(settings)
        assert with_ is not None
        return Sending(self.around(settings), with_)

    def around(self, settings: Settings) -> Around:
        """Give what a led part works with."""
        return Around(
            logs=self.logs, views=self.pool, keys=self.keys, settings=settings, now=lambda: self.now,
            settled=self.settled,
            moved=lambda: tuple(position.next_index for position in self.reactor.positions.values()),
        )  # fmt: skip

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    async def told(self, kind: type[Event]) -> list[Any]:
        """Give what was recorded of a kind, in order."""
        found = [self.logs.catalogue.decode(data) for name in OWN for data in await self._log(name)]
        return [envelope.data for envelope in found if envelope and isinstance(envelope.data, kind)]

    async def _log(self, name: str) -> list[bytes]:
        rows = await self.connection.fetch(query(SQL, "read_log"), name, 0, 100_000)
        return [row["bytes"] for row in rows]

    async def bytes_of_log(self) -> bytes:
        """Give all that procurement has recorded."""
        return b"\n".join([data for name in OWN for data in await self._log(name)])


async def prepared(url: str) -> None:
    """Bring an empty database to where a leader's handshake would leave it."""
    connection = await connect(url, "test")
    await migrate(connection)
    await connection.execute("UPDATE lead SET epoch = 1, open = true, opened_in = this_database()")
    for view in views():
        await create(connection, view)
    await connection.close()


@asynccontextmanager
async def office(
    url: str, port: int, *, on: str = "2026-03-02T10:00:00+01:00", dying: bool = False, reports: Path | None = None
) -> AsyncIterator[Office]:  # fmt: skip
    """Open a post office on a prepared database that hands in at a port of loopback."""
    store, connection = PostgresStore(url, "procurement"), await connect(url, "test")
    async with await pool(url, "post", 2) as asking:
        logs = (Dying if dying else Logs)(store, rules(RULE), OWN)
        mail = {
            "mail_server": f"127.0.0.1:{port}", "mail_security": "none", "mail_from": "upphandling@exempel.se",
            "mail_credentials": None, "mail_ca": None, "mail_per_minute": 1000, "mail_reports": reports,
        }  # fmt: skip
        now = instant(on)
        opened: Office
        reactor = Reactor(
            logs, views(), PARTS.reactions, role=PROCUREMENT_OFFICE, now=lambda: opened.now, catalogues=catalogues()
        )
        registry = Listed(REGISTRY, events=(*PARTS.reactions.follows[REGISTRY], EventCorrected))
        sources: dict[str, Source] = {REGISTRY: registry} | {name: OwnLog(name, asking) for name in OWN}
        await reactor.begin(connection, sources)
        opened = Office(
            connection, asking, logs, reactor, sources, of_service("procurement").model_copy(update=mail), now,
            MemoryKeys(),
        )  # fmt: skip
        try:
            yield opened
        finally:
            await store.close()
            await connection.close()


def read(directory: Path) -> list[EmailMessage]:
    """Give the letters that a mail server has, in the order in which they came."""
    files = sorted((directory / "letters/new").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


async def main(url: str, port: int) -> None:
    """Send what waits, and die as soon as the first letter was taken."""
    async with office(url, port, dying=True) as opened:
        await opened.sending().round()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

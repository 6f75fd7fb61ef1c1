"""The invented service's reactor, led by hand: each test says which source it takes from next, and how much.

As a program it reads all there is and can be killed in the middle of it:
`python -m tests.shared.log.reading URL BATCH DIES_AT`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any

from typing_extensions import override

from shared.contracts.cloudevent import Catalogue, Envelope, Event, Recorded, encode
from shared.contracts.duty import EventCorrected
from shared.log.append import Logs
from shared.log.postgres import SQL, Connection, pool
from shared.log.reactor import Reactor
from shared.log.sources import Arrived, OwnLog, Source
from shared.log.sql import query
from shared.log.view import View
from shared.policy.role import SOCIAL_BOARD
from shared.reacting import Reactions
from tests.shared.log.gardens import postgres_garden
from tests.shared.log.invented import MARKET, OWN, REACTIONS, SeedListed, at, rules, views

NOW = at("2026-06-01")


class Listed(Source):
    """Another service's log, as a list."""

    def __init__(
        self, name: str, records: Iterable[bytes] = (), events: Iterable[type[Event]] = (SeedListed, EventCorrected)
    ) -> None:  # fmt: skip
        self.name = name
        self._catalogue = Catalogue(events)
        self.records = list(records)

    @override
    async def read(self, next_index: int, epoch: int) -> AsyncGenerator[Sequence[Arrived], None]:
        yield self.after(next_index, len(self.records))
        await asyncio.Event().wait()

    def after(self, next_index: int, most: int) -> list[Arrived]:
        """Give what is there from an index on."""
        found = self.records[next_index : next_index + most]
        return [Arrived(next_index + n, 0, data) for n, data in enumerate(found)]

    @override
    async def history(self, subject: str, last_index: int) -> list[tuple[int, bytes]]:
        decoded = [(n, data, self._catalogue.decode(data)) for n, data in enumerate(self.records[: last_index + 1])]
        return [(n, data) for n, data, envelope in decoded if envelope is not None and envelope.subject == subject]


def foreign(event: Event, subject: str, number: int, *, at_: datetime = NOW) -> bytes:
    """Give an event of the market as it lies in its log."""
    return encode(
        Envelope(
            specversion="1.0", id=f"01940000-0000-7000-8000-{number:012x}", source="/gotland/market", type=event.TYPE,
            subject=subject, time=at_, datacontenttype="application/json", occurredat=event.occurred_at(otherwise=at_),
            streamversion=1, actor="staff-9", commandkey=f"market-{number}", commandend=True, correlationid="market",
            data=event.model_copy(update={"role": SOCIAL_BOARD, "unit": "Marknaden"}),
        )
    )  # fmt: skip


def seeds(*listed: tuple[str, str, str]) -> list[bytes]:
    """Give the market's log: seed, crop, day."""
    return [
        foreign(SeedListed(seed_id=seed, crop=crop, listed_on=date.fromisoformat(day)), f"seed/{seed}", number)
        for number, (seed, crop, day) in enumerate(listed)
    ]


@dataclass
class Reader:
    """A reactor and its sources."""

    reactor: Reactor
    connection: Connection
    sources: dict[str, Source]

    async def take(self, name: str, most: int) -> bool:
        """Take what comes next of a source; False where there is nothing."""
        source, next_index = self.sources[name], self.reactor.positions[name].next_index
        if isinstance(source, Listed):
            arrived = source.after(next_index, most)
        else:
            rows = await self.connection.fetch(query(SQL, "read_log"), name, next_index, most)
            arrived = [Arrived(row["index"], 0, row["bytes"]) for row in rows]
        if arrived:
            await self.reactor.take(source, arrived)
        return bool(arrived)

    async def rest(self, most: int = 1000) -> None:
        """Take each source to its end, the market first, until nothing comes any more."""
        while any([await self._all(name, most) for name in self.sources]):
            continue

    async def _all(self, name: str, most: int) -> bool:
        taken = False
        while await self.take(name, most):
            taken = True
        return taken


@asynccontextmanager
async def reading(
    url: str, market: Source, *, logs: Logs | None = None, reactions: Reactions = REACTIONS,
    of: Sequence[View[Any]] | None = None,
) -> AsyncIterator[Reader]:  # fmt: skip
    """Take over the garden's reactor."""
    async with postgres_garden(url) as garden, await pool(url, "reader", 2) as asking:
        reactor = Reactor(
            logs or garden.logs(), of or views(), reactions, role=SOCIAL_BOARD, now=lambda: NOW, catalogues=catalogues()
        )
        sources: dict[str, Source] = {market.name: market} | {name: OwnLog(name, asking) for name in OWN}
        await reactor.begin(garden.connection, sources)
        yield Reader(reactor, garden.connection, sources)


def catalogues() -> dict[str, Catalogue]:
    """Give what is read of each log: all of our own, the followed types of the market's."""
    own = Catalogue(rules().events)
    followed = {name: Catalogue((*events, EventCorrected)) for name, events in REACTIONS.follows.items()}
    return dict.fromkeys(OWN, own) | followed


async def table(connection: Connection, view: str) -> list[str]:
    """Give a view's rows as text, for a comparison byte by byte."""
    rows = await connection.fetch(f"SELECT row::text FROM {view} AS row ORDER BY key")  # noqa: S608 - our own name
    return [row["row"] for row in rows]


async def tables(connection: Connection) -> dict[str, list[str]]:
    """Give all views."""
    return {view.name: await table(connection, view.name) for view in views()}


async def duties(connection: Connection) -> dict[str, tuple[date, date | None]]:
    """Give every duty's trigger and due day."""
    rows = await connection.fetch("SELECT id, trigger_on, due_on FROM duty")
    return {row["id"]: (row["trigger_on"], row["due_on"]) for row in rows}


def dying(view: View[Any], dies_at: int) -> View[Any]:
    """Give the view with a fold in which the process is killed, at its n-th event."""
    events = count(1)

    def fold(row: Any, recorded: Recorded) -> Any:
        if next(events) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return view.fold(row, recorded)

    return replace(view, fold=fold)


async def main(url: str, batch: int, dies_at: int) -> None:
    """Read to the end."""
    listed = [(f"s{n}", ("beans", "kale")[n % 2], "2026-04-01") for n in range(20)]
    async with reading(url, Listed(MARKET, seeds(*listed)), of=[dying(view, dies_at) for view in views()]) as reader:
        await reader.rest(batch)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))

"""A view made anew beside the live one and switched, while commands keep coming; equal to the live one byte for byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.cloudevent import Recorded
from shared.log.duty_view import duty_view
from shared.log.postgres import Connection, connect
from shared.log.rebuild import outdated, rebuild
from shared.log.sources import Poisoned
from shared.log.tables import digest
from shared.log.view import View
from shared.policy.duty.duties import Duties
from tests.shared.log.gardens import PostgresGarden
from tests.shared.log.invented import (
    DUTIES,
    MARKET,
    PLOT_VIEW,
    PLOTS,
    SEED_VIEW,
    PlotLet,
    let_plot,
    rules,
    submission,
    tend_plot,
    views,
)
from tests.shared.log.reading import Listed, Reader, catalogues, duties, reading, seeds, table, tables

LISTED = [(f"s{n}", ("beans", "kale")[n % 2], f"2026-03-{n + 1:02}") for n in range(9)]


@asynccontextmanager
async def following(reader: Reader) -> AsyncIterator[None]:
    """Let the reactor follow all its sources; whoever stops it in the middle of something must begin anew."""
    tasks = [asyncio.create_task(reader.reactor.follow(source)) for source in reader.sources.values()]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await reader.reactor.begin(reader.connection, reader.sources)


async def rebuilt(connection: Connection, reader: Reader) -> None:
    """Rebuild all views."""
    for view in views():
        await rebuild(connection, view, reader.sources[view.log], catalogues()[view.log])


async def test_views_are_rebuilt_while_commands_keep_coming(postgres: PostgresGarden, garden_url: str) -> None:
    """Three rebuilds of every view under way: afterwards each is what a rebuild at rest makes of the logs, byte for byte."""
    logs = postgres.logs()

    async def keep_writing(until: asyncio.Event) -> int:
        n = 0
        while not until.is_set():
            commands = [let_plot(f"p{n}", crop=("beans", "kale")[n % 2]), tend_plot(f"p{n // 2}", note=str(n))]
            await logs.append([submission(command, f"{n} {m}") for m, command in enumerate(commands)])
            n += 1
        return n

    other, done = await connect(garden_url, "test rebuild"), asyncio.Event()
    async with reading(garden_url, Listed(MARKET, seeds(*LISTED)), logs=logs) as reader:
        async with following(reader):
            writing = asyncio.create_task(keep_writing(done))
            for _ in range(3):
                await rebuilt(other, reader)
            done.set()
            written = await writing
        await reader.rest()
        live = await tables(reader.connection)
        assert len(live["plot"]) == written
        assert len(live["duty"]) == written + sum(crop == "beans" for _, crop, _ in LISTED) * (
            written - written // 2
        ) + (sum(crop == "kale" for _, crop, _ in LISTED) * (written // 2))
        await rebuilt(other, reader)
        assert await tables(reader.connection) == live
        assert not await other.fetch("SELECT FROM pg_namespace WHERE nspname LIKE 'rebuild%'")
        assert not await other.fetch("SELECT FROM pg_locks WHERE locktype = 'advisory'")
    await other.close()


async def test_a_running_reactor_looks_at_the_new_rows(postgres: PostgresGarden, garden_url: str) -> None:
    """Where the live table was wrong, so was what the reactor keeps in memory: after the switch it reads it anew."""
    logs = postgres.logs()
    async with reading(garden_url, Listed(MARKET), logs=logs) as reader:
        await logs.append([submission(let_plot("a", crop="beans"), "1")])
        await reader.rest()
    await postgres.connection.execute("UPDATE plot SET crop = 'nettles'")
    async with reading(garden_url, Listed(MARKET, seeds(("s", "beans", "2026-04-01"))), logs=logs) as reader:
        await rebuild(postgres.connection, PLOT_VIEW, reader.sources[PLOTS], catalogues()[PLOTS])
        await reader.rest()
        assert set(await duties(reader.connection)) == {"gs-4.first/a", "gs-6.published/a/s"}


async def test_a_rebuild_of_many_rows_stores_them_in_parts(postgres: PostgresGarden, garden_url: str) -> None:
    """More rows than are kept in memory, and events of a stream far apart: the same table."""
    logs = postgres.logs()
    async with reading(garden_url, Listed(MARKET), logs=logs) as reader:
        plots = [f"p{n}" for n in range(1_200)]
        await logs.append([submission(let_plot(plot), plot) for plot in plots])
        await logs.append([submission(tend_plot(plot), f"tend {plot}") for plot in plots[::100]])
        await reader.rest()
        live = await table(reader.connection, "plot")
        source, catalogue = reader.sources[PLOTS], catalogues()[PLOTS]
        upto = await rebuild(postgres.connection, PLOT_VIEW, source, catalogue, most_rows=50)
        assert upto == len(plots) + len(plots[::100])
        assert await table(reader.connection, "plot") == live


async def test_a_view_of_several_logs_is_rebuilt_of_all(postgres: PostgresGarden, garden_url: str) -> None:
    """Duties lie in the log of what they are about: whichever log is named first, the rows of all are there."""
    logs = postgres.logs()
    async with reading(garden_url, Listed(MARKET), logs=logs) as reader:
        await logs.append([submission(let_plot(plot), plot) for plot in ("a", "b")])
        await reader.rest()
        live = await table(reader.connection, "duty")
        owed = rules().duties
        assert isinstance(owed, Duties)
        first, *others = [(reader.sources[log], catalogues()[log]) for log in (PLOTS, DUTIES)]
        await rebuild(postgres.connection, duty_view(owed, PLOTS, DUTIES), *first, others=others)
        assert len(live) == len(("a", "b"))
        assert await table(reader.connection, "duty") == live


async def test_a_rebuild_stops_at_poison_and_leaves_the_live_table(postgres: PostgresGarden, garden_url: str) -> None:
    """What cannot be read is no fold; the live table goes on, and nothing of the new one is left."""
    async with reading(garden_url, Listed(MARKET, seeds(*LISTED))) as reader:
        await reader.rest()
        live = await table(reader.connection, "seed")
        broken = Listed(MARKET, seeds(*LISTED))
        broken.records[4] = b"{"
        with pytest.raises(Poisoned, match=r"market\.events index 4 "):
            await rebuild(postgres.connection, SEED_VIEW, broken, catalogues()[MARKET])
        assert await table(reader.connection, "seed") == live
        assert await postgres.connection.fetchval("SHOW search_path") == '"$user", public'
        assert not await postgres.connection.fetch("SELECT FROM pg_namespace WHERE nspname LIKE 'rebuild%'")


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A row of another shape."""

    key: str
    since: date
    crops: dict[str, frozenset[str]]


def fold(row: Tenancy | None, recorded: Recorded) -> Tenancy | None:
    """Give when it was let."""
    event = recorded.event
    if isinstance(event, PlotLet):
        return Tenancy(recorded.subject, event.let_on, {"all": frozenset({event.crop, "hay", "grass"})})
    return row


@pytest.fixture
def other_shape(tmp_path: Path) -> View[Tenancy]:
    """The plots' view in a later release."""
    sql = tmp_path / "plot.sql"
    sql.write_text(
        "-- name: table\nCREATE TABLE plot (key text PRIMARY KEY, since date NOT NULL, crops jsonb NOT NULL);\n"
    )
    return View(name="plot", log=PLOTS, category="plot", row=Tenancy, fold=fold, sql=sql)


async def test_a_changed_pair_is_found_and_rebuilt(
    postgres: PostgresGarden, garden_url: str, other_shape: View[Tenancy]
) -> None:
    """A view whose table is missing, or was made by other files or another authority's file, is made anew at start."""
    assert await outdated(postgres.connection, views()) == [*views()]
    await postgres.logs().append([submission(let_plot("a"), "1")])
    async with reading(garden_url, Listed(MARKET)) as reader:
        await reader.rest()
        await rebuilt(postgres.connection, reader)
        assert await outdated(postgres.connection, views()) == []
        assert await outdated(postgres.connection, [other_shape]) == [other_shape]
        await rebuild(postgres.connection, other_shape, reader.sources[PLOTS], catalogues()[PLOTS])
    assert await outdated(postgres.connection, views()) == [PLOT_VIEW]
    assert await table(postgres.connection, "plot") == [
        '(plot/a,2026-03-02,"{""all"": [""beans"", ""grass"", ""hay""]}")'
    ]


def test_a_views_digest_tells_everything_that_it_is_made_by(tmp_path: Path, other_shape: View[Tenancy]) -> None:
    """Its SQL, its fold's module, its row's fields, and what else it depends on."""
    sql = tmp_path / "other.sql"
    sql.write_text(PLOT_VIEW.sql.read_text() + "\n-- name: all\nSELECT * FROM plot;\n")
    view: View[Any] = PLOT_VIEW
    changed: list[View[Any]] = [
        replace(view, sql=sql),
        replace(view, fold=fold),
        replace(view, row=Tenancy),
        replace(view, depends="another authority's file"),
        other_shape,
    ]
    assert len({digest(view) for view in (view, *changed)}) == len(changed) + 1

"""What is asked about GS-5 on a real server: each enterprise's year, and what the clock must open."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.procurement.views.enterprise import ENTERPRISE
from services.procurement.views.knowledge import KNOWLEDGE, as_of
from services.procurement.views.knowledge_years import KnowledgeYears
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import EventCorrected
from shared.correcting import as_corrected
from shared.log.duty_view import duty_view
from shared.log.migrating import migrate
from shared.log.postgres import Connection, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from shared.log.view import View
from shared.policy.duty.commands import OpenDuty
from shared.policy.duty.duties import Duties
from tests.authorities import authority
from tests.procurement.knowledge_stories import COURSE, LETTER, OTHER, bounces, course, held, told, wise
from tests.procurement.stories import WISE, recognised, registered, restored, suspended, withdrawn
from tests.procurement.world import DUTIES_IN, World

ALL = 50
THIRD = "01930000-0000-7000-8000-00000000ee03"


def views(world: World) -> list[View[Any]]:
    """Give what the questions join."""
    duties = world.rules.duties
    assert isinstance(duties, Duties)
    return [ENTERPRISE, KNOWLEDGE, duty_view(duties, *DUTIES_IN)]


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An empty procurement."""
    connection = await connect(database, "test")
    await migrate(connection)
    for view in views(World()):
        await create(connection, view)
    yield connection
    await connection.close()


async def keep(connection: Connection, world: World) -> None:
    """Fold and store what has been told, stream by stream, as it is read now."""
    for view in views(world):
        streams: dict[str, list[Recorded]] = {}
        for recorded in world.log:
            if recorded.log in view.logs and view.takes(recorded.subject):
                streams.setdefault(recorded.subject, []).append(recorded)
        rows: dict[str, Any] = {}
        for subject, history in streams.items():
            row = None
            for envelope in as_corrected([each.envelope for each in history]):
                assert not isinstance(envelope.data, EventCorrected)
                row = view.fold(row, Recorded(history[0].log, 0, envelope))
            rows[subject] = row
        table = Table(view)
        await table.prepare(connection)
        await table.store(connection, rows)
        assert await table.load(connection, rows) == {key: row for key, row in rows.items() if row is not None}


async def ask(connection: Connection, name: str, *arguments: object) -> list[dict[str, Any]]:
    """Ask a named query of the view."""
    return [dict(row) for row in await connection.fetch(query(KNOWLEDGE.sql, name), *arguments)]


async def test_the_year_of_each_enterprise(connection: Connection) -> None:
    """When it was told and offered a course, how often it came, and by when the year is due; one untouched shows too."""
    world = wise().hears(registered(OTHER), recognised(enterprise=OTHER))
    world.do(*told("2026-02-10"), course("2026-02-11", None, WISE, OTHER), held("2026-03-02", WISE)).until("2026-03-05")
    await keep(connection, world)
    first, second = sorted(
        await ask(connection, "years", "", ALL, None, None), key=lambda row: row["enterprise_id"] != WISE
    )
    assert (first["enterprise_id"], first["name"], first["year"]) == (WISE, "Trädgårdskooperativet", 2026)
    assert (first["guidance_delivered"], first["activity_offered"]) == (date(2026, 2, 10), date(2026, 2, 11))
    assert (first["attended"], first["letters"], first["offers"], first["due_on"]) == (1, 1, 1, date(2026, 3, 4))
    assert (second["enterprise_id"], second["guidance_delivered"], second["attended"]) == (OTHER, None, 0)
    shown = [as_of(row, date(2026, 3, 5), authority(), "sv") for row in (first, second)]
    assert [(row["class"], row["breach"]) for row in shown] == [("done", False), ("not-done", True)]


async def test_a_letter_that_came_back_is_not_shown_as_arrived(connection: Connection) -> None:
    """The successor's due day is that of the year now."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"), bounces("2026-02-13"))
    await keep(connection, world)
    [row] = await ask(connection, "years", "", ALL, None, None)
    assert (row["guidance_delivered"], row["letters"], row["due_on"]) == (None, 0, date(2026, 2, 17))
    assert row["duty_id"] == f"gs-5.knowledge/{WISE}/2026/2"


async def test_years_and_enterprises_are_asked_apart(connection: Connection) -> None:
    """The latest year with a duty is given where none is asked for; pages go on after a key."""
    world = wise("2025-05-05").until("2027-01-02").do(*told("2026-02-10"))
    await keep(connection, world)
    assert [row["year"] for row in await ask(connection, "years", "", ALL, None, None)] == [2027]
    [former] = await ask(connection, "years", "", ALL, 2026, WISE)
    assert former["guidance_delivered"] == date(2026, 2, 10)
    assert await ask(connection, "years", "", ALL, 2026, OTHER) == []
    assert await ask(connection, "years", f"enterprise/{WISE}", ALL, 2026, None) == []


async def test_guidance_and_activities_are_listed(connection: Connection) -> None:
    """By year, by enterprise and by what they are."""
    await keep(connection, wise().do(*told("2026-02-10"), course("2026-02-11")))
    listed = await ask(connection, "page", "", ALL, 2026, WISE, None)
    assert {row["knowledge_id"] for row in listed} == {LETTER, COURSE}
    assert [row["item"] for row in await ask(connection, "page", "", ALL, None, None, "activity")] == ["activity"]
    assert await ask(connection, "page", "", ALL, 2027, None, None) == []
    [one] = await ask(connection, "one", f"knowledge/{COURSE}")
    assert one["planned_for"] == date(2026, 3, 13)


async def test_the_clock_finds_the_years_that_have_begun(connection: Connection) -> None:
    """For those recognised or suspended since before, once each; what a query finds is what rows in memory give."""
    await connection.execute(
        "INSERT INTO claim (key, owner, digest) VALUES ($1, 'x', '')", f"command:tick/year/2026/gs-5/{WISE}"
    )
    world = wise("2025-05-05").hears(suspended("2026-05-05"))
    world.hears(registered(OTHER), recognised("2026-02-02", OTHER), withdrawn("2026-03-03", OTHER))
    world.hears(restored("2026-04-04", OTHER))
    await keep(connection, world)
    years = KnowledgeYears(2026)
    found = await years.upto(connection, date(2027, 1, 1))
    assert [(b.on, b.key) for b in found] == [
        (date(2027, 1, 1), f"tick/year/2027/gs-5/{OTHER}"), (date(2027, 1, 1), f"tick/year/2027/gs-5/{WISE}"),
    ]  # fmt: skip
    assert all(isinstance(b.command, OpenDuty) and b.command.trigger_event_id == "year/2027" for b in found)
    in_memory = years.among(world.rows, date(2027, 1, 1))
    assert {b.key for b in in_memory} == {b.key for b in found} | {f"tick/year/2026/gs-5/{WISE}"}
    assert await years.upto(connection, date(2026, 12, 31)) == []

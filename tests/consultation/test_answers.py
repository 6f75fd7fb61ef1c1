"""The executive office's questions, asked of a real server (views.md): packs, figures, contributions, actions, escalations."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.consultation.domain.calendar import year_began
from services.consultation.views import cited
from services.consultation.views.consultation import CONSULTATION, with_overdue
from services.consultation.views.evidence import as_escalation, as_figures, as_pack
from services.consultation.views.partner import PARTNER, with_deviation, with_roles
from services.consultation.views.wise import WISE
from shared.contracts.cloudevent import Recorded
from shared.log.duty_view import duty_view
from shared.log.migrating import migrate
from shared.log.postgres import Connection, connect
from shared.log.reactor import REACTOR
from shared.log.sql import query
from shared.log.tables import Table, create
from shared.log.view import View
from shared.policy.duty.duties import Duties
from tests.authorities import authority
from tests.consultation.partners import agree, close, decide, owns, pay, role, support
from tests.consultation.stories import INITIATIVE, hold, initiate, let_pass
from tests.consultation.world import World
from tests.registry.stories import LEGAL_PERSON, withdrawn
from tests.registry.stories import recorded as of_registry
from tests.spec import at

TODAY = date(2027, 3, 1)
OPEN = True


def told() -> World:
    """2026 with a contribution and a meeting, and 2027, whose initiative nobody takes."""
    return World().does(
        year_began(2026), role(at=at("2026-01-05")), owns(at=at("2026-01-05")), decide(at=at("2026-02-11")),
        support(at=at("2026-03-02")), initiate(at=at("2026-05-04")), hold(at=at("2026-06-15")),
        agree(at=at("2026-06-15"), due_on="2026-11-30"), pay("225000", at=at("2026-07-01")),
        close("2026-12-01", outcome="carried-over", carried_to_year=2027, reason="För få anmälda.", at=at("2026-12-01")),
        year_began(2027),
    )  # fmt: skip


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """Consultation's views, holding what was told."""
    connection = await connect(database, "test")
    await migrate(connection)
    world = told()
    duties = world.story.rules.duties
    assert isinstance(duties, Duties)
    own = [Recorded("consultation.events", index, envelope) for index, envelope in enumerate(world.story.told)]
    for view in (CONSULTATION, PARTNER, duty_view(duties, "consultation.events")):
        await keep(connection, view, own)
    await keep(connection, WISE, of_registry(withdrawn()))
    for each in cited.VIEWS:
        await keep(connection, each, ())
        await stored(connection, each, world.rows[each.row])
    for log, size in world.sizes.items():
        await connection.execute(
            "INSERT INTO position (follower, source, next_index, epoch) VALUES ($1, $2, $3, 1)", REACTOR, log, size
        )
    yield connection
    await connection.close()


async def keep(connection: Connection, view: View[Any], events: Any) -> None:
    """Make a view of events."""
    await create(connection, view)
    rows: dict[str, Any] = {}
    for event in events:
        if view.takes(event.subject):
            rows[event.subject] = view.fold(rows.get(event.subject), event)
    await stored(connection, view, rows)


async def stored(connection: Connection, view: View[Any], rows: dict[str, Any]) -> None:
    """Store a view's rows."""
    table = Table(view)
    await table.prepare(connection)
    await table.store(connection, rows)


async def asked(
    connection: Connection, view: View[Any], name: str, *arguments: Any, by: Any = None
) -> list[dict[str, Any]]:
    """Ask a question, computed as of a day."""
    rows = [dict(row) for row in await connection.fetch(query(view.sql, name), *arguments)]
    return [by(row, TODAY, authority(), "sv") for row in rows] if by else rows


async def test_a_frozen_pack_is_compiled_from_the_tables(connection: Connection) -> None:
    """What the tables give is what was frozen, and the versions are listed."""
    for version in (1, 2):
        (pack,) = await asked(connection, CONSULTATION, "pack", f"consultation/2026/{version}", by=as_pack)
        assert pack == told().pack(version)
    (current,) = await asked(connection, CONSULTATION, "pack", "consultation/2026/current", by=as_pack)
    assert current["manifest"]["asOf"] == TODAY.isoformat()
    listed = await asked(connection, CONSULTATION, "packs", "", 10, None)
    assert [(row["year"], row["version"], row["cause"]) for row in listed] == [
        (2026, 1, "initiated"),
        (2026, 2, "held"),
    ]
    assert await asked(connection, CONSULTATION, "packs", "", 10, 2027) == []


@pytest.mark.parametrize(
    "key", ["consultation/2026/3", "consultation/2026/0x", "consultation/2031/current", "consultation/x/1"]
)
async def test_there_is_no_other_pack(connection: Connection, key: str) -> None:
    """A version that was not frozen, and a year that nothing is known of, are not there."""
    assert await asked(connection, CONSULTATION, "pack", key) == []


async def test_a_year_that_has_only_begun_has_a_current_pack(connection: Connection) -> None:
    """Its initiative is owed, so it can be prepared."""
    (pack,) = await asked(connection, CONSULTATION, "pack", "consultation/2027/current", by=as_pack)
    assert pack["differences"] == []


async def test_the_figures_are_counted_by_year_clause_and_kind(connection: Connection) -> None:
    """A row for each, with the counts of the office's own table."""
    rows = await asked(connection, CONSULTATION, "figures", "", 10, 2026, None, by=as_figures)
    assert [(row["key"], row["arose"], row["kept"], row["broken"]) for row in rows] == [
        ("2026/GS-7.held", 1, 0, 0),
        ("2026/GS-7.initiative", 1, 1, 0),
    ]
    assert await asked(connection, CONSULTATION, "figures", "2026/GS-7.held", 10, None, "GS-4") == []


async def test_each_year_shows_its_contribution(connection: Connection) -> None:
    """2026 paid by half, 2027 without a deviation until its last day; Almi's share beside them."""
    rows = await asked(connection, PARTNER, "contributions", "", 10, None, None, by=with_deviation)
    assert [(row["key"], row["decided"], row["difference"], row["share"], row["deviation"]) for row in rows] == [
        ("almi/2026", None, None, "0.49", None),
        ("almi/2027", None, None, "0.49", None),
        ("coompanion/2026", "450000", "225000", None, None),
        ("coompanion/2027", None, None, None, None),
    ]
    later = [
        with_deviation(dict(row), date(2027, 12, 31), authority(), "sv")["deviation"]
        for row in await connection.fetch(query(PARTNER.sql, "contributions"), "", 10, 2027, "coompanion")
    ]
    assert later == ["contribution-missing"]


async def test_partners_are_listed_with_what_is_in_force(connection: Connection) -> None:
    """Roles and shares of today; one partner shows its referrals too."""
    rows = await asked(connection, PARTNER, "page", "", 10, by=with_roles)
    assert [(row["key"], row["role_now"] and row["role_now"]["name"]) for row in rows] == [
        ("partner/almi", None),
        ("partner/coompanion", "Coompanion Gotland"),
    ]
    (one,) = await asked(connection, PARTNER, "one", "partner/coompanion", by=with_roles)
    assert [referral["topic"] for referral in one["referrals"]] == ["procurement"]


async def test_open_actions_are_listed_by_owner_and_year(connection: Connection) -> None:
    """One that was carried over stands in its new year, late by a local count."""
    rows = await asked(connection, CONSULTATION, "actions", "", 10, "executive-office", 2027, OPEN, by=with_overdue)
    assert [(row["agreed_year"], row["carried_over"], row["is_overdue"], row["days_late"]) for row in rows] == [
        (2026, True, True, 91)
    ]
    assert await asked(connection, CONSULTATION, "actions", "", 10, None, 2026, None) == []


@pytest.mark.parametrize(
    ("on", "is_one"), [("2026-03-31", False), ("2026-04-01", True), ("2026-08-31", True), ("2026-09-01", False)]
)
async def test_an_organisation_is_a_wise_from_recognition_to_withdrawal(
    connection: Connection, on: str, *, is_one: bool
) -> None:
    """From 1 April until the day before it was withdrawn (BG-5)."""
    number = LEGAL_PERSON.replace("-", "")
    found = await asked(connection, WISE, "at", number, date.fromisoformat(on))
    assert bool(found) is is_one
    assert not await asked(connection, WISE, "at", "5560000000", date.fromisoformat(on))


async def test_what_was_brought_to_the_board_is_listed(database: str) -> None:
    """A year whose initiative nobody took, with its unit, its days and its class."""
    connection = await connect(database, "test")
    world = World().does(year_began(2026))
    before = len(world.story.told)
    let_pass(world.story, INITIATIVE, "2027-01-20")
    world.read(world.story.told[before:])
    for view in cited.VIEWS:
        await keep(connection, view, ())
        await stored(connection, view, world.rows[view.row])
    (row,) = await asked(connection, CONSULTATION, "escalations", "", 10, None, by=as_escalation)
    assert (row["duty"], row["clause"], row["class"], row["daysLate"]) == (INITIATIVE, "GS-7", "not-done", 152)
    assert await asked(connection, CONSULTATION, "escalations", "", 10, "GS-5") == []
    await connection.close()

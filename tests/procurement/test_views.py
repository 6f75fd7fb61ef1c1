"""What procurement is asked, on a real server: whom to tell, why not, how many, and what the clock must look at."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.procurement.domain.boundaries import Closing, lapses
from services.procurement.domain.reach_shown import as_ledger
from services.procurement.views.closings import Closings
from services.procurement.views.enterprise import ENTERPRISE
from services.procurement.views.outreach import OUTREACH
from services.procurement.views.reach import REACH
from services.procurement.views.tender import TENDER as TENDERS
from shared.contracts.cloudevent import Recorded
from shared.contracts.values import DutyId, Id
from shared.log.duty_view import duty_view
from shared.log.postgres import Connection, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from shared.log.view import View
from shared.policy.duty.duties import Duties
from tests.procurement.stories import (
    CARE,
    GARDENING,
    OTHER_TENDER,
    OUTSIDER,
    PAIR,
    TENDER,
    WISE,
    cancel,
    contact,
    delivered,
    failed,
    move,
    offers,
    plan,
    publish,
    recognised,
    registered,
    sent,
    suspend,
    withdrawn,
)
from tests.procurement.test_reach import made
from tests.procurement.world import World
from tests.spec import at

OTHER = Id("01930000-0000-7000-8000-00000000ee02")
ALL = 50


def world() -> World:
    """Two WISEs, one of which fits, and a tender that the first was told of in vain."""
    return (
        World()
        .hears(registered(), offers(GARDENING), contact(), recognised())
        .hears(registered(OTHER), offers(CARE, enterprise=OTHER), recognised(enterprise=OTHER))
        .do(publish("2026-03-02", procedure_id="bt-04", notice_id="n-1", notice_version="01"))
        .do(sent("2026-03-03"), failed("2026-03-03"))
    )


def views(told: World) -> list[View[Any]]:
    """Give all views, the duties' too."""
    duties = told.rules.duties
    assert isinstance(duties, Duties)
    return [TENDERS, ENTERPRISE, OUTREACH, REACH, duty_view(duties, "procurement.events", "procurement.outreach")]


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An empty procurement."""
    connection = await connect(database, "test")
    for view in views(World()):
        await create(connection, view)
    yield connection
    await connection.close()


async def keep(connection: Connection, told: World) -> None:
    """Fold and store what has been told, stream by stream."""
    for view in views(told):
        rows: dict[str, Any] = {}
        for recorded in told.log:
            if recorded.log in view.logs and view.takes(recorded.subject):
                rows[recorded.subject] = view.fold(rows.get(recorded.subject), recorded)
        table = Table(view)
        await table.prepare(connection)
        await table.store(connection, rows)
        assert await table.load(connection, rows) == {key: row for key, row in rows.items() if row is not None}


async def ask(connection: Connection, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
    """Ask a named query."""
    return [dict(row) for row in await connection.fetch(query(view.sql, name), *arguments)]


async def test_whom_to_tell_of_what_this_week(connection: Connection) -> None:
    """Each open duty with its tender, enterprise, due day and deadline, and whether there is a contact to write to."""
    await keep(connection, world())
    [row] = await ask(connection, OUTREACH, "to_tell", "", ALL, date(2026, 3, 9))
    assert (row["tender_id"], row["enterprise_id"], row["stage"]) == (TENDER, WISE, "published")
    assert (row["due_on"], row["deadline"], row["contact_state"]) == (
        date(2026, 3, 9),
        date(2026, 4, 15),
        "procurement",
    )
    assert (row["attempts"], row["failed"], row["is_overdue"]) == (1, True, False)
    assert await ask(connection, OUTREACH, "to_tell", "", ALL, date(2026, 3, 8)) == []


@pytest.mark.parametrize(("purpose", "state"), [("general", "general"), ("placements", "missing")])
async def test_a_missing_contact_is_shown(connection: Connection, purpose: str, state: str) -> None:
    """A general one will do; one for places will not."""
    told = World().hears(registered(), contact(purpose=purpose), recognised()).do(publish("2026-03-02"))
    await keep(connection, told)
    [row] = await ask(connection, OUTREACH, "to_tell", "", ALL, None)
    assert row["contact_state"] == state


async def test_why_an_enterprise_was_not_matched(connection: Connection) -> None:
    """The failed test, both values and what would turn it; the whole of each pair beside it."""
    await keep(connection, world())
    [row] = await ask(connection, OUTREACH, "failed_tests", "", ALL, None, None)
    assert (row["enterprise_id"], row["failed_test"]) == (OTHER, "branch")
    assert (row["tender_value"], row["enterprise_value"]) == (GARDENING, CARE)
    assert row["flips_if"] == f"enterprise.cpv+={GARDENING}"
    pairs = await ask(connection, OUTREACH, "page", "", ALL, TENDER, None, None)
    assert [(pair["enterprise_id"], pair["verdict"], len(pair["tests"])) for pair in pairs] == [
        (OTHER, "not-suitable", 8),
        (WISE, "suitable", 8),
    ]


async def test_what_arrived_is_nothing_to_tell(connection: Connection) -> None:
    """The duty is done."""
    again = Id("01930000-0000-7000-8000-00000000c002")
    await keep(
        connection, world().do(sent("2026-03-04", outreach_id=again), delivered("2026-03-04", outreach_id=again))
    )
    assert await ask(connection, OUTREACH, "to_tell", "", ALL, None) == []


async def test_an_enterprise_is_answered_with_its_own_rows_alone(connection: Connection) -> None:
    """The office asks for one enterprise and passes on what comes; a plan that is not public is in no answer."""
    hidden = Id("01930000-0000-7000-8000-00000000bb03")
    await keep(connection, world().do(plan(None, tender_id=hidden)))
    whys = await ask(connection, OUTREACH, "failed_tests", "", ALL, None, OTHER)
    rows = await ask(connection, OUTREACH, "page", "", ALL, None, OTHER, None)
    assert {(row["tender_id"], row["enterprise_id"]) for row in (*whys, *rows)} == {(TENDER, OTHER)}
    assert WISE not in str(whys) + str(rows)
    assert await ask(connection, OUTREACH, "failed_tests", "", ALL, None, WISE) == []


async def test_the_reach_ledger_is_the_same_from_the_tables(connection: Connection) -> None:
    """Both WISEs, one of which a letter did not reach; a tender of another authority has no ledger."""
    told = world().do(publish("2026-03-02", tender_id=OTHER_TENDER, buyers=(OUTSIDER,)))
    await keep(connection, told)
    [row] = await ask(connection, REACH, "of_tender", f"tender/{TENDER}")
    found = as_ledger(row, date(2026, 5, 4), told.rules.authority, "sv")
    assert {each["enterprise_id"]: each["cause"] for each in found["rows"]} == {
        WISE: "hard-bounce",
        OTHER: "not-suitable",
    }
    assert found["rows"] == made(told)["rows"]
    assert await ask(connection, REACH, "of_tender", f"tender/{OTHER_TENDER}") == []


async def test_others_see_how_many_and_not_who(connection: Connection) -> None:
    """Counts, and no enterprise beside an open tender."""
    await keep(connection, world())
    [row] = await ask(connection, OUTREACH, "counts", "", ALL, None)
    assert (row["assessed"], row["suitable"], row["suitable_if"], row["not_suitable"]) == (2, 1, 0, 1)
    assert row["informed"] == 0
    assert WISE not in str(row)


async def test_tenders_are_listed_as_they_stand(connection: Connection) -> None:
    """Own ones and others', with what is open of them; a plan that is not public is not listed."""
    other = Id("01930000-0000-7000-8000-00000000bb02")
    told = world().do(publish("2026-03-02", tender_id=OTHER_TENDER, buyers=(OUTSIDER,)), plan(None, tender_id=other))
    told.do(move("2026-05-04", "2026-03-09"), suspend("2026-03-10"))
    await keep(connection, told)
    rows = await ask(connection, TENDERS, "page", "", ALL, None, None, None, None)
    assert {row["tender_id"]: (row["own"], row["closes_on"], row["suspended"]) for row in rows} == {
        TENDER: (True, date(2026, 5, 4), True),
        OTHER_TENDER: (False, date(2026, 4, 15), False),
    }
    assert [row["tender_id"] for row in await ask(connection, TENDERS, "plans", "", ALL)] == [other]
    [one] = await ask(connection, TENDERS, "one", f"tender/{TENDER}")
    assert one["lots"][0]["lotId"] == "LOT-0001"


async def test_a_notice_finds_its_tender(connection: Connection) -> None:
    """By its procedure while that is open; a cancelled one only by the very notice that it read."""
    told = world()
    await keep(connection, told)
    [row] = await ask(connection, TENDERS, "of_procedure", "bt-04", "n-2", "01")
    assert row["tender_id"] == TENDER
    await keep(connection, told.do(cancel("2026-03-10")))
    assert await ask(connection, TENDERS, "of_procedure", "bt-04", "n-2", "01") == []
    assert len(await ask(connection, TENDERS, "of_procedure", "bt-04", "n-1", "01")) == 1


@pytest.mark.parametrize(("today", "lapsed"), [("2026-04-15", 0), ("2026-04-16", 1)])
async def test_the_clock_finds_what_lapses(connection: Connection, today: str, lapsed: int) -> None:
    """At 00:00 of the day after the last lot that fits closed, and not before."""
    await keep(connection, world())
    found = await Closings().upto(connection, date.fromisoformat(today))
    assert len(found) == lapsed
    assert [(each.on, each.command.subject) for each in found] == [(date(2026, 4, 16), f"duty/gs-6.published/{PAIR}")][
        :lapsed
    ]


@pytest.mark.parametrize(
    ("due", "closes", "lapse"),
    [("2026-03-09", "2026-04-15", "2026-04-15"), ("2026-04-15", "2026-04-15", "2026-04-16")],
)
def test_a_duty_lapses_on_the_later_of_the_deadline_and_the_day_after_due(due: str, closes: str, lapse: str) -> None:
    """And takes effect at that day's end."""
    day = date.fromisoformat
    closing = Closing(duty_id=DutyId(f"gs-6.published/{PAIR}"), object_id=PAIR, due_on=day(due), closes_on=day(closes))
    assert list(lapses([closing], day(lapse))) == []
    [command] = lapses([closing], closing.boundary)
    assert (command.on, command.at) == (day(lapse), at(closing.boundary.isoformat(), 0))


def test_an_enterprise_is_known_by_its_newest_facts() -> None:
    """A contact is replaced or withdrawn; an address is never kept, a sole trader's name neither."""
    other = Id("01930000-0000-7000-8000-00000000dd02")
    told = World().hears(registered(), contact(), contact(other, replaces_contact_id=contact().contact_id))
    row = told.rows.rows[ENTERPRISE.row][f"enterprise/{WISE}"]
    assert row.contacts == ((other, "procurement", "email"),)
    assert "exempel" not in str(row)
    told.hears(contact(other, withdrawn=True))
    assert told.rows.rows[ENTERPRISE.row][f"enterprise/{WISE}"].contacts == ()


def test_a_clock_that_was_set_back_turns_no_order_round() -> None:
    """What came later in a log was not known before, whatever its time says."""
    told = World().hears(registered(), recognised(), on=at("2026-03-02"))
    told.take(told.of_registry(offers(GARDENING), at("2026-03-01")))
    row = told.rows.rows[ENTERPRISE.row][f"enterprise/{WISE}"]
    assert [version.cause for version in sorted(row.versions, key=lambda v: v.recorded_at)] == [
        "recognised",
        "offering",
    ]
    assert isinstance(told.log[-1], Recorded)


def test_a_recognition_that_is_decided_on_again_goes_on() -> None:
    """A review's decision is no new recognition: what is owed goes by the first; after a withdrawal it is one."""
    told = World().hears(registered(), recognised("2026-02-02"), recognised("2027-02-01"))
    assert told.rows.rows[ENTERPRISE.row][f"enterprise/{WISE}"].recognised_from == date(2026, 2, 2)
    told.hears(withdrawn("2027-03-01"), recognised("2027-06-01"))
    assert told.rows.rows[ENTERPRISE.row][f"enterprise/{WISE}"].recognised_from == date(2027, 6, 1)

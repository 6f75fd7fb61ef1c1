"""What the social board sees of its places, folded and asked on a real server."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.placements.domain.rows import PlaceRow
from services.placements.views.enterprise import ENTERPRISE
from services.placements.views.place import PLACE, with_days, with_days_since
from shared.contracts.values import Id
from shared.deciding import Command
from shared.log.postgres import Connection, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from tests.authorities import authority
from tests.placements.stories import (
    FINAL,
    FIRST,
    PERSON,
    REVIEW,
    add_details,
    buy,
    cancel,
    correct,
    decline,
    document,
    end,
    extend,
    follow_up,
    follow_up_id,
    let_pass,
    plan,
    report_end,
    report_purchase,
    review,
    start,
)
from tests.placements.stories import PLACE as PLACE_ID
from tests.placements.world import (
    SURVIVOR,
    World,
    closed,
    foreign_id,
    merged,
    recognised,
    registered,
    suspended,
    withdrawn,
)

KEY = f"placement/{PLACE_ID}"
OVERDUE = True


def world() -> World:
    """Begin with a recognised enterprise."""
    return World().hear(registered()).hear(recognised())


def row(*commands: Command) -> PlaceRow:
    """Give a place's row after some commands."""
    of = world()
    for command in commands:
        of.do(command)
    found: PlaceRow = of.rows[PlaceRow][KEY]
    return found


# The fold


def test_a_place_s_row_follows_its_course() -> None:
    """Bought, running, extended, ended; or cancelled."""
    bought = row(buy(planned_end="2026-06-30"))
    assert (bought.phase, bought.planned_start, bought.last_day) == ("bought", date(2026, 1, 12), date(2026, 6, 30))
    running = row(buy(planned_end="2026-06-30"), start(), extend("2026-09-30"))
    assert (running.phase, running.started_on, running.last_day) == ("running", date(2026, 1, 12), date(2026, 9, 30))
    over = row(buy(), start(), end("2026-03-02"))
    assert (over.phase, over.ended_on) == ("ended", date(2026, 3, 2))
    assert row(buy(), plan("2026-01-08", kind="extra", duty_id=None), cancel()).next_planned_for is None


def test_planned_follow_ups_stand_until_they_are_held() -> None:
    """The next one is the earliest; a plan that moved counts once."""
    planned = (
        plan(),
        plan("2026-03-03", n=2, planned_for="2026-03-20"),
        plan("2026-03-04", n=2, planned_for="2026-03-30"),
    )
    assert row(buy(), start(), *planned).next_planned_for == date(2026, 3, 25)
    held = row(buy(), start(), *planned, follow_up())
    assert [each.follow_up_id for each in held.planned] == [follow_up_id(2)]
    assert (held.next_planned_for, held.last_held_on) == (date(2026, 3, 30), date(2026, 3, 25))


def test_what_a_report_left_out_is_listed_until_it_is_added() -> None:
    """By the event that lacks it (GS-3)."""
    lacking = row(report_purchase(), start(), report_end("2026-02-02"))
    assert sorted(lacking.incomplete.values()) == [("endReason", "outcome"), ("need", "legalGround")]
    half = row(report_purchase(), add_details(0, need=document()))
    assert list(half.incomplete.values()) == [("legalGround",)]
    whole = row(report_purchase(), add_details(0, need=document(), legal_ground="sol"))
    assert (whole.incomplete, whole.is_incomplete) == ({}, False)
    assert not row(buy()).is_incomplete


def test_a_row_holds_nothing_of_the_person_but_the_random_reference() -> None:
    """Neither sealed nor clear, and not that somebody declined (OSL 26:1)."""
    of_a_place = row(
        buy(goal="Klara en hel vecka.", person_ref=PERSON.replace("d001", "d009")), start(),
        decline(reason="Orkar inte.", subject_ref=PERSON),
        follow_up(user_view="Trivs bra."), end("2026-03-30", successor_placement_id="01930000-0000-7000-8000-00000000b002"),
    )  # fmt: skip
    shown = repr(of_a_place)
    for word in ("Plain", "Enc", "declin", "employ", "d009", "b002", "sol"):
        assert word not in shown, word
    assert PERSON in shown


def test_a_correction_is_read_from_the_beginning() -> None:
    """The row is folded anew; a place whose purchase never happened has none."""
    corrected = row(buy(), start(), correct(1, "2026-02-02", "/startedOn", "2026-01-19"))
    assert corrected.started_on == date(2026, 1, 19)
    of = world().do(buy()).do(correct(0, "2026-01-08"))
    assert of.rows[PlaceRow][KEY] is None


# What is asked, on a real server


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """The tables of placements, empty."""
    connection = await connect(database, "test")
    for view in World().views:
        await create(connection, view)
    yield connection
    await connection.close()


async def keep(connection: Connection, of: World) -> None:
    """Store the rows of a world."""
    for view in of.views:
        table = Table(view)
        await table.prepare(connection)
        await table.store(connection, of.rows.get(view.row, {}))


async def ask(connection: Connection, name: str, *arguments: object, view: Any = PLACE) -> list[dict[str, Any]]:
    """Ask a named query."""
    return [dict(found) for found in await connection.fetch(query(view.sql, name), *arguments)]


async def test_a_place_is_shown_with_its_enterprise(connection: Connection) -> None:
    """By its key, and in lists by phase, enterprise, kind and what is missing."""
    await keep(connection, world().do(report_purchase()).hear(suspended("2026-03-02")))
    [one] = await ask(connection, "one", KEY)
    assert (one["enterprise_name"], one["enterprise_status"]) == ("Kooperativet Ängen", "suspended")
    for filters in [("bought", None, None, None), (None, one["enterprise_id"], None, None), (None, None, "arbetstraning", None),
                    (None, None, None, True)]:  # fmt: skip
        assert len(await ask(connection, "page", "", 10, *filters)) == 1
    for filters in [("running", None, None, None), (None, "x", None, None), (None, None, "other", None),
                    (None, None, None, False)]:  # fmt: skip
        assert await ask(connection, "page", "", 10, *filters) == []
    assert await ask(connection, "page", KEY, 10, None, None, None, None) == []


async def test_places_to_follow_up_are_listed_with_plan_and_officer(connection: Connection) -> None:
    """Each duty that is owed, with the day and officer that it is planned for (Socialnämnden's first question)."""
    await keep(connection, world().do(buy(planned_end="2026-06-30")).do(start()).do(plan()))
    first, final = sorted(await ask(connection, "to_follow_up", "", 10, *[None] * 6), key=lambda found: found["due_on"])
    assert (first["duty_id"], first["planned_for"], first["officer"]) == (FIRST, date(2026, 3, 25), "staff-7")
    assert (final["duty_id"], final["planned_for"], final["enterprise_name"]) == (FINAL, None, "Kooperativet Ängen")
    assert first["week"] == "2026-W16"
    for filters in [("first", *[None] * 5), (None, date(2026, 4, 13), *[None] * 4), (None, None, "staff-7", *[None] * 3),
                    (*[None] * 5, "2026-W16")]:  # fmt: skip
        assert [found["duty_id"] for found in await ask(connection, "to_follow_up", "", 10, *filters)] == [FIRST]
    assert await ask(connection, "to_follow_up", "", 10, None, date(2026, 4, 12), *[None] * 4) == []


async def test_overdue_follow_ups_are_listed_with_their_escalation(connection: Connection) -> None:
    """How far it has been brought; what was held is not listed (Socialnämnden's second question)."""
    of = world().do(buy()).do(start())
    let_pass(of.story, "2026-04-28")
    of.do(follow_up("2026-04-28", None))
    await keep(connection, of)
    [late] = await ask(connection, "to_follow_up", "", 10, None, None, None, OVERDUE, None, None)
    assert (late["duty_id"], late["escalation_level"]) == (FIRST, "board")
    [oldest] = await ask(connection, "overdue", "", 10, *[None] * 4)
    assert (oldest["key"], oldest["class"], oldest["escalation_level"]) == (
        f"2026-04-13/duty/{FIRST}", "not-done", "board",
    )  # fmt: skip
    assert await ask(connection, "overdue", oldest["key"], 10, *[None] * 4) == []
    assert await ask(connection, "overdue", "", 10, None, None, date(2026, 4, 12), None) == []
    shown = with_days(late, date(2026, 4, 28), authority(), "sv")
    assert (shown["days_late"], shown["days_left"]) == (15, None)
    assert with_days(late, date(2026, 4, 13), authority(), "sv")["days_left"] == 0
    of.do(follow_up("2026-04-28", n=2))
    await keep(connection, of)
    assert await ask(connection, "to_follow_up", "", 10, None, None, None, OVERDUE, None, None) == []


async def test_active_places_at_lost_enterprises_are_listed(connection: Connection) -> None:
    """With the review that is owed, and what it came to (Socialnämnden's third question)."""
    of = world().do(buy()).do(start()).hear(withdrawn("2026-03-02"))
    await keep(connection, of)
    [place] = await ask(connection, "at_lost_enterprises", "", 10, None)
    assert (place["status"], place["since"], place["review_due_on"]) == (
        "withdrawn",
        date(2026, 3, 2),
        date(2026, 3, 16),
    )
    of.do(review(cause_event_id=Id(foreign_id(2)), outcome="move"))
    await keep(connection, of)
    [place] = await ask(connection, "at_lost_enterprises", "", 10, "withdrawn")
    assert (place["review_due_on"], place["review_outcome"]) == (None, "move")
    assert await ask(connection, "at_lost_enterprises", "", 10, "closed") == []
    await keep(connection, of.do(end("2026-03-30")))
    assert await ask(connection, "at_lost_enterprises", "", 10, None) == []
    assert REVIEW in {found["id"] for found in await ask(connection, "page", "", 10, *[None] * 7, view=of.views[2])}


async def test_a_place_that_went_on_with_a_survivor_is_at_no_lost_enterprise(connection: Connection) -> None:
    """Its own was closed by a merger; it is listed again once the survivor is lost, too (edge rule 16)."""
    of = world().hear(registered("Kooperativet Viken"), of=SURVIVOR).hear(recognised(), of=SURVIVOR)
    of.do(buy()).do(start()).hear(merged("2026-03-02"), of=SURVIVOR).hear(closed("2026-03-02"))
    await keep(connection, of)
    assert await ask(connection, "at_lost_enterprises", "", 10, None) == []
    await keep(connection, of.hear(withdrawn("2026-05-04"), of=SURVIVOR))
    [place] = await ask(connection, "at_lost_enterprises", "", 10, None)
    assert (place["status"], place["review_due_on"]) == ("closed", date(2026, 5, 19))


async def test_planned_days_of_which_nothing_is_known_are_listed(connection: Connection) -> None:
    """Bought and not started, running and not ended (Socialnämnden's fifth question)."""
    await keep(connection, world().do(buy(planned_end="2026-06-30")))
    [place] = await ask(connection, "undated", "", 10, date(2026, 1, 12))
    assert with_days_since(place, date(2026, 1, 15), authority(), "sv")["days_since"] == 3
    assert await ask(connection, "undated", "", 10, date(2026, 1, 11)) == []
    await keep(connection, world().do(buy(planned_end="2026-06-30")).do(start()))
    assert [found["planned_on"] for found in await ask(connection, "undated", "", 10, None)] == [date(2026, 6, 30)]
    await keep(connection, world().do(buy()).do(start()))
    assert await ask(connection, "undated", "", 10, None) == []


async def test_an_enterprise_s_standing_is_looked_up_at_purchase(connection: Connection) -> None:
    """What the view knew goes with the command (GS-3)."""
    await keep(connection, world().hear(suspended("2026-03-02")))
    key = f"enterprise/{buy().enterprise_id}"
    assert await ask(connection, "standing", key, view=ENTERPRISE) == [{"status": "suspended"}]
    assert len(await ask(connection, "page", "", 10, "suspended", view=ENTERPRISE)) == 1
    assert await ask(connection, "page", "", 10, "recognised", view=ENTERPRISE) == []

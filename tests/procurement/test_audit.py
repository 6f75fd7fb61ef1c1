"""What auditors and other systems ask of every service, tried over procurement: one of its logs is sealed."""

from collections.abc import AsyncIterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from deploy.local.referencing.suite import settings
from services.procurement.app import parts
from shared.contracts.cloudevent import Recorded
from shared.contracts.knowledge import GuidanceDelivered
from shared.contracts.procurement import TenderPublished
from shared.contracts.refused import MessageRefused
from shared.contracts.values import I18n
from shared.http.audit import message
from shared.http.every_service import queries_of, views_of
from shared.log.migrating import migrate
from shared.log.postgres import Connection, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from shared.log.trail import entry
from shared.log.view import View
from shared.policy.role import AUDITOR, EXECUTIVE_BOARD, PROCUREMENT_OFFICE, PUBLISHER
from tests.authorities import authority
from tests.procurement.knowledge_stories import corrects, told, wise
from tests.procurement.stories import (
    GARDENING,
    OTHER_TENDER,
    PAIR,
    TENDER,
    WISE,
    delivered,
    offers,
    publish,
    sent,
    waived,
    withdrawn,
)
from tests.procurement.world import World
from tests.spec import at

DAY = date.fromisoformat
TODAY, ALL = DAY("2027-03-01"), 100
YEAR = f"gs-5.knowledge/{WISE}/2026"
PARTS = parts(settings("procurement"))
OWED, TRAIL = views_of(PARTS)
QUERIES = {each.path: each for each in queries_of(PARTS, OWED, TRAIL)}


@cache
def year() -> World:
    """A year that nobody spends on knowledge, and a tender of which the enterprise was told in time, as is shown afterwards."""
    world = wise("2025-05-05").hears(offers(GARDENING)).until("2026-01-01")
    world.do(publish("2026-03-02", closes="2026-03-18"), sent("2026-03-03")).until("2026-03-19")
    world.do(delivered("2026-03-04", at=at("2026-03-20"), duty_id=f"gs-6.published/{PAIR}", approved_by="staff-2"))
    world.until("2027-01-11")
    world.do(waived("2027-01-11", YEAR, by=EXECUTIVE_BOARD, paragraph="§ 4"), *told("2027-01-12"))
    world.do(corrects(world, GuidanceDelivered, "2027-01-20", for_year=2027))
    return world.do(publish("2027-02-01", tender_id=OTHER_TENDER, closes="2027-04-15")).hears(withdrawn("2027-02-02"))


def own() -> list[Recorded]:
    """Give procurement's own events; the first tender was reported by a system, whose other message was refused."""
    events = [event for event in year().log if event.log != "registry.events"]
    n = next(n for n, event in enumerate(events) if isinstance(event.event, TenderPublished))
    news = {"actor": "publisher:diary", "causationid": "m-1"}
    events[n] = Recorded(events[n].log, events[n].index, events[n].envelope.model_copy(update=news))
    said = MessageRefused(
        reason="tender-cancelled", status=409, detail=I18n(sv="Nej.", en="No."), clause="GS-6", publisher="diary",
        message_source="//diary", message_id="m-2", digest="ab" * 32, topic="procurement.inbox.diary", offset=7,
    )  # fmt: skip
    refused = {"id": "01930000-0000-7000-8000-0000000fffff", "type": said.TYPE, "data": said,
               "subject": "refused/procurement.inbox.diary/7"}  # fmt: skip
    return [*events, Recorded("procurement.refused", 0, events[n].envelope.model_copy(update=refused))]


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """The duties and the trail of that year."""
    connection = await connect(database, "test")
    await migrate(connection)
    for view in (OWED, TRAIL):
        await keep(connection, view)
    yield connection
    await connection.close()


async def keep(connection: Connection, view: View[Any]) -> None:
    """Fold and store what happened."""
    await create(connection, view)
    rows: dict[str, Any] = {}
    for event in own():
        if event.log in view.logs and view.wants(event):
            rows[event.subject] = view.fold(rows.get(event.subject), event)
    table = Table(view)
    await table.prepare(connection)
    await table.store(connection, rows)
    assert await table.load(connection, rows) == rows


async def ask(connection: Connection, path: str, *filters: Any) -> list[dict[str, Any]]:
    """Ask a question as of a day; filters that are not given are none."""
    asked = QUERIES[path]
    arguments = [*filters, *[None] * (len(asked.filters) - len(filters))]
    rows = await connection.fetch(query(asked.view.sql, asked.query), "", ALL, *arguments)
    return [asked.computed(dict(row), TODAY, authority(), "sv") if asked.computed else dict(row) for row in rows]


async def test_a_breach_is_told_with_its_events_and_its_proof(connection: Connection) -> None:
    """What was waived when it was overdue stays a breach; what was shown afterwards is listed as rebutted."""
    by_clause = {row["clause"]: row for row in await ask(connection, "/v1/breaches")}
    assert by_clause.keys() == {"GS-5", "GS-6"}
    year_row, pair_row = by_clause["GS-5"], by_clause["GS-6"]
    assert (year_row["class"], year_row["breach"], year_row["rebutted"]) == ("waived", True, False)
    assert (year_row["due_on"], year_row["limit_on"], year_row["unit"]) == (
        DAY("2026-12-31"), DAY("2026-12-31"), authority().unit(PROCUREMENT_OFFICE, DAY("2026-01-01")),
    )  # fmt: skip
    assert year_row["proof_card"] == f"/v1/duty-cards/{YEAR}"
    kinds = {event.envelope.id: type(event.event).__name__ for event in own()}
    assert [kinds[each] for each in year_row["event_ids"]] == ["DutyArose", "DutyFellOverdue", "DutyWaived"]
    assert (pair_row["class"], pair_row["breach"], pair_row["rebutted"]) == ("done-recorded-late", False, True)
    assert [kinds[each] for each in pair_row["event_ids"]][-1] == "OutreachDelivered"
    assert pair_row["days_late"] == 0


async def test_what_is_asked_is_narrowed(connection: Connection) -> None:
    """By the limit's day, the clause and the unit."""
    for filters, clauses in (
        ((DAY("2026-12-31"), DAY("2026-12-31")), ["GS-5"]),
        ((DAY("2027-01-01"),), []),
        ((None, DAY("2026-12-30")), ["GS-6"]),
        ((None, None, "GS-6"), ["GS-6"]),
        ((None, None, None, "Ingen"), []),
    ):
        assert [row["clause"] for row in await ask(connection, "/v1/breaches", *filters)] == clauses


async def test_no_answer_names_what_is_sealed(connection: Connection) -> None:
    """Neither the tender beside the enterprise nor a duty about both (OSL 19:3); a year is no tender's secret."""
    named = {}
    for path in ("/v1/breaches", "/v1/waivers-and-voidings", "/v1/corrections", "/v1/messages"):
        named[path] = str(await ask(connection, path))
        assert TENDER not in named[path].replace(f"'stream': 'tender/{TENDER}'", "")
        assert "gs-6." not in named[path]
    assert YEAR in named["/v1/breaches"]


async def test_a_waiver_and_a_voiding_say_who_and_why(connection: Connection) -> None:
    """The waiver's decision and its two persons; a voiding has a cause."""
    waiver, *voided = await ask(connection, "/v1/waivers-and-voidings")
    assert (waiver["what"], waiver["duty_id"], waiver["was_overdue"]) == ("waived", YEAR, True)
    assert (waiver["proposed_by"], waiver["approved_by"]) == ("staff-2", "staff-3")
    assert waiver["authority"]["paragraph"] == "§ 4"
    assert {(row["reason"], row["was_overdue"]) for row in voided} == {("recognition-withdrawn", False)}
    assert {row["duty_id"] for row in voided} == {None, f"gs-5.knowledge/{WISE}/2027"}
    assert all(row["cause_event_id"] and row["event_ids"][1] == row["key"] for row in voided)
    assert await ask(connection, "/v1/waivers-and-voidings", None, None, None, "waived") == [waiver]


async def test_what_was_changed_afterwards_is_told(connection: Connection) -> None:
    """A correction cites its event; what was recorded after its day says by how many days, and who approved."""
    rows = await ask(connection, "/v1/corrections")
    corrected = [row for row in rows if row["what"] == "corrected"]
    [of_guidance] = [row for row in corrected if row["stream"] and row["stream"].startswith("knowledge/")]
    [delivery] = [event for event in own() if isinstance(event.event, GuidanceDelivered)]
    assert (of_guidance["corrects"], of_guidance["kind"]) == (delivery.envelope.id, "never-happened")
    assert (of_guidance["approver"], of_guidance["event"]) == ("staff-9", "EventCorrected")
    [late] = await ask(connection, "/v1/corrections", None, None, "recorded-late")
    assert (late["event"], late["recorded_late_days"], late["approver"]) == ("OutreachDelivered", 16, "staff-2")
    assert await ask(connection, "/v1/corrections", None, None, "recorded-late", 17) == []


async def test_a_system_sees_what_became_of_its_messages(connection: Connection) -> None:
    """Accepted: which event it gave; refused: why. And the duties that a message caused."""
    taken, refused = await ask(connection, "/v1/messages", "diary")
    assert (taken["id"], taken["outcome"], taken["log"], taken["reason"]) == (
        "m-1",
        "accepted",
        "procurement.events",
        None,
    )
    assert (refused["source"], refused["id"], refused["outcome"]) == ("//diary", "m-2", "refused")
    assert (refused["reason"], refused["clause"]) == ("tender-cancelled", "GS-6")
    assert await ask(connection, "/v1/messages", "another") == []
    [owed] = await ask(connection, "/v1/caused-duties", None, "m-1")
    assert (owed["duty_id"], owed["clause"], owed["state"]) == (f"gs-8.criteria/{TENDER}", "GS-8", "open")
    assert await ask(connection, "/v1/caused-duties", owed["trigger_event_id"]) == [owed]


async def test_an_operator_sees_refusals_by_reason(connection: Connection) -> None:
    """How many, since when, and how many of them are still kept."""
    [row] = await ask(connection, "/v1/refusals", "diary")
    assert (row["reason"], row["count"], row["resendable"], row["clause"]) == ("tender-cancelled", 1, 0, "GS-6")
    assert await ask(connection, "/v1/refusals", "another") == []
    sql = "INSERT INTO refused_original (event_id, sealed, expires_on) VALUES ($1, '', '2027-04-01')"
    await connection.execute(sql, "01930000-0000-7000-8000-0000000fffff")
    assert [each["resendable"] for each in await ask(connection, "/v1/refusals")] == [1]


def test_a_message_s_source_is_its_publisher_s_where_it_has_one() -> None:
    """An accepted event does not hold the source, so the authority's file says it."""
    known = next(iter(authority().publishers.values()))
    row = {"publisher": known.name, "source": None}
    sources = [each.source for each in authority().publishers.values() if each.name == known.name]
    assert message(row, TODAY, authority(), "sv")["source"] == (sources[0] if len(sources) == 1 else None)
    assert message(row | {"source": "//x"}, TODAY, authority(), "sv")["source"] == "//x"


def test_most_events_leave_no_trail() -> None:
    """What was recorded on its day, and what follows by rules, changes no row."""
    kept = {type(event.event).__name__ for event in own() if entry(event) is not None}
    assert kept == {
        "DutyFellOverdue", "DutyWaived", "DutyVoided", "EventCorrected", "OutreachDelivered", "TenderPublished",
        "MessageRefused",
    }  # fmt: skip


def test_who_may_ask() -> None:
    """Auditors and the office; another system of its own messages alone."""
    assert {AUDITOR, PROCUREMENT_OFFICE} == set(QUERIES["/v1/breaches"].roles)
    assert PUBLISHER in QUERIES["/v1/messages"].roles
    assert PUBLISHER not in QUERIES["/v1/corrections"].roles

"""What an eForms notice says of a tender: read with the same reader as the command line, decided like any command."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from deploy.local.sdk import example_notices
from services.procurement.domain.from_notice import commands_from_notice, read_deadline
from services.procurement.domain.rules import rules
from services.procurement.domain.tender_commands import CANCELLED, IN_FUTURE, UNKNOWN
from services.procurement.notice.model import Buyer, Changes, Kind, Lot, Money, Notice
from services.procurement.notice.reader import read as read_bytes
from shared.contracts.cloudevent import encode
from shared.contracts.procurement import (
    DeadlineMoved,
    ProcurementPlanned,
    TenderAmended,
    TenderCancelled,
    TenderPublished,
    TenderSuspended,
)
from shared.contracts.values import I18n, Id
from shared.deciding import OUT_OF_RANGE, Refused
from shared.policy.role import PROCUREMENT_OFFICE
from tests.authorities import authority
from tests.procurement.stories import GARDENING, OTHER_TENDER, TENDER
from tests.spec import Story, at, story

DIGEST = "ab" * 32
PART = Lot(
    id="LOT-0001", title={"SWE": "Norra", "ENG": "North"}, nature="services", cpv=(GARDENING,), nuts=("SE214",),
    tender_deadline="2026-04-15T12:00:00+02:00", interest_deadline=None, reserved=("res-ws",), reserved_execution="no",
    social_objectives=("opp",), strategic=("soc-obj",), estimated_value=Money(amount="450000.00", currency="SEK"),
)  # fmt: skip
NOTICE = Notice(
    notice_id="n-1", notice_version="01", procedure_id="bt-04", subtype="16", form_type="competition",
    notice_type="cn-standard", kind=Kind.PUBLISHED, dispatched_on="2026-03-02", language="SWE",
    title={"ENG": "Parks", "SWE": "Parker"}, buyers=(Buyer(name="Region Gotland", organisation_number="212000-0803"),),
    nature="services", procedure="open", cpv=(GARDENING,), nuts=("SE214",), lots=(PART,), parts=(), changes=None, results=(),
)  # fmt: skip


def begin() -> Story:
    """Begin with nothing."""
    return story(rules(authority()), PROCUREMENT_OFFICE)


def read(notice: Notice, on: str = "2026-03-09", tender: Id = TENDER) -> Any:
    """Give the one command of a notice."""
    [command] = commands_from_notice(notice, digest=DIGEST, tender_id=tender, at=at(on))
    return command


def changed(
    notice: Notice = NOTICE, *, reasons: tuple[str, ...] = ("update-add",), on: str = "2026-03-09", **fields: Any
) -> Notice:
    """Give the notice that changes one."""
    news = {
        "kind": Kind.CANCELLED if "cancel" in reasons else Kind.CHANGED,
        "dispatched_on": on,
        "notice_id": f"n-{on}",
    }
    return replace(notice, changes=Changes(changed_notice="n-1-01", reasons=reasons), **(news | fields))


def published(notice: Notice = NOTICE) -> Story:
    """Begin with a notice that was read."""
    return begin().given(read(notice))


def test_a_contract_notice_publishes_a_tender() -> None:
    """Dispatch counts as publication; the notice itself stays outside, by its digest."""
    event, *_ = begin().when(read(NOTICE)).own()
    assert isinstance(event, TenderPublished)
    assert event.published_at == datetime.fromisoformat("2026-03-02T00:00:00+01:00")
    assert (event.title, event.is_own, event.source, event.regime) == (
        I18n(sv="Parker", en="Parks"), True, "ted", "lou-directive",
    )  # fmt: skip
    assert (event.notice_id, event.notice_version, event.procedure_id, event.notice_digest) == (
        "n-1",
        "01",
        "bt-04",
        DIGEST,
    )
    [lot] = event.lots
    assert (lot.lot_id, lot.cpv, lot.nuts, lot.reserved) == ("LOT-0001", (GARDENING,), ("SE214",), ("res-ws",))
    assert (lot.deadline, lot.deadline_kind) == (datetime.fromisoformat("2026-04-15T12:00:00+02:00"), "tenders")
    assert lot.estimated_value is not None
    assert (lot.estimated_value.amount, lot.estimated_value.vat) == ("450000.00", "excluded")


def test_a_planning_notice_plans_with_its_parts() -> None:
    """A part is a lot to be; the plan is public since its dispatch."""
    plan = replace(NOTICE, kind=Kind.PLANNED, form_type="planning", subtype="4", lots=(), parts=(PART,))
    event, *_ = begin().when(read(plan)).own()
    assert isinstance(event, ProcurementPlanned)
    assert event.public_since == datetime.fromisoformat("2026-03-02T00:00:00+01:00")
    assert (event.buying_role, [lot.lot_id for lot in event.lots]) == ("buying-board:executive", ["LOT-0001"])


def test_a_notice_without_lots_is_one_lot() -> None:
    """With what the procedure says."""
    plan = replace(NOTICE, kind=Kind.PLANNED, form_type="planning", subtype="4", lots=(), parts=())
    event, *_ = begin().when(read(plan)).own()
    assert isinstance(event, ProcurementPlanned)
    assert [(lot.lot_id, lot.cpv, lot.deadline) for lot in event.lots] == [("LOT-0000", (GARDENING,), None)]


@pytest.mark.parametrize("kind", [Kind.AWARDED, Kind.OTHER])
def test_an_award_and_what_is_no_procurement_ask_for_nothing(kind: Kind) -> None:
    """They are read, and have no effect."""
    assert commands_from_notice(replace(NOTICE, kind=kind), digest=DIGEST, tender_id=TENDER, at=at("2026-03-09")) == ()


@pytest.mark.parametrize("form", ["result", "cont-modif", None])
def test_a_changed_award_asks_for_nothing_either(form: str | None) -> None:
    """What is changed must be a plan or a publication."""
    notice = changed(form_type=form)
    assert commands_from_notice(notice, digest=DIGEST, tender_id=TENDER, at=at("2026-03-09")) == ()


def test_the_same_notice_again_is_nothing_new() -> None:
    """Nor is an older version of it."""
    newer = published(replace(NOTICE, notice_version="02"))
    assert newer.when(read(replace(NOTICE, notice_version="02"))).events() == []
    assert newer.when(read(NOTICE)).events() == []


def test_a_change_becomes_an_amendment_and_a_move() -> None:
    """What differs from the tender as it is known, each with both values; all dated by the dispatch."""
    part = replace(PART, cpv=("85312000",), tender_deadline="2026-05-04T12:00:00+02:00")
    amended, moved = published().when(read(changed(lots=(part,)), "2026-03-12")).events()
    assert isinstance(amended, TenderAmended)
    assert [(c.pointer, c.lot_id, c.before, c.after) for c in amended.changes] == [
        ("/lots/0/cpv", "LOT-0001", [GARDENING], ["85312000"])
    ]
    assert (amended.affects, amended.reasons, amended.changed_notice_id) == (("branch",), ("update-add",), "n-1-01")
    assert isinstance(moved, DeadlineMoved)
    assert moved.new_deadline == datetime.fromisoformat("2026-05-04T12:00:00+02:00")
    assert amended.amended_at == moved.moved_at == datetime.fromisoformat("2026-03-09T00:00:00+01:00")


def test_lots_come_and_go() -> None:
    """A lot that the new notice lacks is gone, one that it adds is there."""
    story_ = published()
    event, *_ = story_.when(read(changed(lots=(replace(PART, id="LOT-0002"),)))).own()
    assert isinstance(event, TenderAmended)
    assert [(c.pointer, c.lot_id) for c in event.changes] == [("/lots/0", "LOT-0001"), ("/lots/-", "LOT-0002")]
    assert [lot.lot_id for lot in story_.state(f"tender/{TENDER}").lots] == ["LOT-0002"]


def test_a_change_of_nothing_changes_nothing() -> None:
    """The same terms under another number."""
    assert published().when(read(changed())).events() == []


def test_a_change_of_what_was_never_read_publishes_it_as_it_now_stands() -> None:
    """Out of order, the newest is what counts."""
    event, *_ = begin().when(read(changed(), "2026-03-10")).own()
    assert isinstance(event, TenderPublished)


def test_a_review_suspends() -> None:
    """`susp-review` is no cancellation."""
    event, *_ = published().when(read(changed(reasons=("susp-review",)))).own()
    assert isinstance(event, TenderSuspended)
    assert event.reason_code == "review"


def test_a_cancellation_cancels_the_whole() -> None:
    """All its lots, or lots that are not ours: the procedure."""
    story_ = published()
    event, *_ = story_.when(read(changed(reasons=("cancel",)))).own()
    assert isinstance(event, TenderCancelled)
    assert (event.scope, event.reason_code) == ("whole", "cancel")
    story_.when(read(changed(on="2026-03-10"), "2026-03-10")).refused(CANCELLED)


def test_a_cancellation_of_some_lots_leaves_the_others() -> None:
    """A duty dies only with its last suitable lot."""
    two = replace(NOTICE, lots=(PART, replace(PART, id="LOT-0002")))
    event, *_ = published(two).when(read(changed(reasons=("cancel",)))).own()
    assert isinstance(event, TenderCancelled)
    assert (event.scope, event.lot_ids) == ("lots", ("LOT-0001",))


def test_what_was_cancelled_can_be_published_again_as_a_new_tender() -> None:
    """Another id, and the same procedure (edge rule 15)."""
    story_ = published().given(read(changed(reasons=("cancel",))))
    again = replace(NOTICE, notice_id="n-9", dispatched_on="2026-03-16")
    assert isinstance(story_.when(read(again, "2026-03-16", OTHER_TENDER)).own()[0], TenderPublished)


def test_nothing_can_be_cancelled_that_is_not_known() -> None:
    """The notice is refused, and can come again."""
    begin().when(read(changed(reasons=("cancel",)))).refused(UNKNOWN)


def test_a_notice_of_tomorrow_is_refused() -> None:
    """Its dispatch has not been."""
    begin().when(read(replace(NOTICE, dispatched_on="2026-03-10"))).refused(IN_FUTURE)


def test_a_plan_after_the_publication_is_old_news() -> None:
    """Out of order."""
    plan = replace(NOTICE, notice_id="n-0", kind=Kind.PLANNED, form_type="planning", subtype="4")
    assert published().when(read(plan)).events() == []


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("2026-04-15T12:00:00+02:00", datetime.fromisoformat("2026-04-15T12:00:00+02:00")),
        ("2026-04-15T12:00:00Z", datetime.fromisoformat("2026-04-15T12:00:00+00:00")),
        ("2026-04-15T12:00:00", datetime.fromisoformat("2026-04-15T12:00:00+02:00")),
        ("2026-04-15+02:00", date(2026, 4, 15)),
        ("2026-04-15Z", date(2026, 4, 15)),
        ("2026-04-15", date(2026, 4, 15)),
        ("2026-02-30", None),
        ("9999-12-31", None),
        ("2026-04-15T25:00:00+02:00", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_deadline_is_read_as_written(written: str | None, means: date | None) -> None:
    """An instant, a day, or nothing; a time without an offset is Stockholm's."""
    assert read_deadline(written) == means


def test_what_is_no_code_is_left_out() -> None:
    """A notice need not be valid: what fits no field of an event is not made to."""
    part = replace(
        PART, id="", title={}, nature="combined", cpv=("85312000-3", "x"), nuts=("SE-214", "SE214"), reserved=("other",),
        reserved_execution="maybe", estimated_value=Money(amount=".5", currency="kr"), tender_deadline="soon",
        interest_deadline="2026-04-15",
    )  # fmt: skip
    bare = replace(NOTICE, title={}, buyers=(Buyer(name=None, organisation_number=None),), lots=(part, part))
    event, *_ = begin().when(read(bare)).own()
    assert isinstance(event, TenderPublished)
    first = event.lots[0]
    assert (first.lot_id, first.nature, first.cpv, first.nuts) == ("LOT-0001", "services", ("85312000",), ("SE214",))
    assert (first.reserved, first.reserved_execution, first.estimated_value) == (None, None, None)
    assert (first.deadline, first.deadline_kind, event.title.sv) == (date(2026, 4, 15), "interest", "Utan titel")


@pytest.mark.parametrize("name", list(example_notices()))
def test_every_example_of_the_commission_can_be_taken(name: str) -> None:
    """Each of the SDK is read; what it asks for is accepted or refused by a rule, and what it says fits into one event."""
    notice = read_bytes(example_notices()[name])
    for command in commands_from_notice(notice, digest=DIGEST, tender_id=TENDER, at=at("2026-11-24")):
        outcome = begin().when(command).outcome
        if isinstance(outcome, Refused):
            assert outcome in (UNKNOWN, IN_FUTURE, OUT_OF_RANGE)
        else:
            assert all(len(encode(entry.envelope)) < 60 * 1024 for entry in outcome)

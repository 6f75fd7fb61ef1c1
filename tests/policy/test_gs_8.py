"""GS-8: social criteria in procurements of services, or a reason why not. SHOULD: comply or explain; every day is local.

2026-03-02 is a Monday, 2026-03-20 a Friday.
"""

from datetime import date
from typing import Any

import pytest

from services.procurement.domain.criteria import (
    DECIDED_LATER,
    NOT_OWN,
    NOT_SERVICES,
    OTHER_BOARD,
    OTHERS_DECISION,
    ApplySocialCriteria,
    ExplainSocialCriteria,
)
from services.procurement.domain.rules import rules
from services.procurement.domain.tender_commands import IN_FUTURE, LOT_UNKNOWN, UNKNOWN, TenderCommand
from services.procurement.domain.waiver import WaiveOfBoard
from shared.contracts.criteria import SocialCriteriaApplied, SocialCriteriaNotAppropriate, SocialCriterion
from shared.contracts.duty import DutyArose, DutyDischarged, DutyRescheduled, DutyVoided
from shared.contracts.procurement import Lot, PlannedPublication, TenderChange
from shared.contracts.values import DecisionRef, DocumentRef
from shared.policy.duty.commands import MAY_NOT_WAIVE, NOT_APPROVED, WaiveDuty
from shared.policy.duty.life import DutyState, classify, is_breach
from shared.policy.role import EXECUTIVE_BOARD, PROCUREMENT_OFFICE, Role
from tests.authorities import authority, here, rows
from tests.procurement.stories import OUTSIDER, TENDER, amend, cancel, lot, plan, publish, waived
from tests.spec import Story, at, story

DAY = date.fromisoformat


def buyer() -> str:
    """Give the board that planned the procurement."""
    return here("buying-board:technical", "buying-board:learning")


def begin(*commands: TenderCommand) -> Story:
    """Begin with a tender."""
    return story(rules(authority()), PROCUREMENT_OFFICE).given(*commands)


def planned(publication: str | None = "2026-03-20", precision: Any = "day", *lots: Lot) -> Story:
    """Begin with a plan of 2 March that says when it is to be published."""
    when = PlannedPublication(date=DAY(publication), precision=precision) if publication else None
    return begin(plan("2026-03-02", *lots, planned_publication=when))


def applied(on: str, *lots: str, said: str | None = None, **fields: Any) -> ApplySocialCriteria:
    """State that lots have a criterion; `said`: when that is recorded."""
    told: dict[str, Any] = {
        "at": at(said or on), "tender_id": TENDER, "board": buyer(), "lot_ids": lots or ("LOT-0001",), "stated_on": DAY(on),
        "criteria": (SocialCriterion(kind="opp", where="contract-term"),),
    }  # fmt: skip
    return ApplySocialCriteria(**(told | fields))


def explained(on: str, *lots: str, **fields: Any) -> ExplainSocialCriteria:
    """State why lots have none."""
    decision = DecisionRef(dnr="TN 2026/3", decided_on=DAY(on), decided_by_role=Role(buyer()), paragraph="§ 12")
    told: dict[str, Any] = {
        "at": at(on), "tender_id": TENDER, "board": buyer(), "lot_ids": lots or ("LOT-0001",), "stated_on": DAY(on),
        "reason_code": "no-link-to-subject", "decision": decision,
        "reasons": "Tjänsten utförs av en enda person, och inget krav hör ihop med den.",
    }  # fmt: skip
    return ExplainSocialCriteria(**(told | fields))


def owed(told: Story, n: int | None = None) -> DutyState:
    """Give the duty, or its n-th one."""
    state: DutyState = told.state(f"duty/gs-8.criteria/{TENDER}" + (f"/{n}" if n else ""))
    return state


def took(told: Story, kind: type[Any]) -> list[Any]:
    """Give what was recorded of a kind."""
    return [envelope.data for envelope in told.told if isinstance(envelope.data, kind)]


# -- when it arises, who owes it, and when it is due


def test_the_board_that_buys_owes_a_statement() -> None:
    """A plan with services makes one SHOULD duty of the buying board, about the tender."""
    arose = took(planned(), DutyArose)[0]
    assert (arose.clause, arose.kind, arose.modality, arose.owed_by) == ("GS-8", "criteria", "should", buyer())
    assert (arose.duty_id, arose.object.type, arose.object.id) == (f"gs-8.criteria/{TENDER}", "tender", TENDER)
    assert arose.trigger_on == DAY("2026-03-02")


@rows(
    "publication, precision, due",
    gotland=[
        ("2026-03-20", "day", "2026-03-19"),
        ("2026-03-23", "day", "2026-03-20"),  # a Monday: the Friday before
        ("2026-04-07", "day", "2026-04-02"),  # after Easter
        ("2026-06-01", "month", "2026-05-29"),
        ("2026-04-01", "quarter", "2026-03-31"),
        ("2026-03-03", "day", "2026-03-02"),
        ("2026-03-01", "month", "2026-03-02"),  # planned for a month that has begun: at once
    ],
    norrvinge=[
        ("2026-03-20", "day", "2026-03-17"),
        ("2026-03-23", "day", "2026-03-18"),
        ("2026-04-07", "day", "2026-03-31"),  # before Easter
        ("2026-06-01", "month", "2026-05-27"),
        ("2026-04-01", "quarter", "2026-03-27"),
        ("2026-03-05", "day", "2026-03-02"),
        ("2026-03-01", "month", "2026-03-02"),
    ],
)
def test_it_is_due_some_working_days_before_the_planned_publication(publication: str, precision: str, due: str) -> None:
    """The day of a month or quarter is its first; never before the plan itself."""
    assert owed(planned(publication, precision)).due_on == DAY(due)


def test_a_plan_without_a_day_makes_an_undated_duty() -> None:
    """It stays open, is never late, and is done when it is done."""
    told = planned(None)
    assert (owed(told).due_on, classify(owed(told), DAY("2027-01-01"))) == (None, "open")
    assert took(told, DutyArose)[0].interpretation_id.startswith("criteria.before-publication@")
    assert classify(owed(told.given(applied("2026-05-04"))), DAY("2027-01-01")) == "done"


def test_a_plan_that_gets_a_day_dates_its_duty() -> None:
    """And another day moves it."""
    told = planned(None)
    for day, due in (
        ("2026-03-20", here("2026-03-19", "2026-03-17")),
        ("2026-03-27", here("2026-03-26", "2026-03-24")),
    ):
        told.given(
            plan("2026-03-02", on="2026-03-09", planned_publication=PlannedPublication(date=DAY(day), precision="day"))
        )
        assert owed(told).due_on == DAY(due)
    assert [event.reason_code for event in took(told, DutyRescheduled)] == ["dated", "dated"]


def test_a_publication_without_a_plan_asks_for_it_afterwards() -> None:
    """Some working days from the publication."""
    told = begin(publish("2026-03-02"))
    assert (owed(told).owed_by, owed(told).due_on) == here(
        ("buying-board:executive", DAY("2026-03-09")), ("buying-board:works", DAY("2026-03-12"))
    )


def test_published_unstated_the_new_day_takes_the_old_one_s_place() -> None:
    """Some working days from the publication, unless it was overdue already."""
    assert owed(planned("2026-03-20").given(publish("2026-03-10"))).due_on == DAY(here("2026-03-17", "2026-03-20"))
    assert owed(planned("2026-03-20").given(publish("2026-03-23"))).due_on == DAY(here("2026-03-19", "2026-03-17"))


def test_supplies_and_works_ask_for_nothing() -> None:
    """The clause is about services."""
    for nature in ("supplies", "works"):
        told = begin(publish("2026-03-02", lot().model_copy(update={"nature": nature})))
        assert took(told, DutyArose) == []


def test_another_buyer_s_tender_asks_for_nothing() -> None:
    """The authority owes a statement on its own procurements."""
    assert took(begin(publish("2026-03-02", buyers=(OUTSIDER,))), DutyArose) == []


# -- complying


@pytest.mark.parametrize(
    ("says", "where"),
    [
        ({"reserved": ("res-ws",)}, "reservation"),
        ({"reserved": ("res-pub-ser",)}, "reservation"),
        ({"reserved_execution": "yes"}, "reserved-execution"),
        ({"social_objectives": ("opp",)}, "specification"),
    ],
)
def test_a_notice_that_has_criteria_complies_by_itself(says: dict[str, Any], where: str) -> None:
    """BT-71 other than none, BT-736 yes and BT-775 count; BT-06 is not asked for."""
    told = begin(publish("2026-03-02", lot(**says)))
    [statement] = took(told, SocialCriteriaApplied)
    assert (statement.basis, statement.criteria[0].where, statement.stated_on) == ("notice", where, DAY("2026-03-02"))
    assert classify(owed(told), DAY("2026-12-31")) == "done"


@pytest.mark.parametrize(
    "says", [{}, {"reserved": ("none",)}, {"reserved_execution": "no"}, {"reserved_execution": "not-known"}]
)
def test_a_notice_that_has_none_leaves_it_open(says: dict[str, Any]) -> None:
    """What is not reserved and names no objective states nothing."""
    told = begin(publish("2026-03-02", lot(**says)))
    assert (took(told, SocialCriteriaApplied), owed(told).end) == ([], None)


def test_a_notice_that_is_read_late_needs_no_other_proof() -> None:
    """It was public on its day: recorded late, and done in time."""
    told = begin(publish("2026-03-02", lot(reserved=("res-ws",)), at=at("2026-05-04")))
    assert classify(owed(told), DAY("2026-12-31")) == "done-recorded-late"


def test_every_lot_of_services_needs_a_statement() -> None:
    """One applied, one explained; supplies beside them need none."""
    goods = lot("LOT-0003").model_copy(update={"nature": "supplies"})
    told = planned("2026-03-20", "day", lot("LOT-0001"), lot("LOT-0002"), goods)
    told.given(applied("2026-03-09", "LOT-0001"))
    assert owed(told).end is None
    told.given(explained("2026-03-10", "LOT-0002"))
    assert (owed(told).end, owed(told).acted_on, len(owed(told).evidence)) == ("discharged", DAY("2026-03-10"), 2)


def test_it_is_done_on_the_day_of_its_last_statement() -> None:
    """In whatever order they are recorded."""
    told = planned("2026-03-20", "day", lot("LOT-0001"), lot("LOT-0002"))
    told.given(applied("2026-03-06", "LOT-0001"), applied("2026-03-03", "LOT-0002", said="2026-03-09"))
    assert owed(told).acted_on == DAY("2026-03-06")


def test_a_statement_after_the_due_day_is_late_and_no_breach() -> None:
    """SHOULD is never a breach."""
    told = planned("2026-03-20").given(applied("2026-03-24"))
    assert (classify(owed(told), DAY("2026-12-31")), is_breach(owed(told), DAY("2026-12-31"))) == ("done-late", False)


def test_an_unstated_one_is_not_done_and_no_breach() -> None:
    """It is shown, and nobody broke the policy by law."""
    told = planned("2026-03-20")
    assert (classify(owed(told), DAY("2026-03-20")), is_breach(owed(told), DAY("2026-12-31"))) == ("not-done", False)


def test_what_is_said_afterwards_to_have_been_stated_in_time_needs_proof() -> None:
    """A document of that time, or a second person."""
    told = planned("2026-03-20")
    told.when(applied("2026-03-17", said="2026-04-01")).refused(NOT_APPROVED)
    shown = DocumentRef(dnr="TN 2026/4", sha256="ab" * 32, diarised_on=DAY("2026-03-17"), secrecy="none")
    told.given(applied("2026-03-17", said="2026-04-01", document=shown))
    assert classify(owed(told), DAY("2026-12-31")) == "done-recorded-late"


def test_reasons_are_a_decision_and_more_than_a_word() -> None:
    """Forty characters at least."""
    with pytest.raises(ValueError, match="at least 40 characters"):
        explained("2026-03-10", reasons="Det går inte.")
    with pytest.raises(ValueError, match="blanks around them not counted"):
        explained("2026-03-10", reasons=f"Det går inte.{' ' * 40}")
    told = planned().given(explained("2026-03-10"))
    assert took(told, SocialCriteriaNotAppropriate)[0].decision.paragraph == "§ 12"


def test_reasons_rest_on_a_decision_that_is_there_and_theirs() -> None:
    """Of the statement's day or before, by the board that buys or the executive board."""

    def decided(on: str = "2026-03-10", by: str = "") -> DecisionRef:
        return DecisionRef(dnr="TN 2026/3", decided_on=DAY(on), decided_by_role=Role(by or buyer()), paragraph="§ 12")

    planned().when(explained("2026-03-10", decision=decided("2026-03-11"))).refused(DECIDED_LATER)
    planned().when(explained("2026-03-10", decision=decided(by="buying-board:education"))).refused(OTHERS_DECISION)
    for decision in (decided("2026-03-09"), decided(by=EXECUTIVE_BOARD)):
        assert planned().when(explained("2026-03-10", decision=decision)).events()


# -- ending and arising anew


def test_a_cancelled_procurement_asks_for_nothing_more() -> None:
    """Voided before it is overdue; an overdue one goes on."""
    assert took(planned("2026-03-20").given(cancel("2026-03-10")), DutyVoided)[0].reason_code == "tender-cancelled"
    assert owed(planned("2026-03-20").given(cancel("2026-03-24"))).end is None


def test_an_overdue_statement_on_a_cancelled_tender_can_still_be_made() -> None:
    """It goes on, so it can be answered, late."""
    told = planned("2026-03-20").given(cancel("2026-03-24"), explained("2026-03-26"))
    assert (owed(told).end, classify(owed(told), DAY("2026-12-31"))) == ("discharged", "done-late")


def test_it_dies_only_with_its_last_lot_of_services() -> None:
    """One lot given up leaves the others to be stated on (edge rule 13)."""
    told = planned("2026-03-20", "day", lot("LOT-0001"), lot("LOT-0002")).given(cancel("2026-03-09", "LOT-0001"))
    assert owed(told).end is None
    assert owed(told.given(cancel("2026-03-10", "LOT-0002"))).end == "voided"


def test_giving_up_the_one_lot_that_was_not_stated_on_completes_it() -> None:
    """What is left is covered."""
    told = planned("2026-03-20", "day", lot("LOT-0001"), lot("LOT-0002")).given(applied("2026-03-09", "LOT-0001"))
    assert owed(told.given(cancel("2026-03-11", "LOT-0002"))).end == "discharged"


def test_an_amendment_that_removes_the_criteria_asks_anew() -> None:
    """A new duty with the next number, some working days from the amendment."""
    told = begin(publish("2026-03-02", lot(reserved=("res-ws",))))
    told.given(amend("2026-03-09", TenderChange(pointer="/lots/0/reserved", before=["res-ws"], after=["none"])))
    assert (owed(told).end, owed(told, 2).end) == ("discharged", None)
    assert owed(told, 2).due_on == DAY(here("2026-03-16", "2026-03-19"))


def test_an_amendment_that_adds_a_lot_asks_for_nothing_anew() -> None:
    """Only one that removes criteria does."""
    told = begin(publish("2026-03-02", lot(reserved=("res-ws",))))
    new = lot("LOT-0002").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    told.given(amend("2026-03-09", TenderChange(pointer="/lots/-", after=new)))
    assert [event.duty_id for event in took(told, DutyArose)] == [f"gs-8.criteria/{TENDER}"]


def test_an_amendment_that_brings_services_asks_for_a_statement() -> None:
    """There was nothing to state before it."""
    goods = lot("LOT-0001").model_copy(update={"nature": "supplies"})
    told = begin(publish("2026-03-02", goods))
    told.given(amend("2026-03-09", TenderChange(pointer="/lots/0/nature", after="services")))
    assert owed(told).due_on == DAY(here("2026-03-16", "2026-03-19"))


def test_an_amendment_that_takes_away_the_last_unstated_lot_completes_it() -> None:
    """What is left is covered."""
    told = begin(publish("2026-03-02", lot("LOT-0001", reserved=("res-ws",)), lot("LOT-0002")))
    told.given(amend("2026-03-05", TenderChange(pointer="/lots/1")))
    assert (owed(told).end, owed(told).acted_on) == ("discharged", DAY("2026-03-05"))


def test_an_amendment_of_something_else_asks_for_nothing() -> None:
    """The criteria stand."""
    told = begin(publish("2026-03-02", lot(reserved=("res-ws",))))
    told.given(amend("2026-03-09", TenderChange(pointer="/lots/0/nuts", after=["SE21"])))
    assert [event.duty_id for event in took(told, DutyArose)] == [f"gs-8.criteria/{TENDER}"]


def test_an_amendment_that_adds_criteria_complies() -> None:
    """What the changed notice says counts from its day."""
    told = begin(publish("2026-03-02"))
    told.given(amend("2026-03-09", TenderChange(pointer="/lots/0/socialObjectives", after=["opp"])))
    assert took(told, DutyDischarged)[0].acted_on == DAY("2026-03-09")


# -- when a rule says no


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"board": "buying-board:education"}, OTHER_BOARD),
        ({"stated_on": DAY("2026-03-11")}, IN_FUTURE),
        ({"lot_ids": ("LOT-0009",)}, LOT_UNKNOWN),
        ({"lot_ids": ("LOT-0002",)}, NOT_SERVICES),
    ],
)
def test_a_statement_fits_its_tender(fields: dict[str, Any], because: Any) -> None:
    """The board's own tender, a day that has come, and lots of services."""
    goods = lot("LOT-0002").model_copy(update={"nature": "works"})
    planned("2026-03-20", "day", lot("LOT-0001"), goods).when(applied("2026-03-10", **fields)).refused(because)


def test_a_statement_needs_an_own_tender() -> None:
    """An unknown one and another buyer's take none."""
    story(rules(authority()), PROCUREMENT_OFFICE).when(applied("2026-03-10")).refused(UNKNOWN)
    begin(publish("2026-03-02", buyers=(OUTSIDER,))).when(applied("2026-03-10")).refused(NOT_OWN)


# -- waived


def let_go(by: str = "", board: str | None = "", **fields: Any) -> WaiveDuty:
    """Let the statement go, on 10 March; decided and recorded by the board that buys, unless another is named."""
    named: dict[str, Any] = {"command": WaiveOfBoard, "board": board or buyer()} if board is not None else {}
    return waived("2026-03-10", f"gs-8.criteria/{TENDER}", by=by or buyer(), **named, **fields)


def test_the_buying_board_lets_its_own_statement_go() -> None:
    """By delegation, by a paragraph of its own or of the executive board; no other body decides it or records it."""
    for command in (let_go(), let_go(paragraph="§ 3"), let_go(by=EXECUTIVE_BOARD, paragraph="§ 3")):
        assert owed(planned().given(command)).end == "waived"
    planned().when(let_go(by="buying-board:education")).refused(MAY_NOT_WAIVE)
    planned().when(let_go(by=PROCUREMENT_OFFICE)).refused(MAY_NOT_WAIVE)
    planned().when(let_go(board="buying-board:education")).refused(OTHER_BOARD)
    planned().when(let_go(board=None)).refused(OTHER_BOARD)

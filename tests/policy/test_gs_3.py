"""GS-3: the social board may buy places at WISEs when there is a need; not to buy is never a breach."""

import pytest
from pydantic import ValidationError

from services.placements.domain import course, placement, purchase
from shared.contracts.placements import PlacementEnded, PlacementPurchased
from shared.policy.clause import GS_3, Modality
from tests.placements.stories import (
    PERSON,
    all_owed,
    bought,
    buy,
    cancel,
    decision,
    document,
    end,
    extend,
    placements,
    report_purchase,
    running,
    start,
    until_june,
)


def test_the_board_may_and_need_not_buy() -> None:
    """The clause is a permission: nobody owes a purchase, and a place that was bought owes nothing until it starts (GS-3)."""
    assert GS_3.modality is Modality.MAY
    assert all_owed(bought()) == {}


def test_a_purchase_rests_on_a_need_and_a_delegated_decision() -> None:
    """A place is bought with its decision, its need sealed, and how the enterprise stood (GS-3)."""
    [event] = placements().when(buy()).events()
    assert isinstance(event, PlacementPurchased)
    assert event.decision.delegation_point == "4.2"
    assert event.need is not None
    assert event.recognition_at_purchase == "recognised"


def test_an_officer_must_say_the_need_and_its_ground() -> None:
    """Without a decided need there is nothing to buy for (GS-3)."""
    with pytest.raises(ValidationError, match="need"):
        buy(need=None)
    with pytest.raises(ValidationError, match="legal_ground"):
        buy(legal_ground=None)


def test_a_report_may_leave_the_need_out() -> None:
    """Another system reports without what is personal; an officer adds it (GS-3)."""
    [event] = placements().when(report_purchase()).events()
    assert isinstance(event, PlacementPurchased)
    assert event.need is None


def test_a_need_is_a_secret_document() -> None:
    """The need is a document under OSL 26:1, never an open one (GS-3)."""
    with pytest.raises(ValidationError, match="osl-26-1"):
        buy(need=document(secrecy="none"))


def test_another_boards_decision_buys_nothing() -> None:
    """It is the social board that may buy places (GS-3)."""
    placements().when(buy(decision=decision("2026-01-05", decided_by_role="executive-board"))).refused(
        purchase.NOT_THE_BOARDS
    )


def test_a_decision_names_its_delegation_or_paragraph() -> None:
    """A decision says by which point of delegation, or by which paragraph, it was made (GS-3)."""
    bare = decision("2026-01-05", delegation_point=None)
    placements().when(buy(decision=bare)).refused(purchase.NOT_DELEGATED)
    assert placements().when(buy(decision=bare | {"paragraph": "§ 12"})).events()


@pytest.mark.parametrize(
    ("decided", "is_accepted"), [("2026-01-04", True), ("2026-01-05", True), ("2026-01-06", False)]
)
def test_the_need_is_decided_before_the_purchase(decided: str, is_accepted: bool) -> None:  # noqa: FBT001 - a table
    """A place is bought on the day of the decision or later (GS-3)."""
    outcome = placements().when(buy(decision=decision(decided)))
    if is_accepted:
        assert outcome.events()
    else:
        outcome.refused(purchase.DECIDED_LATER)


@pytest.mark.parametrize("standing", ["suspended", "not-recognised"])
def test_buying_elsewhere_is_shown_and_not_refused(standing: str) -> None:
    """The clause permits places at WISEs and forbids no other purchase: how the enterprise stood is recorded (GS-3)."""
    [event] = placements().when(buy(recognition_at_purchase=standing)).events()
    assert isinstance(event, PlacementPurchased)
    assert event.recognition_at_purchase == standing


@pytest.mark.parametrize(
    ("status", "recorded"),
    [
        ("recognised", "recognised"),
        ("suspended", "suspended"),
        ("withdrawn", "not-recognised"),
        (None, "not-recognised"),
    ],
)
def test_an_enterprise_stands_as_the_registry_says(status: str | None, recorded: str) -> None:
    """Only one that is recognised, or whose recognition rests, counts as a WISE at purchase (GS-3)."""
    assert purchase.recognition(status) == recorded


def test_a_protected_person_has_a_sealed_enterprise() -> None:
    """Where the person's identity is protected, the enterprise stands sealed and not in clear (GS-3)."""
    sealed = "01930000-0000-7000-8000-00000000e001"
    [event] = placements().when(buy(enterprise_id=None, enterprise_id_enc=sealed)).events()
    assert isinstance(event, PlacementPurchased)
    assert event.enterprise_id is None
    assert event.enterprise_id_enc is not None
    with pytest.raises(ValidationError, match="either"):
        buy(enterprise_id_enc=sealed)


def test_a_report_names_the_enterprise() -> None:
    """A report cannot seal anything, so it must name the enterprise (GS-3)."""
    placements().when(report_purchase(enterprise_id=None)).refused(purchase.NO_ENTERPRISE)


def test_a_place_is_bought_once() -> None:
    """A second purchase of one place is a mistake (GS-3)."""
    bought().when(buy()).refused(purchase.ALREADY_PURCHASED)


def test_a_purchase_of_tomorrow_has_not_happened() -> None:
    """What has not come yet is not recorded as done (GS-3)."""
    placements().when(buy("2026-01-06", at=buy().at)).refused(placement.IN_FUTURE)


def test_a_place_ends_after_it_starts() -> None:
    """The planned last day is not before the planned first (GS-3)."""
    placements().when(buy(planned_end="2026-01-11")).refused(purchase.ENDS_BEFORE_START)
    assert placements().when(buy(planned_end="2026-01-12")).events()


# The course of a place


def test_a_place_starts_once() -> None:
    """The same start again changes nothing; another one is a correction (GS-3)."""
    running().when(start()).then()
    running().when(start("2026-01-13")).refused(course.ALREADY_STARTED)


def test_only_a_bought_place_starts() -> None:
    """An unknown, cancelled or ended place does not start (GS-3)."""
    placements().when(start()).refused(placement.UNKNOWN)
    bought().given(cancel()).when(start()).refused(placement.CANCELLED)
    running().given(end("2026-02-02")).when(start("2026-02-03")).refused(placement.ENDED)


def test_a_start_lies_between_purchase_and_end() -> None:
    """A place starts on the day it was bought at the earliest, on its last day at the latest, and not tomorrow (GS-3)."""
    bought().when(start("2026-01-04")).refused(placement.BEFORE_PURCHASE)
    assert bought().when(start("2026-01-05")).events()
    bought().when(start("2026-01-13", at=start("2026-01-12").at)).refused(placement.IN_FUTURE)
    june = bought(planned_end="2026-06-30")
    june.when(start("2026-07-01")).refused(course.STARTS_AFTER_END)
    assert bought(planned_end="2026-06-30").when(start("2026-06-30")).events()


@pytest.mark.parametrize("phase", ["unknown", "bought", "ended", "cancelled"])
def test_only_a_running_place_is_extended_or_ended(phase: str) -> None:
    """A place that has not begun, or is over, is bought anew and not extended (GS-3)."""
    past, why = {
        "unknown": (placements(), placement.UNKNOWN),
        "bought": (bought(), placement.NOT_STARTED),
        "ended": (until_june().given(end("2026-02-02")), placement.ENDED),
        "cancelled": (bought().given(cancel()), placement.CANCELLED),
    }[phase]
    past.when(extend("2026-09-30")).refused(why)
    past.when(end("2026-06-02")).refused(why)


def test_an_extension_gives_a_later_day() -> None:
    """A shorter place is ended, with its reason, and not extended (GS-3)."""
    until_june().when(extend("2026-06-29")).refused(course.ENDS_EARLIER)
    until_june().when(extend("2026-06-30")).then()
    running().when(extend("2026-01-11")).refused(course.ENDS_EARLIER)
    assert running().when(extend("2026-01-12")).events()


def test_a_place_ends_on_its_first_day_at_the_earliest() -> None:
    """The last day is not before the first; the same end again changes nothing (GS-3)."""
    running().when(end("2026-01-11", at=end("2026-02-02").at)).refused(course.ENDED_BEFORE_START)
    running().given(end("2026-01-12")).when(end("2026-01-12")).then()


def test_an_officer_says_why_a_place_ended_and_what_came_of_it() -> None:
    """Reason and outcome are required, of fixed values, and sealed: not even an error repeats them (GS-3)."""
    for missing in ("end_reason", "outcome"):
        with pytest.raises(ValidationError):
            end("2026-02-02", **{missing: None})
    with pytest.raises(ValidationError) as told:
        end("2026-02-02", end_reason="cancer")
    assert "cancer" not in str(told.value.errors(include_input=False))
    event = next(e for e in running().when(end("2026-02-02")).events() if isinstance(e, PlacementEnded))
    assert "employment" not in repr(event)


def test_a_place_is_cancelled_before_it_starts_only() -> None:
    """One that runs is ended; a second cancellation says nothing new (GS-3)."""
    running().when(cancel("2026-01-13")).refused(course.ALREADY_STARTED)
    running().given(end("2026-02-02")).when(cancel("2026-02-03")).refused(placement.ENDED)
    placements().when(cancel()).refused(placement.UNKNOWN)
    bought().given(cancel()).when(cancel("2026-01-12")).then()


def test_what_is_personal_goes_under_the_key_of_this_place() -> None:
    """A reference of another place would seal it under another person's key (GS-3)."""
    other = PERSON.replace("d001", "d002")
    until_june().when(extend("2026-09-30", reason="Behovet består.", subject_ref=other)).refused(
        placement.OTHER_SUBJECT
    )
    running().when(end("2026-02-02", subject_ref=other)).refused(placement.OTHER_SUBJECT)
    bought().when(cancel(reason="Ångrade sig.", subject_ref=other)).refused(placement.OTHER_SUBJECT)
    with pytest.raises(ValidationError, match="subjectRef"):
        extend("2026-09-30", reason="Behovet består.")

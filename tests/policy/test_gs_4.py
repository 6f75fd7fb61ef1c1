"""GS-4: the social board follows up every place that it bought. The policy sets no day count; these are local deadlines."""

from datetime import date
from typing import Any

import pytest

from services.placements.domain import follow_up as rules
from services.placements.domain import placement
from shared.contracts.duty import DutyArose, DutyDischarged, DutyRescheduled, DutyVoided
from shared.contracts.placements import FollowUpCompleted, PlacementEnded, PlacementExtended
from shared.contracts.values import Id
from shared.policy.duty.commands import APPROVED_BY_ACTOR, ENDED, MAY_NOT_WAIVE, NOT_APPROVED, SAME_PERSON
from shared.policy.duty.life import classify, is_breach
from tests.authorities import here, rows
from tests.placements.stories import (
    FINAL,
    FIRST,
    LOSS,
    PERSON,
    PLACE,
    REVIEW,
    all_owed,
    anew,
    arose,
    bought,
    buy,
    cancel,
    decision,
    decline,
    document,
    end,
    extend,
    follow_up,
    has_arisen,
    let_pass,
    lose,
    owed,
    placements,
    plan,
    recurring,
    regain,
    report_end,
    review,
    running,
    start,
    term,
    told,
    until_june,
    waive,
    with_provider,
)
from tests.spec import ACTOR, at, event_id


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


# First


def test_a_place_that_starts_is_to_be_followed_up() -> None:
    """The first follow-up is due some days after the start, rolled: 12 April 2026, the 90th, is a Sunday (GS-4)."""
    value, due, unit = here(("90", "2026-04-13", "Socialnämnden"), ("60", "2026-03-13", "Välfärdsnämnden"))
    happened = bought().when(start()).events()
    assert happened[1:] == [
        arose(FIRST, "2026-01-12", due, (term("follow-up.first", value, due),)).model_copy(
            update={"role": "social-board", "unit": unit}
        )
    ]


def test_a_follow_up_discharges_the_duty_that_it_names() -> None:
    """Held on the due day, with the duty's id, it is done in time (GS-4)."""
    due = here("2026-04-13", "2026-03-13")
    past = running().given(follow_up(due))
    assert owed(past).acted_on == day(due)
    assert classify(owed(past), day("2026-12-31")) == "done"


def test_a_follow_up_after_the_due_day_is_late_and_a_breach() -> None:
    """One day late is late, and stays a breach of the clause (GS-4)."""
    past = let_pass(running(), "2026-04-14").given(follow_up("2026-04-14"))
    assert classify(owed(past), day("2026-12-31")) == "done-late"
    assert is_breach(owed(past), day("2026-12-31"))


def test_a_follow_up_that_is_never_held_is_escalated_twice() -> None:
    """Overdue, then to the unit's head, then to the board; it is not done (GS-4)."""
    past = let_pass(running(), "2026-12-31")
    assert {"overdue", "unit-head", "board"} <= owed(past).steps
    assert classify(owed(past), day("2026-12-31")) == "not-done"


def test_an_overdue_first_follow_up_can_still_be_held() -> None:
    """Overdue GS-4 duties go on until they are done (GS-4)."""
    past = let_pass(running(), "2026-09-01").given(follow_up("2026-09-01"))
    assert owed(past).end == "discharged"


@rows(
    "ended, becomes",
    gotland=[("2026-04-12", "voided"), ("2026-04-13", "voided"), ("2026-04-14", None)],
    norrvinge=[("2026-03-12", "voided"), ("2026-03-13", "voided"), ("2026-03-14", None)],
)
def test_an_end_by_the_due_day_voids_the_first(ended: str, becomes: str | None) -> None:
    """The final follow-up takes over, unless the first was overdue when the place ended (GS-4)."""
    past = let_pass(running(), ended).given(end(ended))
    assert owed(past).end == becomes
    assert has_arisen(past, FINAL)


def test_an_end_that_is_known_late_voids_a_first_that_was_recorded_as_overdue() -> None:
    """The place ended before the due day: the first was never owed, whatever was recorded meanwhile (timing rule 6)."""
    past = let_pass(running(), "2026-04-20").given(end(here("2026-03-31", "2026-03-10")), on=at("2026-04-20"))
    assert owed(past).is_overdue
    assert classify(owed(past), day("2026-04-20")) == "voided"
    assert not is_breach(owed(past), day("2026-12-31"))


def test_a_follow_up_counts_from_the_start() -> None:
    """A conversation before the first day follows nothing up (GS-4)."""
    bought().given(start("2026-01-20")).when(follow_up("2026-01-19")).refused(rules.BEFORE_START)
    assert bought().given(start("2026-01-20")).when(follow_up("2026-01-20")).events()


def test_a_start_that_is_recorded_late_opens_the_duty_with_its_lawful_day() -> None:
    """The due day goes by the start; how late it was known is shown apart (edge rule 6)."""
    past = bought().given(start(), on=at("2026-06-01"))
    assert owed(past).due_on == day(here("2026-04-13", "2026-03-13"))
    assert told(past, FIRST, DutyArose)[-1].known_late_days == 140


# Recurring


def test_the_next_follow_up_arises_when_the_former_is_due() -> None:
    """At 00:00 of the day on which the first is due, rolled to a working day, and due by both terms together (GS-4)."""
    before, first, second = here(("2026-04-12", "2026-04-13", "2026-10-09"), ("2026-03-12", "2026-03-13", "2026-07-13"))
    assert not has_arisen(let_pass(running(), before), recurring(1))
    past = let_pass(running(), first)
    assert (owed(past, recurring(1)).trigger_on, owed(past, recurring(1)).due_on) == (
        day(first),
        day(second),
    )


def test_the_arithmetic_of_a_recurring_follow_up_is_told() -> None:
    """Both local deadlines stand in the duty, each with the day that it gives (GS-4)."""
    past = let_pass(running(), here("2026-04-13", "2026-03-13"))
    [event] = told(past, recurring(1), DutyArose)
    assert event.terms == here(
        (term("follow-up.first", "90", "2026-04-12"), term("follow-up.recurring", "180 × 1", "2026-10-09")),
        (term("follow-up.first", "60", "2026-03-13"), term("follow-up.recurring", "120 × 1", "2026-07-13")),
    )
    assert event.ordinal == 1


def test_it_arises_also_where_the_former_was_done_early() -> None:
    """Done or not, the row of follow-ups goes on (GS-4)."""
    past = let_pass(running().given(follow_up("2026-02-02")), here("2026-04-13", "2026-03-13"))
    assert owed(past, recurring(1)).due_on == day(here("2026-10-09", "2026-07-13"))


def test_a_late_follow_up_moves_no_other() -> None:
    """All are anchored to the start: the first term and n times the second after it (GS-4)."""
    past = let_pass(running(), "2026-06-30").given(follow_up("2026-06-30"))
    let_pass(past, "2028-04-10")
    dues = [owed(past, recurring(n)).due_on for n in (1, 2, 3, 4)]
    assert dues == [
        day(due)
        for due in here(
            ("2026-10-09", "2027-04-07", "2027-10-04", "2028-04-03"),
            ("2026-07-13", "2026-11-09", "2027-03-08", "2027-07-06"),
        )
    ]


def test_each_is_discharged_by_its_own_follow_up() -> None:
    """One act discharges one duty, named by its id (timing rule 10)."""
    past = let_pass(running(), "2026-10-09").given(follow_up("2026-10-09", recurring(1)))
    assert owed(past, recurring(1)).end == "discharged"
    assert owed(past).end is None
    assert owed(past, recurring(2)).end is None


def test_none_arises_after_the_place_has_ended() -> None:
    """The final follow-up is the last (GS-4)."""
    past = let_pass(running().given(end(here("2026-04-10", "2026-03-10"))), "2027-12-31")
    assert set(all_owed(past)) == {FIRST, FINAL}


def test_one_that_arose_after_an_end_known_late_is_voided() -> None:
    """Ended on 31 March and told on 20 April: what arose meanwhile was never owed (GS-4)."""
    past = let_pass(running(), "2026-04-20").given(end("2026-03-31"), on=at("2026-04-20"))
    assert owed(past, recurring(1)).end == "voided"


def test_a_waived_follow_up_is_followed_by_the_next() -> None:
    """To let one go lets go no other (GS-4)."""
    past = let_pass(running().given(waive()), "2026-04-13")
    assert has_arisen(past, recurring(1))


# Final


def test_a_planned_end_opens_the_final_follow_up_at_the_start() -> None:
    """It is due some days after the last day (GS-4)."""
    past = until_june()
    assert (owed(past, FINAL).trigger_on, owed(past, FINAL).due_on) == (
        day("2026-01-12"),
        day(here("2026-07-30", "2026-07-21")),
    )


def test_a_place_without_an_end_owes_a_final_follow_up_once_it_ends() -> None:
    """Until further notice there is no day to count from (GS-4)."""
    assert not has_arisen(running(), FINAL)
    assert owed(running().given(end("2026-03-02")), FINAL).due_on == day(here("2026-04-01", "2026-03-23"))


def test_an_extension_moves_the_final_follow_up_only() -> None:
    """The final one follows the new last day; the first stays (edge rule 3)."""
    before, after = here(("2026-07-30", "2026-10-30"), ("2026-07-21", "2026-10-21"))
    until_june().when(extend("2026-09-30", "2026-03-02")).then(
        PlacementExtended(
            placement_id=PLACE, previous_end=day("2026-06-30"), new_end=day("2026-09-30"),
            decision=extend("2026-09-30", "2026-03-02").decision, decided_on=day("2026-03-02"),
        ),
        DutyRescheduled(
            duty_id=FINAL, previous_due_on=day(before), new_due_on=day(after), cause_event_id=event_id(4),
            reason_code="extended",
        ),
    )  # fmt: skip


def test_an_end_moves_the_final_follow_up() -> None:
    """The last day as it was counts, not as it was planned (GS-4)."""
    past = until_june().given(end("2026-04-01"))
    assert owed(past, FINAL).due_on == day(here("2026-05-04", "2026-04-22"))  # 1 May is a holiday, 2 and 3 a weekend


def test_an_overdue_final_follow_up_stays_overdue() -> None:
    """Neither an extension nor an end moves what is overdue (edge rule 3)."""
    past = let_pass(until_june(), "2026-07-31").given(extend("2026-12-31", "2026-07-31"))
    assert owed(past, FINAL).due_on == day(here("2026-07-30", "2026-07-21"))
    past.given(end("2026-08-31"))
    assert owed(past, FINAL).due_on == day(here("2026-07-30", "2026-07-21"))
    assert owed(past, FINAL).end is None


def test_the_day_makes_it_overdue_and_not_the_clock() -> None:
    """A clock that stood still on the day after due changes nothing: what has passed is overdue (timing rule 3)."""
    due, day_after, moved = here(("2026-07-30", "2026-07-31", "2027-02-01"), ("2026-07-21", "2026-07-22", "2027-01-21"))
    past = until_june().given(extend("2026-12-31", day_after))
    assert owed(past, FINAL).due_on == day(due)
    past = until_june().given(extend("2026-12-31", due))
    assert owed(past, FINAL).due_on == day(moved)


def test_an_extension_of_a_place_without_an_end_opens_no_final() -> None:
    """Its end will (readings: GS-4)."""
    past = running().given(extend("2026-09-30", "2026-06-01"))
    assert not has_arisen(past, FINAL)
    assert owed(past.given(end("2026-09-30")), FINAL).due_on == day(here("2026-10-30", "2026-10-21"))


@rows(
    "held, is_accepted",
    gotland=[("2026-06-15", False), ("2026-06-16", True), ("2026-06-17", True)],
    norrvinge=[("2026-06-22", False), ("2026-06-23", True)],
)
def test_the_final_follow_up_is_held_about_the_end(held: str, is_accepted: bool) -> None:  # noqa: FBT001 - a table
    """At the earliest some days before the last day (GS-4)."""
    outcome = until_june().when(follow_up(held, FINAL))
    if is_accepted:
        assert outcome.events()
    else:
        outcome.refused(rules.TOO_EARLY_FOR_FINAL)


@rows(
    "held, is_accepted",
    gotland=[("2026-06-15", False), ("2026-06-16", True)],
    norrvinge=[("2026-06-22", False), ("2026-06-23", True)],
)
def test_the_final_follow_up_has_its_window_also_once_the_place_has_ended(held: str, is_accepted: bool) -> None:  # noqa: FBT001 - a table
    """The last day as it was counts: long before it, a conversation was about something else (GS-4)."""
    outcome = until_june().given(end("2026-06-30")).when(follow_up(held, FINAL, at=at("2026-07-01")))
    if is_accepted:
        assert outcome.events()
    else:
        outcome.refused(rules.TOO_EARLY_FOR_FINAL)


@pytest.mark.parametrize(("held", "is_accepted"), [("2026-06-15", False), ("2026-08-10", True), ("2026-12-16", True)])
def test_an_overdue_final_can_be_held_though_the_place_was_extended(held: str, is_accepted: bool) -> None:  # noqa: FBT001 - a table
    """Its due day stayed, so it is held about the former end and not in the window of the new one (edge rule 3)."""
    past = let_pass(until_june(), "2026-08-03").given(extend("2026-12-31", "2026-08-03"))
    outcome = past.when(follow_up(held, FINAL, at=at("2026-12-16"), approved_by="staff-9"))
    if is_accepted:
        assert outcome.events()
    else:
        outcome.refused(rules.TOO_EARLY_FOR_FINAL)


def test_an_extension_after_a_final_follow_up_calls_for_another() -> None:
    """The place goes on, so its new end is followed up too (timing rule 4)."""
    past = until_june().given(follow_up("2026-06-24", FINAL), extend("2026-09-30", "2026-06-26"))
    assert owed(past, FINAL).end == "discharged"
    assert (owed(past, anew(FINAL)).trigger_on, owed(past, anew(FINAL)).due_on) == (
        day("2026-06-26"),
        day(here("2026-10-30", "2026-10-21")),
    )


def test_an_end_after_a_final_follow_up_calls_for_no_other() -> None:
    """It was held about the end (GS-4)."""
    past = until_june().given(follow_up("2026-06-24", FINAL), end("2026-06-30"))
    assert not has_arisen(past, anew(FINAL))


def test_a_waived_final_follow_up_stays_waived() -> None:
    """Only one that was held is followed by another when the place is extended (readings)."""
    past = until_june().given(waive("2026-06-01", FINAL), extend("2026-09-30", "2026-06-22"))
    assert not has_arisen(past, anew(FINAL))


def test_an_end_voids_the_first_and_moves_the_final_in_one_append() -> None:
    """What an end does to the duties is recorded with it, in the order of the clauses (GS-4)."""
    events = until_june().when(end("2026-03-02")).events()
    assert [type(event) for event in events] == [PlacementEnded, DutyVoided, DutyRescheduled]


def test_a_cancelled_place_owes_nothing() -> None:
    """It never began, so there is nothing to follow up (GS-4)."""
    assert all_owed(bought().given(cancel())) == {}


# The conversation


def test_a_follow_up_has_a_day_a_method_a_result_and_an_officer() -> None:
    """That is its evidence; the document and what the person said are sealed (GS-4)."""
    event = next(
        e for e in running().when(follow_up(user_view="Trivs bra.")).events() if isinstance(e, FollowUpCompleted)
    )
    assert (event.held_on, event.method, event.result, event.officer) == (
        day("2026-03-25"), "three-party-meeting", "as-agreed", "staff-7",
    )  # fmt: skip
    assert "Trivs" not in repr(event)


def test_a_follow_up_names_its_duty_unless_it_is_extra() -> None:
    """An extra conversation discharges nothing (GS-4)."""
    running().when(follow_up(duty_id=None, kind="first")).refused(rules.DUTY_MISSING)
    past = running().given(follow_up(duty_id=None))
    assert owed(past).end is None


def test_a_follow_up_is_of_its_duty_s_kind() -> None:
    """The kinds must be alike, and the duty this place's and open (GS-4)."""
    running().when(follow_up(kind="final")).refused(rules.OTHER_KIND)
    running().when(follow_up(kind="extra")).refused(rules.OTHER_KIND)
    running().when(follow_up(duty_id=recurring(7))).refused(rules.DUTY_UNKNOWN)
    running().given(follow_up()).when(follow_up("2026-03-26", n=2)).refused(rules.DUTY_ENDED)


def test_the_same_follow_up_again_changes_nothing() -> None:
    """It was held once (GS-4)."""
    running().given(follow_up()).when(follow_up()).then()


def test_a_follow_up_of_tomorrow_has_not_been_held() -> None:
    """It is planned instead (GS-4)."""
    running().when(follow_up("2026-03-26", at=at("2026-03-25"))).refused(placement.IN_FUTURE)


def test_a_place_that_was_not_bought_or_was_cancelled_is_not_followed_up() -> None:
    """There is nothing to talk about (GS-4)."""
    placements().when(follow_up()).refused(placement.UNKNOWN)
    bought().given(cancel()).when(follow_up(duty_id=None)).refused(placement.CANCELLED)


def test_nothing_is_planned_or_reviewed_of_a_place_that_is_not_there() -> None:
    """Nor of one that was cancelled, nor under another place's reference (GS-4)."""
    placements().when(plan()).refused(placement.UNKNOWN)
    placements().when(review()).refused(placement.UNKNOWN)
    bought().given(cancel()).when(plan()).refused(placement.CANCELLED)
    bought().given(cancel()).when(review()).refused(placement.CANCELLED)
    other = PERSON.replace("d001", "d002")
    running().when(plan(subject_ref=other)).refused(placement.OTHER_SUBJECT)
    running().when(follow_up(subject_ref=other)).refused(placement.OTHER_SUBJECT)
    running().given(lose()).when(review(subject_ref=other)).refused(placement.OTHER_SUBJECT)


def test_a_person_may_decline() -> None:
    """Declining ends no duty: the place is followed up with the provider alone (edge rule 4)."""
    past = running().given(decline())
    assert owed(past).end is None
    past.given(follow_up(**with_provider()))
    assert owed(past).end == "discharged"


def test_declining_leaves_the_place_as_it_is() -> None:
    """A no to a follow-up is no end of the place, and a cancelled place has nothing to decline (edge rule 4)."""
    assert running().given(decline(scope="place")).state(f"placement/{PLACE}").phase == "running"
    placements().when(decline()).refused(placement.UNKNOWN)
    bought().given(cancel()).when(decline()).refused(placement.CANCELLED)
    running().when(decline(reason="Vill inte.", subject_ref=PERSON.replace("d001", "d002"))).refused(
        placement.OTHER_SUBJECT
    )


def test_without_the_person_it_is_said_why() -> None:
    """With the provider alone there is a reason; with the person or a representative there is none (edge rule 4)."""
    running().when(follow_up(**with_provider(provider_only_reason=None))).refused(rules.NO_REASON)
    running().when(follow_up(**with_provider(with_=("user", "provider")))).refused(rules.REASON_WITH_USER)
    assert running().when(follow_up(with_=("representative", "provider"))).events()


@pytest.mark.parametrize("reason", ["deceased", "declined", "unreachable"])
def test_after_a_death_or_a_refusal_the_final_follow_up_is_with_the_provider(reason: str) -> None:
    """The place is followed up all the same (GS-4)."""
    past = running().given(
        end("2026-03-02"), follow_up("2026-03-20", FINAL, **with_provider(provider_only_reason=reason))
    )
    assert owed(past, FINAL).end == "discharged"


def test_a_follow_up_is_planned_and_moved() -> None:
    """Planning discharges nothing; the same one again gets another day, until it was held (GS-4)."""
    past = running().given(plan(), plan("2026-03-03", planned_for="2026-03-26"))
    assert owed(past).end is None
    past.given(follow_up())
    past.when(plan("2026-03-26")).refused(rules.COMPLETED)


def test_a_plan_is_for_an_open_duty_of_its_kind() -> None:
    """As the conversation is (GS-4)."""
    running().when(plan(duty_id=None)).refused(rules.DUTY_MISSING)
    running().when(plan(kind="final")).refused(rules.OTHER_KIND)
    assert running().when(plan(kind="extra", duty_id=None)).events()


# Review


def test_a_lost_recognition_calls_for_a_review() -> None:
    """Some working days after the loss; the place's own follow-ups go on (edge rule 1)."""
    past = running().given(lose())
    assert (owed(past, REVIEW).trigger_on, owed(past, REVIEW).due_on) == (
        day("2026-03-02"),
        day(here("2026-03-16", "2026-03-23")),
    )
    assert owed(past).end is None


def test_a_review_is_discharged_by_a_decision_on_the_place() -> None:
    """To continue, to move or to end: each is an answer (GS-4)."""
    for outcome in ("continue", "move", "end"):
        assert owed(running().given(lose(), review(outcome=outcome)), REVIEW).end == "discharged"


def test_a_place_that_is_bought_and_not_started_is_reviewed_too() -> None:
    """It was bought and is not over (GS-4)."""
    assert has_arisen(bought().given(lose("2026-01-08")), REVIEW)


def test_a_place_that_is_over_is_not_reviewed() -> None:
    """There is nothing to decide (GS-4)."""
    assert not has_arisen(running().given(end("2026-02-02"), lose()), REVIEW)
    assert not has_arisen(bought().given(cancel(), lose()), REVIEW)
    assert not has_arisen(placements().given(lose()), REVIEW)


def test_an_end_or_a_cancellation_voids_the_review() -> None:
    """It lost its object before it was overdue; an overdue one goes on (GS-4)."""
    due, day_after = here(("2026-03-16", "2026-03-17"), ("2026-03-23", "2026-03-24"))
    assert owed(running().given(lose(), end(due)), REVIEW).void_reason == "placement-ended"
    assert owed(let_pass(running().given(lose()), day_after).given(end(day_after)), REVIEW).end is None
    assert owed(bought().given(lose("2026-01-08"), cancel()), REVIEW).void_reason == "placement-cancelled"


def test_another_loss_calls_for_another_review() -> None:
    """After the first was answered; while one is open none arises (timing rule 4)."""
    other = Id(LOSS.replace("f001", "f002"))
    assert not has_arisen(running().given(lose(), lose("2026-03-09", other)), anew(REVIEW))
    assert has_arisen(running().given(lose(), review(), lose("2026-06-01", other)), anew(REVIEW))


def test_the_same_loss_is_reviewed_once() -> None:
    """A repeated event calls for nothing new (edge rule 9)."""
    assert not has_arisen(running().given(lose(), review(), lose()), anew(REVIEW))


def test_a_corrected_loss_is_reviewed_by_its_right_day() -> None:
    """The review of a loss on the wrong day was never owed; the right day opens another (GS-4)."""
    past = running().given(lose(), regain(), lose("2026-03-04"))
    assert owed(past, REVIEW).void_reason == "trigger-corrected"
    assert owed(past, anew(REVIEW)).due_on == day(here("2026-03-18", "2026-03-25"))


def test_a_review_answers_a_loss_that_called_for_it() -> None:
    """It names the loss, is not dated before it, and is made once (GS-4)."""
    running().when(review()).refused(rules.NO_REVIEW_OWED)
    past = running().given(lose())
    past.when(review(cause_event_id=LOSS.replace("f001", "f002"))).refused(rules.NO_REVIEW_OWED)
    past.when(review("2026-03-01")).refused(rules.REVIEWED_BEFORE_CAUSE)
    past.when(review("2026-03-11", at=at("2026-03-10"))).refused(placement.IN_FUTURE)
    past.given(review()).when(review("2026-03-11")).refused(rules.DUTY_ENDED)


# Waiver


def test_a_waiver_is_the_board_s_decision_with_two_persons() -> None:
    """Proposer and approver differ, neither records it, and the board's decision names its delegation (GS-4)."""
    assert owed(running().given(waive())).end == "waived"
    running().when(waive(proposed_by="staff-3")).refused(SAME_PERSON)
    running().when(waive(approved_by=ACTOR)).refused(APPROVED_BY_ACTOR)
    other = decision("2026-03-02", decided_by_role="executive-board")
    running().when(waive(authority=other)).refused(MAY_NOT_WAIVE)
    running().when(waive(authority=decision("2026-03-02", delegation_point=None))).refused(MAY_NOT_WAIVE)


def test_a_waiver_s_reasons_are_sealed_under_this_place_s_key() -> None:
    """They are about a person (GS-4)."""
    running().when(waive(subject_ref=PERSON.replace("d001", "d002"))).refused(placement.OTHER_SUBJECT)
    [event] = running().when(waive()).events()
    assert "ort" not in repr(event)
    with pytest.raises(ValueError, match="reasonsEnc"):
        waive(reasons="Personen vistas på annan ort.")


def test_a_waiver_hides_no_breach() -> None:
    """What was overdue stays a breach after it was let go (timing rule 5)."""
    past = let_pass(running(), "2026-04-14").given(waive("2026-04-14"))
    assert classify(owed(past), day("2026-04-30")) == "waived"
    assert is_breach(owed(past), day("2026-04-30"))


def test_a_duty_ends_once() -> None:
    """What was done is not let go afterwards (timing rule 4)."""
    running().given(follow_up()).when(waive("2026-03-26")).refused(ENDED)


# Recorded late


@rows(
    "recorded, diarised, approved_by, why",
    gotland=[
        ("2026-04-13", "2026-06-01", None, None),  # on the due day nothing needs to be shown
        ("2026-04-14", "2026-04-20", None, None),  # 5 working days after the due day
        ("2026-04-14", "2026-04-21", None, NOT_APPROVED),
        ("2026-05-13", "2026-04-20", None, None),  # 30 days after the due day
        ("2026-05-14", "2026-04-20", None, NOT_APPROVED),
        ("2026-05-14", "2026-04-20", "staff-9", None),
        ("2026-04-14", "2026-04-21", "staff-9", None),
        ("2026-04-14", "2026-04-21", ACTOR, APPROVED_BY_ACTOR),
    ],
    norrvinge=[
        ("2026-03-13", "2026-06-01", None, None),
        ("2026-03-16", "2026-03-18", None, None),  # 3 working days after the due day
        ("2026-03-16", "2026-03-19", None, NOT_APPROVED),
        ("2026-04-02", "2026-03-18", None, None),  # 20 days after the due day
        ("2026-04-03", "2026-03-18", None, NOT_APPROVED),
        ("2026-04-03", "2026-03-18", "staff-9", None),
        ("2026-03-16", "2026-03-19", ACTOR, APPROVED_BY_ACTOR),
    ],
)
def test_a_follow_up_said_to_have_been_in_time_is_shown(
    recorded: str, diarised: str, approved_by: str | None, why: Any
) -> None:
    """By a document of that time inside the window, or by a second person (rebuttal clock)."""
    past = let_pass(running(), recorded)
    claim = follow_up(
        here("2026-04-10", "2026-03-10"), document=document(diarised), approved_by=approved_by, at=at(recorded)
    )
    if why is not None:
        past.when(claim).refused(why)
        return
    past.given(claim)
    in_time = recorded == here("2026-04-13", "2026-03-13")
    assert classify(owed(past), day("2026-12-31")) == ("done" if in_time else "done-recorded-late")
    assert not is_breach(owed(past), day("2026-12-31"))


@pytest.mark.parametrize("owed_as", ["recurring", "final"])
def test_every_follow_up_said_to_have_been_in_time_is_shown(owed_as: str) -> None:
    """The recurring and the final one as the first (rebuttal clock)."""
    if owed_as == "recurring":
        duty_id, past = recurring(1), running()
        held, recorded = here(("2026-10-09", "2026-10-12"), ("2026-07-13", "2026-07-14"))
    else:
        duty_id, past = FINAL, until_june()
        held, recorded = here(("2026-07-30", "2026-07-31"), ("2026-07-21", "2026-07-22"))
    let_pass(past, recorded)
    past.when(follow_up(held, duty_id, document=document("2027-01-04"), at=at(recorded))).refused(NOT_APPROVED)
    assert past.when(follow_up(held, duty_id, document=document(held), at=at(recorded))).events()


@rows(
    "recorded, approved_by, why",
    gotland=[
        ("2026-03-16", None, None),  # on the due day nothing needs to be shown
        ("2026-03-17", None, NOT_APPROVED),
        ("2027-03-01", None, NOT_APPROVED),
        ("2027-03-01", ACTOR, APPROVED_BY_ACTOR),
        ("2027-03-01", "staff-9", None),
    ],
    norrvinge=[
        ("2026-03-23", None, None),
        ("2026-03-24", None, NOT_APPROVED),
        ("2027-03-01", None, NOT_APPROVED),
        ("2027-03-01", ACTOR, APPROVED_BY_ACTOR),
        ("2027-03-01", "staff-9", None),
    ],
)
def test_a_review_said_to_have_been_in_time_is_approved(recorded: str, approved_by: str | None, why: Any) -> None:
    """A review cites no diarised document, so a second person answers for it (rebuttal clock)."""
    past = let_pass(running().given(lose()), "2026-04-30")
    claim = review("2026-03-10", approved_by=approved_by, at=at(recorded))
    if why is not None:
        past.when(claim).refused(why)
        return
    past.given(claim)
    assert not is_breach(owed(past, REVIEW), day("2027-04-01"))
    assert told(past, REVIEW, DutyDischarged)[-1].approved_by == approved_by


def test_a_rebuttal_leaves_the_overdue_event() -> None:
    """It was recorded as overdue, and that is never taken back (timing rule 6)."""
    held, after = here(("2026-04-10", "2026-04-14"), ("2026-03-10", "2026-03-16"))
    past = let_pass(running(), after).given(follow_up(held, document=document(held), at=at(after)))
    assert owed(past).is_overdue
    assert told(past, FIRST, DutyDischarged)[-1].rebuts


# Reports from other systems


def test_a_report_opens_the_same_duties() -> None:
    """A place that another system reported is followed up like any other (GS-4)."""
    past = until_june().given(report_end("2026-03-02"))
    assert owed(past, FINAL).due_on == day(here("2026-04-01", "2026-03-23"))


def test_a_place_that_started_before_duties_began_owes_no_first() -> None:
    """The authority's duties begin in 2026; a fact before that opens none (readings)."""
    old = buy("2025-11-03", planned_start="2025-11-10")
    assert all_owed(placements().given(old, start("2025-11-10"))) == {}

"""DF review: a recognition is looked at again in time, with all five criteria assessed anew and a decision. A local duty."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.recognition import REVIEW_INCOMPLETE, REVIEW_TOO_EARLY
from shared.contracts.duty import DutyArose, DutyDischarged, DutyEscalated, DutyRescheduled, DutyVoided, ObjectRef, Term
from shared.contracts.registry import EnterpriseRecognised
from shared.contracts.values import DutyId
from shared.deciding import OUT_OF_RANGE, TO_COME, Refused
from shared.policy.clause import Modality
from shared.policy.duty.commands import (
    APPROVED_BY_ACTOR,
    CORRECTION_NOT_APPROVED,
    MAY_NOT_WAIVE,
    NOT_APPROVED,
    SAME_PERSON,
)
from shared.policy.duty.life import DutyState, classify, is_breach
from shared.policy.role import EXECUTIVE_BOARD, PROCUREMENT_OFFICE, REGISTRY_OFFICER
from tests.authorities import authority, here, rows
from tests.registry.stories import (
    ENTERPRISE,
    REVIEW,
    assessed,
    assessment_id,
    close,
    correct,
    decision,
    let_pass,
    met,
    owed,
    reassessed,
    recognise,
    recognised,
    register,
    registry,
    restore,
    suspend,
    suspended,
    waive,
    withdraw,
)
from tests.spec import ACTOR, Story, at, event_id

DAY = date.fromisoformat
SECOND = DutyId(f"{REVIEW}/2")


def due() -> date:
    """Give the day by which what was recognised from 1 April 2026 is to be reviewed: 12 months on, or 18."""
    return here(DAY("2027-04-01"), DAY("2027-10-01"))


def again(on: str = "2027-03-01", **fields: Any) -> Any:
    """Decide on a day, and from it, that it still is a WISE."""
    return recognise(**{"at": at(on), "decision": decision(on, "RS 2027/3"), "effective_from": on} | fields)


def reviewed(**fields: Any) -> Story:
    """Begin with a recognition of 1 April 2026 whose criteria were all assessed anew on 1 February 2027."""
    return reassessed(recognised(), **fields)


# -- arising, and due


def test_a_recognition_is_to_be_reviewed() -> None:
    """Recognised from 1 April 2026: a local duty of the registry officer, due some months on, with its sum."""
    assessed().when(recognise()).then(
        EnterpriseRecognised(
            enterprise_id=ENTERPRISE,
            decision=decision(),
            effective_from=DAY("2026-04-01"),
            assessment_ids=tuple(assessment_id(c) for c in CRITERIA),
            criteria_version="sofisam-2015",
            review_due_on=due(),
        ),
        DutyArose(
            duty_id=REVIEW,
            clause="DF-0",
            kind="df-review",
            modality="local",
            owed_by=REGISTRY_OFFICER,
            owed_by_unit=authority().unit(REGISTRY_OFFICER, DAY("2026-04-01")),
            object=ObjectRef(type="enterprise", id=ENTERPRISE),
            trigger_event_id=event_id(6),
            trigger_on=DAY("2026-04-01"),
            due_on=due(),
            terms=(Term(key="df-review", value=here("12", "18"), unit="months", gives=due()),),
            interpretation_id=here("df-review@2016-01-01", "df-review@2026-01-01"),
            policy_version="2015-09-07-221",
            known_late_days=244,
        ),
    )


@rows(
    "effective_from, due_on",
    gotland=[
        ("2026-06-01", "2027-06-01"),
        ("2026-05-01", "2027-05-03"),  # 1 May 2027 is a Saturday
        ("2028-02-29", "2029-02-28"),
        ("2028-12-31", "2029-12-31"),  # never into the next year
    ],
    norrvinge=[
        ("2026-06-01", "2027-12-01"),
        ("2026-05-01", "2027-11-01"),
        ("2028-02-29", "2029-08-29"),
        ("2028-12-31", "2030-07-01"),  # 30 June 2030 is a Sunday
    ],
)
def test_it_is_due_some_months_after_the_recognition_takes_effect(effective_from: str, due_on: str) -> None:
    """Reckoned from the day of effect, not from the decision; rolled; 29 February becomes 28."""
    story = assessed().given(recognise(at=at("2029-01-15"), effective_from=effective_from))
    assert (owed(story).trigger_on, owed(story).due_on) == (DAY(effective_from), DAY(due_on))


def test_it_is_due_on_the_day_that_the_decision_names() -> None:
    """Half a year, by the decision: that day, as it stands, though it is a Sunday; the local term stands beside it."""
    (_, arose) = assessed().when(recognise(review_due_on="2026-10-04")).events()
    assert isinstance(arose, DutyArose)
    assert arose.due_on == DAY("2026-10-04")
    assert [(term.key, term.gives) for term in arose.terms] == [
        ("df-review", due()), ("review-due-on", DAY("2026-10-04")),
    ]  # fmt: skip


def test_a_recognition_from_before_the_duties_began_owes_nothing() -> None:
    """Recognised in 2019 and taken over in 2026: no review for what was before."""
    early = {"decision": decision("2019-04-01"), "effective_from": "2019-04-01"}
    story = assessed(**{c.replace("-", "_"): {"assessed_on": "2019-03-04"} for c in CRITERIA})
    assert [type(event) for event in story.when(recognise(**early)).events()] == [EnterpriseRecognised]


def test_a_recognition_that_is_recorded_late_keeps_its_day() -> None:
    """Recorded on 1 December for 1 April: due on the lawful day, and known 244 days late (edge rule 6)."""
    (_, arose) = assessed().when(recognise()).events()
    assert isinstance(arose, DutyArose)
    assert arose.known_late_days == 244


def test_a_refusal_or_an_application_opens_nothing() -> None:
    """Only a recognition is reviewed."""
    assert owed(assessed()) is None


# -- discharged by five assessments and a decision


def test_a_new_recognition_decision_ends_a_review_and_begins_the_next() -> None:
    """All five assessed anew and recognised again: done, with the six events as evidence; the next is due some months on."""
    story = reviewed()
    (event, done, arose) = story.when(again()).events()
    assert isinstance(event, EnterpriseRecognised)
    assert isinstance(done, DutyDischarged)
    assert isinstance(arose, DutyArose)
    assert (done.duty_id, done.acted_on, done.late_days, done.rebuts) == (REVIEW, DAY("2027-03-01"), 0, False)
    five = [e.id for e in story.past.history(f"enterprise/{ENTERPRISE}")[7:]]
    assert list(done.evidence) == [*five[:5], arose.trigger_event_id]
    assert (arose.duty_id, arose.trigger_on, arose.due_on) == (
        SECOND,
        DAY("2027-03-01"),
        DAY(here("2028-03-01", "2028-09-01")),
    )


@pytest.mark.parametrize("criterion", CRITERIA)
def test_four_reassessed_criteria_are_no_review(criterion: Any) -> None:
    """Without the fifth there is no new decision, whichever it is."""
    story = recognised().given(
        *(met(c, n=5, assessed_on="2027-02-01", at=at("2027-02-01")) for c in CRITERIA if c != criterion)
    )
    story.when(again()).refused(REVIEW_INCOMPLETE)
    assert owed(story).end is None


def test_five_assessments_without_a_decision_are_no_review() -> None:
    """They are made, and the review is still owed."""
    assert owed(reviewed()).end is None


@pytest.mark.parametrize(("assessed_on", "counts"), [("2026-03-31", False), ("2026-04-01", True)])
def test_assessments_from_before_the_recognition_are_not_made_anew(assessed_on: str, *, counts: bool) -> None:
    """What was assessed before the day of the recognition does not count, though it is recorded after it."""
    outcome = reviewed(on=assessed_on).when(again())
    if counts:
        assert any(isinstance(event, DutyDischarged) for event in outcome.events())
    else:
        outcome.refused(REVIEW_INCOMPLETE)


def test_the_assessments_that_a_recognition_rests_on_are_not_made_anew() -> None:
    """Assessed and recognised on one day: those five are what was decided on, and no review of it."""
    story = assessed().given(recognise(decision=decision("2026-03-02"), effective_from="2026-03-02"))
    story.when(again()).refused(REVIEW_INCOMPLETE)


def test_a_withdrawal_after_five_assessments_is_a_review() -> None:
    """All five assessed anew, one not met, and withdrawn: discharged, and nothing follows."""
    story = reviewed(DF_3={"outcome": "not-met"})
    (_, done) = story.when(withdrawal()).events()
    assert isinstance(done, DutyDischarged)
    assert (done.acted_on, len(done.evidence)) == (DAY("2027-03-01"), 6)


def withdrawal(on: str = "2027-03-01", told: str = "2027-02-15", **fields: Any) -> Any:
    """Withdraw on a day, from that day."""
    return withdraw(**{
        "at": at(on), "decision": decision(on, "RS 2027/4"), "effective_from": on, "communicated_on": told,
    } | fields)  # fmt: skip


def test_a_withdrawal_without_all_five_voids_it() -> None:
    """One criterion failed and the others were not looked at: not reviewed, and nothing to review any more."""
    story = recognised().given(met("DF-3", n=5, outcome="not-met", assessed_on="2027-02-01", at=at("2027-02-01")))
    (_, void) = story.when(withdrawal()).events()
    assert isinstance(void, DutyVoided)
    assert (void.reason_code, void.voided_on) == ("recognition-withdrawn", DAY("2027-03-01"))


def test_an_assessment_of_after_the_decision_is_not_its_ground() -> None:
    """The fifth was made the day after the withdrawal was decided: four are no review."""
    story = reviewed(DF_3={"outcome": "not-met"}, DF_0={"assessed_on": "2027-03-02", "at": at("2027-03-03")})
    (_, void) = story.when(withdrawal(at=at("2027-03-03"))).events()
    assert isinstance(void, DutyVoided)


# -- in time and late


@rows(
    "decided, late, kind",
    gotland=[("2027-04-01", 0, "done"), ("2027-04-02", 1, "done-late")],
    norrvinge=[
        ("2027-10-01", 0, "done"),
        ("2027-10-02", 1, "done-late"),
    ],
)
def test_it_is_in_time_by_the_day_of_the_decision(decided: str, late: int, kind: str) -> None:
    """On the due day it is done, on the day after one day late; never a breach of the policy."""
    story = reviewed().given(again(decided))
    assert classify(owed(story), DAY("2027-12-31")) == kind
    assert not is_breach(owed(story), DAY("2027-12-31"))
    (done,) = [e.data for e in story.told if isinstance(e.data, DutyDischarged)]
    assert done.late_days == late


def test_an_effect_that_is_dated_back_makes_no_late_review_timely() -> None:
    """Decided in May, in force from 1 April: a month late, since the act is the decision."""
    story = reviewed().given(again("2027-05-03", effective_from="2027-04-01"))
    assert owed(story).acted_on == DAY("2027-05-03")


def test_a_decision_recorded_after_the_due_day_as_in_time_needs_a_second_person() -> None:
    """A decision cites no diarised document, so another than the one who records it must approve (rebuttal clock)."""
    story = reviewed()
    decided, recorded = here(("2027-03-31", "2027-04-05"), ("2027-09-30", "2027-10-05"))
    late = {"at": at(recorded)}
    story.when(again(decided, **late)).refused(NOT_APPROVED)
    story.when(again(decided, approved_by=ACTOR, **late)).refused(APPROVED_BY_ACTOR)
    story.given(again(decided, approved_by="staff-9", **late))
    assert classify(owed(story), DAY(recorded)) == "done-recorded-late"


def test_it_stops_at_the_unit_s_head() -> None:
    """Overdue, a local duty is brought to the unit's head and no further, and breaks no clause."""
    story = let_pass(recognised(), REVIEW, "2028-12-31")
    assert [e.data.level for e in story.told if isinstance(e.data, DutyEscalated)] == ["unit-head"]
    assert owed(story).modality == Modality.LOCAL
    assert (
        classify(owed(story), DAY(here("2027-04-02", "2027-10-02"))),
        is_breach(owed(story), DAY("2028-12-31")),
    ) == ("not-done", False)


# -- ends without a review


@rows(
    "closed_on, end",
    gotland=[("2027-04-01", "voided"), ("2027-04-02", None)],
    norrvinge=[
        ("2027-10-01", "voided"),
        ("2027-10-02", None),
    ],
)
def test_a_closure_voids_it_unless_it_is_overdue(closed_on: str, end: str | None) -> None:
    """On the due day still; from the next day on what was owed stays owed (readings: voided or not)."""
    assert owed(recognised().given(close(closed_on=closed_on, at=at("2027-12-01")))).end == end


@rows(
    "on, end",
    gotland=[("2027-04-01", "voided"), ("2027-04-02", None)],
    norrvinge=[
        ("2027-10-01", "voided"),
        ("2027-10-02", None),
    ],
)
def test_a_withdrawal_voids_it_unless_it_is_overdue(on: str, end: str | None) -> None:
    """An overdue review goes on, also without a recognition."""
    story = recognised().given(withdrawal(on, "2027-03-01", criteria_failed=(), reason_code="review-unanswered"))
    assert owed(story).end == end


def test_an_overdue_review_ends_with_the_next_decision_on_five_assessments() -> None:
    """Withdrawn unreviewed, then all assessed and restored: done late, and the next one follows."""
    lost, back = here(("2027-04-02", "2027-06-01"), ("2027-10-04", "2027-12-01"))
    story = recognised().given(withdrawal(lost, "2027-03-01", criteria_failed=(), reason_code="review-unanswered"))
    reassessed(story, on=here("2027-05-03", "2027-11-01"))
    on = {"at": at(back), "effective_from": back, "decision": decision(back, "RS 2027/9")}
    story.given(restore("withdrawal", **on))
    assert classify(owed(story), DAY("2027-12-31")) == "done-late"
    assert (owed(story, SECOND).trigger_on, owed(story, SECOND).due_on) == here(
        (DAY("2027-06-01"), DAY("2028-06-01")), (DAY("2027-12-01"), DAY("2029-06-01"))
    )


def test_an_overdue_review_goes_on_though_the_enterprise_is_restored_without_one() -> None:
    """Only one of five was assessed anew: none arises while one is open."""
    lost, back = here(("2027-04-02", "2027-06-01"), ("2027-10-04", "2027-12-01"))
    story = recognised().given(withdrawal(lost, "2027-03-01", criteria_failed=(), reason_code="review-unanswered"))
    on = {"at": at(back), "effective_from": back, "decision": decision(back, "RS 2027/9")}
    story.given(restore("withdrawal", **on))
    assert owed(story).end is None
    assert owed(story, SECOND) is None


# -- suspended and restored


def test_a_suspension_leaves_it_as_it_is() -> None:
    """It rests neither with the recognition nor is it put off."""
    assert (owed(suspended()).end, owed(suspended()).due_on) == (None, due())


def test_restored_from_a_suspension_none_arises_while_one_is_open() -> None:
    """The same review is owed, on the same day."""
    story = suspended().given(restore())
    assert (owed(story).end, owed(story).due_on) == (None, due())
    assert owed(story, SECOND) is None


def test_restored_from_a_suspension_an_overdue_one_goes_on() -> None:
    """Overdue since the day after it was due, restored a month later: the same, as late as before."""
    before, on = here(("2027-04-30", "2027-05-03"), ("2027-10-29", "2027-11-01"))
    story = let_pass(suspended(), REVIEW, before)
    story.given(restore(at=at(on), decision=decision(on, "RS 2027/9"), effective_from=on))
    assert (owed(story).end, owed(story).due_on, owed(story).is_overdue) == (None, due(), True)
    assert owed(story, SECOND) is None


def test_a_restoration_can_name_another_day() -> None:
    """The review is due on the decision's day: the open one follows it, unless it is overdue."""
    (_, moved) = suspended().when(restore(review_due_on="2027-06-01")).events()
    assert isinstance(moved, DutyRescheduled)
    assert (moved.previous_due_on, moved.new_due_on) == (due(), DAY("2027-06-01"))
    suspended().when(restore(review_due_on="2026-10-01")).refused(REVIEW_TOO_EARLY)


def test_a_restoration_from_a_suspension_is_no_review() -> None:
    """All five assessed anew while it rested, then restored: the recognition itself was not decided on."""
    story = reassessed(suspended(), on="2026-09-01").given(restore())
    assert owed(story).end is None
    story.given(again("2026-11-02"))
    assert owed(story).end == "discharged"


def test_restored_from_a_withdrawal_it_arises_anew() -> None:
    """Voided with the withdrawal, and owed again some months after the restoration."""
    story = recognised().given(met("DF-3", n=8, outcome="not-met", assessed_on="2026-08-03"), withdraw())
    assert owed(story).end == "voided"
    story.given(met("DF-3", n=9, assessed_on="2026-09-14"), restore("withdrawal"))
    assert (owed(story, SECOND).trigger_on, owed(story, SECOND).due_on) == (
        DAY("2026-10-01"),
        DAY(here("2027-10-01", "2028-04-03")),
    )


def test_after_a_withdrawal_that_was_a_review_a_new_recognition_is_reviewed_too() -> None:
    """Discharged by the withdrawal; recognised anew, there is a new review (readings: anew after a discharge)."""
    story = reviewed(DF_3={"outcome": "not-met"}).given(withdrawal())
    story.given(met("DF-3", n=9, assessed_on="2027-05-03", at=at("2027-05-03")))
    story.given(again("2027-06-01"))
    assert owed(story, SECOND).due_on == DAY(here("2028-06-01", "2028-12-01"))


# -- waived


def test_it_is_let_go_by_two_persons() -> None:
    """By delegation or by the executive board's paragraph; whoever proposes or records does not approve (edge rule 17)."""
    story = recognised()
    story.when(waive(approved_by="staff-2")).refused(SAME_PERSON)
    story.when(waive(approved_by=ACTOR)).refused(APPROVED_BY_ACTOR)
    story.when(waive(by=PROCUREMENT_OFFICE)).refused(MAY_NOT_WAIVE)
    story.when(waive(by=EXECUTIVE_BOARD)).refused(MAY_NOT_WAIVE)
    assert recognised().when(waive(by=EXECUTIVE_BOARD, paragraph="§ 12")).events()
    story.given(waive())
    assert classify(owed(story), DAY("2027-12-31")) == "waived"


def test_after_a_waiver_the_next_decision_opens_the_next_review() -> None:
    """What was let go was that review."""
    story = recognised().given(waive())
    reassessed(story)
    story.given(again())
    assert (owed(story).end, owed(story, SECOND).due_on) == ("waived", DAY(here("2028-03-01", "2028-09-01")))


# -- corrected


@pytest.mark.parametrize("day", ["2100-12-31", "2150-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_has_is_refused(day: str) -> None:
    """The clock could not come to its boundaries; neither a decision nor a correction names such a day."""
    assessed().when(recognise(review_due_on=day)).refused(OUT_OF_RANGE)
    story = recognised()
    story.when(correct(story, 6, kind="wrong-date", reviewDueOn=day), on=at("2026-12-02")).refused(OUT_OF_RANGE)


@pytest.mark.parametrize(
    ("day", "because"),
    [
        ("0001-01-01", OUT_OF_RANGE), ("1899-12-31", OUT_OF_RANGE), ("1999-12-31", OUT_OF_RANGE),
        ("2015-12-31", OUT_OF_RANGE), ("2026-12-03", TO_COME), ("2101-01-01", OUT_OF_RANGE),
    ],
)  # fmt: skip
def test_a_corrected_day_obeys_what_a_recorded_one_does(day: str, because: Refused) -> None:
    """Neither from before anybody held the role, nor to come, nor of a year that nothing is of."""
    story = recognised()
    story.when(correct(story, 6, kind="wrong-date", effectiveFrom=day), on=at("2026-12-02")).refused(because)
    assert story.when(correct(story, 6, kind="wrong-date", effectiveFrom="2026-12-02"), on=at("2026-12-02")).events()


def test_a_start_of_long_ago_can_be_corrected() -> None:
    """An enterprise is older than the policy; what it is asked for is no day of ours."""
    story = registry().given(register(business_started_on="2020-02-29"))
    assert story.when(correct(story, 0, businessStartedOn="1987-05-04"), on=at("2026-12-02")).events()


def test_a_corrected_effect_opens_it_anew() -> None:
    """In force from 4 May and not from 1 April: the one was never owed, the other is due a year after."""
    story = recognised()
    story.given(correct(story, 6, kind="wrong-date", effectiveFrom="2026-05-04"), on=at("2026-12-02"))
    assert (owed(story).end, owed(story).void_reason) == ("voided", "trigger-corrected")
    assert owed(story, SECOND).trigger_on == DAY("2026-05-04")


def test_a_corrected_day_of_review_moves_it() -> None:
    """The decision named another day: the due day follows."""
    story = recognised()
    story.given(correct(story, 6, kind="wrong-date", reviewDueOn="2026-12-31"), on=at("2026-12-02"))
    assert owed(story).due_on == DAY("2026-12-31")


def test_a_review_that_never_was_is_owed_again() -> None:
    """The new decision was recorded by mistake: with a second person's approval, the first review is open again."""
    story = reviewed().given(again())
    n = next(n for n, e in enumerate(story.told) if isinstance(e.data, EnterpriseRecognised) and n > 6)
    story.when(correct(story, n, kind="never-happened"), on=at("2027-03-02")).refused(CORRECTION_NOT_APPROVED)
    story.given(correct(story, n, kind="never-happened", by="staff-9"), on=at("2027-03-02"))
    assert (owed(story).end, owed(story, SECOND).end) == (None, "voided")


def test_an_assessment_that_never_was_takes_the_review_with_it() -> None:
    """Four of five are no review; another assessment's wording changes nothing."""
    story = reviewed().given(again())
    n = next(n for n, e in enumerate(story.told) if e.id == owed(story).evidence[2])
    story.given(correct(story, n, reasons="Stadgarna visar det."), on=at("2027-03-02"))
    assert (owed(story).end, owed(story).acted_on) == ("discharged", DAY("2027-03-01"))
    story.given(correct(story, n, kind="never-happened", by="staff-9"), on=at("2027-03-02"))
    assert owed(story).end is None


@pytest.mark.parametrize("begin", [recognised, suspended])
def test_none_is_open_twice(begin: Callable[[], Story]) -> None:
    """However it goes, at most one review of an enterprise is open."""
    story = reassessed(begin(), on="2026-11-02")
    if begin is suspended:
        story.given(restore())
    story.given(
        again("2026-12-01"),
        suspend(at=at("2026-12-14"), effective_from="2026-12-14", decision=decision("2026-12-14", "RS 4")),
    )
    duties: list[DutyState] = story.past.duties(ENTERPRISE)
    assert [d.id for d in duties if d.end is None] == [SECOND]

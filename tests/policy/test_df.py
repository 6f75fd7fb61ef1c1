"""DF-0…DF-4 together: a WISE is recognised when all five criteria are met on evidence, and by no less."""

from datetime import date
from typing import Any

import pytest

from services.registry.domain.assessment import CRITERIA, NO_EVIDENCE, READ_BY
from services.registry.domain.decided import ASSESSED_LATER, NOT_MET
from services.registry.domain.enterprise import IN_FUTURE
from services.registry.domain.recognition import REVIEW_TOO_EARLY
from shared.contracts.registry import Criterion, CriterionAssessed, EnterpriseRecognised
from shared.policy.clause import DF_0, DF_1, DF_2, DF_3, DF_4
from tests.authorities import authority, here, rows
from tests.registry import stories
from tests.registry.stories import assessed, assessment_id, known, met, recognise
from tests.spec import at

FIVE = pytest.mark.parametrize("criterion", CRITERIA)
NOT_ENOUGH = pytest.mark.parametrize("outcome", ["not-met", "evidence-insufficient", "conflict"])


def test_the_criteria_are_five() -> None:
    """DF-0 to DF-4 are what is assessed, each under its own clause."""
    assert list(CRITERIA.values()) == [DF_0, DF_1, DF_2, DF_3, DF_4]


@FIVE
def test_a_criterion_is_met_on_evidence(criterion: Criterion) -> None:
    """A criterion can be called met with one document (DF-0…DF-4)."""
    (event,) = known().when(met(criterion)).events()
    assert isinstance(event, CriterionAssessed)
    assert len(event.evidence) == 1


@FIVE
def test_a_criterion_is_not_met_without_evidence(criterion: Criterion) -> None:
    """Without a document no criterion is met, and the refusal names its clause (DF-0…DF-4)."""
    known().when(met(criterion, evidence=())).refused(NO_EVIDENCE[criterion])
    assert NO_EVIDENCE[criterion].clause == CRITERIA[criterion]


@FIVE
@NOT_ENOUGH
def test_what_is_not_met_needs_no_document(criterion: Criterion, outcome: str) -> None:
    """That a criterion is not met, or can't be told, can be recorded without documents."""
    bare: dict[str, Any] = {
        "reinvested_share": None,
        "public_ownership_share": None,
        "participation_form": None,
        "aspects": None,
    }
    assert len(known().when(met(criterion, outcome=outcome, evidence=(), **bare)).events()) == 1


@FIVE
def test_an_assessment_carries_its_reading(criterion: Criterion) -> None:
    """Each assessment names the criteria's version and the local interpretation in force on its day."""
    (event,) = known().when(met(criterion)).events()
    assert isinstance(event, CriterionAssessed)
    reading = authority().interpretation(READ_BY[criterion], date(2026, 3, 2))
    assert (event.criteria_version, event.interpretation_id) == ("sofisam-2015", reading.id)
    assert reading.clause == CRITERIA[criterion]


def test_the_same_assessment_again_changes_nothing() -> None:
    """An assessment that is handed in twice is recorded once."""
    known().given(met("DF-0")).when(met("DF-0")).then()


def test_an_assessment_is_not_of_tomorrow() -> None:
    """What will be assessed tomorrow is not assessed; what is assessed today is."""
    known().when(met("DF-0", assessed_on="2026-12-02")).refused(IN_FUTURE)
    assert known().when(met("DF-0", assessed_on="2026-12-01")).events()


def test_a_wise_is_recognised_when_all_five_are_met() -> None:
    """All five met: recognised by a decision, citing the five assessments, to be reviewed after some months."""
    assessed().when(recognise()).then_of_its_own(
        EnterpriseRecognised(
            enterprise_id=stories.ENTERPRISE,
            decision=stories.decision(),
            effective_from=date(2026, 4, 1),
            assessment_ids=tuple(assessment_id(c) for c in CRITERIA),
            criteria_version="sofisam-2015",
            review_due_on=here(date(2027, 4, 1), date(2027, 10, 1)),
        )
    )


@FIVE
@NOT_ENOUGH
def test_one_criterion_that_is_not_met_is_enough_to_refuse(criterion: Criterion, outcome: str) -> None:
    """Four met criteria are no recognition, whatever the fifth came to."""
    assessed(**{criterion.replace("-", "_"): {"outcome": outcome}}).when(recognise()).refused(NOT_MET[criterion])
    assert NOT_MET[criterion].clause == CRITERIA[criterion]


@FIVE
def test_a_criterion_that_nobody_assessed_is_not_met(criterion: Criterion) -> None:
    """Recognition waits for all five assessments."""
    others = [met(c) for c in CRITERIA if c != criterion]
    known().given(*others).when(recognise()).refused(NOT_MET[criterion])


def test_the_latest_assessment_counts() -> None:
    """A criterion that was met and is not any more stops a recognition, and the other way round."""
    fell = assessed().given(met("DF-3", n=1, outcome="not-met", assessed_on="2026-03-20"))
    fell.when(recognise()).refused(NOT_MET["DF-3"])
    (event,) = fell.given(met("DF-3", n=2, assessed_on="2026-03-23")).when(recognise()).own()
    assert isinstance(event, EnterpriseRecognised)
    assert event.assessment_ids[3] == assessment_id("DF-3", 2)


def test_an_older_assessment_that_is_recorded_late_does_not_count() -> None:
    """Newest is by the day of the assessment, not by the order in which assessments are recorded."""
    story = assessed().given(met("DF-3", n=1, outcome="not-met", assessed_on="2026-03-01"))
    assert story.when(recognise()).events()


def test_two_assessments_of_one_day_count_in_their_order() -> None:
    """Of two assessments of a day the one recorded last counts."""
    story = assessed().given(met("DF-3", n=1, outcome="not-met"))
    story.when(recognise()).refused(NOT_MET["DF-3"])


def test_a_decision_rests_on_what_was_assessed_before_it() -> None:
    """An assessment made after the day of the decision can't have been its ground."""
    story = assessed(DF_4={"assessed_on": "2026-04-02"})
    story.when(recognise()).refused(ASSESSED_LATER)
    assert assessed(DF_4={"assessed_on": "2026-04-01"}).when(recognise()).events()


@rows(
    "effective_from, review",
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
def test_the_review_is_due_after_some_months(effective_from: str, review: str) -> None:
    """By default the review is due some months on, rolled to a working day; 29 February becomes 28."""
    now = at("2029-01-15")
    (event,) = assessed().when(recognise(at=now, effective_from=effective_from)).own()
    assert isinstance(event, EnterpriseRecognised)
    assert event.review_due_on == date.fromisoformat(review)


def test_the_decision_can_set_the_review() -> None:
    """The day of the review that a decision names goes before the local term, if it comes after the recognition."""
    (event,) = assessed().when(recognise(review_due_on="2026-10-01")).own()
    assert isinstance(event, EnterpriseRecognised)
    assert event.review_due_on == date(2026, 10, 1)
    assessed().when(recognise(review_due_on="2026-04-01")).refused(REVIEW_TOO_EARLY)

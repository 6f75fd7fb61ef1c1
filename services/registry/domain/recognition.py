"""Recognising an enterprise as a WISE, reviewing that, and recognising it again after a loss."""

from datetime import date
from typing import Literal

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.decided import ALREADY_RECOGNISED, before_loss, is_anew, unmet, untimely
from services.registry.domain.enterprise import EnterpriseCommand, State, not_in_use
from shared.contracts.registry import EnterpriseRecognised, RecognitionRestored
from shared.contracts.values import Day, DecisionRef, Id, StaffRef
from shared.deciding import Decision, Refused
from shared.policy.authority import Authority
from shared.policy.clause import DF_0
from shared.policy.duty.due import after


class RecogniseEnterprise(EnterpriseCommand):
    """Decide that it is a WISE from a day on, or still is one. Without `reviewDueOn` it is reviewed after the local term.

    Where that ends a review, and is recorded after its due day, `approvedBy` is a second person.
    """

    decision: DecisionRef
    effective_from: Day
    review_due_on: Day | None = None
    approved_by: StaffRef | None = None


class RestoreRecognition(EnterpriseCommand):
    """Recognise it again after a suspension, or after a withdrawal if all criteria are met."""

    decision: DecisionRef
    effective_from: Day
    restores: Literal["suspension", "withdrawal"]
    review_due_on: Day | None = None
    approved_by: StaffRef | None = None


NOT_SUSPENDED = Refused(
    "recognition-not-suspended", None,
    "Erkännandet vilar inte, så det kan inte återställas efter vila.",
    "The recognition is not suspended, so it can't be restored from that.",
)  # fmt: skip
NOT_WITHDRAWN = Refused(
    "recognition-not-withdrawn", None,
    "Erkännandet är inte återkallat, så det kan inte återställas efter återkallelse.",
    "The recognition is not withdrawn, so it can't be restored from that.",
)  # fmt: skip
REVIEW_INCOMPLETE = Refused(
    "review-incomplete", DF_0,
    "Företaget är redan erkänt; pröva alla fem kriterier på nytt innan ett nytt beslut om erkännande registreras.",
    "The enterprise is already recognised; assess all five criteria anew before a new decision on it is recorded.",
)  # fmt: skip
REVIEW_TOO_EARLY = Refused(
    "review-before-recognition", DF_0,
    "Omprövningen måste ske efter den dag då erkännandet börjar gälla.",
    "The review must come after the day on which the recognition takes effect.",
)  # fmt: skip


def recognise(authority: Authority, command: RecogniseEnterprise, state: State) -> Decision:
    """Recognise it once the latest assessments say that all five criteria are met; a WISE, once all five are made anew."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if state.status == "recognised" and state.decision == command.decision:
        return []  # the same decision again
    if state.status == "suspended":
        return ALREADY_RECOGNISED
    if state.status == "recognised" and not _is_reviewed(state):
        return REVIEW_INCOMPLETE
    refused = (
        untimely(command.decision, command.effective_from, command)
        or before_loss(command.effective_from, state)
        or unmet(state, command.decision)
    )
    if refused is not None:
        return refused
    review = command.review_due_on or _review_after(command.effective_from, authority)
    if review <= command.effective_from:
        return REVIEW_TOO_EARLY
    return [EnterpriseRecognised(
        enterprise_id=command.enterprise_id, decision=command.decision, effective_from=command.effective_from,
        assessment_ids=_assessment_ids(state), criteria_version=authority.criteria_version, review_due_on=review,
    )]  # fmt: skip


def restore(authority: Authority, command: RestoreRecognition, state: State) -> Decision:
    """Recognise it again. After a suspension the review stays due when it was; after a withdrawal all must be met."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if state.status == "recognised" and state.decision == command.decision:
        return []  # the same decision again
    from_withdrawal = command.restores == "withdrawal"
    if from_withdrawal and state.status != "withdrawn":
        return NOT_WITHDRAWN
    if not from_withdrawal and state.status != "suspended":
        return NOT_SUSPENDED
    refused = untimely(command.decision, command.effective_from, command) or before_loss(command.effective_from, state)
    if refused is None and from_withdrawal:
        refused = unmet(state, command.decision)
    if refused is not None:
        return refused
    standing = None if from_withdrawal else state.review_due_on
    if command.review_due_on is not None and command.review_due_on <= command.effective_from:
        return REVIEW_TOO_EARLY
    review = command.review_due_on or standing or _review_after(command.effective_from, authority)
    return [RecognitionRestored(
        enterprise_id=command.enterprise_id, decision=command.decision, effective_from=command.effective_from,
        restores=command.restores, assessment_ids=_assessment_ids(state) if from_withdrawal else None,
        review_due_on=review,
    )]  # fmt: skip


def _is_reviewed(state: State) -> bool:
    """Tell whether all five have been assessed since the decision by which it is a WISE."""
    since, assessments = state.recognised_from, state.assessments
    return since is not None and all(c in assessments and is_anew(assessments[c], since, state.cited) for c in CRITERIA)


def _assessment_ids(state: State) -> tuple[Id, ...]:
    return tuple(state.assessments[criterion].assessment_id for criterion in CRITERIA)


def _review_after(effective_from: date, authority: Authority) -> date:
    """Give the day of the review that the local term sets (DF review)."""
    review = after(effective_from, "df-review", authority).on
    if review is None:
        raise TypeError("the local term of a review gives a day")
    return review

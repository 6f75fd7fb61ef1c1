"""Applying for recognition as a WISE, and the decisions on it: grant, refuse, suspend, withdraw, restore.

A decision against the enterprise is communicated to it first (FL 25 §), has reasons, and never rests on its legal form (DF-8).
"""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.enterprise import IN_FUTURE, EnterpriseCommand, State, is_to_come, not_in_use
from shared.contracts.registry import (
    Criterion,
    EnterpriseRecognised,
    RecognitionApplied,
    RecognitionRefused,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
    SuspensionReason,
    WithdrawalReason,
)
from shared.contracts.values import Day, DecisionRef, DocumentRef, Id, NewId, Text
from shared.deciding import Decision, Refused
from shared.policy.authority import Authority
from shared.policy.clause import DF_0, DF_8
from shared.policy.duty.due import after

Reasons = Annotated[Text, Field(min_length=1)]


class ApplyForRecognition(EnterpriseCommand):
    """Enter an application and its documents."""

    application_id: NewId
    received_on: Day
    documents: tuple[DocumentRef, ...] = ()


class RecogniseEnterprise(EnterpriseCommand):
    """Decide that it is a WISE from a day on. Without `reviewDueOn` it is reviewed after the local term."""

    decision: DecisionRef
    effective_from: Day
    review_due_on: Day | None = None


class RefuseRecognition(EnterpriseCommand):
    """Decide that an application does not meet the criteria named."""

    application_id: Id
    decision: DecisionRef
    criteria_failed: tuple[Criterion, ...]
    reasons: Reasons
    communicated_on: Day
    appeal_information_given: bool


class SuspendRecognition(EnterpriseCommand):
    """Let the recognition rest."""

    decision: DecisionRef
    effective_from: Day
    reason_code: SuspensionReason
    criteria: tuple[Criterion, ...] = ()
    communicated_on: Day
    until: Day | None = None


class WithdrawRecognition(EnterpriseCommand):
    """Take the recognition back."""

    decision: DecisionRef
    effective_from: Day
    reason_code: WithdrawalReason
    criteria_failed: tuple[Criterion, ...] = ()
    communicated_on: Day
    reasons: Reasons
    appeal_information_given: bool


class RestoreRecognition(EnterpriseCommand):
    """Recognise it again after a suspension, or after a withdrawal if all criteria are met."""

    decision: DecisionRef
    effective_from: Day
    restores: Literal["suspension", "withdrawal"]
    review_due_on: Day | None = None


NOT_MET: Final = {
    id_: Refused(
        "criterion-not-met", clause,
        f"{id_} är inte prövat och uppfyllt; alla fem kriterier ska vara det.",
        f"{id_} is not assessed and met; all five criteria must be.",
    )
    for id_, clause in CRITERIA.items()
}  # fmt: skip
MET: Final = {
    id_: Refused(
        "criterion-not-failed", clause,
        f"{id_} har inte prövats med ett annat utfall än uppfyllt, så beslutet kan inte grundas på det.",
        f"{id_} has not been assessed as anything but met, so the decision can't rest on it.",
    )
    for id_, clause in CRITERIA.items()
}  # fmt: skip
ASSESSED_LATER = Refused(
    "assessed-after-decision", DF_0,
    "Ett kriterium prövades efter beslutet; ange ett beslut som fattades på prövningen.",
    "A criterion was assessed after the decision; give a decision that was made on the assessment.",
)  # fmt: skip
NO_CRITERION = Refused(
    "criteria-failed-missing", DF_8,
    "Ange vilka kriterier som inte är uppfyllda; juridisk form är aldrig ett skäl.",
    "Name the criteria that are not met; the legal form is never a reason.",
)  # fmt: skip
NOT_COMMUNICATED = Refused(
    "not-communicated-first", None,
    "Företaget ska ha fått del av underlaget före beslutet (FL 25 §); ange en tidigare dag.",
    "The enterprise must have been told before the decision (FL 25 §); give an earlier day.",
)  # fmt: skip
NO_APPLICATION = Refused(
    "application-unknown", None,
    "Det finns ingen sådan ansökan att besluta om.",
    "There is no such application to decide on.",
)  # fmt: skip
ALREADY_RECOGNISED = Refused(
    "already-recognised", None,
    "Företaget är redan erkänt; ett vilande erkännande återställs i stället.",
    "The enterprise is already recognised; a suspended recognition is restored instead.",
)  # fmt: skip
NOT_RECOGNISED = Refused(
    "not-recognised", None,
    "Företaget är inte erkänt, så det finns inget erkännande att ändra.",
    "The enterprise is not recognised, so there is no recognition to change.",
)  # fmt: skip
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
REVIEW_TOO_EARLY = Refused(
    "review-before-recognition", DF_0,
    "Omprövningen måste ske efter den dag då erkännandet börjar gälla.",
    "The review must come after the day on which the recognition takes effect.",
)  # fmt: skip


def apply(command: ApplyForRecognition, state: State) -> Decision:
    """Enter an application, whatever the legal form."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if command.application_id in state.pending | state.answered:
        return []  # the same application again
    if state.status in ("recognised", "suspended"):
        return ALREADY_RECOGNISED
    if is_to_come(command.received_on, command):
        return IN_FUTURE
    return [RecognitionApplied(**command.model_dump(exclude={"at"}))]


def recognise(authority: Authority, command: RecogniseEnterprise, state: State) -> Decision:
    """Recognise it once the latest assessments say that all five criteria are met."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if state.status == "recognised" and state.decision == command.decision:
        return []  # the same decision again
    if state.status in ("recognised", "suspended"):
        return ALREADY_RECOGNISED
    refused = _untimely(command.decision, command.effective_from, command) or _unmet(state, command.decision)
    if refused is not None:
        return refused
    review = command.review_due_on or _review_after(command.effective_from, authority)
    if review <= command.effective_from:
        return REVIEW_TOO_EARLY
    return [EnterpriseRecognised(
        enterprise_id=command.enterprise_id, decision=command.decision, effective_from=command.effective_from,
        assessment_ids=_assessment_ids(state), criteria_version=authority.criteria_version, review_due_on=review,
    )]  # fmt: skip


def refuse(command: RefuseRecognition, state: State) -> Decision:
    """Refuse an application for criteria that were assessed and are not met."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if command.application_id in state.answered:
        return []  # it was answered once
    if command.application_id not in state.pending:
        return NO_APPLICATION
    refused = (
        _untimely(command.decision, command.communicated_on, command)
        or _unheard(command.decision, command.communicated_on)
        or (None if command.criteria_failed else NO_CRITERION)
        or _unfailed(command.criteria_failed, state)
    )
    return refused or [RecognitionRefused(**command.model_dump(exclude={"at"}))]


def suspend(command: SuspendRecognition, state: State) -> Decision:
    """Let a recognition rest; its duties of information go on (edge rule 19)."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if state.status == "suspended" and state.decision == command.decision:
        return []  # the same decision again
    if state.status != "recognised":
        return NOT_RECOGNISED
    refused = _untimely(command.decision, command.effective_from, command)
    if refused is None and command.reason_code != "own-request":
        refused = _unheard(command.decision, command.communicated_on)
    if refused is None and command.reason_code == "criterion-in-doubt" and not command.criteria:
        refused = NO_CRITERION
    return refused or [RecognitionSuspended(**command.model_dump(exclude={"at"}))]


def withdraw(command: WithdrawRecognition, state: State) -> Decision:
    """Take a recognition back; a criterion that is said to have failed was assessed so."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if state.status == "withdrawn" and state.decision == command.decision:
        return []  # the same decision again
    if state.status not in ("recognised", "suspended"):
        return NOT_RECOGNISED
    refused = _untimely(command.decision, command.effective_from, command)
    if refused is None and command.reason_code != "own-request":
        refused = _unheard(command.decision, command.communicated_on)
    if refused is None and command.reason_code == "criterion-not-met" and not command.criteria_failed:
        refused = NO_CRITERION
    refused = refused or _unfailed(command.criteria_failed, state)
    return refused or [RecognitionWithdrawn(**command.model_dump(exclude={"at"}))]


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
    refused = _untimely(command.decision, command.effective_from, command)
    if refused is None and from_withdrawal:
        refused = _unmet(state, command.decision)
    if refused is not None:
        return refused
    standing = None if from_withdrawal else state.review_due_on
    review = command.review_due_on or standing or _review_after(command.effective_from, authority)
    return [RecognitionRestored(
        enterprise_id=command.enterprise_id, decision=command.decision, effective_from=command.effective_from,
        restores=command.restores, assessment_ids=_assessment_ids(state) if from_withdrawal else None,
        review_due_on=review,
    )]  # fmt: skip


def _untimely(decision: DecisionRef, fact: date, command: EnterpriseCommand) -> Refused | None:
    """Neither the decision nor what it says can be of a day that has not come."""
    return IN_FUTURE if is_to_come(max(decision.decided_on, fact), command) else None


def _unheard(decision: DecisionRef, communicated_on: date) -> Refused | None:
    return NOT_COMMUNICATED if communicated_on >= decision.decided_on else None


def _unmet(state: State, decision: DecisionRef) -> Refused | None:
    """Give the first criterion that the decision can't call met."""
    for criterion in CRITERIA:
        latest = state.assessments.get(criterion)
        if latest is None or latest.outcome != "met":
            return NOT_MET[criterion]
        if latest.assessed_on > decision.decided_on:
            return ASSESSED_LATER
    return None


def _unfailed(criteria: tuple[Criterion, ...], state: State) -> Refused | None:
    """Give the first criterion that the decision can't call failed."""
    for criterion in criteria:
        latest = state.assessments.get(criterion)
        if latest is None or latest.outcome == "met":
            return MET[criterion]
    return None


def _assessment_ids(state: State) -> tuple[Id, ...]:
    return tuple(state.assessments[criterion].assessment_id for criterion in CRITERIA)


def _review_after(effective_from: date, authority: Authority) -> date:
    """Give the day of the review that the local term sets (DF review)."""
    review = after(effective_from, "df-review", authority).on
    if review is None:
        raise TypeError("the local term of a review gives a day")
    return review

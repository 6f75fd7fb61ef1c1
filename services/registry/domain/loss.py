"""Letting a recognition rest, and taking it back: communicated first (FL 25 §) unless the enterprise asked for it itself."""

from services.registry.domain.decided import (
    NO_CRITERION,
    NOT_RECOGNISED,
    backdated,
    unfailed,
    unheard,
    untimely,
)
from services.registry.domain.enterprise import EnterpriseCommand, State, not_in_use
from shared.contracts.registry import (
    Criterion,
    RecognitionSuspended,
    RecognitionWithdrawn,
    SuspensionReason,
    WithdrawalReason,
)
from shared.contracts.values import Day, DecisionRef, Reason, StaffRef
from shared.deciding import Decision, Refused


class SuspendRecognition(EnterpriseCommand):
    """Let the recognition rest."""

    decision: DecisionRef
    effective_from: Day
    reason_code: SuspensionReason
    criteria: tuple[Criterion, ...] = ()
    communicated_on: Day
    until: Day | None = None


class WithdrawRecognition(EnterpriseCommand):
    """Take the recognition back. Where that ends a review and is recorded past its due day, `approvedBy` is a second person."""

    decision: DecisionRef
    effective_from: Day
    reason_code: WithdrawalReason
    criteria_failed: tuple[Criterion, ...] = ()
    communicated_on: Day
    reasons: Reason
    appeal_information_given: bool
    approved_by: StaffRef | None = None


ENDS_BEFORE_IT_BEGINS = Refused(
    "suspension-ends-before-it-begins", None,
    "Vilan måste sluta efter den dag då den börjar gälla; rätta slutdagen.",
    "The suspension must end after the day on which it takes effect; mend its last day.",
)  # fmt: skip


def suspend(command: SuspendRecognition, state: State) -> Decision:
    """Let a recognition rest; its duties of information go on (edge rule 19)."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if state.status == "suspended" and state.decision == command.decision:
        return []  # the same decision again
    if state.status != "recognised":
        return NOT_RECOGNISED
    refused = untimely(command.decision, command.effective_from, command) or backdated(
        command.decision, command.effective_from, state
    )
    if refused is None and command.reason_code != "own-request":
        refused = unheard(command.decision, command.communicated_on)
    if refused is None and command.reason_code == "criterion-in-doubt" and not command.criteria:
        refused = NO_CRITERION
    if refused is None and command.until is not None and command.until <= command.effective_from:
        refused = ENDS_BEFORE_IT_BEGINS
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
    refused = untimely(command.decision, command.effective_from, command) or backdated(
        command.decision, command.effective_from, state
    )
    if refused is None and command.reason_code != "own-request":
        refused = unheard(command.decision, command.communicated_on)
    if refused is None and command.reason_code == "criterion-not-met" and not command.criteria_failed:
        refused = NO_CRITERION
    refused = refused or unfailed(command.criteria_failed, state, command.decision)
    return refused or [RecognitionWithdrawn(**command.model_dump(exclude={"at", "approved_by"}))]

"""Applying for recognition as a WISE, and refusing that: communicated first (FL 25 §), with reasons, never for a legal form."""

from services.registry.domain.decided import (
    ALREADY_RECOGNISED,
    NO_CRITERION,
    unfailed,
    unheard,
    untimely,
)
from services.registry.domain.enterprise import IN_FUTURE, EnterpriseCommand, State, is_to_come, not_in_use
from shared.contracts.registry import Criterion, RecognitionApplied, RecognitionRefused
from shared.contracts.values import Day, DecisionRef, DocumentRef, Id, NewId, Reason
from shared.deciding import Decision, Refused


class ApplyForRecognition(EnterpriseCommand):
    """Enter an application and its documents."""

    application_id: NewId
    received_on: Day
    documents: tuple[DocumentRef, ...] = ()


class RefuseRecognition(EnterpriseCommand):
    """Decide that an application does not meet the criteria named."""

    application_id: Id
    decision: DecisionRef
    criteria_failed: tuple[Criterion, ...]
    reasons: Reason
    communicated_on: Day
    appeal_information_given: bool


NO_APPLICATION = Refused(
    "application-unknown", None,
    "Det finns ingen sådan ansökan att besluta om.",
    "There is no such application to decide on.",
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
        untimely(command.decision, command.communicated_on, command)
        or unheard(command.decision, command.communicated_on)
        or (None if command.criteria_failed else NO_CRITERION)
        or unfailed(command.criteria_failed, state, command.decision)
    )
    return refused or [RecognitionRefused(**command.model_dump(exclude={"at"}))]

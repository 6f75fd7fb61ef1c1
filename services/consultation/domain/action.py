"""What the two bodies agreed to do (GS-7). An action never becomes a duty; it stays open until it is done or dropped."""

from services.consultation.domain.consultation import (
    IN_FUTURE,
    Action,
    ConsultationCommand,
    State,
    is_to_come,
    recorded_before,
    untimely,
)
from shared.contracts.consultation import ActionAgreed, ActionClosed, ActionOutcome, Body, Year
from shared.contracts.values import ClauseId, Day, DocumentRef, Id, NewId, Text
from shared.deciding import Decision, Refused
from shared.policy.clause import GS_7
from shared.policy.role import PARTNERS, Role, is_role


class AgreeAction(ConsultationCommand):
    """Record an action that one of the bodies is to take: a role of the authority's, or a partner."""

    action_id: NewId
    agreed_on: Day
    description: Text
    owner: Body
    due_on: Day | None = None
    clause: ClauseId | None = None


class CloseAction(ConsultationCommand):
    """Say that an action is done, dropped, or carried over to a later year."""

    action_id: Id
    closed_on: Day
    outcome: ActionOutcome
    carried_to_year: Year | None = None
    reason: Text | None = None
    document: DocumentRef | None = None


NOBODY = Refused(
    "action-owner-unknown", GS_7,
    "Ansvarig är en av myndighetens roller eller en av parterna; kontrollera koden.",
    "The owner is one of the authority's roles or one of the partners; check the code.",
)  # fmt: skip
DUE_BEFORE_AGREED = Refused(
    "action-due-before-agreed", GS_7,
    "Åtgärden kan inte vara klar innan den bestämdes; kontrollera dagarna.",
    "The action can't be due before it was agreed; check the days.",
)  # fmt: skip
NO_SUCH_ACTION = Refused(
    "action-unknown", GS_7,
    "Ingen sådan åtgärd bestämdes det året; kontrollera året och åtgärdens id.",
    "No such action was agreed in that year; check the year and the action's id.",
)  # fmt: skip
CLOSED_ALREADY = Refused(
    "action-closed", GS_7,
    "Åtgärden är redan avslutad; bestäm en ny om den ska tas upp igen.",
    "The action is closed already; agree on a new one to take it up again.",
)  # fmt: skip
CLOSED_BEFORE_AGREED = Refused(
    "action-closed-before-agreed", GS_7,
    "Åtgärden kan inte avslutas före den dag då den bestämdes; kontrollera dagen.",
    "The action can't be closed before the day on which it was agreed; check the day.",
)  # fmt: skip
NO_REASON = Refused(
    "action-closed-without-reason", GS_7,
    "En åtgärd som inte är gjord avslutas med ett skäl; ange det.",
    "An action that isn't done is closed with a reason; give it.",
)  # fmt: skip
NO_LATER_YEAR = Refused(
    "action-not-carried-to-later-year", GS_7,
    "En åtgärd som förs över anger ett senare år, och bara en sådan gör det.",
    "An action that is carried over names a later year, and no other does.",
)  # fmt: skip


def agree(command: AgreeAction, state: State) -> Decision:
    """Record what was agreed; an action follows an initiative, in whatever meeting it was agreed."""
    if command.owner not in PARTNERS and not is_role(Role(command.owner)):
        return NOBODY
    if command.due_on is not None and command.due_on < command.agreed_on:
        return DUE_BEFORE_AGREED
    refused = untimely(command.agreed_on, command, state)
    if refused is not None:
        return refused
    event = ActionAgreed(**command.said())
    known = state.actions.get(command.action_id)
    return [] if known and recorded_before(event, known.agreed) else [event]


def close(command: CloseAction, state: State) -> Decision:
    """Close it. One that is carried over stays open in its new year, and is closed in the stream where it was agreed."""
    action = state.actions.get(command.action_id)
    if action is None:
        return NO_SUCH_ACTION
    event = ActionClosed(**command.said("year"))
    if recorded_before(event, action.closed):
        return []
    if action.is_closed:
        return CLOSED_ALREADY
    if is_to_come(command.closed_on, command):
        return IN_FUTURE
    if command.closed_on < action.agreed.agreed_on:
        return CLOSED_BEFORE_AGREED
    if command.outcome != "done" and not (command.reason or "").strip():
        return NO_REASON
    return [event] if _carried_onwards(command, action) else NO_LATER_YEAR


def _carried_onwards(command: CloseAction, action: Action) -> bool:
    """Tell whether a year is named by what is carried over, and by nothing else, and is later than the former."""
    if command.outcome != "carried-over":
        return command.carried_to_year is None
    return command.carried_to_year is not None and command.carried_to_year > action.year

"""An enterprise from registration to closure: what is known of it that decisions look at, and how events change that.

Its commands stand beside it: `registration.py`, `assessment.py`, `application.py`, `recognition.py`, `loss.py`, `offering.py`,
`contact.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeAlias

from typing_extensions import override

from shared.contracts.duty import EventCorrected
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.registry import (
    ClosureReason,
    ContactChanged,
    CriterionAssessed,
    EnterpriseClosed,
    EnterpriseEvent,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    OfferingUpdated,
    RecognitionApplied,
    RecognitionRefused,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
    TargetShareDeclared,
)
from shared.contracts.values import DecisionRef, Id
from shared.deciding import Command, Refused
from shared.policy.stockholm import day_of

Status: TypeAlias = Literal["unknown", "registered", "recognised", "suspended", "withdrawn", "closed"]


@dataclass(frozen=True, slots=True)
class State:
    """What the decisions need to know, and nothing more."""

    status: Status = "unknown"
    identity_kind: str = ""
    lacks: frozenset[str] = frozenset()
    """Personal fields that a report left out, by their names in its event."""
    assessments: Mapping[str, CriterionAssessed] = field(default_factory=dict)
    """The newest assessment of each criterion, by the day on which it was made."""
    assessed: frozenset[Id] = frozenset()
    pending: frozenset[Id] = frozenset()
    """Applications that no decision has answered yet."""
    answered: frozenset[Id] = frozenset()
    decision: DecisionRef | None = None
    """The last one on its recognition."""
    holds_from: date | None = None
    """The day from which that one holds."""
    recognised_from: date | None = None
    """The day of the last decision that was made on five assessments."""
    cited: frozenset[Id] = frozenset()
    """Those assessments."""
    review_due_on: date | None = None
    offering: OfferingUpdated | None = None
    contacts: frozenset[Id] = frozenset()
    """Those in use."""
    closed_as: ClosureReason | None = None
    absorbed: frozenset[Id] = frozenset()
    """The enterprises that have become part of it."""


initial = State()


def evolve(state: State, event: EnterpriseEvent | EventCorrected) -> State:
    """Fold one event of the stream. Corrections come already read into the others (`shared/correcting.py`)."""
    match event:
        case EnterpriseRegistered():
            return replace(state, status="registered", identity_kind=event.identity.kind, lacks=_lacking(event))
        case PersonalDetailsAdded(fields=fields):
            return replace(state, lacks=state.lacks - set(fields))
        case RecognitionApplied(application_id=id_):
            return replace(state, pending=state.pending | {id_})
        case CriterionAssessed():
            return _assessed(state, event)
        case RecognitionRefused(application_id=id_):
            return replace(state, pending=state.pending - {id_}, answered=state.answered | {id_})
        case EnterpriseRecognised() | RecognitionRestored():
            return _recognised(state, event)
        case RecognitionSuspended() | RecognitionWithdrawn():
            status: Status = "suspended" if isinstance(event, RecognitionSuspended) else "withdrawn"
            return replace(state, status=status, decision=event.decision, holds_from=event.effective_from)
        case OfferingUpdated():
            return replace(state, offering=event)
        case ContactChanged():
            return replace(state, contacts=_contacts(state, event))
        case EnterpriseClosed(reason_code=reason):
            return replace(state, status="closed", closed_as=reason)
        case EnterprisesMerged(absorbed_ids=ids):
            return replace(state, absorbed=state.absorbed | set(ids))
        case TargetShareDeclared() | EventCorrected():
            return state


def is_personal(event: EnterpriseRegistered) -> bool:
    """Say whether it names a person: a sole trader's number, name and key are the person's (edge rule 20)."""
    return event.identity.kind in ("personnummer", "samordningsnummer") or event.legal_form == "enskild-firma"


def _lacking(event: EnterpriseRegistered) -> frozenset[str]:
    lacking = {
        "nameEnc": is_personal(event) and event.name_enc is None,
        "identity/valueEnc": event.identity.kind != "orgnr" and event.identity.value_enc is None,
    }
    return frozenset(name for name, lacks in lacking.items() if lacks)


def _assessed(state: State, event: CriterionAssessed) -> State:
    """Keep the newest by the day of the assessment: one recorded late does not replace a newer one."""
    assessed = state.assessed | {event.assessment_id}
    former = state.assessments.get(event.criterion)
    if former is not None and former.assessed_on > event.assessed_on:
        return replace(state, assessed=assessed)
    return replace(state, assessed=assessed, assessments={**state.assessments, event.criterion: event})


def _recognised(state: State, event: EnterpriseRecognised | RecognitionRestored) -> State:
    """The decision answers whatever applications there were. After a suspension it rests on what it rested on before."""
    answered = replace(state, answered=state.answered | state.pending, pending=frozenset())
    known = replace(
        answered, status="recognised", decision=event.decision, holds_from=event.effective_from,
        review_due_on=event.review_due_on,
    )  # fmt: skip
    if event.assessment_ids is None:
        return known
    return replace(known, recognised_from=event.effective_from, cited=frozenset(event.assessment_ids))


def _contacts(state: State, event: ContactChanged) -> frozenset[Id]:
    replaced = {event.replaces_contact_id} if event.replaces_contact_id else set()
    kept = state.contacts - replaced
    return kept - {event.contact_id} if event.withdrawn else kept | {event.contact_id}


UNKNOWN = Refused(
    "enterprise-unknown", None,
    "Det finns inget sådant företag i registret; registrera det först.",
    "There is no such enterprise in the registry; register it first.",
)  # fmt: skip
CLOSED = Refused(
    "enterprise-closed", None,
    "Företaget är avslutat i registret och kan inte ändras; rätta avslutet om det är fel.",
    "The enterprise is closed in the registry and can't be changed; correct the closure if it is wrong.",
)  # fmt: skip
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip


def not_in_use(state: State) -> Refused | None:
    """Say why nothing can be recorded of the enterprise, if so."""
    if state.status == "unknown":
        return UNKNOWN
    return CLOSED if state.status == "closed" else None


def is_to_come(day: date, command: Command) -> bool:
    """Tell whether a day has not begun when the command is given."""
    return day > day_of(command.at)


class EnterpriseCommand(Command):
    """A command on one enterprise."""

    enterprise_id: Id

    @property
    @override
    def subject(self) -> str:
        """The enterprise's stream."""
        return f"enterprise/{self.enterprise_id}"

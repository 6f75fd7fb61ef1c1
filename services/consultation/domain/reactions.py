"""What consultation takes from other systems, and when a year's evidence is frozen."""

from typing import Final

from services.consultation.domain.consultation import EVENTS, HoldConsultation, InitiateConsultation
from services.consultation.domain.evidence.cited import CITED
from services.consultation.domain.evidence.freezing import on_corrected, on_frozen, on_held, on_initiated
from shared.contracts.consultation import ConsultationHeld, ConsultationInitiated, EvidencePackFrozen
from shared.contracts.duty import EventCorrected
from shared.contracts.registry import EnterpriseRegistered
from shared.deciding import Command, Refused
from shared.policy.authority import Authority
from shared.reacting import Message, Reactions, Rows


def _said(message: Message) -> dict[str, object]:
    """Give what a report says. It approves nothing: a second person does so here, by the principal's reference."""
    return message.event.model_dump(exclude={"approved_by"})


def reported_initiated(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system, such as the diary, tells of the invitation."""
    return InitiateConsultation(at=message.occurred_at, **_said(message))


def reported_held(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system tells of the meeting."""
    return HoldConsultation(at=message.occurred_at, **_said(message))


FOLLOWS: Final = {log: events for log, events in CITED.items() if log != EVENTS} | {
    "registry.events": (EnterpriseRegistered, *CITED["registry.events"]),  # whose number it is (BG-5)
}
REACTIONS = Reactions(
    to={
        ConsultationInitiated: (on_initiated,),
        ConsultationHeld: (on_held,),
        EvidencePackFrozen: (on_frozen,),
        EventCorrected: (on_corrected,),
    },
    follows=FOLLOWS,
    inbox={ConsultationInitiated: reported_initiated, ConsultationHeld: reported_held},
)

"""What consultation takes from other systems. Its own events call for no command: they end their duties in the same append."""

from typing import Final

from services.consultation.domain.consultation import HoldConsultation, InitiateConsultation
from shared.contracts.consultation import ConsultationHeld, ConsultationInitiated
from shared.contracts.registry import (
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    RecognitionRefused,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
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


FROM_REGISTRY: Final = (
    EnterpriseRegistered, EnterpriseRecognised, RecognitionRefused, RecognitionSuspended, RecognitionWithdrawn,
    RecognitionRestored, EnterpriseClosed,
)  # fmt: skip
"""Which organisations are WISEs (BG-5), and what the year's evidence says of recognitions."""

REACTIONS = Reactions(
    to={},
    follows={"registry.events": FROM_REGISTRY},
    inbox={ConsultationInitiated: reported_initiated, ConsultationHeld: reported_held},
)

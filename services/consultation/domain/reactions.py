"""What consultation does on its own events, and what it takes from other systems."""

from collections.abc import Iterable

from services.consultation.domain.consultation import HoldConsultation, InitiateConsultation
from services.consultation.domain.duties import INITIATIVE
from services.consultation.domain.rows import ConsultationRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.consultation import ConsultationHeld, ConsultationInitiated
from shared.contracts.duty import DutyArose
from shared.deciding import Command, Refused
from shared.policy.authority import Authority
from shared.policy.duty.commands import DischargeDuty
from shared.reacting import Message, Reactions, Rows


def on_duty_arose(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """An initiative that was recorded before the clock had opened the year discharges the year's duty all the same."""
    event = recorded.event
    if not isinstance(event, DutyArose) or event.kind != INITIATIVE.kind:
        return ()
    row = rows.get(ConsultationRow, f"consultation/{event.object.id}")
    if row is None or not row.covers_both or row.initiated_on is None or row.initiated_event_id is None:
        return ()
    return (DischargeDuty(
        at=recorded.envelope.occurredat, duty_id=event.duty_id, object_id=event.object.id, acted_on=row.initiated_on,
        evidence=(row.initiated_event_id,),
    ),)  # fmt: skip


def reported_initiated(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system, such as the diary, tells of the invitation."""
    return InitiateConsultation(at=message.occurred_at, **message.event.model_dump())


def reported_held(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system tells of the meeting."""
    return HoldConsultation(at=message.occurred_at, **message.event.model_dump())


REACTIONS = Reactions(
    to={DutyArose: (on_duty_arose,)},
    inbox={ConsultationInitiated: reported_initiated, ConsultationHeld: reported_held},
)

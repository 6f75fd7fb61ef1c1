"""What has come of each year's consultation (the executive office's first question)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from services.consultation.domain.consultation import EVENTS
from services.consultation.domain.rows import ActionRow, ConsultationRow, PackRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.consultation import (
    ActionAgreed,
    ActionClosed,
    ConsultationDeclined,
    ConsultationHeld,
    ConsultationInitiated,
    EvidencePackFrozen,
    JointFollowUpCompleted,
)
from shared.log.duty_view import DutyRow
from shared.log.view import View
from shared.policy.authority import Authority
from shared.policy.duty.life import classify, is_breach
from shared.policy.label import of_duty
from shared.policy.role import PARTNERS

DUTY: Final = TypeAdapter(DutyRow)


def fold(row: ConsultationRow | None, recorded: Recorded) -> ConsultationRow | None:
    """Fold one event of a year."""
    event = recorded.event
    if row is None:
        year = recorded.subject.partition("/")[2]
        row = ConsultationRow(key=recorded.subject, year=int(year))
    match event:
        case ConsultationInitiated():
            return _initiated(row, event, recorded.envelope.id)
        case ConsultationHeld(held_on=day):
            return replace(row, held_on=day)
        case JointFollowUpCompleted(completed_on=day):
            return replace(row, followed_up_on=day)
        case ConsultationDeclined(declined_on=day, kind=kind):
            return replace(row, declined_on=day, declined_as=kind)
        case ActionAgreed():
            return replace(row, actions=(*(a for a in row.actions if a.action_id != event.action_id), _agreed(event)))
        case ActionClosed():
            return replace(row, actions=tuple(_closed(action, event) for action in row.actions))
        case EvidencePackFrozen():
            return replace(row, packs=(*row.packs, _frozen(event)))
        case _:
            raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is no event of a year's consultation")


def _initiated(row: ConsultationRow, event: ConsultationInitiated, event_id: str) -> ConsultationRow:
    """Keep the first invitation, until one comes that covers both."""
    if row.covers_both or (row.initiated_on is not None and not set(event.covers) >= {"samrad", "uppfoljning"}):
        return row
    return replace(
        row, initiated_on=event.initiated_on, initiated_event_id=event_id, covers=event.covers,
        invitation_dnr=event.invitation.dnr,
    )  # fmt: skip


def _agreed(event: ActionAgreed) -> ActionRow:
    return ActionRow(
        action_id=event.action_id, description=event.description, owner=event.owner, agreed_year=event.year,
        agreed_on=event.agreed_on, due_on=event.due_on, clause=event.clause, year=event.year,
    )  # fmt: skip


def _closed(action: ActionRow, event: ActionClosed) -> ActionRow:
    if action.action_id != event.action_id:
        return action
    return replace(
        action, closed_on=event.closed_on, outcome=event.outcome, reason=event.reason,
        year=event.carried_to_year or action.year,
    )  # fmt: skip


def _frozen(event: EvidencePackFrozen) -> PackRow:
    return PackRow(
        pack_id=event.pack_id, version=event.version, cause=event.cause, as_of=event.as_of,
        manifest_digest=event.manifest_digest,
    )  # fmt: skip


CONSULTATION = View(
    name="consultation", log=EVENTS, category="consultation", row=ConsultationRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=lambda row: row.initiated_on is not None,
)  # fmt: skip


def as_of(row: dict[str, Any], today: date, authority: Authority, _language: str) -> dict[str, Any]:
    """Give each duty of the year in its class on the day, and whether its clause is broken; the year's class is GS-7's."""
    owed = {name: row[name] and _owed(row[name], today, authority) for name in ("initiative_duty", "held_duty")}
    initiative = owed["initiative_duty"]
    return row | owed | {"class": initiative and initiative["class"]}


def with_overdue(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Say whether the authority's own action is late. No policy sets its day, so this is local; a partner owes us nothing."""
    is_own, due_on = row["owner"] not in PARTNERS, row["due_on"]
    is_late = is_own and row["is_open"] and due_on is not None and today > due_on
    return row | {"is_overdue": is_late, "days_late": (today - due_on).days if is_late else 0, "local": True}


def _owed(columns: dict[str, Any], today: date, authority: Authority) -> dict[str, Any]:
    duty = DUTY.validate_python(columns)
    return {
        "duty_id": duty.id, "modality": duty.modality, "due_on": duty.due_on, "hard_due_on": duty.hard_due_on,
        "acted_on": duty.acted_on, "class": classify(duty, today), "breach": is_breach(duty, today),
        "interpretation": of_duty(duty, authority),
    }  # fmt: skip

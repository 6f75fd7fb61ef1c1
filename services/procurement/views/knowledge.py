"""Guidance and learning activities, an item a row, with what of each counts for the year of which enterprise (GS-5)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from services.procurement.domain.knowledge import EVENTS
from services.procurement.domain.rows import Act, HeldRow, KnowledgeRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.knowledge import (
    GuidanceDelivered,
    GuidanceFailed,
    GuidanceSent,
    KnowledgeActivityHeld,
    KnowledgeActivityOffered,
)
from shared.log.duty_view import DutyRow
from shared.log.view import View
from shared.policy.authority import Authority
from shared.policy.duty.life import classify, is_breach
from shared.policy.stockholm import day_of

DUTY: Final = TypeAdapter(DutyRow)


def fold(row: KnowledgeRow | None, recorded: Recorded) -> KnowledgeRow | None:
    """Fold one event of guidance or of an activity."""
    event: Any = recorded.event
    version = recorded.envelope.streamversion
    if isinstance(event, GuidanceSent):
        return KnowledgeRow(
            key=recorded.subject, knowledge_id=event.guidance_id, item="guidance", kind=event.kind,
            channel=event.channel, for_year=event.for_year, enterprises=(event.enterprise_id,), topics=event.topics,
            on=day_of(event.sent_at), version=version,
        )  # fmt: skip
    if isinstance(event, KnowledgeActivityOffered):
        return replace(_offered(row, event, recorded), version=version)
    if row is None:
        return None  # what it began with never happened, as a correction says
    match event:
        case GuidanceDelivered(delivered_at=at):
            acts = (*row.acts, _act(event, recorded)) if event.kind == "direct" else row.acts
            return replace(row, acts=acts, delivered_on=day_of(at), failed_on=None, reason_code=None, version=version)
        case GuidanceFailed(retry=True):
            return replace(row, version=version)
        case GuidanceFailed(failed_at=at, reason_code=reason):
            acts = _came_back(row.acts, recorded.envelope.id, day_of(at))
            return replace(row, acts=acts, failed_on=day_of(at), reason_code=reason, version=version)
        case KnowledgeActivityHeld():
            held = HeldRow(
                held_on=event.held_on, attended_by=event.attended_by, attendee_count=event.attendee_count,
                duration_minutes=event.duration_minutes,
            )  # fmt: skip
            return replace(row, held=(*row.held, held), version=version)
        case _:
            raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is no event of guidance or an activity")


def _act(event: GuidanceDelivered, recorded: Recorded) -> Act:
    return Act(
        event_id=recorded.envelope.id, kind="direct", enterprises=(event.enterprise_id,), for_year=event.for_year,
        on=day_of(event.delivered_at), recorded_on=day_of(recorded.envelope.time), approved_by=event.approved_by,
    )  # fmt: skip


def _came_back(acts: tuple[Act, ...], event_id: str, on: date) -> tuple[Act, ...]:
    """Note on the last delivery that it came back; guidance that never arrived has none."""
    if not acts or acts[-1].back_on is not None:
        return acts
    return (*acts[:-1], replace(acts[-1], back_event_id=event_id, back_on=on))


def _offered(row: KnowledgeRow | None, event: KnowledgeActivityOffered, recorded: Recorded) -> KnowledgeRow:
    act = Act(
        event_id=recorded.envelope.id, kind="offered", enterprises=event.offered_to, for_year=event.for_year,
        on=event.offered_on, recorded_on=day_of(recorded.envelope.time), approved_by=event.approved_by,
    )  # fmt: skip
    if row is not None:
        enterprises = tuple(dict.fromkeys((*row.enterprises, *event.offered_to)))
        return replace(row, acts=(*row.acts, act), enterprises=enterprises, planned_for=event.planned_for)
    return KnowledgeRow(
        key=recorded.subject, knowledge_id=event.activity_id, item="activity", kind=event.kind, channel=event.channel,
        for_year=event.for_year, enterprises=event.offered_to, topics=event.topics, on=event.offered_on,
        planned_for=event.planned_for, acts=(act,), version=0,
    )  # fmt: skip


def as_of(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Give the year's duty in its class on the day, and whether the clause is broken."""
    owed = row.pop("owed")
    duty = None if owed is None else DUTY.validate_python(owed)
    return row | {
        "class": None if duty is None else classify(duty, today),
        "breach": None if duty is None else is_breach(duty, today),
    }


KNOWLEDGE: Final = View(
    name="knowledge", log=EVENTS, category="knowledge", row=KnowledgeRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=lambda row: bool(row.acts),
)  # fmt: skip

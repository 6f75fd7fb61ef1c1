"""What auditors and reporting systems ask of every stream of a service, as it was recorded: a row for each stream that has any.

Waivers, voidings, falls overdue, corrections, facts recorded after their day, and what became of another system's messages.
Corrected ones stay, beside their corrections: an audit shows both.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import DutyFellOverdue, DutyVoided, DutyWaived, EventCorrected
from shared.contracts.refused import MessageRefused
from shared.contracts.values import DecisionRef
from shared.log.view import View
from shared.policy.stockholm import day_of

PUBLISHER: Final = "publisher:"
"""Before the name of a publisher in the actor of what it reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event that is asked for. `on` is the day on which it happened; `publisher` is set for a reported one."""

    what: Literal["overdue", "waived", "voided", "corrected", "recorded-late", "recorded", "refused"]
    event_id: str
    index: int
    type: str
    on: date
    recorded_on: date
    late_days: int
    reason: str | None = None
    authority: DecisionRef | None = None
    proposed_by: str | None = None
    approved_by: str | None = None
    was_overdue: bool | None = None
    cause_event_id: str | None = None
    publisher: str | None = None
    message_source: str | None = None
    message_id: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRow:
    """A stream's entries in the order in which they were recorded."""

    key: str
    log: str
    entries: tuple[Entry, ...]


def entry(recorded: Recorded) -> Entry | None:
    """Give what a trail keeps of an event; None: nothing."""
    event = recorded.event
    match event:
        case DutyFellOverdue():
            return _entry(recorded, "overdue", reason=event.limit)
        case DutyWaived():
            return _entry(
                recorded, "waived", reason=event.reason_code, authority=event.authority, proposed_by=event.proposed_by,
                approved_by=event.approved_by, was_overdue=event.was_overdue,
            )  # fmt: skip
        case DutyVoided():
            return _entry(recorded, "voided", reason=event.reason_code, cause_event_id=event.cause_event_id)
        case EventCorrected():
            return _entry(
                recorded, "corrected", reason=event.kind, cause_event_id=event.corrects.event_id,
                proposed_by=event.corrected_by, approved_by=event.approved_by,
            )  # fmt: skip
        case MessageRefused():
            return _entry(
                recorded, "refused", reason=event.reason, publisher=event.publisher, message_id=event.message_id,
                message_source=event.message_source, clause=event.clause,
            )  # fmt: skip
        case _:
            return _recorded(recorded)


def _recorded(recorded: Recorded) -> Entry | None:
    """Keep a fact that another system reported, or that somebody recorded on a later day than it happened."""
    envelope, event = recorded.envelope, recorded.event
    if envelope.actor == "system" or recorded.subject.startswith("duty/"):
        return None
    told = _entry(recorded, "recorded", approved_by=getattr(event, "approved_by", None))
    if envelope.actor.startswith(PUBLISHER):
        name = envelope.actor.removeprefix(PUBLISHER)
        return replace(told, publisher=name, message_id=envelope.causationid)
    return replace(told, what="recorded-late") if told.late_days else None


def _entry(recorded: Recorded, what: Any, **fields: Any) -> Entry:
    envelope = recorded.envelope
    on, recorded_on = day_of(envelope.occurredat), day_of(envelope.time)
    return Entry(
        what=what, event_id=envelope.id, index=recorded.index, type=envelope.type.split(".")[-2], on=on,
        recorded_on=recorded_on, late_days=max(0, (recorded_on - on).days), **fields,
    )  # fmt: skip


def fold(row: TrailRow | None, recorded: Recorded) -> TrailRow | None:
    """Add an event to its stream's row."""
    kept = entry(recorded)
    if kept is None:
        return row
    known = row or TrailRow(key=recorded.subject, log=recorded.log, entries=())
    return replace(known, entries=(*known.entries, kept))


def trail(log: str, *also: str) -> View[TrailRow]:
    """Give the view of all streams of a service's logs."""
    return View(
        name="trail", log=log, category="", row=TrailRow, fold=fold, sql=Path(__file__).with_suffix(".sql"),
        also=also, as_recorded=True, only=lambda recorded: entry(recorded) is not None,
    )  # fmt: skip

"""What a duty is: the fold of its events, its class at a date (rebuttal clock), and whether its clause is broken."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from shared.contracts.cloudevent import Envelope
from shared.contracts.duty import (
    DutyArose,
    DutyDischarged,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyReminded,
    DutyRescheduled,
    DutyVoided,
    DutyWaived,
)
from shared.contracts.values import DutyId
from shared.policy.clause import Modality
from shared.policy.role import Role
from shared.policy.stockholm import day_of

Class: TypeAlias = Literal["open", "done", "done-recorded-late", "done-late", "not-done", "lapsed", "waived", "voided"]
End: TypeAlias = Literal["discharged", "waived", "voided", "lapsed"]


NEVER_OWED: Final = ("trigger-corrected", "duplicate")
"""Reasons for which a duty is void as if it had never arisen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyState:
    """A duty as its events tell it. `recorded_on` days are those on which the end was recorded."""

    id: DutyId
    base: str
    clause: str
    kind: str
    modality: str
    owed_by: Role
    owed_by_unit: str
    object_id: str
    ordinal: int | None
    trigger_event_id: str
    trigger_on: date
    interpretation_id: str = ""
    """The reading by which it is due, which it keeps; '' where it has no day of its own."""
    due_on: date | None
    hard_due_on: date | None
    arose_event_id: str
    arose_recorded_on: date
    steps: frozenset[str] = frozenset()
    """Reminders, overdue limits and escalations that have happened, by name."""
    end: End | None = None
    ended_on: date | None = None
    """The day on which it was done, let go, void or lapsed, however late that was recorded."""
    ended_recorded_on: date | None = None
    acted_on: date | None = None
    acted_recorded_on: date | None = None
    void_reason: str | None = None
    evidence: tuple[str, ...] = ()
    """The events that show that it was done."""
    evidence_dnr: str | None = None
    """The diary number under which that was recorded."""

    @property
    def is_overdue(self) -> bool:
        """It has been recorded as overdue."""
        return "overdue" in self.steps

    def is_past(self, today: date) -> bool:
        """It is overdue, whether or not the clock has recorded that yet."""
        return self.is_overdue or (self.due_on is not None and today > self.due_on)

    @property
    def limit_on(self) -> date | None:
        """The day after which not having acted is a breach of the clause."""
        return self.hard_due_on or self.due_on


def evolve(state: DutyState | None, envelope: Envelope) -> DutyState:
    """Fold one event of a duty's stream."""
    event, recorded_on = envelope.data, day_of(envelope.time)
    if isinstance(event, DutyArose):
        return arisen(event, envelope.id, recorded_on)
    if state is None:
        raise ValueError(f"{envelope.subject}: {envelope.type} before the duty arose")
    match event:
        case DutyRescheduled(new_due_on=day):
            return _with(state, due_on=day)
        case DutyReminded(step=step):
            return _with(state, steps=state.steps | {step})
        case DutyFellOverdue(limit=limit):
            return _with(state, steps=state.steps | {"overdue", f"overdue-{limit}"})
        case DutyEscalated(level=level):
            return _with(state, steps=state.steps | {level})
        case DutyDischarged(acted_on=day, evidence=evidence, dnr=dnr):
            if state.due_on is not None and not event.recorded_late_days:
                recorded_on = min(recorded_on, state.due_on)  # its acts were, though a reaction came to it later
            end = state.end or "discharged"
            ended_on, ended_recorded_on = state.ended_on or day, state.ended_recorded_on or recorded_on
            return _with(
                state, end=end, ended_on=ended_on, ended_recorded_on=ended_recorded_on, acted_on=day,
                acted_recorded_on=recorded_on, evidence=evidence, evidence_dnr=dnr,
            )  # fmt: skip
        case DutyWaived(waived_on=day):
            return _with(state, end="waived", ended_on=day, ended_recorded_on=recorded_on)
        case DutyVoided(reason_code=reason, voided_on=day):
            return _with(state, end="voided", ended_on=day, ended_recorded_on=recorded_on, void_reason=reason)
        case DutyLapsed(lapsed_on=day):
            return _with(state, end="lapsed", ended_on=day, ended_recorded_on=recorded_on)
        case _:
            raise ValueError(f"{envelope.subject}: {envelope.type} is no event of a duty")


def _with(state: DutyState, **news: Any) -> DutyState:
    """Give a duty with some of its fields anew: every event of every duty does, and `replace` takes five times as long."""
    made = object.__new__(DutyState)
    for name in _FIELDS:
        object.__setattr__(made, name, news[name] if name in news else getattr(state, name))
    return made


_FIELDS: Final = tuple(field.name for field in fields(DutyState))


def arisen(event: DutyArose, id_: str, recorded_on: date) -> DutyState:
    """Give a duty as it is when it arises."""
    base = event.duty_id.rpartition("/")[0] if _is_anew(event) else event.duty_id
    return DutyState(
        id=event.duty_id,
        base=base,
        clause=event.clause,
        kind=event.kind,
        modality=event.modality,
        owed_by=event.owed_by,
        owed_by_unit=event.owed_by_unit,
        object_id=event.object.id,
        ordinal=event.ordinal,
        trigger_event_id=event.trigger_event_id,
        trigger_on=event.trigger_on,
        interpretation_id=event.interpretation_id,
        due_on=event.due_on,
        hard_due_on=event.hard_due_on,
        arose_event_id=id_,
        arose_recorded_on=recorded_on,
    )


def _is_anew(event: DutyArose) -> bool:
    """Say whether the id ends in the number of a duty that arose anew: `<clause>.<kind>/<object>[/<period>]/<n>`.

    A year is a period and no number: `gs-5.knowledge/<enterprise>/2026`.
    """
    named = event.duty_id.removeprefix(f"{event.clause.lower()}.{event.kind}/")
    if not f"{named}/".startswith(f"{event.object.id}/"):  # named by its period alone, which ends in its ordinal
        return named.count("/") >= len(("contract", "term", "ordinal"))
    period = named.removeprefix(event.object.id).strip("/")
    own = str(event.ordinal) if event.ordinal is not None else ""
    last = period.rpartition("/")[2]
    return period != own and last.isdigit() and len(last) < len("2026")


def classify(duty: DutyState, as_of: date) -> Class:
    """Give the duty's one class at the end of `as_of` (rebuttal clock); only what was recorded by then counts.

    A is the day of the act, R the day it was recorded, D the due day: done A ≤ D, R ≤ D; done-recorded-late A ≤ D < R;
    done-late D < A; not-done: no act and D passed. An undated duty is open until it is done. Where the clause has a limit of
    its own, the class goes by the local day all the same; only the breach goes by the limit.
    """
    due = duty.due_on
    acted = duty.acted_on if duty.acted_recorded_on and duty.acted_recorded_on <= as_of else None
    if acted is not None and duty.acted_recorded_on is not None:
        if due is not None and acted > due:
            return "done-late"
        return "done" if due is None or duty.acted_recorded_on <= due else "done-recorded-late"
    if duty.end and duty.end != "discharged" and duty.ended_recorded_on and duty.ended_recorded_on <= as_of:
        return duty.end
    return "not-done" if due and as_of > due else "open"


def is_breach(duty: DutyState, as_of: date) -> bool:
    """Say whether the clause is broken: SHALL or RESP, not voided, no act by the limit, and the limit has passed.

    A waiver or a lapse ends a duty and hides no breach: one that ended before the limit passed is none. A waiver counts from
    its own day, once it is recorded: it is never dated before the decision that it rests on.
    """
    limit = duty.limit_on
    if duty.modality not in (Modality.SHALL, Modality.RESP) or limit is None:
        return False
    ended = duty.ended_on if duty.end and duty.ended_recorded_on and duty.ended_recorded_on <= as_of else None
    if ended and duty.end == "voided":
        return False
    acted = duty.acted_on if duty.acted_recorded_on and duty.acted_recorded_on <= as_of else None
    if acted is not None:
        return acted > limit
    if ended and duty.end == "lapsed":
        return True  # also where it can no longer be done from the very next day on
    return (ended or as_of) > limit


def days_late(duty: DutyState, today: date) -> int:
    """Count the calendar days from the due day to the act, else to its end, else to today; 0 up to it (timing rule 9)."""
    if duty.due_on is None or duty.end == "voided":
        return 0
    return max(0, ((duty.acted_on or duty.ended_on or today) - duty.due_on).days)

"""What a command on one duty does: a reaction's, the clock's, or a waiver by whoever may."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, cast

from shared.contracts.cloudevent import Event
from shared.contracts.duty import (
    DutyArose,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyReminded,
    DutyWaived,
    VoidReason,
)
from shared.contracts.values import is_same
from shared.deciding import DutyStep, Happening, Past, Refused
from shared.policy.duty.book import Book
from shared.policy.duty.commands import (
    APPROVED_BY_ACTOR,
    BOUNDARY_MOVED,
    ENDED,
    IN_FUTURE,
    NEXT,
    SAME_PERSON,
    UNKNOWN,
    WAIVED_BEFORE_DECISION,
    LapseDuty,
    OpenDuty,
    RescheduleDuty,
    TakeOverDuty,
    TakeStep,
    VoidDuty,
    WaiveDuty,
)
from shared.policy.duty.definition import Duty, Following, LapseReason
from shared.policy.duty.due import Due
from shared.policy.duty.life import NEVER_OWED, DutyState, arisen
from shared.policy.duty.missed import OpenMissed, open_missed
from shared.policy.duty.schedule import follows_on, steps
from shared.policy.duty.succession import take_over
from shared.policy.stockholm import day_of

WaiverRule: TypeAlias = Callable[[WaiveDuty, DutyState], Refused | None]
"""Who may waive what, beyond two persons (`waiving.py`): GS-7 only the executive board."""


def decide(
    book: Book, may_waive: WaiverRule, command: Any, past: Past, recorded_at: datetime, actor: str
) -> Sequence[DutyStep] | Refused:
    """Decide a command on a duty."""
    if isinstance(command, OpenDuty):
        return _open(book, command, past, recorded_at)
    if isinstance(command, OpenMissed):
        return open_missed(book, command, past, recorded_at)
    duty = _meant(command, past)
    if duty is None:
        return [] if isinstance(command, (VoidDuty, RescheduleDuty, LapseDuty)) else UNKNOWN
    if duty.object_id != command.object_id:
        return UNKNOWN  # named by another object's path: its reasons would be sealed under another person's key
    match command:
        case TakeStep():
            if command.due != duty.due_on:
                return BOUNDARY_MOVED
            return list(_take(book, command, duty, past, recorded_at))
        case LapseDuty(on=on) if duty.end is None and duty.due_on is not None and duty.due_on < on:
            return [book.step(duty, DutyLapsed(
                duty_id=duty.id, lapsed_on=on, reason_code=command.reason_code, cause_event_id=command.cause_event_id,
            ))]  # fmt: skip
        case VoidDuty(reason_code=reason, cause_event_id=cause, on=on) if _is_meant(command, duty):
            return list(book.voids(duty, reason, cause, on, _lapse_for(book.definition(duty.id), reason)))
        case RescheduleDuty() if duty.end is None and not duty.is_past(day_of(recorded_at)):
            return _reschedule(book, command, duty, past, recorded_at)
        case TakeOverDuty() if duty.end is None:
            return list(take_over(book, command, duty, past))
        case WaiveDuty():
            return _waive(book, may_waive, command, duty, actor)
        case _:
            return []


def _is_meant(command: VoidDuty, duty: DutyState) -> bool:
    """Tell whether an open duty is the one to void, by the day that triggered it."""
    triggered_on = command.triggered_on or duty.trigger_on
    return duty.end is None and duty.trigger_on == triggered_on and duty.trigger_on != command.spares


def _meant(command: Any, past: Past) -> DutyState | None:
    """Give the duty that a command names; by its base, the one that is open now."""
    if isinstance(command, (VoidDuty, RescheduleDuty, LapseDuty)):
        for duty in past.duties(command.object_id):
            if duty.base == command.duty_id and duty.end is None:
                return cast("DutyState", duty)
    return cast("DutyState | None", past.state(command.subject))


def _boundary(
    definition: Duty, object_id: str, cause: str, at: datetime, recorded_at: datetime, past: Past
) -> Happening:
    """What happens where the cause is no event of this service: its definition reads what it needs from `past`."""
    return Happening(
        event=Event(), id=cause, subject=f"{definition.object}/{object_id}", occurred_at=at, recorded_at=recorded_at,
        state=None, past=past,
    )  # fmt: skip


def _open(book: Book, command: OpenDuty, past: Past, recorded_at: datetime) -> list[DutyStep]:
    definition, object_id = book.by_name[command.kind], command.object_id
    happening = _boundary(definition, object_id, command.trigger_event_id, command.at, recorded_at, past)
    if not definition.when(happening) or command.trigger_on.year < book.authority.duties_from:
        return []
    if _has_arisen(command, past) and not command.again:
        return []
    period = command.duty_id.removeprefix(f"{command.kind}/{object_id}").strip("/")
    duty_id = book.next_id(definition, object_id, period, past, after_discharge=bool(definition.anew_after_discharge))
    if duty_id is None:
        return []
    return [book.arises(
        definition, duty_id, object_id, trigger_id=command.trigger_event_id, trigger_on=command.trigger_on,
        recorded_on=day_of(recorded_at), due=definition.due(happening, command.trigger_on, book.authority), past=past,
    )]  # fmt: skip


def _has_arisen(command: OpenDuty, past: Past) -> bool:
    """Tell whether the trigger had its duty, however that ended: a restored reaction that asks again opens no second one."""
    asked = (command.trigger_event_id, command.trigger_on)
    return any(
        duty.base == command.duty_id and (duty.trigger_event_id, duty.trigger_on) == asked
        and duty.void_reason not in NEVER_OWED
        for duty in past.duties(command.object_id)
    )  # fmt: skip


def _lapse_for(definition: Duty, reason: VoidReason) -> LapseReason | None:
    """What an overdue duty lapses with when a reaction would void it: by the event that voids one for this reason."""
    voided_by, lapses = definition.voided_by.items(), definition.lapses_if_overdue
    return next((lapses[event] for event, why in voided_by if why == reason and event in lapses), None)


def _reschedule(
    book: Book, command: RescheduleDuty, duty: DutyState, past: Past, recorded_at: datetime
) -> list[DutyStep]:
    definition = book.definition(duty.id)
    due: Due | None = Due(None, ())
    if definition.moved:
        cause = command.cause_event_id
        happening = _boundary(definition, command.object_id, cause, command.at, recorded_at, past)
        due = definition.moved(happening, duty, book.authority)
    return list(book.moves(duty, due, command.cause_event_id, command.reason_code))


def _waive(
    book: Book, may_waive: WaiverRule, command: WaiveDuty, duty: DutyState, actor: str
) -> list[DutyStep] | Refused:
    if duty.end:
        return ENDED
    if is_same(command.proposed_by, command.approved_by):
        return SAME_PERSON
    if is_same(command.approved_by, actor):
        return APPROVED_BY_ACTOR
    refused = may_waive(command, duty) or _misdated(command)
    if refused is not None:
        return refused
    return [book.step(duty, DutyWaived(
        duty_id=duty.id, waived_on=command.waived_on, reason_code=command.reason_code, reasons=command.reasons,
        reasons_enc=command.reasons_enc, authority=command.authority, proposed_by=command.proposed_by,
        approved_by=command.approved_by, was_overdue=duty.is_overdue,
    ))]  # fmt: skip


def _misdated(command: WaiveDuty) -> Refused | None:
    """A waiver is neither of a day to come nor from before its decision, or it would hide a breach."""
    decided_on = command.authority.decided_on
    if max(command.waived_on, decided_on) > day_of(command.at):
        return IN_FUTURE
    return WAIVED_BEFORE_DECISION if command.waived_on < decided_on else None


# -- the clock's


def _take(book: Book, command: TakeStep, duty: DutyState, past: Past, recorded_at: datetime) -> Iterable[DutyStep]:
    """Take one step at its boundary, if it has not been taken. The next of its kind arises also where this one is done."""
    definition = book.definition(duty.id)
    if command.step == NEXT:
        if follows_on(duty, definition) == command.on:
            yield from _next(book, command, duty, past, recorded_at)
        return
    if duty.end or command.step in duty.steps:
        return
    if (command.on, command.step) in steps(duty, definition, book.authority):
        yield book.step(duty, _event_of(book, command, duty))


def _event_of(book: Book, command: TakeStep, duty: DutyState) -> Event:
    on, day_before = command.on, command.on - timedelta(days=1)
    match command.step:
        case "half-time" | "14-days" | "3-working-days" as step:
            unit = book.authority.unit(duty.owed_by, on)
            return DutyReminded(duty_id=duty.id, step=step, reminded_on=on, to_unit=unit)
        case "overdue-local" | "overdue-clause":
            limit: Literal["local", "clause"] = "clause" if command.step == "overdue-clause" else "local"
            return DutyFellOverdue(
                duty_id=duty.id, limit=limit, due_on=day_before, overdue_from=on,
                owed_by_unit=book.authority.unit(duty.owed_by, day_before),
            )  # fmt: skip
        case "unit-head" | "board" as level:
            return DutyEscalated(duty_id=duty.id, level=level, escalated_on=on, to_role=duty.owed_by)
        case "lapse":
            reason: LapseReason = "year-over" if duty.clause in ("GS-5", "GS-7") else "tender-closed"
            return DutyLapsed(duty_id=duty.id, lapsed_on=day_before, reason_code=reason)
        case unknown:
            raise ValueError(f"duty/{duty.id}: there is no step {unknown}")


def _next(book: Book, command: TakeStep, duty: DutyState, past: Past, recorded_at: datetime) -> Iterable[DutyStep]:
    follow = book.definition(duty.id).followed_by
    following = follow(duty, past, book.authority) if follow else None
    if following is None:
        return
    duty_id = book.next_id(following.duty, duty.object_id, following.period, past, after_discharge=False)
    if duty_id is None or _has_followed(following, command, past):
        return
    opens = book.arises(
        following.duty, duty_id, duty.object_id, trigger_id=following.trigger_event_id, trigger_on=command.on,
        recorded_on=day_of(recorded_at), due=following.due, past=past, ordinal=following.ordinal,
    )  # fmt: skip
    yield opens
    gone = following.gone
    if gone is not None and isinstance(opens.event, DutyArose):
        yield from book.voids(arisen(opens.event, "", day_of(recorded_at)), gone.reason, gone.cause_event_id, gone.on)


def _has_followed(following: Following, command: TakeStep, past: Past) -> bool:
    """Tell whether it arose at this boundary before, though it was voided since."""
    base = following.duty.base(command.object_id, following.period)
    return any(
        duty.base == base and duty.trigger_on == command.on and duty.void_reason not in NEVER_OWED
        for duty in past.duties(command.object_id)
    )

"""The clock's steps of a duty: reminders, overdue, escalations, lapse, and the day on which the next of its kind arises."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared.policy.authority import Authority
from shared.policy.clause import Modality
from shared.policy.duty.definition import Duty
from shared.policy.duty.due import count
from shared.policy.duty.life import NEVER_OWED, DutyState


def steps(duty: DutyState, definition: Duty, authority: Authority) -> list[tuple[date, str]]:
    """Give the boundaries of an open duty in order: the day at whose 00:00 each step is taken.

    Reminders at half time and twice shortly before, strictly between trigger and due, two on one day once; overdue from
    the day after due; escalated some working days after it and again later. The counts are the authority's, and the codes
    of the steps (`14-days`) stay the same whatever they are.
    """
    if duty.due_on is None:
        return []
    found = [*_reminders(duty, duty.due_on, authority), (duty.due_on + timedelta(days=1), "overdue-local")]
    if duty.hard_due_on is not None:
        found.append((duty.hard_due_on + timedelta(days=1), "overdue-clause"))
    found += _escalations(duty, duty.due_on, authority)
    last = definition.lapses_after(duty, authority)
    if last is not None:
        found.append((last + timedelta(days=1), "lapse"))
    return sorted(found, key=lambda step: step[0])


def _reminders(duty: DutyState, due_on: date, authority: Authority) -> Iterable[tuple[date, str]]:
    before = count(authority.deadline("reminder.days-before", duty.trigger_on))
    working = count(authority.deadline("reminder.working-days-before", duty.trigger_on))
    half = duty.trigger_on + (due_on - duty.trigger_on) // 2
    taken: set[date] = set()
    wanted = (
        (half, "half-time"),
        (due_on - timedelta(days=before), "14-days"),
        (authority.days.add(due_on, -working), "3-working-days"),
    )
    for on, step in wanted:
        if duty.trigger_on < on < due_on and on not in taken:
            taken.add(on)
            yield on, step


def _escalations(duty: DutyState, due_on: date, authority: Authority) -> Iterable[tuple[date, str]]:
    """To the unit's head; to the board too where the policy binds."""
    head_on = authority.days.add(due_on, count(authority.deadline("escalation.unit-head", duty.trigger_on)))
    yield head_on, "unit-head"
    if duty.modality in (Modality.SHALL, Modality.RESP):
        board_after = count(authority.deadline("escalation.board", duty.trigger_on))
        yield authority.days.add(head_on, board_after), "board"


def next_step(duty: DutyState, definition: Duty, authority: Authority) -> tuple[date, str] | None:
    """Give the next boundary at which the clock must act on a duty; None when it has ended or has no due day."""
    if duty.end is not None:
        return None
    return next(((on, step) for on, step in steps(duty, definition, authority) if step not in duty.steps), None)


def follows_on(duty: DutyState, definition: Duty) -> date | None:
    """Give the day at whose 00:00 the next of its kind arises: its due day, done or not, unless it was voided before.

    One that was voided on its due day was there when that day began, however late the clock comes to it.
    """
    was_there = duty.end != "voided" or (duty.ended_on == duty.due_on and duty.void_reason not in NEVER_OWED)
    return duty.due_on if definition.followed_by and was_there else None

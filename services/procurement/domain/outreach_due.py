"""By when a suitable enterprise must have been told of a published tender (GS-6).

    max(min(trigger + outreach.after-notice, deadline - outreach.before-deadline), trigger + 1 working day)

and never after the deadline's day; without a deadline the first term alone. Of several lots the earliest open deadline counts.
A deadline that is moved earlier: max(the same, min(the old due day, the move + 1 working day)), never after the new deadline's
day: what was in time before the move is not late because of it. One that is moved later never brings the due day forward.

A move that was recorded when the due day had passed moves nothing: what is overdue stays overdue.

It is reckoned from the trigger and all moves, in the order in which they were recorded, so that it comes out alike whether a
move is known when the duty arises or comes after it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from services.procurement.domain import tender
from services.procurement.domain.lots import closing, closing_day, is_past
from shared.contracts.cloudevent import Envelope
from shared.contracts.duty import EventCorrected, Term
from shared.contracts.procurement import DeadlineMoved, TenderEvent
from shared.policy.authority import Authority
from shared.policy.duty.due import Due, after, count
from shared.policy.stockholm import day_of, start_of
from shared.policy.working_days import CalendarMissing

AFTER_NOTICE = "outreach.after-notice"
BEFORE_DEADLINE = "outreach.before-deadline"


@dataclass(frozen=True, slots=True)
class Standing:
    """The deadlines of a tender's lots as they stood from a fact on. `since` None: as published. `moved`: a lot's was moved."""

    deadlines: Mapping[str, date | None]
    since: datetime | None
    moved: bool
    recorded_on: date


def standings(history: Iterable[Envelope]) -> list[Standing]:
    """Give how the deadlines of a tender's lots stood, of those that were not given up then, from its corrected history."""
    state, found, deadlines = tender.initial, list[Standing](), dict[str, date | None]()
    for envelope in history:
        event = cast("TenderEvent | EventCorrected", envelope.data)
        state = tender.evolve(state, event)
        now = {lot.lot_id: lot.deadline for lot in state.open_lots}
        if now != deadlines:
            since = envelope.occurredat if found else None
            found.append(Standing(now, since, isinstance(event, DeadlineMoved), day_of(envelope.time)))
            deadlines = now
    return found


def published_due(trigger: date, lot_ids: Collection[str], stood: Iterable[Standing], authority: Authority) -> Due:
    """Give the due day for the lots that fit. Raises CalendarMissing, NotInForce."""
    earliest: date | None = None
    due = _formula(trigger, None, authority)
    for standing in stood:
        since = max(standing.since or start_of(trigger), start_of(trigger))
        new = _earliest(standing.deadlines, lot_ids, since)
        still = standing.since is None or not _is_over(due, standing)
        if still and day_of(since) <= trigger:
            due = _formula(trigger, new, authority)
        elif still and standing.moved and new != earliest:
            due = _moved(due, _formula(trigger, new, authority), earliest, new, day_of(since), authority)
        earliest = new
    return due


def _is_over(due: Due, standing: Standing) -> bool:
    return due.on is not None and standing.recorded_on > due.on


def _earliest(deadlines: Mapping[str, date | None], lot_ids: Collection[str], at: datetime) -> date | None:
    """Give the earliest deadline of these lots that is still open at an instant."""
    known = [deadline for lot_id, deadline in deadlines.items() if lot_id in lot_ids and deadline is not None]
    return min((deadline for deadline in known if not is_past(deadline, at)), key=closing, default=None)


def _formula(trigger: date, deadline: date | None, authority: Authority) -> Due:
    first = after(trigger, AFTER_NOTICE, authority)
    if deadline is None or first.on is None:
        return first
    on, terms = first.on, list(first.terms)
    before = _before(trigger, closing_day(deadline), authority)
    if before is not None:
        terms.append(before)
        on = min(on, before.gives)
    on = max(on, authority.days.add(trigger, 1))
    return Due(min(on, closing_day(deadline)), tuple(terms))


def _before(trigger: date, deadline: date, authority: Authority) -> Term | None:
    """Give the day some days before the deadline; None for one so far off that no calendar has it: it can't bind."""
    local = authority.deadline(BEFORE_DEADLINE, trigger)
    n = count(local)
    try:
        working = local.unit == "working-days"
        day = authority.days.add(deadline, -n) if working else deadline - timedelta(days=n)  # backwards never rolls
    except CalendarMissing:
        return None
    return Term(key=BEFORE_DEADLINE, value=str(-n), unit=local.unit, gives=day)


def _moved(old: Due, new: Due, was: date | None, now: date | None, moved_on: date, authority: Authority) -> Due:
    """Give the due day after a move of the earliest deadline."""
    if old.on is None or new.on is None or now is None:
        return old
    earlier = was is None or closing(now) < closing(was)
    kept = min(old.on, authority.days.add(moved_on, 1)) if earlier else old.on
    return Due(min(max(new.on, kept), closing_day(now)), new.terms)

"""By when a suitable enterprise must have been told of a published tender (GS-6).

    max(min(trigger + outreach.after-notice, deadline - outreach.before-deadline), trigger + 1 working day)

and never after the deadline's day; without a deadline the first term alone. Of several lots the earliest open deadline counts.
A deadline that is moved earlier: max(the same, min(the old due day, the move + 1 working day)), never after the new deadline's
day: what was in time before the move is not late because of it. One that is moved later never brings the due day forward.

It is reckoned from the trigger and all moves since, so that it comes out alike whether a move is known when the duty arises or
comes after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from services.procurement.domain.lots import closing, closing_day, is_past
from services.procurement.domain.tender import Standing
from shared.contracts.duty import Term
from shared.policy.authority import Authority
from shared.policy.duty.due import Due, after, count
from shared.policy.stockholm import day_of, start_of
from shared.policy.working_days import CalendarMissing

AFTER_NOTICE = "outreach.after-notice"
BEFORE_DEADLINE = "outreach.before-deadline"


def published_due(
    trigger: date, lot_ids: Iterable[str], deadlines: Mapping[str, Sequence[Standing]], authority: Authority
) -> Due:
    """Give the due day for lots with their deadlines as these were moved. Raises CalendarMissing, NotInForce."""
    lots = [deadlines[lot_id] for lot_id in lot_ids if lot_id in deadlines]
    moves = sorted({s.since for lot in lots for s in lot if s.since is not None and day_of(s.since) > trigger})
    earliest = _earliest(lots, start_of(trigger), upto=trigger)
    due = _formula(trigger, earliest, authority)
    for moved_at in moves:
        new = _earliest(lots, moved_at, upto=day_of(moved_at))
        if new != earliest and due.on is not None:
            due = _moved(due, _formula(trigger, new, authority), earliest, new, day_of(moved_at), authority)
            earliest = new
    return due


def _earliest(lots: Iterable[Sequence[Standing]], at: datetime, upto: date) -> date | None:
    """Give the earliest deadline that is still open at an instant, as the deadlines stood at the end of a day."""
    stood = [_stood(lot, upto) for lot in lots]
    still = [deadline for deadline in stood if deadline is not None and not is_past(deadline, at)]
    return min(still, key=closing, default=None)


def _stood(lot: Sequence[Standing], upto: date) -> date | None:
    known = [s.deadline for s in lot if s.since is None or day_of(s.since) <= upto]
    return known[-1] if known else None


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

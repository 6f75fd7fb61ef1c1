"""When a duty is due: the arithmetic of local deadlines, term by term (domain: timing rules 1 and 2)."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.contracts.duty import Term
from shared.policy.authority import Authority, LocalDeadline


@dataclass(frozen=True, slots=True)
class Due:
    """A due day with its arithmetic; `on` None: undated. `hard_on` is the clause's own limit, where it has one."""

    on: date | None
    terms: tuple[Term, ...]
    hard_on: date | None = None
    read_on: date | None = None
    """The day whose reading of the deadline counts; None: the trigger day's."""
    key: str = ""
    """The deadline by whose reading it is owed, where that is not the first term's: in a series, and where it is undated."""


def after(trigger: date, key: str, authority: Authority, *, valid_on: date | None = None) -> Due:
    """Give the day that a local deadline sets after `trigger`, which is not counted.

    Working days: the n-th after it. Calendar days and months: rolled to a working day (31 December stays). `valid_on` is the
    day whose version of the deadline counts, the trigger's by default.
    """
    local = authority.deadline(key, valid_on or trigger)
    on = _reckoned(trigger, local, authority)
    return Due(on, (Term(key=key, value=_shown(local), unit=local.unit, gives=on),))


def in_series(start: date, first: str, again: str, n: int, authority: Authority) -> Due:
    """Give the n-th due day after a first one: all are counted from the start, by the deadlines in force then.

    A late act moves nothing; only the day that comes out is rolled to a working day.
    """
    one, more = authority.deadline(first, start), authority.deadline(again, start)
    begins = _plus(start, one, 1, authority)
    on = authority.days.roll(_plus(begins, more, n, authority))
    terms = (
        Term(key=first, value=_shown(one), unit=one.unit, gives=begins),
        Term(key=again, value=f"{_shown(more)} × {n}", unit=more.unit, gives=on),
    )
    return Due(on, terms, read_on=start, key=again)


def _plus(day: date, local: LocalDeadline, times: int, authority: Authority) -> date:
    """Add a local deadline some times, without rolling."""
    match local.unit:
        case "working-days":
            return authority.days.add(day, count(local) * times)
        case "days":
            return day + timedelta(days=count(local) * times)
        case "months":
            return _months_after(day, count(local) * times)
        case "date":
            raise TypeError(f"{local.key} is a date of the year, not a number of {local.unit}")


def _reckoned(trigger: date, local: LocalDeadline, authority: Authority) -> date:
    days = authority.days
    match local.unit:
        case "working-days":
            return days.add(trigger, count(local))
        case "days":
            return days.roll(trigger + timedelta(days=count(local)))
        case "months":
            return days.roll(_months_after(trigger, count(local)))
        case "date":
            return fixed(trigger.year, local.key, authority)


def count(local: LocalDeadline) -> int:
    """Give the number of a local deadline that is one. Raises TypeError for a date of the year."""
    if isinstance(local.value, tuple):
        raise TypeError(f"{local.key} is a date of the year, not a number of {local.unit}")
    return local.value


def _shown(local: LocalDeadline) -> str:
    return "{:02}-{:02}".format(*local.value) if isinstance(local.value, tuple) else str(local.value)


def fixed(year: int, key: str, authority: Authority) -> date:
    """Give the day of a fixed date in a year, rolled to a working day (31 December stays)."""
    value = authority.deadline(key, date(year, 1, 1)).value
    if not isinstance(value, tuple):
        raise TypeError(f"{key} is a number, not a date of the year")
    return authority.days.roll(date(year, *value))


def _months_after(day: date, months: int) -> date:
    """Give the same day some months later, or that month's last: 29 February becomes 28."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise ValueError(f"{day} has no day {months} months later")

"""Swedish working days: Monday to Friday, less public and de-facto holidays (domain.md §4, §6.8).

Midsommarafton, julafton and nyårsafton are no working days. All days are Europe/Stockholm's.
"""

from datetime import date, timedelta
from typing import Final

from shared.policy.swedish_holidays import WEEKDAY_HOLIDAYS

_HOLIDAYS: Final = {int(line[:4]): line[5:] for line in WEEKDAY_HOLIDAYS.split("\n") if line}
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_YEAR_END: Final = (12, 31)
_MOST_ADDED: Final = 20_000
"""So many sums are kept: each of a few local deadlines is added to each day of some years, again and again."""


class CalendarMissing(LookupError):
    """A day lies in a year of which no holidays are known."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"No holidays are known for {year}: the calendar runs from {min(_HOLIDAYS)} to {max(_HOLIDAYS)}; "
            "correct the date, or widen the years in deploy/local/reference.py and run it."
        )


class WorkingDays:
    """Counts in working days. Holds only the years that were asked for."""

    __slots__ = ("_added", "_years")

    def __init__(self) -> None:
        self._years: dict[int, frozenset[date]] = {}
        self._added: dict[tuple[date, int], date] = {}

    def is_working(self, day: date) -> bool:
        """Tell whether offices are open that day; raises CalendarMissing."""
        return day not in self._holidays(day.year) and day.weekday() < _SATURDAY

    def add(self, day: date, n: int) -> date:
        """Return the n-th working day after the day, or before it if n is negative; the day itself is not counted."""
        known = self._added.get((day, n))
        if known is None:
            known, step = day, _DAY if n > 0 else -_DAY
            for _ in range(abs(n)):
                known = self._next(known, step)
            if len(self._added) < _MOST_ADDED:
                self._added[day, n] = known
        return known

    def roll(self, day: date) -> date:
        """Return the day, or the next working day if it is none. 31 December stays, whatever term gave it."""
        if (day.month, day.day) == _YEAR_END or self.is_working(day):
            return day
        return self._next(day, _DAY)

    def between(self, start: date, end: date) -> int:
        """Count the working days after start up to and with end; negative, and turned round, if end is the earlier.

        For a working day `end`, `add(start, between(start, end)) == end`.
        """
        if end < start:
            return -sum(self.is_working(start - _DAY * n) for n in range(1, (start - end).days + 1))
        return sum(self.is_working(start + _DAY * n) for n in range(1, (end - start).days + 1))

    def _next(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working(day):
            day += step
        return day

    def _holidays(self, year: int) -> frozenset[date]:
        if year not in self._years:
            if year not in _HOLIDAYS:
                raise CalendarMissing(year)
            self._years[year] = frozenset(date.fromisoformat(f"{year}-{day}") for day in _HOLIDAYS[year].split())
        return self._years[year]

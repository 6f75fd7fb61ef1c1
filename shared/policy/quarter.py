"""Quarters of a year: the finest period that figures of persons are given for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter; `number` is 1–4."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """Give its name: `2026-Q3`."""
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        """Give its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Give its last day."""
        return self.following.first - timedelta(days=1)

    @property
    def following(self) -> "Quarter":
        """Give the next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def holds(self, day: date | None) -> bool:
        """Tell whether a day is in it."""
        return day is not None and self.first <= day <= self.last


def quarter_of(day: date) -> Quarter:
    """Give a day's quarter."""
    return Quarter(day.year, (day.month + 2) // 3)


def over(first: date, today: date) -> Iterator[Quarter]:
    """Give the quarters that are over today, from that of a first day on."""
    quarter = quarter_of(first)
    while quarter.last < today:
        yield quarter
        quarter = quarter.following

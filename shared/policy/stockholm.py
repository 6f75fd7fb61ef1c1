"""Which day and year it is in Stockholm, where all due dates and years of the policy are counted (domain.md §4, §6)."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Europe/Stockholm")


class NaiveInstant(ValueError):
    """An instant without an offset: it could be any of two days."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant
        super().__init__(f'The instant {instant.isoformat()} has no offset; write it with one, as "…+01:00" or "…Z".')


def day_of(instant: datetime) -> date:
    """Return the Stockholm day of an aware instant."""
    if instant.tzinfo is None:
        raise NaiveInstant(instant)
    return instant.astimezone(ZONE).date()


def year_of(instant: datetime) -> int:
    """Return the Stockholm year: 2026-12-31T23:30Z belongs to 2027."""
    return day_of(instant).year


@lru_cache(maxsize=10_000)  # every due day and boundary asks for it, and few days are asked for
def start_of(day: date) -> datetime:
    """Return 00:00 Stockholm, the first instant that belongs to the day. Summer time never changes at midnight."""
    return datetime.combine(day, time(), tzinfo=ZONE)


def end_of(day: date) -> datetime:
    """Return the first instant after the day, 23 to 25 hours from its start: a due day is kept until here."""
    return start_of(day + timedelta(days=1))

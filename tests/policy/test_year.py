"""Days and years are Stockholm's, whatever the zone of an instant (domain.md §4, §6.7)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.stockholm import NaiveInstant, day_of, end_of, start_of, year_of

pytestmark = pytest.mark.gotland


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T22:59:59Z", date(2026, 12, 31)),
        ("2026-12-31T23:00:00Z", date(2027, 1, 1)),
        ("2026-12-31T23:30:00Z", date(2027, 1, 1)),
        ("2027-01-01T00:30:00+01:00", date(2027, 1, 1)),
        ("2026-12-31T18:30:00-05:00", date(2027, 1, 1)),
        ("2026-07-31T21:59:59Z", date(2026, 7, 31)),  # summer time: two hours
        ("2026-07-31T22:00:00Z", date(2026, 8, 1)),
    ],
)
def test_an_instant_belongs_to_the_day_in_stockholm(instant: str, day: date) -> None:
    """2026-12-31T23:30Z belongs to 2027: the day is read off a clock in Stockholm."""
    assert day_of(datetime.fromisoformat(instant)) == day
    assert year_of(datetime.fromisoformat(instant)) == day.year


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        (date(2026, 3, 28), "2026-03-27T23:00Z", 24),
        (date(2026, 3, 29), "2026-03-28T23:00Z", 23),  # summer time begins
        (date(2026, 3, 30), "2026-03-29T22:00Z", 24),
        (date(2026, 10, 24), "2026-10-23T22:00Z", 24),
        (date(2026, 10, 25), "2026-10-24T22:00Z", 25),  # and ends
        (date(2026, 10, 26), "2026-10-25T23:00Z", 24),
    ],
)
def test_a_day_lasts_from_midnight_to_midnight(day: date, start: str, hours: int) -> None:
    """A due day is kept to its end in Stockholm, also where summer time makes it 23 or 25 hours long."""
    begins = datetime.fromisoformat(start)
    assert start_of(day).astimezone(UTC) == begins
    assert end_of(day).astimezone(UTC) == begins + timedelta(hours=hours)


@pytest.mark.parametrize("instant", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"])
def test_the_hour_that_comes_twice_belongs_to_one_day(instant: str) -> None:
    """Both hours between two and three on the night when summer time ends belong to the same day."""
    assert day_of(datetime.fromisoformat(instant)) == date(2026, 10, 25)


def test_an_instant_without_offset_is_refused() -> None:
    """An instant without an offset could be any of two days, and is never guessed at."""
    with pytest.raises(NaiveInstant, match="2026-12-31T23:30:00 has no offset"):
        day_of(datetime(2026, 12, 31, 23, 30))  # noqa: DTZ001 the offset is missing on purpose


@given(st.datetimes(datetime(2016, 1, 1), datetime(2099, 12, 31), timezones=st.timezones()))  # noqa: DTZ001 bounds are naive
def test_every_instant_lies_in_its_day(instant: datetime) -> None:
    """An instant of any zone lies at or after the start of its Stockholm day, and before its end."""
    day = day_of(instant)
    assert start_of(day).astimezone(UTC) <= instant.astimezone(UTC) < end_of(day).astimezone(UTC)

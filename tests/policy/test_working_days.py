"""Working days are Swedish: weekdays without public and de-facto holidays (domain.md §4, §6.8)."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.working_days import CalendarMissing, WorkingDays

pytestmark = pytest.mark.gotland

DAYS = WorkingDays()
ANY_DAY = st.dates(date(2016, 1, 1), date(2099, 9, 30))
SOME = st.integers(1, 60)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 6, 19),  # midsommarafton, a Friday
        date(2026, 12, 24),  # julafton
        date(2026, 12, 25),
        date(2026, 12, 31),  # nyårsafton
        date(2027, 1, 1),
        date(2026, 1, 6),  # trettondedag jul
        date(2026, 4, 3),  # långfredag
        date(2026, 5, 14),  # Kristi himmelsfärds dag
        date(2025, 6, 6),  # Sweden's national day, on a Friday
        date(2026, 6, 20),  # a Saturday
        date(2026, 6, 21),
    ],
)
def test_a_holiday_is_no_working_day(day: date) -> None:
    """Holidays, the three eves, Saturdays and Sundays are no working days."""
    assert not DAYS.is_working(day)


@pytest.mark.parametrize(
    "day",
    [date(2026, 6, 18), date(2026, 6, 22), date(2026, 12, 23), date(2026, 12, 30), date(2024, 2, 29), date(2026, 1, 5)],
)
def test_the_day_beside_a_holiday_is_a_working_day(day: date) -> None:
    """Trettondagsafton, the day before an eve and 29 February on a Thursday are ordinary days."""
    assert DAYS.is_working(day)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 6, 17), 1, date(2026, 6, 18)),
        (date(2026, 6, 17), 2, date(2026, 6, 22)),  # over midsommarafton and the weekend
        (date(2026, 6, 19), 1, date(2026, 6, 22)),  # from a day off
        (date(2026, 12, 22), 2, date(2026, 12, 28)),  # over Christmas
        (date(2026, 12, 30), 1, date(2027, 1, 4)),  # over New Year, which falls on a Friday
        (date(2026, 12, 30), 3, date(2027, 1, 7)),  # and over trettondedag jul
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        (date(2026, 2, 27), 1, date(2026, 3, 2)),
        (date(2026, 6, 22), -1, date(2026, 6, 18)),
        (date(2027, 1, 4), -1, date(2026, 12, 30)),
        (date(2024, 3, 1), -2, date(2024, 2, 28)),
        (date(2026, 6, 24), -10, date(2026, 6, 9)),
        (date(2026, 6, 19), 0, date(2026, 6, 19)),
    ],
)
def test_the_day_itself_is_not_counted(day: date, n: int, expected: date) -> None:
    """+n is the n-th working day after the trigger day, −n the n-th before the deadline's day."""
    assert DAYS.add(day, n) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 18), date(2026, 6, 18)),
        (date(2026, 6, 19), date(2026, 6, 22)),
        (date(2028, 9, 30), date(2028, 10, 2)),  # a fixed date on a Saturday
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 12, 30), date(2026, 12, 30)),
        (date(2027, 1, 1), date(2027, 1, 4)),
        (date(2022, 12, 25), date(2022, 12, 27)),
    ],
)
def test_a_term_that_ends_on_a_day_off_rolls(day: date, expected: date) -> None:
    """A due day on a day off moves to the next working day."""
    assert DAYS.roll(day) == expected


@pytest.mark.parametrize("year", range(2016, 2100))
def test_the_year_end_never_rolls(year: int) -> None:
    """31 December stays on 31 December in every year: a limit of one year is none of the next."""
    assert DAYS.roll(date(year, 12, 31)) == date(year, 12, 31)


@given(ANY_DAY, SOME)
def test_adding_and_counting_back_agree(day: date, n: int) -> None:
    """What was added is what is counted, forwards and backwards, and back again from a working day."""
    assert DAYS.between(day, DAYS.add(day, n)) == n
    assert DAYS.between(day, DAYS.add(day, -n)) == -n
    working = DAYS.add(day, 1)
    assert DAYS.add(DAYS.add(working, n), -n) == working


@given(ANY_DAY)
def test_rolling_twice_is_rolling_once(day: date) -> None:
    """A rolled day stays where it is, never lies before the day, and is a working day or 31 December."""
    rolled = DAYS.roll(day)
    assert DAYS.roll(rolled) == rolled >= day
    assert DAYS.is_working(rolled) or (rolled.month, rolled.day) == (12, 31)


@given(ANY_DAY, ANY_DAY)
def test_counting_there_and_back_agrees(one: date, other: date) -> None:
    """Either direction counts the same days, but for the day from which it starts."""
    start, end = sorted([one, other])
    assert DAYS.between(start, end) + DAYS.is_working(start) == -DAYS.between(end, start) + DAYS.is_working(end)


@pytest.mark.parametrize("year", range(2015, 2101))
def test_the_table_is_the_librarys_answer(year: int) -> None:
    """Every day of a year is a working day exactly when the library `holidays` and the weekday say so."""
    off = holidays.country_holidays("SE", years=year, categories=("public", "de_facto"))
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    days = [day for day in every if day.year == year]
    assert [day for day in days if DAYS.is_working(day)] == [
        day for day in days if day.weekday() < 5 and day not in off
    ]


@pytest.mark.parametrize(("day", "n"), [(date(2100, 12, 30), 1), (date(2015, 1, 2), -1)])
def test_an_answer_beyond_the_calendar_is_refused(day: date, n: int) -> None:
    """A count that leaves the calendar names the year that is missing, instead of taking every weekday for a working day."""
    with pytest.raises(
        CalendarMissing, match=r"No holidays are known for (2101|2014): the calendar runs from 2015 to 2100"
    ):
        DAYS.add(day, n)

"""When something is due, overdue and late: each timing rule at, just before and just after its boundary (domain, section 4)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.placements.domain import placement
from services.placements.domain.rules import rules as placements_rules
from shared.contracts.duty import DutyArose, DutyDischarged, DutyFellOverdue
from shared.deciding import OUT_OF_RANGE
from shared.policy.authority import read
from shared.policy.duty.due import after, in_series
from shared.policy.role import SOCIAL_BOARD
from shared.policy.stockholm import day_of, end_of, start_of
from tests.authorities import FILES, authority, here, rows
from tests.placements.stories import (
    FINAL,
    FIRST,
    REVIEW,
    all_owed,
    bought,
    buy,
    end,
    extend,
    follow_up,
    let_pass,
    lose,
    owed,
    placements,
    recurring,
    running,
    start,
    told,
    until_june,
)
from tests.shared.errands import Asked, ask, duties_of, errands, run, say
from tests.shared.errands import owed as owed_errand
from tests.spec import Story, at, story

DAY = date.fromisoformat


def first_due(started: str) -> str:
    """Give the due day of the first follow-up of a place that started on a day."""
    return str(after(DAY(started), "follow-up.first", authority()).on)


# 1. A due day is kept to its end in Stockholm, and overdue from the next


@pytest.mark.parametrize(
    ("due", "overdue_from"),
    [
        ("2026-03-28", "2026-03-28T23:00Z"),
        ("2026-03-29", "2026-03-29T22:00Z"),  # summer time begins: the day has 23 hours
        ("2026-03-30", "2026-03-30T22:00Z"),
        ("2026-10-24", "2026-10-24T22:00Z"),
        ("2026-10-25", "2026-10-25T23:00Z"),  # and ends: the day has 25
        ("2026-10-26", "2026-10-26T23:00Z"),
        ("2026-12-31", "2026-12-31T23:00Z"),  # and with it the year
    ],
)
def test_a_due_day_is_kept_to_its_end(due: str, overdue_from: str) -> None:
    """It is overdue at the next 00:00 in Stockholm, which is another hour in UTC in summer (rule 1)."""
    past = errands().given(ask("2026-01-12", due))
    on = next(on for on, step in duties_of(past).steps(owed_errand(past)) if step == "overdue-local")
    assert start_of(on).astimezone(UTC) == datetime.fromisoformat(overdue_from)
    assert end_of(DAY(due)) == start_of(on)


@pytest.mark.parametrize(("instant", "is_late"), [("2026-12-31T22:59:59Z", 0), ("2026-12-31T23:00:00Z", 1)])
def test_the_last_second_of_the_year_is_in_time(instant: str, is_late: int) -> None:
    """23:59:59 on 31 December is in time; midnight belongs to the next year (edge rule 7)."""
    acted = day_of(datetime.fromisoformat(instant))
    past = errands().given(ask("2026-01-12", "2026-12-31"), run(str(acted)))
    [done] = [e.data for e in past.told if isinstance(e.data, DutyDischarged)]
    assert done.late_days == is_late


@pytest.mark.parametrize(("instant", "is_accepted"), [("2026-12-31T22:59Z", False), ("2026-12-31T23:30Z", True)])
def test_a_fact_of_new_year_s_day_is_recorded_from_midnight_in_stockholm(instant: str, is_accepted: bool) -> None:  # noqa: FBT001 - a table
    """2026-12-31T23:30Z is the first of January (edge rule 7)."""
    outcome = bought().when(start("2027-01-01", at=datetime.fromisoformat(instant)))
    if is_accepted:
        assert any(isinstance(e, DutyArose) and e.trigger_on == DAY("2027-01-01") for e in outcome.events())
    else:
        outcome.refused(placement.IN_FUTURE)


def test_the_trigger_day_is_not_counted() -> None:
    """The n-th working day after Monday 2 March is the n-th after it, not the one before (rule 1)."""
    assert owed(running().given(lose("2026-03-02")), REVIEW).due_on == DAY(here("2026-03-16", "2026-03-23"))


@rows(
    "lost, due",
    gotland=[
        ("2026-03-20", "2026-04-07"),  # Good Friday and Easter Monday lie between
        ("2026-03-21", "2026-04-07"),  # a Saturday: the first working day after it is the same
        ("2026-03-23", "2026-04-08"),
        ("2026-06-05", "2026-06-22"),  # the eve of Midsummer is no working day
        ("2026-06-08", "2026-06-23"),
        ("2026-12-10", "2026-12-28"),  # nor is Christmas Eve
        ("2026-12-15", "2027-01-04"),  # nor the eve of New Year, and a working-day term goes on into the next year
    ],
    norrvinge=[
        ("2026-03-20", "2026-04-14"),
        ("2026-03-21", "2026-04-14"),
        ("2026-03-23", "2026-04-15"),
        ("2026-06-05", "2026-06-29"),
        ("2026-06-08", "2026-06-30"),
        ("2026-12-10", "2027-01-07"),  # Epiphany, too
        ("2026-12-15", "2027-01-12"),
    ],
)
def test_working_days_leave_out_holidays_and_eves(lost: str, due: str) -> None:
    """The n-th working day after the trigger (rules 1 and 2, edge rule 8)."""
    assert str(owed(bought().given(start()).given(lose(lost)), REVIEW).due_on) == due


# 2. Calendar terms roll to a working day; 31 December never does


@rows(
    "started, due",
    gotland=[
        ("2026-03-20", "2026-06-18"),
        ("2026-03-21", "2026-06-22"),  # midsommarafton is a Friday: to Monday
        ("2026-03-22", "2026-06-22"),
        ("2026-03-24", "2026-06-22"),
        ("2026-03-25", "2026-06-23"),
        ("2026-01-30", "2026-04-30"),
        ("2026-01-31", "2026-05-04"),  # the first of May, and a weekend after it
        ("2026-09-24", "2026-12-23"),
        ("2026-09-25", "2026-12-28"),  # julafton, and Christmas after it
        ("2026-10-01", "2026-12-30"),
        ("2026-10-02", "2026-12-31"),  # no working day, and yet it stays in its year
        ("2026-10-03", "2027-01-04"),
        ("2026-10-06", "2027-01-04"),
    ],
    norrvinge=[
        ("2026-04-19", "2026-06-18"),
        ("2026-04-20", "2026-06-22"),
        ("2026-04-21", "2026-06-22"),
        ("2026-04-24", "2026-06-23"),
        ("2026-03-01", "2026-04-30"),
        ("2026-03-02", "2026-05-04"),
        ("2026-10-24", "2026-12-23"),
        ("2026-10-25", "2026-12-28"),
        ("2026-10-31", "2026-12-30"),
        ("2026-11-01", "2026-12-31"),
        ("2026-11-02", "2027-01-04"),
    ],
)
def test_a_term_that_ends_on_a_day_off_rolls(started: str, due: str) -> None:
    """To the next working day, except on 31 December (rule 2)."""
    assert first_due(started) == due


@rows(
    "started, due",
    gotland=[
        ("2027-11-30", "2028-02-28"),
        ("2027-12-01", "2028-02-29"),  # a leap day is a day like any other
        ("2027-12-02", "2028-03-01"),
        ("2028-02-28", "2028-05-29"),  # 28 May is a Sunday
        ("2028-02-29", "2028-05-29"),
        ("2028-03-01", "2028-05-30"),
    ],
    norrvinge=[
        ("2027-12-30", "2028-02-28"),
        ("2027-12-31", "2028-02-29"),
        ("2028-01-01", "2028-03-01"),
        ("2028-02-28", "2028-04-28"),
        ("2028-02-29", "2028-05-02"),  # 29 April is a Saturday, and 1 May a holiday
        ("2028-03-01", "2028-05-02"),
    ],
)
def test_a_leap_day_is_counted(started: str, due: str) -> None:
    """Days before and after 29 February (rule 2)."""
    assert first_due(started) == due


@rows(
    "trigger, due",
    gotland=[
        ("2028-02-28", "2029-02-28"),
        ("2028-02-29", "2029-02-28"),
        ("2027-02-28", "2028-02-28"),
        ("2026-12-31", "2027-12-31"),
    ],
    norrvinge=[
        ("2026-08-31", "2028-02-29"),
        ("2027-08-29", "2029-02-28"),
        ("2027-08-31", "2029-02-28"),
        ("2026-06-30", "2027-12-30"),
    ],
)
def test_months_end_on_the_last_day_of_a_shorter_month(trigger: str, due: str) -> None:
    """Twelve months after 29 February are 28 February, and eighteen after 31 August the last of February (readings)."""
    assert str(after(DAY(trigger), "df-review", authority()).on) == due


def test_terms_counted_backwards_never_roll() -> None:
    """14 or 21 days before Sunday 5 July are a Sunday in June, and it stays there (rule 2)."""
    past = errands().given(ask("2026-01-12", "2026-07-05"))
    assert (DAY(here("2026-06-21", "2026-06-14")), "14-days") in duties_of(past).steps(owed_errand(past))


def test_working_days_before_are_counted_from_the_due_day() -> None:
    """Two or three working days before the Monday after Midsummer: the eve is none (rule 1)."""
    past = errands().given(ask("2026-03-21", "2026-06-22"))
    assert (DAY(here("2026-06-16", "2026-06-17")), "3-working-days") in duties_of(past).steps(owed_errand(past))


def test_a_series_is_anchored_to_its_start_and_rolled_each_time() -> None:
    """What was rolled once moves no later day (readings: GS-4)."""
    dues = [in_series(DAY("2026-01-12"), "follow-up.first", "follow-up.recurring", n, authority()).on for n in range(5)]
    assert [str(due) for due in dues] == here(
        ["2026-04-13", "2026-10-09", "2027-04-07", "2027-10-04", "2028-04-03"],
        ["2026-03-13", "2026-07-13", "2026-11-09", "2027-03-08", "2027-07-06"],
    )


# 3. The trigger day is when it happened, however late it is known


def test_an_outage_moves_no_due_date() -> None:
    """Recorded at once, or four months later: the same duties and dates, and the delay shown (rule 3, edge rule 6)."""
    at_once, late = bought().given(start()), bought().given(start(), on=at("2026-05-12"))
    assert owed(at_once).due_on == owed(late).due_on
    assert [told(past, FIRST, DutyArose)[0].known_late_days for past in (at_once, late)] == [0, 120]


def test_a_clock_that_stood_still_ends_as_one_that_ran() -> None:
    """Stopped from 20 December to 12 January: all boundaries are decided as of their days (issue: a week over New Year)."""
    ran, stood = year(), year()
    for until in ("2026-12-21", "2026-12-28", "2027-01-04", "2027-01-12"):
        let_pass(ran, until)
    let_pass(stood, "2026-12-20")
    let_pass(stood, "2027-01-12", on=at("2027-01-12"))
    assert happened(ran) == happened(stood)
    assert {id_: (d.due_on, d.end, d.steps) for id_, d in all_owed(ran).items()} == {
        id_: (d.due_on, d.end, d.steps) for id_, d in all_owed(stood).items()
    }


@pytest.mark.parametrize("days", [-1, 0, 1, 7])
def test_a_clock_that_is_late_loses_no_duty(days: int) -> None:
    """The next follow-up arises at 00:00 of the due day if the place had not ended before, whenever the clock gets there."""
    due = DAY(here("2026-04-13", "2026-03-13"))
    ended, before, after_ = (str(due + timedelta(n)) for n in (days, -2, 12))
    ran = let_pass(let_pass(running(), ended).given(end(ended)), after_)
    stood = let_pass(let_pass(running(), before).given(end(ended)), after_, on=at(after_))
    assert happened(ran) == happened(stood)
    assert (recurring(1) in all_owed(stood)) is (days >= 0)
    assert {id_: (d.end, d.ended_on) for id_, d in all_owed(ran).items()} == {
        id_: (d.end, d.ended_on) for id_, d in all_owed(stood).items()
    }


def test_a_clock_that_is_late_voids_nothing_that_was_overdue() -> None:
    """Both that arose while the clock stood still are there: the one that was overdue at the end goes on."""
    over, later = here(("2026-10-20", "2026-10-25"), ("2026-07-20", "2026-07-25"))
    ran = let_pass(let_pass(running(), over).given(end(over)), later)
    stood = let_pass(running().given(end(over)), later, on=at(later))
    assert happened(ran) == happened(stood)
    assert [owed(stood, recurring(n)).end for n in (1, 2)] == [None, "voided"]


def year() -> Story:
    """Begin with a place whose second follow-up is due about New Year, and whose first was never held."""
    return bought().given(start("2026-04-06"))


def happened(past: Story) -> list[tuple[Any, ...]]:
    """Give what happened, and when; not when it was recorded."""
    return sorted((e.occurredat, e.subject, e.type) for e in past.told)


# 5 and 6. Voided, or overdue for good


@rows(
    "ended, voided",
    gotland=[("2026-04-12", True), ("2026-04-13", True), ("2026-04-14", False)],
    norrvinge=[
        ("2026-03-12", True),
        ("2026-03-13", True),
        ("2026-03-16", False),
    ],
)
def test_an_end_known_late_counts_by_its_day(ended: str, voided: bool) -> None:  # noqa: FBT001 - a table
    """Recorded a week after due: by the due day it voids what is overdue, after it the duty goes on (rules 5 and 6)."""
    past = let_pass(running(), "2026-04-20").given(end(ended), on=at("2026-04-20"))
    assert (owed(past).end == "voided") is voided
    assert len(told(past, FIRST, DutyFellOverdue)) == 1


# 7. Reminders


def test_a_reminder_that_is_not_before_the_due_day_is_left_out() -> None:
    """The review of a place is due in two or three weeks: the first reminder would be on the trigger's own day (rule 7)."""
    past = running().given(lose("2026-03-02"))
    let_pass(past, here("2026-03-15", "2026-03-22"))
    reminded = [e.occurredat.date() for e in past.told if e.subject == f"duty/{REVIEW}" and "Reminded" in e.type]
    assert [str(on) for on in reminded] == here(["2026-03-09", "2026-03-11"], ["2026-03-12", "2026-03-19"])


# 8. Escalation


@rows(
    "due, overdue, head, board",
    gotland=[
        ("2026-04-13", "2026-04-14", "2026-04-14", "2026-04-28"),
        ("2026-06-18", "2026-06-19", "2026-06-22", "2026-07-06"),  # the eve of Midsummer
        ("2026-12-23", "2026-12-24", "2026-12-28", "2027-01-14"),  # Christmas, New Year and Epiphany
        ("2026-12-31", "2027-01-01", "2027-01-04", "2027-01-19"),
    ],
    norrvinge=[
        ("2026-04-13", "2026-04-14", "2026-04-15", "2026-05-07"),  # 1 May
        ("2026-06-18", "2026-06-19", "2026-06-23", "2026-07-14"),
        ("2026-12-23", "2026-12-24", "2026-12-29", "2027-01-22"),
        ("2026-12-31", "2027-01-01", "2027-01-05", "2027-01-27"),
    ],
)
def test_escalation_goes_by_working_days(due: str, overdue: str, head: str, board: str) -> None:
    """Overdue from the next day whatever day it is; the head on a working day, the board some of them later (rule 8)."""
    past = errands().given(ask("2026-01-12", due))
    steps = {step: str(on) for on, step in duties_of(past).steps(owed_errand(past))}
    assert (steps["overdue-local"], steps["unit-head"], steps["board"]) == (overdue, head, board)


# 9. Days late are calendar days to the act


@rows(
    "held, late",
    gotland=[("2026-04-12", 0), ("2026-04-13", 0), ("2026-04-14", 1), ("2026-04-20", 7)],
    norrvinge=[
        ("2026-03-13", 0),
        ("2026-03-14", 1),
        ("2026-03-20", 7),
    ],
)
def test_days_late_are_calendar_days_to_the_act(held: str, late: int) -> None:
    """Weekends count, and the delay in recording stands beside (rule 9)."""
    past = let_pass(running(), held).given(follow_up(held))
    assert told(past, FIRST, DutyDischarged)[0].late_days == late


# A deadline that moves, both ways


@rows(
    "to, due",
    gotland=[
        ("2026-06-30", "2026-07-30"),
        ("2026-07-01", "2026-07-31"),
        ("2026-07-02", "2026-08-03"),
        ("2026-11-30", "2026-12-30"),
        ("2026-12-01", "2026-12-31"),
        ("2026-12-02", "2027-01-04"),
    ],
    norrvinge=[
        ("2026-07-29", "2026-08-19"),
        ("2026-07-30", "2026-08-20"),
        ("2026-07-31", "2026-08-21"),
        ("2026-08-01", "2026-08-24"),  # 22 August is a Saturday
        ("2026-12-09", "2026-12-30"),
        ("2026-12-10", "2026-12-31"),
        ("2026-12-11", "2027-01-04"),
    ],
)
def test_a_last_day_that_moves_later_moves_the_final_follow_up(to: str, due: str) -> None:
    """By the same term, rolled as any other (edge rule 3)."""
    assert str(owed(until_june().given(extend(to, "2026-03-02")), FINAL).due_on) == due


def test_a_last_day_that_moves_earlier_moves_it_too() -> None:
    """An early end brings the final follow-up forward; what was due before stays where it is (edge rule 3)."""
    past = until_june().given(end("2026-05-29"))
    assert str(owed(past, FINAL).due_on) == here("2026-06-29", "2026-06-22")
    assert str(owed(past).due_on) == here("2026-04-13", "2026-03-13")


# A file that changes while a place runs: the change is made in Gotland's


def changing(change: Callable[[str], str]) -> Story:
    """Begin with a place from 12 January to 30 June 2026, by Gotland's file with a change in it."""
    text = (FILES / "gotland.toml").read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    new = story(placements_rules(read(changed.encode(), "changed.toml")), SOCIAL_BOARD)
    return new.given(buy(planned_end="2026-06-30"), start())


def from_march(key: str, value: int) -> Callable[[str], str]:
    """Change a deadline from 1 March 2026 on."""

    def change(text: str) -> str:
        before, mark, rest = text.partition(f'key = "{key}"\n')
        old, end, after_ = rest.partition("\n\n")
        again = re.sub(r"value = \d+", f"value = {value}", old).replace("from = 2016-01-01", "from = 2026-03-01")
        ended = old.replace("from = 2016-01-01", "from = 2016-01-01\nuntil = 2026-02-28")
        return before + mark + ended + f"\n\n[[deadline]]\n{mark}{again}" + end + after_

    return change


def unit_changes(text: str) -> str:
    """Let the social board have another name from 14 April 2026 on."""
    old = 'name = "Socialnämnden"\nfrom = 2016-01-01\ndecision = "Policyn 2015-09-07 § 221"\n'
    ended = old.replace("from = 2016-01-01", "from = 2016-01-01\nuntil = 2026-04-13")
    new = '\n[[unit]]\nrole = "social-board"\nname = "Omsorgsnämnden"\nfrom = 2026-04-14\ndecision = "X"\n'
    return text.replace(old, ended + new, 1)


@pytest.mark.gotland
def test_a_final_follow_up_moves_by_the_deadline_that_it_arose_with() -> None:
    """What has arisen keeps its reading, though the deadline is another one when the end moves (rule 3)."""
    past = changing(from_march("follow-up.final", 60)).given(extend("2026-09-30", "2026-03-02"))
    assert str(owed(past, FINAL).due_on) == "2026-10-30"


@pytest.mark.gotland
def test_a_series_is_read_as_at_its_start() -> None:
    """The next follow-up arises in April and goes by the deadline of January (readings: GS-4)."""
    past = let_pass(changing(from_march("follow-up.recurring", 60)), "2026-04-13")
    [arose] = told(past, recurring(1), DutyArose)
    assert arose.interpretation_id == "follow-up.recurring@2016-01-01"


@pytest.mark.gotland
def test_what_fell_overdue_was_owed_by_the_unit_of_its_due_day() -> None:
    """Not by the one that took over on the day after (rule 1)."""
    past = let_pass(changing(unit_changes), "2026-04-14")
    assert [event.owed_by_unit for event in told(past, FIRST, DutyFellOverdue)] == ["Socialnämnden"]


# 10. One act, one duty


def test_one_conversation_does_not_discharge_two_duties() -> None:
    """Each names its own (rule 10)."""
    past = let_pass(running(), "2026-10-09").given(follow_up("2026-10-09", recurring(1)))
    assert [d.end for d in all_owed(past).values()] == [None, "discharged", None]


# Where the calendar and the authority's file end


def test_a_day_that_the_calendar_does_not_know_is_refused() -> None:
    """Nothing is guessed about a year of which no holidays are known."""
    far = buy(planned_start="2026-01-12", planned_end="2150-06-30")
    placements().given(far).when(start()).refused(OUT_OF_RANGE)
    assert len(errands().when(say(Asked(asked_on=DAY("2026-01-12")))).events()) == 2

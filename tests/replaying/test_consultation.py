"""GS-7 replayed: the year begins by itself, and what was waived stays waived."""

from datetime import date, timedelta

import pytest

from shared.contracts.duty import DutyArose
from shared.replaying.comparing import differences
from tests.consultation import stories
from tests.replaying.living import Living


def living() -> Living:
    """Give consultation."""
    return Living("consultation")


@pytest.mark.parametrize("until", ["2026-09-30", "2026-10-01", "2027-01-31", "2027-02-15"])
def test_a_year_that_nobody_acted_in_is_sound(until: str) -> None:
    """Overdue, escalated, lapsed: the clock alone."""
    day = date.fromisoformat(until)
    service = living().until(day)
    assert differences(service.parts, service.logs, day) == []


def test_an_initiative_that_was_taken_is_sound() -> None:
    """It opens what follows."""
    service = living().do(stories.initiate("2026-05-04"))
    day = date(2027, 3, 1)
    service.until(day)
    assert differences(service.parts, service.logs, day) == []
    assert {state.kind for state in service.states().values()} == {"initiative", "held"}


def test_a_year_that_the_clock_did_not_open_is_missing() -> None:
    """A log without any event owes the year's initiative all the same, due on its lawful day."""
    service = living()
    [found] = differences(service.parts, service.logs, date(2026, 3, 1))
    assert (found.wrong, found.duty.id, found.cause) == ("missing", stories.INITIATIVE, "tick/year/2026/consultation")


def test_a_due_day_that_was_recorded_wrongly_is_told() -> None:
    """Both due days stand in the difference."""
    service = living().until(date(2026, 3, 1))
    log = service.logs["consultation.events"]
    arose = next(r for r in log if isinstance(r.event, DutyArose))
    due = arose.event.due_on + timedelta(days=1) if isinstance(arose.event, DutyArose) and arose.event.due_on else None
    wrong = arose.envelope.model_copy(update={"data": arose.event.model_copy(update={"due_on": due})})
    log[arose.index] = type(arose)(arose.log, arose.index, wrong)
    [found] = differences(service.parts, service.logs, date(2026, 3, 1))
    assert found.wrong == "wrong-due"
    assert found.should is not None
    assert found.recorded is not None
    assert found.recorded.due_on == due != found.should.due_on

"""What consultation does on its own events and takes from other systems."""

from datetime import date
from typing import Any

import pytest

from services.consultation.domain.calendar import year_began
from services.consultation.domain.consultation import HoldConsultation, InitiateConsultation
from services.consultation.domain.reactions import REACTIONS, on_duty_arose
from services.consultation.domain.rows import ConsultationRow
from services.consultation.views.consultation import CONSULTATION
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.consultation import ConsultationHeld, ConsultationInitiated
from shared.contracts.duty import DutyDischarged
from shared.log.tables import Table, Working
from shared.reacting import Message
from tests.consultation.stories import INITIATIVE, consultation, gotland, hold, initiate, owed
from tests.spec import Story, at, event_id


def seen(told: Story) -> tuple[Recorded, Working]:
    """Give a story's last event as the reactor hands it on, with the rows of all before it."""
    table = Table(CONSULTATION)
    rows = Working([table])
    recorded = [Recorded("consultation.events", index, envelope) for index, envelope in enumerate(told.told)]
    for event in recorded:
        if CONSULTATION.takes(event.subject):
            rows.put(table, event.subject, CONSULTATION.fold(rows.get(ConsultationRow, event.subject), event))
    return recorded[-1], rows


def test_an_initiative_that_was_first_discharges_the_year_it_was_first_in() -> None:
    """The invitation was recorded before the clock opened the year: the year's duty is discharged by it all the same."""
    story = consultation().given(initiate("2026-01-02"), year_began(2026))
    (command,) = on_duty_arose(*seen(story), gotland())
    (done,) = story.when(command).events()
    assert isinstance(done, DutyDischarged)
    assert (done.acted_on, done.evidence, done.rebuts) == (date(2026, 1, 2), (event_id(0),), False)
    assert owed(story, INITIATIVE).end == "discharged"


@pytest.mark.parametrize(
    "before", [[], [initiate("2026-01-02", covers=("samrad",))], [initiate("2027-01-04", year=2027)]]
)
def test_no_other_initiative_does(before: list[Any]) -> None:
    """None, half a one, or one of another year: the year's duty stays."""
    recorded, rows = seen(consultation().given(*before, year_began(2026)))
    assert list(on_duty_arose(recorded, rows, gotland())) == []


def test_other_duties_call_for_nothing() -> None:
    """That it is held is owed from the initiative on; there is nothing to look up."""
    recorded, rows = seen(consultation().given(initiate("2026-01-02")))
    assert recorded.subject == "duty/gs-7.held/2026"
    assert list(on_duty_arose(recorded, rows, gotland())) == []


@pytest.mark.parametrize(
    ("command", "asked"), [(initiate(), InitiateConsultation), (hold(), HoldConsultation)], ids=["initiated", "held"]
)
def test_a_report_asks_for_its_command(command: Any, asked: type) -> None:
    """What another system reports is recorded with the same fields."""
    event: Event = consultation().given(initiate()).past.history("consultation/2026")[0].data
    if asked is HoldConsultation:
        (event,) = consultation().given(initiate(covers=("samrad",))).when(command).events()
    message = Message("diary", "/diary", "1", event, at("2026-12-31"))
    assert REACTIONS.inbox[type(event)](message, Working([]), gotland()) == command


def test_nothing_else_is_taken() -> None:
    """What both bodies agreed on, and a no, are the office's own to record."""
    assert set(REACTIONS.inbox) == {ConsultationInitiated, ConsultationHeld}

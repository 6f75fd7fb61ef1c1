"""What consultation takes from other systems."""

from typing import Any

import pytest

from services.consultation.domain.consultation import HoldConsultation, InitiateConsultation
from services.consultation.domain.reactions import REACTIONS
from shared.contracts.consultation import ConsultationHeld, ConsultationInitiated
from shared.log.tables import Working
from shared.reacting import Message
from tests.authorities import authority
from tests.consultation.stories import consultation, hold, initiate
from tests.spec import at

pytestmark = pytest.mark.both


@pytest.mark.parametrize(
    ("command", "asked"), [(initiate(), InitiateConsultation), (hold(), HoldConsultation)], ids=["initiated", "held"]
)
def test_a_report_asks_for_its_command(command: Any, asked: type) -> None:
    """What another system reports is recorded with the same fields."""
    event = consultation().given(initiate()).past.history("consultation/2026")[0].data
    if asked is HoldConsultation:
        (event,) = consultation().given(initiate(covers=("samrad",))).when(command).events()
    message = Message("diary", "/diary", "1", event, at("2026-12-31"))
    assert REACTIONS.inbox[type(event)](message, Working([]), authority()) == command


def test_a_report_approves_nothing() -> None:
    """The second person is one of ours: a publisher that names one has none."""
    event = consultation().given(initiate(approved_by="staff-9")).past.history("consultation/2026")[0].data
    assert isinstance(event, ConsultationInitiated)
    assert event.approved_by == "staff-9"
    asked = REACTIONS.inbox[type(event)](
        Message("diary", "/diary", "1", event, at("2026-12-31")), Working([]), authority()
    )
    assert asked == initiate().model_copy(update={"at": at("2026-12-31")})


def test_nothing_else_is_taken() -> None:
    """What both bodies agreed on, and a no, are the office's own to record."""
    assert set(REACTIONS.inbox) == {ConsultationInitiated, ConsultationHeld}

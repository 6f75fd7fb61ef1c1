"""A year's consultation: what can be recorded of it, and in which order."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.consultation.domain.consultation import (
    BEFORE_INITIATIVE,
    IN_FUTURE,
    NOT_AGREED_BY_BOTH,
    NOT_INITIATED,
    NOT_REMINDED,
    OTHER_PARTNER,
    OTHER_YEAR,
    PERIOD_BACKWARDS,
)
from shared.contracts.consultation import ConsultationDeclined, ConsultationHeld
from tests.consultation.stories import consultation, correct, decline, document, follow_up, hold, initiate
from tests.spec import Story, at

DAY = date.fromisoformat
NOW = at("2026-06-30")


def invited(*, twice: bool = False) -> Story:
    """Begin with the invitation of 4 May, before the clock opened the year: no duty is in the way."""
    story = consultation().given(initiate("2026-05-04", covers=("samrad",)))
    return story.given(initiate("2026-06-01", covers=("uppfoljning",))) if twice else story


@pytest.mark.parametrize("command", [initiate(), hold(), follow_up(), decline()], ids=lambda c: type(c).__name__)
def test_the_same_again_changes_nothing(command: Any) -> None:
    """What is recorded twice is recorded once."""
    invited().given(command).when(command).then()


@pytest.mark.parametrize(
    "command",
    [initiate("2026-07-01", at=NOW), hold("2026-07-01", at=NOW), follow_up("2026-07-01", at=NOW),
     decline("2026-07-01", at=NOW)],
    ids=lambda c: type(c).__name__,
)  # fmt: skip
def test_nothing_happens_tomorrow(command: Any) -> None:
    """What is to come is recorded when it has come."""
    invited().when(command).refused(IN_FUTURE)


@pytest.mark.parametrize("command", [hold(), follow_up(), decline()], ids=lambda c: type(c).__name__)
def test_what_follows_needs_an_initiative(command: Any) -> None:
    """Nothing is held, followed up or declined that nobody was invited to."""
    consultation().when(command).refused(NOT_INITIATED)


@pytest.mark.parametrize("command", [hold, follow_up, decline])
def test_what_follows_comes_after_the_first_invitation(command: Any) -> None:
    """On its day or later; a second invitation does not make what was held before it unheld."""
    invited().when(command("2026-05-03")).refused(BEFORE_INITIATIVE)
    assert invited().when(command("2026-05-04")).events()
    assert invited(twice=True).when(command("2026-05-15")).events()


def test_a_meeting_is_recorded_by_its_minutes() -> None:
    """How many came from each body; their names stand in the minutes."""
    (event,) = invited().when(hold()).events()
    assert isinstance(event, ConsultationHeld)
    assert [(p.body, p.count) for p in event.participants] == [("executive-office", 2), ("coompanion", 3)]
    assert event.minutes == document("RS 2026/120", "2026-06-15")


@pytest.mark.parametrize("agreed_by", [(), ("coompanion",), ("executive-office",), ("executive-office", "almi"),
                                       ("coompanion", "coompanion")])  # fmt: skip
def test_a_joint_follow_up_is_agreed_by_both(agreed_by: tuple[str, ...]) -> None:
    """Coompanion and the authority; one of them alone has followed nothing up jointly."""
    invited().when(follow_up(agreed_by=agreed_by)).refused(NOT_AGREED_BY_BOTH)


def test_a_period_goes_forwards() -> None:
    """It can be a single day, and it does not end before it begins."""
    invited().when(follow_up(period={"from": "2025-12-31", "to": "2025-12-30"})).refused(PERIOD_BACKWARDS)
    assert invited().when(follow_up(period={"from": "2025-12-31", "to": "2025-12-31"})).events()


def test_a_no_needs_no_reminder() -> None:
    """Coompanion says no: that is all."""
    invited().when(decline()).then(
        ConsultationDeclined(year=2026, partner_id="coompanion", declined_on=DAY("2026-05-18"), kind="declined")
    )
    invited().when(decline(partner_id="leader")).refused(OTHER_PARTNER)


def test_silence_is_a_no_after_a_reminder() -> None:
    """Without a reminder, or with one that came afterwards, nobody knows."""
    invited().when(decline(kind="no-answer")).refused(NOT_REMINDED)
    invited().when(decline(kind="no-answer", reminded_on="2026-05-19")).refused(NOT_REMINDED)
    assert invited().when(decline(kind="no-answer", reminded_on="2026-05-18")).events()


@pytest.mark.parametrize("empty", [{"covers": ()}, {"covers": ("fika",)}])
def test_an_invitation_covers_something(empty: dict[str, Any]) -> None:
    """Consultation, follow-up or both."""
    with pytest.raises(ValidationError):
        initiate(**empty)


def test_a_corrected_fact_is_read_as_corrected() -> None:
    """A meeting that never took place is not there, and can be held yet."""
    story = invited().given(hold())
    assert story.given(correct(story, 1, kind="never-happened")).state("consultation/2026").held is None
    assert story.when(hold("2026-06-16")).events()


@pytest.mark.parametrize("changes", [{"year": 2025}, {"initiatedOn": "2025-12-31"}, {"initiatedOn": None}])
def test_nothing_is_corrected_into_another_year(changes: dict[str, Any]) -> None:
    """What belongs to another year is recorded there, and never happened here."""
    story = invited()
    story.when(correct(story, 0, **changes)).refused(OTHER_YEAR)
    assert story.when(correct(story, 0, initiatedOn="2026-05-05")).events()

"""A duty that should have arisen is opened late: by its lawful day, once, and never for a day to come."""

from datetime import date
from typing import Any

import pytest

from services.consultation.domain.duties import INITIATIVE
from shared.contracts.duty import DutyArose, DutyFellOverdue, DutyLapsed
from shared.contracts.values import DutyId
from shared.policy.duty.commands import IN_FUTURE, UNKNOWN
from shared.policy.duty.missed import OpenMissed
from tests.consultation.stories import INITIATIVE as YEARS
from tests.consultation.stories import begun, consultation
from tests.spec import at


def missed(**fields: Any) -> OpenMissed:
    """Open the initiative of 2026, discovered in May."""
    told = {
        "at": at("2026-05-04"), "duty_id": YEARS, "object_id": "2026", "object_type": INITIATIVE.object,
        "trigger_event_id": "year/2026", "trigger_on": date(2026, 1, 1), "due_on": date(2026, 9, 30),
        "hard_due_on": date(2026, 12, 31), "terms": (), "interpretation_id": "initiative.local@2016-01-01",
    }  # fmt: skip
    return OpenMissed.model_validate(told | fields)


def test_it_keeps_its_lawful_day_and_tells_how_late_it_is_known() -> None:
    """123 days after New Year's Day it is known; it is due when it would have been."""
    [arose] = consultation().when(missed()).events()
    assert isinstance(arose, DutyArose)
    assert (arose.due_on, arose.hard_due_on) == (date(2026, 9, 30), date(2026, 12, 31))
    assert (arose.known_late_days, arose.interpretation_id) == (123, "initiative.local@2016-01-01")


def test_one_that_is_there_is_not_opened_again() -> None:
    """Opening it twice changes nothing."""
    begun().when(missed()).then()


def test_one_that_can_no_longer_be_done_is_opened_with_its_lapse() -> None:
    """It ends as it would have ended."""
    lapse = {"end": "lapsed", "on": "2026-05-01", "reason_code": "year-over"}
    events = consultation().when(missed(ended=lapse)).events()
    assert [type(event) for event in events] == [DutyArose, DutyLapsed]
    assert not any(isinstance(event, DutyFellOverdue) for event in events)


@pytest.mark.parametrize("changed", [{"trigger_on": date(2026, 5, 5)}])
def test_none_is_opened_for_a_day_to_come(changed: dict[str, Any]) -> None:
    """What triggers it must have happened."""
    consultation().when(missed(**changed)).refused(IN_FUTURE)


@pytest.mark.parametrize(
    "changed",
    [{"duty_id": DutyId("gs-7.other/2026")}, {"object_type": "placement"}, {"duty_id": DutyId("gs-7.initiative/2025")}],
)
def test_none_is_opened_that_no_definition_names(changed: dict[str, Any]) -> None:
    """Its id says clause, kind and what it is about; a typing error opens nothing."""
    consultation().when(missed(**changed)).refused(UNKNOWN)

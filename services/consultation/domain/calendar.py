"""What a new year brings by itself: the year's initiative is owed from 1 January (GS-7)."""

from services.consultation.domain.duties import INITIATIVE, new_year
from shared.contracts.values import DutyId
from shared.policy.duty.commands import OpenDuty
from shared.policy.stockholm import start_of


def year_began(year: int) -> OpenDuty:
    """Give what the clock has decided at 00:00 on 1 January of a year, Stockholm; repeating it does nothing."""
    kind = f"{INITIATIVE.clause.id.lower()}.{INITIATIVE.kind}"
    trigger_id, first_day = new_year(year)
    return OpenDuty(
        at=start_of(first_day),
        duty_id=DutyId(f"{kind}/{year}"),
        object_id=str(year),
        kind=kind,
        trigger_event_id=trigger_id,
        trigger_on=first_day,
    )

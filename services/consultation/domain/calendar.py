"""What a new year brings by itself: the year's initiative is owed from 1 January (GS-7)."""

from datetime import date

from services.consultation.domain.duties import INITIATIVE
from shared.contracts.values import DutyId
from shared.policy.duty.commands import OpenDuty
from shared.policy.stockholm import start_of


def year_began(year: int) -> OpenDuty:
    """Give what the clock has decided at 00:00 on 1 January of a year, Stockholm; repeating it does nothing.

    The trigger is no event but the boundary of the year, so its id is made of the year: `year/2026`.
    """
    kind = f"{INITIATIVE.clause.id.lower()}.{INITIATIVE.kind}"
    new_year = date(year, 1, 1)
    return OpenDuty(
        at=start_of(new_year),
        duty_id=DutyId(f"{kind}/{year}"),
        object_id=str(year),
        kind=kind,
        trigger_event_id=f"year/{year}",
        trigger_on=new_year,
    )

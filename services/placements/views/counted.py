"""What the figures count a place by: its days, the days on which they were recorded, and its outcome, sealed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from services.placements.domain.placement import EVENTS
from services.placements.domain.rows import CountedRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.placements import (
    PlacementCancelled,
    PlacementEnded,
    PlacementPurchased,
    PlacementStarted,
)
from shared.contracts.values import Enc
from shared.log.view import View, nothing
from shared.policy.stockholm import day_of


def fold(row: CountedRow | None, recorded: Recorded) -> CountedRow | None:
    """Fold one event of a place."""
    event = recorded.event
    if isinstance(event, PlacementPurchased):
        return CountedRow(
            key=recorded.subject, placement_id=event.placement_id, enterprise_id=event.enterprise_id,
            place_kind=event.place_kind, basis=event.basis, purchased_on=event.purchased_on,
            purchase_recorded_on=day_of(recorded.envelope.time),
        )  # fmt: skip
    if row is None:
        return None  # its purchase never happened, as a correction says
    match event:
        case PlacementStarted(started_on=day):
            return replace(row, started_on=day)
        case PlacementEnded(ended_on=day):
            return _told(replace(row, ended_on=day), event.outcome, recorded)
        case PersonalDetailsAdded():
            return _told(row, event.fields.get("outcome"), recorded)
        case PlacementCancelled():
            return replace(row, is_cancelled=True)
        case _:
            return row


def _told(row: CountedRow, outcome: Any, recorded: Recorded) -> CountedRow:
    if not isinstance(outcome, Enc):
        return row
    return replace(row, outcome=outcome, outcome_recorded_on=day_of(recorded.envelope.time))


COUNTED = View(
    name="counted", log=EVENTS, category="placement", row=CountedRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

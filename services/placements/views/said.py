"""What was said of a place's person, event by event: sealed here, opened at the edge for the social board's own (OSL 26:1)."""

from dataclasses import replace
from pathlib import Path

from services.placements.domain.placement import EVENTS
from services.placements.domain.rows import Said, SaidRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.placements import PlacementPurchased
from shared.log.view import View, nothing
from shared.persons.sealing import sealed_fields


def fold(row: SaidRow | None, recorded: Recorded) -> SaidRow | None:
    """Fold one event of a place; those that say nothing of the person change nothing."""
    event = recorded.event
    if isinstance(event, PlacementPurchased):
        row = SaidRow(key=recorded.subject, placement_id=event.placement_id, subject_ref=event.subject_ref)
    fields = {pointer.rpartition("/")[2]: enc for pointer, enc in sealed_fields(event)}
    if row is None or not fields:
        return row
    about = event.event_id if isinstance(event, PersonalDetailsAdded) else recorded.envelope.id
    said = Said(event_id=about, type=type(event).__name__, occurred_at=recorded.envelope.occurredat, fields=fields)
    return replace(row, said=(*row.said, said))


SAID = View(
    name="said", log=EVENTS, category="placement", row=SaidRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

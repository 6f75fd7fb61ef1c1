"""Which organisations are WISEs, as registry says: no ordinary company, where one is asked for (BG-5)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from services.consultation.domain.rows import WiseRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.registry import (
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    RecognitionRestored,
    RecognitionWithdrawn,
)
from shared.log.view import View


def fold(row: WiseRow | None, recorded: Recorded) -> WiseRow | None:
    """Fold one event of an enterprise. A suspension takes nothing away: it is no ordinary company meanwhile."""
    event = recorded.event
    if isinstance(event, EnterpriseRegistered):
        return WiseRow(key=recorded.subject, number=event.identity.value)
    if row is None:
        return None  # its registration never happened, as a correction says
    match event:
        case EnterpriseRecognised(effective_from=day) | RecognitionRestored(effective_from=day):
            is_one = bool(row.times) and row.times[-1][1] is None
            return row if is_one else replace(row, times=(*row.times, (day, None)))
        case RecognitionWithdrawn(effective_from=day) | EnterpriseClosed(closed_on=day):
            return _ended(row, day)
        case _:
            return row


def _ended(row: WiseRow, on: date) -> WiseRow:
    if not row.times or row.times[-1][1] is not None:
        return row
    return replace(row, times=(*row.times[:-1], (row.times[-1][0], on)))


WISE = View(
    name="wise", log="registry.events", category="enterprise", row=WiseRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"),
)  # fmt: skip

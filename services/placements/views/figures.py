"""The published figures, a quarter each: what everybody else reads of places."""

from dataclasses import replace
from pathlib import Path

from services.placements.domain.figures import FIGURES
from services.placements.domain.rows import FigureCell, FiguresRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.placements import PlacementFiguresPublished
from shared.log.view import View, nothing


def fold(row: FiguresRow | None, recorded: Recorded) -> FiguresRow:
    """Fold one part of a quarter's figures."""
    match recorded.event:
        case PlacementFiguresPublished() as event:
            return _with(row, event, recorded.subject)
        case _:
            raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is no event of figures")


def _with(row: FiguresRow | None, event: PlacementFiguresPublished, key: str) -> FiguresRow:
    cells = tuple(
        FigureCell(
            measure=cell.measure, enterprise_id=cell.by.enterprise_id, place_kind=cell.by.place_kind, value=cell.value,
            suppressed=cell.suppressed,
        )
        for cell in event.cells
    )  # fmt: skip
    if row is not None:
        return replace(row, cells=(*row.cells, *cells))
    return FiguresRow(
        key=key, period=event.period, cells=cells, rules_version=event.rules_version,
        log_index=event.log_index,
    )  # fmt: skip


PUBLISHED = View(
    name="figures", log=FIGURES, category="figures", row=FiguresRow, fold=fold, sql=Path(__file__).with_suffix(".sql"),
    working=nothing,
)  # fmt: skip

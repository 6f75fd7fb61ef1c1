"""What procurement publishes of its outreach for those who may not read of it: counts by fixed cells (GS-6).

The stream is `figures/<period>` in the log `procurement.events`. A period's figures stand as they were published; a correction
comes with the next period.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.cloudevent import Event
from shared.contracts.values import Value

Period: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{4}-Q[1-4]$")]
ReachMeasure: TypeAlias = Literal[
    "own-tenders", "suitable-pairs", "informed-in-time", "informed-late", "not-informed", "none-suitable",
]  # fmt: skip


class ReachBy(Value):
    """What a cell of outreach is of: a buying board, a stage, or where neither is named all of them."""

    board: str | None = None
    stage: str | None = None


class ReachCell(Value):
    """A count of tenders, or of tenders with a suitable WISE each; `value` is null where `suppressed`."""

    measure: ReachMeasure
    by: ReachBy
    value: Annotated[int, Field(ge=0)] | None
    suppressed: bool


class ReachFiguresPublished(Event):
    """A quarter's figures of outreach (GS-6), made of the outreach log up to `logIndex`."""

    TYPE = "se.medverka.ReachFiguresPublished.v1"

    period: Period
    cells: tuple[ReachCell, ...]
    rules_version: str
    log_index: Annotated[int, Field(ge=0)]

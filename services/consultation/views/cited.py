"""The events that a year's evidence may cite, kept as they were recorded: a pack of any size of the logs is read from them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from typing_extensions import override

from services.consultation.domain.consultation import EVENTS
from services.consultation.domain.evidence.cited import CITED
from services.consultation.domain.rows import (
    CitedEvent,
    CitedOfConsultation,
    CitedOfFigures,
    CitedOfProcurement,
    CitedOfRegistry,
    CitedRow,
)
from shared.contracts.cloudevent import Recorded, encode
from shared.contracts.duty import EventCorrected
from shared.log.view import View

C = TypeVar("C", bound=CitedRow)


class _Cited(View[C]):
    """A view of every stream of a log."""

    @override
    def takes(self, subject: str) -> bool:
        """Take all streams: which events count is the fold's to say."""
        return True


def _keeps(log: str, row: type[C]) -> Callable[[C | None, Recorded], C | None]:
    """Give the fold that keeps the events of a log which may be cited, and the corrections of what is kept."""

    def fold(former: C | None, recorded: Recorded) -> C | None:
        is_correction = former is not None and isinstance(recorded.event, EventCorrected)
        if not is_correction and not isinstance(recorded.event, CITED[log]):
            return former
        kept = CitedEvent(index=recorded.index, event=encode(recorded.envelope).decode())
        former = former or row(key=recorded.subject)
        return replace(former, events=(*former.events, kept))

    return fold


def _cited(name: str, log: str, row: type[C]) -> View[C]:
    return _Cited(
        name=name, log=log, category="", row=row, fold=_keeps(log, row), sql=Path(__file__).with_name(f"{name}.sql"),
        working=lambda _row: True, as_recorded=True, depends=repr([event.TYPE for event in CITED[log]]),
    )  # fmt: skip


CITED_CONSULTATION = _cited("cited_consultation", EVENTS, CitedOfConsultation)
CITED_REGISTRY = _cited("cited_registry", "registry.events", CitedOfRegistry)
CITED_PROCUREMENT = _cited("cited_procurement", "procurement.events", CitedOfProcurement)
CITED_FIGURES = _cited("cited_figures", "placements.figures", CitedOfFigures)
VIEWS = (CITED_CONSULTATION, CITED_REGISTRY, CITED_PROCUREMENT, CITED_FIGURES)

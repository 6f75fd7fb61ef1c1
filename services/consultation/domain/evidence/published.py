"""What other services have published for everybody: their figures by cell, and the year's guidance and learning (GS-5)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from services.consultation.domain.evidence.cited import Known
from shared.contracts.cloudevent import Envelope
from shared.contracts.figures import ReachFiguresPublished
from shared.contracts.knowledge import GuidanceDelivered, KnowledgeActivityHeld, KnowledgeActivityOffered
from shared.contracts.placements import PlacementFiguresPublished

CLAUSE: Final = {PlacementFiguresPublished: "GS-4", ReachFiguresPublished: "GS-6"}


def cells(known: Known, years: Iterable[int]) -> list[dict[str, Any]]:
    """Give the published cells of the years' quarters as they stand, suppressed ones without a value.

    A quarter's may come in several events. Each cell cites the one that published it and nothing beneath.
    """
    wanted = {str(year) for year in years}
    return [cell for stream in known.of("figures") for envelope in stream.events for cell in _cells(envelope, wanted)]


def _cells(envelope: Envelope, years: set[str]) -> Iterator[dict[str, Any]]:
    event = envelope.data
    if not isinstance(event, PlacementFiguresPublished | ReachFiguresPublished) or event.period[:4] not in years:
        return
    for cell in event.cells:
        by = cell.by.model_dump(by_alias=True, exclude_none=True)
        of = ",".join(f"{name}={value}" for name, value in sorted(by.items())) or "all"
        yield {
            "id": f"{event.period}/{cell.measure}/{of}",
            "clause": CLAUSE[type(event)],
            "period": event.period,
            "measure": cell.measure,
            "by": by,
            "value": cell.value,
            "suppressed": cell.suppressed,
            "rulesVersion": event.rules_version,
            "events": [envelope.id],
        }


def knowledge(known: Known, years: Iterable[int]) -> list[dict[str, Any]]:
    """Give by year: to how many WISEs guidance came in person, and how many activities were offered and held (GS-5).

    How many persons came is not told: they are few.
    """
    events = [envelope for stream in known.of("knowledge") for envelope in stream.events]
    return [figure for year in years for figure in _of_year(year, events)]


def _of_year(year: int, events: Iterable[Envelope]) -> Iterator[dict[str, Any]]:
    guided: dict[str, list[str]] = {}
    offered: dict[str, list[str]] = {}
    held: dict[str, list[str]] = {}
    for envelope in events:
        match envelope.data:
            case GuidanceDelivered(for_year=of, kind="direct", enterprise_id=enterprise) if of == year:
                guided.setdefault(enterprise, []).append(envelope.id)
            case KnowledgeActivityOffered(for_year=of, activity_id=activity) if of == year:
                offered.setdefault(activity, []).append(envelope.id)
            case KnowledgeActivityHeld(held_on=day, activity_id=activity) if day.year == year:
                held.setdefault(activity, []).append(envelope.id)
            case _:
                continue
    for measure, found in (("guided", guided), ("activities-offered", offered), ("activities-held", held)):
        cites = [event for _, ids in sorted(found.items()) for event in ids]
        yield {"id": f"{year}/{measure}", "year": year, "measure": measure, "value": len(found), "events": cites}

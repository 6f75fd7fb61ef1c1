"""The figures that leave the social board: how many persons, by enterprise and by kind of place, each quarter (IN-3, GS-4).

The list of figures is fixed: each measure in all, by each enterprise of the registry, and by each kind of place. A place is
a person: two places of one person share nothing that could be counted. What may be shown is `suppression.py`'s to say.

A fact is counted once, in the quarter in which it was recorded, so that one which comes late is in the next figures and the
published ones stand. `active` alone is a stock: those who have a place when the quarter ends.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from typing_extensions import override

from services.placements.domain.rows import CountedRow, FigureCell, FiguresRow
from shared.contracts.placements import Figure, Group, Measure, PlaceKind, PlacementFiguresPublished
from shared.deciding import Command, Decision
from shared.policy.quarter import Quarter
from shared.policy.suppression import TOTAL, Count, Shown, Table, limits_of, released

FIGURES: Final = "placements.figures"
RULES_VERSION: Final = "figures-2026-1"
"""Names these measures, cells and rules of suppression: another version where one of them changes."""
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
STOCKS: Final[frozenset[Measure]] = frozenset({"active"})
KINDS: Final[tuple[str, ...]] = get_args(PlaceKind)
EMPLOYED: Final = frozenset({"employed-at-wise", "employed-elsewhere", "subsidised-employment"})
"""The outcomes of a place that are work."""
TOGETHER: Final = 300
"""Figures in one event: an event is at most 60 KiB."""
WITHHELD: Final = "protected"
"""Places at an enterprise that is sealed, since the person's identity is protected: on no list, in the total only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A follow-up that is owed, or was: what the figures count it by."""

    placement_id: str
    due_on: date | None
    acted_on: date | None
    acted_recorded_on: date | None
    end: str | None

    @property
    def is_late(self) -> bool:
        """It was done, after its due day."""
        return self.acted_on is not None and self.due_on is not None and self.acted_on > self.due_on


class PublishFigures(Command):
    """Publish a quarter's figures; they were reckoned from the first `logIndex` events of the log."""

    period: str
    cells: tuple[Figure, ...]
    log_index: int

    @property
    @override
    def subject(self) -> str:
        """The quarter's stream."""
        return f"figures/{self.period}"


def evolve(_published: str, event: PlacementFiguresPublished) -> str:
    """Remember by which rules a quarter's figures were published: once, and they never change."""
    return event.rules_version


def publish(command: PublishFigures, published: str) -> Decision:
    """Publish the figures, in parts where they are many."""
    if published:
        return []
    return [
        PlacementFiguresPublished(
            period=command.period, cells=command.cells[n : n + TOGETHER], rules_version=RULES_VERSION,
            log_index=command.log_index,
        )
        for n in range(0, len(command.cells), TOGETHER)
    ]  # fmt: skip


def figures(
    quarter: Quarter,
    places: Sequence[CountedRow],
    owed: Sequence[Owed],
    employed: Collection[str],
    enterprises: Collection[str],
    past: Sequence[FiguresRow],
) -> tuple[Figure, ...]:
    """Give a quarter's figures. `employed`: streams of the places whose outcome is known to be work; `past`: all before."""
    counted = counts(quarter, places, owed, employed)
    present = [p for p in places if _is_present(p, quarter) or any(p.placement_id in ids for ids in counted.values())]
    listed = sorted({*enterprises, *(p.enterprise_id for p in places if p.enterprise_id is not None)})
    cells = [name for table in (_by_enterprise((), (), listed), _by_kind((), ())) for name in table]
    releases: dict[str, Shown] = {}
    for measure in MEASURES:
        persons = [p for p in present if p.placement_id in counted[measure]]
        tables = (_by_enterprise(persons, present, listed), _by_kind(persons, present))
        before = [shown(row, measure) for row in past] if measure in STOCKS else ()
        # Whoever is counted otherwise was bought for: in this quarter or before.
        ever = [*(shown(row, "bought") for row in past), releases["bought"]] if releases else []
        limits = limits_of(ever, cells) if ever else {}
        releases[measure] = released(Count(len(persons), len(present)), tables, before, limits)
    return tuple(_figure(m, name, value) for m in MEASURES for name, value in releases[m].items())


def counts(
    quarter: Quarter, places: Sequence[CountedRow], owed: Sequence[Owed], employed: Collection[str]
) -> Mapping[Measure, frozenset[str]]:
    """Give the places that each measure counts; a place of which two follow-ups were late is one person."""
    done = [each for each in owed if quarter.holds(each.acted_recorded_on)]
    return {
        "bought": frozenset(p.placement_id for p in places if quarter.holds(p.purchase_recorded_on)),
        "active": frozenset(p.placement_id for p in places if _is_active(p, quarter.last)),
        "followed-up-in-time": frozenset(d.placement_id for d in done if not d.is_late),
        "followed-up-late": frozenset(d.placement_id for d in done if d.is_late),
        "not-followed-up": frozenset(d.placement_id for d in owed if quarter.holds(d.due_on) and d.end is None),
        "outcome-employed": frozenset(
            p.placement_id for p in places if p.key in employed and quarter.holds(p.outcome_recorded_on)
        ),
    }


def shown(row: FiguresRow, measure: str) -> Shown:
    """Give what was released of a measure."""
    return {_name(cell): cell.value for cell in row.cells if cell.measure == measure}


def _is_active(place: CountedRow, on: date) -> bool:
    has_begun = place.started_on is not None and place.started_on <= on
    return has_begun and (place.ended_on is None or place.ended_on > on)


def _is_present(place: CountedRow, quarter: Quarter) -> bool:
    """Tell whether a person had the place, or was to have it, at any time in the quarter."""
    is_over = place.is_cancelled or (place.ended_on is not None and place.ended_on < quarter.first)
    return place.purchased_on <= quarter.last and not is_over


def _by_enterprise(persons: Sequence[CountedRow], present: Sequence[CountedRow], listed: Sequence[str]) -> Table:
    values = Counter(p.enterprise_id or WITHHELD for p in persons)
    at_risk = Counter(p.enterprise_id or WITHHELD for p in present)
    return {
        **{f"enterprise/{id_}": Count(values[id_], at_risk[id_]) for id_ in listed},
        WITHHELD: Count(values[WITHHELD], at_risk[WITHHELD], withheld=True),
    }


def _by_kind(persons: Sequence[CountedRow], present: Sequence[CountedRow]) -> Table:
    values, at_risk = Counter(p.place_kind for p in persons), Counter(p.place_kind for p in present)
    return {f"kind/{kind}": Count(values[kind], at_risk[kind]) for kind in KINDS}


def _figure(measure: Measure, name: str, value: int | None) -> Figure:
    by = {"enterprise": "enterpriseId", "kind": "placeKind"}
    split, _, id_ = name.partition("/")
    group = Group.model_validate({by[split]: id_} if name != TOTAL else {})
    return Figure(measure=measure, by=group, value=value, suppressed=value is None)


def _name(cell: FigureCell) -> str:
    if cell.enterprise_id is not None:
        return f"enterprise/{cell.enterprise_id}"
    return f"kind/{cell.place_kind}" if cell.place_kind is not None else TOTAL

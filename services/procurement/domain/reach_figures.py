"""The figures of outreach that others may read: tenders, suitable enterprises and what these were told, each quarter (GS-6).

The list is fixed: each measure in all, by each buying board, and by each stage. What is counted is a tender in a stage, or such
a one with an enterprise that it may suit; no cell names an enterprise. A count of such pairs that is small is not shown, nor
what would tell it (`suppression.py`); how many own tenders there are is public.

A fact is counted once, in the quarter in which it was recorded; that nobody was told, in the quarter of the due day.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias, get_args

from typing_extensions import override

from shared.contracts.figures import ReachBy, ReachCell, ReachFiguresPublished, ReachMeasure
from shared.contracts.procurement import Stage
from shared.deciding import Command, Decider, Decision
from shared.policy.duty.life import NEVER_OWED
from shared.policy.quarter import Quarter
from shared.policy.suppression import TOTAL, Count, released

EVENTS: Final = "procurement.events"
RULES_VERSION: Final = "reach-2026-1"
"""Names these measures, cells and rules of suppression: another version where one of them changes."""
MEASURES: Final[tuple[ReachMeasure, ...]] = get_args(ReachMeasure)
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
Place: TypeAlias = tuple[str, str]
"""A board and a stage."""
TOGETHER: Final = 300
"""Cells in one event: an event is at most 60 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTender:
    """An own tender in a stage, first recorded so on a day; `suits`: a duty to tell of it has arisen."""

    tender_id: str
    board: str
    stage: Stage
    recorded_on: date
    suits: bool
    assessed: int
    """How many enterprises it was assessed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A duty to tell an enterprise of a tender; `base` is the same for its successors."""

    base: str
    tender_id: str
    stage: Stage
    arose_recorded_on: date
    due_on: date | None
    acted_on: date | None
    acted_recorded_on: date | None
    end: str | None
    void_reason: str | None


class PublishReach(Command):
    """Publish a quarter's figures; they were reckoned from the first `logIndex` events of the outreach log."""

    period: str
    cells: tuple[ReachCell, ...]
    log_index: int

    @property
    @override
    def subject(self) -> str:
        """The quarter's stream."""
        return f"figures/{self.period}"


def evolve(_published: str, event: ReachFiguresPublished) -> str:
    """Remember by which rules a quarter's figures were published: once, and they never change."""
    return event.rules_version


def publish(command: PublishReach, published: str) -> Decision:
    """Publish the figures, in parts where they are many."""
    if published:
        return []
    return [
        ReachFiguresPublished(
            period=command.period, cells=command.cells[n : n + TOGETHER], rules_version=RULES_VERSION,
            log_index=command.log_index,
        )
        for n in range(0, len(command.cells), TOGETHER)
    ]  # fmt: skip


FIGURES: Final[Decider[str]] = Decider(
    category="figures", log=EVENTS, initial="", evolve=evolve, decides={PublishReach: publish},
    events=(ReachFiguresPublished,),
)  # fmt: skip


def reach(
    quarter: Quarter, tenders: Sequence[OwnTender], tellings: Sequence[Telling], boards: Iterable[str]
) -> tuple[ReachCell, ...]:
    """Give a quarter's figures. `boards`: those of the authority's list; each has its cell, also with nothing in it."""
    listed = sorted({*boards, *(tender.board for tender in tenders)})
    board_of = {tender.tender_id: tender.board for tender in tenders}
    new: list[OwnTender] = [tender for tender in tenders if quarter.holds(tender.recorded_on)]
    pairs: dict[ReachMeasure, list[Place]] = {
        measure: _places(found, board_of) for measure, found in _told(quarter, tellings).items()
    }
    concerned = {(board, stage) for places in pairs.values() for board, stage in places}
    assessed: list[Place] = [
        _place(t) for t in tenders if t in new or (t.board, t.stage) in concerned for _ in range(t.assessed)
    ]
    counted: Mapping[ReachMeasure, tuple[list[Place], list[Place]]] = {
        "own-tenders": ([_place(t) for t in new], []),
        "none-suitable": (
            [_place(t) for t in new if not t.suits],
            [_place(t) for t in new],
        ),
        **{measure: (places, assessed) for measure, places in pairs.items()},
    }
    return tuple(cell for measure in MEASURES for cell in _cells(measure, *counted[measure], listed))


def _place(tender: OwnTender) -> Place:
    return tender.board, tender.stage


def _told(quarter: Quarter, tellings: Sequence[Telling]) -> dict[ReachMeasure, list[Telling]]:
    owed = [each for each in tellings if each.void_reason not in NEVER_OWED]
    done = [each for each in owed if each.acted_on is not None and quarter.holds(each.acted_recorded_on)]
    return {
        "suitable-pairs": [each for each in owed if quarter.holds(each.arose_recorded_on)],
        "informed-in-time": [each for each in done if not _is_late(each)],
        "informed-late": [each for each in done if _is_late(each)],
        "not-informed": [
            each for each in owed
            if quarter.holds(each.due_on) and each.acted_on is None and each.end not in ("voided", "waived")
        ],
    }  # fmt: skip


def _is_late(telling: Telling) -> bool:
    return telling.acted_on is not None and telling.due_on is not None and telling.acted_on > telling.due_on


def _places(tellings: Iterable[Telling], board_of: Mapping[str, str]) -> list[Place]:
    """Give the board and stage of each pair; one that was told twice is one pair."""
    once = {each.base: each for each in tellings if each.tender_id in board_of}
    return [(board_of[each.tender_id], each.stage) for each in once.values()]


def _cells(
    measure: ReachMeasure, places: Sequence[Place], at_risk: Sequence[Place], boards: Sequence[str]
) -> Iterable[ReachCell]:
    if measure == "own-tenders":  # public, as the tenders are
        shown: Mapping[str, int | None] = {
            TOTAL: len(places), **{name: count.value for table in _tables(places, (), boards) for name, count in table.items()},
        }  # fmt: skip
    else:
        shown = released(Count(len(places), len(at_risk)), _tables(places, at_risk, boards))
    for name, value in shown.items():
        split, _, of = name.partition("/")
        yield ReachCell(measure=measure, by=ReachBy(**{split: of} if of else {}), value=value, suppressed=value is None)


def _tables(
    places: Sequence[Place], at_risk: Sequence[Place], boards: Sequence[str]
) -> tuple[dict[str, Count], dict[str, Count]]:
    def table(split: str, names: Sequence[str], n: int) -> dict[str, Count]:
        values, could = Counter(place[n] for place in places), Counter(place[n] for place in at_risk)
        return {f"{split}/{name}": Count(values[name], could[name]) for name in names}

    return table("board", boards, 0), table("stage", STAGES, 1)

"""Duties counted by class, as they are and as they would be under another authority's file, and which changed (what-if)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from shared.contracts.values import DutyId
from shared.policy.duty.life import DutyState, classify, is_breach
from shared.policy.suppression import FEWEST

Measure: TypeAlias = str
"""A class of a duty, or `breach`, which is a second value beside it."""
BREACH: Measure = "breach"
SUPPRESSED: Final = "suppressed"
Value: TypeAlias = int | Literal["suppressed"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count: the duties of a clause that a unit owes and that are of a class, now and then."""

    clause: str
    unit: str
    measure: Measure
    now: Value
    then: Value
    difference: Value


@dataclass(frozen=True, slots=True)
class Change:
    """A duty that would be another: its class or due day, or whether it is there at all. None: it is not there."""

    duty_id: DutyId
    now: str | None
    then: str | None
    due_now: date | None
    due_then: date | None


@dataclass(frozen=True, slots=True)
class Counted:
    """A service's duties counted twice. `changed` is None where the reader may not know of single duties."""

    cells: tuple[Cell, ...]
    changed: tuple[Change, ...] | None


Duties: TypeAlias = Mapping[DutyId, DutyState]
Group: TypeAlias = tuple[str, str]


def counted(now: Duties, then: Duties, as_of: date, *, shown_singly: bool) -> Counted:
    """Count both at the end of a day. Where single duties may not be shown, small counts are not either."""
    groups = sorted(_groups(now.values()) | _groups(then.values()))
    cells: list[Cell] = []
    for group in groups:
        one, other = (_sorted(group, duties.values(), as_of) for duties in (now, then))
        told = _cells(group, one, other)
        cells += told if shown_singly else _suppressed(told, one, other)
    return Counted(tuple(cells), _changed(now, then, as_of) if shown_singly else None)


def _groups(duties: Iterable[DutyState]) -> set[Group]:
    return {(duty.clause, duty.owed_by_unit) for duty in duties}


Sorted: TypeAlias = Mapping[Measure, list[DutyState]]


def _sorted(group: Group, duties: Iterable[DutyState], as_of: date) -> Sorted:
    """Give a group's duties by class, and its breaches once more."""
    found = defaultdict[Measure, list[DutyState]](list)
    for duty in duties:
        if (duty.clause, duty.owed_by_unit) == group:
            found[classify(duty, as_of)].append(duty)
            if is_breach(duty, as_of):
                found[BREACH].append(duty)
    return found


def _cells(group: Group, now: Sorted, then: Sorted) -> list[Cell]:
    sizes = [(measure, len(now.get(measure, ())), len(then.get(measure, ()))) for measure in sorted({*now, *then})]
    return [Cell(*group, measure, before, after, after - before) for measure, before, after in sizes]


def _changed(now: Duties, then: Duties, as_of: date) -> tuple[Change, ...]:
    found = []
    for duty_id in sorted(now.keys() | then.keys()):
        one, other = now.get(duty_id), then.get(duty_id)
        if _shown(one, as_of) != _shown(other, as_of):
            was, would = (classify(duty, as_of) if duty else None for duty in (one, other))
            found.append(Change(duty_id, was, would, one.due_on if one else None, other.due_on if other else None))
    return tuple(found)


def _shown(duty: DutyState | None, as_of: date) -> tuple[object, ...] | None:
    return (classify(duty, as_of), is_breach(duty, as_of), duty.owed_by_unit) if duty else None


# -- secrecy


def _suppressed(cells: list[Cell], now: Sorted, then: Sorted) -> list[Cell]:
    """Keep small counts back, and a second one wherever a single one could be reckoned from the others.

    A person has several duties, so what counts is how many objects they are about: where a group is about fewer than five,
    nothing of it is told, not even a nought. Breaches are counted in the classes, too, and go with them.
    """
    everyone = _objects(now) | _objects(then)
    hidden = {cell.measure for cell in cells if len(everyone) < FEWEST or _is_small(cell.measure, now, then)}
    if hidden:
        hidden.add(BREACH)
    shown = [cell for cell in cells if cell.measure not in hidden]
    if len(hidden - {BREACH}) == 1 and shown:
        hidden.add(
            min(shown, key=lambda cell: max(len(now.get(cell.measure, ())), len(then.get(cell.measure, ())))).measure
        )
    return [
        Cell(cell.clause, cell.unit, cell.measure, SUPPRESSED, SUPPRESSED, SUPPRESSED)
        if cell.measure in hidden
        else cell
        for cell in cells
    ]


def _objects(duties: Sorted, measure: Measure | None = None) -> set[str]:
    found = duties.get(measure, []) if measure else [duty for each in duties.values() for duty in each]
    return {duty.object_id for duty in found}


def _is_small(measure: Measure, now: Sorted, then: Sorted) -> bool:
    """Tell whether a count, or what is between two counts, is of few objects, or of few duties."""
    one, other = _objects(now, measure), _objects(then, measure)
    between = abs(len(now.get(measure, ())) - len(then.get(measure, ())))
    return any(0 < few < FEWEST for few in (len(one), len(other), len(one ^ other), between))

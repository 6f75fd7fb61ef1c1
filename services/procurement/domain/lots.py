"""A tender's lots: how an amendment and a moved deadline change them, and when they close."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from shared.contracts.procurement import Aspect, Lot, TenderChange, is_instant
from shared.policy.stockholm import day_of, end_of

ASPECTS: Final[Mapping[str, Aspect]] = {
    "cpv": "branch", "nuts": "region", "reserved": "reservation", "reservedExecution": "social-criteria",
    "socialObjectives": "social-criteria", "strategic": "social-criteria",
}  # fmt: skip
"""What a field of a lot is about; every other is text."""
DEADLINE: Final = ("deadline", "deadlineKind")
LOT_POINTER: Final = 2
"""`/lots/0` has two parts, a field of it three."""


def closing(deadline: date) -> datetime:
    """Give the first instant at which it is too late; a mere day is over when the next one begins."""
    return deadline if isinstance(deadline, datetime) else end_of(deadline)


def is_past(deadline: date | None, at: datetime) -> bool:
    """Tell whether a deadline is over at an instant; one with an hour is kept up to and with it."""
    if deadline is None:
        return False
    return at > closing(deadline) if is_instant(deadline) else at >= closing(deadline)


def closing_day(deadline: date) -> date:
    """Give the deadline's Stockholm day."""
    return day_of(deadline) if isinstance(deadline, datetime) else deadline


def latest(lots: Iterable[Lot]) -> date | None:
    """Give the deadline that is last; None if a lot has none, or there is no lot."""
    deadlines = [lot.deadline for lot in lots]
    known = [deadline for deadline in deadlines if deadline is not None]
    return max(known, key=closing) if known and len(known) == len(deadlines) else None


def with_deadline(lots: Iterable[Lot], ids: Collection[str], changes: Mapping[str, Any]) -> tuple[Lot, ...]:
    """Give the lots with another deadline for some of them."""
    return tuple(lot.model_copy(update=dict(changes)) if lot.lot_id in ids else lot for lot in lots)


def shown(lot: Lot) -> dict[str, Any]:
    """Give a lot as it stands in an event."""
    return lot.model_dump(mode="json", by_alias=True, exclude_defaults=True)


# -- amendments


def amended(lots: Sequence[Lot], changes: Iterable[TenderChange]) -> tuple[Lot, ...]:
    """Give the lots after an amendment; its pointers are into the tender as it stood before.

    `/lots/0/cpv` sets a field, `/lots/0` without an `after` takes a lot away, `/lots/-` adds one. Raises LookupError,
    TypeError or ValueError for a pointer or a value that fits nowhere.
    """
    shapes: list[dict[str, Any] | None] = [lot.model_dump(mode="json", by_alias=True) for lot in lots]
    for change in changes:
        top, *path = [part.replace("~1", "/").replace("~0", "~") for part in change.pointer.split("/")[1:]]
        if top == "lots":
            _change(shapes, path, change.after)
    result = tuple(Lot.model_validate(shape) for shape in shapes if shape is not None)
    if not result or len({lot.lot_id for lot in result}) != len(result):
        raise ValueError("a tender keeps at least one lot, and their ids differ")
    return result


def _change(shapes: list[dict[str, Any] | None], path: Sequence[str], after: Any) -> None:
    if path[0] == "-":
        shapes.append(after)
        return
    index = _index(path[0])
    if len(path) == 1:
        shapes[index] = after
        return
    *places, last = path[1:]
    place: Any = shapes[index]
    for name in places:
        place = place[_index(name)] if isinstance(place, list) else place[name]
    if isinstance(place, list):
        place[_index(last)] = after
    elif last in place:
        place[last] = after
    else:
        raise KeyError(last)


def _index(name: str) -> int:
    if not name.isdecimal():
        raise ValueError(f"{name} is no place in a list")
    return int(name)


def moves_a_deadline(change: TenderChange) -> bool:
    """Tell whether an amendment would move a deadline, which is an event of its own."""
    parts = change.pointer.split("/")[1:]
    return parts[0] == "lots" and len(parts) > LOT_POINTER and parts[LOT_POINTER] in DEADLINE


def differences(before: Sequence[Lot], after: Sequence[Lot]) -> Iterator[TenderChange]:
    """Give what changed from one reading of the lots to the next; deadlines apart."""
    read = {lot.lot_id: lot for lot in after}
    for index, lot in enumerate(before):
        if lot.lot_id not in read:
            yield TenderChange(pointer=f"/lots/{index}", lot_id=lot.lot_id, before=shown(lot))
            continue
        old, new = shown(lot), shown(read[lot.lot_id])
        for name in sorted((old.keys() | new.keys()) - set(DEADLINE)):
            if old.get(name) != new.get(name):
                pointer = f"/lots/{index}/{name}"
                yield TenderChange(
                    pointer=pointer, lot_id=lot.lot_id, before=old.get(name), after=new.get(name)
                )  # fmt: skip
    known = {lot.lot_id for lot in before}
    for lot in after:
        if lot.lot_id not in known:
            yield TenderChange(pointer="/lots/-", lot_id=lot.lot_id, after=shown(lot))


def affects(changes: Iterable[TenderChange]) -> tuple[Aspect, ...]:
    """Say what an amendment is about, each aspect once and in a fixed order."""
    found = {_aspect(change.pointer.split("/")[1:]) for change in changes}
    order: tuple[Aspect, ...] = ("branch", "region", "reservation", "social-criteria", "lots", "text")
    return tuple(aspect for aspect in order if aspect in found)


def _aspect(parts: Sequence[str]) -> Aspect:
    if parts[0] != "lots":
        return "text"
    return "lots" if len(parts) == LOT_POINTER else ASPECTS.get(parts[LOT_POINTER], "text")

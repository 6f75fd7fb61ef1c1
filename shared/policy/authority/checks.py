"""What a file of the right shape can still have wrong: names that nobody knows, and periods with gaps or overlaps."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from stdnum import luhn

from shared.policy.authority.keys import DEADLINES, INTERPRETATIONS
from shared.policy.authority.lines import Path
from shared.policy.authority.rows import DatedRow, DeadlineRow, File, InterpretationRow
from shared.policy.authority.values import MonthDay
from shared.policy.clause import CLAUSES
from shared.policy.role import AUDITOR, HELD_BY_UNITS, PARTNERS, is_buying_board, is_role


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of the file, and what to do: the rest of a sentence."""

    path: Path
    says: str


Row = TypeVar("Row", bound=DatedRow)


def faults(file: File) -> Iterator[Fault]:
    """Yield everything that is wrong, not only the first."""
    yield from _unknown_deadlines(file.deadline)
    yield from _unknown_interpretations(file.interpretation)
    yield from _clauses_and_deciders("deadline", file.deadline)
    yield from _clauses_and_deciders("interpretation", file.interpretation)
    yield from _roles(file)
    yield from _partners(file)
    yield from _buyers(file)
    yield from _publishers(file)
    yield from _letters(file)
    yield from _series(file)


def month_day(value: str) -> MonthDay:
    """Read `09-30`; raises ValueError, for 29 February too, since not every year has it."""
    day = date.fromisoformat(f"2015-{value}")
    return day.month, day.day


def _is_month_day(value: int | str) -> bool:
    try:
        return value == "{:02}-{:02}".format(*month_day(str(value)))
    except ValueError:
        return False


def _unknown_deadlines(rows: Sequence[DeadlineRow]) -> Iterator[Fault]:
    for n, row in enumerate(rows):
        units = DEADLINES.get(row.key)
        if units is None:
            yield Fault(
                ("deadline", n, "key"), f'there is no local deadline "{row.key}"; use one of {_listed(DEADLINES)}'
            )
        elif row.unit not in units:
            yield Fault(("deadline", n, "unit"), f'"{row.key}" cannot be in {row.unit}; use {_listed(units)}')
        yield from _unfit_value(n, row)


def _unfit_value(n: int, row: DeadlineRow) -> Iterator[Fault]:
    if row.unit == "date" and not _is_month_day(row.value):
        yield Fault(("deadline", n, "value"), f'{row.value!r} is no day of every year; write month and day as "09-30"')
    if row.unit != "date" and (isinstance(row.value, str) or row.value < 1):
        yield Fault(("deadline", n, "value"), f"{row.value!r} is no number of {row.unit}; write a whole number from 1")


def _unknown_interpretations(rows: Sequence[InterpretationRow]) -> Iterator[Fault]:
    for n, row in enumerate(rows):
        if row.key not in INTERPRETATIONS:
            says = f'there is no interpretation "{row.key}"; use one of {_listed(INTERPRETATIONS)}'
            yield Fault(("interpretation", n, "key"), says)


def _clauses_and_deciders(table: str, rows: Sequence[InterpretationRow]) -> Iterator[Fault]:
    ids = [clause.id for clause in CLAUSES]
    for n, row in enumerate(rows):
        if row.clause not in ids:
            yield Fault((table, n, "clause"), f'there is no clause "{row.clause}"; use one of {_listed(ids)}')
        if not is_role(row.decided_by):
            yield _unknown_role((table, n, "decided-by"), row.decided_by)


def _roles(file: File) -> Iterator[Fault]:
    for n, row in enumerate(file.unit):
        if row.role not in HELD_BY_UNITS and not is_buying_board(row.role):
            yield _unknown_role(("unit", n, "role"), row.role)


def _unknown_role(path: Path, role: str) -> Fault:
    return Fault(path, f'there is no role "{role}"; use one of {_listed(HELD_BY_UNITS)}, or buying-board:<code>')


def _partners(file: File) -> Iterator[Fault]:
    for n, row in enumerate(file.partner):
        if row.id not in PARTNERS:
            yield Fault(("partner", n, "id"), f'there is no partner body "{row.id}"; use one of {_listed(PARTNERS)}')


def _buyers(file: File) -> Iterator[Fault]:
    held = {row.role for row in file.unit}
    for n, row in enumerate(file.buyer):
        if not luhn.is_valid(row.organisation_number.replace("-", "")):
            says = f'"{row.organisation_number}" has a wrong check digit; copy the number from the decision'
            yield Fault(("buyer", n, "organisation-number"), says)
        if row.board not in held or not is_buying_board(row.board):
            says = f'no unit holds "{row.board}" as a buying board; add a [[unit]] with it, or name another'
            yield Fault(("buyer", n, "board"), says)


def _publishers(file: File) -> Iterator[Fault]:
    seen: set[str] = set()
    for n, row in enumerate(file.publisher):
        if row.source in seen:
            says = f'the source "{row.source}" stands here a second time; a source belongs to one publisher, remove one'
            yield Fault(("publisher", n, "source"), says)
        seen.add(row.source)


def _letters(file: File) -> Iterator[Fault]:
    for n, row in enumerate(file.letters):
        if not is_role(row.decided_by):
            yield _unknown_role(("letters", n, "decided-by"), row.decided_by)
        for kind in {kind for kind in row.approved if row.approved.count(kind) > 1}:
            yield Fault(("letters", n, "approved"), f'"{kind}" stands here twice; remove one')


def _series(file: File) -> Iterator[Fault]:
    start = date(file.authority.duties_from, 1, 1)
    required_roles = [role for role in HELD_BY_UNITS if role != AUDITOR]
    yield from _periods("deadline", file.deadline, lambda row: row.key, DEADLINES, start)
    yield from _periods("interpretation", file.interpretation, lambda row: row.key, INTERPRETATIONS, start)
    yield from _periods("unit", file.unit, lambda row: row.role, required_roles, start)
    yield from _periods("partner", file.partner, lambda row: row.id, PARTNERS, start)
    yield from _periods("suitability", file.suitability, lambda _: "rules", ["rules"], start)
    yield from _periods("letters", file.letters, lambda _: "letters", (), start)
    yield from _periods("buyer", file.buyer, lambda row: row.organisation_number.replace("-", ""), (), start)


def _periods(
    table: str, rows: Sequence[Row], name: Callable[[Row], str], required: Iterable[str], start: date
) -> Iterator[Fault]:
    """Check that the periods of each name follow each other, and that required names hold from the start for ever."""
    series: Mapping[str, list[tuple[Row, int]]] = defaultdict(list)
    for n, row in enumerate(rows):
        series[name(row)].append((row, n))
    for key in (key for key in required if key not in series):
        yield Fault((table,), f'"{key}" is missing; add a [[{table}]] for it that holds from {start}')
    for key, found in series.items():
        found.sort(key=lambda pair: pair[0].from_)
        yield from _backward(table, found)
        yield from _neighbours(table, key, found, gaps=key in required)
        if key in required:
            yield from _ends(table, key, found, start)


def _backward(table: str, found: list[tuple[Row, int]]) -> Iterator[Fault]:
    for row, n in found:
        if row.until is not None and row.until < row.from_:
            yield Fault(
                (table, n, "until"), f"the period ends on {row.until}, before {row.from_}; correct one of the days"
            )


def _neighbours(table: str, key: str, found: list[tuple[Row, int]], *, gaps: bool) -> Iterator[Fault]:
    for (earlier, _), (later, n) in pairwise(found):
        day_before = later.from_ - timedelta(days=1)
        if earlier.until is None or earlier.until > day_before:
            says = f'"{key}" overlaps an earlier period; let that one end with until = {day_before}'
            yield Fault((table, n, "from"), says)
        elif gaps and earlier.until < day_before:
            says = f'"{key}" has a gap: the earlier period ends on {earlier.until}; begin this one the day after'
            yield Fault((table, n, "from"), says)


def _ends(table: str, key: str, found: list[tuple[Row, int]], start: date) -> Iterator[Fault]:
    (first, n), (last, m) = found[0], found[-1]
    if first.from_ > start:
        says = (
            f'"{key}" begins on {first.from_}, but duties arise from {start}; begin it then, or add an earlier period'
        )
        yield Fault((table, n, "from"), says)
    if last.until is not None:
        says = f'"{key}" ends on {last.until} and nothing follows; add the next period, or remove until'
        yield Fault((table, m, "until"), says)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)

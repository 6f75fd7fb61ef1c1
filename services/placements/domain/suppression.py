"""Which counts of persons may be shown, so that nobody can reckon back to a few of them (features.md, item 10).

A measure of one period is a total and one or more tables that each split it. Of each table:

* a cell *hides* where its count is 1–4, or 0 among 1–4 persons at risk, or 1–4 from what was ever shown of the same cell
  (of a stock: the difference is persons who came or left), or where it is never shown (`withheld`);
* where any cell hides and another may be shown, the first of these in the table's own order is suppressed too: by its place
  in a public list, never by its size, since "the smallest" would tell how small;
* what the suppressed cells sum to can be reckoned from the total, so with that sum each must still have at least four
  possible values, those in which nobody's presence is certain to fewer than four; else nothing of the measure is shown.

Why that holds against somebody who knows these rules, everything released before, and even which of the suppressed cells
hides: the decision looks at nothing but what is released anyway (which cells are suppressed, their sum, what was shown
before). So every way of filling the suppressed cells that fits their kinds and their sum gives the very same release, and
`possible` counts exactly those. Where nothing is shown, one cell alone with 0 to 4 persons gives the same: five values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

FEWEST: Final = 5
"""A count of persons that is smaller, and not 0, is not shown."""
LEAST_VALUES: Final = 4
"""So many values must stay possible for what is not shown."""

Shown: TypeAlias = Mapping[str, int | None]
"""A release of one measure: cell → its value, None where it is suppressed. The total is the cell `TOTAL`."""
TOTAL: Final = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many persons a cell has, and how many could have been counted there; `withheld`: it is on no list."""

    value: int
    at_risk: int
    withheld: bool = False


Table: TypeAlias = Mapping[str, Count]
"""Cells that together are the total, in an order that is public."""


def released(total: Count, tables: Sequence[Table], past: Sequence[Shown] = ()) -> dict[str, int | None]:
    """Say what is shown of a measure. `past`: all that was released of it before, if it is a stock, else nothing.

    Raises ValueError where a table does not sum to the total.
    """
    if any(sum(count.value for count in table.values()) != total.value for table in tables):
        raise ValueError("a table's cells are not the total")
    names = [name for table in tables for name, count in table.items() if not count.withheld]
    nothing: dict[str, int | None] = {TOTAL: None, **dict.fromkeys(names)}
    if hides(total, _before(past, TOTAL)):
        return nothing
    shown: dict[str, int | None] = {TOTAL: total.value}
    for table in tables:
        suppressed = _suppressed(table, past)
        if suppressed is None or _moved(table, suppressed, total.value, past):
            return nothing
        shown |= {
            name: None if name in suppressed else count.value for name, count in table.items() if not count.withheld
        }
    return shown


def hides(count: Count, before: Iterable[int]) -> bool:
    """Tell whether a count must not be shown for its own sake."""
    if count.value == 0:
        return 0 < count.at_risk < FEWEST or is_near(0, before)
    return count.value < FEWEST or count.withheld or is_near(count.value, before)


def is_near(value: int, before: Iterable[int]) -> bool:
    """Tell whether a value differs by 1–4 from one that was shown."""
    return any(0 < abs(value - each) < FEWEST for each in before)


def possible(kinds: Sequence[Sequence[int]], total: int) -> list[set[int]]:
    """Give the values that each of some cells can have, of those of its kind, where together they are `total`.

    Sets of sums are bits of an integer: bit n of `first[i]` is set where the first i cells can sum to n.
    """
    whole = (1 << (total + 1)) - 1
    first, last = [1], [1]
    for values in kinds:
        first.append(_sums(first[-1], values) & whole)
    for values in reversed(kinds):
        last.append(_sums(last[-1], values) & whole)
    found = []
    for n, values in enumerate(kinds):
        rest = int(f"{last[len(kinds) - n - 1]:0{total + 1}b}"[::-1], 2)  # bit total−n of the sums of those that follow
        found.append({value for value in values if (first[n] << value) & rest})
    return found


def _sums(sums: int, values: Iterable[int]) -> int:
    found = 0
    for value in values:
        found |= sums << value
    return found


def _suppressed(table: Table, past: Sequence[Shown]) -> frozenset[str] | None:
    """Name the cells of a table that are suppressed; None where even that would not do."""
    hidden = [name for name, count in table.items() if hides(count, _before(past, name))]
    if not hidden:
        return frozenset()
    covers = next((name for name, c in table.items() if name not in hidden and c.value >= FEWEST), None)
    sum_ = sum(table[name].value for name in (*hidden, *([covers] if covers is not None else [])))
    kinds = [_hiding(table[name], _before(past, name), sum_) for name in hidden]
    if covers is not None:
        before = _before(past, covers)
        kinds.append([value for value in range(FEWEST, sum_ + 1) if not is_near(value, before)])
    if any(len(values) < LEAST_VALUES for values in possible(kinds, sum_)):
        return None
    return frozenset((*hidden, *([covers] if covers is not None else [])))


def _hiding(count: Count, before: Sequence[int], most: int) -> list[int]:
    """Give the values that a cell which hides can have. A hidden 0 is one more, and not counted on."""
    if count.withheld:
        return list(range(1, most + 1))
    near = {each + by for each in before for by in range(1 - FEWEST, FEWEST) if by}
    return sorted(v for v in {*range(1, FEWEST), *near} if 0 < v <= most)


def _moved(table: Table, suppressed: frozenset[str], total: int, past: Sequence[Shown]) -> bool:
    """Tell whether the sum of what is suppressed tells that a few came or left: it could be reckoned before, too."""
    if not suppressed:
        return False
    open_ = [name for name in table if name not in suppressed and not table[name].withheld]
    sum_ = total - sum(table[name].value for name in open_)
    before = []
    for release in past:
        whole, parts = release[TOTAL], [release.get(name, 0) for name in open_]
        if whole is not None and None not in parts:
            before.append(whole - sum(part for part in parts if part is not None))
    return is_near(sum_, before)


def _before(past: Sequence[Shown], name: str) -> list[int]:
    return sorted({value for release in past if (value := release.get(name)) is not None})

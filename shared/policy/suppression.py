"""Which counts of persons may be shown, so that nobody can reckon back to a few of them (features.md, item 10).

A measure of one period is a total and one or more tables that each split it. Of each table:

* a cell *hides* where its count is 1–4, or 0 among 1–4 persons at risk, or 1–4 from what was ever shown of the same cell
  (of a stock: the difference is persons who came or left), or so great that it would tell of another measure (`Limit`), or
  where it is never shown (`withheld`);
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
from types import MappingProxyType
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


@dataclass(frozen=True, slots=True)
class Limit:
    """What is public of the persons that a cell is part of: it cannot exceed `most`, and above `shown` it tells of them."""

    shown: int
    most: int


Limits: TypeAlias = Mapping[str, Limit]
NO_LIMITS: Final[Limits] = MappingProxyType({})
Table: TypeAlias = Mapping[str, Count]
"""Cells that together are the total, in an order that is public."""


def released(
    total: Count, tables: Sequence[Table], past: Sequence[Shown] = (), limits: Limits = NO_LIMITS
) -> dict[str, int | None]:
    """Say what is shown of a measure. `past`: all that was released of it before, if it is a stock, else nothing.

    `limits` are those of its cells that have one, by `limits_of` what its persons are part of.

    Raises ValueError where a table does not sum to the total.
    """
    if any(sum(count.value for count in table.values()) != total.value for table in tables):
        raise ValueError("a table's cells are not the total")
    names = [name for table in tables for name, count in table.items() if not count.withheld]
    nobody = [name for name in names if name in limits and limits[name].most == 0]  # as another measure tells already
    nothing: dict[str, int | None] = {TOTAL: None, **dict.fromkeys(names), **dict.fromkeys(nobody, 0)}
    if hides(total, Known(_before(past, TOTAL))):
        return nothing
    shown: dict[str, int | None] = {TOTAL: total.value}
    for table in tables:
        suppressed = _suppressed(table, {name: Known(_before(past, name), limits.get(name)) for name in table})
        if suppressed is None or _moved(table, suppressed, total.value, past):
            return nothing
        shown |= {
            name: None if name in suppressed else count.value for name, count in table.items() if not count.withheld
        }
    return shown


@dataclass(frozen=True, slots=True)
class Known:
    """What everybody knows of a cell: what was shown `before`, and its limit."""

    before: Sequence[int] = ()
    limit: Limit | None = None

    def may_show(self, value: int) -> bool:
        """Tell whether a count of persons may be shown."""
        is_within = self.limit is None or value <= self.limit.shown
        return value >= FEWEST and is_within and not is_near(value, self.before)


def limits_of(releases: Sequence[Shown], cells: Iterable[str]) -> dict[str, Limit]:
    """Give the limits of what is part of these releases together (who is active was bought for), each cell's own.

    A gap counts as four: it is no fewer than one, so a sum that is three less than the most tells of no gap. Where nothing
    was shown of one of them, there is no limit.
    """
    if any(release[TOTAL] is None for release in releases):
        return {}
    found = {}
    for cell in cells:
        values = [release.get(cell, 0) for release in releases]
        most = sum(FEWEST - 1 if value is None else value for value in values)
        found[cell] = Limit(most - (LEAST_VALUES - 1) if None in values else most, most)
    return found


def hides(count: Count, known: Known) -> bool:
    """Tell whether a count must not be shown for its own sake."""
    if count.value == 0:
        return 0 < count.at_risk < FEWEST or is_near(0, known.before)
    return count.withheld or not known.may_show(count.value)


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


def _suppressed(table: Table, known: Mapping[str, Known]) -> frozenset[str] | None:
    """Name the cells of a table that are suppressed; None where even that would not do."""
    hidden = [name for name, count in table.items() if hides(count, known[name])]
    if not hidden:
        return frozenset()
    covers = [name for name, count in table.items() if name not in hidden and count.value >= FEWEST][:1]
    sum_ = sum(table[name].value for name in (*hidden, *covers))
    kinds = [_hiding(table[name], known[name], sum_) for name in hidden]
    kinds += [[value for value in _upto(sum_, known[name]) if known[name].may_show(value)] for name in covers]
    if any(len(values) < LEAST_VALUES for values in possible(kinds, sum_)):
        return None
    return frozenset((*hidden, *covers))


def _hiding(count: Count, known: Known, sum_: int) -> list[int]:
    """Give the values that a cell which hides can have. A hidden 0 is one more, and not counted on."""
    return [value for value in _upto(sum_, known) if count.withheld or not known.may_show(value)]


def _upto(sum_: int, known: Known) -> range:
    return range(1, min(sum_, known.limit.most if known.limit else sum_) + 1)


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

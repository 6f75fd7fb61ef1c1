"""Somebody who wants to know of a person: all that was ever released of a measure becomes one integer program.

A variable is a cell of a period. The attacker knows every shown value, that each table of a period is the same total (with a
rest that is on no list), and which kinds of reason there are for a gap. `kinds` tells even the reason of each gap, which
nobody is told: whoever withstands that withstands one who guesses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from shared.policy.suppression import FEWEST, TOTAL, Shown

REST = "rest"
MOST = 10_000


@dataclass(frozen=True)
class Released:
    """One period: what was shown, and how the listed cells split into tables; `with_rest`: the tables with an unlisted cell."""

    shown: Shown
    tables: Sequence[Sequence[str]]
    with_rest: frozenset[int] = frozenset()
    kinds: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of a gap: from and to, where the attacker has been told why it is one."""


class Attack:
    """All periods of one measure as equations; `at_most`: sums of cells that are known not to be above 0."""

    def __init__(self, periods: Sequence[Released], at_most: Sequence[Mapping[tuple[int, str], int]] = ()) -> None:
        self.periods = periods
        self.names = [(t, name) for t, period in enumerate(periods) for name in _names(period)]
        self.at = {name: n for n, name in enumerate(self.names)}
        self._low, self._high = np.zeros(len(self.names)), np.full(len(self.names), float(MOST))
        rows = []
        for t, period in enumerate(periods):
            for name in _names(period):
                value = period.shown.get(name)
                if value is not None:
                    self._low[self.at[t, name]] = self._high[self.at[t, name]] = value
                elif name in period.kinds:
                    self._low[self.at[t, name]], self._high[self.at[t, name]] = period.kinds[name]
            for n, table in enumerate(period.tables):
                row = np.zeros(len(self.names))
                row[self.at[t, TOTAL]] = -1
                for name in (*table, *([f"{REST}{n}"] if n in period.with_rest else [])):
                    row[self.at[t, name]] = 1
                rows.append(row)
        below = [[float(sum_.get(name, 0)) for name in self.names] for sum_ in at_most]
        self._public = LinearConstraint(np.array([*rows, *below]), [0.0] * len(rows) + [-np.inf] * len(below), 0)

    def span(self, weights: Mapping[tuple[int, str], int]) -> tuple[int, int]:
        """Give the least and the greatest value of a sum of cells."""
        wanted = np.zeros(len(self.names))
        for name, weight in weights.items():
            wanted[self.at[name]] = weight
        return round(self._best(wanted)), -round(self._best(-wanted))

    def values(self, cell: tuple[int, str], least: int) -> int:
        """Count the values that a cell can have, up to `least`: each is tried, for there can be gaps between the ends."""
        low, high = self.span({cell: 1})
        found = 0
        for value in range(low, high + 1):
            found += self._can_be(cell, value)
            if found == least:
                break
        return found

    def _best(self, wanted: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        found = milp(
            wanted, integrality=np.ones(len(self.names), dtype=np.int64), bounds=Bounds(self._low, self._high),
            constraints=self._public,
        )  # fmt: skip
        assert found.success, found.message
        return float(found.fun)

    def _can_be(self, cell: tuple[int, str], value: int) -> bool:
        low, high = self._low.copy(), self._high.copy()
        low[self.at[cell]] = high[self.at[cell]] = value
        found = milp(
            np.zeros(len(self.names)), integrality=np.ones(len(self.names), dtype=np.int64), bounds=Bounds(low, high),
            constraints=self._public,
        )  # fmt: skip
        return bool(found.success)


def learned(
    periods: Sequence[Released], *, stock: bool, at_most: Sequence[Mapping[tuple[int, str], int]] = ()
) -> list[str]:
    """Say what the attacker finds: gaps that are none, and a few persons who came or left. Empty: nothing."""
    attack = Attack(periods, at_most)
    found = [
        f"{name or 'total'} of period {t} is narrowed down"
        for t, period in enumerate(periods)
        for name in _names(period)
        if period.shown.get(name) is None and not name.startswith(REST) and attack.values((t, name), 4) < 4
    ]
    if stock:
        found += _moves(attack)
    return found


def _moves(attack: Attack) -> list[str]:
    """Find cells of two periods whose difference is known to be a few persons, exactly."""
    found = []
    for s, earlier in enumerate(attack.periods):
        for t, later in enumerate(attack.periods):
            for name in _names(earlier) if s < t else ():
                if name.startswith(REST) or name not in later.shown:
                    continue
                low, high = attack.span({(t, name): 1, (s, name): -1})
                if low == high and 0 < abs(low) < FEWEST:
                    found.append(f"{name or 'total'} changed by {low} between {s} and {t}")
    return found


def _names(period: Released) -> list[str]:
    return [*period.shown, *(f"{REST}{n}" for n in sorted(period.with_rest))]

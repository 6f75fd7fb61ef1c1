"""No figure tells of a person: an integer program over everything released is set on it (features.md, item 10)."""

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.policy.suppression import (
    FEWEST,
    TOTAL,
    Count,
    Known,
    Shown,
    Table,
    hides,
    limits_of,
    possible,
    released,
)
from tests.placements.attacker import Released, learned

WITHHELD = "withheld"
Rule = Callable[[Count, Sequence[Table], Sequence[Shown]], dict[str, int | None]]


def table(prefix: str, values: Sequence[int], rest: int = 0) -> Table:
    """Give a table whose cells have as many at risk as are counted."""
    cells = {f"{prefix}{n}": Count(value, value) for n, value in enumerate(values)}
    return cells | ({WITHHELD: Count(rest, rest, withheld=True)} if rest else {})


def attacked(periods: Sequence[Sequence[Table]], by: Rule = released, *, stock: bool = False) -> list[str]:
    """Release the periods one after the other, by these rules, and give what the attacker learns of all of them."""
    shown: list[Shown] = []
    out = []
    for tables in periods:
        persons = sum(count.value for count in tables[0].values())
        release = by(Count(persons, persons), tables, shown if stock else ())
        out.append(Released(
            release, [[name for name in each if name != WITHHELD] for each in tables],
            frozenset(n for n, each in enumerate(tables) if WITHHELD in each),
            _reasons(release, tables, shown if stock else ()),
        ))  # fmt: skip
        shown.append(release)
    return learned(out, stock=stock)


def _reasons(release: Shown, tables: Sequence[Table], past: Sequence[Shown]) -> dict[str, tuple[int, int]]:
    """Tell the attacker which gaps hide a few and which only cover for them; where all is a gap there is nothing to tell."""
    if release[TOTAL] is None:
        return {}
    found = {}
    for name, count in ((name, count) for each in tables for name, count in each.items() if name in release):
        if release[name] is None and not past:
            found[name] = (1, 4) if hides(count, Known()) else (FEWEST, 10_000)
    return found


def primary_only(_total: Count, tables: Sequence[Table], _past: Sequence[Shown]) -> dict[str, int | None]:
    """Suppress small counts and nothing else: the offence that must be found out."""
    shown: dict[str, int | None] = {TOTAL: _total.value}
    return shown | {
        name: None if hides(c, Known()) else c.value for each in tables for name, c in each.items() if not c.withheld
    }


def no_memory(total: Count, tables: Sequence[Table], _past: Sequence[Shown]) -> dict[str, int | None]:
    """Suppress within a period and forget what was shown before."""
    return released(total, tables)


KINDS = st.lists(st.integers(0, 14), min_size=2, max_size=4)


@st.composite
def periods(draw: st.DrawFn, most: int) -> list[list[Table]]:
    """Give small populations, each split in two ways: by enterprise, some of them sealed, and by kind of place."""
    found = []
    for _ in range(draw(st.integers(1, most))):
        by_enterprise, rest = draw(KINDS), draw(st.sampled_from((0, 0, 0, 1, 3, 6)))
        total = sum(by_enterprise) + rest
        cut = draw(st.integers(0, total))
        found.append([table("enterprise/", by_enterprise, rest), table("kind/", (cut, total - cut))])
    return found


@settings(max_examples=60, deadline=None)
@given(periods(1))
def test_nothing_is_learned_of_a_quarter(of: list[list[Table]]) -> None:
    """Every gap keeps at least four values, even for one who was told why each is a gap."""
    assert not attacked(of)


@settings(max_examples=30, deadline=None)
@given(periods(3))
def test_nobody_is_seen_to_come_or_leave(of: list[list[Table]]) -> None:
    """Of a stock, all quarters together tell of no entry or exit, and no gap of one is filled by another."""
    assert not attacked(of, stock=True)


Persons = list[list[int]]
"""How many, by enterprise and kind."""


@st.composite
def careers(draw: st.DrawFn) -> list[tuple[Persons, Persons]]:
    """Give quarters: who was bought for in each, and who of all those is there at its end."""
    there = [[0] * 2 for _ in range(3)]
    found = []
    for _ in range(draw(st.integers(1, 3))):
        bought = [[draw(st.sampled_from((0, 0, 1, 2, 4, 5, 9))) for _ in range(2)] for _ in range(3)]
        there = [
            [here + new - draw(st.integers(0, min(2, here + new))) for here, new in zip(row, came, strict=True)]
            for row, came in zip(there, bought, strict=True)
        ]
        found.append((bought, there))
    return found


def split(of: Persons) -> list[Table]:
    """Give both tables of some persons."""
    kinds = [sum(row[n] for row in of) for n in range(2)]
    return [table("enterprise/", [sum(row) for row in of]), table("kind/", kinds)]


def compared(quarters: Sequence[tuple[Persons, Persons]], *, with_limits: bool = True) -> list[str]:
    """Attack two measures together: in each cell no more are there than were ever bought for."""
    ever: list[Shown] = []
    there: list[Shown] = []
    out: list[Released] = []
    at_most = []
    for t, (bought, active) in enumerate(quarters):
        for of, past, before in ((bought, ever, ()), (active, there, there)):
            tables = split(of)
            cells = [name for each in tables for name in each]
            persons = sum(map(sum, of))
            limits = limits_of(ever, cells) if of is active and with_limits else {}
            release = released(Count(persons, persons), tables, before, limits)
            past.append(release)
            out.append(
                Released(release, [list(each) for each in tables], frozenset(), _reasons(release, tables, before))
            )
        at_most += [
            {(2 * t + 1, name): 1, **{(2 * s, name): -1 for s in range(t + 1)}} for name in out[-1].shown
        ]  # fmt: skip
    return learned(out, stock=False, at_most=at_most)


@settings(max_examples=15, deadline=None)
@given(careers())
def test_two_measures_together_tell_no_more_than_each(of: list[tuple[Persons, Persons]]) -> None:
    """Whoever is active was bought for: what is shown of the one narrows no gap of the other."""
    assert not compared(of)


def test_those_who_are_there_would_tell_how_many_came() -> None:
    """Three quarters with a gap of at most four each, then twelve who are there: four each time."""
    came, nobody = [[4, 0], [20, 0], [9, 0]], [[0, 0], [20, 0], [9, 0]]
    of: list[tuple[Persons, Persons]] = [(came, nobody), (came, nobody), (came, [[12, 0], [60, 0], [27, 0]])]
    assert any("enterprise/0" in found for found in compared(of, with_limits=False))
    assert not compared(of)


def test_small_counts_alone_are_not_enough() -> None:
    """With the small count hidden and nothing else, the total gives it back: the attacker finds it."""
    of = [[table("enterprise/", (12, 9, 3)), table("kind/", (24,))]]
    assert attacked(of, by=primary_only) == ["enterprise/2 of period 0 is narrowed down"]
    assert not attacked(of)


def test_quarters_that_forget_each_other_are_found_out() -> None:
    """Twelve persons and then thirteen: somebody came."""
    of = [[table("enterprise/", (12, 20))], [table("enterprise/", (13, 19))]]
    found = attacked(of, by=no_memory, stock=True)
    assert "enterprise/0 changed by 1 between 0 and 1" in found
    assert not attacked(of, stock=True)


def release(*values: int) -> dict[str, int | None]:
    """Release one table of these counts."""
    return released(Count(sum(values), sum(values)), [table("", values)])


def test_what_is_shown_of_a_few() -> None:
    """A second cell covers for a small one, by its place and not by its size; the rest is shown."""
    assert release(12, 9, 3) == {TOTAL: 24, "0": None, "1": 9, "2": None}
    assert release(12, 9, 7) == {TOTAL: 28, "0": 12, "1": 9, "2": 7}
    assert release(12, 0, 7) == {TOTAL: 19, "0": 12, "1": 0, "2": 7}


@pytest.mark.parametrize("values", [(5, 1), (4, 4), (1, 1), (3,), (4, 4, 4)])
def test_where_even_two_gaps_would_tell_nothing_is_shown(values: tuple[int, ...]) -> None:
    """Six persons of whom a second gap has at least five leave one for the first."""
    assert set(release(*values).values()) == {None}


def test_a_zero_tells_of_few_at_risk() -> None:
    """That none of three found work tells of each of them; that none of nine did, or that nobody was there, does not."""
    few = {"a": Count(0, 3), "b": Count(9, 9), "c": Count(3, 6)}
    assert released(Count(12, 18), [few])["a"] is None
    many = {"a": Count(0, 9), "b": Count(9, 9), "c": Count(0, 0)}
    assert released(Count(9, 18), [many]) == {TOTAL: 9, "a": 0, "b": 9, "c": 0}


def test_a_sealed_enterprise_is_in_the_total_only() -> None:
    """The place of a person with protected identity stands in no cell, and no difference gives it away."""
    shown = released(Count(22, 22), [table("", (12, 9), rest=1)])
    assert shown == {TOTAL: 22, "0": None, "1": 9}
    assert released(Count(27, 27), [table("", (12, 9), rest=6)]) == {TOTAL: 27, "0": None, "1": 9}


def test_two_gaps_together_tell_of_nobody_who_came() -> None:
    """Twelve and ten were shown, and both are gaps now: that they are 23 together would tell that one person came."""
    before = released(Count(52, 52), [table("", (12, 10, 30))])
    assert before == {TOTAL: 52, "0": 12, "1": 10, "2": 30}
    assert set(released(Count(58, 58), [table("", (13, 10, 35))], [before]).values()) == {None}
    assert released(Count(57, 57), [table("", (7, 20, 30))], [before]) == {TOTAL: 57, "0": 7, "1": 20, "2": 30}


def test_every_filling_of_the_gaps_gives_the_same_release() -> None:
    """Whoever knows the rules and runs them on what could be learns no more: tried for all small tables."""
    seen: dict[tuple[tuple[str, int | None], ...], list[tuple[int, ...]]] = {}
    for values in (each for each in product(range(20), repeat=3) if sum(each) < 20):
        seen.setdefault(tuple(release(*values).items()), []).append(values)
    for shown, fillings in seen.items():
        for n, (_, value) in enumerate(shown[1:]):
            if value is None:
                assert len({filling[n] for filling in fillings}) >= 4, shown


def test_possible_values_are_those_that_sum_up() -> None:
    """What the rule counts is what trying all gives."""
    kinds = ([1, 2, 3, 4], [1, 2, 3, 4, 9], list(range(5, 12)))
    for total in range(7, 24):
        tried = [c for c in product(*kinds) if sum(c) == total]
        assert possible(kinds, total) == [{c[n] for c in tried} for n in range(3)]

"""IN-3: WISEs bring jobs. What became of people stands in figures that tell of nobody, and nowhere else."""

from typing import get_args

import pytest
from pydantic_core import PydanticSerializationError

from services.placements.domain.figures import EMPLOYED, FIGURES, figures
from services.placements.domain.rows import CountedRow
from services.placements.domain.rules import rules
from shared.contracts.placements import Group, Outcome, PlacementEnded
from shared.policy.quarter import Quarter, quarter_of
from tests.authorities import authority
from tests.placements.stories import end, running
from tests.spec import at


def ended(n: int) -> CountedRow:
    """Give a place that ended on 2 March 2026."""
    day = at("2026-03-02").date()
    return CountedRow(
        key=f"placement/{n}", placement_id=str(n), enterprise_id="e1", place_kind="arbetstraning", basis="lov",
        purchased_on=day, purchase_recorded_on=day, started_on=day, ended_on=day, outcome_recorded_on=day,
    )  # fmt: skip


def found_work(persons: int, of: int = 9) -> int | None:
    """Publish how many of nine found work."""
    assert quarter_of(at("2026-03-31").date()) == Quarter(2026, 1)
    employed = [f"placement/{n}" for n in range(persons)]
    cells = figures(Quarter(2026, 1), [ended(n) for n in range(of)], [], employed, (), ())
    [cell] = [c for c in cells if c.measure == "outcome-employed" and c.by == Group.model_validate({})]
    assert cell.suppressed is (cell.value is None)
    return cell.value


def test_how_many_found_work_is_told_of_five_or_more() -> None:
    """Given nine whose place ended, then five who found work are told of, four are not, and none is."""
    assert [found_work(n) for n in (0, 1, 4, 5, 9)] == [0, None, None, 5, 9]


def test_that_none_of_a_few_found_work_is_told_of_nobody() -> None:
    """Given four whose place ended, when none found work, then not even that is told."""
    assert found_work(0, of=4) is None


def test_work_is_employment_of_any_kind() -> None:
    """With a subsidy or without, at the WISE or elsewhere; studies and another place are none."""
    assert set(get_args(Outcome)) - EMPLOYED == {"studies", "other-place", "none", "unknown"}


def test_an_outcome_is_sealed_and_its_figures_are_a_log_of_their_own() -> None:
    """Given a place that ended, then what came of it is in nobody's clear sight (OSL 26:1)."""
    [event, *_] = running().when(end("2026-03-02")).events()
    assert isinstance(event, PlacementEnded)
    with pytest.raises(PydanticSerializationError, match="in clear text"):
        event.model_dump_json()
    assert [d.log for d in rules(authority()).deciders if d.category == "figures"] == [FIGURES]

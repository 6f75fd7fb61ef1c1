"""For how long a tender that has closed is still judged, and what a late fact does that only time shows."""

import pytest

from shared.contracts.duty import DutyArose, DutyLapsed
from shared.contracts.procurement import SuitabilityAssessed
from tests.procurement.stories import cancel, move, publish, recognised, registered
from tests.procurement.world import World
from tests.spec import at


@pytest.mark.parametrize(("since", "told"), [("2026-07-14", True), ("2026-07-15", False)])
def test_a_tender_that_closed_long_ago_is_judged_no_more(since: str, *, told: bool) -> None:
    """For 90 days the reason is kept why one that came too late was told nothing (edge rule 2)."""
    world = World().hears(registered()).do(publish("2026-03-02", closes="2026-04-15")).hears(recognised(since))
    assert bool(world.told(SuitabilityAssessed)) is told
    assert world.duties == {}


def test_a_cancelled_tender_is_judged_no_more() -> None:
    """There is nothing that could suit."""
    world = World().hears(registered()).do(publish("2026-03-02"), cancel("2026-03-03")).hears(recognised("2026-03-09"))
    assert world.told(SuitabilityAssessed) == []


def test_a_tender_without_a_deadline_is_judged_for_ever() -> None:
    """It is open until somebody says otherwise."""
    world = World().hears(registered()).do(publish("2026-03-02", closes=None)).hears(recognised("2028-03-09"))
    assert world.duty().trigger_on.isoformat() == "2028-03-09"


def test_what_lapsed_before_a_late_fact_lapses_on_its_own_day() -> None:
    """A recognition that is read when the tender has closed and opened again: both duties, each with its own day."""
    world = World().hears(registered()).do(publish("2026-03-02", closes="2026-03-18"), move("2026-05-04", "2026-03-20"))
    world.take(world.of_registry(recognised("2026-03-03"), at("2026-03-03")))
    assert [arose.trigger_on.isoformat() for arose in world.told(DutyArose)] == ["2026-03-03", "2026-03-20"]
    assert [lapsed.lapsed_on.isoformat() for lapsed in world.told(DutyLapsed)] == ["2026-03-18"]

"""Enterprises that merge while tenders are open: the survivor is told of what the absorbed was owed (edge rule 16)."""

from datetime import date
from typing import Any

import pytest

from shared.contracts.duty import Change, DutyArose, DutyFellOverdue
from shared.contracts.procurement import SuitabilityAssessed, TenderPublished
from shared.contracts.registry import OfferingUpdated
from shared.contracts.values import DutyId, Id
from shared.policy.duty.life import classify, is_breach
from tests.procurement.stories import (
    CARE,
    GARDENING,
    PAIR,
    SURVIVOR,
    TENDER,
    WISE,
    amend,
    cancel,
    closed,
    delivered,
    merged,
    move,
    offers,
    plan,
    publish,
    recode,
    recognised,
    registered,
    sent,
    withdrawn,
)
from tests.procurement.world import World
from tests.spec import at

OF_SURVIVOR = f"{TENDER}/{SURVIVOR}"
DAY = date.fromisoformat


def two(*, alike: bool = False) -> World:
    """Begin with two WISEs: one gardens, which will become part of one that cares."""
    world = World().hears(registered(), recognised(), offers(GARDENING))
    return world.hears(
        registered(SURVIVOR), recognised(enterprise=SURVIVOR), offers(GARDENING if alike else CARE, enterprise=SURVIVOR)
    )


def merge(world: World, on: str = "2026-03-04", **fields: Any) -> World:
    """Let the first become part of the second, and be closed."""
    return world.hears(merged(on, **fields), closed(on))


def ended(world: World, pair: str, stage: str = "published") -> tuple[Any, Any]:
    """Give how a duty ended and why it is void."""
    duty = world.duty(stage, pair=pair)
    return duty.end, duty.void_reason


def test_the_survivor_takes_over_what_only_the_absorbed_was_owed() -> None:
    """A tender that suits gardeners: owed to the survivor with its trigger and due day; the former is void as a double."""
    world = merge(two().do(publish()))
    owed = world.duty(pair=OF_SURVIVOR)
    former = world.duty()
    assert (owed.trigger_on, owed.due_on, owed.trigger_event_id) == (
        former.trigger_on,
        former.due_on,
        former.trigger_event_id,
    )
    assert (owed.end, ended(world, PAIR)) == (None, ("voided", "duplicate"))


def test_what_is_owed_to_both_is_owed_to_the_survivor() -> None:
    """The tender suits both: the survivor's own duty stands, the other is void as a double."""
    world = two(alike=True).do(publish())
    own = world.duty(pair=OF_SURVIVOR)
    merge(world)
    assert world.duty(pair=OF_SURVIVOR) == own
    assert ended(world, PAIR) == ("voided", "duplicate")
    assert DutyId(f"gs-6.published/{OF_SURVIVOR}/2") not in world.duties


def test_what_the_survivor_has_been_told_is_not_owed_again() -> None:
    """It was informed before the merger: the other's duty ends by the closure."""
    world = two(alike=True).do(publish())
    world.do(sent(enterprise_id=SURVIVOR), delivered(enterprise_id=SURVIVOR))
    merge(world)
    assert world.duty(pair=OF_SURVIVOR).end == "discharged"
    assert ended(world, PAIR) == ("voided", "enterprise-closed")


def test_an_overdue_duty_is_taken_over_with_its_breach() -> None:
    """Due on 9 March and not done, merged on the 16th: broken once, now of the survivor, and still to be done."""
    world = merge(two().do(publish()).until("2026-03-16"), "2026-03-16").until("2026-03-17")
    assert ended(world, PAIR) == ("voided", "duplicate")
    owed = world.duty(pair=OF_SURVIVOR)
    assert (owed.due_on, owed.is_overdue, classify(owed, DAY("2026-03-17"))) == (DAY("2026-03-09"), True, "not-done")
    assert [is_breach(duty, DAY("2026-03-17")) for duty in (world.duty(), owed)] == [False, True]
    assert len(world.told(DutyFellOverdue)) == 2


def test_the_survivor_is_told_and_it_is_done() -> None:
    """Outreach to the survivor discharges what it took over."""
    world = merge(two().do(publish()))
    world.do(sent("2026-03-05", enterprise_id=SURVIVOR), delivered("2026-03-05", enterprise_id=SURVIVOR))
    assert world.duty(pair=OF_SURVIVOR).end == "discharged"


def test_the_verdict_says_what_it_rests_on() -> None:
    """The survivor's newest verdict is the absorbed one's, and says that it was taken over."""
    world = merge(two().do(publish()))
    verdict = [e for e in world.told(SuitabilityAssessed) if e.enterprise_id == SURVIVOR][-1]
    assert (verdict.verdict, verdict.opens) == ("suitable", None)
    assert "sammanslagning" in verdict.override_reason


def test_a_merger_without_succession_ends_the_duties() -> None:
    """Then it is a closure, and nothing else."""
    world = merge(two().do(publish()), successorDuties=False)
    assert ended(world, PAIR) == ("voided", "enterprise-closed")
    assert DutyId(f"gs-6.published/{OF_SURVIVOR}") not in world.duties


def test_a_planned_duty_ends_with_the_publication() -> None:
    """Taken over before publication, superseded by it; the publication is judged by what the survivor itself offers."""
    world = merge(two().do(plan()))
    assert world.duty("planned", pair=OF_SURVIVOR).end is None
    world.do(publish("2026-03-05"))
    assert ended(world, OF_SURVIVOR, "planned") == ("voided", "superseded")
    assert DutyId(f"gs-6.published/{OF_SURVIVOR}") not in world.duties


def test_it_ends_with_the_tender() -> None:
    """Cancelled: void, like everybody else's."""
    assert ended(merge(two().do(publish())).do(cancel("2026-03-05")), OF_SURVIVOR) == ("voided", "tender-cancelled")


def test_it_ends_with_the_last_lot_that_suited() -> None:
    """Amended so that it is no gardening any more (edge rule 13)."""
    world = merge(two().do(publish())).do(amend("2026-03-05", recode("45000000")))
    assert ended(world, OF_SURVIVOR) == ("voided", "superseded")


def test_it_moves_with_the_deadline() -> None:
    """The deadline is moved to 16 March: due ten working days before at the earliest on the next working day."""
    plain = two().do(publish()).do(move("2026-03-16", "2026-03-05")).duty().due_on
    world = merge(two().do(publish())).do(move("2026-03-16", "2026-03-05"))
    assert world.duty(pair=OF_SURVIVOR).due_on == plain


def test_it_is_taken_over_with_the_due_day_of_now() -> None:
    """The deadline was moved before the merger: the due day is the moved one."""
    world = two().do(publish(closes="2026-03-18"), move("2026-04-15", "2026-03-03"))
    moved = world.duty()
    arose = next(e for e in world.told(DutyArose) if e.duty_id == moved.id)
    merge(world)
    assert world.duty(pair=OF_SURVIVOR).due_on == moved.due_on != arose.due_on


def test_it_lapses_when_the_tender_closes() -> None:
    """Not told by the deadline: it can't be done any more."""
    world = merge(two().do(publish())).until("2026-04-17")
    assert world.duty(pair=OF_SURVIVOR).end == "lapsed"


@pytest.mark.parametrize(("lost", "reason"), [(withdrawn, "recognition-withdrawn"), (closed, "enterprise-closed")])
def test_it_ends_when_the_survivor_is_lost(lost: Any, reason: str) -> None:
    """The survivor is no WISE any more either."""
    world = merge(two().do(publish())).hears(lost("2026-03-06", enterprise=SURVIVOR))
    assert ended(world, OF_SURVIVOR) == ("voided", reason)


def test_what_comes_to_suit_the_survivor_itself_is_its_own() -> None:
    """It says that it gardens, too: the same duty goes on, and ends by its own facts."""
    world = merge(two().do(publish())).hears(offers(CARE, GARDENING, enterprise=SURVIVOR, since="2026-03-05"))
    assert world.duty(pair=OF_SURVIVOR).end is None
    assert ended(world.do(cancel("2026-03-06")), OF_SURVIVOR) == ("voided", "tender-cancelled")


def test_a_correction_of_the_survivor_leaves_what_it_took_over() -> None:
    """What is corrected has nothing to do with it."""
    world = merge(two().do(publish()))
    cited = next(r for r in world.log if r.subject.endswith(SURVIVOR) and isinstance(r.event, OfferingUpdated))
    world.hears_correction(cited, Change(pointer="/nuts", after=["SE214"]), on=at("2026-03-05"))
    assert world.duty(pair=OF_SURVIVOR).end is None


def test_a_correction_of_the_tender_is_read_by_what_the_absorbed_offered() -> None:
    """It was about building all the time: what was taken over is void as never owed."""
    world = merge(two().do(publish()))
    cited = next(r for r in world.log if isinstance(r.event, TenderPublished))
    world.hears_correction(cited, Change(pointer="/lots/0/cpv", after=["45000000"]), on=at("2026-03-05"))
    assert ended(world, OF_SURVIVOR) == ("voided", "trigger-corrected")


def test_what_was_taken_over_is_taken_over_again() -> None:
    """The survivor becomes part of a third: the duty follows, and goes on by what the first one offered."""
    third = Id(SURVIVOR[:-1] + "8")
    world = two().hears(registered(third), recognised(enterprise=third), offers(CARE, enterprise=third))
    merge(world.do(publish()))
    world.hears(merged("2026-03-06", SURVIVOR, third), closed("2026-03-06", SURVIVOR))
    assert ended(world, OF_SURVIVOR) == ("voided", "duplicate")
    of_third = f"{TENDER}/{third}"
    assert world.duty(pair=of_third).end is None
    assert ended(world.do(cancel("2026-03-09")), of_third) == ("voided", "tender-cancelled")


def test_the_year_s_knowledge_is_owed_once() -> None:
    """Both were owed guidance and a learning activity for the year (GS-5): the survivor's stands, the other is a double."""
    world = World(clause="GS-5").hears(
        registered(), recognised(), registered(SURVIVOR), recognised(enterprise=SURVIVOR)
    )
    merge(world)
    ends = {id_: (duty.end, duty.void_reason) for id_, duty in world.duties.items()}
    assert ends == {
        f"gs-5.knowledge/{WISE}/2026": ("voided", "duplicate"), f"gs-5.knowledge/{SURVIVOR}/2026": (None, None),
    }  # fmt: skip


def test_the_survivor_takes_over_the_year_s_knowledge() -> None:
    """Its own was void with a withdrawal since made good elsewhere; the absorbed one's follows with its day."""
    world = World(clause="GS-5").hears(registered(), recognised())
    world.hears(registered(SURVIVOR), recognised("2025-02-03", enterprise=SURVIVOR))
    former = world.duties[DutyId(f"gs-5.knowledge/{WISE}/2026")]
    merge(world)
    owed = world.duties[DutyId(f"gs-5.knowledge/{SURVIVOR}/2026")]
    assert (owed.end, owed.due_on, owed.trigger_on) == (None, former.due_on, former.trigger_on)

"""GS-6: telling enterprises of the procurements on their way that may suit them. Every day count is a local deadline.

2026-03-02 is a Monday; Good Friday is 2026-04-03, Easter Monday 04-06, midsommarafton 06-19.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from services.procurement.domain.tender_commands import CANCELLED
from shared.contracts.duty import (
    DutyArose,
    DutyDischarged,
    DutyFellOverdue,
    DutyLapsed,
    DutyRescheduled,
    DutyVoided,
)
from shared.contracts.procurement import OutreachDelivered, SuitabilityAssessed, TenderChange
from shared.contracts.values import Id
from shared.deciding import Command, Refused
from shared.policy.duty.commands import APPROVED_BY_ACTOR, MAY_NOT_WAIVE, NOT_APPROVED
from shared.policy.duty.life import classify, is_breach
from shared.policy.role import EXECUTIVE_BOARD, PROCUREMENT_OFFICE
from tests.authorities import here, rows
from tests.procurement.stories import (
    CARE,
    GARDENING,
    OTHER_TENDER,
    OUTSIDER,
    PAIR,
    TENDER,
    WISE,
    amend,
    cancel,
    closed,
    declares,
    delivered,
    document,
    failed,
    lot,
    move,
    offers,
    own,
    plan,
    publish,
    recode,
    recognised,
    registered,
    restored,
    resume,
    sent,
    suspend,
    suspended,
    waived,
    withdrawn,
)
from tests.procurement.world import World
from tests.spec import at

DAY = date.fromisoformat


def known(since: str = "2026-02-02") -> World:
    """Begin with a WISE that offers gardening."""
    return World().hears(registered(), offers(GARDENING), recognised(since))


# -- published: when it arises and when it is due


def test_a_suitable_enterprise_is_to_be_told_of_a_tender() -> None:
    """A published tender and a suitable enterprise make a duty of the procurement office, from the day of publication."""
    world = known().do(publish("2026-03-02"))
    arose = world.told(DutyArose)[0]
    assert (arose.clause, arose.kind, arose.modality, arose.owed_by) == (
        "GS-6",
        "published",
        "resp",
        PROCUREMENT_OFFICE,
    )
    assert (arose.duty_id, arose.object.type, arose.object.id) == (f"gs-6.published/{PAIR}", "outreach", PAIR)
    due = DAY(here("2026-03-09", "2026-03-05"))
    assert (arose.trigger_on, arose.due_on, arose.known_late_days) == (
        DAY("2026-03-02"),
        due,
        0,
    )


@rows(
    "closes, due",
    gotland=[
        (None, "2026-03-09"),  # without a deadline: +5 working days
        ("2026-04-15", "2026-03-09"),
        ("2026-03-24", "2026-03-09"),
        ("2026-03-23", "2026-03-09"),  # 10 working days before the deadline
        ("2026-03-20", "2026-03-06"),
        ("2026-03-18", "2026-03-04"),
        ("2026-03-17", "2026-03-03"),
        ("2026-03-16", "2026-03-03"),  # never before the next working day
        ("2026-03-03", "2026-03-03"),
        ("2026-03-02T23:00:00+01:00", "2026-03-02"),  # never after the deadline's day
        ("2026-03-21", "2026-03-09"),  # a Saturday: ten working days before it is the Monday of the week before last
        ("2099-12-31", "2026-03-09"),
    ],
    norrvinge=[
        (None, "2026-03-05"),  # without a deadline: +3 working days
        ("2026-04-15", "2026-03-05"),
        ("2026-03-23", "2026-03-05"),  # 12 working days before the deadline
        ("2026-03-20", "2026-03-04"),
        ("2026-03-19", "2026-03-03"),
        ("2026-03-18", "2026-03-03"),  # never before the next working day
        ("2026-03-03", "2026-03-03"),
        ("2026-03-02T23:00:00+01:00", "2026-03-02"),
        ("2026-03-21", "2026-03-05"),
    ],
)
def test_the_due_day_comes_of_publication_and_deadline(closes: str | None, due: str) -> None:
    """max(min(after the notice, before the deadline), next wd), never after the deadline's day."""
    assert known().do(publish("2026-03-02", closes=closes)).duty().due_on == DAY(due)


@rows(
    "published, due",
    gotland=[
        ("2026-03-30", "2026-04-08"),  # over Easter
        ("2026-06-12", "2026-06-22"),  # over midsommarafton
        ("2026-12-22", "2027-01-04"),  # over the eves of Christmas and New Year
        ("2026-03-06T23:59:00+01:00", "2026-03-13"),
        ("2026-03-06T23:01:00+00:00", "2026-03-13"),  # a Saturday in Stockholm
        ("2026-03-27T12:00:00+01:00", "2026-04-07"),  # summer time begins
    ],
    norrvinge=[
        ("2026-04-01", "2026-04-08"),
        ("2026-06-17", "2026-06-23"),
        ("2026-12-22", "2026-12-29"),
        ("2026-12-29", "2027-01-05"),
        ("2026-03-06T23:59:00+01:00", "2026-03-11"),
        ("2026-03-06T23:01:00+00:00", "2026-03-11"),
    ],
)
def test_working_days_are_sweden_s(published: str, due: str) -> None:
    """Some working days after the publication's Stockholm day, holidays and their eves aside (edge rule 8)."""
    assert known().do(publish(published, closes="2027-06-01")).duty().due_on == DAY(due)


def test_the_earliest_open_deadline_of_the_lots_that_fit_gives_the_due_day() -> None:
    """A lot that does not fit, or has closed already, does not count."""
    lots = (
        lot("LOT-0001", "2026-04-30"), lot("LOT-0002", "2026-03-18"), lot("LOT-0003", "2026-03-10", cpv=(CARE,)),
        lot("LOT-0004", "2026-03-01"),
    )  # fmt: skip
    world = known().do(publish("2026-03-02", *lots))
    assert world.duty().due_on == DAY(here("2026-03-04", "2026-03-03"))
    assert world.told(SuitabilityAssessed)[0].lot_ids == ("LOT-0001", "LOT-0002")


def test_who_is_recognised_while_the_tender_is_open_is_told_of_it_too() -> None:
    """The trigger is the later of publication and recognition (edge rule 2)."""
    world = World().hears(registered()).do(publish("2026-03-02")).hears(recognised("2026-03-16"))
    assert (world.duty().trigger_on, world.duty().due_on) == (DAY("2026-03-16"), DAY(here("2026-03-23", "2026-03-19")))


@pytest.mark.parametrize(("since", "owed"), [("2026-04-14", True), ("2026-04-15", True), ("2026-04-16", False)])
def test_who_is_recognised_too_late_to_bid_is_told_nothing_and_the_reason_is_kept(since: str, *, owed: bool) -> None:
    """A deadline without an hour is kept to the end of its day; after it the verdict says that no time is left."""
    world = World().hears(registered()).do(publish("2026-03-02", closes="2026-04-15")).hears(recognised(since))
    assert bool(world.duties) is owed
    tests = {test.test: test for test in world.told(SuitabilityAssessed)[-1].tests}
    assert tests["time-left"].outcome == ("pass" if owed else "fail")
    assert tests["time-left"].tender_has == "2026-04-15"


def test_a_deadline_with_an_hour_ends_at_that_hour() -> None:
    """Recognition counts from 00:00, so one of the deadline's day is in time, and the duty is due that very day."""
    closes = "2026-04-15T12:00:00+02:00"
    world = World().hears(registered()).do(publish("2026-03-02", closes=closes)).hears(recognised("2026-04-15"))
    assert world.duty().due_on == DAY("2026-04-15")
    late = World().hears(registered()).do(publish("2026-03-02", closes="2026-04-15T00:00:00+02:00"))
    assert late.hears(recognised("2026-04-16")).duties == {}


def test_the_event_that_made_the_enterprise_suitable_is_the_trigger() -> None:
    """An offering that comes to cover the tender's branch opens the duty on its own day."""
    world = World().hears(registered(), offers(CARE), recognised()).do(publish("2026-03-02"))
    assert world.duties == {}
    world.hears(offers(GARDENING, since="2026-03-10"))
    assert (world.duty().trigger_on, world.duty().due_on) == (DAY("2026-03-10"), DAY(here("2026-03-17", "2026-03-13")))


def test_a_declared_share_opens_the_duty_for_a_reserved_lot() -> None:
    """What was a known mismatch is none from the day of the declaration."""
    world = (
        known().hears(declares(reaches=False)).do(publish("2026-03-02", lot(closes="2026-04-15", reserved=("res-ws",))))
    )
    assert world.duties == {}
    world.hears(declares(reaches=True), on=at("2026-03-11"))
    assert world.duty().trigger_on == DAY("2026-03-11")


def test_what_is_not_known_of_an_enterprise_is_owed_too() -> None:
    """Without an offering the verdict is `suitable-if`, and the duty is the same."""
    world = World().hears(registered(), recognised()).do(publish("2026-03-02"))
    assert world.told(SuitabilityAssessed)[0].verdict == "suitable-if"
    assert world.duty().due_on == DAY(here("2026-03-09", "2026-03-05"))


def test_a_known_mismatch_is_owed_nothing() -> None:
    """Only what is known to differ makes a tender unsuitable."""
    world = World().hears(registered(), offers(CARE), recognised()).do(publish("2026-03-02"))
    assert world.told(SuitabilityAssessed)[0].verdict == "not-suitable"
    assert world.duties == {}


def test_goods_and_works_count_too() -> None:
    """The clause says procurements, and not services."""
    lots = (lot(closes="2026-04-15").model_copy(update={"nature": "supplies"}),)
    assert known().do(publish("2026-03-02", *lots)).duty().due_on == DAY(here("2026-03-09", "2026-03-05"))


def test_a_tender_of_another_buyer_is_kept_and_owed_to_nobody() -> None:
    """GS-6 is about procurements within the authority."""
    world = known().do(publish("2026-03-02", buyers=(OUTSIDER,)))
    assert world.duties == {}
    assert world.told(SuitabilityAssessed) == []


def test_one_own_buyer_among_several_is_enough() -> None:
    """Joint procurements are within the authority (edge rule 14)."""
    assert known().do(publish("2026-03-02", buyers=(OUTSIDER, own()))).duty().due_on == DAY(
        here("2026-03-09", "2026-03-05")
    )


def test_a_tender_that_becomes_known_late_has_its_lawful_due_day() -> None:
    """A backdated publication moves no due day; how late it was known is shown apart (edge rule 6)."""
    world = known().do(publish("2026-03-02", at=at("2026-03-20")))
    arose = world.told(DutyArose)[0]
    due = DAY(here("2026-03-09", "2026-03-05"))
    assert (arose.trigger_on, arose.due_on, arose.known_late_days) == (
        DAY("2026-03-02"),
        due,
        18,
    )


def test_no_duty_arises_for_years_before_the_authority_began() -> None:
    """Yearly or not, duties arise from the year of `duties-from`."""
    assert known("2025-02-03").do(publish("2025-11-03", closes="2025-12-15")).duties == {}


# -- planned


def test_a_public_plan_is_told_of_within_some_working_days() -> None:
    """The trigger is the day since which the plan is public, not the day on which it was entered."""
    world = known().do(plan("2026-03-02", at=at("2026-03-04")))
    due = DAY(here("2026-03-09", "2026-03-12"))
    assert (world.duty("planned").trigger_on, world.duty("planned").due_on) == (
        DAY("2026-03-02"),
        due,
    )


def test_a_plan_that_is_not_public_gives_nobody_a_head_start() -> None:
    """Outreach before publication holds public facts only (edge rule 11); the duty waits until the plan is public."""
    world = known().do(plan(None, on="2026-02-20"))
    assert world.duties == {}
    assert world.told(SuitabilityAssessed) == []
    world.do(plan("2026-03-02"))
    assert world.duty("planned").trigger_on == DAY("2026-03-02")


def test_who_is_recognised_after_the_plan_is_told_of_it() -> None:
    """The trigger is the later of the plan's publication and the recognition."""
    world = World().hears(registered()).do(plan("2026-03-02")).hears(recognised("2026-03-16"))
    due = DAY(here("2026-03-23", "2026-03-26"))
    assert (world.duty("planned").trigger_on, world.duty("planned").due_on) == (
        DAY("2026-03-16"),
        due,
    )


def test_the_publication_supersedes_the_plan() -> None:
    """What was to be told of the plan is now told of the publication."""
    world = known().do(plan("2026-03-02"), publish("2026-03-05"))
    voided = world.told(DutyVoided)
    assert [(v.duty_id, v.reason_code, v.voided_on) for v in voided] == [
        (f"gs-6.planned/{PAIR}", "superseded", DAY("2026-03-05"))
    ]
    assert world.duty().due_on == DAY(here("2026-03-12", "2026-03-10"))


def test_a_plan_that_nobody_was_told_of_in_time_lapses_on_publication() -> None:
    """Overdue, it can't be performed any more: it lapses that day and the breach stays."""
    late = here("2026-03-11", "2026-03-13")
    world = known().do(plan("2026-03-02")).until(late).do(publish(late))
    lapsed = world.told(DutyLapsed)
    assert [(each.duty_id, each.lapsed_on) for each in lapsed] == [(f"gs-6.planned/{PAIR}", DAY(late))]
    assert is_breach(world.duty("planned"), DAY(late))


def test_no_plan_is_told_of_once_it_is_published() -> None:
    """Who is recognised after the publication is told of that alone."""
    world = World().hears(registered()).do(plan("2026-03-02"), publish("2026-03-09")).hears(recognised("2026-03-16"))
    assert list(world.duties) == [f"gs-6.published/{PAIR}"]


def test_a_plan_is_discharged_by_its_own_outreach() -> None:
    """What was told of the plan does not answer the publication."""
    told = (sent("2026-03-03", stage="planned"), delivered("2026-03-03"))
    world = known().do(plan("2026-03-02"), *told, publish("2026-03-05"))
    assert classify(world.duty("planned"), DAY("2026-03-31")) == "done"
    assert world.duty().end is None


def test_a_letter_about_the_plan_that_arrives_after_the_publication_does_not_tell_of_that() -> None:
    """What was sent of the plan holds the plan's facts."""
    world = known().do(plan("2026-03-02"), sent("2026-03-03", stage="planned"), publish("2026-03-05"))
    assert world.do(delivered("2026-03-06")).duty().end is None


def test_a_plan_that_another_buyer_publishes_is_owed_no_more() -> None:
    """The tender is not within the authority after all: what was owed of the plan is superseded, and nothing follows."""
    world = known().do(plan("2026-03-02"), publish("2026-03-05", buyers=(OUTSIDER,)))
    assert [(duty.end, duty.void_reason) for duty in world.duties.values()] == [("voided", "superseded")]
    assert world.told(SuitabilityAssessed)[-1].tests[0].outcome == "fail"


# -- informed


def test_delivered_not_sent_is_informed() -> None:
    """A letter on its way has told nobody anything."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03"))
    assert world.duty().end is None
    world.do(delivered("2026-03-04"))
    discharged = world.told(DutyDischarged)[0]
    assert (discharged.acted_on, discharged.late_days, discharged.rebuts) == (DAY("2026-03-04"), 0, False)


@rows(
    "on, class_, breach",
    gotland=[("2026-03-06", "done", False), ("2026-03-09", "done", False), ("2026-03-10", "done-late", True)],
    norrvinge=[
        ("2026-03-04", "done", False),
        ("2026-03-05", "done", False),
        ("2026-03-06", "done-late", True),
    ],
)
def test_in_time_is_the_due_day_or_before(on: str, class_: str, *, breach: bool) -> None:
    """A due day is kept to its end."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03")).until(on).do(delivered(on))
    assert classify(world.duty(), DAY("2026-03-31")) == class_
    assert is_breach(world.duty(), DAY("2026-03-31")) is breach


def test_what_was_delivered_in_time_and_recorded_late_is_no_breach() -> None:
    """The act counts by its own day; the overdue event is never taken back."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03")).until("2026-03-12")
    world.do(delivered("2026-03-05", at=at("2026-03-12"), approved_by="staff-2"))
    assert len(world.told(DutyFellOverdue)) == 1
    assert classify(world.duty(), DAY("2026-03-31")) == "done-recorded-late"
    assert not is_breach(world.duty(), DAY("2026-03-31"))


DIARISED_IN_TIME, DIARISED_LATE, NOTHING = "2026-03-16", "2026-03-17", None
"""The last working day after the due day on which a document may be diarised, the next, and no document at all."""


@rows(
    "recorded, diarised, approved_by, refusal",
    gotland=[
        ("2026-03-09", NOTHING, None, None),  # the due day: nothing to prove
        ("2026-03-10", NOTHING, None, NOT_APPROVED),
        ("2026-03-10", NOTHING, "staff-2", None),
        ("2026-03-10", NOTHING, "staff-1", APPROVED_BY_ACTOR),
        ("2026-03-10", "2026-03-05", "staff-1", APPROVED_BY_ACTOR),
        ("2026-04-08", DIARISED_IN_TIME, None, None),  # the window's last day
        ("2026-04-08", DIARISED_LATE, None, NOT_APPROVED),
        ("2026-04-09", DIARISED_IN_TIME, None, NOT_APPROVED),
        ("2026-04-09", DIARISED_IN_TIME, "staff-2", None),
        ("2026-12-01", NOTHING, "staff-2", None),
    ],
    norrvinge=[
        ("2026-03-05", NOTHING, None, None),
        ("2026-03-06", NOTHING, None, NOT_APPROVED),
        ("2026-03-06", NOTHING, "staff-2", None),
        ("2026-03-06", NOTHING, "staff-1", APPROVED_BY_ACTOR),
        ("2026-03-06", "2026-03-05", "staff-1", APPROVED_BY_ACTOR),
        ("2026-03-25", "2026-03-10", None, None),  # the window's last day, 20 days after
        ("2026-03-25", "2026-03-11", None, NOT_APPROVED),
        ("2026-03-26", "2026-03-10", None, NOT_APPROVED),
        ("2026-03-26", "2026-03-10", "staff-2", None),
    ],
)
def test_a_delivery_said_late_to_have_been_in_time_is_shown_or_approved(
    recorded: str, diarised: str | None, approved_by: str | None, refusal: Refused | None
) -> None:
    """By a document of that time inside the window, or by a second person: one officer erases no breach (rebuttal clock)."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03")).until(recorded)
    claim = delivered(
        "2026-03-05", at=at(recorded), duty_id=f"gs-6.published/{PAIR}", approved_by=approved_by,
        document=document(diarised) if diarised else None,
    )  # fmt: skip
    if refusal is not None:
        assert world.refused(claim) == refusal
        return
    [discharged] = world.do(claim).told(DutyDischarged)
    assert (discharged.acted_on, discharged.approved_by) == (DAY("2026-03-05"), approved_by)
    assert not is_breach(world.duty(), DAY(recorded))


def test_a_plan_s_delivery_said_late_to_have_been_in_time_is_approved_too() -> None:
    """What is owed of a plan is proven as what is owed of a publication."""
    late = here("2026-03-10", "2026-03-13")
    world = known().do(plan("2026-03-02"), sent("2026-03-03", stage="planned")).until(late)
    claim = delivered("2026-03-05", at=at(late))
    assert world.refused(claim) == NOT_APPROVED
    world.do(claim.model_copy(update={"approved_by": "staff-2"}))
    assert classify(world.duty("planned"), DAY(late)) == "done-recorded-late"


def test_a_delivery_that_is_late_needs_no_proof() -> None:
    """It claims nothing but the breach."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03")).until("2026-03-11")
    world.do(delivered("2026-03-10", at=at("2026-03-11")))
    assert classify(world.duty(), DAY("2026-03-11")) == "done-late"


@pytest.mark.parametrize(("on", "counts"), [("2026-04-15T23:59:00+02:00", True), ("2026-04-16T00:00:00+02:00", False)])
def test_who_is_told_after_the_last_deadline_was_not_informed(on: str, *, counts: bool) -> None:
    """The latest deadline of a lot that fits decides whether telling came in time to bid."""
    lots = (lot("LOT-0001", "2026-03-30"), lot("LOT-0002", "2026-04-15"))
    world = known().do(publish("2026-03-02", *lots), sent("2026-03-03"), delivered(on))
    assert len(world.told(OutreachDelivered)) == 1
    assert (world.duty().end == "discharged") is counts


@pytest.mark.parametrize("purpose", ["amended", "deadline-moved", "cancelled"])
def test_only_what_informs_discharges(purpose: str) -> None:
    """Telling of a change is owed to those who were told before; it does not replace that."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03", purpose=purpose), delivered("2026-03-03"))
    assert world.duty().end is None


def test_an_act_that_names_another_duty_does_not_discharge_this_one() -> None:
    """One act discharges one duty, named by its id."""
    other = f"gs-6.published/{OTHER_TENDER}/{WISE}"
    world = known().do(publish("2026-03-02"), sent("2026-03-03", duty_id=other), delivered("2026-03-03"))
    assert world.duty().end is None


def test_who_was_told_before_the_duty_arose_is_told_again() -> None:
    """What arrived before the trigger answers another duty; on the trigger's day it counts (edge rule 11)."""
    second = Id("01930000-0000-7000-8000-00000000c0c0")
    world = known().do(publish("2026-03-02"), sent("2026-03-02"), sent("2026-03-03", outreach_id=second))
    world.do(delivered("2026-03-03", outreach_id=second), failed("2026-03-05", outreach_id=second))
    world.do(delivered("2026-03-04", at=at("2026-03-06")))
    assert (world.duty(n=2).trigger_on, world.duty(n=2).end) == (DAY("2026-03-05"), None)
    world.do(delivered("2026-03-05", at=at("2026-03-06")))
    assert world.duty(n=2).end == "discharged"


# -- a bounced letter


def test_a_letter_that_bounces_after_it_counted_as_delivered_is_answered_soon() -> None:
    """The duty stays discharged with what was known, and a successor arises (edge rule 12)."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03"), delivered("2026-03-03"), failed("2026-03-05"))
    assert world.duty().end == "discharged"
    assert (world.duty(n=2).trigger_on, world.duty(n=2).due_on) == (
        DAY("2026-03-05"),
        DAY(here("2026-03-09", "2026-03-06")),
    )


def test_a_letter_that_never_arrived_opens_nothing_new() -> None:
    """The duty is still there."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03"), failed("2026-03-05"))
    assert [duty.end for duty in world.duties.values()] == [None]


@pytest.mark.parametrize("over", [cancel("2026-03-04"), None], ids=["cancelled", "closed"])
def test_a_letter_that_bounces_when_all_is_over_opens_nothing(over: object) -> None:
    """There is nothing left to tell of a tender that was cancelled or has closed."""
    world = known().do(publish("2026-03-02", closes="2026-03-04"), sent("2026-03-03"), delivered("2026-03-03"))
    if over is not None:
        world.do(cancel("2026-03-04"))
    world.do(failed("2026-03-05"))
    assert len(world.duties) == 1


def test_the_successor_is_due_no_later_than_the_deadline() -> None:
    """Some working days after the bounce, or the deadline's day."""
    world = known().do(publish("2026-03-02", closes="2026-03-06"), sent("2026-03-03"), delivered("2026-03-03"))
    assert world.do(failed("2026-03-05")).duty(n=2).due_on == DAY("2026-03-06")


# -- deadlines that move


@rows(
    "closes, to, on, due",
    gotland=[
        ("2026-03-18", "2026-04-30", "2026-03-03", "2026-03-09"),  # later: the formula again
        ("2026-03-18", "2026-03-19", "2026-03-03", "2026-03-05"),
        ("2026-04-15", "2026-03-18", "2026-03-02", "2026-03-04"),  # earlier, the same day: the formula
        ("2026-04-15", "2026-03-18", "2026-03-03", "2026-03-04"),
        ("2026-04-15", "2026-03-18", "2026-03-05", "2026-03-06"),  # earlier: one working day is left at least
        ("2026-04-15", "2026-03-18", "2026-03-06", "2026-03-09"),
        ("2026-04-15", "2026-03-06", "2026-03-06", "2026-03-06"),  # never after the new deadline's day
        ("2026-04-15", "2026-05-15", "2026-03-06", "2026-03-09"),
    ],
    norrvinge=[
        ("2026-03-18", "2026-04-30", "2026-03-03", "2026-03-05"),
        ("2026-03-18", "2026-03-20", "2026-03-03", "2026-03-04"),
        ("2026-04-15", "2026-03-20", "2026-03-02", "2026-03-04"),
        ("2026-04-15", "2026-03-18", "2026-03-03", "2026-03-04"),
        ("2026-04-15", "2026-03-18", "2026-03-04", "2026-03-05"),
        ("2026-04-15", "2026-03-05", "2026-03-05", "2026-03-05"),
        ("2026-04-15", "2026-05-15", "2026-03-04", "2026-03-05"),
    ],
)
def test_a_moved_deadline_moves_the_due_day(closes: str, to: str, on: str, due: str) -> None:
    """Later: by the formula. Earlier: max(formula, min(old due, next wd after the move)), never after the new deadline."""
    world = known().do(publish("2026-03-02", closes=closes), move(to, on))
    assert world.duty().due_on == DAY(due)


def test_a_move_cites_the_event_that_moved_the_deadline() -> None:
    """Who reads the duty finds why its day is another one."""
    world = known().do(publish("2026-03-02", closes="2026-04-15"), move("2026-03-18", here("2026-03-05", "2026-03-03")))
    moved = next(r for r in world.log if r.envelope.type == "se.medverka.DeadlineMoved.v1")
    was, is_ = here(("2026-03-09", "2026-03-06"), ("2026-03-05", "2026-03-04"))
    rescheduled = world.told(DutyRescheduled)
    assert [(r.previous_due_on, r.new_due_on, r.reason_code, r.cause_event_id) for r in rescheduled] == [
        (DAY(was), DAY(is_), "deadline-moved", moved.envelope.id)
    ]


def test_a_move_later_after_one_earlier_never_brings_the_due_day_forward() -> None:
    """What was in time before a move is in time after it."""
    first, second, due = here(("2026-03-05", "2026-03-06", "2026-03-06"), ("2026-03-03", "2026-03-04", "2026-03-04"))
    world = known().do(publish("2026-03-02", closes="2026-04-15"), move("2026-03-11", first))
    assert world.duty().due_on == DAY(due)
    assert world.do(move("2026-03-12", second)).duty().due_on == DAY(due)


def test_a_move_of_a_lot_that_does_not_fit_moves_nothing() -> None:
    """The due day is reckoned from the lots that fit."""
    lots = (lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-04-15", cpv=(CARE,)))
    world = known().do(publish("2026-03-02", *lots), move("2026-03-10", "2026-03-03", "LOT-0002"))
    assert world.duty().due_on == DAY(here("2026-03-09", "2026-03-05"))
    assert world.told(DutyRescheduled) == []


def test_an_overdue_duty_is_not_moved() -> None:
    """A later deadline hides no breach."""
    world = (
        known().do(publish("2026-03-02", closes="2026-03-18")).until("2026-03-05").do(move("2026-05-04", "2026-03-05"))
    )
    assert world.duty().due_on == DAY(here("2026-03-04", "2026-03-03"))
    assert world.told(DutyRescheduled) == []


def test_a_deadline_that_moves_after_it_closed_opens_the_duty_anew() -> None:
    """The tender is open again: the lapsed duty stays, and a new one is triggered by the move."""
    world = known().do(publish("2026-03-02", closes="2026-03-18")).until("2026-03-19")
    assert world.duty().end == "lapsed"
    world.do(move("2026-04-15", "2026-03-20"))
    assert (world.duty(n=2).trigger_on, world.duty(n=2).due_on) == (
        DAY("2026-03-20"),
        DAY(here("2026-03-27", "2026-03-25")),
    )


def test_a_resumed_tender_with_another_deadline_moves_the_due_day() -> None:
    """Suspending a tender alone moves nothing; its new deadline does."""
    world = known().do(publish("2026-03-02", closes="2026-03-18"), suspend("2026-03-03"))
    assert world.duty().due_on == DAY(here("2026-03-04", "2026-03-03"))
    assert world.do(resume("2026-03-03", "2026-04-30")).duty().due_on == DAY(here("2026-03-09", "2026-03-05"))


def test_a_reassessment_alone_moves_nothing() -> None:
    """Another lot with an earlier deadline comes to fit: the due day stays where it was."""
    lots = (lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-03-16", cpv=(CARE,)))
    world = known().do(publish("2026-03-02", *lots)).hears(offers(GARDENING, CARE, since="2026-03-03"))
    assert world.told(SuitabilityAssessed)[-1].lot_ids == ("LOT-0001", "LOT-0002")
    assert world.duty().due_on == DAY(here("2026-03-09", "2026-03-05"))
    assert world.told(DutyRescheduled) == []


# -- what ends it


def test_a_cancelled_tender_voids_the_duty() -> None:
    """There is nothing to tell any more."""
    day = here("2026-03-09", "2026-03-05")
    world = known().do(publish("2026-03-02"), cancel(day))
    assert [(v.reason_code, v.voided_on) for v in world.told(DutyVoided)] == [("tender-cancelled", DAY(day))]


ENDINGS: list[tuple[str, Callable[[str], Any], str, str]] = [
    ("planned", publish, "superseded", "tender-closed"),
    ("planned", cancel, "tender-cancelled", "tender-closed"),
    ("planned", withdrawn, "recognition-withdrawn", "object-gone"),
    ("planned", closed, "enterprise-closed", "object-gone"),
    ("published", lambda on: amend(on, recode(CARE)), "superseded", "tender-closed"),
    ("published", cancel, "tender-cancelled", "tender-closed"),
    ("published", withdrawn, "recognition-withdrawn", "object-gone"),
    ("published", closed, "enterprise-closed", "object-gone"),
]
"""What ends each duty, as what, and as what it lapses where it is overdue."""


@pytest.mark.parametrize(("stage", "fact", "void", "lapse"), ENDINGS)
@pytest.mark.parametrize("overdue", [False, True])
def test_what_ends_a_duty_voids_it_to_its_due_day_and_lapses_it_from_then_on(
    stage: str, fact: Callable[[str], Any], void: str, lapse: str, *, overdue: bool
) -> None:
    """The table of domain §4: every row of the duty's definition."""
    due = here("2026-03-09", "2026-03-12" if stage == "planned" else "2026-03-05")
    on = str(DAY(due) + timedelta(days=overdue))
    world = known().do(plan("2026-03-02") if stage == "planned" else publish("2026-03-02")).until(on)
    what = fact(on)
    world = world.do(what) if isinstance(what, Command) else world.hears(what)
    told = [(type(e).__name__, e.reason_code) for kind in (DutyVoided, DutyLapsed) for e in world.told(kind)]
    assert told == [("DutyLapsed", lapse) if overdue else ("DutyVoided", void)]


def test_an_overdue_duty_lapses_when_its_tender_is_cancelled() -> None:
    """Only what is not overdue is voided; the breach stays."""
    world = known().do(publish("2026-03-02")).until("2026-03-10").do(cancel("2026-03-10"))
    assert [each.reason_code for each in world.told(DutyLapsed)] == ["tender-closed"]
    assert is_breach(world.duty(), DAY("2026-03-10"))


def test_a_cancellation_that_becomes_known_late_voids_by_its_own_day() -> None:
    """Dated by the due day it voids a duty that is overdue already: never owed; the overdue event stays."""
    world = known().do(publish("2026-03-02")).until("2026-03-12")
    world.do(cancel(here("2026-03-09", "2026-03-05")).model_copy(update={"at": at("2026-03-12")}))
    assert world.duty().end == "voided"
    assert len(world.told(DutyFellOverdue)) == 1


def test_a_tender_that_is_published_again_is_a_new_one() -> None:
    """Cancelled and published again: new duties under the new tender (edge rule 15)."""
    world = known().do(publish("2026-03-02"), cancel("2026-03-04"))
    assert world.refused(publish("2026-03-05")) == CANCELLED
    world.do(publish("2026-03-05", tender_id=OTHER_TENDER))
    assert world.duty(pair=f"{OTHER_TENDER}/{WISE}").due_on == DAY(here("2026-03-12", "2026-03-10"))


def test_a_duty_dies_only_with_its_last_suitable_lot() -> None:
    """One lot cancelled leaves the other (edge rule 13)."""
    lots = (lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-04-15"), lot("LOT-0003", "2026-04-15", cpv=(CARE,)))
    world = known().do(publish("2026-03-02", *lots), cancel("2026-03-03", "LOT-0001"))
    assert world.duty().end is None
    world.do(cancel("2026-03-04", "LOT-0002"))
    assert (world.duty().end, world.duty().void_reason) == ("voided", "tender-cancelled")


def test_an_amendment_that_takes_the_last_suitable_lot_away_voids_the_duty() -> None:
    """The tender as it now reads does not suit (edge rule 13)."""
    world = known().do(publish("2026-03-02"), amend("2026-03-04", recode(CARE)))
    assert (world.duty().end, world.duty().void_reason) == ("voided", "superseded")


def test_an_amendment_that_comes_to_suit_opens_a_duty() -> None:
    """The trigger is the amendment."""
    world = known().do(
        publish("2026-03-02", lot(closes="2026-04-15", cpv=(CARE,))), amend("2026-03-04", recode(GARDENING))
    )
    assert (world.duty().trigger_on, world.duty().due_on) == (DAY("2026-03-04"), DAY(here("2026-03-11", "2026-03-09")))


def test_an_offering_that_no_longer_fits_ends_nothing() -> None:
    """The duty was owed when the tender was published; only a tender, a withdrawal or a closure ends it."""
    world = known().do(publish("2026-03-02")).hears(offers(CARE, since="2026-03-04"))
    assert world.told(SuitabilityAssessed)[-1].verdict == "not-suitable"
    assert world.duty().end is None


@pytest.mark.parametrize(
    ("event", "reason"),
    [(withdrawn("2026-03-05"), "recognition-withdrawn"), (closed("2026-03-05"), "enterprise-closed")],
    ids=["withdrawn", "closed"],
)
def test_withdrawal_and_closure_void_the_duty(event: object, reason: str) -> None:
    """There is no such enterprise to tell any more (edge rule 19)."""
    world = known().do(publish("2026-03-02")).hears(event)  # type: ignore[arg-type]  # a parameter's type
    assert (world.duty().end, world.duty().void_reason) == ("voided", reason)


@pytest.mark.parametrize("event", [withdrawn("2026-03-10"), closed("2026-03-10")], ids=["withdrawn", "closed"])
def test_after_withdrawal_and_closure_an_overdue_duty_lapses(event: object) -> None:
    """Overdue, it is not voided; it can't be performed any more."""
    world = known().do(publish("2026-03-02")).until("2026-03-10").hears(event)  # type: ignore[arg-type]  # a parameter's type
    assert [each.reason_code for each in world.told(DutyLapsed)] == ["object-gone"]


def test_a_suspended_recognition_stops_nothing() -> None:
    """Neither a duty that is open nor one that is to arise (edge rule 19)."""
    world = known().do(publish("2026-03-02")).hears(suspended("2026-03-03"))
    assert world.duty().end is None
    world.do(publish("2026-03-04", tender_id=OTHER_TENDER))
    assert world.duty(pair=f"{OTHER_TENDER}/{WISE}").due_on == DAY(here("2026-03-11", "2026-03-09"))


def test_a_restored_recognition_opens_anew_what_was_voided() -> None:
    """The trigger is the restoration."""
    world = known().do(publish("2026-03-02")).hears(withdrawn("2026-03-04"), restored("2026-03-16"))
    assert (world.duty(n=2).trigger_on, world.duty(n=2).due_on) == (
        DAY("2026-03-16"),
        DAY(here("2026-03-23", "2026-03-19")),
    )


def test_a_restored_recognition_opens_nothing_that_was_done() -> None:
    """Who was told has been told."""
    world = known().do(publish("2026-03-02"), sent("2026-03-03"), delivered("2026-03-03"))
    world.hears(withdrawn("2026-03-04"), restored("2026-03-16"))
    assert list(world.duties) == [f"gs-6.published/{PAIR}"]


@pytest.mark.parametrize(
    ("closes", "lapsed"),
    [
        ("2026-04-15", "2026-04-15"),
        ("2026-04-15T12:00:00+02:00", "2026-04-15"),
        ("2026-03-05", "2026-03-05"),
        ("2026-03-03", "2026-03-04"),  # due on the deadline's day: the day after due
    ],
)
def test_an_overdue_duty_lapses_when_the_tender_closes(closes: str, lapsed: str) -> None:
    """On the later of the deadline and the day after due, at its end; not a day before."""
    day = DAY(lapsed).toordinal()
    before, after = (date.fromordinal(n).isoformat() for n in (day, day + 1))
    world = known().do(publish("2026-03-02", closes=closes)).until(before)
    assert world.duty().end is None
    world.until(after)
    assert [(each.lapsed_on, each.reason_code) for each in world.told(DutyLapsed)] == [(DAY(lapsed), "tender-closed")]
    assert is_breach(world.duty(), DAY(after))


def test_without_a_deadline_nothing_lapses_by_itself() -> None:
    """A tender under LOV, or a dynamic system, stays open."""
    assert known().do(publish("2026-03-02", closes=None)).until("2027-03-01").duty().end is None


def test_after_a_lapse_it_can_still_be_proven_that_it_was_done_in_time() -> None:
    """Lapse ends acting, not proving."""
    world = known().do(publish("2026-03-02", closes="2026-03-18"), sent("2026-03-03")).until("2026-03-19")
    named = delivered("2026-03-03", at=at("2026-03-20"), duty_id=f"gs-6.published/{PAIR}", approved_by="staff-2")
    discharged = world.do(named).told(DutyDischarged)
    assert [each.rebuts for each in discharged] == [True]
    assert classify(world.duty(), DAY("2026-03-31")) == "done-recorded-late"


def test_what_is_told_twice_changes_nothing() -> None:
    """A repeated publication, plan, cancellation or delivery gives no event (edge rule 9)."""
    told = (sent("2026-03-03"), delivered("2026-03-03"))
    world = known().do(publish("2026-03-02", notice_id="n-1", notice_version="01"), *told)
    before = len(world.log)
    world.do(publish("2026-03-02", notice_id="n-1", notice_version="01"), *told)
    assert len(world.log) == before
    assert world.do(cancel("2026-03-05")).do(cancel("2026-03-05")).told(DutyVoided) == []
    assert TENDER in world.log[-1].subject


# -- waived


def test_telling_one_enterprise_is_let_go_by_the_office_or_the_executive_board() -> None:
    """Nobody else decides; what was let go stays so when the tender is amended."""
    told = f"gs-6.published/{PAIR}"
    world = known().do(publish("2026-03-02", closes="2026-04-15"))
    assert world.refused(waived("2026-03-03", told, by="buying-board:executive")) == MAY_NOT_WAIVE
    world.do(waived("2026-03-03", told), amend("2026-03-10", TenderChange(pointer="/title/sv", after="Ny")))
    assert (world.duty().end, list(world.duties)) == ("waived", [told])
    assert not is_breach(world.duty(), DAY("2026-12-31"))


def test_letting_go_of_what_is_overdue_leaves_the_breach() -> None:
    """A waiver of an overdue duty ends it, no more (timing rule 5)."""
    world = known().do(publish("2026-03-02")).until("2026-03-10")
    world.do(waived("2026-03-11", f"gs-6.published/{PAIR}", by=EXECUTIVE_BOARD, paragraph="§ 9"))
    assert (world.duty().end, is_breach(world.duty(), DAY("2026-12-31"))) == ("waived", True)

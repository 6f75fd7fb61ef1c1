"""GS-5: each year every WISE is told directly and offered a learning activity. Every day count is a local deadline.

2026-12-31 is a Thursday, 2028-12-31 a Sunday, 2029-03-31 a Saturday.
"""

from datetime import date

import pytest

from services.procurement.domain.knowledge_duties import KNOWLEDGE
from services.procurement.domain.knowledge_record import MAKE_NEW, OTHERS_CONCERNED
from services.procurement.domain.reactions import REACTIONS
from services.procurement.domain.recognition_years import at_new_year
from services.procurement.domain.rows import EnterpriseRow
from shared.contracts.duty import (
    Change,
    DutyArose,
    DutyDischarged,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyVoided,
    DutyWaived,
)
from shared.contracts.knowledge import (
    GuidanceDelivered,
    GuidanceFailed,
    GuidanceSent,
    KnowledgeActivityHeld,
    KnowledgeActivityOffered,
)
from shared.deciding import Command
from shared.policy.clause import GS_5, Modality
from shared.policy.duty.commands import (
    APPROVED_BY_ACTOR,
    CORRECTION_NOT_APPROVED,
    MAY_NOT_WAIVE,
    NOT_APPROVED,
    SAME_PERSON,
)
from shared.policy.duty.life import classify, is_breach
from shared.policy.role import EXECUTIVE_BOARD, PROCUREMENT_OFFICE
from tests.authorities import here, rows
from tests.procurement.knowledge_stories import (
    COURSE,
    OTHER,
    SECOND_COURSE,
    SECOND_LETTER,
    arrives,
    bounces,
    corrects,
    course,
    held,
    letter,
    owed,
    told,
    wise,
    years,
)
from tests.procurement.stories import (
    WISE,
    closed,
    document,
    recognised,
    registered,
    restored,
    suspended,
    waived,
    withdrawn,
)
from tests.procurement.world import World
from tests.spec import at

DAY = date.fromisoformat


def since_before() -> World:
    """A WISE of 2026 that has been one since long before the year began."""
    return wise("2025-05-05").until("2026-01-01")


# -- who owes it, to whom, since when


def test_the_clause_binds_the_procurement_office() -> None:
    """GS-5 is RESP, owed by the office that informs WISEs; the duty lies where all may read it and names no tender."""
    assert (GS_5.modality, KNOWLEDGE.owed_by) == (Modality.RESP, PROCUREMENT_OFFICE)
    assert (KNOWLEDGE.log, KNOWLEDGE.object) == ("procurement.events", "wise-year")


def test_a_year_is_owed_from_its_first_day_until_its_last() -> None:
    """On 1 January a duty arises for a WISE that was one before, due on 31 December."""
    [arose] = since_before().told(DutyArose)
    assert arose.duty_id == f"gs-5.knowledge/{WISE}/2026"
    assert (arose.trigger_on, arose.due_on, arose.trigger_event_id) == (
        DAY("2026-01-01"),
        DAY("2026-12-31"),
        "year/2026",
    )
    assert (arose.object.id, arose.known_late_days) == (f"{WISE}/2026", 0)
    assert [term.key for term in arose.terms] == ["knowledge.year"]
    assert arose.interpretation_id == "knowledge.year@2016-01-01"


def test_nothing_is_owed_before_the_year_begins() -> None:
    """The boundary is 00:00 on 1 January in Stockholm."""
    assert years(wise("2025-05-05").until("2025-12-31")) == []


def test_no_year_is_owed_before_the_authority_s_first() -> None:
    """A recognition of 2019 taken over in 2026 owes nothing for the years between."""
    taken_over = World(clause="GS-5").hears(registered()).hears(recognised("2019-05-05"), on=at("2026-03-03"))
    assert years(taken_over.until("2026-03-03")) == ["2026"]
    assert owed(taken_over).due_on == DAY("2026-12-31")


def test_the_last_day_of_the_year_never_rolls() -> None:
    """31 December 2028 is a Sunday and stays the due day."""
    assert owed(wise("2025-05-05").until("2028-01-01"), 2028).due_on == DAY("2028-12-31")


@rows(
    "since, due",
    gotland=[
        ("2026-02-02", "2026-03-04"),
        ("2026-02-05", "2026-03-09"),  # 7 March is a Saturday
        ("2026-12-01", "2026-12-31"),
        ("2028-12-01", "2028-12-31"),  # a Sunday that never rolls
        ("2026-12-15", "2027-01-14"),  # into the next year
        ("2027-01-01", "2027-02-01"),  # recognised on 1 January: 31 January is a Sunday
    ],
    norrvinge=[
        ("2026-02-02", "2026-03-19"),
        ("2026-02-05", "2026-03-23"),  # 22 March is a Sunday
        ("2026-11-16", "2026-12-31"),
        ("2028-11-16", "2028-12-31"),
        ("2026-12-15", "2027-01-29"),
        ("2027-01-01", "2027-02-15"),
    ],
)
def test_in_the_year_of_recognition_days_from_it_count(since: str, due: str) -> None:
    """The duty of that year arises on the recognition and is due some days later, even in the next year."""
    [arose] = wise(since).told(DutyArose)
    assert (arose.duty_id, arose.trigger_on) == (f"gs-5.knowledge/{WISE}/{since[:4]}", DAY(since))
    assert arose.due_on == DAY(due)
    assert [term.key for term in arose.terms] == ["knowledge.on-recognition"]


def test_on_the_year_s_first_day_the_clock_opens_no_second_one() -> None:
    """A WISE recognised on 1 January was none when the year began."""
    versions = wise("2027-01-01").rows.all(EnterpriseRow)[f"enterprise/{WISE}"].versions
    assert at_new_year(versions, 2027) is None
    assert years(wise("2027-01-01").until("2027-06-01")) == ["2027"]
    assert owed(wise("2027-01-01").until("2027-06-01"), 2027).due_on == DAY(here("2027-02-01", "2027-02-15"))


def test_every_year_has_a_duty_of_its_own() -> None:
    """A late year does not stop the next one."""
    both = wise("2026-12-15").until("2027-01-02")
    assert years(both) == ["2026", "2027"]
    assert [owed(both, year).due_on for year in (2026, 2027)] == [
        DAY(here("2027-01-14", "2027-01-29")),
        DAY("2027-12-31"),
    ]


def test_a_recognition_that_is_known_late_keeps_its_lawful_due_day() -> None:
    """It was recognised in November and that was recorded in February: both years are owed, the first one late."""
    late = World(clause="GS-5").hears(registered()).hears(recognised("2026-11-02"), on=at("2027-02-01"))
    late.until("2027-02-01")
    first, second = late.told(DutyArose)
    assert (first.due_on, first.known_late_days) == (DAY(here("2026-12-02", "2026-12-17")), 91)
    assert (second.duty_id[-4:], second.trigger_on, second.known_late_days) == ("2027", DAY("2027-01-01"), 31)


def test_an_enterprise_that_is_no_wise_is_owed_nothing() -> None:
    """Being registered is not being recognised."""
    assert years(World(clause="GS-5").hears(registered()).until("2027-02-01")) == []


# -- both acts, in whichever order


def test_a_direct_contact_and_an_offered_activity_discharge_it() -> None:
    """On the day of the later of the two, with both as evidence."""
    world = wise().do(*told("2026-02-10"), course("2026-02-20"))
    [discharged] = world.told(DutyDischarged)
    letter_, offer = (next(r for r in world.log if isinstance(r.event, kind)) for kind in (
        GuidanceDelivered, KnowledgeActivityOffered,
    ))  # fmt: skip
    assert discharged.acted_on == DAY("2026-02-20")
    assert discharged.evidence == (letter_.envelope.id, offer.envelope.id)
    assert (discharged.late_days, discharged.rebuts) == (0, False)


def test_the_order_of_the_two_does_not_matter() -> None:
    """The activity may be offered before the letter."""
    world = wise().do(course("2026-02-10"), *told("2026-02-20"))
    assert (owed(world).end, owed(world).acted_on) == ("discharged", DAY("2026-02-20"))


@pytest.mark.parametrize("one", [told("2026-02-10"), (course("2026-02-10"),)])
def test_one_of_the_two_alone_does_not(one: tuple[object, ...]) -> None:
    """Half an effort is none."""
    assert owed(wise().do(*one)).end is None  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["newsletter", "web"])
def test_a_newsletter_or_a_web_page_is_no_direct_contact(kind: str) -> None:
    """They are not active information, however many arrive."""
    assert owed(wise().do(*told("2026-02-10", kind=kind), course("2026-02-11"))).end is None


def test_a_letter_that_was_sent_has_not_arrived() -> None:
    """Sent is not delivered."""
    assert owed(wise().do(letter("2026-02-10"), course("2026-02-11"))).end is None


def test_a_letter_that_came_back_before_the_offer_does_not_count() -> None:
    """It had not arrived after all; another one has to."""
    world = wise().do(*told("2026-02-10"), bounces("2026-02-11"), course("2026-02-12"))
    assert owed(world).end is None
    assert owed(world.do(*told("2026-02-13", guidance_id=SECOND_LETTER))).acted_on == DAY("2026-02-13")


def test_an_activity_counts_when_it_is_offered_and_not_when_it_is_held() -> None:
    """Nobody has to come, and that it was held adds nothing."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11", planned_for=DAY("2026-09-01")))
    assert owed(world).end == "discharged"
    world.do(held("2026-09-01"))
    assert len(world.told(DutyDischarged)) == 1


def test_both_must_be_for_that_year() -> None:
    """A course for next year is no course for this one."""
    assert owed(wise().do(*told("2026-02-10"), course("2026-02-11", 2027))).end is None
    assert owed(wise().do(*told("2026-02-10", 2027), course("2026-02-11"))).end is None


def test_what_was_done_before_the_trigger_does_not_count() -> None:
    """What was done for the next year before it began, or for an enterprise before it was recognised, is too early."""
    world = wise("2025-05-05").until("2026-12-01").do(*told("2026-12-30", 2027), course("2026-12-30", 2027))
    assert owed(world.until("2027-01-02"), 2027).end is None
    early = World(clause="GS-5").hears(registered()).do(*told("2026-02-01"), course("2026-02-01"))
    assert owed(early.hears(recognised("2026-02-02"))).end is None


@pytest.mark.parametrize(
    "acts",
    [(*told("2026-02-01"), course("2026-02-05")), (course("2026-02-01"), *told("2026-02-05"))],
)
def test_neither_of_the_two_counts_before_the_trigger(acts: tuple[Command, ...]) -> None:
    """Recognised from the 2nd: one of the two was too early, and that one is still owed."""
    assert owed(World(clause="GS-5").hears(registered(), recognised("2026-02-02")).do(*acts)).end is None


def test_what_was_done_on_the_day_of_the_trigger_counts() -> None:
    """The day is not before itself."""
    assert owed(wise("2026-02-02").do(*told("2026-02-02"), course("2026-02-02"))).end == "discharged"


def test_what_was_recorded_before_the_recognition_became_known_counts() -> None:
    """Recognised from the 2nd, told on the 10th, and the recognition was recorded on the 20th."""
    world = World(clause="GS-5").hears(registered()).do(*told("2026-02-10"), course("2026-02-11"))
    world.hears(recognised("2026-02-02"), on=at("2026-02-20"))
    assert (owed(world).end, owed(world).acted_on) == ("discharged", DAY("2026-02-11"))


def test_one_offer_reaches_several_enterprises() -> None:
    """Each has a duty of its own; whoever was told too is done, the other one is not."""
    world = wise().hears(registered(OTHER), recognised(enterprise=OTHER))
    world.do(*told("2026-02-10"), course("2026-02-11", None, WISE, OTHER))
    assert (owed(world).end, owed(world, enterprise=OTHER).end) == ("discharged", None)
    world.do(*told("2026-02-12", guidance_id=SECOND_LETTER, enterprise_id=OTHER))
    assert owed(world, enterprise=OTHER).acted_on == DAY("2026-02-12")


def test_an_offer_to_others_does_not_count() -> None:
    """The enterprise itself must have been offered it."""
    assert owed(wise().do(*told("2026-02-10"), course("2026-02-11", None, OTHER))).end is None


def test_an_activity_may_be_offered_to_more_enterprises_later() -> None:
    """The same course, offered again, counts from then for those who were left out."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11", None, OTHER), course("2026-02-15", None, OTHER, WISE))
    assert owed(world).acted_on == DAY("2026-02-15")
    assert world.told(KnowledgeActivityOffered)[-1].offered_to == (WISE,)


def test_it_ends_once() -> None:
    """More letters and courses in the same year change nothing."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"))
    world.do(*told("2026-05-10", guidance_id=SECOND_LETTER), course("2026-05-11", activity_id=SECOND_COURSE))
    assert len(world.told(DutyDischarged)) == len(world.told(DutyArose)) == 1


def test_saying_it_again_changes_nothing() -> None:
    """A letter that arrived has arrived, and a course that was offered was offered."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"))
    events = len(world.log)
    world.do(*told("2026-02-10"), arrives("2026-02-14"), course("2026-02-12"))
    assert len(world.log) == events


def test_a_referral_to_coompanion_does_not_discharge_it() -> None:
    """That somebody else may give advice (BG-4) is no effort of the Region's; procurement does not even read of it."""
    assert {kind.__name__ for kind in KNOWLEDGE.discharged_by} == {"GuidanceDelivered", "KnowledgeActivityOffered"}
    assert set(REACTIONS.follows) == {"registry.events"}
    assert not any("Referral" in kind.__name__ for kind in (*REACTIONS.to, *REACTIONS.inbox))


# -- late, and too late


def test_a_year_without_both_is_overdue_from_new_year_s_day() -> None:
    """Kept to the end of 31 December; then the unit's head, then the board is told."""
    world = since_before().do(*told("2026-05-05")).until("2027-02-01")
    [overdue] = world.told(DutyFellOverdue)
    assert (overdue.due_on, overdue.overdue_from) == (DAY("2026-12-31"), DAY("2027-01-01"))
    # 4 January is the first working day after, and Epiphany lies between head and board
    head, board = here(("2027-01-04", "2027-01-19"), ("2027-01-05", "2027-01-27"))
    escalated = [(e.level, e.escalated_on) for e in world.told(DutyEscalated)]
    assert escalated == [("unit-head", DAY(head)), ("board", DAY(board))]
    assert is_breach(owed(world), DAY("2027-01-01"))
    assert not is_breach(owed(world), DAY("2026-12-31"))


def test_the_year_is_stockholm_s() -> None:
    """23:30 UTC on 31 December is the next year here: a day late."""
    world = since_before().do(course("2026-05-05")).until("2026-12-31")
    world.do(letter("2026-12-30"), arrives("2026-12-31T23:30:00+00:00", 2026))
    assert (owed(world).acted_on, classify(owed(world), DAY("2027-01-02"))) == (DAY("2027-01-01"), "done-late")
    in_time = since_before().do(course("2026-05-05"), letter("2026-12-30"))
    in_time.do(arrives("2026-12-31T22:59:00+00:00", 2026))
    assert (owed(in_time).acted_on, classify(owed(in_time), DAY("2027-01-02"))) == (DAY("2026-12-31"), "done")


def test_it_can_be_made_good_until_it_lapses() -> None:
    """Done late, and the days are counted from the due day to the later act."""
    last, late = here(("2027-03-31", 90), ("2027-02-28", 59))
    world = since_before().do(course("2026-05-05")).until(last).do(*told(last, 2026))
    [discharged] = world.told(DutyDischarged)
    assert (discharged.late_days, classify(owed(world), DAY("2027-04-01"))) == (late, "done-late")
    assert world.until("2027-05-01").told(DutyLapsed) == []


def test_after_its_last_day_it_has_lapsed() -> None:
    """At the end of 31 March, or of February; the breach stays, and what is done afterwards changes nothing."""
    last, next_ = here(("2027-03-31", "2027-04-01"), ("2027-02-28", "2027-03-01"))
    world = since_before().do(course("2026-05-05")).until(last)
    assert world.told(DutyLapsed) == []
    [lapsed] = world.until(next_).told(DutyLapsed)
    assert (lapsed.lapsed_on, lapsed.reason_code) == (DAY(last), "year-over")
    world.do(*told(next_, 2026))
    assert (owed(world).end, is_breach(owed(world), DAY("2027-04-02"))) == ("lapsed", True)


def test_the_day_on_which_it_lapses_never_rolls() -> None:
    """31 March 2029 is a Saturday, 28 February 2027 a Sunday."""
    last, seen = here(("2029-03-31", "2029-04-01"), ("2027-02-28", "2027-03-01"))
    world = wise("2025-05-05").until(seen)
    assert world.told(DutyLapsed)[-1].lapsed_on == DAY(last)


def test_a_year_of_recognition_that_is_due_in_the_next_lapses_with_its_own_year() -> None:
    """Recognised in December 2026: the year is 2026, whatever its due day."""
    world = wise("2026-12-15").until("2027-04-01")
    [lapsed] = world.told(DutyLapsed)
    assert (lapsed.duty_id[-4:], lapsed.lapsed_on) == ("2026", DAY(here("2027-03-31", "2027-02-28")))


def test_what_was_in_time_and_is_recorded_late_must_be_shown() -> None:
    """By a document of that time, or by a second person who is not the one that records it."""
    world = since_before().do(course("2026-05-05"), letter("2026-12-20")).until("2027-01-08")
    now = at("2027-01-08")
    assert world.refused(arrives("2026-12-20", at=now)) == NOT_APPROVED
    assert world.refused(arrives("2026-12-20", at=now, approved_by="staff-1")) == APPROVED_BY_ACTOR
    world.do(arrives("2026-12-20", at=now, document=document("2026-12-21")))
    [discharged] = world.told(DutyDischarged)
    assert (discharged.acted_on, discharged.rebuts, discharged.recorded_late_days) == (DAY("2026-12-20"), True, 8)
    assert classify(owed(world), DAY("2027-01-08")) == "done-recorded-late"


def test_what_does_not_count_needs_no_proof() -> None:
    """A letter of before the recognition, or a newsletter, may be recorded whenever it is."""
    world = (
        wise().do(letter("2026-01-20"), letter("2026-02-10", guidance_id=SECOND_LETTER, kind="web")).until("2026-03-10")
    )
    now = at("2026-03-10")
    world.do(arrives("2026-01-20", at=now), arrives("2026-02-10", guidance_id=SECOND_LETTER, at=now))


def test_an_offer_that_is_recorded_late_must_be_shown_too() -> None:
    """The second person's name goes with the discharge."""
    world = since_before().do(*told("2026-05-05")).until("2027-02-08")
    claim = course("2026-12-20", at=at("2027-02-08"), document=document("2026-12-21"))
    assert world.refused(claim) == NOT_APPROVED  # the window is over
    world.do(claim.model_copy(update={"approved_by": "staff-9"}))
    assert world.told(DutyDischarged)[-1].approved_by == "staff-9"


def test_what_was_in_time_can_be_proven_after_the_lapse() -> None:
    """Lapse ends acting, not proving; what was late stays lapsed."""
    world = since_before().do(course("2026-05-05"), letter("2026-12-20")).until("2027-04-08")
    world.do(arrives("2026-12-20", at=at("2027-04-08"), approved_by="staff-9"))
    assert (owed(world).end, classify(owed(world), DAY("2027-04-08"))) == ("lapsed", "done-recorded-late")
    assert not is_breach(owed(world), DAY("2027-04-08"))


def test_an_act_of_the_due_day_that_the_suite_came_to_later_was_recorded_in_time() -> None:
    """The office recorded it on the last day; that its settling came after midnight is no delay of the office's."""
    world = since_before().do(course("2026-05-05"), letter("2026-12-31"))
    outcome = world.decide(arrives("2026-12-31"), None)
    world.lag = at("2027-01-01")
    world.read(outcome)
    assert world.told(DutyDischarged)[-1].recorded_late_days == 0
    assert classify(owed(world), DAY("2027-01-01")) == "done"


# -- what ends it, and what lets it arise anew


@pytest.mark.parametrize(("ending", "reason"), [(withdrawn, "recognition-withdrawn"), (closed, "enterprise-closed")])
def test_a_withdrawal_or_a_closure_voids_it(ending: object, reason: str) -> None:
    """What is not overdue loses its object on that day."""
    world = wise().hears(ending("2026-02-20"))  # type: ignore[operator]
    [voided] = world.told(DutyVoided)
    assert (voided.reason_code, voided.voided_on) == (reason, DAY("2026-02-20"))
    assert years(world.until("2027-06-01")) == ["2026"]


def test_it_is_voided_on_the_due_day_and_not_after_it() -> None:
    """An overdue one goes on: it can still be done, and lapses in its time."""
    due, next_ = here(("2026-03-04", "2026-03-05"), ("2026-03-19", "2026-03-20"))
    assert owed(wise().until(due).hears(withdrawn(due))).end == "voided"
    world = wise().until(next_).hears(withdrawn(next_))
    assert owed(world).end is None
    assert owed(world.until("2027-04-01")).end == "lapsed"


def test_a_withdrawal_of_the_due_day_that_is_recorded_later_voids_it_all_the_same() -> None:
    """The overdue event stays; it was never owed past its object."""
    due, known = here(("2026-03-04", "2026-03-10"), ("2026-03-19", "2026-03-25"))
    world = wise().until(known).hears(withdrawn(due), on=at(known))
    assert (owed(world).end, len(world.told(DutyFellOverdue))) == ("voided", 1)


def test_in_january_both_years_are_voided() -> None:
    """The former year's, not yet due, and the one that has just begun."""
    world = wise("2026-12-15").until("2027-01-05").hears(withdrawn("2027-01-06"))
    assert [owed(world, year).end for year in (2026, 2027)] == ["voided", "voided"]


def test_a_year_that_arose_while_nobody_knew_of_the_withdrawal_is_voided() -> None:
    """Withdrawn in December, recorded in January."""
    world = wise("2025-05-05").until("2027-01-05").do().hears(withdrawn("2026-12-20"), on=at("2027-01-05"))
    assert [owed(world, year).end for year in (2026, 2027)] == ["voided", "voided"]


def test_a_suspension_stops_nothing() -> None:
    """The duty goes on, and the next year's arises."""
    world = wise("2025-05-05").until("2026-02-01").hears(suspended("2026-02-02")).until("2027-01-01")
    assert years(world) == ["2026", "2027"]
    assert world.told(DutyVoided) == []
    assert owed(world.do(*told("2027-02-02"), course("2027-02-02")), 2027).end == "discharged"


@pytest.mark.parametrize("ending", [withdrawn, closed])
def test_who_is_lost_on_new_year_s_day_is_owed_no_new_year(ending: object) -> None:
    """It was neither recognised nor suspended when the year began."""
    world = wise("2025-05-05").until("2026-12-31").hears(ending("2027-01-01")).until("2027-06-01")  # type: ignore[operator]
    assert years(world) == ["2026"]


def test_after_a_restoration_it_arises_anew() -> None:
    """The former was voided: a new duty with the next number, due some days after the restoration."""
    world = wise().hears(withdrawn("2026-02-20"), restored("2026-05-05"))
    assert years(world) == ["2026", "2026/2"]
    assert (owed(world, n=2).trigger_on, owed(world, n=2).due_on) == (
        DAY("2026-05-05"),
        DAY(here("2026-06-04", "2026-06-22")),
    )
    assert owed(world.do(*told("2026-05-06"), course("2026-05-06")), n=2).end == "discharged"


def test_what_was_done_before_the_restoration_does_not_count_for_it() -> None:
    """The new duty's trigger is the restoration."""
    world = wise().do(course("2026-02-10")).hears(withdrawn("2026-02-20"), restored("2026-05-05"))
    assert owed(world.do(*told("2026-05-06")), n=2).end is None


def test_after_a_year_that_was_done_a_restoration_opens_nothing() -> None:
    """Anew only where the former was voided or lapsed."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11")).hears(withdrawn("2026-02-20"), restored("2026-05-05"))
    assert years(world) == ["2026"]


def test_after_an_overdue_year_that_goes_on_a_restoration_opens_nothing() -> None:
    """One is open, so none arises."""
    world = wise().until("2026-04-01").hears(withdrawn("2026-04-01"), restored("2026-05-05"))
    assert years(world) == ["2026"]


def test_a_restoration_in_another_year_is_that_year_s() -> None:
    """Withdrawn in 2026, restored in 2027: days from then, and nothing for the new year's beginning."""
    world = wise().hears(withdrawn("2026-02-20")).until("2027-02-01").hears(restored("2027-03-01")).until("2027-04-01")
    assert years(world) == ["2026", "2027"]
    assert owed(world, 2027).due_on == DAY(here("2027-03-31", "2027-04-15"))


def test_a_restored_wise_is_owed_the_next_year_from_its_first_day() -> None:
    """It is one when the year begins, like any other."""
    world = wise().hears(withdrawn("2026-02-20"), restored("2026-05-05")).until("2027-01-01")
    assert (years(world)[-1], owed(world, 2027).due_on) == ("2027", DAY("2027-12-31"))


def test_a_year_that_has_lapsed_does_not_come_back() -> None:
    """What is said of the enterprise afterwards opens nothing of a trigger that has had its duty."""
    world = since_before().until("2027-05-01").hears(suspended("2027-05-02"), restored("2027-06-02"))
    assert years(world) == ["2026", "2027"]


def test_a_restoration_of_new_year_s_day_counts_days_from_then() -> None:
    """1 January included."""
    world = wise().hears(withdrawn("2026-02-20")).until("2026-12-31").hears(restored("2027-01-01")).until("2027-01-02")
    assert owed(world, 2027).due_on == DAY(here("2027-02-01", "2027-02-15"))


def test_a_suite_that_stood_still_ends_as_one_that_ran_through() -> None:
    """Registry's facts of months are read before the clock gets to the year's beginning: the same duties, the same days."""

    def facts(world: World) -> World:
        return world.hears(withdrawn("2027-02-10"), restored("2027-03-01"), suspended("2027-03-05"))

    stood = facts(wise("2025-05-05")).until("2027-03-10")
    ran = wise("2025-05-05").until("2027-02-10").hears(withdrawn("2027-02-10")).until("2027-03-01")
    ran.hears(restored("2027-03-01"), suspended("2027-03-05")).until("2027-03-10")
    kept = [
        [(d.id, d.trigger_on, d.due_on, d.end) for d in sorted(world.duties.values(), key=lambda each: each.id)]
        for world in (stood, ran)
    ]
    assert kept[0] == kept[1]
    assert years(ran) == ["2026", "2027", "2027/2"]


# -- letters that come back


def test_a_letter_that_comes_back_after_the_year_was_done_opens_a_successor() -> None:
    """The first stays done with what was known; a new contact is due in some working days, and the offer still counts."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"), bounces("2026-02-13"))
    assert owed(world).end == "discharged"
    assert (owed(world, n=2).trigger_on, owed(world, n=2).due_on) == (
        DAY("2026-02-13"),
        DAY(here("2026-02-17", "2026-02-18")),
    )
    world.do(*told("2026-02-16", guidance_id=SECOND_LETTER))
    assert (owed(world, n=2).end, owed(world, n=2).acted_on) == ("discharged", DAY("2026-02-16"))


def test_the_successor_follows_the_letter_that_discharged_it() -> None:
    """Not one that had come back before."""
    world = wise().do(*told("2026-02-10"), bounces("2026-02-11"), *told("2026-02-12", guidance_id=SECOND_LETTER))
    world.do(course("2026-02-13"), bounces("2026-02-16", guidance_id=SECOND_LETTER))
    assert (owed(world, n=2).trigger_on, owed(world, n=2).due_on) == (
        DAY("2026-02-16"),
        DAY(here("2026-02-18", "2026-02-19")),
    )


def test_a_letter_before_it_came_back_does_not_end_the_successor() -> None:
    """The new contact is made after the letter came back; an older delivery of the same letter is gone."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"), bounces("2026-02-13"))
    world.do(course("2026-02-16", activity_id=SECOND_COURSE))
    assert owed(world, n=2).end is None


def test_a_successor_may_have_a_successor() -> None:
    """The second letter comes back, too."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"), bounces("2026-02-13"))
    world.do(*told("2026-02-16", guidance_id=SECOND_LETTER), bounces("2026-02-18", guidance_id=SECOND_LETTER))
    assert years(world) == ["2026", "2026/2", "2026/3"]
    third = world.do(*told("2026-02-19", guidance_id=OTHER))
    assert owed(third, n=3).end == "discharged"


def test_where_another_letter_stands_nothing_is_owed_again() -> None:
    """The enterprise was told by the other one."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"), *told("2026-02-12", guidance_id=SECOND_LETTER))
    assert years(world.do(bounces("2026-02-13"))) == ["2026"]


def test_a_letter_that_did_not_discharge_it_opens_no_successor() -> None:
    """A newsletter that comes back was never the contact."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"))
    world.do(*told("2026-02-12", guidance_id=SECOND_LETTER, kind="newsletter"))
    assert years(world.do(bounces("2026-02-13", guidance_id=SECOND_LETTER))) == ["2026"]


def test_a_letter_that_comes_back_after_the_lapse_opens_nothing() -> None:
    """Nothing can be done for that year any more; on the last days before there is less time."""
    before, end, after = here(("2027-03-30", "2027-03-31", "2027-04-01"), ("2027-02-26", "2027-02-28", "2027-03-01"))
    done = wise().do(*told("2026-02-10"), course("2026-02-11"))
    assert years(done.do(bounces(after, 2026))) == ["2026"]
    last = wise().do(*told("2026-02-10"), course("2026-02-11")).do(bounces(before, 2026))
    assert owed(last, n=2).due_on == DAY(end)


def test_to_an_enterprise_that_is_no_wise_any_more_no_letter_is_owed_again() -> None:
    """The recognition was withdrawn before the letter came back."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11")).hears(withdrawn("2026-02-12"))
    assert years(world.do(bounces("2026-02-13"))) == ["2026"]


# -- corrections


def test_an_act_that_never_happened_is_taken_back_by_two_persons() -> None:
    """The discharge that rests on it is corrected, and the duty is open again."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"))
    assert (
        world.refused(corrects(world, KnowledgeActivityOffered, "2026-02-12", approved_by=None))
        == CORRECTION_NOT_APPROVED
    )
    world.do(corrects(world, KnowledgeActivityOffered, "2026-02-12"))
    assert owed(world).end is None
    assert owed(world.do(course("2026-02-16", activity_id=SECOND_COURSE))).acted_on == DAY("2026-02-16")


def test_what_is_left_still_counts_after_a_correction() -> None:
    """Another letter of that year stands: the duty is done by that one."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"), *told("2026-02-12", guidance_id=SECOND_LETTER))
    world.do(corrects(world, GuidanceDelivered, "2026-02-13", n=0))
    assert (owed(world).end, owed(world).acted_on) == ("discharged", DAY("2026-02-12"))


def test_a_letter_that_never_came_back_owes_no_other() -> None:
    """The successor was never owed; one that came back on another day is owed by that day."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11"), bounces("2026-02-13"))
    assert world.refused(corrects(world, GuidanceFailed, "2026-02-16", approved_by=None)) == CORRECTION_NOT_APPROVED
    moved = Change(pointer="/failedAt", after="2026-02-16T09:00:00+01:00")
    world.do(corrects(world, GuidanceFailed, "2026-02-16", moved))
    assert (owed(world, n=2).void_reason, owed(world, n=3).due_on) == (
        "trigger-corrected",
        DAY(here("2026-02-18", "2026-02-19")),
    )
    world.do(corrects(world, GuidanceFailed, "2026-02-17"))
    assert (owed(world, n=3).void_reason, owed(world).end) == ("trigger-corrected", "discharged")
    assert years(world) == ["2026", "2026/2", "2026/3"]


def test_an_act_of_another_day_moves_the_discharge() -> None:
    """The course was offered after the due day: done, and late."""
    moved, known = here(("2026-03-06", "2026-03-10"), ("2026-03-20", "2026-03-24"))
    world = wise().do(*told("2026-02-10"), course("2026-02-11")).until(known)
    world.do(corrects(world, KnowledgeActivityOffered, known, Change(pointer="/offeredOn", after=moved)))
    assert (owed(world).acted_on, classify(owed(world), DAY(known))) == (DAY(moved), "done-late")


def test_a_correction_names_whom_the_act_was_for() -> None:
    """Their duties are read with it."""
    world = wise().do(*told("2026-02-10"), course("2026-02-11", None, WISE, OTHER))
    assert world.refused(corrects(world, KnowledgeActivityOffered, "2026-02-12")) == OTHERS_CONCERNED
    world.do(corrects(world, KnowledgeActivityOffered, "2026-02-12", enterprises=(WISE, OTHER)))
    assert owed(world).end is None


@pytest.mark.parametrize(
    ("pointer", "after"), [("/forYear", 2025), ("/offeredTo", [OTHER]), ("/offeredTo/0", OTHER), ("/kind", "webinar")]
)
def test_what_an_act_was_for_is_recorded_anew_and_not_corrected(pointer: str, after: object) -> None:
    """Another year or enterprise is another act: that one never happened, and the right one is recorded."""
    world = wise().do(course("2026-02-11"))
    change = Change(pointer=pointer, after=after)
    assert world.refused(corrects(world, KnowledgeActivityOffered, "2026-02-12", change)) == MAKE_NEW


def test_a_successor_outlives_a_correction_of_the_recognition() -> None:
    """It follows the letter that came back; a WISE that never was one is owed no letter."""

    def corrected(*changes: Change) -> World:
        world = wise().do(*told("2026-02-10"), course("2026-02-11"), bounces("2026-02-13"))
        cited = next(r for r in world.log if r.event.TYPE.endswith("EnterpriseRecognised.v1"))
        return world.hears_correction(cited, *changes, on=at("2026-02-14"))

    assert owed(corrected(Change(pointer="/effectiveFrom", after="2026-02-03")), n=2).end is None
    assert owed(corrected(), n=2).end == "voided"


def test_a_withdrawal_of_another_day_voids_what_is_owed_by_then() -> None:
    """The corrected day is that of the loss: a restoration of before it is void by it."""
    lost, right, known = here(("2026-03-30", "2026-03-20", "2026-03-31"), ("2026-04-13", "2026-04-07", "2026-04-14"))
    world = wise().hears(withdrawn("2026-02-20"), restored("2026-02-22"), withdrawn(lost))
    assert owed(world, n=2).end is None  # due on 24 March, or 8 April: it was overdue
    world.hears_correction(world.log[-1], Change(pointer="/effectiveFrom", after=right), on=at(known))
    assert (owed(world, n=2).end, owed(world, n=2).void_reason) == ("voided", "recognition-withdrawn")


def test_guidance_that_arrived_was_sent() -> None:
    """That it was never sent cannot stand beside its arrival."""
    world = wise().do(*told("2026-02-10"))
    assert world.refused(corrects(world, GuidanceSent, "2026-02-12")).reason == "correction-does-not-fit"


def test_a_recognition_that_never_happened_owed_nothing() -> None:
    """What rests on it is void, as is what rests on another day of it."""
    world = wise()
    cited = next(r for r in world.log if r.event.TYPE.endswith("EnterpriseRecognised.v1"))
    moved = wise()
    moved.hears_correction(cited, Change(pointer="/effectiveFrom", after="2026-02-09"), on=at("2026-02-12"))
    assert (owed(moved).void_reason, owed(moved, n=2).due_on) == (
        "trigger-corrected",
        DAY(here("2026-03-11", "2026-03-26")),
    )
    world.hears_correction(cited, on=at("2026-02-12"))
    assert (owed(world).end, owed(world).void_reason) == ("voided", "trigger-corrected")


def test_a_withdrawal_that_never_happened_leaves_the_year_owed() -> None:
    """What it voided arises anew, with the day of its own trigger."""
    world = wise().hears(withdrawn("2026-02-20"))
    cited = world.log[-2]
    assert cited.event.TYPE.endswith("RecognitionWithdrawn.v1")
    world.hears_correction(cited, on=at("2026-02-25"))
    assert (owed(world, n=2).trigger_on, owed(world, n=2).due_on) == (
        DAY("2026-02-02"),
        DAY(here("2026-03-04", "2026-03-19")),
    )


def test_what_is_recorded_of_a_course_names_nobody() -> None:
    """Enterprises and a number, and a failed letter says why."""
    world = wise().do(course("2026-02-10"), held("2026-03-12", WISE), letter("2026-02-10"), bounces("2026-02-11"))
    [came], [failed] = world.told(KnowledgeActivityHeld), world.told(GuidanceFailed)
    assert (came.attended_by, came.attendee_count, came.activity_id) == ((WISE,), 2, COURSE)
    assert failed.reason_code == "hard-bounce"


# -- waived


def test_a_year_is_let_go_by_the_office_or_the_executive_board() -> None:
    """By delegation or by a paragraph, with two persons, neither of whom records it; nobody else decides (edge rule 17)."""
    year = f"gs-5.knowledge/{WISE}/2026"
    world = wise()
    assert world.refused(waived("2026-02-10", year, by="social-board")) == MAY_NOT_WAIVE
    assert world.refused(waived("2026-02-10", year, by=PROCUREMENT_OFFICE, paragraph="§ 4")) == MAY_NOT_WAIVE
    assert world.refused(waived("2026-02-10", year, by=EXECUTIVE_BOARD)) == MAY_NOT_WAIVE
    assert world.refused(waived("2026-02-10", year, proposed_by="staff-3")) == SAME_PERSON
    assert world.refused(waived("2026-02-10", year, approved_by="staff-1")) == APPROVED_BY_ACTOR
    assert owed(wise().do(waived("2026-02-10", year, by=EXECUTIVE_BOARD, paragraph="§ 4"))).end == "waived"
    world.do(waived("2026-02-10", year), *told("2026-02-12"), course("2026-02-12"))
    assert (owed(world).end, years(world)) == ("waived", ["2026"])
    assert not is_breach(owed(world), DAY("2027-12-31"))


def test_an_overdue_year_that_is_let_go_stays_a_breach() -> None:
    """A waiver ends it and says that it was overdue (timing rule 5)."""
    world = since_before().until("2027-01-01").do(waived("2027-01-11", f"gs-5.knowledge/{WISE}/2026"))
    assert [event.was_overdue for event in world.told(DutyWaived)] == [True]
    assert (classify(owed(world), DAY("2027-02-01")), is_breach(owed(world), DAY("2027-02-01"))) == ("waived", True)

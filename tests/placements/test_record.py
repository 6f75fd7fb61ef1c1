"""Mending the record of a place: details that a report left out, and corrections that reach the duties."""

import pytest

from services.placements.domain import placement, record
from shared import correction
from shared.contracts.duty import DutyArose, DutyDischarged, DutyRescheduled, DutyVoided, EventCorrected
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.correcting import as_corrected
from shared.deciding import CORRECTION_UNFIT
from shared.policy.duty.commands import APPROVED_BY_ACTOR, CORRECTION_NOT_APPROVED
from shared.policy.duty.life import classify
from tests.placements.stories import (
    FINAL,
    FIRST,
    PERSON,
    PLACE,
    add_details,
    anew,
    bought,
    correct,
    document,
    end,
    extend,
    follow_up,
    has_arisen,
    let_pass,
    owed,
    placements,
    recurring,
    report_end,
    report_purchase,
    running,
    start,
    told,
    until_june,
)
from tests.policy.test_gs_4 import day
from tests.spec import ACTOR, event_id

# What a report left out


def test_an_officer_adds_what_a_report_left_out() -> None:
    """The details are sealed in an event of their own that names the one they belong to (GS-3)."""
    past = placements().given(report_purchase())
    [event] = past.when(add_details(0, need=document(), legal_ground="lss")).events()
    assert isinstance(event, PersonalDetailsAdded)
    assert event.event_id == event_id(0)
    assert set(event.fields) == {"need", "legalGround"}


def test_nothing_is_added_to_what_is_there() -> None:
    """A wrong value is corrected; a value is added once (GS-3)."""
    bought().when(add_details(0, legal_ground="lss")).refused(record.NOTHING_MISSING)
    past = placements().given(report_purchase(), add_details(0, legal_ground="lss"))
    past.when(add_details(0, legal_ground="sol")).refused(record.NOTHING_MISSING)
    assert past.when(add_details(0, need=document())).events()


def test_details_are_added_to_the_event_that_lacks_them() -> None:
    """An end lacks no need, and an unknown event lacks nothing (GS-3)."""
    past = placements().given(report_purchase(), start(), report_end("2026-02-02"))
    ended = next(n for n, e in enumerate(past.told) if "PlacementEnded" in e.type)
    past.when(add_details(ended, "2026-02-03", need=document())).refused(record.NOTHING_MISSING)
    past.when(add_details(77, "2026-02-03", need=document())).refused(record.NOTHING_MISSING)
    assert past.when(add_details(ended, "2026-02-03", end_reason="moved", outcome="unknown")).events()


def test_details_go_under_the_key_of_this_place() -> None:
    """Another place's reference is refused, and a place that is not there lacks nothing (GS-3)."""
    other = PERSON.replace("d001", "d002")
    past = placements().given(report_purchase())
    past.when(add_details(0, legal_ground="sol", subject_ref=other)).refused(placement.OTHER_SUBJECT)
    placements().when(add_details(0, legal_ground="sol")).refused(placement.UNKNOWN)


# What may be corrected


def test_a_correction_cites_an_event_of_the_place() -> None:
    """Its id, stream and index must all be right."""
    running().when(correct(77, "2026-02-02")).refused(correction.NOT_THERE)
    elsewhere = {"event_id": event_id(1), "stream": f"placement/{PLACE}", "index": 2}
    running().when(correct(1, "2026-02-02", corrects=elsewhere)).refused(correction.NOT_THERE)
    other_stream = {"event_id": event_id(1), "stream": "placement/x", "index": 1}
    running().when(correct(1, "2026-02-02", corrects=other_stream)).refused(correction.NOT_THERE)


def test_whoever_corrects_or_records_it_does_not_approve() -> None:
    """Two persons, as for a waiver (edge rule 17)."""
    running().when(correct(1, "2026-02-02", approved_by=ACTOR)).refused(correction.SAME_PERSON)
    by_another = correct(1, "2026-02-02", approved_by=ACTOR, corrected_by="staff-5")
    running().when(by_another).refused(APPROVED_BY_ACTOR)


@pytest.mark.parametrize(
    ("pointer", "after"),
    [("/startedAt", "2026-01-13"), ("/startedOn", "soon"), ("/role", "auditor"), ("/dnr", "SON 2026/99")],
)
def test_a_correction_fits_the_event(pointer: str, after: str) -> None:
    """A field that is not there, a value that cannot stand there, or in whose name it was recorded: refused."""
    running().when(correct(1, "2026-02-02", pointer, after)).refused(CORRECTION_UNFIT)


def test_what_never_happened_has_no_new_values() -> None:
    """And what happened otherwise has some."""
    running().when(correct(1, "2026-02-02", kind="wrong-date")).refused(CORRECTION_UNFIT)
    running().when(correct(1, "2026-02-02", "/startedOn", "2026-01-13", kind="never-happened")).refused(
        CORRECTION_UNFIT
    )


def test_a_beginning_is_not_taken_from_what_followed() -> None:
    """A place that started was bought: the start is taken back first."""
    running().when(correct(0, "2026-02-02")).refused(CORRECTION_UNFIT)


@pytest.mark.parametrize("pointer", ["/placementId", "/subjectRef"])
def test_a_correction_moves_no_event_to_another_place_or_person(pointer: str) -> None:
    """Whose stream it is and under whose key it is sealed stay: else an erasure would reach the wrong person."""
    running().when(correct(0, "2026-02-02", pointer, "01930000-0000-7000-8000-0000000000ff")).refused(CORRECTION_UNFIT)


def test_a_refused_correction_leaves_no_trace() -> None:
    """The next command sees the place as it was."""
    past = running()
    past.when(correct(1, "2026-02-02", "/startedOn", "soon")).refused(CORRECTION_UNFIT)
    assert past.state(f"placement/{PLACE}").started_on == day("2026-01-12")
    assert len(past.past.history(f"placement/{PLACE}")) == 2


# A corrected start


def test_a_corrected_start_voids_and_opens_anew() -> None:
    """The first and the final arise with the next number, from the right day (readings: corrections)."""
    events = until_june().when(correct(1, "2026-02-02", "/startedOn", "2026-01-19")).events()
    assert [type(e) for e in events] == [EventCorrected, DutyVoided, DutyVoided, DutyArose, DutyArose]
    again = [e for e in events if isinstance(e, DutyArose)]
    assert [(e.duty_id, e.trigger_on, e.due_on) for e in again] == [
        (anew(FIRST), day("2026-01-19"), day("2026-04-20")),
        (anew(FINAL), day("2026-01-19"), day("2026-07-30")),
    ]
    assert {e.reason_code for e in events if isinstance(e, DutyVoided)} == {"trigger-corrected"}


def test_a_first_that_was_done_stays_done_when_the_start_is_corrected() -> None:
    """It has ended, and ends once; the row of follow-ups goes on by the right start (readings: corrections)."""
    past = running().given(follow_up(), correct(1, "2026-04-01", "/startedOn", "2026-01-19"))
    assert owed(past).end == "discharged"
    assert not has_arisen(past, anew(FIRST))


def test_a_start_that_never_happened_leaves_nothing_owed() -> None:
    """The place is bought and has not begun."""
    past = until_june().given(correct(1, "2026-02-02"))
    assert {owed(past).end, owed(past, FINAL).end} == {"voided"}
    assert past.state(f"placement/{PLACE}").phase == "bought"


def test_a_breach_is_hidden_by_two_persons_only() -> None:
    """An overdue follow-up is voided by a corrected start if a second person approves it (edge rule 17)."""
    past = let_pass(running(), "2026-04-20")
    past.when(correct(1, "2026-04-20", "/startedOn", "2026-01-19")).refused(CORRECTION_NOT_APPROVED)
    past.given(correct(1, "2026-04-20", "/startedOn", "2026-01-19", approved_by="staff-9"))
    assert owed(past).end == "voided"
    assert owed(past).is_overdue
    assert owed(past, anew(FIRST)).due_on == day("2026-04-20")


def test_the_next_follow_ups_are_counted_from_the_corrected_start() -> None:
    """Where the first is open, it is followed again; where it was done, the open one arises anew at once."""
    past = let_pass(running(), "2026-04-20").given(
        correct(1, "2026-04-20", "/startedOn", "2026-01-19", approved_by="staff-9")
    )
    assert owed(past, recurring(1)).end == "voided"
    assert owed(let_pass(past, "2026-04-20"), recurring(1, 2)).due_on == day("2026-10-16")
    past = let_pass(running().given(follow_up()), "2026-04-20").given(
        correct(1, "2026-04-20", "/startedOn", "2026-01-19")
    )
    assert owed(past, recurring(1, 2)).due_on == day("2026-10-16")
    assert not has_arisen(let_pass(past, "2026-10-15"), recurring(2))
    assert owed(let_pass(past, "2026-10-16"), recurring(2)).due_on == day("2027-04-14")


def test_a_correction_that_keeps_the_day_moves_nothing() -> None:
    """Only another day is another trigger."""
    events = until_june().when(correct(1, "2026-02-02", "/startedOn", "2026-01-12")).events()
    assert [type(e) for e in events] == [EventCorrected]


# Other corrected facts: read as corrected from the beginning


def test_a_corrected_planned_end_moves_the_final_follow_up() -> None:
    """Unless it is overdue, it is due by the right last day (readings: corrections)."""
    [_, moved] = until_june().when(correct(0, "2026-02-02", "/plannedEnd", "2026-05-29")).events()
    assert isinstance(moved, DutyRescheduled)
    assert (moved.new_due_on, moved.reason_code) == (day("2026-06-29"), "corrected")
    late = let_pass(until_june(), "2026-07-31")
    assert len(late.when(correct(0, "2026-07-31", "/plannedEnd", "2026-09-30")).events()) == 1


def test_a_planned_end_found_out_afterwards_opens_the_final_follow_up() -> None:
    """From the place's start on it should have been owed."""
    optional = running().when(correct(0, "2026-02-02", "/plannedEnd", "2026-06-30"))
    [_, arisen] = optional.events()
    assert isinstance(arisen, DutyArose)
    assert (arisen.duty_id, arisen.trigger_on, arisen.due_on) == (FINAL, day("2026-01-12"), day("2026-07-30"))


def test_an_extension_that_never_happened_moves_the_final_back() -> None:
    """The place ends as it was planned."""
    past = until_june().given(extend("2026-09-30", "2026-03-02"), correct(4, "2026-03-09"))
    assert owed(past, FINAL).due_on == day("2026-07-30")


def test_an_end_that_never_happened_lets_the_first_go_on() -> None:
    """The voiding rests on nothing, so it is corrected in the duty's own stream, by two persons."""
    past = running().given(end("2026-03-02"))
    ended = next(n for n, e in enumerate(past.told) if "PlacementEnded" in e.type)
    past.when(correct(ended, "2026-03-09")).refused(CORRECTION_NOT_APPROVED)
    past.given(correct(ended, "2026-03-09", approved_by="staff-9"))
    assert owed(past).end is None
    assert owed(past, FINAL).void_reason == "trigger-corrected"
    assert owed(let_pass(past, "2026-04-14")).is_overdue


def test_an_end_after_the_due_day_voids_nothing() -> None:
    """Told as 2 March, it was 15 April: the first was owed and not held."""
    past = running().given(end("2026-03-02"))
    ended = next(n for n, e in enumerate(past.told) if "PlacementEnded" in e.type)
    past.given(correct(ended, "2026-04-20", "/endedOn", "2026-04-15", approved_by="staff-9"))
    assert classify(owed(past), day("2026-04-20")) == "not-done"


def test_a_follow_up_that_never_happened_discharges_nothing() -> None:
    """The duty is open again, and falls overdue when its day has passed."""
    past = running().given(follow_up())
    held = next(n for n, e in enumerate(past.told) if "FollowUpCompleted" in e.type)
    past.when(correct(held, "2026-04-01")).refused(CORRECTION_NOT_APPROVED)
    past.given(correct(held, "2026-04-01", approved_by="staff-9"))
    assert owed(past).end is None
    assert classify(owed(let_pass(past, "2026-04-14")), day("2026-04-14")) == "not-done"


def test_a_follow_up_on_another_day_is_late_by_that_day() -> None:
    """The discharge gets the right day; what it says of lateness follows."""
    past = let_pass(running(), "2026-04-20").given(follow_up("2026-04-20"))
    held = next(n for n, e in enumerate(past.told) if "FollowUpCompleted" in e.type)
    past.given(correct(held, "2026-04-22", "/heldOn", "2026-04-16", approved_by="staff-9"))
    assert owed(past).acted_on == day("2026-04-16")
    stream = as_corrected(past.past.history(f"duty/{FIRST}"))
    assert [e.data.late_days for e in stream if isinstance(e.data, DutyDischarged)] == [3]
    assert told(past, FIRST, DutyDischarged)[0].late_days == 7  # the recorded event itself stays


def test_a_follow_up_for_another_duty_discharges_that_one() -> None:
    """It named the wrong one."""
    past = let_pass(running(), "2026-04-13").given(follow_up("2026-04-13"))
    held = next(n for n, e in enumerate(past.told) if "FollowUpCompleted" in e.type)
    changed = ({"pointer": "/dutyId", "after": recurring(1)}, {"pointer": "/kind", "after": "recurring"})
    past.given(correct(held, "2026-04-13", changes=changed, kind="wrong-object", approved_by="staff-9"))
    assert owed(past).end is None
    assert owed(past, recurring(1)).end == "discharged"


def test_a_correction_can_be_corrected() -> None:
    """The start was right after all: what it triggered arises once more."""
    past = running().given(correct(1, "2026-02-02"))
    taken_back = next(n for n, e in enumerate(past.told) if "EventCorrected" in e.type)
    past.given(correct(taken_back, "2026-02-03"))
    assert past.state(f"placement/{PLACE}").phase == "running"
    assert owed(past, anew(FIRST)).due_on == day("2026-04-13")

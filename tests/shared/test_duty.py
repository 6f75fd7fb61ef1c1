"""What a duty is and what can become of it, whichever clause it is of (domain: timing rules; features, item 2)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.duty import (
    DutyArose,
    DutyDischarged,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyRescheduled,
    DutyVoided,
    DutyWaived,
)
from shared.contracts.values import DecisionRef, DocumentRef, DutyId, StaffRef, is_same
from shared.policy.clause import DF_0, GS_4, GS_7, GS_8, Modality
from shared.policy.duty.commands import (
    APPROVED_BY_ACTOR,
    BOUNDARY_MOVED,
    CORRECTION_NOT_APPROVED,
    ENDED,
    IN_FUTURE,
    NEXT,
    NOT_APPROVED,
    SAME_PERSON,
    UNKNOWN,
    WAIVED_BEFORE_DECISION,
    LapseDuty,
    OpenDuty,
    RescheduleDuty,
    TakeStep,
    VoidDuty,
    WaiveDuty,
)
from shared.policy.duty.definition import Duty
from shared.policy.duty.due import Due
from shared.policy.duty.life import DutyState, classify, days_late, evolve, is_breach
from tests.contracts.kept import example
from tests.shared.errands import (
    ERRAND,
    WEEKLY,
    AskedAgain,
    CalledOff,
    Correct,
    PutOff,
    again_every_week,
    ask,
    day,
    duties_of,
    errand,
    errands,
    midnight,
    owed,
    run,
    say,
)
from tests.spec import ACTOR, Story, at, event_id

FIRST = DutyId(f"gs-4.first/{ERRAND}")
D = date(2026, 4, 13)
DAY = timedelta(days=1)
UNTIL_PROVEN = D + 30 * DAY


def state(**fields: Any) -> DutyState:
    """Give a binding duty that is due on D."""
    return DutyState(**{
        "id": FIRST, "base": FIRST, "clause": "GS-4", "kind": "first", "modality": "resp", "owed_by": "social-board",
        "owed_by_unit": "Socialnämnden", "object_id": ERRAND, "ordinal": None, "trigger_event_id": "t",
        "trigger_on": date(2026, 1, 12), "due_on": D, "hard_due_on": None, "arose_event_id": "a",
        "arose_recorded_on": date(2026, 1, 12),
    } | fields)  # fmt: skip


def done(acted_on: date, recorded_on: date, **fields: Any) -> DutyState:
    """Give one that was done on a day (A) and recorded on another (R)."""
    return state(
        end="discharged",
        ended_on=acted_on,
        acted_on=acted_on,
        acted_recorded_on=recorded_on,
        ended_recorded_on=recorded_on,
        **fields,
    )


def ended(end: str, recorded_on: date, **fields: Any) -> DutyState:
    """Give one that ended without an act."""
    return state(**{"end": end, "ended_on": recorded_on, "ended_recorded_on": recorded_on} | fields)


# The classes


@pytest.mark.parametrize(
    ("acted", "recorded", "becomes"),
    [
        (-1, -1, "done"), (-1, 0, "done"), (-1, 1, "done-recorded-late"), (-1, 30, "done-recorded-late"),
        (-1, 31, "done-recorded-late"), (0, 0, "done"), (0, 1, "done-recorded-late"), (0, 31, "done-recorded-late"),
        (1, 1, "done-late"), (1, 2, "done-late"), (1, 31, "done-late"),
    ],
)  # fmt: skip
def test_a_duty_that_was_done_has_one_class(acted: int, recorded: int, becomes: str) -> None:
    """By the day of the act and the day it was recorded, against the due day: the day before, the day, the day after."""
    assert classify(done(D + acted * DAY, D + recorded * DAY), D + 99 * DAY) == becomes


@pytest.mark.parametrize(
    ("as_of", "becomes", "breach"),
    [(-1, "open", False), (0, "open", False), (1, "not-done", True), (30, "not-done", True), (31, "not-done", True)],
)
def test_without_an_act_it_is_open_to_the_end_of_the_due_day(as_of: int, becomes: str, breach: bool) -> None:  # noqa: FBT001 - a table
    """Overdue from the next day (timing rule 1)."""
    assert classify(state(), D + as_of * DAY) == becomes
    assert is_breach(state(), D + as_of * DAY) is breach


@pytest.mark.parametrize(("as_of", "becomes"), [(1, "not-done"), (2, "done-recorded-late"), (3, "done-recorded-late")])
def test_only_what_was_recorded_by_then_counts(as_of: int, becomes: str) -> None:
    """An act that is recorded two days after the due day was not known on the day before (rebuttal clock)."""
    assert classify(done(D, D + 2 * DAY), D + as_of * DAY) == becomes


@pytest.mark.parametrize("end", ["waived", "voided", "lapsed"])
def test_a_duty_that_ended_otherwise_is_of_that_class(end: str) -> None:
    """From the day on which the end was recorded."""
    assert classify(ended(end, D), D) == end
    assert classify(ended(end, D), D - DAY) == "open"
    assert classify(ended(end, D + 5 * DAY), D + 4 * DAY) == "not-done"


def test_what_was_proven_after_a_lapse_is_of_the_act_s_class() -> None:
    """Lapse ends acting, not proving (timing rule 6)."""
    proven = ended("lapsed", D + DAY, acted_on=D, acted_recorded_on=D + 9 * DAY)
    assert classify(proven, D + 5 * DAY) == "lapsed"
    assert classify(proven, D + 9 * DAY) == "done-recorded-late"
    assert not is_breach(proven, D + 9 * DAY)


def test_an_undated_duty_is_open_until_it_is_done() -> None:
    """It can be neither late nor broken (readings)."""
    assert classify(state(due_on=None), D + 99 * DAY) == "open"
    assert classify(done(D, D + DAY, due_on=None), D + 99 * DAY) == "done"
    assert not is_breach(state(due_on=None), D + 99 * DAY)


# The breach


@pytest.mark.parametrize(("modality", "breaks"), [("shall", True), ("resp", True), ("should", False), ("local", False)])
def test_only_a_binding_clause_is_broken(modality: str, breaks: bool) -> None:  # noqa: FBT001 - a table
    """What should be, and what is a local rule, can be late and is never a breach of the policy."""
    assert is_breach(state(modality=modality), D + DAY) is breaks
    assert is_breach(done(D + DAY, D + DAY, modality=modality), D + DAY) is breaks


@pytest.mark.parametrize(
    ("end", "recorded", "breach"),
    [("waived", 0, False), ("waived", 1, True), ("lapsed", 1, True), ("voided", 0, False), ("voided", 1, False)],
)
def test_neither_a_waiver_nor_a_lapse_hides_a_breach(end: str, recorded: int, breach: bool) -> None:  # noqa: FBT001 - a table
    """Of an overdue duty the breach stays; one that was never owed was never broken."""
    assert is_breach(ended(end, D + recorded * DAY), D + 99 * DAY) is breach


@pytest.mark.parametrize(
    ("waived", "as_of", "breach"), [(0, 1, True), (0, 4, True), (0, 5, False), (1, 5, True)]
)  # fmt: skip
def test_a_waiver_counts_from_its_own_day(waived: int, as_of: int, breach: bool) -> None:  # noqa: FBT001 - a table
    """Decided in time and recorded five days after the due day: from then on there was no breach."""
    let_go = ended("waived", D + 5 * DAY, ended_on=D + waived * DAY)
    assert is_breach(let_go, D + as_of * DAY) is breach


@pytest.mark.parametrize(
    ("acted", "becomes", "breach"),
    [(0, "done", False), (1, "done-late", False), (60, "done-late", False), (61, "done-late", True)],
)
def test_where_the_clause_has_a_limit_only_that_is_broken(acted: int, becomes: str, breach: bool) -> None:  # noqa: FBT001 - a table
    """The class goes by the local day, the breach by the clause's own (GS-7)."""
    duty = done(D + acted * DAY, D + acted * DAY, hard_due_on=D + 60 * DAY)
    assert (classify(duty, D + 99 * DAY), is_breach(duty, D + 99 * DAY)) == (becomes, breach)


# It arises


def test_it_arises_with_who_owes_it_by_when_and_why() -> None:
    """Clause, modality, unit of the trigger day, the sum of the due day, and the reading in force."""
    [_, arose] = errands().when(ask(due=None)).events()
    assert isinstance(arose, DutyArose)
    assert (arose.clause, arose.modality, arose.owed_by_unit) == ("GS-4", "resp", "Socialnämnden")
    assert (arose.trigger_event_id, arose.trigger_on, arose.due_on) == (event_id(0), day("2026-01-12"), D)
    assert [term.gives for term in arose.terms] == [D]
    assert arose.interpretation_id == "follow-up.first@2016-01-01"


@pytest.mark.parametrize(("recorded", "late"), [("2026-01-12", 0), ("2026-01-13", 1), ("2026-06-01", 140)])
def test_a_fact_that_is_known_late_opens_it_with_its_lawful_day(recorded: str, late: int) -> None:
    """The delay in reporting is shown apart from the delay in acting (edge rule 6)."""
    [_, arose] = errands().when(say(ask().event, recorded)).events()
    assert isinstance(arose, DutyArose)
    assert (arose.due_on, arose.known_late_days) == (D, late)


def test_none_arises_while_one_is_open() -> None:
    """Nor after one that was done or let go, unless the definition names the event (timing rule 4)."""
    again = say(AskedAgain(asked_on=day("2026-02-02"), due_on=day("2026-06-01")))
    assert len(errands().given(ask()).when(again).events()) == 1
    assert len(errands().given(ask(), run("2026-01-20")).when(again).events()) == 1
    assert len(errands().given(ask(), waive("2026-01-20")).when(again).events()) == 1


def test_what_arises_anew_has_the_next_number() -> None:
    """After one that was voided, and after a discharge where the definition names the event (timing rule 4)."""
    again = say(AskedAgain(asked_on=day("2026-02-02"), due_on=day("2026-06-01")))
    past = errands().given(ask(), call_off("2026-01-20"), again)
    assert owed(past, f"{FIRST}/2").base == FIRST
    past.given(call_off("2026-02-03"), say(AskedAgain(asked_on=day("2026-02-04"), due_on=day("2026-06-01"))))
    assert owed(past, f"{FIRST}/3").base == FIRST
    past = errands(errand(anew_after_discharge=(AskedAgain,))).given(ask(), run("2026-01-20"), again)
    assert owed(past, f"{FIRST}/2").due_on == day("2026-06-01")


@pytest.mark.parametrize(
    ("id_", "object_id", "ordinal", "base"),
    [
        ("gs-4.recurring/e1/2", "e1", 2, "gs-4.recurring/e1/2"),
        ("gs-4.recurring/e1/2/2", "e1", 2, "gs-4.recurring/e1/2"),
        ("gs-5.knowledge/e1/2026", "e1", None, "gs-5.knowledge/e1/2026"),
        ("gs-5.knowledge/e1/2026/2", "e1", None, "gs-5.knowledge/e1/2026"),
        ("gs-6.published/t1/e1", "t1/e1", None, "gs-6.published/t1/e1"),
        ("gs-7.initiative/2026", "2026", None, "gs-7.initiative/2026"),
        ("gs-8.contract-term/c1/t1/3", "c1/t1", 3, "gs-8.contract-term/c1/t1/3"),
        ("df-0.df-review/e1/12", "e1", None, "df-0.df-review/e1"),
    ],
)
def test_the_number_of_anew_is_told_from_a_period(id_: str, object_id: str, ordinal: int | None, base: str) -> None:
    """A year and the n of a series are no such number (readings: ids)."""
    clause, kind = id_.partition("/")[0].split(".")
    arose = DutyArose.model_validate({
        "duty_id": id_, "clause": clause.upper(), "kind": kind, "modality": "resp", "owed_by": "social-board",
        "owed_by_unit": "x", "object": {"type": "x", "id": object_id}, "ordinal": ordinal, "trigger_event_id": "t",
        "trigger_on": "2026-01-12", "due_on": None, "terms": [], "interpretation_id": "", "policy_version": "",
        "known_late_days": 0,
    })  # fmt: skip
    assert evolve(None, example(arose, "errands", f"duty/{id_}")).base == base


def test_a_fact_before_the_first_year_of_duties_opens_none() -> None:
    """The authority's duties begin in 2026 (readings)."""
    assert len(errands().when(ask("2025-12-31")).events()) == 1
    assert len(errands().when(ask("2026-01-01")).events()) == 2


# It is discharged


def test_one_act_discharges_the_one_duty_that_it_names() -> None:
    """Days late are calendar days to the act; days until it was recorded stand beside (timing rules 9 and 10)."""
    past = errands(errand(), errand(kind="final")).given(ask())
    past.when(run("2026-04-20", recorded="2026-04-22")).then(
        run("2026-04-20").event,
        DutyDischarged(
            duty_id=FIRST, acted_on=day("2026-04-20"), evidence=(event_id(3),), late_days=7, recorded_late_days=9,
            rebuts=False,
        ),
    )  # fmt: skip
    assert owed(past, f"gs-4.final/{ERRAND}").end is None


def test_a_duty_ends_once() -> None:
    """A second act, and whatever would end it, finds it ended (timing rule 4)."""
    past = errands().given(ask(), run("2026-01-20"))
    assert len(past.when(run("2026-01-21")).events()) == 1
    assert len(past.when(call_off("2026-01-22")).events()) == 1
    assert len(past.when(put_off("2026-01-22", "2026-06-01")).events()) == 1
    past.when(waive("2026-01-23")).refused(ENDED)


# It is claimed late


@pytest.mark.parametrize(
    ("acted", "recorded", "diarised", "approved_by", "refused"),
    [
        (D, D, None, None, None),
        (D + DAY, D + DAY, None, None, None),  # late by its own word: nothing to show
        (D, D + DAY, None, None, NOT_APPROVED),
        (D, D + DAY, D + 7 * DAY, None, None),  # 20 April: the fifth working day after D
        (D, D + DAY, D + 8 * DAY, None, NOT_APPROVED),
        (D, UNTIL_PROVEN, D, None, None),
        (D, UNTIL_PROVEN, D - DAY, None, NOT_APPROVED),  # before the act
        (D, UNTIL_PROVEN + DAY, D, None, NOT_APPROVED),
        (D, UNTIL_PROVEN + DAY, D, "staff-9", None),
        (D, D + DAY, None, "staff-9", None),
        (D, D + DAY, None, ACTOR, APPROVED_BY_ACTOR),
    ],
)
def test_what_is_said_afterwards_to_have_been_in_time_is_shown(
    acted: date, recorded: date, diarised: date | None, approved_by: str | None, refused: Any
) -> None:
    """Inside the window by a document of that time, otherwise by a second person (rebuttal clock)."""
    document = DocumentRef(dnr="x", sha256="ab" * 32, diarised_on=diarised, secrecy="none") if diarised else None
    past = errands(errand(claimed_late_needs_proof=True)).given(ask())
    claim = run(str(acted), recorded=str(recorded), document=document, approved_by=approved_by)
    if refused is None:
        assert any(isinstance(event, DutyDischarged) for event in past.when(claim).events())
    else:
        past.when(claim).refused(refused)
        assert owed(past).end is None


@pytest.mark.parametrize(("acted", "rebuts"), [("2026-04-13", True), ("2026-04-14", False)])
def test_a_rebuttal_says_so_and_takes_nothing_back(acted: str, rebuts: bool) -> None:  # noqa: FBT001 - a table
    """Recorded as overdue, done in time: both stand (timing rule 6)."""
    past = let_pass(errands().given(ask()), "2026-04-14").given(run(acted, recorded="2026-04-14"))
    [discharged] = [e.data for e in past.told if isinstance(e.data, DutyDischarged)]
    assert discharged.rebuts is rebuts
    assert owed(past).is_overdue


# It moves


def test_its_due_day_moves_for_a_stated_cause() -> None:
    """Unless it is overdue, or would be the same day."""
    past = errands().given(ask())
    past.when(put_off("2026-02-02", "2026-06-01")).then(
        put_off("2026-02-02", "2026-06-01").event,
        DutyRescheduled(
            duty_id=FIRST, previous_due_on=D, new_due_on=day("2026-06-01"), cause_event_id=event_id(2),
            reason_code="extended",
        ),
    )  # fmt: skip
    assert len(past.when(put_off("2026-02-03", "2026-06-01")).events()) == 1


@pytest.mark.parametrize(("on", "moves"), [("2026-04-13", True), ("2026-04-14", False)])
def test_what_is_overdue_is_not_moved(on: str, moves: bool) -> None:  # noqa: FBT001 - a table
    """By its day, whether or not the clock has been there (edge rule 3)."""
    assert (len(errands().given(ask()).when(put_off(on, "2026-06-01")).events()) == 2) is moves
    reacted = errands(errand(moved_by={})).given(ask(), put_off("2026-02-02", "2026-06-01"))
    assert (len(reacted.when(reschedule(on)).events()) == 1) is moves


def test_a_reaction_moves_the_duty_that_is_open() -> None:
    """By its base; the definition reckons the day; where there is none, nothing happens."""
    past = errands(errand(moved_by={})).given(
        ask(), call_off("2026-01-20"), say(AskedAgain(asked_on=day("2026-02-02"), due_on=D)),
        put_off("2026-02-03", "2026-06-01"),
    )  # fmt: skip
    assert owed(past, f"{FIRST}/2").due_on == D
    past.given(reschedule("2026-02-03"))
    assert owed(past, f"{FIRST}/2").due_on == day("2026-06-01")
    errands().when(reschedule("2026-02-03")).then()


# It is voided, or lapses


@pytest.mark.parametrize(("on", "voided"), [("2026-04-12", True), ("2026-04-13", True), ("2026-04-14", False)])
def test_only_what_is_not_overdue_is_voided(on: str, voided: bool) -> None:  # noqa: FBT001 - a table
    """Otherwise it goes on (timing rule 5)."""
    past = let_pass(errands().given(ask()), on).given(call_off(on))
    assert owed(past).end == ("voided" if voided else None)


@pytest.mark.parametrize(("on", "end"), [("2026-04-13", "voided"), ("2026-04-14", "lapsed")])
def test_an_overdue_one_lapses_where_that_is_named(on: str, end: str) -> None:
    """It can no longer be performed (readings: voided or not)."""
    past = let_pass(errands(errand(lapses_if_overdue={CalledOff: "tender-closed"})).given(ask()), on).given(
        call_off(on)
    )
    assert owed(past).end == end


def test_a_cause_that_arrives_late_voids_what_is_overdue() -> None:
    """Dated by the due day: it was never owed, and the overdue event stays (timing rule 6)."""
    past = let_pass(errands().given(ask()), "2026-04-20").given(say(CalledOff(called_off_on=D), "2026-04-20"))
    assert (owed(past).end, owed(past).is_overdue) == ("voided", True)
    assert any(isinstance(e.data, DutyFellOverdue) for e in past.told)


@pytest.mark.parametrize("reason", ["trigger-corrected", "duplicate"])
def test_what_was_never_owed_is_voided_even_if_overdue(reason: Literal["trigger-corrected", "duplicate"]) -> None:
    """A corrected trigger, and a duplicate (timing rule 5)."""
    past = let_pass(errands().given(ask()), "2026-04-14")
    [voided] = past.when(void("2026-04-14", reason)).events()
    assert isinstance(voided, DutyVoided)
    past.when(void("2026-04-14", "enterprise-closed")).then()


@pytest.mark.parametrize(
    ("reason", "lapse"),
    [("tender-cancelled", "tender-closed"), ("superseded", "tender-closed"), ("enterprise-closed", "object-gone"),
     ("recognition-withdrawn", "object-gone")],
)  # fmt: skip
def test_a_reaction_lapses_an_overdue_one_where_a_lapse_is_named(reason: Any, lapse: str) -> None:
    """By the definition's tables: as what the event lapses one that it voids for this reason (GS-6)."""
    told = errand(voided_by={CalledOff: reason}, lapses_if_overdue={CalledOff: lapse})
    past = let_pass(errands(told).given(ask()), "2026-04-14")
    past.when(void("2026-04-14", "placement-cancelled")).then()
    [lapsed] = past.when(void("2026-04-14", reason)).events()
    assert isinstance(lapsed, DutyLapsed)
    assert lapsed.reason_code == lapse


def test_the_clock_lapses_what_can_no_longer_be_performed() -> None:
    """At the end of the last day; an act done in time can still be proven (timing rule 6)."""
    past = errands(errand(lapses_after=lambda _duty, _authority: day("2026-05-04"))).given(ask())
    assert owed(let_pass(past, "2026-05-04")).end is None
    assert owed(let_pass(past, "2026-05-05")).end == "lapsed"
    [lapsed] = [e.data for e in past.told if isinstance(e.data, DutyLapsed)]
    assert lapsed.lapsed_on == day("2026-05-04")
    assert len(past.when(run("2026-04-14", recorded="2026-05-06")).events()) == 1
    past.given(run("2026-04-13", recorded="2026-05-06"))
    assert classify(owed(past), day("2026-05-06")) == "done-recorded-late"
    assert len(past.when(run("2026-04-12", recorded="2026-05-07")).events()) == 1


@pytest.mark.parametrize(("on", "lapses"), [("2026-04-13", False), ("2026-04-14", True)])
def test_a_boundary_of_its_own_lapses_an_overdue_one(on: str, lapses: bool) -> None:  # noqa: FBT001 - a table
    """A tender's deadline passed (GS-6)."""
    command = LapseDuty(at=midnight(on), duty_id=FIRST, object_id=ERRAND, on=day(on), reason_code="tender-closed")
    assert bool(errands().given(ask()).when(command).events()) is lapses


# It is let go


def test_a_waiver_takes_two_persons_and_neither_records_it() -> None:
    """Proposer and approver differ, and the approver is not the one who writes it (edge rule 17)."""
    [waived] = errands().given(ask()).when(waive("2026-02-02")).events()
    assert isinstance(waived, DutyWaived)
    assert not waived.was_overdue
    errands().given(ask()).when(waive("2026-02-02", proposed_by="staff-3")).refused(SAME_PERSON)
    errands().given(ask()).when(waive("2026-02-02", approved_by=ACTOR)).refused(APPROVED_BY_ACTOR)
    errands().when(waive("2026-02-02")).refused(UNKNOWN)


def test_a_waiver_is_dated_from_its_decision_to_today() -> None:
    """Neither it nor its decision is to come, and it does not hold from before it was decided."""
    past = errands().given(ask())
    decision = DecisionRef(dnr="x", decided_on=day("2026-02-02"), decided_by_role="social-board", paragraph="§ 1")
    past.when(waive("2026-02-02", waived_on=day("2026-02-03"))).refused(IN_FUTURE)
    past.when(waive("2026-02-01", authority=decision)).refused(IN_FUTURE)
    past.when(waive("2026-02-02", waived_on=day("2026-02-01"))).refused(WAIVED_BEFORE_DECISION)
    assert past.when(waive("2026-02-03", authority=decision, waived_on=day("2026-02-02"))).events()


def test_a_waiver_says_whether_it_was_overdue() -> None:
    """It ends the duty, and the breach stays (timing rule 5)."""
    past = let_pass(errands().given(ask()), "2026-04-14").given(waive("2026-04-14"))
    [waived] = [e.data for e in past.told if isinstance(e.data, DutyWaived)]
    assert waived.was_overdue
    assert is_breach(owed(past), day("2026-04-14"))


# The clock


def test_the_clock_reminds_then_records_overdue_then_escalates() -> None:
    """Half time, 14 days before, 3 working days before; the day after; the next working day; ten working days later."""
    past = errands().given(ask())
    assert [(str(on), step) for on, step in duties_of(past).steps(owed(past))] == [
        ("2026-02-26", "half-time"), ("2026-03-30", "14-days"), ("2026-04-08", "3-working-days"),
        ("2026-04-14", "overdue-local"), ("2026-04-14", "unit-head"), ("2026-04-28", "board"),
    ]  # fmt: skip
    let_pass(past, "2026-12-31")
    assert [(str(e.occurredat.date()), type(e.data).__name__) for e in past.told[2:]] == [
        ("2026-02-26", "DutyReminded"), ("2026-03-30", "DutyReminded"), ("2026-04-08", "DutyReminded"),
        ("2026-04-14", "DutyFellOverdue"), ("2026-04-14", "DutyEscalated"), ("2026-04-28", "DutyEscalated"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("trigger", "due", "reminders"),
    [
        ("2026-01-12", "2026-01-13", []),  # nothing lies between
        ("2026-01-12", "2026-01-14", ["half-time"]),
        ("2026-01-12", "2026-01-16", ["3-working-days", "half-time"]),  # 14 days before lies before the trigger
        ("2026-01-12", "2026-01-26", ["half-time", "3-working-days"]),  # 14 days before is the trigger day
        ("2026-01-12", "2026-01-27", ["14-days", "half-time", "3-working-days"]),
        ("2026-01-12", "2026-02-09", ["half-time", "3-working-days"]),  # half time is 14 days before: one reminder
    ],
)
def test_reminders_lie_between_trigger_and_due(trigger: str, due: str, reminders: list[str]) -> None:
    """One that does not is left out, and two on a day are one (timing rule 7)."""
    past = errands().given(ask(trigger, due))
    steps = [step for _, step in duties_of(past).steps(owed(past))]
    assert [step for step in steps if step in {"half-time", "14-days", "3-working-days"}] == reminders


@pytest.mark.parametrize(
    ("definition", "levels"),
    [
        (errand(GS_4), ["unit-head", "board"]),
        (errand(GS_7), ["unit-head", "board"]),
        (errand(GS_8), ["unit-head"]),
        (errand(DF_0, modality=Modality.LOCAL), ["unit-head"]),
    ],
    ids=["resp", "shall", "should", "local"],
)
def test_only_what_binds_is_brought_to_the_board(definition: Duty, levels: list[str]) -> None:
    """SHOULD and LOCAL stop at the unit's head (timing rule 8)."""
    past = errands(definition).given(ask())
    let_pass(past, "2026-12-31", f"{definition.clause.id.lower()}.{definition.kind}/{ERRAND}")
    assert [e.data.level for e in past.told if isinstance(e.data, DutyEscalated)] == levels


def test_a_limit_of_the_clause_is_recorded_besides() -> None:
    """Overdue by the local day, then by the clause's own (GS-7)."""
    definition = errand(due=lambda *_: Due(D, (), hard_on=day("2026-12-31")))
    past = let_pass(errands(definition).given(ask()), "2027-01-01")
    overdue = [(e.data.limit, str(e.data.overdue_from)) for e in past.told if isinstance(e.data, DutyFellOverdue)]
    assert overdue == [("local", "2026-04-14"), ("clause", "2027-01-01")]


def test_a_step_is_taken_once_and_at_its_boundary() -> None:
    """Another day, a step that is not the duty's, one that was taken: nothing comes of it."""
    past = errands().given(ask(), step("2026-02-26", "half-time"))
    past.when(step("2026-02-26", "half-time")).then()
    past.when(step("2026-03-29", "14-days")).then()
    past.when(step("2026-04-14", "lapse")).then()
    past.given(run("2026-03-01")).when(step("2026-03-30", "14-days")).then()


def test_a_step_of_a_day_that_moved_is_left_to_come() -> None:
    """It is refused and not taken for good: where the day moves back, it must still come (readings)."""
    past = errands().given(ask(), put_off("2026-02-02", "2026-06-01"))
    past.when(step("2026-03-30", "14-days")).refused(BOUNDARY_MOVED)


def test_an_undated_duty_has_no_boundary() -> None:
    """Until a day is known there is nothing to wait for (GS-8)."""
    past = errands(errand(due=lambda *_: Due(None, ()))).given(ask())
    assert duties_of(past).next_step(owed(past)) is None


def test_the_next_of_its_kind_arises_on_its_due_day() -> None:
    """Done or not, once, and not from one that was voided (GS-4)."""
    both = (errand(followed_by=again_every_week), WEEKLY)
    for meanwhile in ([], [run("2026-01-20")], [waive("2026-01-20")]):
        past = errands(*both).given(ask(), *meanwhile)
        [arose] = past.when(step("2026-04-13", NEXT)).events()
        assert isinstance(arose, DutyArose)
        assert (arose.duty_id, arose.ordinal, arose.due_on) == (f"gs-4.recurring/{ERRAND}/1", 1, day("2026-04-20"))
        past.given(step("2026-04-13", NEXT)).when(step("2026-04-13", NEXT)).then()
    errands(*both).given(ask(), call_off("2026-01-20")).when(step("2026-04-13", NEXT)).then()
    errands(*both).given(ask()).when(step("2026-04-12", NEXT)).then()


# What comes from elsewhere


def test_a_reaction_opens_a_duty_once() -> None:
    """Its trigger is an event of another log; while it is open, the next finds it there."""
    past = errands()
    [arose] = past.when(open_("2026-03-02")).events()
    assert isinstance(arose, DutyArose)
    assert (arose.trigger_event_id, arose.trigger_on) == ("elsewhere", day("2026-03-02"))
    past.when(open_("2026-03-09")).then()
    errands().when(open_("2025-12-31")).then()
    errands(errand(when=lambda _happening: False)).when(open_("2026-03-02")).then()


def test_a_trigger_that_had_its_duty_opens_no_second_one() -> None:
    """A reaction that asks again after a restore finds it, though it has ended; what ended it may be corrected away."""
    past = errands().given(open_("2026-03-02"), void("2026-03-09", "recognition-withdrawn"))
    past.when(open_("2026-03-02")).then()
    [arose] = past.when(open_("2026-03-02").model_copy(update={"again": True})).events()
    assert isinstance(arose, DutyArose)
    assert arose.duty_id == f"{FIRST}/2"


@pytest.mark.parametrize("approver", ["staff-1", "Staff-1", "STAFF-1"])
def test_nobody_is_another_person_in_other_letters(approver: str) -> None:
    """Whoever approves is neither the actor nor the proposer, however the reference is written (edge rule 17)."""
    assert is_same(approver, ACTOR)
    assert not is_same("staff-2", ACTOR)


@pytest.mark.parametrize("reference", ["staff-2 ", " ", "811218-9876", "anna@example.se", "Anna A", ""])
def test_a_reference_names_nobody(reference: str) -> None:
    """No name, no address, no person's number, and no blank that makes one person two."""
    with pytest.raises(ValidationError):
        TypeAdapter(StaffRef).validate_python(reference)


def test_a_lapse_is_a_breach_though_it_ended_on_its_last_day() -> None:
    """What cannot be done from the next day on was not done in time; days late are counted to the end or the act."""
    limit = day("2026-03-31")
    lapsed = ended("lapsed", limit + DAY, due_on=limit, ended_on=limit)
    assert is_breach(lapsed, day("2026-12-31"))
    late = replace(lapsed, end="discharged", acted_on=day("2026-04-10"), acted_recorded_on=day("2026-04-10"))
    assert (days_late(lapsed, day("2026-12-31")), days_late(late, day("2026-12-31"))) == (0, 10)


# Corrections


def test_a_corrected_trigger_voids_and_opens_anew() -> None:
    """By the right day; what has ended stays as it ended (readings: corrections)."""
    past = errands().given(ask(due=None), correct(0, "/askedOn", "2026-01-19"))
    assert owed(past).void_reason == "trigger-corrected"
    assert owed(past, f"{FIRST}/2").due_on == day("2026-04-20")
    past = errands().given(ask(due=None), run("2026-01-26"), correct(0, "/askedOn", "2026-01-19"))
    assert owed(past).end == "discharged"


def test_a_corrected_cause_is_read_from_the_beginning() -> None:
    """A due day that was put off otherwise, or not at all; never what is overdue (readings: corrections)."""
    past = errands().given(ask(), put_off("2026-02-02", "2026-06-01"))
    past.given(correct(2, "/dueOn", "2026-05-04"))
    assert owed(past).due_on == day("2026-05-04")
    past.given(correct(2))
    assert owed(past).due_on == D


def test_a_lapse_that_rests_on_nothing_is_undone_by_two_persons() -> None:
    """It was called off by mistake: the duty can be performed again (edge rule 17)."""
    past = let_pass(errands(errand(lapses_if_overdue={CalledOff: "tender-closed"})).given(ask()), "2026-04-14")
    past.given(call_off("2026-04-14"))
    called_off = next(n for n, e in enumerate(past.told) if isinstance(e.data, CalledOff))
    past.when(correct(called_off)).refused(CORRECTION_NOT_APPROVED)
    past.given(correct(called_off, approved_by="staff-9"))
    assert owed(past).end is None
    assert owed(past).is_overdue


# Builders


def call_off(on: str) -> Any:
    """Call the errand off."""
    return say(CalledOff(called_off_on=day(on)))


def put_off(on: str, due: str) -> Any:
    """Let it wait."""
    return say(PutOff(put_off_on=day(on), due_on=day(due)))


def waive(on: str, **fields: Any) -> WaiveDuty:
    """Let the duty go."""
    authority = DecisionRef(dnr="x", decided_on=day(on), decided_by_role="social-board", paragraph="§ 1")
    return WaiveDuty(**{
        "at": at(on), "duty_id": FIRST, "object_id": ERRAND, "waived_on": day(on), "reason_code": "x", "reasons": "x",
        "authority": authority, "proposed_by": "staff-2", "approved_by": "staff-3",
    } | fields)  # fmt: skip


def void(on: str, reason: Any) -> VoidDuty:
    """Let a reaction void it."""
    return VoidDuty(
        at=at(on), duty_id=FIRST, object_id=ERRAND, reason_code=reason, cause_event_id="elsewhere", on=day(on)
    )


def reschedule(on: str) -> RescheduleDuty:
    """Let a reaction move it."""
    return RescheduleDuty(
        at=at(on), duty_id=FIRST, object_id=ERRAND, reason_code="deadline-moved",
        cause_event_id="elsewhere", needs=(f"errand/{ERRAND}",),
    )  # fmt: skip


def open_(on: str) -> OpenDuty:
    """Let a reaction open it."""
    return OpenDuty(
        at=midnight(on), duty_id=FIRST, object_id=ERRAND, kind="gs-4.first", trigger_event_id="elsewhere",
        trigger_on=day(on),
    )  # fmt: skip


def step(on: str, name: str, due: date | None = D) -> TakeStep:
    """Let the clock take a step of it."""
    return TakeStep(at=midnight(on), duty_id=FIRST, object_id=ERRAND, step=name, on=day(on), due=due)


def correct(event: int, pointer: str = "", after: object = None, approved_by: str | None = None) -> Correct:
    """Correct the n-th event of the story."""
    return Correct.model_validate({
        "at": at("2026-04-14" if approved_by else "2026-02-09"),
        "corrects": {"event_id": event_id(event), "stream": f"errand/{ERRAND}", "index": event},
        "kind": "wrong-date" if pointer else "never-happened",
        "changes": [{"pointer": pointer, "after": after}] if pointer else [], "reason": "Fel.",
        "corrected_by": "staff-5", "approved_by": approved_by,
    })  # fmt: skip


def let_pass(past: Story, until: str, duty_id: str = FIRST) -> Story:
    """Let the clock take every boundary of a duty up to a day."""
    while True:
        duty = owed(past, duty_id)
        boundary = duties_of(past).next_step(duty)
        if boundary is None or boundary[0] > day(until):
            return past
        on, name = boundary
        past.given(TakeStep(
            at=midnight(str(on)), duty_id=duty.id, object_id=ERRAND, step=name, on=on, due=duty.due_on,
        ))  # fmt: skip

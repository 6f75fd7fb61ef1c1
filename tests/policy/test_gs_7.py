"""GS-7: each calendar year the executive office takes the initiative to consultation and follow-up with Coompanion."""

from datetime import date
from functools import partial

import pytest

from services.consultation.domain.calendar import year_began
from services.consultation.domain.consultation import DIARISED_BEFORE_YEAR, OTHER_PARTNER, OTHER_YEAR
from services.consultation.domain.duties import WaiveMeeting
from shared.contracts.consultation import ConsultationInitiated
from shared.contracts.duty import (
    DutyArose,
    DutyDischarged,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyReminded,
    DutyWaived,
    ObjectRef,
    Term,
)
from shared.contracts.values import DecisionRef, DutyId
from shared.deciding import Refused
from shared.policy.clause import GS_7, Modality
from shared.policy.duty.commands import (
    APPROVED_BY_ACTOR,
    IN_FUTURE,
    MAY_NOT_WAIVE,
    NOT_APPROVED,
    SAME_PERSON,
    WAIVED_BEFORE_DECISION,
)
from shared.policy.duty.life import classify, is_breach
from shared.policy.role import EXECUTIVE_OFFICE, REGISTRY_OFFICER
from tests.authorities import here, rows
from tests.consultation.stories import (
    HELD,
    INITIATIVE,
    begun,
    consultation,
    correct,
    decline,
    document,
    follow_up,
    hold,
    initiate,
    let_pass,
    owed,
    passed,
    resolution,
    waive,
)
from tests.spec import ACTOR, at, event_id

DAY = date.fromisoformat

# -- the initiative arises


def test_the_clause_binds_the_executive_office() -> None:
    """GS-7 is a SHALL, owed by the executive office."""
    assert (GS_7.modality, GS_7.role) == (Modality.SHALL, EXECUTIVE_OFFICE)


def test_a_new_year_brings_an_initiative() -> None:
    """On 1 January the initiative is owed: by the local day, and by the clause itself within the year."""
    value, due, unit = here(("09-30", "2026-09-30", "Ledningskontoret"), ("08-31", "2026-08-31", "Kommunkansliet"))
    consultation().when(year_began(2026)).then(
        DutyArose(
            duty_id=INITIATIVE,
            clause="GS-7",
            kind="initiative",
            modality="shall",
            owed_by=EXECUTIVE_OFFICE,
            owed_by_unit=unit,
            object=ObjectRef(type="consultation", id="2026"),
            trigger_event_id="year/2026",
            trigger_on=DAY("2026-01-01"),
            due_on=DAY(due),
            hard_due_on=DAY("2026-12-31"),
            terms=(
                Term(key="initiative.local", value=value, unit="date", gives=DAY(due)),
                Term(key="initiative.clause", value="12-31", unit="date", gives=DAY("2026-12-31")),
            ),
            interpretation_id="initiative.local@2016-01-01",
            policy_version="2015-09-07-221",
            known_late_days=0,
        )
    )


@rows(
    "year, local",
    gotland=[
        (2026, "2026-09-30"),
        (2027, "2027-09-30"),
        (2028, "2028-10-02"),
        (2029, "2029-10-01"),
        (2030, "2030-09-30"),
    ],
    norrvinge=[
        (2026, "2026-08-31"),
        (2027, "2027-10-15"),  # the day was changed in July 2026
        (2028, "2028-10-16"),  # a Sunday
        (2030, "2030-10-15"),
    ],
)
def test_the_local_day_rolls_and_the_clause_s_own_does_not(year: int, local: str) -> None:
    """30 September 2028 is a Saturday and becomes 2 October; 31 December stays, a day off or not."""
    duty = begun(year).state(f"duty/gs-7.initiative/{year}")
    assert (duty.due_on, duty.hard_due_on) == (DAY(local), date(year, 12, 31))


def test_a_year_begins_once() -> None:
    """The clock may say it again: the year has one initiative."""
    begun().when(year_began(2026)).then()


def test_an_initiative_that_is_first_opens_its_year() -> None:
    """Recorded before the clock has been there: the year's duty arises from 1 January and is done, in one append."""
    story = consultation()
    _, arose, done, held = story.when(initiate("2026-01-02"), on=at("2026-01-02")).events()
    assert isinstance(arose, DutyArose)
    assert isinstance(done, DutyDischarged)
    assert isinstance(held, DutyArose)
    assert (arose.trigger_event_id, arose.trigger_on, arose.due_on) == (
        "year/2026",
        DAY("2026-01-01"),
        DAY(here("2026-09-30", "2026-08-31")),
    )
    assert (done.duty_id, done.acted_on, done.evidence) == (INITIATIVE, DAY("2026-01-02"), (event_id(0),))
    assert held.duty_id == HELD
    story.given(initiate("2026-01-02")).when(year_began(2026)).then()


def test_half_an_initiative_opens_no_year() -> None:
    """Nor does one that covers both open the year before; the clock does."""
    assert len(consultation().when(initiate("2026-01-02", covers=("samrad",))).events()) == 1
    assert owed(consultation().given(initiate("2027-01-04"), year_began(2026))).end is None


def test_an_initiative_of_a_year_before_the_suite_s_first_opens_nothing() -> None:
    """Of a year in which nothing was owed it is recorded only."""
    story = consultation().given(initiate("2025-05-05"))
    assert story.state("duty/gs-7.initiative/2025") is None


def test_the_order_of_clock_and_claim_changes_no_proof() -> None:
    """Said in March to have been taken in May: a second person approves, whether or not the clock had opened the year."""
    for story in (consultation(), begun()):
        claim = partial(initiate, "2026-05-04", invitation=document(on="2026-05-04"))
        story.when(claim(), on=at("2027-03-10")).refused(NOT_APPROVED)
        story.when(claim(approved_by=ACTOR), on=at("2027-03-10")).refused(APPROVED_BY_ACTOR)
        story.given(claim(approved_by="staff-9"), on=at("2027-03-10"))
        assert classify(owed(story), DAY("2027-04-01")) == "done-recorded-late"
        assert not is_breach(owed(story), DAY("2027-04-01"))


def test_each_year_has_its_own() -> None:
    """What was done in one year does not do for the next."""
    story = begun().given(initiate(), year_began(2027))
    assert owed(story, DutyId("gs-7.initiative/2027")).end is None


def test_no_initiative_is_owed_before_the_suite_s_first_year() -> None:
    """Duties arise from the year that the authority's file names, 2026."""
    consultation().when(year_began(2025)).then()


def test_a_year_that_the_clock_learns_of_late_is_known_late() -> None:
    """A suite started in August opens the year with its lawful day, and says how late it knew."""
    (arose,) = consultation().when(year_began(2026), on=at("2026-08-10")).events()
    assert isinstance(arose, DutyArose)
    assert (arose.due_on, arose.known_late_days) == (DAY(here("2026-09-30", "2026-08-31")), 221)


# -- what fulfils it


def test_an_invitation_to_both_fulfils_it() -> None:
    """An initiative that covers consultation and follow-up discharges the year's duty and opens the local one."""
    value, gives, unit = here(("90", "2026-08-03", "Ledningskontoret"), ("60", "2026-07-03", "Kommunkansliet"))
    begun().when(initiate(), on=at("2026-05-05")).then(
        ConsultationInitiated(
            year=2026,
            initiated_on=DAY("2026-05-04"),
            partner_id="coompanion",
            covers=("samrad", "uppfoljning"),
            invitation=document(),
            channel="email",
        ),
        DutyDischarged(
            duty_id=INITIATIVE,
            acted_on=DAY("2026-05-04"),
            evidence=(event_id(1),),
            late_days=0,
            recorded_late_days=0,
            rebuts=False,
        ),
        DutyArose(
            duty_id=HELD,
            clause="GS-7",
            kind="held",
            modality="local",
            owed_by=EXECUTIVE_OFFICE,
            owed_by_unit=unit,
            object=ObjectRef(type="consultation", id="2026"),
            trigger_event_id=event_id(1),
            trigger_on=DAY("2026-05-04"),
            due_on=DAY("2026-12-31"),
            terms=(
                Term(key="consultation.held", value=value, unit="days", gives=DAY(gives)),
                Term(key="initiative.clause", value="12-31", unit="date", gives=DAY("2026-12-31")),
            ),
            interpretation_id="consultation.held@2016-01-01",
            policy_version="2015-09-07-221",
            known_late_days=1,
        ),
    )


@pytest.mark.parametrize("covers", [("samrad",), ("uppfoljning",)])
def test_half_an_invitation_fulfils_nothing(covers: tuple[str, ...]) -> None:
    """An invitation to one of the two is recorded and discharges nothing; a further one to both does."""
    story = begun()
    story.when(initiate(covers=covers)).then(
        ConsultationInitiated(
            year=2026, initiated_on=DAY("2026-05-04"), partner_id="coompanion", covers=covers,
            invitation=document(), channel="email",
        )
    )  # fmt: skip
    assert owed(story).end is None
    assert owed(story.given(initiate("2026-06-01"))).end == "discharged"


@pytest.mark.parametrize(
    ("diarised", "why"),
    [("2019-02-01", DIARISED_BEFORE_YEAR), ("2025-12-31", DIARISED_BEFORE_YEAR), ("2026-01-01", None), ("2026-05-05", None),
     ("2026-05-06", IN_FUTURE), ("2027-02-01", IN_FUTURE)],
)  # fmt: skip
def test_an_invitation_is_diarised_in_its_year_and_before_it_is_recorded(diarised: str, why: Refused | None) -> None:
    """From 1 January on, before or after it is sent, to the day on which it is recorded."""
    outcome = begun().when(initiate("2026-05-04", at=at("2026-05-05"), invitation=document(on=diarised)))
    if why is None:
        assert any(isinstance(event, DutyDischarged) for event in outcome.events())
    else:
        outcome.refused(why)


def test_the_initiative_is_towards_coompanion() -> None:
    """Neither Almi nor Leader is whom the clause names."""
    begun().when(initiate(partner_id="almi")).refused(OTHER_PARTNER)


@pytest.mark.parametrize("on", ["2025-12-31", "2027-01-01"])
def test_an_initiative_counts_for_the_year_in_which_it_was_taken(on: str) -> None:
    """The year is that of the day of the initiative, by Swedish time."""
    begun().when(initiate(on, year=2026)).refused(OTHER_YEAR)


@pytest.mark.parametrize("on", ["2026-01-01", "2026-12-31"])
def test_the_year_s_first_and_last_day_belong_to_it(on: str) -> None:
    """1 January and 31 December are of the year."""
    assert owed(begun().given(initiate(on))).acted_on == DAY(on)


# -- classes, reminders, breach


def test_an_initiative_by_the_local_day_is_done() -> None:
    """Taken and recorded on the very day: done."""
    day = here("2026-09-30", "2026-08-31")
    story = passed(day).given(initiate(day), on=at(day))
    assert classify(owed(story), DAY("2026-12-31")) == "done"


def test_an_initiative_after_the_local_day_is_late_and_no_breach() -> None:
    """Taken on 1 October: late by the local day, but the clause's own limit is the year."""
    story = passed("2026-10-01").given(initiate("2026-10-01"), on=at("2026-10-01"))
    assert classify(owed(story), DAY("2027-06-30")) == "done-late"
    assert not is_breach(owed(story), DAY("2027-06-30"))


def test_an_initiative_recorded_after_the_local_day_was_done() -> None:
    """Taken before the local day and recorded after it: only the recording is late."""
    taken, recorded = here(("2026-09-28", "2026-10-05"), ("2026-08-28", "2026-09-07"))
    story = passed(recorded).given(initiate(taken), on=at(recorded))
    assert classify(owed(story), DAY("2026-12-31")) == "done-recorded-late"


@pytest.mark.parametrize(("as_of", "breach"), [("2026-09-30", False), ("2026-12-31", False), ("2027-01-01", True)])
def test_only_the_end_of_the_year_breaks_the_clause(as_of: str, *, breach: bool) -> None:
    """Nothing done: not broken on 31 December, broken on 1 January."""
    assert is_breach(owed(passed(as_of)), DAY(as_of)) is breach


def test_a_year_without_an_initiative() -> None:
    """Reminded at half time and twice shortly before, overdue twice, brought to head and board, lapsed."""
    story = passed("2027-02-28")
    told = [
        (event.data.occurred_at(event.occurredat).date().isoformat(), _said(event.data)) for event in story.told[1:]
    ]
    days = here(
        (
            "2026-05-17",
            "2026-09-16",
            "2026-09-25",
            "2026-10-01",
            "2026-10-01",
            "2026-10-15",
            "2027-01-01",
            "2027-01-30",
        ),
        (
            "2026-05-02",
            "2026-08-10",
            "2026-08-27",
            "2026-09-01",
            "2026-09-02",
            "2026-09-23",
            "2027-01-01",
            "2027-01-20",
        ),
    )
    steps = (
        "half-time",
        "14-days",
        "3-working-days",
        "overdue local",
        "unit-head",
        "board",
        "overdue clause",
        "year-over",
    )
    assert told == list(zip(days, steps, strict=True))
    assert classify(owed(story), DAY("2027-02-28")) == "lapsed"
    assert is_breach(owed(story), DAY("2027-02-28"))


def _said(event: object) -> str:
    match event:
        case DutyReminded(step=step):
            return step
        case DutyFellOverdue(limit=limit):
            return f"overdue {limit}"
        case DutyEscalated(level=level):
            return level
        case DutyLapsed(reason_code=reason):
            return reason
        case _:
            return type(event).__name__


def test_the_lapse_never_rolls() -> None:
    """30 January 2027 is a Saturday, and it is the last day all the same."""
    last, next_ = here(("2027-01-30", "2027-01-31"), ("2027-01-20", "2027-01-21"))
    assert owed(passed(last)).end is None
    assert owed(passed(next_)).end == "lapsed"


def test_after_new_year_that_year_s_initiative_can_t_be_taken() -> None:
    """In January 2027 an initiative counts for 2027; for 2026 only what was done in 2026 can still be shown."""
    story = passed("2027-01-04").given(year_began(2027), initiate("2027-01-04"))
    assert owed(story).end is None
    assert owed(story, DutyId("gs-7.initiative/2027")).end == "discharged"


# -- rebuttal


def test_a_late_record_inside_the_window_is_shown_by_its_document() -> None:
    """Taken on 20 December; diarised on the last of the working days after the limit, recorded on the window's last."""
    diarised, recorded, late = here(("2027-01-11", "2027-01-30", 81), ("2027-01-07", "2027-01-20", 111))
    story = passed(recorded)
    (_, done, *_) = story.when(initiate("2026-12-20", invitation=document(on=diarised)), on=at(recorded)).events()
    assert isinstance(done, DutyDischarged)
    assert (done.rebuts, done.approved_by, done.late_days) == (True, None, late)
    assert classify(owed(story), DAY(recorded)) == "done-late"
    assert not is_breach(owed(story), DAY(recorded))


@rows(
    "diarised, recorded",
    gotland=[("2027-01-12", "2027-01-29"), ("2026-12-21", "2027-01-31"), ("2026-12-21", "2027-03-01")],
    norrvinge=[
        ("2027-01-08", "2027-01-19"),
        ("2026-12-21", "2027-01-21"),
        ("2026-12-21", "2027-03-01"),
    ],
)
def test_a_later_record_needs_a_second_person(diarised: str, recorded: str) -> None:
    """Diarised too late, or recorded after the window: refused without approval, by another than the one who records."""
    story = passed(recorded)
    claim = partial(initiate, "2026-12-20", invitation=document(on=diarised))
    story.when(claim(), on=at(recorded)).refused(NOT_APPROVED)
    story.when(claim(approved_by=ACTOR), on=at(recorded)).refused(APPROVED_BY_ACTOR)
    (_, done, *_) = story.when(claim(approved_by="staff-9"), on=at(recorded)).events()
    assert isinstance(done, DutyDischarged)
    assert (done.rebuts, done.approved_by) == (True, "staff-9")


def test_a_refused_claim_leaves_nothing() -> None:
    """What was refused is not recorded: the year is still without an initiative."""
    story = passed("2027-03-01")
    story.when(initiate("2026-12-20"), on=at("2027-03-01")).refused(NOT_APPROVED)
    assert story.state("consultation/2026").initiated is None
    assert story.past.version("consultation/2026") == 0


def test_the_breach_is_rebutted_after_the_lapse() -> None:
    """An initiative of 20 December recorded after 30 January is done late, the lapse stays recorded, and no breach."""
    story = passed("2027-02-28")
    assert is_breach(owed(story), DAY("2027-02-28"))
    story.given(initiate("2026-12-20", approved_by="staff-9"), on=at("2027-03-01"))
    assert owed(story).end == "lapsed"
    assert classify(owed(story), DAY("2027-03-01")) == "done-late"
    assert not is_breach(owed(story), DAY("2027-03-01"))


def test_within_the_year_nothing_needs_approval() -> None:
    """Recorded after the local day and before the year's end: late, but no breach to rebut."""
    (_, done, *_) = passed("2026-12-31").when(initiate("2026-09-15"), on=at("2026-12-31")).events()
    assert isinstance(done, DutyDischarged)
    assert not done.rebuts


# -- waiver


def test_the_executive_board_may_let_the_year_go() -> None:
    """A decision of the executive board, with paragraph and number, dated in the year, ends the duty."""
    story = begun()
    story.when(waive()).then(
        DutyWaived(
            duty_id=INITIATIVE,
            waived_on=DAY("2026-06-17"),
            reason_code="partner-reorganised",
            reasons="Coompanion har ingen bemanning i år.",
            authority=resolution(),
            proposed_by="staff-2",
            approved_by="staff-3",
            was_overdue=False,
        )
    )
    assert classify(owed(story), DAY("2027-06-30")) == "waived"
    assert not is_breach(owed(story), DAY("2027-06-30"))


@pytest.mark.parametrize(
    "authority",
    [
        resolution(by=EXECUTIVE_OFFICE),
        resolution(by=REGISTRY_OFFICER),
        resolution(paragraph=None),
        resolution(paragraph=""),
        resolution(on="2025-12-31"),
        resolution(on="2027-01-01"),
    ],
    ids=["the office itself", "another role", "no paragraph", "empty paragraph", "year before", "year after"],
)
def test_nobody_else_may_waive(authority: object) -> None:
    """Only the executive board, by a paragraph of its own, in that very year."""
    begun().when(waive(authority=authority)).refused(MAY_NOT_WAIVE)


@pytest.mark.parametrize("on", ["2026-01-01", "2026-12-31"])
def test_a_decision_on_the_year_s_first_or_last_day_is_of_that_year(on: str) -> None:
    """Both ends of the year belong to it."""
    assert begun().when(waive(at=at("2027-01-04"), waived_on=on, authority=resolution(on=on))).events()


@pytest.mark.parametrize("day", ["2026-12-18", "2026-12-31"])
def test_a_waiver_of_the_year_counts_though_it_is_recorded_after_it(day: str) -> None:
    """Decided in December and recorded in January: from then on the year was let go, as of the decision."""
    story = passed("2027-01-05")
    assert is_breach(owed(story), DAY("2027-01-05"))
    story.given(waive(at=at("2027-01-05"), waived_on=day, authority=resolution(day)))
    assert not is_breach(owed(story), DAY("2027-02-01"))


def test_a_waiver_is_not_dated_before_its_decision_nor_to_come() -> None:
    """The paragraph must be there, and the day have come."""
    begun().when(waive(waived_on="2031-01-01")).refused(IN_FUTURE)
    begun().when(waive(at=at("2026-06-01"))).refused(IN_FUTURE)
    begun().when(waive(waived_on="2026-06-16")).refused(WAIVED_BEFORE_DECISION)


def test_a_waiver_takes_two_persons() -> None:
    """Whoever proposes does not approve (edge rule 17)."""
    begun().when(waive(approved_by="staff-2")).refused(SAME_PERSON)


def test_a_waived_year_opens_nothing() -> None:
    """An invitation in a year that was let go is recorded; that it is held is not owed."""
    (event,) = begun().given(waive()).when(initiate("2026-08-03")).events()
    assert isinstance(event, ConsultationInitiated)


# -- that it is held, a local duty


@rows(
    "initiated, due",
    gotland=[
        ("2026-05-04", "2026-12-31"),
        ("2026-10-02", "2026-12-31"),  # the 90th day is 31 December
        ("2026-10-03", "2027-01-04"),  # 1 January rolls over the weekend
        ("2026-10-05", "2027-01-04"),
        ("2026-12-31", "2027-03-31"),
    ],
    norrvinge=[
        ("2026-05-04", "2026-12-31"),
        ("2026-11-01", "2026-12-31"),  # the 60th day
        ("2026-11-02", "2027-01-04"),
        ("2026-12-31", "2027-03-01"),
    ],
)
def test_the_consultation_is_to_be_held(initiated: str, due: str) -> None:
    """By the later of 31 December and some days after the invitation; a local rule."""
    duty = owed(begun().given(initiate(initiated)), HELD)
    assert (duty.due_on, duty.modality) == (DAY(due), Modality.LOCAL)


@pytest.mark.parametrize("first_meeting", [True, False])
def test_it_is_discharged_by_both_acts(*, first_meeting: bool) -> None:
    """The meeting and the joint follow-up, in any order; the later one's day counts, and both are the evidence."""
    acts = (
        (hold("2026-06-15"), follow_up("2026-06-22"))
        if first_meeting
        else (follow_up("2026-06-22"), hold("2026-06-15"))
    )
    story = begun().given(initiate(), acts[0])
    assert owed(story, HELD).end is None
    first = story.told[-1].id
    act, done = story.when(acts[1]).events()
    assert isinstance(done, DutyDischarged)
    assert (done.duty_id, done.acted_on) == (HELD, DAY("2026-06-22"))
    assert set(done.evidence) == {first, story.past.history("consultation/2026")[-1].id}
    assert type(act) is not type(story.told[-1].data)


@pytest.mark.parametrize("kind", ["declined", "no-answer"])
def test_a_no_discharges_it(kind: str) -> None:
    """The partner owes nothing: a no, or silence after a reminder, ends what the authority owes."""
    story = begun().given(initiate(), decline(kind=kind, reminded_on="2026-05-11"))
    assert (owed(story, HELD).end, owed(story, HELD).acted_on) == ("discharged", DAY("2026-05-18"))


def test_a_consultation_said_to_have_been_held_in_time_is_shown() -> None:
    """Recorded after its due day, without a document of that time, it needs a second person (rebuttal clock)."""
    story = begun().given(initiate(), hold("2026-06-15"))
    claim = partial(follow_up, "2026-12-30", document=document(on="2027-02-01"), at=at("2027-02-01"))
    story.when(claim()).refused(NOT_APPROVED)
    story.given(claim(approved_by="staff-9"))
    assert owed(story, HELD).end == "discharged"


def test_it_stops_at_the_unit_s_head() -> None:
    """A local duty that is overdue is brought to the unit's head and no further, and breaks no clause."""
    story = let_pass(begun().given(initiate(), on=at("2026-05-04")), HELD, "2027-12-31")
    escalated = [e.data.level for e in story.told if isinstance(e.data, DutyEscalated)]
    assert escalated == ["unit-head"]
    assert not is_breach(owed(story, HELD), DAY("2027-12-31"))
    assert classify(owed(story, HELD), DAY("2027-12-31")) == "not-done"


# -- corrections


def test_an_initiative_that_never_happened_fulfils_nothing() -> None:
    """Recorded by mistake, corrected with a second person's approval: the year is without an initiative again."""
    story = begun().given(initiate(), on=at("2026-05-04"))
    story.given(correct(story, 1, kind="never-happened"), on=at("2026-05-11"))
    assert classify(owed(story), DAY("2026-05-11")) == "open"
    assert owed(story, HELD).end == "voided"
    assert owed(story.given(initiate("2026-06-01"))).acted_on == DAY("2026-06-01")


def test_the_office_lets_the_meeting_go_and_never_the_initiative() -> None:
    """That it is held is a local rule, let go by delegation or by the executive board; the initiative is that board's alone."""
    delegated = DecisionRef(
        dnr="RS 2026/131", decided_on=DAY("2026-06-17"), decided_by_role=EXECUTIVE_OFFICE, delegation_point="3.1"
    )
    meeting = partial(WaiveMeeting.model_validate, from_attributes=True)
    begun().given(initiate()).when(meeting(waive(HELD, authority=resolution(by=REGISTRY_OFFICER)))).refused(
        MAY_NOT_WAIVE
    )
    begun().when(meeting(waive())).refused(MAY_NOT_WAIVE)
    for command in (meeting(waive(HELD, authority=delegated)), waive(HELD)):
        assert owed(begun().given(initiate(), command), HELD).end == "waived"

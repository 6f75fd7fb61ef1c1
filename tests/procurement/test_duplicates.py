"""One tender from two sources (edge rule 5), tenders that suit nobody, and one that takes another's place (edge rule 15)."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.procurement.domain.criteria import NOT_OWN
from services.procurement.domain.duplicates import (
    HAS_CONTRACTS,
    IS_DUPLICATE,
    KEPT_CANCELLED,
    KEPT_NOT_OWN,
    LINK_NOT_APPROVED,
    SAME,
    LinkDuplicate,
    StateNoneSuitable,
)
from services.procurement.domain.rows import TenderRow
from services.procurement.domain.tender_commands import CANCELLED, IN_FUTURE, UNKNOWN
from shared.contracts.awards import DuplicateLinked, NoSuitableEnterprise
from shared.contracts.cloudevent import Event
from shared.contracts.duty import Change, DutyArose, DutyVoided
from shared.contracts.procurement import TenderChange, TenderPublished
from shared.contracts.registry import EnterpriseRecognised
from shared.contracts.values import Id
from shared.policy.duty.commands import APPROVED_BY_ACTOR
from shared.policy.duty.life import is_breach
from tests.policy.test_contract_terms import award
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
    delivered,
    failed,
    lot,
    offers,
    plan,
    publish,
    recode,
    recognised,
    registered,
    sent,
)
from tests.procurement.world import World
from tests.spec import at

COPY = f"{OTHER_TENDER}/{WISE}"


def link(on: str = "2026-03-04", kept: Any = TENDER, copy: Any = OTHER_TENDER, **fields: Any) -> LinkDuplicate:
    """Say that one is the other's duplicate."""
    told = {"at": at(on), "tender_id": kept, "duplicate_tender_id": copy, "matched_by": "manual",
            "linked_on": date.fromisoformat(on), "linked_by": "staff-1"}  # fmt: skip
    return LinkDuplicate(**(told | fields))


def none_suits(on: str = "2026-03-09", **fields: Any) -> StateNoneSuitable:
    """Sign that a tender suits nobody."""
    told = {"at": at(on), "tender_id": TENDER, "reasons": "Ingen arbetar med sådant.", "assessment_ids": (),
            "decided_by": "staff-1", "stated_on": date.fromisoformat(on)}  # fmt: skip
    return StateNoneSuitable(**(told | fields))


def world(clause: str = "GS-6") -> World:
    """Begin with a WISE and one tender that two sources have told."""
    told = World(clause=clause).hears(registered(), recognised(), offers(GARDENING))
    return told.do(publish("2026-03-02"), publish("2026-03-02", tender_id=OTHER_TENDER, source="national-database"))


def row(told: World, tender: str = OTHER_TENDER) -> TenderRow:
    """Give a tender's row."""
    found = told.rows.one(TenderRow, f"tender/{tender}")
    assert found is not None
    return found


def test_of_two_that_are_one_a_single_duty_is_left() -> None:
    """The duplicate's are void as if they had never been owed; the other's stand."""
    told = world().do(link())
    assert told.duty(pair=PAIR).end is None
    assert (told.duty(pair=COPY).end, told.duty(pair=COPY).void_reason) == ("voided", "duplicate")


def test_the_statement_on_criteria_is_owed_once() -> None:
    """GS-8 too."""
    told = world("GS-8").do(link())
    ends = {duty.object_id: (duty.end, duty.void_reason) for duty in told.duties.values()}
    assert ends == {TENDER: (None, None), OTHER_TENDER: ("voided", "duplicate")}


@pytest.mark.parametrize("clause", ["GS-6", "GS-8"])
def test_what_is_overdue_on_the_duplicate_was_never_owed_either(clause: str) -> None:
    """It is void though its day has passed."""
    told = world(clause).until("2026-03-12").do(link("2026-03-12", approved_by="staff-7"))
    assert [v.reason_code for v in told.told(DutyVoided)] == ["duplicate"]


def test_nothing_arises_on_a_duplicate_any_more() -> None:
    """Neither for an amendment, nor for another WISE, nor from its publication."""
    told = world().do(link())
    before = len(told.told(DutyArose))
    told.do(amend("2026-03-09", recode(CARE), tender_id=OTHER_TENDER)).hears(offers(CARE, since="2026-03-10"))
    assert not [a for a in told.told(DutyArose)[before:] if a.object.id == COPY]
    eight = world("GS-8").do(link())
    before = len(eight.told(DutyArose))
    eight.do(amend("2026-03-09", recode(CARE), tender_id=OTHER_TENDER))
    assert len(eight.told(DutyArose)) == before


def test_an_amended_duplicate_is_not_judged_anew() -> None:
    """Though it suits from then on, and though its criteria go."""
    told = World().hears(registered(), recognised(), offers(CARE))
    told.do(
        publish("2026-03-02"), publish("2026-03-02", lot(reserved=("res-pub-ser",)), tender_id=OTHER_TENDER), link()
    )
    told.do(amend("2026-03-09", recode(CARE), tender_id=OTHER_TENDER))
    taken = TenderChange(pointer="/lots/0/reserved", before=["res-pub-ser"], after=["none"])
    before = len([duty for duty in told.every_duty if duty.clause == "GS-8"])
    told.do(amend("2026-03-10", taken, tender_id=OTHER_TENDER))
    assert told.duties == {}
    assert len([duty for duty in told.every_duty if duty.clause == "GS-8"]) == before


@pytest.mark.parametrize("kind", [TenderPublished, EnterpriseRecognised])
def test_a_corrected_fact_opens_nothing_on_a_duplicate(kind: type[Event]) -> None:
    """Neither one of the tender nor one of the enterprise."""
    told = world().do(link())
    cited = [r for r in told.log if isinstance(r.event, kind)][-1]
    pointer, day = (
        ("/publishedAt", "2026-03-03T09:00:00+01:00") if kind is TenderPublished else ("/effectiveFrom", "2026-02-03")
    )
    told.hears_correction(cited, Change(pointer=pointer, after=day), on=at("2026-03-05"))
    assert [duty.end for duty in told.duties.values() if duty.object_id == COPY] == ["voided"]


def test_a_link_that_was_wrong_is_corrected() -> None:
    """Both are owed again."""
    told = world().do(link())
    linked = next(r for r in told.log if isinstance(r.event, DuplicateLinked))
    told.hears_correction(linked, on=at("2026-03-05"))
    anew = told.duty(pair=COPY, n=2)
    assert (anew.end, anew.trigger_on, row(told).duplicate_of) == (None, date(2026, 3, 2), None)


def test_the_duplicate_says_of_what_it_is_one() -> None:
    """Its row does, and the same link again is nothing new."""
    told = world().do(link(), link("2026-03-05"))
    assert (row(told).duplicate_of, len(told.told(DuplicateLinked))) == (TENDER, 1)


def test_a_link_fits_two_tenders() -> None:
    """Two that are known, neither a duplicate already, on a day that has come."""
    told = world()
    assert told.refused(link(copy=TENDER)) == SAME
    assert told.refused(link(copy="01930000-0000-7000-8000-00000000ffff")) == UNKNOWN
    assert told.refused(link(kept="01930000-0000-7000-8000-00000000ffff")) == UNKNOWN
    assert told.refused(link(linked_on=date(2026, 3, 5))) == IN_FUTURE
    told.do(link())
    assert told.refused(link(kept=OTHER_TENDER, copy=TENDER)) == IS_DUPLICATE
    assert told.refused(none_suits(tender_id=OTHER_TENDER)) == IS_DUPLICATE
    assert told.refused(award(tender_id=OTHER_TENDER)) == IS_DUPLICATE


@pytest.mark.parametrize("clause", ["GS-6", "GS-8"])
def test_what_may_be_overdue_needs_a_second_person(clause: str) -> None:
    """On the due day itself nothing is; the second is neither who records nor who links, however it is written."""
    told = world(clause)
    due = max(duty.due_on for duty in told.every_duty if duty.due_on and duty.clause in ("GS-6", "GS-8"))
    assert world(clause).do(link("2026-03-04")).told(DuplicateLinked)[0].approved_by is None
    late = (due + timedelta(days=1)).isoformat()
    told.until(late)
    assert told.refused(link(late)) == LINK_NOT_APPROVED
    assert told.refused(link(late, approved_by="staff-1", linked_by="staff-9")) == APPROVED_BY_ACTOR
    assert told.refused(link(late, approved_by="staff-9", linked_by="staff-9")) == APPROVED_BY_ACTOR
    assert told.do(link(late, approved_by="staff-7")).told(DuplicateLinked)[0].approved_by == "staff-7"


def test_the_due_day_itself_needs_nobody_else() -> None:
    """The day after does, though no enterprise is known: whom it suits no command on a tender can tell."""
    pair = (publish("2026-03-02"), publish("2026-03-02", tender_id=OTHER_TENDER, source="national-database"))
    due = world().duty(pair=COPY).due_on
    assert due is not None
    supplies = lot(closes="2026-04-15").model_copy(update={"nature": "supplies"})
    goods = [each.model_copy(update={"lots": (supplies,)}) for each in pair]
    assert World().do(*goods).refused(link((due + timedelta(days=1)).isoformat())) == LINK_NOT_APPROVED
    assert World().do(*goods).do(link(due.isoformat())).told(DuplicateLinked)


def test_a_plan_that_is_a_duplicate_may_be_late_too() -> None:
    """By its own term; one that is not public yet never is."""
    told = World().do(plan("2026-03-02"), plan("2026-03-02", tender_id=OTHER_TENDER))
    assert told.refused(link("2026-05-04")) == LINK_NOT_APPROVED
    hidden = World().do(plan("2026-03-02"), plan(None, on="2026-03-02", tender_id=OTHER_TENDER))
    assert hidden.do(link("2026-03-04")).told(DuplicateLinked)


def test_the_kept_tender_is_one_on_which_something_is_owed() -> None:
    """Not another buyer's, and not one that was given up, whole or lot by lot."""
    theirs = World().do(publish("2026-03-02", buyers=(OUTSIDER,)), publish("2026-03-02", tender_id=OTHER_TENDER))
    assert theirs.refused(link()) == KEPT_NOT_OWN
    assert world().do(cancel("2026-03-03")).refused(link()) == KEPT_CANCELLED
    assert world().do(cancel("2026-03-03", "LOT-0001")).refused(link()) == KEPT_CANCELLED


def test_who_was_told_through_the_duplicate_was_told() -> None:
    """On the day on which it was; the kept tender's duty is done in time, and stays so."""
    through = {"tender_id": OTHER_TENDER}
    told = world().do(sent("2026-03-03", **through), delivered("2026-03-03", **through), link()).until("2026-04-01")
    for pair in (PAIR, COPY):
        duty = told.duty(pair=pair)
        assert (duty.end, duty.acted_on, is_breach(duty, date(2026, 4, 1))) == ("discharged", date(2026, 3, 3), False)


def test_it_is_done_in_time_though_the_link_comes_late() -> None:
    """The act is the duplicate's, that was recorded there in time."""
    through = {"tender_id": OTHER_TENDER}
    told = world().do(sent("2026-03-03", **through), delivered("2026-03-03", **through)).until("2026-04-01")
    told.do(link("2026-04-01", approved_by="staff-7"))
    duty = told.duty(pair=PAIR)
    assert (duty.end, duty.acted_on, is_breach(duty, date(2026, 4, 1))) == ("discharged", date(2026, 3, 3), False)


def test_a_reaction_that_comes_late_carries_over_all_the_same() -> None:
    """What shows the act was asked for when it was recorded on the duplicate."""
    through = {"tender_id": OTHER_TENDER}
    told = world().do(sent("2026-03-03", **through), delivered("2026-03-03", **through))
    told.lag = at("2026-04-01")
    duty = told.do(link()).duty(pair=PAIR)
    assert (duty.end, duty.acted_on) == ("discharged", date(2026, 3, 3))


def test_what_came_back_or_was_told_already_is_not_carried_over() -> None:
    """A letter that bounced told nobody; one told of twice was told by its own letter."""
    through = {"tender_id": OTHER_TENDER}
    letter = (sent("2026-03-03", **through), delivered("2026-03-03", **through))
    told = world().do(*letter, failed("2026-03-04", **through), link())
    assert told.duty(pair=PAIR).end is None
    own = Id("01930000-0000-7000-8000-00000000c0ff")
    twice = world().do(sent("2026-03-03", outreach_id=own), delivered("2026-03-03", outreach_id=own), *letter, link())
    assert list(twice.past.state(f"outreach/{PAIR}").sent) == [own]


def test_the_one_with_contracts_is_kept() -> None:
    """Their terms are owed, so they are not lost with a duplicate."""
    told = world().do(award(tender_id=OTHER_TENDER))
    assert told.refused(link("2026-05-05")) == HAS_CONTRACTS


def test_an_officer_signs_that_a_tender_suits_nobody() -> None:
    """It is kept with its reasons, and asked for anew when it is published after a plan."""
    told = World().do(publish("2026-03-02"), none_suits())
    assert told.told(NoSuitableEnterprise)[0].reasons == "Ingen arbetar med sådant."
    assert row(told, TENDER).none_suitable_on == date(2026, 3, 9)


def test_a_statement_that_nobody_is_suited_fits_its_tender() -> None:
    """An own one that stands, on a day that has come."""
    assert World().refused(none_suits()) == UNKNOWN
    assert World().do(publish("2026-03-02", buyers=(OUTSIDER,))).refused(none_suits()) == NOT_OWN
    told = World().do(publish("2026-03-02"))
    assert told.refused(none_suits(stated_on=date(2026, 3, 10))) == IN_FUTURE
    assert told.do(cancel("2026-03-04")).refused(none_suits()) == CANCELLED


def test_a_cancelled_tender_names_the_one_that_takes_its_place() -> None:
    """A new tender with new duties (edge rule 15)."""
    told = world().do(cancel("2026-03-04").model_copy(update={"replaced_by_tender_id": OTHER_TENDER}))
    assert row(told, TENDER).replaced_by == OTHER_TENDER
    assert (told.duty(pair=PAIR).end, told.duty(pair=COPY).end) == ("voided", None)

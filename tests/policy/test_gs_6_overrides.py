"""GS-6: an officer overrides whether a tender suits an enterprise, with a reason, and what is owed follows from that."""

from datetime import date
from typing import Any

import pytest

from services.procurement.domain.outreach import CLOSED, NOT_ASSESSED, NOT_RECOGNISED
from services.procurement.domain.overrides import BY_RULE, NOT_OURS, VERDICT_AMISS, OverrideSuitability
from services.procurement.domain.rows import OutreachRow
from services.procurement.domain.tender_commands import CANCELLED, LOT_UNKNOWN
from shared.contracts.duty import DutyArose, DutyVoided
from shared.contracts.procurement import SuitabilityAssessed, TenderChange
from shared.contracts.values import Id
from tests.procurement.stories import (
    CARE,
    GARDENING,
    OUTSIDER,
    PAIR,
    TENDER,
    WISE,
    amend,
    cancel,
    closed,
    delivered,
    instant,
    lot,
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

pytestmark = pytest.mark.gotland

MADE = Id("01930000-0000-7000-8000-0000000000f1")
DAY = date.fromisoformat


def override(on: str = "2026-03-05", verdict: Any = "suitable", *lots: str, **fields: Any) -> OverrideSuitability:
    """Say otherwise than the rule, for the one lot by default."""
    given = lots or (() if verdict == "not-suitable" else ("LOT-0001",))
    told = {
        "at": instant(on), "tender_id": TENDER, "enterprise_id": WISE, "assessment_id": MADE, "verdict": verdict,
        "lot_ids": given, "assessed_by": "staff-4", "override_reason": "De har berättat att de börjar med det.",
    }  # fmt: skip
    return OverrideSuitability(**(told | fields))


def unsuited() -> World:
    """A WISE in care, and a tender in gardening."""
    return World().hears(registered(), recognised(), offers(CARE)).do(publish("2026-03-02"))


def suited() -> World:
    """A WISE in gardening."""
    return World().hears(registered(), recognised(), offers(GARDENING)).do(publish("2026-03-02"))


def verdict(told: World) -> str:
    """Give the pair's verdict as it stands."""
    row = told.rows.one(OutreachRow, f"outreach/{PAIR}")
    assert row is not None
    return row.verdict


def test_an_override_is_a_new_assessment_that_keeps_the_old() -> None:
    """By whom, why, and instead of which; the tests stand as they came out."""
    told = unsuited().do(override())
    by_rule, by_officer = told.told(SuitabilityAssessed)
    assert (by_rule.verdict, by_rule.assessed_by, by_officer.verdict) == ("not-suitable", "rule", "suitable")
    assert (by_officer.assessed_by, by_officer.supersedes_id) == ("staff-4", by_rule.assessment_id)
    assert (by_officer.override_reason is not None, by_officer.tests) == (True, by_rule.tests)


def test_what_an_officer_finds_suitable_is_owed_from_that_day() -> None:
    """Five working days from the override, and done when it is delivered."""
    told = unsuited().do(override("2026-03-05"))
    assert (told.duty().trigger_on, told.duty().due_on) == (DAY("2026-03-05"), DAY("2026-03-12"))
    told.do(sent("2026-03-06"), delivered("2026-03-06"))
    assert told.duty().end == "discharged"


def test_what_an_officer_finds_unsuitable_is_owed_no_more() -> None:
    """Voided while it is not overdue; an overdue one goes on."""
    assert suited().do(override("2026-03-05", "not-suitable")).told(DutyVoided)[0].reason_code == "superseded"
    late = suited().until("2026-03-12").do(override("2026-03-12", "not-suitable"))
    assert late.duty().end is None


def test_it_stands_until_the_rule_finds_something_else() -> None:
    """A fact that changes no test leaves it; one that does gives a new assessment."""
    told = unsuited().do(override())
    told.hears(offers(CARE, since="2026-03-09"))
    assert verdict(told) == "suitable"
    told.do(amend("2026-03-10", recode("45000000")))
    assert verdict(told) == "not-suitable"
    assert len(told.told(SuitabilityAssessed)) == 3


def test_the_same_verdict_is_nothing_new() -> None:
    """Neither twice the same override, nor what the rule has found itself."""
    assert len(unsuited().do(override(), override("2026-03-06")).told(SuitabilityAssessed)) == 2
    assert len(suited().do(override()).told(SuitabilityAssessed)) == 1


def test_a_surer_verdict_opens_nothing_anew() -> None:
    """It may suit, and an officer knows that it does: owed once, from the same day."""
    told = World().hears(registered(), recognised()).do(publish("2026-03-02"))
    assert verdict(told) == "suitable-if"
    told.do(override())
    assert (verdict(told), len(told.told(DutyArose)), told.duty().trigger_on) == ("suitable", 1, DAY("2026-03-02"))
    by_rule, by_officer = told.told(SuitabilityAssessed)
    assert (by_officer.suitable_since, by_officer.opens) == (by_rule.suitable_since, None)


# -- what an override opened ends and moves by the same facts


def test_a_cancelled_tender_is_owed_no_more() -> None:
    """Though the rule had found nothing owed."""
    told = unsuited().do(override(), cancel("2026-03-09"))
    assert (told.duty().end, told.duty().void_reason) == ("voided", "tender-cancelled")
    late = unsuited().do(override()).until("2026-03-14").do(cancel("2026-03-16"))
    assert late.duty().end == "lapsed"


@pytest.mark.parametrize(
    ("loss", "reason"),
    [(withdrawn("2026-03-09"), "recognition-withdrawn"), (closed("2026-03-09"), "enterprise-closed")],
)
def test_who_is_no_wise_any_more_is_owed_nothing(loss: Any, reason: str) -> None:
    """As where the rule had found it suitable."""
    assert unsuited().do(override()).hears(loss).duty().void_reason == reason


def test_a_plan_that_is_published_ends_the_planned_duty() -> None:
    """It is superseded by the publication."""
    told = World().hears(registered(), recognised(), offers(CARE)).do(plan("2026-03-02"), override("2026-03-03"))
    assert told.duty("planned").due_on == DAY("2026-03-10")
    assert told.do(publish("2026-03-05")).duty("planned").void_reason == "superseded"


def test_a_deadline_that_moves_moves_it() -> None:
    """Ten working days before the deadline come sooner than five from the override."""
    told = unsuited().do(override("2026-03-05"), move("2026-03-23", "2026-03-06"))
    assert told.duty().due_on == DAY("2026-03-09")


def test_an_amendment_alone_ends_nothing() -> None:
    """A lot is amended, and the officer's finding is what is owed."""
    told = unsuited().do(override(), amend("2026-03-09", TenderChange(pointer="/lots/0/nuts", after=["SE21"])))
    assert told.duty().end is None


# -- when a rule says no


def test_an_override_fits_what_was_assessed() -> None:
    """A person's, of lots that are open, where there is a verdict to override."""
    told = unsuited()
    assert told.refused(override(assessed_by="rule")) == BY_RULE
    assert told.refused(override("2026-03-05", "suitable", "LOT-0009")) == LOT_UNKNOWN
    assert told.refused(override(lot_ids=())) == VERDICT_AMISS
    assert told.refused(override("2026-03-05", "not-suitable", "LOT-0001")) == VERDICT_AMISS
    assert told.refused(override("2026-04-16")) == CLOSED
    assert World().do(publish("2026-03-02")).refused(override()) == NOT_ASSESSED
    assert told.do(cancel("2026-03-04")).refused(override()) == CANCELLED


def test_no_officer_makes_a_wise_or_an_own_tender_by_it() -> None:
    """Nothing is owed to who is no WISE, or by another buyer."""
    assert unsuited().hears(withdrawn("2026-03-04")).refused(override()) == NOT_RECOGNISED
    told = World().hears(registered(), recognised(), offers(CARE)).do(plan("2026-03-02"))
    assert told.do(publish("2026-03-04", buyers=(OUTSIDER,))).refused(override()) == NOT_OURS


def test_a_reason_is_more_than_a_blank() -> None:
    """Why is what the next officer reads."""
    with pytest.raises(ValueError, match="override_reason"):
        override(override_reason=" ")


def test_one_of_two_lots_is_enough() -> None:
    """The verdict is for the lots that it names."""
    told = World().hears(registered(), recognised(), offers(CARE))
    told.do(publish("2026-03-02", lot("LOT-0001", "2026-04-15"), lot("LOT-0002", "2026-05-15")))
    told.do(override("2026-03-05", "suitable-if", "LOT-0002"))
    assert told.told(SuitabilityAssessed)[-1].closes == DAY("2026-05-15")

"""GS-1: the authority enables Coompanion by yearly contributions. A fact: a year without one is shown, and breaks nothing."""

import pytest

from services.consultation.domain import partner
from services.consultation.domain.consultation import IN_FUTURE
from shared.contracts.partners import ContributionDecided, ContributionPaid
from tests.consultation.partners import contribution, correct_partner, decide, in_money, pay, shown
from tests.consultation.stories import consultation, resolution
from tests.spec import at


def test_a_contribution_is_decided_and_paid() -> None:
    """A decision, then its payments, each with where it can be read (GS-1)."""
    told = consultation().when(decide()).then(ContributionDecided(**partner.fields_of(decide())))
    told = told.when(pay()).then(ContributionPaid(**partner.fields_of(pay())))
    row = contribution(told, "2026-12-31")
    assert (row["decided"], row["paid"], row["difference"], row["deviation"]) == ("450000", "450000", "0", None)


def test_no_duty_follows_from_a_contribution() -> None:
    """Deciding and paying open and end no duty: the clause is a fact (GS-1)."""
    told = consultation().given(decide(), pay())
    assert [envelope.subject for envelope in told.told] == ["partner/coompanion"] * 2


@pytest.mark.parametrize(
    ("on", "shows"),
    [("2026-12-30", None), ("2026-12-31", "contribution-missing"), ("2027-01-01", "contribution-missing")],
)
def test_a_year_without_one_is_a_deviation_on_its_last_day(on: str, shows: str | None) -> None:
    """From 31 December on the year's row says that nothing was decided (GS-1)."""
    assert contribution(consultation(), on)["deviation"] == shows


def test_a_decision_on_nothing_is_no_deviation() -> None:
    """Nothing, for a reason, is decided: the year shows its reason (GS-1)."""
    row = contribution(consultation().given(decide("0", reason="Coompanion har avstått.")), "2027-01-01")
    assert (row["deviation"], row["decided"], row["reason"]) == (None, "0", "Coompanion har avstått.")


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_decision_on_nothing_has_a_reason(reason: str | None) -> None:
    """Amount 0 without a reason is refused (GS-1)."""
    consultation().when(decide("0", reason=reason)).refused(partner.NO_REASON)
    consultation().when(decide("0.00", reason=reason)).refused(partner.NO_REASON)


def test_a_contribution_is_not_negative() -> None:
    """Money does not come back as a contribution (GS-1)."""
    consultation().when(decide("-1")).refused(partner.NEGATIVE)


def test_the_contribution_is_coompanion_s() -> None:
    """No other body is given one (GS-1)."""
    consultation().when(decide(partner_id="almi")).refused(partner.NOT_COOMPANION)
    consultation().when(pay(partner_id="leader")).refused(partner.NOT_COOMPANION)


def test_what_is_to_come_is_neither_decided_nor_paid() -> None:
    """A decision or a payment of tomorrow is recorded tomorrow (GS-1)."""
    consultation().when(decide(at=at("2026-02-09"))).refused(IN_FUTURE)
    consultation().given(decide()).when(pay(at=at("2026-03-01"))).refused(IN_FUTURE)


def test_a_payment_is_of_a_decision() -> None:
    """What was not decided for that year is not paid (GS-1)."""
    consultation().when(pay()).refused(partner.NOT_DECIDED)
    told = consultation().given(decide())
    told.when(pay(decision_dnr="RS 2026/99")).refused(partner.NOT_DECIDED)
    told.when(pay(for_year=2027)).refused(partner.NOT_DECIDED)
    told.when(pay("0")).refused(partner.NOTHING_PAID)


def test_the_same_decision_and_payment_are_recorded_once() -> None:
    """Said again they add nothing; said otherwise they are to be corrected (GS-1)."""
    told = consultation().given(decide(), pay())
    told.when(decide()).then()
    told.when(pay()).then()
    told.when(decide("500000")).refused(partner.DECIDED_OTHERWISE)
    told.when(pay("100000")).refused(partner.PAID_OTHERWISE)


def test_a_year_may_have_two_decisions_and_instalments() -> None:
    """A second decision adds to the first; what is not paid yet is the difference (GS-1)."""
    told = consultation().given(decide(), decide("50000", dnr="RS 2026/18"), pay("225000"), pay("125000.50", ref="V 2"))
    row = contribution(told, "2026-12-31")
    assert (row["decided"], row["paid"], row["difference"]) == ("500000", "350000.50", "149999.50")


def test_a_year_is_counted_in_one_money() -> None:
    """Currency and VAT are the same throughout a year (GS-1)."""
    told = consultation().given(decide())
    told.when(in_money(decide(dnr="RS 2026/18"), currency="EUR")).refused(partner.OTHER_MONEY)
    told.when(in_money(pay(), vat="included")).refused(partner.OTHER_MONEY)


def test_a_decision_that_never_was_leaves_the_year_without_one() -> None:
    """A corrected decision counts no more, and the deviation shows (GS-1)."""
    told = consultation().given(decide())
    told.given(correct_partner(told, 0, "never-happened"))
    told.when(pay()).refused(partner.NOT_DECIDED)


def test_each_year_stands_for_itself() -> None:
    """A decision for another year does not help this one (GS-1)."""
    told = consultation().given(decide(year=2027))
    assert [each.year for each in shown(told).contributions] == [2027]
    assert contribution(told, "2027-01-01")["deviation"] == "contribution-missing"


def test_a_decision_can_be_delegated() -> None:
    """Whoever decides for the authority, where it can be read is kept (GS-1)."""
    decision = resolution("2026-02-10", paragraph=None).model_copy(update={"delegation_point": "3.1"})
    told = consultation().given(decide(decision=decision))
    assert shown(told).contributions[0].decisions == (decision.dnr,)

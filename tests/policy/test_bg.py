"""BG-1 to BG-7: what the outside bodies may do for those who are sent to them. Nothing of it is the authority's own act."""

from typing import Any

import pytest

from services.consultation.domain import referral
from services.consultation.domain.consultation import IN_FUTURE
from services.consultation.domain.partner import fields_of
from services.procurement.domain.reactions import REACTIONS
from services.procurement.domain.rules import rules as procurement
from shared.contracts.partners import (
    ContributionDecided,
    FollowedUp,
    OwnershipRecorded,
    PartnerRoleRecorded,
    SubcontractingReferralMade,
    SupportReferralMade,
)
from shared.contracts.values import OrgNr, Plain
from shared.policy.duty.duties import Duties
from tests.authorities import authority
from tests.consultation.partners import COMPANY, PERSON, company, decide, followed_up, owns, role, starter, support
from tests.consultation.stories import consultation
from tests.spec import at


@pytest.mark.parametrize("partner_id", ["coompanion", "almi"])
def test_an_enterprise_is_sent_to_support(partner_id: str) -> None:
    """To Coompanion or to Almi, for whatever they support (BG-4, BG-6)."""
    command = support(partner_id=partner_id)
    told = consultation().when(command).then(SupportReferralMade(**fields_of(command)))
    assert [envelope.subject for envelope in told.told] == [f"partner/{partner_id}"]


def test_a_referral_fulfils_nothing_of_gs_5() -> None:
    """No duty of procurement's ends by a referral, and procurement does not even read of it (BG-4, GS-5)."""
    assert "consultation.events" not in REACTIONS.follows
    owed = procurement(authority()).duties
    assert isinstance(owed, Duties)
    ends = {event for duty in owed.all for event in duty.discharged_by}
    assert not ends & {SupportReferralMade, SubcontractingReferralMade}


def test_who_wants_to_start_is_named_under_a_seal_and_by_consent() -> None:
    """Name and address are the person's, sealed under the referral's own key (BG-4)."""
    (event,) = consultation().when(starter()).events()
    assert isinstance(event, SupportReferralMade)
    assert isinstance(event.starter, Plain)
    assert starter().KEY_OF == ("referral", "referral_id")


@pytest.mark.parametrize("consent_on", [None, "2026-03-03"])
def test_without_consent_nobody_is_named(consent_on: str | None) -> None:
    """Consent comes by the day of the referral, not after it (BG-4)."""
    consultation().when(starter(consent_on=consent_on)).refused(referral.NO_CONSENT)


def test_consent_on_the_day_itself_is_in_time() -> None:
    """Asked and sent on one day (BG-4)."""
    assert consultation().when(starter(consent_on="2026-03-02")).events()


def test_a_starter_may_stay_unnamed() -> None:
    """That somebody was sent there can be told without who it was (BG-4)."""
    assert consultation().when(starter(starter=None, consent_on=None)).events()


@pytest.mark.parametrize(
    "fields", [{"enterprise_id": None}, {"starter": {"name": "A", "address": "B"}}, {"consent_on": "2026-03-01"}]
)
def test_a_referral_of_an_enterprise_names_it_and_no_person(fields: dict[str, Any]) -> None:
    """It has the enterprise's id (BG-4)."""
    consultation().when(support(**fields)).refused(referral.WHO_IS_IT)


def test_a_starter_has_no_enterprise() -> None:
    """It is one or the other (BG-4)."""
    consultation().when(starter(enterprise_id="x")).refused(referral.STARTER_IS_NO_ENTERPRISE)


def test_a_referral_is_not_to_come() -> None:
    """Neither is what came of it (BG-4)."""
    consultation().when(support(at=at("2026-03-01"))).refused(IN_FUTURE)
    told = consultation().given(support())
    told.when(followed_up(at=at("2026-05-31"))).refused(IN_FUTURE)


def test_what_came_of_a_referral_is_told_later() -> None:
    """The same referral again, with its outcome and without the person (BG-4)."""
    told = consultation().given(support())
    told.when(followed_up("2026-03-01")).refused(referral.FOLLOWED_UP_BEFORE)
    told.when(followed_up(referral_id="other")).refused(referral.NO_SUCH_REFERRAL)
    outcome = FollowedUp(outcome="Startar i höst.", on=followed_up().on)
    told = told.when(followed_up()).then(SupportReferralMade(**fields_of(support()), followed_up=outcome))
    told.when(followed_up()).then()


def test_what_came_of_it_does_not_name_the_person_again() -> None:
    """Who was sent stands in the first record, sealed there (BG-4)."""
    (event,) = consultation().given(starter()).when(followed_up()).events()
    assert isinstance(event, SupportReferralMade)
    assert (event.about, event.starter, event.consent_on) == ("starter", None, None)


def test_an_ordinary_company_is_sent_to_coompanion() -> None:
    """Its number and name stand in clear (BG-5)."""
    (event,) = consultation().when(company()).events()
    assert event == SubcontractingReferralMade(
        referral_id=company().referral_id, partner_id="coompanion", made_on=company().made_on,
        organisation=OrgNr(kind="orgnr", value=COMPANY.replace("-", "")), organisation_name="Exempelbolaget AB",
        role=event.role, unit=event.unit, dnr=event.dnr,
    )  # fmt: skip
    assert not company().names_person


def test_a_wise_is_no_ordinary_company() -> None:
    """It is sent to support instead (BG-5)."""
    consultation().when(company(recognised=True)).refused(referral.IS_A_WISE)


def test_a_sole_trader_s_number_and_name_are_sealed() -> None:
    """Its number is a personnummer: nothing of it stands in clear (BG-5, edge rule 20)."""
    (event,) = consultation().when(company(PERSON)).events()
    assert isinstance(event, SubcontractingReferralMade)
    assert (event.organisation.kind, event.organisation.value, event.organisation_name) == ("personnummer", None, None)
    assert isinstance(event.organisation.value_enc, Plain)
    assert isinstance(event.organisation_name_enc, Plain)
    assert company(PERSON).names_person


@pytest.mark.parametrize("partner_id", ["almi", "leader"])
def test_subcontracting_is_coompanion_s(partner_id: str) -> None:
    """No other body has that mandate (BG-5)."""
    consultation().when(company(partner_id=partner_id)).refused(referral.ONLY_COOMPANION)


def test_a_company_has_a_valid_number() -> None:
    """A wrong digit is told (BG-5)."""
    consultation().when(company("556036-0794")).refused(referral.NO_NUMBER)
    consultation().when(company(at=at("2026-03-01"))).refused(IN_FUTURE)


def test_no_growth_of_an_enterprise_is_owed() -> None:
    """Enterprises drive their own growth: the authority owes them information, and no result (BG-1)."""
    owed = procurement(authority()).duties
    assert isinstance(owed, Duties)
    assert {duty.clause.id for duty in owed.all} <= {"GS-5", "GS-6", "GS-8"}


@pytest.mark.parametrize("partner_id", ["coompanion", "almi"])
def test_what_a_body_does_by_its_own_mandate_is_recorded_of_it(partner_id: str) -> None:
    """Whose mandate it has and how far it goes stand with its role, dated, and owe nothing (BG-2, BG-3)."""
    command = role(partner_id=partner_id, support={"sv": "Rådgivning på statens uppdrag"})
    (event,) = consultation().when(command).events()
    assert isinstance(event, PartnerRoleRecorded)
    assert event.support.sv == "Rådgivning på statens uppdrag"


def test_the_region_s_support_is_a_contribution_and_a_share() -> None:
    """Both are recorded facts, and neither makes a duty (BG-7)."""
    told = consultation().given(decide(), owns())
    assert [type(envelope.data) for envelope in told.told] == [ContributionDecided, OwnershipRecorded]

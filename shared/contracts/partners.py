"""What consultation publishes of the outside bodies with a support mandate.

Their roles (IN-4), contributions (GS-1), ownership (GS-2), and whom the authority sent to them (BG-4, BG-5, BG-6).
The stream is `partner/<partnerId>` in the log `consultation.events`. None of it is a duty.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.cloudevent import Event
from shared.contracts.consultation import PartnerId, Year
from shared.contracts.values import (
    Cpv,
    Day,
    DecisionRef,
    Dnr,
    DocumentRef,
    I18n,
    Id,
    Money,
    OrgNr,
    Personal,
    Share,
    Text,
    Value,
)

RegionRole: TypeAlias = Literal["funder", "owner", "partner", "none"]
About: TypeAlias = Literal["enterprise", "starter"]
Topic: TypeAlias = Literal[
    "start-cooperative", "start-wise", "procurement", "quality-system", "finance", "development", "other",
]  # fmt: skip


class PartnerRoleRecorded(Event):
    """What the authority is to a body, which support the body gives and where that ends, from a day on (IN-4, BG-1 to BG-3)."""

    TYPE = "se.medverka.PartnerRoleRecorded.v1"

    partner_id: PartnerId
    name: Annotated[str, Field(min_length=1, max_length=200)]
    region_role: RegionRole
    support: I18n
    limits: I18n
    from_: Annotated[Day, Field(alias="from")]
    to: Day | None = None
    decision: DecisionRef | None = None


class ContributionDecided(Event):
    """A year's contribution was decided (GS-1, BG-7). An amount of 0 is a decision too, and has a reason."""

    TYPE = "se.medverka.ContributionDecided.v1"

    partner_id: PartnerId
    for_year: Year
    amount: Money
    decision: DecisionRef
    purpose: Text | None = None
    conditions: Text | None = None
    reason: Text | None = None


class ContributionPaid(Event):
    """Money of a decided contribution was paid (GS-1)."""

    TYPE = "se.medverka.ContributionPaid.v1"
    OCCURS = "paid_on"

    partner_id: PartnerId
    for_year: Year
    amount: Money
    paid_on: Day
    payment_ref: Annotated[str, Field(min_length=1, max_length=100)]
    decision_dnr: Dnr
    instalment: Annotated[int, Field(ge=1, le=100)] | None = None


class OwnershipRecorded(Event):
    """The authority's share of a body, from a day on (GS-2, BG-7)."""

    TYPE = "se.medverka.OwnershipRecorded.v1"

    partner_id: PartnerId
    share: Share
    from_: Annotated[Day, Field(alias="from")]
    to: Day | None = None
    votes: Share | None = None
    source: DocumentRef


class FollowedUp(Value):
    """What came of a referral, and when that was asked."""

    outcome: Text
    on: Day


class SupportReferralMade(Event):
    """An enterprise, or somebody who wants to start one, was sent to a body for support (BG-4, BG-6).

    It informs nobody of procurement, so it fulfils nothing of GS-5. `starter` holds name and address, by consent.
    """

    TYPE = "se.medverka.SupportReferralMade.v1"
    OCCURS = "made_on"

    referral_id: Id
    partner_id: PartnerId
    about: About
    topic: Topic
    made_on: Day
    enterprise_id: Id | None = None
    starter: Personal | None = None
    consent_on: Day | None = None
    followed_up: FollowedUp | None = None


class SubcontractingReferralMade(Event):
    """An ordinary company that looks for WISEs as subcontractors was sent to a body (BG-5). A sole trader has a `…Enc` name."""

    TYPE = "se.medverka.SubcontractingReferralMade.v1"
    OCCURS = "made_on"

    referral_id: Id
    partner_id: PartnerId
    organisation: OrgNr
    organisation_name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    organisation_name_enc: Personal | None = None
    cpv: tuple[Cpv, ...] | None = None
    made_on: Day


PartnerEvent: TypeAlias = (
    PartnerRoleRecorded
    | ContributionDecided
    | ContributionPaid
    | OwnershipRecorded
    | SupportReferralMade
    | SubcontractingReferralMade
)
PARTNER_EVENTS: tuple[type[Event], ...] = (
    PartnerRoleRecorded, ContributionDecided, ContributionPaid, OwnershipRecorded, SupportReferralMade,
    SubcontractingReferralMade,
)  # fmt: skip

"""What registry publishes: which enterprises there are, which are recognised as WISEs, and what they can deliver.

The stream is `enterprise/<enterpriseId>` in the log `registry.events`. A sole trader's number and name are personal (edge
rule 20): they stand in `…Enc` fields only. A required personal field is missing where another system reported the event.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.cloudevent import Event
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.values import (
    Cpv,
    Day,
    Decimal_,
    DecisionRef,
    DocumentRef,
    Id,
    Nuts,
    OrgNr,
    Personal,
    Share,
    StaffRef,
    Text,
    Value,
)

LegalForm: TypeAlias = Literal[
    "ekonomisk-forening", "ideell-forening", "aktiebolag", "aktiebolag-svb", "stiftelse", "handelsbolag",
    "kommanditbolag", "enskild-firma", "trossamfund", "offentlig", "other",
]  # fmt: skip
"""How it is organised in law; never a reason to refuse (DF-8)."""
Criterion: TypeAlias = Literal["DF-0", "DF-1", "DF-2", "DF-3", "DF-4"]
CriterionOutcome: TypeAlias = Literal["met", "not-met", "evidence-insufficient", "conflict"]
ParticipationForm: TypeAlias = Literal["ownership", "agreement", "other-documented"]
SuspensionReason: TypeAlias = Literal["evidence-expired", "criterion-in-doubt", "insolvency", "own-request"]
WithdrawalReason: TypeAlias = Literal["criterion-not-met", "false-information", "review-unanswered", "own-request"]
ClosureReason: TypeAlias = Literal["dissolved", "bankruptcy", "struck-off", "merged", "left-area", "ceased-as-wise"]
ClosureSource: TypeAlias = Literal["bolagsverket", "skatteverket", "enterprise", "officer"]
SurvivorRecognition: TypeAlias = Literal["kept", "review-required"]
StatedBy: TypeAlias = Literal["enterprise", "officer"]
PlaceKind: TypeAlias = Literal["rehabilitering", "arbetstraning", "sysselsattning", "daglig-verksamhet"]
ContactPurpose: TypeAlias = Literal["procurement", "placements", "general"]
Channel: TypeAlias = Literal["email", "post", "phone", "digital-mailbox"]
Language: TypeAlias = Literal["sv", "en"]
MunicipalityCode: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
"""Statistics Sweden's code of a municipality: `0180` is Stockholm."""
VatNumber: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9A-Za-z+*.]{2,12}$")]
Website: TypeAlias = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=500)]
Name: TypeAlias = Annotated[str, Field(pattern=r"\S", max_length=200)]
FinancialYear: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{4}(/[0-9]{4})?$")]
"""`2025`, or `2024/2025` for a split year."""


class EnterpriseRegistered(Event):
    """An enterprise is known to the authority; whether it is a WISE is decided later. A sole trader has a `nameEnc`.

    Since when it does business is the indicator of IN-2.
    """

    TYPE = "se.medverka.EnterpriseRegistered.v1"
    OCCURS = "registered_on"

    enterprise_id: Id
    name: Name | None = None
    name_enc: Personal | None = None
    identity: OrgNr
    legal_form: LegalForm
    municipality_code: MunicipalityCode
    registered_on: Day
    is_social_work_cooperative: bool | None = None
    business_started_on: Day | None = None
    vat_number: VatNumber | None = None
    website: Website | None = None


class RecognitionApplied(Event):
    """The enterprise asked to be recognised as a WISE and handed in its documents."""

    TYPE = "se.medverka.RecognitionApplied.v1"
    OCCURS = "received_on"

    enterprise_id: Id
    application_id: Id
    received_on: Day
    documents: tuple[DocumentRef, ...]


class Aspects(Value):
    """What participation gives influence over (DF-5a, DF-5b), and whether the members run the firm (DF-6)."""

    own_process: bool | None = None
    work_organisation: bool | None = None
    runs_firm: bool | None = None


class CriterionAssessed(Event):
    """One of DF-0…DF-4 was assessed on evidence (of DF-2 also DF-6). The newest assessment of a criterion counts."""

    TYPE = "se.medverka.CriterionAssessed.v1"
    OCCURS = "assessed_on"

    enterprise_id: Id
    assessment_id: Id
    criterion: Criterion
    outcome: CriterionOutcome
    criteria_version: str
    interpretation_id: str
    assessed_on: Day
    evidence: tuple[DocumentRef, ...]
    reasons: Text
    assessed_by: StaffRef
    financial_year: FinancialYear | None = None
    reinvested_share: Share | None = None
    public_ownership_share: Share | None = None
    participation_form: ParticipationForm | None = None
    aspects: Aspects | None = None


class EnterpriseRecognised(Event):
    """The enterprise is a WISE from `effectiveFrom`: all five criteria are met."""

    TYPE = "se.medverka.EnterpriseRecognised.v1"
    OCCURS = "effective_from"

    enterprise_id: Id
    decision: DecisionRef
    effective_from: Day
    assessment_ids: Annotated[tuple[Id, ...], Field(min_length=5, max_length=5)]
    criteria_version: str
    review_due_on: Day


class RecognitionRefused(Event):
    """The application was refused, for criteria that are not met and with reasons; never for its legal form (DF-8)."""

    TYPE = "se.medverka.RecognitionRefused.v1"
    OCCURS = "communicated_on"

    enterprise_id: Id
    application_id: Id
    decision: DecisionRef
    criteria_failed: tuple[Criterion, ...]
    reasons: Text
    communicated_on: Day
    appeal_information_given: bool


class RecognitionSuspended(Event):
    """The recognition rests for a while; GS-5 and GS-6 go on (edge rule 19)."""

    TYPE = "se.medverka.RecognitionSuspended.v1"
    OCCURS = "effective_from"

    enterprise_id: Id
    decision: DecisionRef
    effective_from: Day
    reason_code: SuspensionReason
    criteria: tuple[Criterion, ...]
    communicated_on: Day
    until: Day | None = None


class RecognitionWithdrawn(Event):
    """The enterprise is no WISE any more from `effectiveFrom`; it was told before the decision (FL 25 §)."""

    TYPE = "se.medverka.RecognitionWithdrawn.v1"
    OCCURS = "effective_from"

    enterprise_id: Id
    decision: DecisionRef
    effective_from: Day
    reason_code: WithdrawalReason
    criteria_failed: tuple[Criterion, ...]
    communicated_on: Day
    reasons: Text
    appeal_information_given: bool


class RecognitionRestored(Event):
    """The enterprise is a WISE again after a suspension or, on new assessments, after a withdrawal."""

    TYPE = "se.medverka.RecognitionRestored.v1"
    OCCURS = "effective_from"

    enterprise_id: Id
    decision: DecisionRef
    effective_from: Day
    restores: Literal["suspension", "withdrawal"]
    assessment_ids: tuple[Id, ...] | None = None
    review_due_on: Day


class Capacity(Value):
    """How much it can deliver."""

    quantity: Decimal_
    unit: Literal["places", "hours-per-week", "SEK-per-year"]


class OfferingUpdated(Event):
    """What the enterprise offers and where. An empty `cpv` is not stated and means every branch; an empty `nuts` everywhere.

    Which places it offers (DF-9) tests nothing.
    """

    TYPE = "se.medverka.OfferingUpdated.v1"

    enterprise_id: Id
    cpv: tuple[Cpv, ...]
    nuts: tuple[Nuts, ...]
    valid_from: Day
    stated_by: StatedBy
    capacity: Capacity | None = None
    place_kinds: tuple[PlaceKind, ...] | None = None
    as_subcontractor: bool | None = None
    in_consortium: bool | None = None


class TargetShareDeclared(Event):
    """How many of all who are occupied in the whole legal entity belong to the target group (LOU 4:18).

    The counts are sealed; `reaches30Percent` is the only figure that others read.
    """

    TYPE = "se.medverka.TargetShareDeclared.v1"

    enterprise_id: Id
    as_of: Day
    occupied_total: Personal | None = None
    occupied_target_group: Personal | None = None
    reaches_30_percent: Annotated[bool, Field(alias="reaches30Percent")]
    declared_by: StatedBy
    employed_total: Personal | None = None
    employed_target_group: Personal | None = None
    evidence: DocumentRef | None = None
    valid_until: Day | None = None


class ContactChanged(Event):
    """How to reach the enterprise for a purpose: `address` is a function mailbox, `addressEnc` a person's."""

    TYPE = "se.medverka.ContactChanged.v1"

    enterprise_id: Id
    contact_id: Id
    purpose: ContactPurpose
    channel: Channel
    address: Annotated[str, Field(min_length=1, max_length=320)] | None = None
    address_enc: Personal | None = None
    valid_from: Day
    person_name: Personal | None = None
    function_title: Annotated[str, Field(max_length=200)] | None = None
    language: Language | None = None
    replaces_contact_id: Id | None = None
    withdrawn: bool | None = None


class EnterpriseClosed(Event):
    """The enterprise is gone, or no longer one that the authority deals with as a WISE."""

    TYPE = "se.medverka.EnterpriseClosed.v1"
    OCCURS = "closed_on"

    enterprise_id: Id
    closed_on: Day
    reason_code: ClosureReason
    source: ClosureSource
    evidence: DocumentRef | None = None
    administrator_contact: Personal | None = None


class EnterprisesMerged(Event):
    """Others have become part of this one, in whose stream it stands; each absorbed one is closed as `merged`.

    `successorDuties`: what was owed about the absorbed is owed about the survivor (edge rule 16). `review-required`: whether
    the survivor still is a WISE must be looked into, so places at the absorbed are reviewed as after any closure.
    """

    TYPE = "se.medverka.EnterprisesMerged.v1"
    OCCURS = "merged_on"

    survivor_id: Id
    absorbed_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    merged_on: Day
    survivor_recognition: SurvivorRecognition
    successor_duties: bool
    evidence: DocumentRef


EnterpriseEvent: TypeAlias = (
    EnterpriseRegistered | RecognitionApplied | CriterionAssessed | EnterpriseRecognised | RecognitionRefused
    | RecognitionSuspended | RecognitionWithdrawn | RecognitionRestored | OfferingUpdated | TargetShareDeclared
    | ContactChanged | EnterpriseClosed | EnterprisesMerged | PersonalDetailsAdded
)  # fmt: skip
ENTERPRISE_EVENTS: tuple[type[Event], ...] = (
    EnterpriseRegistered, RecognitionApplied, CriterionAssessed, EnterpriseRecognised, RecognitionRefused,
    RecognitionSuspended, RecognitionWithdrawn, RecognitionRestored, OfferingUpdated, TargetShareDeclared,
    ContactChanged, EnterpriseClosed, EnterprisesMerged, PersonalDetailsAdded,
)  # fmt: skip

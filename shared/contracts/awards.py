"""What becomes of a tender: contracts with social terms that are followed up, a duplicate that is linked, nobody whom it suits.

A winner who is a sole trader is named by a personnummer: such a number and name stand in `…Enc` fields only (edge rule 20).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from shared.contracts.cloudevent import Event
from shared.contracts.criteria import LotIds, SocialObjective
from shared.contracts.values import (
    Day,
    Decimal_,
    DocumentRef,
    DutyId,
    Id,
    Money,
    OrgNr,
    Personal,
    StaffRef,
    Text,
    Value,
    of_nobody,
)

TermId: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,50}$"), AfterValidator(of_nobody)]
"""Stands in the ids of the term's duties, so it has no slash."""
Outcome: TypeAlias = Literal["selec-w", "clos-nw", "open-nw"]
"""BT-142: a winner was selected; closed without one; not decided yet."""
Part: TypeAlias = Literal["main", "group", "subcontractor"]
EndedBecause: TypeAlias = Literal["expired", "terminated", "other"]
Result: TypeAlias = Literal["met", "partly", "not-met"]
Action: TypeAlias = Literal["none", "correction", "penalty", "termination"]
MatchedBy: TypeAlias = Literal["upphandlings-id", "bt-04", "buyer-title-deadline", "manual"]


class Winner(Value):
    """Who is to perform a contract. `enterpriseId`: it is an enterprise that the registry knows."""

    identity: OrgNr
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    name_enc: Personal | None = None
    enterprise_id: Id | None = None
    part: Part


class Quantity(Value):
    """How much of something: a decimal and its unit."""

    quantity: Decimal_
    unit: Literal["persons", "hours", "percent"]


class SocialTerm(Value):
    """A social condition of a contract (LOU 17:1), what it aims at (BT-775), and how often it is followed up, in days."""

    term_id: TermId
    kind: SocialObjective
    text: Text
    target: Quantity | None = None
    follow_up_every_days: Annotated[int, Field(ge=1, le=3_650)] | None = None


class Period(Value):
    """From a day to a day, both in it."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day


class ContractAwarded(Event):
    """It was decided who gets a contract, or that nobody does; its social terms are followed up (GS-8, local)."""

    TYPE = "se.medverka.ContractAwarded.v1"
    OCCURS = "award_decided_on"

    tender_id: Id
    lot_ids: LotIds
    contract_id: Id
    award_decided_on: Day
    outcome: Outcome
    winners: tuple[Winner, ...]
    social_terms: tuple[SocialTerm, ...]
    concluded_on: Day | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    value: Money | None = None


class ContractTermFollowedUp(Event):
    """A social term of a contract was followed up for a period; it answers one duty (GS-8, local)."""

    TYPE = "se.medverka.ContractTermFollowedUp.v1"
    OCCURS = "followed_up_on"

    tender_id: Id
    duty_id: DutyId
    contract_id: Id
    term_id: TermId
    period: Period
    followed_up_on: Day
    result: Result
    document: DocumentRef
    officer: StaffRef
    measured: Quantity | None = None
    action: Action | None = None
    approved_by: StaffRef | None = None


class ContractEnded(Event):
    """A contract ended, before its day or on it; what is not due yet is owed no more (GS-8, local)."""

    TYPE = "se.medverka.ContractEnded.v1"
    OCCURS = "ended_on"

    tender_id: Id
    contract_id: Id
    ended_on: Day
    reason_code: EndedBecause | None = None


class DuplicateLinked(Event):
    """Two tenders are one, from two sources: `tenderId` is kept and owed alone (edge rule 5). It stands with the duplicate."""

    TYPE = "se.medverka.DuplicateLinked.v1"
    OCCURS = "linked_on"

    tender_id: Id
    duplicate_tender_id: Id
    matched_by: MatchedBy
    linked_on: Day
    linked_by: StaffRef
    approved_by: StaffRef | None = None
    """The second person, where something may have been overdue that the link makes void."""


class NoSuitableEnterprise(Event):
    """An officer has looked at an own tender that suits no WISE, and says why that is so (GS-6)."""

    TYPE = "se.medverka.NoSuitableEnterprise.v1"
    OCCURS = "stated_on"

    tender_id: Id
    reasons: Annotated[Text, Field(min_length=1)]
    assessment_ids: tuple[Id, ...]
    decided_by: StaffRef
    stated_on: Day


ContractEvent: TypeAlias = ContractAwarded | ContractTermFollowedUp | ContractEnded
AwardEvent: TypeAlias = ContractEvent | DuplicateLinked | NoSuitableEnterprise
AWARD_EVENTS: tuple[type[Event], ...] = (
    ContractAwarded, ContractTermFollowedUp, ContractEnded, DuplicateLinked, NoSuitableEnterprise,
)  # fmt: skip

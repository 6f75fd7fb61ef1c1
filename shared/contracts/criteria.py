"""What a buying board states on social criteria in a procurement of services: applied, or why they are not (GS-8)."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field

from shared.contracts.cloudevent import Event
from shared.contracts.procurement import LotId
from shared.contracts.values import Day, Decimal_, DecisionRef, DocumentRef, Id, StaffRef, Text, Value

SocialObjective: TypeAlias = Literal["opp", "acc-all", "et-eq", "gen-eq", "hum-right", "work-cond", "other"]
"""BT-775."""
Where: TypeAlias = Literal["reservation", "specification", "selection", "award", "contract-term", "reserved-execution"]
NotAppropriate: TypeAlias = Literal[
    "no-link-to-subject", "disproportionate", "law-prevents", "terms-fixed-by-framework", "no-market", "other"
]
LotIds: TypeAlias = Annotated[tuple[LotId, ...], Field(min_length=1)]


def _is_sentence(reasons: str) -> str:
    if len(reasons.strip()) < SENTENCE:
        raise ValueError("must have at least 40 characters, the blanks around them not counted")
    return reasons


SENTENCE: Final = 40
Reasons: TypeAlias = Annotated[Text, Field(min_length=SENTENCE), AfterValidator(_is_sentence)]
"""Shorter than a sentence explains nothing, however many blanks stand around it."""


class SocialCriterion(Value):
    """One criterion: what it is for, and where in the procurement it stands; the weight is that of an award criterion."""

    kind: SocialObjective
    where: Where
    weight_percent: Decimal_ | None = None
    text: Text | None = None


class SocialCriteriaApplied(Event):
    """Lots of services have social criteria, as the notice says or an officer states (GS-8)."""

    TYPE = "se.medverka.SocialCriteriaApplied.v1"
    OCCURS = "stated_on"

    tender_id: Id
    lot_ids: LotIds
    criteria: Annotated[tuple[SocialCriterion, ...], Field(min_length=1)]
    stated_on: Day
    basis: Literal["notice", "officer"]
    notice_version: str | None = None
    document: DocumentRef | None = None
    approved_by: StaffRef | None = None


class SocialCriteriaNotAppropriate(Event):
    """A decision says why lots of services have none: the clause asks for them where that is appropriate (GS-8)."""

    TYPE = "se.medverka.SocialCriteriaNotAppropriate.v1"
    OCCURS = "stated_on"

    tender_id: Id
    lot_ids: LotIds
    reason_code: NotAppropriate
    reasons: Reasons
    decision: DecisionRef
    stated_on: Day
    document: DocumentRef | None = None
    approved_by: StaffRef | None = None


CriteriaEvent: TypeAlias = SocialCriteriaApplied | SocialCriteriaNotAppropriate
CRITERIA_EVENTS: tuple[type[Event], ...] = (SocialCriteriaApplied, SocialCriteriaNotAppropriate)

"""What procurement publishes: tenders in `procurement.events`, and in `procurement.outreach` whom they suit and who was told.

`procurement.outreach` names enterprises beside open tenders, so it is sealed until the matter is over.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, PlainSerializer

from shared.contracts.cloudevent import Event
from shared.contracts.values import (
    Cpv,
    Day,
    DecisionRef,
    DocumentRef,
    DutyId,
    I18n,
    Id,
    Instant,
    Money,
    Nuts,
    RoleCode,
    Sha256,
    StaffRef,
    Text,
    Value,
    of_nobody,
)


def _as_text(deadline: date) -> str:
    return deadline.isoformat()


def _in_our_time(deadline: date) -> date:
    """Refuse what no calendar of working days reaches, and no instant of which has a Stockholm day."""
    if not 2000 <= deadline.year <= 2100:  # noqa: PLR2004 - the years of the calendar
        raise ValueError("a deadline lies between 2000 and 2100")
    return deadline


Deadline: TypeAlias = Annotated[
    Instant | Day,
    Field(union_mode="left_to_right"),
    AfterValidator(_in_our_time),
    PlainSerializer(_as_text, return_type=str, when_used="json"),
]
"""An instant, or a day where no hour was given: it is then kept to the end of that day."""
DeadlineKind: TypeAlias = Literal["tenders", "requests", "interest", "open-ended", "none"]
Nature: TypeAlias = Literal["services", "supplies", "works"]
Reservation: TypeAlias = Literal["res-ws", "res-pub-ser", "none"]
Stage: TypeAlias = Literal["planned", "published"]
Purpose: TypeAlias = Literal["inform", "amended", "deadline-moved", "suspended", "resumed", "cancelled"]
Channel: TypeAlias = Literal["email", "post", "phone", "digital-mailbox"]
Source: TypeAlias = Literal["ted", "national-database", "procurement-plan", "internal"]
ProcedureKind: TypeAlias = Literal["open", "restricted", "negotiated", "direct", "call-off", "lov", "dps", "other"]
Regime: TypeAlias = Literal["lou-directive", "lou-19", "lov", "luf", "luk"]
Aspect: TypeAlias = Literal["branch", "region", "reservation", "social-criteria", "lots", "text"]
Verdict: TypeAlias = Literal["suitable", "suitable-if", "not-suitable"]
TestName: TypeAlias = Literal[
    "own-buyer", "recognised", "status", "branch", "region", "reservation", "capacity", "time-left"
]
LotId: TypeAlias = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(of_nobody)]


class Buyer(Value):
    """Who buys. `normalised` is the number's ten digits; `board` stands only with an own buyer of the authority."""

    organisation_number: Annotated[str, Field(max_length=100)] | None = None
    normalised: Annotated[str, Field(pattern=r"^[0-9]{10}$")] | None = None
    name: I18n | None = None
    board: RoleCode | None = None
    on_behalf_of: bool | None = None


class Lot(Value):
    """A lot with its own branch, place, reservation and deadline; an undivided tender has one."""

    lot_id: LotId
    title: I18n | None = None
    nature: Nature
    cpv: tuple[Cpv, ...]
    nuts: tuple[Nuts, ...] | None = None
    deadline: Deadline | None = None
    deadline_kind: DeadlineKind
    reserved: tuple[Reservation, ...] | None = None
    reserved_execution: Literal["yes", "no", "not-known"] | None = None
    social_objectives: tuple[str, ...] | None = None
    strategic: tuple[str, ...] | None = None
    estimated_value: Money | None = None


class PlannedPublication(Value):
    """When the publication is planned: the first day of a day, a month or a quarter."""

    date: Day
    precision: Literal["day", "month", "quarter"]


class TenderChange(Value):
    """One thing that an amendment changed; `pointer` is into the tender as it was published (RFC 6901)."""

    pointer: Annotated[str, Field(pattern=r"^/", max_length=300)]
    lot_id: LotId | None = None
    before: Any = None
    after: Any = None


class SuitabilityTest(Value):
    """One comparison of tender and enterprise. `lotIds`: the lots that it is about, where it differs between them."""

    test: TestName
    outcome: Literal["pass", "fail", "unknown"]
    lot_ids: tuple[LotId, ...] | None = None
    tender_has: str | None = None
    enterprise_has: str | None = None
    flips_if: str | None = None


class ProcurementPlanned(Event):
    """A procurement is to come; GS-6 asks for outreach from the day its plan is public (`publicSince`)."""

    TYPE = "se.medverka.ProcurementPlanned.v1"

    tender_id: Id
    title: I18n
    buyers: tuple[Buyer, ...]
    lots: Annotated[tuple[Lot, ...], Field(min_length=1)]
    source: Source
    procedure_kind: ProcedureKind
    public_since: Instant | None = None
    planned_publication: PlannedPublication | None = None
    notice_id: str | None = None
    notice_version: str | None = None
    procedure_id: str | None = None
    buying_role: RoleCode


class TenderPublished(Event):
    """A tender is open to answers; one of an own buyer makes GS-6 duties."""

    TYPE = "se.medverka.TenderPublished.v1"
    OCCURS = "published_at"

    tender_id: Id
    published_at: Instant
    title: I18n
    buyers: tuple[Buyer, ...]
    is_own: bool
    buyers_version: str
    lots: Annotated[tuple[Lot, ...], Field(min_length=1)]
    procedure_type: str
    regime: Regime
    source: Source
    notice_digest: Sha256
    upphandlings_id: str | None = None
    procedure_id: str | None = None
    notice_id: str | None = None
    notice_version: str | None = None
    subtype: str | None = None
    url: str | None = None


class TenderAmended(Event):
    """The published terms changed; deadlines move apart (`DeadlineMoved`)."""

    TYPE = "se.medverka.TenderAmended.v1"
    OCCURS = "amended_at"

    tender_id: Id
    amended_at: Instant
    notice_digest: Sha256
    changes: tuple[TenderChange, ...]
    affects: tuple[Aspect, ...]
    reasons: tuple[str, ...] | None = None
    notice_id: str | None = None
    notice_version: str | None = None
    changed_notice_id: str | None = None


class DeadlineMoved(Event):
    """The deadline of some lots is another one, known to all from `movedAt`."""

    TYPE = "se.medverka.DeadlineMoved.v1"
    OCCURS = "moved_at"

    tender_id: Id
    lot_ids: tuple[LotId, ...]
    deadline_kind: DeadlineKind
    previous_deadline: Deadline | None
    new_deadline: Deadline
    moved_at: Instant
    notice_id: str | None = None


class TenderSuspended(Event):
    """A review, a court or the buyer stopped the tender for a time."""

    TYPE = "se.medverka.TenderSuspended.v1"
    OCCURS = "suspended_at"

    tender_id: Id
    suspended_at: Instant
    reason_code: Literal["review", "court-order", "buyer"]
    lot_ids: tuple[LotId, ...] | None = None
    expected_until: Day | None = None


class TenderResumed(Event):
    """A suspended tender goes on."""

    TYPE = "se.medverka.TenderResumed.v1"
    OCCURS = "resumed_at"

    tender_id: Id
    resumed_at: Instant
    lot_ids: tuple[LotId, ...] | None = None
    new_deadline: Instant | None = None


class TenderCancelled(Event):
    """The buyer gave the tender, or some of its lots, up."""

    TYPE = "se.medverka.TenderCancelled.v1"
    OCCURS = "cancelled_at"

    tender_id: Id
    cancelled_at: Instant
    scope: Literal["whole", "lots"]
    lot_ids: tuple[LotId, ...] | None = None
    reason_code: str | None = None
    decision: DecisionRef | None = None
    notice_id: str | None = None
    replaced_by_tender_id: Id | None = None


class SuitabilityAssessed(Event):
    """Whether a tender may suit an enterprise of this kind, with every test and both compared values (GS-6).

    It occurs at the later of the tender's publication, the recognition and the fact that it follows from. `suitableSince` is
    when it began to be owed to the enterprise, `suitableBy` the event that made it so, and `dueLotIds` the lots that fitted
    then, from which the due day is reckoned; they stay while it is. `opens`: with this verdict it began to be owed. `closes` is
    when the last lot that fits closes, time left aside.
    """

    TYPE = "se.medverka.SuitabilityAssessed.v1"

    tender_id: Id
    enterprise_id: Id
    assessment_id: Id
    stage: Stage
    lot_ids: tuple[LotId, ...]
    verdict: Verdict
    tests: tuple[SuitabilityTest, ...]
    suitable_since: Instant | None = None
    suitable_by: str | None = None
    due_lot_ids: tuple[LotId, ...] | None = None
    opens: bool | None = None
    closes: Deadline | None = None
    rules_version: str
    interpretation_id: str
    notice_version: int
    offering_version: int
    assessed_by: StaffRef
    supersedes_id: Id | None = None
    override_reason: Text | None = None


class OutreachSent(Event):
    """The enterprise was written to or called about a tender. Sent is not yet informed (GS-6)."""

    TYPE = "se.medverka.OutreachSent.v1"
    OCCURS = "sent_at"

    outreach_id: Id
    tender_id: Id
    enterprise_id: Id
    stage: Stage
    purpose: Purpose
    channel: Channel
    contact_id: Id
    sent_at: Instant
    facts_digest: Sha256
    message_digest: Sha256
    message_id: str | None = None
    language: Literal["sv", "en"]
    sent_by: StaffRef
    duty_id: DutyId | None = None


class OutreachDelivered(Event):
    """What was sent has arrived: now the enterprise is informed (GS-6)."""

    TYPE = "se.medverka.OutreachDelivered.v1"
    OCCURS = "delivered_at"

    outreach_id: Id
    stage: Stage
    purpose: Purpose
    duty_id: DutyId | None = None
    delivered_at: Instant
    proof: Literal["smtp-accepted", "digital-mailbox-receipt", "portal-opened", "spoken-noted", "letter-presumed"]
    receipt_digest: Sha256 | None = None
    noted_by: StaffRef | None = None
    document: DocumentRef | None = None
    """What shows it where it was recorded after the due day; its own day is the diary's."""
    approved_by: StaffRef | None = None
    """The second person, where it was recorded so late that it needed one."""


class OutreachFailed(Event):
    """What was to be sent, or was, did not arrive, or came back after it had counted as delivered.

    `retry`: that is not the end of it. `delayed` is then said of a letter that a mail server has put off.
    """

    TYPE = "se.medverka.OutreachFailed.v1"
    OCCURS = "failed_at"

    outreach_id: Id
    failed_at: Instant
    reason_code: Literal["hard-bounce", "expired", "refused", "no-contact", "returned", "delayed"]
    smtp_status: Annotated[str, Field(pattern=r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$")] | None = None
    retry: bool
    retry_at: Instant | None = None


TenderEvent: TypeAlias = (
    ProcurementPlanned | TenderPublished | TenderAmended | DeadlineMoved | TenderSuspended | TenderResumed
    | TenderCancelled
)  # fmt: skip
OutreachEvent: TypeAlias = SuitabilityAssessed | OutreachSent | OutreachDelivered | OutreachFailed
TENDER_EVENTS: tuple[type[Event], ...] = (
    ProcurementPlanned, TenderPublished, TenderAmended, DeadlineMoved, TenderSuspended, TenderResumed, TenderCancelled,
)  # fmt: skip
OUTREACH_EVENTS: tuple[type[Event], ...] = (SuitabilityAssessed, OutreachSent, OutreachDelivered, OutreachFailed)
PROCUREMENT_EVENTS: tuple[type[Event], ...] = (*TENDER_EVENTS, *OUTREACH_EVENTS)


def is_instant(deadline: date) -> bool:
    """Tell whether a deadline has an hour; a `datetime` is a `date` to Python."""
    return isinstance(deadline, datetime)

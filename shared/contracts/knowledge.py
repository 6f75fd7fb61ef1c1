"""What procurement publishes of GS-5: guidance sent to an enterprise, and learning activities offered and held.

They stand in `procurement.events`, in streams `knowledge/<guidanceId>` and `knowledge/<activityId>`; the letter that the suite
sends for a year in `guidance/<year>`. None names a tender, so none is sealed; who attended is told by enterprise and number,
never by name.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.cloudevent import Event
from shared.contracts.procurement import Channel
from shared.contracts.values import Day, DocumentRef, DutyId, I18n, Id, Instant, Sha256, StaffRef, Value

Topic: TypeAlias = Literal["how-to-tender", "reservations", "quality-system", "e-tendering", "contracts", "other"]
GuidanceKind: TypeAlias = Literal["direct", "newsletter", "web"]
ActivityKind: TypeAlias = Literal["course", "workshop", "individual", "drop-in", "webinar"]
Organiser: TypeAlias = Literal["region", "partner", "joint"]
Proof: TypeAlias = Literal[
    "smtp-accepted", "digital-mailbox-receipt", "portal-opened", "spoken-noted", "letter-presumed"
]
FailureReason: TypeAlias = Literal["hard-bounce", "expired", "refused", "no-contact", "returned", "delayed"]
SmtpStatus: TypeAlias = Annotated[str, Field(pattern=r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$")]
ForYear: TypeAlias = Annotated[int, Field(ge=2000, le=2100)]
"""The calendar year whose duty an act is meant for, by Swedish time."""
Mean: TypeAlias = Annotated[str, Field(pattern=r"^([1-4]|[1-4]\.[0-9]{1,2}|5|5\.0{1,2})$")]
"""A mean from 1 to 5, as a decimal string."""


class Evaluation(Value):
    """What those who came said of their own knowledge, before and after, on a scale from 1 to 5."""

    answers: Annotated[int, Field(ge=1)]
    mean_knowledge_before: Mean
    mean_knowledge_after: Mean


class GuidanceLetterWritten(Event):
    """The letter of a year as it stands from now on; `factsDigest` is of its year, topics and words, in both languages."""

    TYPE = "se.medverka.GuidanceLetterWritten.v1"

    for_year: ForYear
    topics: tuple[Topic, ...]
    title: I18n
    text: I18n
    facts_digest: Sha256


class GuidanceLetterApproved(Event):
    """An officer approved that all who are due guidance for the year are written to in exactly these words (GS-5)."""

    TYPE = "se.medverka.GuidanceLetterApproved.v1"

    for_year: ForYear
    facts_digest: Sha256


class GuidanceRequested(Event):
    """The year's letter is to go to one enterprise; its Message-ID is made of this event's id (GS-5).

    `approvedBy` is the officer, or `rule` where the authority's file approves letters of guidance.
    """

    TYPE = "se.medverka.GuidanceRequested.v1"

    guidance_id: Id
    enterprise_id: Id
    for_year: ForYear
    channel: Channel
    contact_id: Id
    facts_digest: Sha256
    language: Literal["sv", "en"]
    topics: tuple[Topic, ...]
    approved_by: StaffRef
    duty_id: DutyId


class GuidanceSent(Event):
    """An enterprise was told about procurement. Only `direct` can count for GS-5, and only when it has arrived."""

    TYPE = "se.medverka.GuidanceSent.v1"
    OCCURS = "sent_at"

    guidance_id: Id
    enterprise_id: Id
    for_year: ForYear
    kind: GuidanceKind
    channel: Channel
    contact_id: Id
    sent_at: Instant
    message_digest: Sha256
    topics: tuple[Topic, ...]


class GuidanceDelivered(Event):
    """Guidance has arrived. It tells its year and kind again, since what it does follows from them (GS-5)."""

    TYPE = "se.medverka.GuidanceDelivered.v1"
    OCCURS = "delivered_at"

    guidance_id: Id
    enterprise_id: Id
    for_year: ForYear
    kind: GuidanceKind
    duty_id: DutyId | None = None
    delivered_at: Instant
    proof: Proof
    receipt_digest: Sha256 | None = None
    noted_by: StaffRef | None = None
    document: DocumentRef | None = None
    """What shows it where it was recorded after the due day; its own day is the diary's."""
    approved_by: StaffRef | None = None


class GuidanceFailed(Event):
    """Guidance did not arrive, or came back after it had counted as delivered. With `retry` it is only late, and goes on."""

    TYPE = "se.medverka.GuidanceFailed.v1"
    OCCURS = "failed_at"

    guidance_id: Id
    enterprise_id: Id
    for_year: ForYear
    failed_at: Instant
    reason_code: FailureReason
    smtp_status: SmtpStatus | None = None
    retry: bool
    retry_at: Instant | None = None


class KnowledgeActivityOffered(Event):
    """A learning activity was offered to these enterprises. That it was offered counts for GS-5, whether or not they come."""

    TYPE = "se.medverka.KnowledgeActivityOffered.v1"
    OCCURS = "offered_on"

    activity_id: Id
    for_year: ForYear
    offered_to: tuple[Id, ...]
    offered_on: Day
    planned_for: Day
    kind: ActivityKind
    topics: tuple[Topic, ...]
    channel: Channel
    places: Annotated[int, Field(ge=1)] | None = None
    duty_ids: tuple[DutyId, ...] | None = None
    document: DocumentRef | None = None
    """What shows it where it was recorded after the due day."""
    approved_by: StaffRef | None = None


class KnowledgeActivityHeld(Event):
    """A learning activity took place; `attendedBy` are enterprises, and may be none."""

    TYPE = "se.medverka.KnowledgeActivityHeld.v1"
    OCCURS = "held_on"

    activity_id: Id
    held_on: Day
    kind: ActivityKind
    topics: tuple[Topic, ...]
    duration_minutes: Annotated[int, Field(ge=1)]
    attended_by: tuple[Id, ...]
    attendee_count: Annotated[int, Field(ge=0)]
    organiser: Organiser
    evaluation: Evaluation | None = None
    document: DocumentRef | None = None


KnowledgeEvent: TypeAlias = (
    GuidanceRequested
    | GuidanceSent
    | GuidanceDelivered
    | GuidanceFailed
    | KnowledgeActivityOffered
    | KnowledgeActivityHeld
)
KNOWLEDGE_EVENTS: tuple[type[Event], ...] = (
    GuidanceRequested, GuidanceSent, GuidanceDelivered, GuidanceFailed, KnowledgeActivityOffered, KnowledgeActivityHeld,
)  # fmt: skip
GUIDANCE_LETTER_EVENTS: tuple[type[Event], ...] = (GuidanceLetterWritten, GuidanceLetterApproved)

"""What consultation publishes: the yearly initiative towards Coompanion (GS-7), what came of it, and what was shown at it.

The stream is `consultation/<year>` in the log `consultation.events`; the year is Europe/Stockholm's.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.cloudevent import Event
from shared.contracts.values import ClauseId, Day, DocumentRef, Id, Instant, Sha256, StaffRef, Text, Value

PartnerId: TypeAlias = Literal["coompanion", "almi", "leader"]
Year: TypeAlias = Annotated[int, Field(ge=2000, le=2200)]
Body: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z-]*(:[a-z0-9-]+)?$", max_length=80)]
"""A role of the authority or a partner body, by its code."""
Covers: TypeAlias = Literal["samrad", "uppfoljning"]
InvitationChannel: TypeAlias = Literal["email", "post", "phone", "digital-mailbox"]
FollowUpSubject: TypeAlias = Literal[
    "use-of-contribution", "advice-given", "referrals", "procurement-information", "placement-figures",
    "earlier-actions",
]  # fmt: skip

ActionOutcome: TypeAlias = Literal["done", "dropped", "carried-over"]
PackCause: TypeAlias = Literal["initiated", "held", "corrected"]


class ConsultationInitiated(Event):
    """The year's invitation went to the partner. Only one that covers consultation and follow-up fulfils GS-7."""

    TYPE = "se.medverka.ConsultationInitiated.v1"
    OCCURS = "initiated_on"

    year: Year
    initiated_on: Day
    partner_id: PartnerId
    covers: Annotated[tuple[Covers, ...], Field(min_length=1)]
    invitation: DocumentRef
    channel: InvitationChannel
    delivered_at: Instant | None = None
    proposed_dates: tuple[Day, ...] | None = None
    response_by: Day | None = None
    approved_by: StaffRef | None = None
    """The second person, where it was recorded so late that it needed one."""


class Participant(Value):
    """How many came from a body; their names stand in the minutes only."""

    body: Body
    count: Annotated[int, Field(ge=1, le=1_000)]


class ConsultationHeld(Event):
    """The two bodies met, or wrote to each other; the minutes are diarised."""

    TYPE = "se.medverka.ConsultationHeld.v1"
    OCCURS = "held_on"

    year: Year
    held_on: Day
    form: Literal["meeting", "video", "written"]
    participants: Annotated[tuple[Participant, ...], Field(min_length=1)]
    minutes: DocumentRef
    evidence_pack_id: Id | None = None
    agenda: tuple[Text, ...] | None = None
    approved_by: StaffRef | None = None
    """The second person, where it was recorded so late that it needed one."""


class FollowedUpPeriod(Value):
    """The days that are followed up, both included."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day


class JointFollowUpCompleted(Event):
    """Both bodies agreed on a follow-up of the period."""

    TYPE = "se.medverka.JointFollowUpCompleted.v1"
    OCCURS = "completed_on"

    year: Year
    completed_on: Day
    period: FollowedUpPeriod
    subjects: Annotated[tuple[FollowUpSubject, ...], Field(min_length=1)]
    conclusion: Text
    document: DocumentRef
    agreed_by: tuple[Body, ...]
    approved_by: StaffRef | None = None
    """The second person, where it was recorded so late that it needed one."""


class ConsultationDeclined(Event):
    """The partner said no, or did not answer a reminder. The authority has done what GS-7 asks of it."""

    TYPE = "se.medverka.ConsultationDeclined.v1"
    OCCURS = "declined_on"

    year: Year
    partner_id: PartnerId
    declined_on: Day
    kind: Literal["declined", "no-answer"]
    reminded_on: Day | None = None
    document: DocumentRef | None = None
    approved_by: StaffRef | None = None
    """The second person, where it was recorded so late that it needed one."""


class ActionAgreed(Event):
    """Something that one of the bodies said it will do. Neither's becomes a duty."""

    TYPE = "se.medverka.ActionAgreed.v1"
    OCCURS = "agreed_on"

    action_id: Id
    year: Year
    agreed_on: Day
    description: Text
    owner: Body
    due_on: Day | None = None
    clause: ClauseId | None = None


class ActionClosed(Event):
    """What was agreed was done, or dropped, or is carried over to a later year, in which it stays open."""

    TYPE = "se.medverka.ActionClosed.v1"
    OCCURS = "closed_on"

    action_id: Id
    closed_on: Day
    outcome: ActionOutcome
    carried_to_year: Year | None = None
    reason: Text | None = None
    document: DocumentRef | None = None


class LogSize(Value):
    """How much of a log was known: its entries below `size`. `root` is its Merkle root at that size, once logs have one."""

    log: str
    size: Annotated[int, Field(ge=0)]
    root: Sha256 | None = None


class EvidencePackFrozen(Event):
    """A year's evidence pack as it was on a day, from what was known of each log: enough to compile it again, byte for byte.

    `packId` is the id of the event that called for it: the initiative, the meeting, or a correction of what it says. `format`
    is the way in which it is compiled; `manifestDigest` is the SHA-256 of its manifest, which has that of every part.
    """

    TYPE = "se.medverka.EvidencePackFrozen.v1"

    pack_id: Id
    year: Year
    version: Annotated[int, Field(ge=1)]
    cause: PackCause
    as_of: Day
    logs: tuple[LogSize, ...]
    format: int
    manifest_digest: Sha256


ConsultationEvent: TypeAlias = (
    ConsultationInitiated
    | ConsultationHeld
    | JointFollowUpCompleted
    | ConsultationDeclined
    | ActionAgreed
    | ActionClosed
    | EvidencePackFrozen
)
CONSULTATION_EVENTS: tuple[type[Event], ...] = (
    ConsultationInitiated, ConsultationHeld, JointFollowUpCompleted, ConsultationDeclined, ActionAgreed, ActionClosed,
    EvidencePackFrozen,
)  # fmt: skip

"""What consultation publishes: the yearly initiative towards Coompanion (GS-7), and what came of it.

The stream is `consultation/<year>` in the log `consultation.events`; the year is Europe/Stockholm's.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.cloudevent import Event
from shared.contracts.values import Day, DocumentRef, Id, Instant, Text, Value

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


ConsultationEvent: TypeAlias = ConsultationInitiated | ConsultationHeld | JointFollowUpCompleted | ConsultationDeclined
CONSULTATION_EVENTS: tuple[type[Event], ...] = (
    ConsultationInitiated, ConsultationHeld, JointFollowUpCompleted, ConsultationDeclined,
)  # fmt: skip

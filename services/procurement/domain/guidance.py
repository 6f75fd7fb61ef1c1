"""Guidance to an enterprise: that it was sent, that it arrived, that it came back (GS-5)."""

from typing_extensions import override

from services.procurement.domain.knowledge import (
    GUIDANCE_TAKEN,
    IN_FUTURE,
    OTHER_DUTY,
    OTHER_YEAR,
    State,
    Topics,
    is_far,
    is_of,
    is_same,
    is_to_come,
    wise_year,
)
from shared.contracts.knowledge import (
    FailureReason,
    ForYear,
    GuidanceDelivered,
    GuidanceFailed,
    GuidanceKind,
    GuidanceRequested,
    GuidanceSent,
    Proof,
    SmtpStatus,
)
from shared.contracts.procurement import Channel
from shared.contracts.values import DocumentRef, DutyId, Id, Instant, NewId, Sha256, StaffRef
from shared.deciding import Command, Decision, Refused
from shared.policy.clause import GS_5
from shared.policy.stockholm import day_of


class GuidanceCommand(Command):
    """A command on one piece of guidance; it names its enterprise and year, whose duty is read with it."""

    guidance_id: Id
    enterprise_id: Id
    for_year: ForYear

    @property
    @override
    def subject(self) -> str:
        """The guidance's stream."""
        return f"knowledge/{self.guidance_id}"

    @property
    @override
    def objects(self) -> tuple[str, ...]:
        """The enterprise's year."""
        return (wise_year(self.enterprise_id, self.for_year),)


class SendGuidance(GuidanceCommand):
    """Say that an enterprise was written to or called about procurement."""

    guidance_id: NewId
    kind: GuidanceKind
    channel: Channel
    contact_id: Id
    sent_at: Instant
    message_digest: Sha256
    topics: Topics


class DeliverGuidance(GuidanceCommand):
    """Say that guidance arrived, and how that is known.

    Recorded after the due day as in time it needs a `document` of that time or `approvedBy`, a second person.
    """

    duty_id: DutyId | None = None
    delivered_at: Instant
    proof: Proof
    receipt_digest: Sha256 | None = None
    noted_by: StaffRef | None = None
    document: DocumentRef | None = None
    approved_by: StaffRef | None = None


class FailGuidance(GuidanceCommand):
    """Say that guidance did not arrive, or came back."""

    failed_at: Instant
    reason_code: FailureReason
    smtp_status: SmtpStatus | None = None
    retry: bool = False
    retry_at: Instant | None = None


NOT_SENT = Refused(
    "guidance-not-sent", GS_5,
    "Det finns ingen sådan vägledning till företaget för det året; registrera först att den skickades.",
    "There is no such guidance to the enterprise for that year; record first that it was sent.",
)  # fmt: skip
BEFORE_SENT = Refused(
    "guidance-before-sent", GS_5,
    "Vägledningen kan inte ha kommit fram eller kommit tillbaka innan den skickades; kontrollera tiden.",
    "The guidance can't have arrived or come back before it was sent; check the time.",
)  # fmt: skip
NOT_NOTED = Refused(
    "guidance-not-noted", GS_5,
    "Muntlig vägledning behöver den som har antecknat den.",
    "Guidance by word of mouth needs whoever noted it.",
)  # fmt: skip


def send(command: SendGuidance, state: State) -> Decision:
    """Record guidance; sent again under its id it is nothing new."""
    event = GuidanceSent(**command.model_dump(exclude={"at"}))
    if state.sent is not None or state.offered:
        return [] if is_same(event, state.sent) else GUIDANCE_TAKEN
    if is_to_come(command.sent_at, command):
        return IN_FUTURE
    return OTHER_YEAR if is_far(day_of(command.sent_at), command.for_year) else [event]


def deliver(command: DeliverGuidance, state: State) -> Decision:
    """Record that guidance arrived; once it counts as delivered, saying so again is nothing new."""
    sent = state.sent
    if sent is None or not _is_meant(command, sent):
        return NOT_SENT
    if state.delivered_at is not None:
        return []
    if is_to_come(command.delivered_at, command):
        return IN_FUTURE
    if command.delivered_at < sent.sent_at:
        return BEFORE_SENT
    if command.proof == "spoken-noted" and command.noted_by is None:
        return NOT_NOTED
    if command.duty_id is not None and not is_of(command.duty_id, command.objects):
        return OTHER_DUTY
    return [GuidanceDelivered(
        guidance_id=command.guidance_id, enterprise_id=sent.enterprise_id, for_year=sent.for_year, kind=sent.kind,
        duty_id=command.duty_id, delivered_at=command.delivered_at, proof=command.proof,
        receipt_digest=command.receipt_digest, noted_by=command.noted_by, document=command.document,
        approved_by=command.approved_by,
    )]  # fmt: skip


def fail(command: FailGuidance, state: State) -> Decision:
    """Record that guidance did not arrive, is late, or came back after it had counted as delivered (edge rule 12)."""
    begun = state.sent or state.requested
    if begun is None or not _is_meant(command, begun):
        return NOT_SENT
    if state.failed_at is not None:
        return []
    if is_to_come(command.failed_at, command):
        return IN_FUTURE
    if state.sent is not None and command.failed_at < state.sent.sent_at:
        return BEFORE_SENT
    return [GuidanceFailed(**command.model_dump(exclude={"at"}))]


def _is_meant(command: GuidanceCommand, begun: GuidanceSent | GuidanceRequested) -> bool:
    return (command.enterprise_id, command.for_year) == (begun.enterprise_id, begun.for_year)

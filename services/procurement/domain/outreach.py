"""One tender and one enterprise: whether the one suits the other, and what the enterprise was told (GS-6).

A stream of its own, in a log of its own: it names an enterprise beside a tender that may still be open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar, Literal, cast

from typing_extensions import override

from services.procurement.domain.lots import is_past
from services.procurement.domain.tender import tender_in
from shared.contracts.duty import EventCorrected
from shared.contracts.letters import OutreachRequested
from shared.contracts.procurement import (
    Channel,
    Deadline,
    LotId,
    OutreachDelivered,
    OutreachEvent,
    OutreachFailed,
    OutreachSent,
    Purpose,
    Stage,
    SuitabilityAssessed,
    SuitabilityTest,
    Verdict,
)
from shared.contracts.values import DocumentRef, DutyId, Id, Instant, NewId, Sha256, StaffRef, Text
from shared.correcting import CorrectionUnfit, as_corrected
from shared.deciding import Command, Decision, Past, Refused
from shared.policy.clause import GS_6
from shared.policy.stockholm import day_of


@dataclass(frozen=True, slots=True)
class Sent:
    """An outreach and what became of it."""

    event: OutreachSent
    delivered_at: datetime | None = None
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What the decisions and the duties need to know, and nothing more."""

    assessed: SuitabilityAssessed | None = None
    overridden: SuitabilityAssessed | None = None
    """The rule's verdict that an officer overrode."""
    due_lot_ids: tuple[str, ...] = ()
    """The lots that fitted when it began to suit: a verdict alone moves no due day."""
    closes: date | None = None
    """When the last lot that fits, or fitted last, closes; None: never by itself."""
    requested: Mapping[str, OutreachRequested] = field(default_factory=dict)
    """The letters that were to be sent, by outreach."""
    unsent: Mapping[str, datetime] = field(default_factory=dict)
    """When an outreach that was never sent failed last."""
    sent: Mapping[str, Sent] = field(default_factory=dict)

    @property
    def is_informed(self) -> bool:
        """Tell whether the enterprise was ever told of the tender itself."""
        return any(sent.event.purpose == "inform" for sent in self.sent.values())


initial = State()


def evolve(state: State, event: OutreachEvent | OutreachRequested | EventCorrected) -> State:
    """Fold one event of the stream."""
    if isinstance(event, SuitabilityAssessed):
        by_rule = event.assessed_by == "rule"
        state = replace(state, overridden=None if by_rule else state.overridden or state.assessed)
    match event:
        case SuitabilityAssessed(verdict="not-suitable", closes=None):
            return replace(state, assessed=event)  # what was known of the lots that fitted stands
        case SuitabilityAssessed(verdict="not-suitable", closes=closes):
            return replace(state, assessed=event, closes=closes)
        case SuitabilityAssessed(due_lot_ids=due_lot_ids, closes=closes):
            return replace(state, assessed=event, due_lot_ids=due_lot_ids or (), closes=closes)
        case OutreachRequested(outreach_id=id_):
            return replace(state, requested={**state.requested, id_: event})
        case OutreachSent(outreach_id=id_):
            return replace(state, sent={**state.sent, id_: Sent(event)})
        case OutreachDelivered(outreach_id=id_, delivered_at=at):
            return _with(state, replace(_sent(state, id_), delivered_at=at))
        case OutreachFailed(outreach_id=id_, failed_at=at, reason_code=reason) if id_ not in state.sent:
            if id_ not in state.requested and reason != "no-contact":
                raise CorrectionUnfit(f"outreach {id_} was never asked for")
            return replace(state, unsent={**state.unsent, id_: at})
        case OutreachFailed(outreach_id=id_, failed_at=at):
            return _with(state, replace(_sent(state, id_), failed_at=at))
        case EventCorrected():
            return state


def _sent(state: State, outreach_id: str) -> Sent:
    """Give an outreach. Raises CorrectionUnfit where a correction says that it was never sent."""
    if outreach_id not in state.sent:
        raise CorrectionUnfit(f"outreach {outreach_id} was never sent")
    return state.sent[outreach_id]


def _with(state: State, sent: Sent) -> State:
    return replace(state, sent={**state.sent, sent.event.outreach_id: sent})


class OutreachCommand(Command):
    """A command on one pair."""

    tender_id: Id
    enterprise_id: Id

    @property
    @override
    def subject(self) -> str:
        """The pair's stream."""
        return f"outreach/{self.tender_id}/{self.enterprise_id}"

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """The tender, whose deadlines due days are reckoned from."""
        return (f"tender/{self.tender_id}",)


class AssessSuitability(OutreachCommand):
    """A reaction's: how the pair is judged. `at` is when all of it held, so that a duty's trigger is right."""

    assessment_id: Id
    stage: Stage
    lot_ids: tuple[LotId, ...]
    verdict: Verdict
    tests: tuple[SuitabilityTest, ...]
    suitable_since: Instant | None
    suitable_by: str | None
    due_lot_ids: tuple[LotId, ...] | None
    opens: bool | None
    closes: Deadline | None
    rules_version: str
    interpretation_id: str
    notice_version: int
    offering_version: int
    assessed_by: StaffRef = "rule"
    override_reason: Text | None = None

    @property
    @override
    def distinct(self) -> str:
        """The assessment: a pair is judged after each of its facts."""
        return self.assessment_id


class RecordSent(OutreachCommand):
    """Say that the enterprise was written to or called."""

    ON_PAST: ClassVar[bool] = True

    outreach_id: NewId
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


class RecordDelivered(OutreachCommand):
    """Say that it arrived, and how that is known. Without a `dutyId` it answers the open duty of its stage.

    Recorded after the due day as in time it needs a `document` of that time or `approvedBy`, a second person.
    """

    outreach_id: Id
    duty_id: DutyId | None = None
    delivered_at: Instant
    proof: Literal["smtp-accepted", "digital-mailbox-receipt", "portal-opened", "spoken-noted", "letter-presumed"]
    receipt_digest: Sha256 | None = None
    noted_by: StaffRef | None = None
    document: DocumentRef | None = None
    approved_by: StaffRef | None = None


class RecordFailed(OutreachCommand):
    """Say that it did not arrive, or came back."""

    outreach_id: Id
    failed_at: Instant
    reason_code: Literal["hard-bounce", "expired", "refused", "no-contact", "returned", "delayed"]
    smtp_status: str | None = None
    retry: bool = False
    retry_at: Instant | None = None


NOT_ASSESSED = Refused(
    "outreach-not-assessed", GS_6,
    "Upphandlingen är inte offentlig, inte myndighetens egen eller företaget inte erkänt; ingen får ett försprång.",
    "The tender is not public or not our own, or the enterprise is not recognised; nobody gets a head start.",
)  # fmt: skip
OTHER_STAGE = Refused(
    "outreach-other-stage", GS_6,
    "Upphandlingen är inte annonserad än.",
    "The tender has not been published yet.",
)  # fmt: skip
BEFORE_PUBLIC = Refused(
    "outreach-before-public", GS_6,
    "Det kan inte ha skickats innan planen eller annonsen blev offentlig; ingen får ett försprång.",
    "It can't have been sent before the plan or the notice was public; nobody gets a head start.",
)  # fmt: skip
CANCELLED = Refused(
    "outreach-tender-cancelled", GS_6,
    "Upphandlingen har avbrutits; den som redan fått veta kan få besked om det, men ingen informeras om den längre.",
    "The tender was cancelled; those already informed may be told of it, but nobody is informed of the tender any more.",
)  # fmt: skip
CLOSED = Refused(
    "outreach-tender-closed", GS_6,
    "Sista anbudsdag har passerat för alla delar som passar; det är för sent att informera.",
    "The deadline of every lot that fits has passed; it is too late to inform.",
)  # fmt: skip
NOT_RECOGNISED = Refused(
    "outreach-not-recognised", GS_6,
    "Företagets erkännande har återkallats eller företaget finns inte längre; utskicken till det har upphört.",
    "The enterprise's recognition was withdrawn, or it exists no longer; outreach to it has stopped.",
)  # fmt: skip
NOT_SUITABLE = Refused(
    "outreach-not-suitable", GS_6,
    "Upphandlingen passar inte företaget; ändra prövningens underlag om den borde göra det.",
    "The tender does not suit the enterprise; change what it was judged on if it should.",
)  # fmt: skip
NOT_SENT = Refused(
    "outreach-not-sent", GS_6,
    "Det finns inget sådant utskick.",
    "There is no such outreach.",
)  # fmt: skip
BEFORE_SENT = Refused(
    "outreach-before-sent", GS_6,
    "Det kan inte ha kommit fram eller kommit tillbaka innan det skickades.",
    "It can't have arrived or come back before it was sent.",
)  # fmt: skip
NOT_NOTED = Refused(
    "outreach-not-noted", GS_6,
    "Ett muntligt besked behöver den som har antecknat det.",
    "What was told by word of mouth needs whoever noted it.",
)  # fmt: skip
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip


def assess(command: AssessSuitability, state: State) -> Decision:
    """Keep a verdict; one that comes out as the last did, and opens nothing, is nothing new."""
    last = state.assessed
    known = {name: value for name, value in command.__dict__.items() if name != "at"}
    event = SuitabilityAssessed(**known, supersedes_id=last.assessment_id if last else None)
    found_before = state.overridden or last  # what an officer overrode stands until the rule finds something else
    is_new = found_before is None or command.opens or _outcome(event) != _outcome(found_before)
    return [event] if is_new else []


def _outcome(event: SuitabilityAssessed) -> tuple[object, ...]:
    began = event.suitable_by, event.suitable_since, event.due_lot_ids
    return event.stage, event.verdict, event.lot_ids, event.tests, event.closes, *began, event.override_reason


def send(command: RecordSent, past: Past) -> Decision:
    """Record an outreach of what was public when it was sent, to an enterprise for which the tender was judged."""
    state = cast("State", past.state(command.subject))
    if command.outreach_id in state.sent:
        return []
    if state.assessed is None:
        return NOT_ASSESSED
    if state.assessed.stage == "planned" and command.stage == "published":
        return OTHER_STAGE
    if day_of(command.sent_at) > day_of(command.at):
        return IN_FUTURE
    sent = OutreachSent(**command.model_dump(exclude={"at"}))
    if command.outreach_id in state.requested:
        return [sent]  # it was lawful when it was asked for, and it has gone
    refused = unlawful(command, command.stage, command.purpose, command.sent_at, past)
    return refused or [sent]


def unlawful(command: OutreachCommand, stage: Stage, purpose: Purpose, at: datetime, past: Past) -> Refused | None:
    """Say why an outreach could not lawfully go at an instant: no head start, and nobody is informed in vain."""
    since = tender_in(past, command.tender_id).public_since(stage)
    if since is None or at < since:
        return BEFORE_PUBLIC
    return _stopped(command, stage, at, past) if purpose == "inform" else None


def _stopped(command: OutreachCommand, stage: Stage, at: datetime, past: Past) -> Refused | None:
    """Say why nobody was to be informed any more when it was sent. A change may be told to those informed before.

    What does not suit may still be owed: an offering that is another one ends no duty.
    """
    state = cast("State", past.state(command.subject))
    cancelled_at = tender_in(past, command.tender_id).cancelled_at
    if cancelled_at is not None and at >= cancelled_at:
        return CANCELLED
    verdict = _judged_at(command, at, past)
    if verdict is None:
        return NOT_ASSESSED
    if any(test.outcome == "fail" and test.test == "status" for test in verdict.tests):
        return NOT_RECOGNISED
    if stage == "published" and is_past(state.closes, at):
        return CLOSED
    owed = past.duties(f"{command.tender_id}/{command.enterprise_id}")
    is_owed = any(duty.end is None and duty.trigger_on <= day_of(at) for duty in owed)
    return NOT_SUITABLE if verdict.verdict == "not-suitable" and not is_owed else None


def _judged_at(command: OutreachCommand, at: datetime, past: Past) -> SuitabilityAssessed | None:
    """Give the last verdict on the facts of when it was sent; what was sent in time may be recorded later."""
    found: SuitabilityAssessed | None = None
    for envelope in as_corrected(past.history(command.subject)):
        if isinstance(envelope.data, SuitabilityAssessed) and envelope.occurredat <= at:
            found = envelope.data
    return found


def deliver(command: RecordDelivered, state: State) -> Decision:
    """Record that an outreach arrived."""
    sent = state.sent.get(command.outreach_id)
    if sent is None:
        return NOT_SENT
    if sent.delivered_at == command.delivered_at:
        return []
    if day_of(command.delivered_at) > day_of(command.at):
        return IN_FUTURE
    if command.delivered_at < sent.event.sent_at:
        return BEFORE_SENT
    if command.proof == "spoken-noted" and command.noted_by is None:
        return NOT_NOTED
    return [OutreachDelivered(
        outreach_id=command.outreach_id, stage=sent.event.stage, purpose=sent.event.purpose,
        duty_id=command.duty_id or sent.event.duty_id, delivered_at=command.delivered_at, proof=command.proof,
        receipt_digest=command.receipt_digest, noted_by=command.noted_by, document=command.document,
        approved_by=command.approved_by,
    )]  # fmt: skip


def fail(command: RecordFailed, state: State) -> Decision:
    """Record that an outreach did not arrive, or came back after it had counted as delivered (edge rule 12)."""
    sent = state.sent.get(command.outreach_id)
    if sent is None and command.outreach_id not in state.requested:
        return NOT_SENT
    failed_at = sent.failed_at if sent else state.unsent.get(command.outreach_id)
    if failed_at == command.failed_at:
        return []
    if day_of(command.failed_at) > day_of(command.at):
        return IN_FUTURE
    if sent is not None and command.failed_at < sent.event.sent_at:
        return BEFORE_SENT
    return [OutreachFailed(**command.model_dump(exclude={"at", "tender_id", "enterprise_id"}))]

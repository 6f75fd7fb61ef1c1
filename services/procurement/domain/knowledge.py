"""Guidance to an enterprise, or a learning activity: what was sent or offered, and what became of it (GS-5).

One stream an item, `knowledge/<guidanceId>` or `knowledge/<activityId>`, in `procurement.events`, since it names no tender.
What an act does to the duties of a year follows in `knowledge_duties.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field
from typing_extensions import override

from shared.contracts.duty import EventCorrected
from shared.contracts.knowledge import (
    KNOWLEDGE_EVENTS,
    ActivityKind,
    Evaluation,
    FailureReason,
    ForYear,
    GuidanceDelivered,
    GuidanceFailed,
    GuidanceKind,
    GuidanceSent,
    KnowledgeActivityHeld,
    KnowledgeActivityOffered,
    KnowledgeEvent,
    Organiser,
    Proof,
    SmtpStatus,
    Topic,
)
from shared.contracts.procurement import Channel
from shared.contracts.values import Day, DocumentRef, DutyId, Id, Instant, NewId, Sha256, StaffRef
from shared.correction import CorrectEvent, correct
from shared.deciding import Command, Decider, Decision, Past, Refused
from shared.policy.clause import GS_5
from shared.policy.stockholm import day_of

EVENTS: Final = "procurement.events"
KIND: Final = "gs-5.knowledge"
Topics = Annotated[tuple[Topic, ...], Field(min_length=1)]


def wise_year(enterprise_id: str, year: int) -> str:
    """Give what a duty of GS-5 is about: an enterprise and a year."""
    return f"{enterprise_id}/{year}"


@dataclass(frozen=True, slots=True)
class State:
    """The guidance and what became of it last, or the activity and to whom it was offered."""

    sent: GuidanceSent | None = None
    delivered_at: datetime | None = None
    """Set while it counts as delivered."""
    failed_at: datetime | None = None
    offered: tuple[KnowledgeActivityOffered, ...] = ()
    held: tuple[KnowledgeActivityHeld, ...] = ()


initial = State()


def evolve(state: State, event: KnowledgeEvent | EventCorrected) -> State:
    """Fold one event of the stream."""
    match event:
        case GuidanceSent():
            return replace(state, sent=event)
        case GuidanceDelivered(delivered_at=at):
            return replace(state, delivered_at=at, failed_at=None)
        case GuidanceFailed(failed_at=at):
            return replace(state, delivered_at=None, failed_at=at)
        case KnowledgeActivityOffered():
            return replace(state, offered=(*state.offered, event))
        case KnowledgeActivityHeld():
            return replace(state, held=(*state.held, event))
        case EventCorrected():
            return state


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


class ActivityCommand(Command):
    """A command on one learning activity."""

    activity_id: Id

    @property
    @override
    def subject(self) -> str:
        """The activity's stream."""
        return f"knowledge/{self.activity_id}"


class OfferActivity(ActivityCommand):
    """Offer a learning activity to enterprises, for a year; the same activity may be offered to more of them later.

    Recorded after a due day as in time it needs a `document` of that time or `approvedBy`, a second person.
    """

    activity_id: NewId
    for_year: ForYear
    offered_to: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1_000)]
    offered_on: Day
    planned_for: Day
    kind: ActivityKind
    topics: Topics
    channel: Channel
    places: Annotated[int, Field(ge=1)] | None = None
    duty_ids: tuple[DutyId, ...] | None = None
    document: DocumentRef | None = None
    approved_by: StaffRef | None = None

    @property
    @override
    def objects(self) -> tuple[str, ...]:
        """The years of all whom it is offered to."""
        return tuple(wise_year(each, self.for_year) for each in self.offered_to)


class HoldActivity(ActivityCommand):
    """Record that an activity took place, and who came: enterprises and a number, no names."""

    held_on: Day
    kind: ActivityKind
    topics: Topics
    duration_minutes: Annotated[int, Field(ge=1)]
    attended_by: tuple[Id, ...]
    attendee_count: Annotated[int, Field(ge=0)]
    organiser: Organiser
    evaluation: Evaluation | None = None
    document: DocumentRef | None = None


class CorrectKnowledge(CorrectEvent):
    """Correct an event of guidance or of an activity. `enterprises` and `forYear` are those of the event as it is recorded.

    What counted for a duty is corrected by a second person, since how the duty ended may change with it.
    """

    ON_PAST: ClassVar[bool] = True

    knowledge_id: Id
    for_year: ForYear
    enterprises: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1_000)]

    @property
    @override
    def subject(self) -> str:
        """The stream of the guidance or the activity."""
        return f"knowledge/{self.knowledge_id}"

    @property
    @override
    def objects(self) -> tuple[str, ...]:
        """The years of all whom the event is about."""
        return tuple(wise_year(each, self.for_year) for each in self.enterprises)


NOT_SENT = Refused(
    "guidance-not-sent", GS_5,
    "Det finns ingen sådan vägledning till företaget för det året; registrera först att den skickades.",
    "There is no such guidance to the enterprise for that year; record first that it was sent.",
)  # fmt: skip
GUIDANCE_TAKEN = Refused(
    "guidance-differs", GS_5,
    "Vägledningen är redan registrerad med andra uppgifter; rätta den eller använd ett nytt id.",
    "The guidance is already recorded with other particulars; correct it, or use a new id.",
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
OTHER_YEAR = Refused(
    "knowledge-of-other-year", GS_5,
    "Kunskapsinsatsen gäller ett år som ligger för långt från dagen då den gjordes; kontrollera året.",
    "The knowledge effort is for a year too far from the day on which it was made; check the year.",
)  # fmt: skip
OTHER_DUTY = Refused(
    "knowledge-other-duty", GS_5,
    "En av skyldigheterna hör till ett annat företag eller år; ange bara dem som insatsen gäller.",
    "One of the duties belongs to another enterprise or year; name only those that the effort is for.",
)  # fmt: skip
PLANNED_BEFORE_OFFERED = Refused(
    "activity-before-offered", GS_5,
    "Aktiviteten kan inte vara planerad till en dag innan den erbjöds; kontrollera dagarna.",
    "The activity can't be planned for a day before it was offered; check the days.",
)  # fmt: skip
NOT_OFFERED = Refused(
    "activity-not-offered", GS_5,
    "Aktiviteten har inte erbjudits den dagen; registrera erbjudandet först.",
    "The activity had not been offered on that day; record the offer first.",
)  # fmt: skip
TOO_FEW = Refused(
    "attendees-too-few", GS_5,
    "Antalet deltagare är mindre än antalet företag som deltog; kontrollera antalet.",
    "There are fewer attendees than enterprises that attended; check the number.",
)  # fmt: skip
OTHERS_CONCERNED = Refused(
    "correction-names-others", GS_5,
    "Ange det år och de företag som händelsen gäller såsom den är registrerad.",
    "Give the year and the enterprises that the event is about as it is recorded.",
)  # fmt: skip
MAKE_NEW = Refused(
    "correction-moves-act", GS_5,
    "År, företag och slag rättas inte; ange att händelsen aldrig inträffade och registrera den på nytt.",
    "Year, enterprises and kind are not corrected; say that the event never happened and record it anew.",
)  # fmt: skip
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip


def send(command: SendGuidance, state: State) -> Decision:
    """Record guidance; sent again under its id it is nothing new."""
    event = GuidanceSent(**command.model_dump(exclude={"at"}))
    if state.sent is not None or state.offered:
        return [] if _same(event, state.sent) else GUIDANCE_TAKEN
    if _is_to_come(command.sent_at, command):
        return IN_FUTURE
    return OTHER_YEAR if _is_far(day_of(command.sent_at), command.for_year) else [event]


def deliver(command: DeliverGuidance, state: State) -> Decision:
    """Record that guidance arrived; once it counts as delivered, saying so again is nothing new."""
    sent = state.sent
    if sent is None or not _is_meant(command, sent):
        return NOT_SENT
    if state.delivered_at is not None:
        return []
    if _is_to_come(command.delivered_at, command):
        return IN_FUTURE
    if command.delivered_at < sent.sent_at:
        return BEFORE_SENT
    if command.proof == "spoken-noted" and command.noted_by is None:
        return NOT_NOTED
    if command.duty_id is not None and not _is_of(command.duty_id, command.objects):
        return OTHER_DUTY
    return [GuidanceDelivered(
        guidance_id=command.guidance_id, enterprise_id=sent.enterprise_id, for_year=sent.for_year, kind=sent.kind,
        duty_id=command.duty_id, delivered_at=command.delivered_at, proof=command.proof,
        receipt_digest=command.receipt_digest, noted_by=command.noted_by, document=command.document,
        approved_by=command.approved_by,
    )]  # fmt: skip


def fail(command: FailGuidance, state: State) -> Decision:
    """Record that guidance did not arrive, or came back after it had counted as delivered (edge rule 12)."""
    sent = state.sent
    if sent is None or not _is_meant(command, sent):
        return NOT_SENT
    if state.failed_at is not None:
        return []
    if _is_to_come(command.failed_at, command):
        return IN_FUTURE
    if command.failed_at < sent.sent_at:
        return BEFORE_SENT
    return [GuidanceFailed(**command.model_dump(exclude={"at"}))]


def offer(command: OfferActivity, state: State) -> Decision:
    """Record an offer; to those alone who were not offered it before for the year."""
    if state.sent is not None:
        return GUIDANCE_TAKEN
    known = {each for offered in state.offered if offered.for_year == command.for_year for each in offered.offered_to}
    news = tuple(each for each in dict.fromkeys(command.offered_to) if each not in known)
    if not news:
        return []
    if command.offered_on > day_of(command.at):
        return IN_FUTURE
    if command.planned_for < command.offered_on:
        return PLANNED_BEFORE_OFFERED
    if _is_far(command.offered_on, command.for_year):
        return OTHER_YEAR
    if any(not _is_of(duty_id, command.objects) for duty_id in command.duty_ids or ()):
        return OTHER_DUTY
    return [KnowledgeActivityOffered(**command.model_dump(exclude={"at", "offered_to"}), offered_to=news)]


def hold(command: HoldActivity, state: State) -> Decision:
    """Record that an activity was held, on a day on which it had been offered."""
    if command.held_on > day_of(command.at):
        return IN_FUTURE
    if not any(offered.offered_on <= command.held_on for offered in state.offered):
        return NOT_OFFERED
    if command.attendee_count < len(set(command.attended_by)):
        return TOO_FEW
    event = KnowledgeActivityHeld(**command.model_dump(exclude={"at"}))
    return [] if any(_same(event, held) for held in state.held) else [event]


def correct_knowledge(command: CorrectKnowledge, past: Past) -> Decision:
    """Correct an event, for those whom it is about; what it was meant for is not changed but recorded anew."""
    for envelope in past.history(command.subject):
        if envelope.id == command.corrects.event_id and set(_about(envelope.data)) - set(command.objects):
            return OTHERS_CONCERNED
    meant = ("/forYear", "/enterpriseId", "/offeredTo", "/kind", "/guidanceId", "/activityId")
    if any(change.pointer.startswith(meant) for change in command.changes):
        return MAKE_NEW
    return correct(command, past)


def _about(event: Any) -> tuple[str, ...]:
    """Give the years of enterprises that an event is about; those of a held activity are nobody's duty."""
    match event:
        case GuidanceSent() | GuidanceDelivered() | GuidanceFailed():
            return (wise_year(event.enterprise_id, event.for_year),)
        case KnowledgeActivityOffered(offered_to=enterprises, for_year=year):
            return tuple(wise_year(each, year) for each in enterprises)
        case _:
            return ()


def _is_meant(command: GuidanceCommand, sent: GuidanceSent) -> bool:
    return (command.enterprise_id, command.for_year) == (sent.enterprise_id, sent.for_year)


def _is_of(duty_id: str, objects: tuple[str, ...]) -> bool:
    return any(f"{duty_id}/".startswith(f"{KIND}/{object_}/") for object_ in objects)


def _is_to_come(at: datetime, command: Command) -> bool:
    return day_of(at) > day_of(command.at)


def _is_far(on: date, year: int) -> bool:
    """An effort may be made for the year before, when late, or for the one to come, which does not count before it begins."""
    return abs(on.year - year) > 1


def _same(event: KnowledgeEvent, former: KnowledgeEvent | None) -> bool:
    recorded = {"role", "unit", "dnr"}
    return former is not None and event.model_dump(exclude=recorded) == former.model_dump(exclude=recorded)


_DECIDES: Final[dict[type[Command], Callable[[Any, Any], Decision]]] = {
    SendGuidance: send,
    DeliverGuidance: deliver,
    FailGuidance: fail,
    OfferActivity: offer,
    HoldActivity: hold,
    CorrectKnowledge: correct_knowledge,
}
KNOWLEDGE_ITEM: Final[Decider[State]] = Decider(
    category="knowledge", log=EVENTS, initial=initial, evolve=evolve, decides=_DECIDES, events=KNOWLEDGE_EVENTS,
)  # fmt: skip

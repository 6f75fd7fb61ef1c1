"""One year's consultation and follow-up with Coompanion (GS-7): the initiative, then what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from shared.contracts.consultation import (
    ActionAgreed,
    ActionClosed,
    Body,
    ConsultationDeclined,
    ConsultationEvent,
    ConsultationHeld,
    ConsultationInitiated,
    Covers,
    EvidencePackFrozen,
    FollowedUpPeriod,
    FollowUpSubject,
    InvitationChannel,
    JointFollowUpCompleted,
    Participant,
    PartnerId,
    Year,
)
from shared.contracts.duty import EventCorrected
from shared.contracts.values import Day, DocumentRef, Id, Instant, StaffRef, Text
from shared.correction import CorrectEvent, correct
from shared.deciding import Command, Decision, Past, Refused
from shared.policy.clause import GS_7
from shared.policy.role import COOMPANION
from shared.policy.stockholm import day_of

EVENTS = "consultation.events"


@dataclass(frozen=True, slots=True)
class Action:
    """Something agreed, and how it was closed last: carried over, it is open in another year."""

    agreed: ActionAgreed
    closed: ActionClosed | None = None

    @property
    def is_closed(self) -> bool:
        """It is done or dropped."""
        return self.closed is not None and self.closed.outcome != "carried-over"

    @property
    def year(self) -> int:
        """The year in which it is open: that of the agreement, or to which it was carried last."""
        carried = self.closed.carried_to_year if self.closed else None
        return carried or self.agreed.year


@dataclass(frozen=True, slots=True)
class State:
    """What has happened in the year, the newest of each kind."""

    initiated: ConsultationInitiated | None = None
    since: date | None = None
    """The day of the year's first invitation."""
    held: ConsultationHeld | None = None
    followed_up: JointFollowUpCompleted | None = None
    declined: ConsultationDeclined | None = None
    actions: Mapping[str, Action] = field(default_factory=dict)
    packs: tuple[EvidencePackFrozen, ...] = ()
    """The frozen versions of the year's evidence pack, the first first."""


initial = State()


def evolve(state: State, event: ConsultationEvent | EventCorrected) -> State:
    """Fold one event of the stream. Corrections come already read into the others (`shared/correcting.py`)."""
    match event:
        case ConsultationInitiated():
            return replace(state, initiated=event, since=min(state.since or date.max, event.initiated_on))
        case ConsultationHeld():
            return replace(state, held=event)
        case JointFollowUpCompleted():
            return replace(state, followed_up=event)
        case ConsultationDeclined():
            return replace(state, declined=event)
        case ActionAgreed():
            return replace(state, actions={**state.actions, event.action_id: Action(event)})
        case ActionClosed():
            return replace(state, actions=_closed(state.actions, event))
        case EvidencePackFrozen():
            return replace(state, packs=(*state.packs, event))
        case EventCorrected():
            return state


def _closed(actions: Mapping[str, Action], event: ActionClosed) -> Mapping[str, Action]:
    """Close an action; one whose agreement never happened, as a correction says, stays unknown."""
    action = actions.get(event.action_id)
    return actions if action is None else {**actions, event.action_id: replace(action, closed=event)}


class ConsultationCommand(Command):
    """A command on one year."""

    year: Year
    approved_by: StaffRef | None = None
    """The second person, where something is recorded so late that it needs one."""

    @property
    @override
    def subject(self) -> str:
        """The year's stream."""
        return f"consultation/{self.year}"

    def said(self, *without: str) -> dict[str, object]:
        """Give what it says that its event says too."""
        return self.model_dump(exclude={"at", *without})


class InitiateConsultation(ConsultationCommand):
    """Send the year's invitation. What fulfils GS-7 covers both consultation (`samrad`) and follow-up (`uppfoljning`)."""

    initiated_on: Day
    partner_id: PartnerId = "coompanion"
    covers: Annotated[tuple[Covers, ...], Field(min_length=1)]
    invitation: DocumentRef
    channel: InvitationChannel
    delivered_at: Instant | None = None
    proposed_dates: tuple[Day, ...] | None = None
    response_by: Day | None = None


class HoldConsultation(ConsultationCommand):
    """Record that the two bodies met or wrote, as the minutes say."""

    held_on: Day
    form: Literal["meeting", "video", "written"]
    participants: Annotated[tuple[Participant, ...], Field(min_length=1)]
    minutes: DocumentRef
    evidence_pack_id: Id | None = None
    agenda: tuple[Text, ...] | None = None


class CompleteJointFollowUp(ConsultationCommand):
    """Record what both bodies agreed on of a period."""

    completed_on: Day
    period: FollowedUpPeriod
    subjects: Annotated[tuple[FollowUpSubject, ...], Field(min_length=1)]
    conclusion: Text
    document: DocumentRef
    agreed_by: tuple[Body, ...]


class DeclineConsultation(ConsultationCommand):
    """Record that the partner said no, or did not answer a reminder."""

    partner_id: PartnerId = "coompanion"
    declined_on: Day
    kind: Literal["declined", "no-answer"]
    reminded_on: Day | None = None
    document: DocumentRef | None = None


OTHER_YEAR = Refused(
    "initiative-of-other-year", GS_7,
    "Initiativet hör till det år, enligt svensk tid, då det togs; registrera det på det året.",
    "An initiative belongs to the year, by Swedish time, in which it was taken; record it for that year.",
)  # fmt: skip
OTHER_PARTNER = Refused(
    "partner-not-coompanion", GS_7,
    "Samrådet är med Coompanion och ingen annan.",
    "The consultation is with Coompanion and nobody else.",
)  # fmt: skip
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip
DIARISED_BEFORE_YEAR = Refused(
    "diarised-before-year", GS_7,
    "Inbjudan är diarieförd före det år som den gäller; kontrollera diariedagen.",
    "The invitation was diarised before the year that it is for; check that day.",
)  # fmt: skip
NOT_INITIATED = Refused(
    "consultation-not-initiated", GS_7,
    "Inget initiativ är registrerat för året; registrera inbjudan först.",
    "No initiative is recorded for the year; record the invitation first.",
)  # fmt: skip
BEFORE_INITIATIVE = Refused(
    "before-initiative", GS_7,
    "Det kan inte ha skett före inbjudan; kontrollera dagen.",
    "It can't have happened before the invitation; check the day.",
)  # fmt: skip
NOT_AGREED_BY_BOTH = Refused(
    "follow-up-not-joint", GS_7,
    "En gemensam uppföljning ska båda parter ha ställt sig bakom: Coompanion och myndigheten.",
    "A joint follow-up is agreed by both: Coompanion and the authority.",
)  # fmt: skip
PERIOD_BACKWARDS = Refused(
    "period-backwards", GS_7,
    "Perioden slutar innan den börjar; byt plats på dagarna.",
    "The period ends before it begins; swap its days.",
)  # fmt: skip
NOT_REMINDED = Refused(
    "not-reminded", GS_7,
    "Uteblivet svar räknas först efter en påminnelse; ange dagen för den.",
    "No answer counts only after a reminder; give its day.",
)  # fmt: skip
NO_SUCH_PACK = Refused(
    "evidence-pack-unknown", GS_7,
    "Årets underlag har ingen sådan fryst version; ange id för den som visades, eller inget alls.",
    "The year's evidence has no such frozen version; give the id of the one that was shown, or none.",
)  # fmt: skip


def initiate(command: InitiateConsultation, state: State) -> Decision:
    """Take the year's initiative; a further invitation may cover what the first one left out.

    The invitation is diarised in its year, before or after it is sent, and before it is recorded here. One that is sent on the
    year's last days may be diarised after them.
    """
    if command.partner_id != COOMPANION:
        return OTHER_PARTNER
    if command.initiated_on.year != command.year:
        return OTHER_YEAR
    if is_to_come(command.initiated_on, command):
        return IN_FUTURE
    if command.invitation.diarised_on.year < command.year:
        return DIARISED_BEFORE_YEAR
    event = ConsultationInitiated(**command.said())
    return [] if recorded_before(event, state.initiated) else [event]


def hold(command: HoldConsultation, state: State) -> Decision:
    """Record the meeting."""
    refused = untimely(command.held_on, command, state)
    if refused is not None:
        return refused
    if command.evidence_pack_id is not None and all(p.pack_id != command.evidence_pack_id for p in state.packs):
        return NO_SUCH_PACK
    event = ConsultationHeld(**command.said())
    return [] if recorded_before(event, state.held) else [event]


def follow_up(command: CompleteJointFollowUp, state: State) -> Decision:
    """Record the follow-up that both bodies agreed on."""
    if COOMPANION not in command.agreed_by or len(set(command.agreed_by)) < 2:  # noqa: PLR2004 - both bodies
        return NOT_AGREED_BY_BOTH
    if command.period.to < command.period.from_:
        return PERIOD_BACKWARDS
    refused = untimely(command.completed_on, command, state)
    if refused is not None:
        return refused
    event = JointFollowUpCompleted(**command.said())
    return [] if recorded_before(event, state.followed_up) else [event]


def decline(command: DeclineConsultation, state: State) -> Decision:
    """Record a no; silence is one only after a reminder."""
    if command.partner_id != COOMPANION:
        return OTHER_PARTNER
    reminded_on = command.reminded_on
    if command.kind == "no-answer" and (reminded_on is None or reminded_on > command.declined_on):
        return NOT_REMINDED
    refused = untimely(command.declined_on, command, state)
    if refused is not None:
        return refused
    event = ConsultationDeclined(**command.said())
    return [] if recorded_before(event, state.declined) else [event]


class CorrectConsultation(CorrectEvent, ConsultationCommand):
    """Correct an event of the year."""


def correct_consultation(command: CorrectConsultation, past: Past) -> Decision:
    """Correct an event; one of another year is recorded there, and never happened here."""
    for change in command.changes:
        other_day = change.pointer == "/initiatedOn" and not str(change.after).startswith(f"{command.year}-")
        if change.pointer == "/year" or other_day:
            return OTHER_YEAR
    return correct(command, past)


def untimely(day: date, command: Command, state: State) -> Refused | None:
    """What follows the initiative is not before it, nor to come."""
    if state.since is None:
        return NOT_INITIATED
    if is_to_come(day, command):
        return IN_FUTURE
    return BEFORE_INITIATIVE if day < state.since else None


def is_to_come(day: date, command: Command) -> bool:
    """Tell whether a day is after that of the command."""
    return day > day_of(command.at)


def recorded_before(event: ConsultationEvent, former: ConsultationEvent | None) -> bool:
    """Tell whether the same was recorded before, in whoever's name."""
    recorded = {"role", "unit", "dnr", "approved_by"}
    return former is not None and event.model_dump(exclude=recorded) == former.model_dump(exclude=recorded)

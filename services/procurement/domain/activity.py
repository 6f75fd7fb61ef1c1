"""A learning activity: to whom it was offered, and that it was held (GS-5)."""

from typing import Annotated

from pydantic import Field
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
    wise_year,
)
from shared.contracts.knowledge import (
    ActivityKind,
    Evaluation,
    ForYear,
    KnowledgeActivityHeld,
    KnowledgeActivityOffered,
    Organiser,
)
from shared.contracts.procurement import Channel
from shared.contracts.values import Day, DocumentRef, DutyId, Id, NewId, StaffRef
from shared.deciding import Command, Decision, Refused
from shared.policy.clause import GS_5
from shared.policy.stockholm import day_of


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
    if is_far(command.offered_on, command.for_year):
        return OTHER_YEAR
    if any(not is_of(duty_id, command.objects) for duty_id in command.duty_ids or ()):
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
    return [] if any(is_same(event, held) for held in state.held) else [event]

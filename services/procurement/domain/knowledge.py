"""Guidance to an enterprise, or a learning activity: what was sent or offered, and what became of it (GS-5).

One stream an item, `knowledge/<guidanceId>` or `knowledge/<activityId>`, in `procurement.events`, since it names no tender.
What an act does to the duties of a year follows in `knowledge_duties.py`.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from shared.contracts.duty import EventCorrected
from shared.contracts.knowledge import (
    GuidanceDelivered,
    GuidanceFailed,
    GuidanceRequested,
    GuidanceSent,
    KnowledgeActivityHeld,
    KnowledgeActivityOffered,
    KnowledgeEvent,
    Topic,
)
from shared.deciding import Command, Refused
from shared.policy.clause import GS_5
from shared.policy.stockholm import day_of

EVENTS: Final = "procurement.events"
KIND: Final = "gs-5.knowledge"
Topics: TypeAlias = Annotated[tuple[Topic, ...], Field(min_length=1)]


def wise_year(enterprise_id: str, year: int) -> str:
    """Give what a duty of GS-5 is about: an enterprise and a year."""
    return f"{enterprise_id}/{year}"


@dataclass(frozen=True, slots=True)
class State:
    """The guidance and what became of it last, or the activity and to whom it was offered."""

    requested: GuidanceRequested | None = None
    """The post was asked to write."""
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
        case GuidanceRequested():
            return replace(state, requested=event)
        case GuidanceSent():
            return replace(state, sent=event)
        case GuidanceDelivered(delivered_at=at):
            return replace(state, delivered_at=at, failed_at=None)
        case GuidanceFailed(retry=True):
            return state  # it is only late
        case GuidanceFailed(failed_at=at):
            return replace(state, delivered_at=None, failed_at=at)
        case KnowledgeActivityOffered():
            return replace(state, offered=(*state.offered, event))
        case KnowledgeActivityHeld():
            return replace(state, held=(*state.held, event))
        case EventCorrected():
            return state


GUIDANCE_TAKEN = Refused(
    "guidance-differs", GS_5,
    "Vägledningen är redan registrerad med andra uppgifter; rätta den eller använd ett nytt id.",
    "The guidance is already recorded with other particulars; correct it, or use a new id.",
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
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip


def is_of(duty_id: str, objects: tuple[str, ...]) -> bool:
    """Tell whether a duty is of one of these years."""
    return any(f"{duty_id}/".startswith(f"{KIND}/{object_}/") for object_ in objects)


def is_to_come(at: datetime, command: Command) -> bool:
    """Tell whether something is said to have happened on a day that has not come."""
    return day_of(at) > day_of(command.at)


def is_far(on: date, year: int) -> bool:
    """An effort may be made for the year before, when late, or for the one to come, which does not count before it begins."""
    return abs(on.year - year) > 1


def is_same(event: KnowledgeEvent, former: KnowledgeEvent | None) -> bool:
    """Tell whether the same was recorded before, in whoever's name."""
    recorded = {"role", "unit", "dnr"}
    return former is not None and event.model_dump(exclude=recorded) == former.model_dump(exclude=recorded)

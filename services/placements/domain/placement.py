"""A place bought at a WISE, from purchase to last day (GS-3): what is known of it, and how events change that.

Its commands stand beside it: `purchase.py`, `course.py`, `follow_up.py`. What is owed about it (GS-4) are duties: `duties.py`.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal, Self, TypeAlias

from pydantic import model_validator
from typing_extensions import override

from shared.contracts.duty import EventCorrected
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.placements import (
    FollowUpCompleted,
    FollowUpPlanned,
    ParticipationDeclined,
    PlacementCancelled,
    PlacementEnded,
    PlacementEvent,
    PlacementExtended,
    PlacementPurchased,
    PlacementReviewed,
    PlacementStarted,
    RecognitionAtPurchase,
    SubjectRef,
)
from shared.contracts.values import Id, Plain
from shared.deciding import Command, Refused
from shared.policy.clause import GS_3, GS_4
from shared.policy.stockholm import day_of

EVENTS = "placements.events"
Phase: TypeAlias = Literal["unknown", "bought", "running", "ended", "cancelled"]


@dataclass(frozen=True, slots=True)
class State:
    """What the decisions and duties need to know, and nothing more."""

    phase: Phase = "unknown"
    subject_ref: str = ""
    enterprise_id: Id | None = None
    recognition_at_purchase: RecognitionAtPurchase = "recognised"
    purchased_on: date = date.min
    last_day: date | None = None
    """Planned and inclusive; None: until further notice."""
    started_on: date | None = None
    ended_on: date | None = None
    declined: frozenset[str] = frozenset()
    """What the person declined: `follow-up`, `place`."""
    planned: frozenset[Id] = frozenset()
    completed: frozenset[Id] = frozenset()
    """Follow-ups by their ids."""

    @property
    def is_going_on(self) -> bool:
        """It was bought and is not over."""
        return self.phase in ("bought", "running")

    @property
    def end(self) -> date | None:
        """The last day, as it was or else as it is planned."""
        return self.ended_on or self.last_day


initial = State()


def evolve(state: State, event: PlacementEvent | EventCorrected) -> State:
    """Fold one event of the stream. Corrections come already read into the others (`shared/correcting.py`)."""
    match event:
        case PlacementPurchased():
            return _purchased(event)
        case PlacementStarted(started_on=day):
            return replace(state, phase="running", started_on=day)
        case PlacementExtended(new_end=day):
            return replace(state, last_day=day)
        case PlacementEnded(ended_on=day):
            return replace(state, phase="ended", ended_on=day)
        case PlacementCancelled():
            return replace(state, phase="cancelled")
        case ParticipationDeclined(scope=scope):
            return replace(state, declined=state.declined | {scope})
        case FollowUpPlanned(follow_up_id=id_):
            return replace(state, planned=state.planned | {id_})
        case FollowUpCompleted(follow_up_id=id_):
            return replace(state, completed=state.completed | {id_})
        case PlacementReviewed() | PersonalDetailsAdded() | EventCorrected():
            return state


def _purchased(event: PlacementPurchased) -> State:
    return State(
        phase="bought",
        subject_ref=event.subject_ref,
        enterprise_id=event.enterprise_id,
        recognition_at_purchase=event.recognition_at_purchase,
        purchased_on=event.purchased_on,
        last_day=event.planned_end,
    )


UNKNOWN = Refused(
    "placement-unknown", GS_3,
    "Det finns ingen sådan plats; registrera köpet först.",
    "There is no such place; record its purchase first.",
)  # fmt: skip
NOT_STARTED = Refused(
    "placement-not-started", GS_3,
    "Platsen har inte börjat; registrera starten först, eller avboka platsen.",
    "The place has not begun; record its start first, or cancel it.",
)  # fmt: skip
ENDED = Refused(
    "placement-ended", GS_3,
    "Platsen är avslutad; köp en ny plats, eller rätta avslutet om det är fel.",
    "The place has ended; buy a new one, or correct the end if it is wrong.",
)  # fmt: skip
CANCELLED = Refused(
    "placement-cancelled", GS_3,
    "Platsen är avbokad; köp en ny plats.",
    "The place was cancelled; buy a new one.",
)  # fmt: skip
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip
BEFORE_PURCHASE = Refused(
    "before-purchase", GS_3,
    "Dagen ligger före köpet av platsen; kontrollera den.",
    "The day lies before the place was bought; check it.",
)  # fmt: skip
OTHER_SUBJECT = Refused(
    "subject-other", GS_4,
    "Hänvisningen till personen (subjectRef) hör till en annan plats; använd den som platsen har.",
    "The reference to the person (subjectRef) belongs to another place; use the one that this place has.",
)  # fmt: skip


def not_running(state: State) -> Refused | None:
    """Say why the place is not running, if so."""
    match state.phase:
        case "unknown":
            return UNKNOWN
        case "bought":
            return NOT_STARTED
        case "ended":
            return ENDED
        case "cancelled":
            return CANCELLED
        case "running":
            return None


def untimely(day: date, command: Command, state: State) -> Refused | None:
    """A fact about a place is neither of a day to come nor from before it was bought."""
    if day > day_of(command.at):
        return IN_FUTURE
    return BEFORE_PURCHASE if day < state.purchased_on else None


def misdirected(command: "PlacementCommand", state: State) -> Refused | None:
    """What is personal is sealed under the key of this place's person and no other."""
    return OTHER_SUBJECT if command.subject_ref not in (None, state.subject_ref) else None


class PlacementCommand(Command):
    """A command on one place. `subjectRef` names the key for what is personal in it, and is needed where something is."""

    KEY_OF: ClassVar[tuple[str, str] | None] = ("subject", "subject_ref")

    placement_id: Id
    subject_ref: SubjectRef | None = None

    @property
    @override
    def subject(self) -> str:
        """The place's stream."""
        return f"placement/{self.placement_id}"

    @model_validator(mode="after")
    def _names_its_key(self) -> Self:
        if self.subject_ref is None and any(isinstance(value, Plain) for value in self.__dict__.values()):
            raise ValueError("subjectRef is needed where something personal is said")
        return self

    def fields(self) -> dict[str, object]:
        """Give what its event takes over."""
        left_out = {"at", "subject_ref"}
        return {name: getattr(self, name) for name in type(self).model_fields if name not in left_out}

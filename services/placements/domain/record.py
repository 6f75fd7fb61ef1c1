"""Mending what was recorded of a place: personal details that a report left out, and corrections."""

from typing import ClassVar

from services.placements.domain.personal import (
    SaidDocument,
    SaidEndReason,
    SaidId,
    SaidLegalGround,
    SaidOutcome,
    SaidText,
)
from services.placements.domain.placement import UNKNOWN, PlacementCommand, misdirected
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.placements import SubjectRef
from shared.contracts.values import Personal
from shared.correction import CorrectEvent, correct
from shared.deciding import Decision, Past, Refused
from shared.policy.clause import GS_4


class AddPersonalDetails(PlacementCommand):
    """Add what the event `eventId` of the place lacks, because another system reported it."""

    ON_PAST: ClassVar[bool] = True

    subject_ref: SubjectRef
    event_id: str
    need: SaidDocument | None = None
    legal_ground: SaidLegalGround | None = None
    goal: SaidText | None = None
    reason: SaidText | None = None
    end_reason: SaidEndReason | None = None
    outcome: SaidOutcome | None = None
    successor_placement_id: SaidId | None = None


class CorrectPlacement(CorrectEvent, PlacementCommand):
    """Correct an event of the place; a new value of a personal field is sealed as the field was."""

    subject_ref: SubjectRef


NOTHING_MISSING = Refused(
    "placement-details-not-missing", GS_4,
    "Händelsen saknar inte dessa uppgifter; rätta dem i stället om de är fel.",
    "The event does not lack these details; correct them instead if they are wrong.",
)  # fmt: skip


def add_details(command: AddPersonalDetails, past: Past) -> Decision:
    """Add what is missing, and nothing that is there."""
    state = past.state(command.subject)
    if state.phase == "unknown":
        return UNKNOWN
    refused = misdirected(command, state)
    if refused is not None:
        return refused
    details = {name: value for name, value in _details(command).items() if value is not None}
    if not details or not set(details) <= _lacking(command, past):
        return NOTHING_MISSING
    fields = {type(command).model_fields[name].alias or name: value for name, value in details.items()}
    return [PersonalDetailsAdded(event_id=command.event_id, fields=fields)]


def correct_placement(command: CorrectPlacement, past: Past) -> Decision:
    """Correct an event, as any other; its personal values go under the key of this place's person."""
    return misdirected(command, past.state(command.subject)) or correct(command, past)


def _details(command: AddPersonalDetails) -> dict[str, Personal | None]:
    own = ("need", "legal_ground", "goal", "reason", "end_reason", "outcome", "successor_placement_id")
    return {name: getattr(command, name) for name in own}


def _lacking(command: AddPersonalDetails, past: Past) -> set[str]:
    """Give the fields of the event that hold nothing and were not added since."""
    history = past.history(command.subject)
    event = next((e.data for e in history if e.id == command.event_id), None)
    if event is None:
        return set()
    added = {
        name
        for e in history
        if isinstance(e.data, PersonalDetailsAdded) and e.data.event_id == command.event_id
        for name in e.data.fields
    }
    fields = type(event).model_fields
    return {
        name for name in _details(command)
        if name in fields and getattr(event, name) is None and (fields[name].alias or name) not in added
    }  # fmt: skip

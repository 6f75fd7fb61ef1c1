"""The command that corrects an earlier event of a stream; how it is then read stands in `correcting.py`.

An aggregate makes its own of it, with its stream: `class CorrectPlacement(CorrectEvent, PlacementCommand)`.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import ClassVar

from pydantic.alias_generators import to_camel

from shared.contracts.cloudevent import Envelope
from shared.contracts.duty import Change, CorrectedRef, CorrectionKind, EventCorrected
from shared.contracts.values import YEARS, DocumentRef, StaffRef, Text, is_same
from shared.deciding import CORRECTION_UNFIT, OUT_OF_RANGE, Command, Decision, Past, Refused

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}($|T)")
KEPT = frozenset({"role", "unit", "dnr"})
"""In whose name it was recorded is a fact about the record and not about what happened."""


class CorrectEvent(Command):
    """Say that an event of the stream never happened, or happened otherwise; the event itself stays as it is."""

    ON_PAST: ClassVar[bool] = True

    corrects: CorrectedRef
    kind: CorrectionKind
    changes: tuple[Change, ...] = ()
    reason: Text
    corrected_by: StaffRef
    approved_by: StaffRef | None = None
    documents: tuple[DocumentRef, ...] | None = None


NOT_THERE = Refused(
    "corrected-event-unknown", None,
    "Det finns ingen sådan händelse i strömmen; ange dess id, ström och index.",
    "There is no such event in the stream; give its id, stream and index.",
)  # fmt: skip
SAME_PERSON = Refused(
    "correction-same-person", None,
    "Den som rättar får inte själv godkänna; ange en annan person.",
    "Whoever corrects may not approve it; name another person.",
)  # fmt: skip


def correct(command: CorrectEvent, past: Past) -> Decision:
    """Correct an event. Whether the new values fit is seen when the stream is read with them (`correcting.py`)."""
    cited = command.corrects
    envelope = next((e for e in past.history(command.subject) if e.id == cited.event_id), None)
    if envelope is None or (cited.stream, cited.index) != (command.subject, past.index(envelope.id)):
        return NOT_THERE
    if is_same(command.approved_by, command.corrected_by):
        return SAME_PERSON
    if any(day.year not in YEARS for change in command.changes for day in _days(change.after)):
        return OUT_OF_RANGE
    touched = {change.pointer.partition("/")[2].partition("/")[0] for change in command.changes}
    if (command.kind == "never-happened") is bool(command.changes) or touched & (KEPT | _identity(command, envelope)):
        return CORRECTION_UNFIT
    return [EventCorrected(
        corrects=cited, kind=command.kind, changes=command.changes, reason=command.reason,
        corrected_by=command.corrected_by, approved_by=command.approved_by, documents=command.documents,
    )]  # fmt: skip


def _days(value: object) -> Iterator[date]:
    """Give the days in a new value: it has no type before it is read into its event."""
    match value:
        case str() if DAY.match(value):
            with suppress(ValueError):  # no day: the event will not take it
                yield date.fromisoformat(value[:10])
        case dict():
            for part in value.values():
                yield from _days(part)
        case list() | tuple():
            for part in value:
                yield from _days(part)
        case _:
            return


def _identity(command: CorrectEvent, envelope: Envelope) -> frozenset[str]:
    """Give the fields that say whose stream it is and under whose key it is sealed: an event cannot move to another's."""
    parts = set(envelope.subject.split("/")[1:])
    event = envelope.data
    own = {to_camel(name) for name in type(event).model_fields if str(getattr(event, name)) in parts}
    of_key = {to_camel(command.KEY_OF[1])} if command.KEY_OF else set()
    return frozenset(own | of_key)

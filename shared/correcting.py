"""How a corrected event is read: as if it had been recorded right from the beginning (`EventCorrected`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from shared.contracts.cloudevent import Envelope
from shared.contracts.duty import Change, EventCorrected
from shared.contracts.values import Plain


class CorrectionUnfit(ValueError):
    """A correction puts a value where the cited event has no such field, or one that cannot stand there."""


def as_corrected(history: Iterable[Envelope]) -> list[Envelope]:
    """Give a stream's events with their corrections applied; the corrections themselves and what never happened are gone.

    Raises CorrectionUnfit.
    """
    events = list(history)
    corrections = [e for e in events if isinstance(e.data, EventCorrected)]
    if not corrections:
        return events
    read = {e.id: e for e in events}
    # A correction can itself be corrected, by a later one: those are read from the last to the first.
    for correction in reversed(corrections):
        if correction.id in read:
            _apply(read, read[correction.id], of_corrections=True)
    for correction in corrections:
        if correction.id in read:
            _apply(read, read[correction.id], of_corrections=False)
    return [e for e in read.values() if not isinstance(e.data, EventCorrected)]


def stands(history: Iterable[Envelope]) -> bool:
    """Tell whether a corrected stream still begins as it did, or is empty: what began it is taken back last.

    Raises CorrectionUnfit.
    """
    events = list(history)
    read = as_corrected(events)
    return not read or read[0].type == events[0].type


def _apply(read: dict[str, Envelope], envelope: Envelope, *, of_corrections: bool) -> None:
    correction = envelope.data
    assert isinstance(correction, EventCorrected)  # noqa: S101 - the callers' own choice
    cited = read.get(correction.corrects.event_id)
    if cited is None or isinstance(cited.data, EventCorrected) is not of_corrections:
        return
    if correction.kind == "never-happened":
        del read[cited.id]
    else:
        read[cited.id] = _changed(cited, correction.changes)


def _changed(envelope: Envelope, changes: Iterable[Change]) -> Envelope:
    """Put the new values where the pointers say, and read the event anew."""
    data = _as_json(envelope.data)
    try:
        for change in changes:
            _put(data, change)
        event = type(envelope.data).model_validate(data)
    except (LookupError, ValueError, TypeError) as error:
        raise CorrectionUnfit(f"{envelope.subject}: the correction does not fit event {envelope.id}") from error
    return envelope.model_copy(update={"data": event, "occurredat": event.occurred_at(otherwise=envelope.occurredat)})


def _as_json(value: Any) -> Any:
    """Give what an event holds as JSON has it; a personal field that is decided and not sealed yet stays as it is."""
    match value:
        case BaseModel():
            fields = type(value).model_fields
            return {field.alias or name: _as_json(getattr(value, name)) for name, field in fields.items()}
        case Mapping():
            return {name: _as_json(part) for name, part in value.items()}
        case tuple() | list():
            return [_as_json(part) for part in value]
        case Plain():
            return value
        case _:
            return to_jsonable_python(value)


def _put(data: dict[str, Any], change: Change) -> None:
    """Set what an RFC 6901 pointer names. Raises LookupError, ValueError or TypeError if it names nothing there."""
    *path, last = [part.replace("~1", "/").replace("~0", "~") for part in change.pointer.split("/")[1:]]
    place: Any = data
    for part in path:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if isinstance(place, list):
        place[int(last)] = change.after
    elif last in place:
        place[last] = change.after
    else:
        raise KeyError(last)

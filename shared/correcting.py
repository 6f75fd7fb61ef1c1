"""How a corrected event is read: as if it had been recorded right from the beginning (`EventCorrected`)."""

from collections.abc import Iterable
from typing import Any

from shared.contracts.cloudevent import Envelope
from shared.contracts.duty import Change, EventCorrected


def as_corrected(history: Iterable[Envelope]) -> list[Envelope]:
    """Give a stream's events with their corrections applied; the corrections themselves and what never happened are gone."""
    events = list(history)
    corrections = [e.data for e in events if isinstance(e.data, EventCorrected)]
    if not corrections:
        return events
    read = {e.id: e for e in events if not isinstance(e.data, EventCorrected)}
    for correction in corrections:
        cited = correction.corrects.event_id
        if correction.kind == "never-happened":
            read.pop(cited, None)
        elif cited in read:
            read[cited] = _changed(read[cited], correction.changes)
    return list(read.values())


def _changed(envelope: Envelope, changes: Iterable[Change]) -> Envelope:
    """Put the new values where the pointers say, and read the event anew."""
    data = envelope.data.model_dump(by_alias=True, mode="json")
    for change in changes:
        _put(data, change)
    event = type(envelope.data).model_validate(data)
    return envelope.model_copy(update={"data": event, "occurredat": event.occurred_at(otherwise=envelope.occurredat)})


def _put(data: dict[str, Any], change: Change) -> None:
    """Set what an RFC 6901 pointer names. Raises KeyError, IndexError or ValueError if it names nothing there."""
    *path, last = [part.replace("~1", "/").replace("~0", "~") for part in change.pointer.split("/")[1:]]
    place: Any = data
    for part in path:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if isinstance(place, list):
        place[int(last)] = change.after
    else:
        place[last] = change.after

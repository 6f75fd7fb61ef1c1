"""What an officer adds to a report: inboxes take no personal fields, so a report from another system leaves them out.

One event for every service: whoever reads several logs reads one shape.
"""

from collections.abc import Mapping

from shared.contracts.cloudevent import Event
from shared.contracts.values import Personal


class PersonalDetailsAdded(Event):
    """The personal fields that the event `eventId` of the same stream lacked, each by its name there (`nameEnc`)."""

    TYPE = "se.medverka.PersonalDetailsAdded.v1"

    event_id: str
    fields: Mapping[str, Personal]

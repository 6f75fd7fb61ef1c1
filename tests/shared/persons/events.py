"""An invented service's events and commands with personal fields in every place where one can stand."""

from collections.abc import Mapping
from typing import ClassVar

from typing_extensions import override

from shared.contracts.cloudevent import Envelope, Event
from shared.contracts.duty import Change
from shared.contracts.values import Id, Instant, OrgNr, Personal, Value
from shared.deciding import Command


class Guest(Value):
    """A guest with a name."""

    seat: int
    name: Personal


class Booked(Event):
    """A table was booked."""

    TYPE = "se.medverka.Booked.v1"

    table: str
    host: Personal
    wish: Personal | None = None
    guests: tuple[Guest, ...] = ()
    payer: OrgNr | None = None
    notes: Mapping[str, Personal] | None = None


class Seated(Event):
    """Nobody is named here."""

    TYPE = "se.medverka.Seated.v1"

    table: str


class Book(Command):
    """Book a table."""

    KEY_OF = ("contact", "booking_id")
    person_ref: str | None = None
    booking_id: Id = Id("b1")
    host: Personal
    guests: tuple[Guest, ...] = ()
    payer_mac: str | None = None
    payer: str | None = None
    at: Instant

    @property
    @override
    def to_mac(self) -> Mapping[str, str]:
        """The payer's number."""
        return {"payer_mac": self.payer} if self.payer else {}


class Amend(Command):
    """Correct a booking."""

    KEY_OF: ClassVar[tuple[str, str] | None] = ("contact", "booking_id")
    booking_id: Id = Id("b1")
    changes: tuple[Change, ...]
    at: Instant


class Whisper(Command):
    """Has a personal field and says not whose it is."""

    secret: Personal
    at: Instant


class Clean(Command):
    """Has nothing personal."""

    table: str
    at: Instant


def envelope(event: Event, *, id_: str = "e1", stream: str = "booking/b1", version: int = 1) -> Envelope:
    """Put an envelope around an event."""
    return Envelope.model_validate({
        "specversion": "1.0", "id": id_, "source": "/gotland/inn", "type": event.TYPE, "subject": stream,
        "time": "2026-03-02T08:00:00Z", "datacontenttype": "application/json", "occurredat": "2026-03-02T08:00:00Z",
        "streamversion": version, "actor": "a1", "commandkey": "k1", "correlationid": "c1", "data": event,
    })  # fmt: skip

"""CloudEvents 1.0 in structured JSON: the bytes that are stored, relayed, hashed and exported, made once and never again.

The envelope's attributes stand in the order below and `data` is last. An optional field that is not there is left out; a
required one that is empty is `null`. Nothing is ever serialised a second time, so there is no canonical form to agree on.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, SerializeAsAny, ValidationError, create_model
from pydantic.alias_generators import to_camel
from pydantic_core import from_json

from shared.contracts.values import Dnr, Instant
from shared.policy.role import Role
from shared.policy.stockholm import start_of

CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
PREFIX = "se.medverka."
M = TypeVar("M", bound=BaseModel)


class Event(BaseModel):
    """What happened. `decide` gives its own fields; in whose name it was done is filled in when it is recorded.

    Only optional fields have a default, and it is None: `encode` leaves out what equals its default.
    """

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    TYPE: ClassVar[str]
    """Pinned and versioned: `se.medverka.PlacementStarted.v1`. Never made from the class's name."""
    OCCURS: ClassVar[str | None] = None
    """The field that says when it happened: a day counts from its 00:00 in Stockholm. None: the command's time."""

    role: Role = Role("")
    unit: str = ""
    dnr: Dnr | None = None

    def occurred_at(self, otherwise: datetime) -> datetime:
        """Give the instant when it happened, `otherwise` where the event does not say."""
        happened = getattr(self, self.OCCURS) if self.OCCURS else None
        if isinstance(happened, datetime):
            return happened
        return start_of(happened) if isinstance(happened, date) else otherwise


class Envelope(BaseModel):
    """An event as it stands in a log; the attribute names are CloudEvents', lower case and without separators."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: Instant
    datacontenttype: Literal["application/json"]
    occurredat: Instant
    streamversion: int
    actor: str
    commandkey: str
    commandend: bool | None = None
    causationid: str | None = None
    correlationid: str
    keyid: str | None = None
    data: SerializeAsAny[Event]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event and its place: `log` is the topic's name without the authority's prefix (`registry.events`)."""

    log: str
    index: int
    envelope: Envelope

    @property
    def event(self) -> Event:
        """What happened."""
        return self.envelope.data

    @property
    def subject(self) -> str:
        """The stream."""
        return self.envelope.subject


class Unreadable(Exception):
    """These bytes are no CloudEvent of ours; says why."""


class UnknownVersion(Unreadable):
    """A known type in a version that this release does not know: upgrade the reader first."""


class Catalogue:
    """The event types that a reader knows, each in its newest version; older ones are lifted before they are read."""

    def __init__(self, events: Iterable[type[Event]], lifts: Mapping[str, Any] | None = None) -> None:
        self.types = {event.TYPE: event for event in events}
        self.lifts = dict(lifts or {})
        self.families = {name.rpartition(".")[0] for name in (*self.types, *self.lifts)}

    def decode(self, data: bytes) -> Envelope | None:
        """Read one event; None for a type that this reader does not know. Raises Unreadable, UnknownVersion."""
        try:
            found = _TYPE.search(data)
            known = self.types.get(found[1].decode()) if found else None
            if known is not None:
                envelope: Envelope = _reader(known).__pydantic_validator__.validate_json(data)
                if envelope.type == known.TYPE:
                    _SET(envelope, "__class__", Envelope)  # not its reader's: an event read equals the event written
                    return envelope
            return self._anyhow(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise Unreadable(f"{'/'.join(map(str, first['loc']))}: {first['msg']}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"not a structured CloudEvent: {type(error).__name__}") from error

    def _anyhow(self, data: bytes) -> Envelope | None:
        """Read an event that is not written as we write ours, is of an older version, or is none of ours."""
        fields = from_json(data)
        kind = fields["type"]
        known = self.types.get(kind) or self._lifted(kind, fields)
        if known is None:
            return None
        fields["data"] = known.model_validate(fields["data"])
        return Envelope.model_validate(fields)

    def _lifted(self, kind: str, fields: dict[str, Any]) -> type[Event] | None:
        if kind in self.lifts:
            newest, lift = self.lifts[kind]
            fields["data"] = lift(fields["data"])
            return self.types[newest]
        if kind.rpartition(".")[0] in self.families:
            raise UnknownVersion(f"{kind} is a newer version than this release reads")
        return None


_TYPE = re.compile(rb'"type":"([^"\\]+)"')
"""Where our own bytes say the type: before the data, and without a space."""


@cache
def _reader(event: type[Event]) -> type[Envelope]:
    """Give what reads an event's bytes in one go, envelope and data: in two it takes half as long again."""
    return create_model(f"{event.__name__}Envelope", __base__=Envelope, data=(event, ...))


def encode(envelope: Envelope) -> bytes:
    """Give the event's bytes for ever. Raises TypeError if a personal field is not sealed."""
    return _WRITES.to_json(envelope, by_alias=True, exclude_defaults=True)


_WRITES = Envelope.__pydantic_serializer__


def unchecked(model: type[M], values: dict[str, Any]) -> M:
    """Make a model of values that are right already, all of them and in the model's order: what is made under the lock is many.

    Validating them again takes four times as long as deciding. This is what pydantic's own copies do.
    """
    made = model.__new__(model)
    _SET(made, "__dict__", values)
    _SET(made, "__pydantic_fields_set__", _names(model))
    _SET(made, "__pydantic_extra__", None)
    _SET(made, "__pydantic_private__", None)
    return made


_SET = object.__setattr__


@cache
def _names(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)

"""A reported event: a CloudEvent in structured or binary mode, read without trusting anything in it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError
from pydantic_core import from_json

from shared.contracts.cloudevent import Catalogue, Event
from shared.contracts.refused import FieldError
from shared.log.topic import Record
from shared.policy.organisation_number import names_person

STRUCTURED = "application/cloudevents+json"
INSTANT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
MOST_BYTES = 1024 * 1024
MOST_ID = 256
MOST_ERRORS = 20


class NotAcceptable(Exception):
    """A message cannot be taken: a stable reason, an HTTP status that says what kind, and the words for it."""

    def __init__(
        self,
        reason: str,
        status: int,
        sv: str,
        en: str,
        errors: Sequence[FieldError] = (),
        ids: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(en)
        self.reason, self.status, self.sv, self.en = reason, status, sv, en
        self.errors = tuple(errors)
        self.ids = ids


@dataclass(frozen=True, slots=True)
class Read:
    """A message that could be read. `digest` is of its body as sent."""

    source: str
    id: str
    event: Event
    occurred_at: datetime | None


def digest(record: Record) -> bytes:
    """Give the SHA-256 of a message as it was sent: in binary mode the attributes count too."""
    attributes = sorted((name, value or b"") for name, value in record.headers if name.startswith("ce_"))
    return hashlib.sha256(repr(attributes).encode() + (record.value or b"")).digest()


def read(record: Record, catalogue: Catalogue) -> Read:
    """Read one message. Raises NotAcceptable; never anything else, whatever the bytes are."""
    value = record.value
    if not value:
        raise NotAcceptable("message-empty", 400, "Meddelandet är tomt.", "The message is empty.")
    if len(value) > MOST_BYTES:
        raise NotAcceptable(
            "message-too-large", 413, "Meddelandet är större än 1 MiB.", "The message is larger than 1 MiB."
        )
    attributes, data = _parts(record, value)
    source, id_ = attributes.get("source"), attributes.get("id")
    if not (isinstance(source, str) and isinstance(id_, str) and source and id_ and len(source) + len(id_) <= MOST_ID):
        raise NotAcceptable(
            "message-unidentified", 422,
            "Meddelandet saknar source eller id enligt CloudEvents.",
            "The message lacks a CloudEvents source or id.",
        )  # fmt: skip
    if names_person(source) or names_person(id_):
        raise NotAcceptable(
            "id-names-person", 422,
            "Meddelandets source eller id innehåller ett personnummer; ge meddelandet ett id som inte pekar ut någon.",
            "The message's source or id holds a personal number; give the message an id that points at nobody.",
        )  # fmt: skip
    kind = attributes.get("type")
    known = catalogue.types.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise NotAcceptable(
            "type-not-accepted", 422,
            "Tjänsten tar inte emot händelser av den typen.",
            "This service does not take events of that type.",
            ids=(source, id_),
        )  # fmt: skip
    try:
        event = known.model_validate(data)
        occurred = attributes.get("occurredat") or attributes.get("time")
        return Read(source, id_, event, INSTANT.validate_python(occurred) if occurred else None)
    except ValidationError as error:
        raise NotAcceptable(
            "message-invalid", 422,
            "Uppgifterna i meddelandet stämmer inte med händelsetypen.",
            "The message's data does not fit its event type.",
            errors=field_errors(error, known),
            ids=(source, id_),
        ) from None  # fmt: skip


def _parts(record: Record, value: bytes) -> tuple[Mapping[str, Any], Any]:
    """Give the attributes and the data, in whichever mode they came."""
    try:
        body = from_json(value)
    except ValueError:
        raise NotAcceptable(
            "message-unreadable", 400, "Meddelandet är inte läsbar JSON.", "The message is not readable JSON."
        ) from None
    binary = {
        name[3:]: held.decode("utf-8", "replace") for name, held in record.headers if name.startswith("ce_") and held
    }
    if binary:
        return binary, body
    if not isinstance(body, dict) or body.get("specversion") != "1.0":
        raise NotAcceptable(
            "not-a-cloudevent", 400, "Meddelandet är inte en CloudEvent 1.0.", "The message is no CloudEvent 1.0."
        )
    return body, body.get("data")


def field_errors(error: ValidationError, event: type[Event]) -> list[FieldError]:
    """Say which fields are wrong, without what they held: that may be a person's.

    Of a place only numbers and our own field names are kept, of the words only those that pydantic made alone.
    """
    return [
        FieldError(pointer="".join(f"/{_part(part, event)}" for part in found["loc"]), detail=_detail(found))
        for found in error.errors(include_url=False, include_input=False, include_context=False)[:MOST_ERRORS]
    ]


def _part(part: int | str, event: type[Event]) -> str:
    return str(part) if isinstance(part, int) or part in field_names(event) else "*"


def _detail(found: Any) -> str:
    """A validator's own sentence, or a tag that was not known, may hold what was sent."""
    its_own = found["type"] in ("value_error", "assertion_error", "union_tag_invalid")
    return "This cannot stand here" if its_own else found["msg"].split(", got")[0][:200]


@cache
def field_names(event: type[Event]) -> frozenset[str]:
    """Give all names of fields in an event type's JSON."""
    schema = event.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", ()))

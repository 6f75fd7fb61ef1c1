"""What could not be accepted from outside: a record in `<service>.refused`, with problem+json's fields (RFC 9457)."""

from shared.contracts.cloudevent import Event
from shared.contracts.values import I18n, Sha256, Value


class FieldError(Value):
    """What is wrong with one field; `pointer` is a JSON pointer into the message (RFC 6901)."""

    pointer: str
    detail: str


class MessageRefused(Event):
    """A reported event was refused. It may be sent again under the same id when it has been mended."""

    TYPE = "se.medverka.MessageRefused.v1"

    reason: str
    status: int
    detail: I18n
    clause: str | None = None
    errors: tuple[FieldError, ...] | None = None
    publisher: str
    message_source: str | None = None
    message_id: str | None = None
    digest: Sha256
    topic: str
    offset: int

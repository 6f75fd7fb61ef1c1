"""A personal field becomes ciphertext when its event is recorded, and is read again for those who may (AES-256-GCM).

The additional data is the JSON array `[origin, stream, event id, pointer, key]`: an array of strings can be read in one way
only, so a field that was moved to another event, place or key does not open. The clear text is JSON, filled with spaces to the
next multiple of 32 bytes, since the length alone would tell `"death"` from `"employment"`; JSON ignores them.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json, to_json

from shared.contracts.cloudevent import Event
from shared.contracts.values import Enc, Key, Plain
from shared.persons.fields import may_be_personal
from shared.persons.walking import found_in, replaced_in

E = TypeVar("E", bound=Event)
NONCE_BYTES = 12
FILL_BYTES = 32
SHAPES = ({"keyRef", "alg", "nonce", "ciphertext"}, {"key_ref", "alg", "nonce", "ciphertext"})  # an event's, a row's


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed field stands: the log's source, the stream, the event's id and the pointer into its data."""

    origin: str
    stream: str
    event_id: str
    field: str

    def bound_to(self, key_ref: str) -> bytes:
        """Give the additional data that ties the ciphertext to this place and key."""
        return to_json([self.origin, self.stream, self.event_id, self.field, key_ref])


@dataclass(frozen=True, slots=True)
class Redacted:
    """A personal field whose key is destroyed or not ours to read: it was there, and nobody here can say what it said."""

    key_ref: str

    def shown(self) -> dict[str, bool]:
        """Give what stands in its place in an answer."""
        return {"redacted": True}


class SealBroken(Exception):
    """A sealed field does not open where it stands: it was altered, or moved from another event, place or key."""

    def __init__(self, place: Place) -> None:
        self.place = place
        super().__init__(
            f"{place.stream} event {place.event_id}{place.field}: the sealed field was altered or moved; compare the log "
            "with its checkpoint before anything is written there"
        )


class KeyNotFetched(Exception):
    """A personal field reached the log without a key: the edge must prepare the command first."""


def seal(event: E, *, origin: str, stream: str, event_id: str, nonce: Callable[[], bytes]) -> E:
    """Give the event with every clear personal field sealed under its own key. Raises KeyNotFetched."""

    def sealed(pointer: str, plain: Plain) -> Enc | dict[str, str]:
        enc = seal_field(plain, Place(origin, stream, event_id, pointer), nonce())
        # A correction's new value is JSON, not a field of its own: it is written out in full, `alg` too.
        return enc.model_dump(by_alias=True) if pointer.startswith("/changes/") else enc

    return replaced_in(event, may_be_personal(type(event)), Plain, sealed)


def seal_field(plain: Plain, place: Place, nonce: bytes) -> Enc:
    """Seal one field. A nonce is used once under a key: 12 random bytes. Raises KeyNotFetched."""
    key = plain.key
    if key is None:
        raise KeyNotFetched(f"{place.stream}{place.field} is personal and has no key")
    clear = plain.json.encode()
    filled = clear.ljust(-(-len(clear) // FILL_BYTES) * FILL_BYTES)
    ciphertext = AESGCM(key.material).encrypt(nonce, filled, place.bound_to(key.ref))
    return Enc(key_ref=key.ref, nonce=_text(nonce), ciphertext=_text(ciphertext))


def unseal(enc: Enc, key: Key | None, place: Place) -> Any | Redacted:
    """Read a field; Redacted without its key. Raises SealBroken."""
    if key is None or key.ref != enc.key_ref:
        return Redacted(enc.key_ref)
    try:
        nonce, ciphertext = (base64.b64decode(part, validate=True) for part in (enc.nonce, enc.ciphertext))
        clear = AESGCM(key.material).decrypt(nonce, ciphertext, place.bound_to(enc.key_ref))
    except (InvalidTag, binascii.Error, ValueError):
        raise SealBroken(place) from None
    return from_json(clear)


def is_sealed(value: object) -> bool:
    """Tell whether a JSON value, or a row's, is a sealed field."""
    return isinstance(value, dict) and set(value) in SHAPES


def sealed_fields(event: Event) -> Iterator[tuple[str, Enc]]:
    """Give an event's sealed fields with their pointers, a correction's new values too."""
    yield from found_in(event, may_be_personal(type(event)), Enc)
    for n, change in enumerate(getattr(event, "changes", ())):
        if is_sealed(change.after):
            yield f"/changes/{n}/after", Enc.model_validate(change.after)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()

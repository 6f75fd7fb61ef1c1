"""Sealing as the append does it: to each decided event, when it gets its envelope and before it has bytes."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from shared.deciding import Entry
from shared.persons.sealing import NONCE_BYTES, seal, sealed_fields


def _nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


def sealed(entry: Entry, nonce: Callable[[], bytes] = _nonce) -> Entry:
    """Give the entry with its personal fields sealed, and its envelope naming their key. Raises KeyNotFetched."""
    envelope = entry.envelope
    event = seal(envelope.data, origin=envelope.source, stream=envelope.subject, event_id=envelope.id, nonce=nonce)
    if event is envelope.data:
        return entry
    keyid = next((enc.key_ref for _, enc in sealed_fields(event)), None)
    return replace(entry, envelope=envelope.model_copy(update={"data": event, "keyid": keyid}))

"""Showing a row with sealed fields: opened for those who may read them, redacted where the key is gone.

A row has the ciphertext alone, and a ciphertext opens only at the place where it was sealed. The place is looked up in the
streams' histories, by the ciphertext itself: a nonce is never used twice, so no two are equal.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from shared.contracts.cloudevent import Envelope
from shared.contracts.values import Enc
from shared.persons.keys import Keys
from shared.persons.sealing import Place, Redacted, is_sealed, sealed_fields, unseal

History = Callable[[Sequence[str]], Awaitable[Iterable[Envelope]]]
"""Streams → their events as recorded, corrections among them."""


def sealed_in(value: object) -> Iterator[Enc]:
    """Give the sealed fields of a row, however deep."""
    if is_sealed(value):
        yield Enc.model_validate(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from sealed_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from sealed_in(part)


def places(history: Iterable[Envelope]) -> dict[str, Place]:
    """Say where each ciphertext of these events stands."""
    return {
        enc.ciphertext: Place(envelope.source, envelope.subject, envelope.id, pointer)
        for envelope in history
        for pointer, enc in sealed_fields(envelope.data)
    }


async def opened(
    rows: Sequence[Mapping[str, Any]], streams: Sequence[str], history: History, keys: Keys
) -> list[dict[str, Any]]:
    """Give the rows with their sealed fields opened. Raises SealBroken."""
    sealed = [enc for row in rows for enc in sealed_in(dict(row))]
    if not sealed:
        return [dict(row) for row in rows]
    known = await keys.find({enc.key_ref for enc in sealed})
    where = places(await history(streams)) if known else {}

    def shown(enc: Enc) -> Any:
        place = where.get(enc.ciphertext)
        value = unseal(enc, known.get(enc.key_ref), place) if place else Redacted(enc.key_ref)
        return value.shown() if isinstance(value, Redacted) else value

    return [_shown(dict(row), shown) for row in rows]


def closed(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows with their sealed fields redacted, for those who may not read them."""
    return [_shown(dict(row), lambda enc: Redacted(enc.key_ref).shown()) for row in rows]


def _shown(value: Any, by: Callable[[Enc], Any]) -> Any:
    if is_sealed(value):
        return by(Enc.model_validate(value))
    if isinstance(value, dict):
        return {name: _shown(part, by) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(part, by) for part in value]
    return value

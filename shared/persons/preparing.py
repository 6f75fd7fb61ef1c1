"""What the edge does to a command before it is decided: it fetches the keys, so that nothing is awaited under the lock."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeVar

from shared.contracts.duty import Change
from shared.contracts.values import Enc, Key, Plain, to_json_text
from shared.deciding import Command
from shared.persons.fields import may_be_personal
from shared.persons.keys import CLAIMS, Keys
from shared.persons.walking import found_in, replaced_in

C = TypeVar("C", bound=Command)


class SealedFromOutside(ValueError):
    """Somebody handed in a field that is sealed already: it would be stored as it is, under a key that is not its own."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        super().__init__(f"{pointer} must be written in clear text; it is sealed when it is stored")


class NoKeyNamed(Exception):
    """A personal field was given where nobody's key can seal it: the command names none (KEY_OF)."""

    def __init__(self, pointer: str) -> None:
        self.pointer = pointer
        super().__init__(f"{pointer} is personal and no key is named for it")


async def prepare(command: C, keys: Keys, service: str, personal: Iterable[str] = ()) -> C:
    """Give the command with its keys and MACs. Raises SealedFromOutside, KeyDestroyed, NoKeyNamed.

    `personal` are the pointers of the service's personal fields: what a correction puts there is personal too.
    """
    names = may_be_personal(type(command))
    for pointer, _ in found_in(command, names, Enc):
        raise SealedFromOutside(pointer)
    command = await _with_macs(command, keys, service)
    command = replaced_in(command, names, Change, lambda _, change: _clear(change, personal))
    first = next(found_in(command, names, Plain), None)
    if first is None or not command.names_person:
        return command
    if command.KEY_OF is None:
        raise NoKeyNamed(first[0])
    purpose, field = command.KEY_OF
    key = await keys.key_for(purpose, getattr(command, field), getattr(command, "person_ref", None))
    return replaced_in(command, names, Plain, lambda _, plain: replace(plain, key=key))


def _clear(change: Change, personal: Iterable[str]) -> Change:
    """Mark a correction's new value as personal where its field is."""
    if not any(fnmatchcase(change.pointer, pattern) for pattern in personal):
        return change
    return change.model_copy(update={"after": Plain(to_json_text(change.after))})


async def _with_macs(command: C, keys: Keys, service: str) -> C:
    """Fill in what must be unique and is personal: the same text gives the same MAC, and no MAC tells the text."""
    if not command.to_mac:
        return command
    key = await claims_key(keys, service)
    return command.model_copy(update={field: mac(key, text) for field, text in command.to_mac.items()})


async def claims_key(keys: Keys, service: str) -> Key:
    """Give the service's own key for what is unique and personal."""
    return await keys.key_for(f"{CLAIMS}:{service}", "1")


def mac(key: Key, text: str) -> str:
    """Give a text's HMAC-SHA-256, in hex."""
    return hmac.new(key.material, text.encode(), hashlib.sha256).hexdigest()

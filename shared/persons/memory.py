"""Keys in memory: the same contract as in Postgres."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping

from typing_extensions import override

from shared.contracts.values import Key
from shared.persons.keys import KeyDestroyed, Keys, key_ref


class MemoryKeys(Keys):
    """Keys by name; None for a destroyed one."""

    def __init__(self) -> None:
        self._keys: dict[str, Key | None] = {}
        self.persons: dict[str, str] = {}

    @override
    async def key_for(self, purpose: str, ref: str, person_ref: str | None = None) -> Key:
        await asyncio.sleep(0)  # a real store yields here
        name = key_ref(purpose, ref)
        if name not in self._keys:
            self._keys[name] = Key(name, secrets.token_bytes(32))
            if person_ref is not None:
                self.persons[name] = person_ref
        key = self._keys[name]
        if key is None:
            raise KeyDestroyed(name)
        return key

    @override
    async def find(self, refs: Iterable[str]) -> Mapping[str, Key]:
        keys = {ref: self._keys.get(ref) for ref in refs}
        return {ref: key for ref, key in keys.items() if key is not None}

    @override
    async def destroy(self, ref: str) -> bool:
        was = self._keys.get(ref)
        if ref in self._keys:
            self._keys[ref] = None
            self.persons.pop(ref, None)
        return was is not None

    @override
    def forget(self, ref: str) -> None:
        """Nothing is remembered beside the store."""

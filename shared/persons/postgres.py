"""Keys in Postgres, remembered for a minute in each process."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import monotonic

from typing_extensions import override

from shared.contracts.values import Key
from shared.log.postgres import Pool
from shared.log.sql import query
from shared.persons.keys import KeyDestroyed, Keys, key_ref
from shared.persons.sealing import NONCE_BYTES
from shared.persons.wrapping import Wrapping

SQL = Path(__file__).with_name("keys.sql")
REMEMBERED = 10_000
REMEMBERED_S = 60.0  # by then a key that another process destroyed is unreadable here too, even if nobody told us


class PostgresKeys(Keys):
    """The key store; `tick` gives seconds that only grow."""

    def __init__(self, pool: Pool, wrapping: Wrapping, tick: Callable[[], float] = monotonic) -> None:
        self._pool = pool
        self._wrapping = wrapping
        self._tick = tick
        self._remembered: OrderedDict[str, tuple[float, Key]] = OrderedDict()

    @override
    async def key_for(self, purpose: str, ref: str, person_ref: str | None = None) -> Key:
        name = key_ref(purpose, ref)
        known = self._recall(name)
        if known is not None:
            return known
        key = Key(name, secrets.token_bytes(32))
        wrapped = self._wrapping.wrap(key.material, name, secrets.token_bytes(NONCE_BYTES))
        made = await self._pool.fetchval(
            query(SQL, "create_key"), name, purpose, person_ref, self._wrapping.epoch, wrapped
        )
        if made is not None:
            self._remember(key)
            return key
        found = (await self.find([name])).get(name)
        if found is None:
            raise KeyDestroyed(name)
        return found

    @override
    async def find(self, refs: Iterable[str]) -> Mapping[str, Key]:
        known = {ref: self._recall(ref) for ref in refs}
        missing = [ref for ref, key in known.items() if key is None]
        keys = {ref: key for ref, key in known.items() if key is not None}
        for row in await self._pool.fetch(query(SQL, "find_keys"), missing) if missing else ():
            if row["material"] is not None:
                key = Key(row["ref"], self._wrapping.unwrap(row["material"], row["ref"], row["epoch"]))
                self._remember(key)
                keys[key.ref] = key
        return keys

    @override
    async def destroy(self, ref: str) -> bool:
        done = await self._pool.fetchval(query(SQL, "destroy_key"), ref)
        self.forget(ref)
        return done is not None

    @override
    def forget(self, ref: str) -> None:
        self._remembered.pop(ref, None)

    def _remember(self, key: Key) -> None:
        self._remembered[key.ref] = (self._tick() + REMEMBERED_S, key)
        self._remembered.move_to_end(key.ref)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)

    def _recall(self, ref: str) -> Key | None:
        until, key = self._remembered.get(ref, (0.0, None))
        if key is not None and self._tick() >= until:
            self.forget(ref)
            return None
        return key

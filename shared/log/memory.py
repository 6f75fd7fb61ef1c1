"""A service's logs in memory: the same contract as Postgres, for rules that are tried by the thousand."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from typing_extensions import override

from shared.log.store import Found, Group, Held, NewEvent, Store, Stored


class MemoryStore(Store):
    """Logs, claims and the lead as plain lists and dicts."""

    def __init__(self) -> None:
        self.events: list[NewEvent] = []
        self.claims: dict[str, Held] = {}
        self.epoch, self.is_open = 0, True
        self._lock = asyncio.Lock()

    @override
    @asynccontextmanager
    async def group(self) -> AsyncIterator[Group]:
        async with self._lock:
            yield _MemoryGroup(self)

    def log(self, name: str) -> list[bytes]:
        """Give one log's events in index order."""
        return [e.bytes for e in sorted(self.events, key=lambda e: e.index) if e.log == name]


class _MemoryGroup(Group):
    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    @override
    async def read(
        self, subjects: Iterable[str], objects: Iterable[str], keys: Iterable[str], logs: Sequence[str]
    ) -> Found:
        await asyncio.sleep(0)  # a real store yields here: whoever relies on not being interrupted is found out
        streams, things = set(subjects), set(objects)
        wanted = [e for e in self._store.events if e.subject in streams or e.object_id in things]
        return Found(
            events=[
                Stored(e.log, e.index, e.object_id, e.bytes) for e in sorted(wanted, key=lambda e: (e.log, e.index))
            ],
            held={key: self._store.claims[key] for key in keys if key in self._store.claims},
            ends={log: sum(e.log == log for e in self._store.events) for log in logs},
            epoch=self._store.epoch,
            is_open=self._store.is_open,
        )

    @override
    async def store(self, events: Sequence[NewEvent], claims: dict[str, Held], released: Sequence[str]) -> None:
        taken = {(e.subject, e.version) for e in self._store.events} | {(e.log, e.index) for e in self._store.events}
        if any((e.subject, e.version) in taken or (e.log, e.index) in taken for e in events):
            raise ValueError("a version or an index was to be used twice")
        for key in released:
            self._store.claims.pop(key, None)
        self._store.events += events
        self._store.claims |= claims

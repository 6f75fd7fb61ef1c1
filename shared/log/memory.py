"""A service's logs in memory: the same contract as Postgres, for rules that are tried by the thousand."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
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
        self._logs: defaultdict[str, list[NewEvent]] = defaultdict(list)
        self._streams: defaultdict[str, list[NewEvent]] = defaultdict(list)
        self._objects: defaultdict[str, list[NewEvent]] = defaultdict(list)

    @override
    @asynccontextmanager
    async def group(self) -> AsyncIterator[Group]:
        async with self._lock:
            yield _MemoryGroup(self)

    def log(self, name: str) -> list[bytes]:
        """Give one log's events in index order."""
        return [e.bytes for e in self._logs[name]]

    def find(self, subjects: Iterable[str], objects: Iterable[str]) -> list[NewEvent]:
        """Give the events of streams and of the duties about objects, in index order."""
        found = {(e.log, e.index): e for subject in subjects for e in self._streams[subject]}
        found |= {(e.log, e.index): e for object_ in objects for e in self._objects[object_]}
        return [found[place] for place in sorted(found)]

    def end(self, log: str) -> int:
        """Give a log's next index."""
        return len(self._logs[log])

    def add(self, event: NewEvent) -> None:
        """Store one event. Raises ValueError where it is not the next of its log and of its stream."""
        log, stream = self._logs[event.log], self._streams[event.subject]
        if event.index != len(log) or event.version != len(stream) + 1:
            raise ValueError(f"{event.log} index {event.index}, {event.subject} version {event.version}: not the next")
        for place in (self.events, log, stream):
            place.append(event)
        if event.object_id is not None:
            self._objects[event.object_id].append(event)


class _MemoryGroup(Group):
    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    @override
    async def read(
        self, subjects: Iterable[str], objects: Iterable[str], keys: Iterable[str], logs: Sequence[str]
    ) -> Found:
        await asyncio.sleep(0)  # a real store yields here: whoever relies on not being interrupted is found out
        store = self._store
        return Found(
            events=[Stored(e.log, e.index, e.object_id, e.bytes) for e in store.find(subjects, objects)],
            held={key: store.claims[key] for key in keys if key in store.claims},
            ends={log: store.end(log) for log in logs},
            epoch=store.epoch,
            is_open=store.is_open,
        )

    @override
    async def store(self, events: Sequence[NewEvent], claims: Mapping[str, Held], released: Mapping[str, str]) -> None:
        for event in events:
            self._store.add(event)
        for key, owner in released.items():
            if key in self._store.claims and self._store.claims[key].owner == owner:
                del self._store.claims[key]
        self._store.claims |= claims

"""An outbox in memory, over the memory store: it passes the same contract as Postgres' (test_outbox.py)."""

from collections.abc import Sequence

from typing_extensions import override

from shared.log.memory import MemoryStore
from shared.log.outbox import Move, Outbox, Waiting


class MemoryOutbox(Outbox):
    """How far each log was published, and the store that has the logs."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.published: dict[str, int] = {}

    @override
    async def begin(self, logs: Sequence[str]) -> None:
        for log in logs:
            self.published.setdefault(log, 0)

    @override
    async def waiting(self, logs: Sequence[str], most: int) -> Sequence[Waiting]:
        return [
            Waiting(e.log, e.index, e.subject, e.bytes)
            for log in logs
            for e in sorted(self.store.events, key=lambda e: e.index)
            if e.log == log and self.published[log] <= e.index < self.published[log] + most
        ]

    @override
    async def move(self, moves: Sequence[Move], epoch: int) -> bool:
        if self.store.epoch != epoch or any(self.published[m.log] != m.expected for m in moves):
            return False
        self.published |= {m.log: m.next for m in moves}
        return True

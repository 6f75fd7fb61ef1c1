"""The handshake: Postgres and Kafka each hold every log; before anybody leads, both are read and made to say the same.

What Kafka has not is published; what only Kafka has, because the database is an older copy, is taken in. Two different events
under one index are a fork: which is true nobody here can tell, so the service stays down. Nobody appends before that is done:
an older copy would give out indexes that readers have seen, and they would pass over all that stands under them.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from secrets import token_hex

import structlog

from shared.deciding import Rules
from shared.log import postgres
from shared.log.append import new_ids
from shared.log.follow import Expectation, Verdict
from shared.log.importing import SQL, Import, Macs
from shared.log.postgres import Connection
from shared.log.relay import Succeeded
from shared.log.sources import Arrived
from shared.log.sql import query
from shared.log.topic import Record, Sending, Topics

TOGETHER = 500

log = structlog.get_logger()


class Forked(Exception):
    """Postgres and Kafka have different events under one index."""

    def __init__(self, name: str, index: int) -> None:
        super().__init__(
            f"{name}: index {index} differs between Postgres and Kafka, and nothing was written; find out which of them is "
            'the authority\'s log with "medverka check", then follow docs/operators/fork.md'
        )
        self.log, self.index = name, index


async def shake_hands(
    db: Connection, topics: Topics, logs: Mapping[str, str], rules: Rules, sources: Sequence[str], macs: Macs, *,
    ids: Iterator[str] | None = None,
) -> int:  # fmt: skip
    """Make the handshake and give the epoch that was taken; the lead is open then.

    `logs` are the service's own with their topics, in the order in which an append writes them; `sources` all that its
    reactor follows; `macs` finds again what is claimed of personal fields.
    Raises Forked, Succeeded, Poisoned, CannotComplete, ConnectionError, and what Postgres raises.
    """
    for topic in logs.values():
        await topics.create(topic)
    epoch = await _close(db, 0)
    while True:
        async with AsyncExitStack() as open_topics:
            readings = [_Reading(db, topics, name, topic) for name, topic in logs.items()]
            for reading in readings:
                await open_topics.enter_async_context(aclosing(reading.batches))
                await reading.to_end()
            epoch = await _close(db, 1 + max(epoch, *(reading.expectation.epoch for reading in readings)))
            alone = await _fenced(topics, readings, epoch)
        highest = max(reading.expectation.epoch for reading in readings)
        if alone and highest == epoch:
            await _agree(db, readings, Import(db, rules, list(logs), ids or new_ids(), macs), epoch, sources)
            return epoch
        epoch = highest


async def _close(db: Connection, epoch: int) -> int:
    """Let nobody append from here on, and take an epoch unless the lead has a higher one; gives the lead's."""
    async with db.transaction():
        await postgres.locked(db)
        lead = await db.fetchrow(query(SQL, "lock_lead"))
        taken = max(epoch, lead["epoch"] if lead is not None else 0)
        await db.execute(query(postgres.SQL, "close_lead"), taken)
    return taken


async def _fenced(topics: Topics, readings: Sequence["_Reading"], epoch: int) -> bool:
    """Fence every topic and read up to the fences; False if somebody else fenced one with the same epoch before us."""
    fence = f"fence {token_hex(8)}".encode()
    for reading in readings:
        await topics.send(reading.topic, [Sending(None, fence, None, epoch)])
    return all([await reading.to_fence(fence, epoch) for reading in readings])


class _Reading:
    """One log, read from its topic's beginning by the follow rule, and compared with Postgres as it is read."""

    def __init__(self, db: Connection, topics: Topics, name: str, topic: str) -> None:
        self.name, self.topic = name, topic
        self.expectation = Expectation()
        self.ahead: tuple[int, Expectation] | None = None
        """The offset of the first record that Postgres lacks, and what was expected there."""
        self.batches = topics.read(topic, 0, most=TOGETHER)
        self._db, self._topics = db, topics
        self._offset = 0

    async def to_end(self) -> None:
        """Read what is there."""
        end = await self._topics.end(self.topic)
        while self._offset < end:
            await self._take(await anext(self.batches))

    async def to_fence(self, fence: bytes, epoch: int) -> bool:
        """Read up to our fence: that is the topic's true end. False if another's of this epoch stands before it."""
        alone = True
        while True:
            batch = await anext(self.batches)
            for n, record in enumerate(batch):
                if record.index is None and record.epoch == epoch:
                    if record.value == fence:
                        await self._take(batch[: n + 1])
                        return alone
                    alone = False
            await self._take(batch)

    async def _take(self, batch: Sequence[Record]) -> None:
        applied: list[tuple[Expectation, Record]] = []
        for record in batch:
            before = self.expectation
            self.expectation, verdict = before.step(record)
            if verdict is Verdict.APPLY:
                applied.append((before, record))
        self._offset = batch[-1].offset + 1
        if applied and self.ahead is None:
            await self._compare(applied)

    async def _compare(self, applied: Sequence[tuple[Expectation, Record]]) -> None:
        first = applied[0][0].next_index
        rows = await self._db.fetch(query(postgres.SQL, "read_log"), self.name, first, len(applied))
        for (_, record), row in zip(applied, rows, strict=False):
            if row["index"] != record.index or row["bytes"] != record.value:
                raise Forked(self.name, min(row["index"], record.index or 0))
        if len(rows) < len(applied):
            expectation, record = applied[len(rows)]
            self.ahead = record.offset, expectation

    async def tail(self) -> AsyncGenerator[Sequence[Arrived], None]:
        """Give what Postgres lacks, up to the true end."""
        if self.ahead is None:
            return
        offset, expectation = self.ahead
        async with aclosing(self._topics.read(self.topic, offset, most=TOGETHER)) as batches:
            while expectation.next_index < self.expectation.next_index:
                arrived: list[Arrived] = []
                for record in await anext(batches):
                    expectation, verdict = expectation.step(record)
                    if verdict is Verdict.APPLY and expectation.next_index <= self.expectation.next_index:
                        arrived.append(Arrived(expectation.next_index - 1, record.epoch, record.value or b""))
                if arrived:
                    yield arrived


async def _agree(
    db: Connection, readings: Sequence[_Reading], importing: Import, epoch: int, sources: Sequence[str]
) -> None:
    """Import what Postgres lacks, note how far Kafka truly is, and open the lead: all of it, or nothing."""
    async with db.transaction():
        await db.execute(query(postgres.SQL, "take_turn"))  # as a reactor does: its turn, then the append lock
        await postgres.locked(db)
        lead = await db.fetchrow(query(SQL, "lock_lead"))
        if lead is None or lead["epoch"] != epoch:
            raise Succeeded(epoch)
        for reading in readings:
            async with aclosing(reading.tail()) as tail:
                async for records in tail:
                    await importing.store(reading.name, records)
        if importing.begins:
            log.warning("a tail that Postgres lacked was imported from Kafka", begins=importing.begins)
            await importing.finish(sources)
        for reading in readings:
            await db.execute(query(SQL, "set_published"), reading.name, reading.expectation.next_index)
        await db.execute(query(postgres.SQL, "open_lead"), epoch)

"""A log's topic against its Postgres: every event once, byte for byte, in the order of the indexes (invariants 1 to 3).

Duplicates are dropped by the rule that every follower has, and looked at before: a record that comes again with other bytes is
a second event under one index, unless it is a succeeded relay's.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from deploy.local.checking.events import SQL, Row, rows
from deploy.local.checking.found import FORK, Difference
from shared.log.follow import Expectation, Verdict
from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.topic import Record, TopicMissing, Topics

IMPORTS = "start the service, whose handshake brings it back"
PUBLISHES = "stop the service, set its row in `published` back to this index, and start it: it sends from there on"


class Comparison:
    """One log, read from both at once, up to what the topic holds as this begins."""

    def __init__(self, connection: Connection, topics: Topics, log: str, topic: str) -> None:
        self._connection, self._topics = connection, topics
        self._log, self._topic = log, topic
        self._expectation = Expectation()
        self._above: dict[int, int] = {}
        self.compared = 0

    async def compare(self, published: int) -> Difference | None:
        """Read both. Gives the first index that differs; below `published` nothing may be missing in Kafka."""
        try:
            end = await self._topics.end(self._topic)
        except TopicMissing as error:
            return Difference(
                self._log, 0, f"{error}", "start the service, which makes it and publishes everything anew"
            )
        async with aclosing(rows(self._connection, self._log)) as stored:
            found = await self._records(stored, end) if end else None
            return found or await self._rest(stored, published)

    async def _records(self, stored: AsyncGenerator[Row, None], end: int) -> Difference | None:
        async with aclosing(self._topics.read(self._topic, 0)) as batches:
            async for batch in batches:
                for record in batch:
                    found = await self._record(stored, record)
                    if found is not None:
                        return found
                if batch[-1].offset + 1 >= end:
                    break
        return None

    async def _record(self, stored: AsyncGenerator[Row, None], record: Record) -> Difference | None:
        """Take one record as a follower does."""
        self._expectation, verdict = self._expectation.step(record)
        if record.index is None:
            return None
        if verdict is Verdict.APPLY:
            self._above.pop(record.index, None)
            return self._applied(record, record.index, await anext(stored, None))
        if verdict is Verdict.REPEATED:
            again = await self._connection.fetchrow(query(SQL, "event"), self._log, record.index)
            return None if again is None else self._same(Row(*again), record)
        if verdict is Verdict.ABOVE:
            self._above.setdefault(record.index, record.offset)
        return None

    def _applied(self, record: Record, index: int, row: Row | None) -> Difference | None:
        if row is None:
            return Difference(self._log, index, f"in Kafka (offset {record.offset}) and not in Postgres", IMPORTS)
        if row.place != index:
            return Difference(self._log, index, "in Kafka and missing in Postgres, which goes on", FORK)
        self.compared += 1
        return self._same(row, record)

    def _same(self, row: Row, record: Record) -> Difference | None:
        value = record.value or b""
        if value != row.data:
            byte = _first_difference(row.data, value)
            what = f"differs between Postgres and Kafka (offset {record.offset}) from byte {byte} on"
            return Difference(self._log, row.place, what, FORK)
        if record.key != row.subject.encode():
            what = f"its key in Kafka (offset {record.offset}) is not its stream, {row.subject}"
            return Difference(self._log, row.place, what, FORK)
        return None

    async def _rest(self, stored: AsyncGenerator[Row, None], published: int) -> Difference | None:
        """Look at the first event that Postgres has and the topic has not given in its turn."""
        row = await anext(stored, None)
        if row is None or row.place >= published:
            return None
        if self._above:
            later, offset = min(self._above.items())
            return Difference(
                self._log, row.place, f"missing in Kafka, where {later} (offset {offset}) came without it", PUBLISHES
            )  # fmt: skip
        return Difference(self._log, row.place, "acknowledged by Kafka, and not there", PUBLISHES)


def _first_difference(one: bytes, other: bytes) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))

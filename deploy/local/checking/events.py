"""A service's events as they lie in Postgres, and what must hold among them (invariant 3; once each, invariants 1 and 2)."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from pydantic_core import from_json

from deploy.local.checking.found import FORK, Difference
from shared.log.postgres import Connection
from shared.log.sql import query

SQL = Path(__file__).with_name("checking.sql")
TOGETHER = 1_000
Place: TypeAlias = tuple[str, int]


class Row(NamedTuple):
    """One event with its columns; `place` is its index."""

    place: int
    subject: str
    version: int
    object_id: str | None
    data: bytes


async def rows(connection: Connection, log: str) -> AsyncGenerator[Row, None]:
    """Give a log's events in the order of their indexes."""
    next_index = 0
    while batch := await connection.fetch(query(SQL, "events"), log, next_index, TOGETHER):
        for row in batch:
            yield Row(*row)
        next_index = batch[-1]["index"] + 1


@dataclass(slots=True)
class Streams:
    """What was seen of a service's events: each stream's version, and where each id and each finished command stands."""

    events: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    ids: dict[str, Place] = field(default_factory=dict)
    commands: dict[str, Place] = field(default_factory=dict)

    async def read(self, connection: Connection, logs: Sequence[str]) -> Difference | None:
        """Read all logs. Gives the first event that is not as it must be."""
        for (found_log,) in await connection.fetch(query(SQL, "logs")):
            if found_log not in logs:
                return Difference(found_log, 0, "no log of this service", FORK)
        for log in logs:
            async with aclosing(rows(connection, log)) as stored:
                expected = 0
                async for row in stored:
                    found = self._take(log, expected, row)
                    if found is not None:
                        return found
                    expected += 1
                    self.events += 1
        return None

    def _take(self, log: str, expected: int, row: Row) -> Difference | None:
        if row.place != expected:
            return Difference(log, expected, f"missing in Postgres, which goes on with {row.place}", FORK)
        version = self.versions.get(row.subject, 0) + 1
        if row.version != version:
            return Difference(log, expected, f"version {row.version} of {row.subject}, where {version} is next", FORK)
        self.versions[row.subject] = version
        attributes = _attributes(row.data)
        said = attributes.get("subject"), attributes.get("streamversion")
        if said != (row.subject, row.version):
            what = f"its columns say {row.subject} version {row.version}, its bytes {said[0]} version {said[1]}"
            return Difference(log, expected, what, FORK)
        return self._once((log, expected), attributes)

    def _once(self, place: Place, attributes: Mapping[str, Any]) -> Difference | None:
        """No id stands twice, and no command was carried out twice."""
        ended = attributes.get("commandend") is True
        for known, name in ((self.ids, "id"), (self.commands, "commandkey"))[: 1 + ended]:
            value = attributes.get(name)
            if not isinstance(value, str):
                return Difference(*place, f"its bytes have no {name}", FORK)
            if value in known:
                log, index = known[value]
                return Difference(*place, f"{name} {value} stands at {log} index {index}, too", FORK)
            known[value] = place
        return None


def _attributes(data: bytes) -> Mapping[str, Any]:
    """Give what an event says of itself; nothing where its bytes are no CloudEvent."""
    try:
        read = from_json(data)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}

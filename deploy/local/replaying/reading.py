"""The logs that a service's replay needs: from the suite's databases, or from files of an export, a CloudEvent a line."""

import asyncio
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

import asyncpg

from deploy.local.checking.events import SQL, TOGETHER
from deploy.local.checking.suite import Addresses, NothingRuns
from deploy.local.explained import WrongCall
from deploy.local.replaying.parting import WHOLE, Part
from shared.contracts.cloudevent import Catalogue, Event, Recorded, Unreadable
from shared.contracts.duty import EventCorrected
from shared.log.postgres import Connection, connection
from shared.log.sql import query
from shared.parts import Parts

Logs: TypeAlias = Mapping[str, Sequence[Recorded]]
Stored: TypeAlias = tuple[int, bytes]
SUFFIX = ".jsonl"
AN_EVENT = 1_000
"""Bytes, about."""
_SUBJECT = re.compile(rb'"subject":"([^"\\]+)"')
"""Where our own bytes say the stream: before the data, and without a space."""


@dataclass(frozen=True, slots=True)
class InDatabases:
    """The logs of a running suite."""

    suite: Addresses

    def size(self, parts: Parts) -> int:
        """Give how many events there are in a service's own logs. Raises NothingRuns."""
        return asyncio.run(self._size(parts))

    async def _size(self, parts: Parts) -> int:
        try:
            async with connection(self.suite.databases[parts.name], "replay") as database:
                ends = await database.fetch(query(SQL, "ends"), list(parts.logs))
        except (OSError, asyncpg.PostgresError) as error:
            raise _silent(parts.name, error) from error
        return sum(row["next_index"] for row in ends)

    def read(self, parts: Parts, part: Part) -> Logs:
        """Read what a part of a service needs, as it is now. Raises NothingRuns, WrongCall."""
        return asyncio.run(from_databases(self.suite, parts, part))


async def from_databases(where: Addresses, parts: Parts, part: Part = WHOLE) -> Logs:
    """Read what a part of a service needs. Raises NothingRuns, WrongCall."""
    found: dict[str, Sequence[Recorded]] = {}
    for log, types, apart in _needed(parts):
        owner = log.partition(".")[0]
        try:
            async with connection(where.databases[owner], "replay") as database:
                found[log] = await _from_database(database, log, types, apart, part)
        except (OSError, asyncpg.PostgresError) as error:
            raise _silent(owner, error) from error
    return found


async def _from_database(
    database: Connection, log: str, types: Iterable[type[Event]], apart: str, part: Part
) -> list[Recorded]:
    catalogue, found, next_index = Catalogue(types), list[Recorded](), 0
    name, more = ("events_of_part", (apart, part.n, part.of)) if apart and part.of > 1 else ("events", ())
    while batch := await database.fetch(query(SQL, name), log, next_index, TOGETHER, *more):
        found += _decoded(catalogue, log, ((row["index"], row["bytes"]) for row in batch))
        next_index = batch[-1]["index"] + 1
    return found


def _silent(service: str, error: Exception) -> NothingRuns:
    return NothingRuns(f"the database of {service} does not answer ({error}); see that the suite runs")


@dataclass(frozen=True, slots=True)
class InFiles:
    """The logs of an export: files named after their logs (`registry.events.jsonl`), an event a line."""

    files: tuple[Path, ...]

    def see(self, services: Iterable[Parts]) -> None:
        """See that every log has its file, and every file its log. Raises WrongCall."""
        owned = {log for parts in services for log in parts.logs}
        for file in self.files:
            if file.name.removesuffix(SUFFIX) not in owned:
                known = ", ".join(f"{name}{SUFFIX}" for name in sorted(owned))
                raise WrongCall(f"{file}: no log of a service is called so; name the files {known}")
        missing = sorted(owned - {file.name.removesuffix(SUFFIX) for file in self.files})
        if missing:
            raise WrongCall(
                f"the export lacks {', '.join(missing)}; name a file for each log, an empty one where it is empty"
            )

    def size(self, parts: Parts) -> int:
        """Give about how many events there are in a service's own logs."""
        return sum(self._file(log).stat().st_size for log in parts.logs) // AN_EVENT

    def read(self, parts: Parts, part: Part) -> Logs:
        """Read what a part of a service needs. Raises WrongCall."""
        return {
            log: list(_decoded(Catalogue(types), log, _lines(self._file(log), apart, part)))
            for log, types, apart in _needed(parts)
        }

    def _file(self, log: str) -> Path:
        return next(file for file in self.files if file.name == f"{log}{SUFFIX}")


def _lines(file: Path, apart: str, part: Part) -> Iterator[Stored]:
    with file.open("rb") as lines:
        for index, line in enumerate(lines):
            if line.strip() and _takes(apart, part, line):
                yield index, line


def _takes(apart: str, part: Part, data: bytes) -> bool:
    """Tell whether an event is of a part, or of what all parts look at."""
    subject = _SUBJECT.search(data) if apart and part.of > 1 else None
    known = re.match(apart, subject[1].decode()) if subject else None
    return known is None or crc32(known[1].encode()) % part.of == part.n


def _needed(parts: Parts) -> Iterator[tuple[str, tuple[type[Event], ...], str]]:
    """Give the logs that a service is replayed on, the types that it reads, and what tells its own streams apart."""
    yield from ((log, parts.rules.events, parts.apart) for log in parts.logs)
    for log, types in parts.reactions.follows.items():
        yield log, (*types, EventCorrected), ""


def _decoded(catalogue: Catalogue, log: str, stored: Iterable[Stored]) -> Iterator[Recorded]:
    for index, data in stored:
        try:
            envelope = catalogue.decode(data)
        except Unreadable as error:
            raise WrongCall(f"{log} index {index}: {error}; see that this is the release that wrote it") from error
        if envelope is not None:
            yield Recorded(log, index, envelope)


def named(paths: Sequence[str]) -> list[Path]:
    """Give the files of an export; a directory stands for all logs in it."""
    found = [Path(path) for path in paths]
    return [file for path in found for file in (sorted(path.glob(f"*{SUFFIX}")) if os.path.isdir(path) else [path])]  # noqa: PTH112

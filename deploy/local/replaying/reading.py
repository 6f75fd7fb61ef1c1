"""The logs of all services, read once: from their databases, or from files of an export, a CloudEvent a line."""

import os
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TypeAlias

import asyncpg

from deploy.local.checking.events import rows
from deploy.local.checking.suite import Addresses, NothingRuns
from deploy.local.explained import WrongCall
from shared.contracts.cloudevent import Catalogue, Recorded, Unreadable
from shared.contracts.duty import EventCorrected
from shared.log.postgres import connection
from shared.parts import Parts

Logs: TypeAlias = Mapping[str, Sequence[Recorded]]
SUFFIX = ".jsonl"


async def from_databases(where: Addresses, services: Sequence[Parts]) -> Logs:
    """Read every service's own logs. Raises NothingRuns, WrongCall."""
    found: dict[str, Sequence[Recorded]] = {}
    for parts in services:
        try:
            async with connection(where.databases[parts.name], "replay") as reading:
                for log in parts.logs:
                    async with aclosing(rows(reading, log)) as stored:
                        found[log] = _decoded(parts, log, [(row.place, row.data) async for row in stored])
        except (OSError, asyncpg.PostgresError) as error:
            raise NothingRuns(
                f"the database of {parts.name} does not answer ({error}); see that the suite runs"
            ) from error
    return found


def from_export(files: Sequence[Path], services: Sequence[Parts]) -> Logs:
    """Read files named after their logs (`registry.events.jsonl`), an event a line. Raises WrongCall."""
    owners = {log: parts for parts in services for log in parts.logs}
    found: dict[str, Sequence[Recorded]] = {}
    for file in files:
        log = file.name.removesuffix(SUFFIX)
        if log not in owners:
            named = ", ".join(f"{name}{SUFFIX}" for name in sorted(owners))
            raise WrongCall(f"{file}: no log of a service is called so; name the files {named}")
        lines = enumerate(file.read_bytes().splitlines())
        found[log] = _decoded(owners[log], log, [(index, line) for index, line in lines if line.strip()])
    missing = sorted(owners.keys() - found.keys())
    if missing:
        raise WrongCall(
            f"the export lacks {', '.join(missing)}; name a file for each log, an empty one where it is empty"
        )
    return found


def _decoded(parts: Parts, log: str, stored: Sequence[tuple[int, bytes]]) -> list[Recorded]:
    catalogue, found = Catalogue(parts.rules.events), []
    for index, data in stored:
        try:
            envelope = catalogue.decode(data)
        except Unreadable as error:
            raise WrongCall(f"{log} index {index}: {error}; see that this is the release that wrote it") from error
        if envelope is not None:
            found.append(Recorded(log, index, envelope))
    return found


def read_by(parts: Parts, logs: Logs) -> Logs:
    """Give what a service reads: of its own logs everything, of a foreign one what it follows and its corrections."""
    follows = parts.reactions.follows.items()
    return {name: logs[name] for name in parts.logs} | {
        name: [each for each in logs[name] if isinstance(each.event, (*types, EventCorrected))]
        for name, types in follows
    }


def named(paths: Sequence[str]) -> list[Path]:
    """Give the files of an export; a directory stands for all logs in it."""
    found = [Path(path) for path in paths]
    return [file for path in found for file in (sorted(path.glob(f"*{SUFFIX}")) if os.path.isdir(path) else [path])]  # noqa: PTH112

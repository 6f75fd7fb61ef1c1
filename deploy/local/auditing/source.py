"""Where an export comes from: the logs and their signed trees in each service's database, and which keys still exist.

Nothing is signed here: the checkpoints are the leaders' own, which they have published, so an export needs no private key.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import asyncpg

from deploy.local.auditing import files
from deploy.local.auditing.exporting import Writing
from deploy.local.auditing.files import FileBroken
from deploy.local.auditing.readme import README
from deploy.local.auditing.verifying import log_of
from deploy.local.checking.suite import Addresses, NothingRuns
from deploy.local.explained import Explained
from shared.log.postgres import Connection, connection
from shared.log.sql import query
from shared.tlog.checkpoint import open_checkpoint
from shared.tlog.note import verifier_key
from shared.tlog.tiles import WIDTH

SQL = Path(__file__).with_name("exporting.sql")
TOGETHER: Final = 16 * WIDTH
"""Entries a question: some megabytes."""
NAMES_TOGETHER: Final = 10_000
Tell = Callable[[str, int, int], None]


class NotExported(Explained):
    """A log cannot be exported as it is."""


async def export(
    directory: Path, where: Addresses, only: Sequence[str] = (), tell: Tell = lambda _log, _done, _size: None
) -> dict[str, int]:
    """Export every signed log of a suite, or only these; give each one's entries. Raises NothingRuns, NotExported."""
    sizes: dict[str, int] = {}
    keys: dict[str, list[str]] = {}
    for service, url in where.databases.items():
        try:
            async with connection(url, "export") as database:
                for log, size, note, signed_by in await database.fetch(query(SQL, "trees"), list(only) or None):
                    checkpoint = open_checkpoint(note, [verifier_key(key) for key in signed_by])
                    writing = Writing(directory / log, checkpoint, note)
                    await _entries(writing, database, log, size, tell)
                    writing.finish(await _live(where, service, writing.refs))
                    sizes[log], keys[log] = size, list(signed_by)
        except (OSError, asyncpg.PostgresError) as error:
            raise NothingRuns(f"{service}: a database does not answer ({error}); see that the suite runs") from error
    missing = sorted({*only} - sizes.keys()) if sizes else ["no log"]
    if missing:
        raise NotExported(
            f"{', '.join(missing)}: nothing is signed yet; see that its service runs and leads (/health/ready)"
        )
    files.write(directory, "README.md", README.encode())
    files.write(directory, files.VERIFIER_KEYS, _keys(directory, keys).encode())
    return sizes


async def _entries(writing: Writing, database: Connection, log: str, size: int, tell: Tell) -> None:
    """Write what is new. Raises NotExported where the log has a gap."""
    while writing.next_index < size:
        start, end = writing.next_index, min(size, writing.next_index + TOGETHER)
        rows = await database.fetch(query(SQL, "entries"), log, start, end)
        if len(rows) != end - start:
            raise NotExported(f"{log}: has a gap between index {start} and {end}; run ./medverka check")
        for at in range(0, len(rows), WIDTH):
            writing.add([row["bytes"] for row in rows[at : at + WIDTH]])
        tell(log, end, size)


async def _live(where: Addresses, service: str, refs: set[str]) -> set[str]:
    """Give which of these keys still exist. Raises NotExported where the keys' database is not known."""
    if not refs:
        return set()
    if service not in where.keys:
        raise NotExported(
            f"{service}: fields are sealed, and it is not known where the keys are; set MEDVERKA_KEYS_URL=postgresql://…"
        )
    names, live = sorted(refs), set[str]()
    async with connection(where.keys[service], "export") as store:
        for at in range(0, len(names), NAMES_TOGETHER):
            rows = await store.fetch(query(SQL, "live_keys"), names[at : at + NAMES_TOGETHER])
            live.update(row["ref"] for row in rows)
    return live


def _keys(directory: Path, keys: dict[str, list[str]]) -> str:
    """Give the verifier keys of all logs in the directory, also of those that were exported before and not now."""
    try:
        before = files.lines(directory / files.VERIFIER_KEYS)
    except FileBroken:
        before = []
    kept = [line for line in before if log_of(line.partition("+")[0]) not in keys]
    return "".join(f"{line}\n" for line in sorted({*kept, *(key for each in keys.values() for key in each)}))

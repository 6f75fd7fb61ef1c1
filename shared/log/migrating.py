"""The schema of a service's database: numbered migrations, forward only, each checked by its checksum.

Views are no part of them: a view's table is derived, made by its own pair of files, and made anew when that pair changes.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from shared.log.postgres import Connection
from shared.log.sql import query

SQL = Path(__file__).with_suffix(".sql")
MIGRATIONS = Path(__file__).with_name("migrations")


class MigrationChanged(Exception):
    """A migration that was applied here reads differently now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"migration {name} was changed after it had been applied; put it back and write a new one")


class MigrationUnknown(Exception):
    """The database is newer than this release."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"migration {name} was applied by a newer release; start that one, or restore an older database"
        )


class MigrationSkipped(Exception):
    """A later one was applied without it: it would not be tried on what it was written for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"migration {name} has a lower number than one that was applied; give it the next number")


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file: `0001_log.sql`."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """The SHA-256 of the file."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(directory: Path = MIGRATIONS) -> list[Migration]:
    """Give a directory's migrations in the order of their numbers."""
    return [Migration(path.stem, path.read_text(encoding="utf-8")) for path in sorted(directory.glob("*.sql"))]


async def migrate(connection: Connection, wanted: list[Migration] | None = None) -> list[str]:
    """Bring the database to this release and give what was applied.

    Raises MigrationChanged, MigrationUnknown, MigrationSkipped.
    """
    wanted = migrations() if wanted is None else wanted
    async with connection.transaction():
        await connection.execute(query(SQL, "one_at_a_time"))
        await connection.execute(query(SQL, "table"))
        rows = await connection.fetch(query(SQL, "applied"))
        applied = {row["name"]: row["checksum"] for row in rows}
        known = {migration.name for migration in wanted}
        for name in applied:
            if name not in known:
                raise MigrationUnknown(name)
        for migration in wanted:
            if migration.name not in applied and any(name > migration.name for name in applied):
                raise MigrationSkipped(migration.name)
        return [m.name for m in wanted if await _apply(connection, m, applied.get(m.name))]


async def _apply(connection: Connection, migration: Migration, applied: str | None) -> bool:
    if applied is not None:
        if applied != migration.checksum:
            raise MigrationChanged(migration.name)
        return False
    await connection.execute(migration.sql)
    await connection.execute(query(SQL, "note"), migration.name, migration.checksum)
    return True

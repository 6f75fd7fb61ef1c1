"""The schema of a service's database: numbered migrations, forward only, each checked by its checksum.

Views are no part of them: a view's table is derived, made by its own pair of files, and made anew when that pair changes.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from shared.log.postgres import Connection

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
    """Bring the database to this release and give what was applied. Raises MigrationChanged, MigrationUnknown."""
    wanted = migrations() if wanted is None else wanted
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('medverka migrations'))")
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, checksum text NOT NULL, applied timestamptz"
            " NOT NULL DEFAULT now())"
        )
        rows = await connection.fetch("SELECT name, checksum FROM migration")
        applied = {row["name"]: row["checksum"] for row in rows}
        known = {migration.name for migration in wanted}
        for name in applied:
            if name not in known:
                raise MigrationUnknown(name)
        return [m.name for m in wanted if await _apply(connection, m, applied.get(m.name))]


async def _apply(connection: Connection, migration: Migration, applied: str | None) -> bool:
    if applied is not None:
        if applied != migration.checksum:
            raise MigrationChanged(migration.name)
        return False
    await connection.execute(migration.sql)
    await connection.execute(
        "INSERT INTO migration (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum
    )
    return True

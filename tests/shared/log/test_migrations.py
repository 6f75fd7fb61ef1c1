"""Migrations: numbered, forward only, checked by checksum; the schema is their sum and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from shared.log.migrating import Migration, MigrationChanged, MigrationSkipped, MigrationUnknown, migrate, migrations
from shared.log.postgres import Connection, connect
from shared.persons.installing import MIGRATIONS as KEYS_MIGRATIONS

SCHEMA = Path(__file__).with_name("schema.txt")
ONE, TWO = Migration("0001_one", "CREATE TABLE one (a int);"), Migration("0002_two", "ALTER TABLE one ADD b int;")
DESCRIBE = """
SELECT format('%s.%s %s%s%s', table_name, column_name, data_type,
    CASE WHEN is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END, ' DEFAULT ' || column_default) AS line
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype = 'c'
"""


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An empty database."""
    connection = await connect(database, "test")
    yield connection
    await connection.close()


async def schema(connection: Connection) -> list[str]:
    """Describe all columns, indexes and checks."""
    return sorted(row["line"] for row in await connection.fetch(DESCRIBE))


async def test_the_schema_is_the_sum_of_its_migrations(connection: Connection) -> None:
    """One after the other they give what stands in schema.txt, where a reader finds it in one place."""
    for upto in range(1, len(migrations()) + 1):
        applied = await migrate(connection, migrations()[:upto])
        assert applied == [migrations()[upto - 1].name]
    assert await schema(connection) == SCHEMA.read_text().splitlines()


async def test_doing_it_again_changes_nothing(connection: Connection) -> None:
    """A second start finds it done."""
    assert await migrate(connection) == [migration.name for migration in migrations()]
    assert await migrate(connection) == []


async def test_of_two_that_start_together_one_migrates(connection: Connection, database: str) -> None:
    """The other waits, and finds it done."""
    other = await connect(database, "test other")
    done = await asyncio.gather(migrate(connection), migrate(other))
    await other.close()
    assert sorted(done, key=len) == [[], [migration.name for migration in migrations()]]


async def test_a_changed_migration_stops_the_start(connection: Connection) -> None:
    """What was applied reads differently now: nothing is done."""
    await migrate(connection, [ONE])
    changed = Migration(ONE.name, ONE.sql + " -- mended")
    with pytest.raises(MigrationChanged, match="0001_one was changed after it had been applied"):
        await migrate(connection, [changed, TWO])
    assert len(await connection.fetch("SELECT FROM migration")) == 1


async def test_an_older_release_does_not_start_on_a_newer_database(connection: Connection) -> None:
    """It would write what the newer one no longer reads."""
    await migrate(connection, [ONE, TWO])
    with pytest.raises(MigrationUnknown, match="0002_two was applied by a newer release"):
        await migrate(connection, [ONE])


async def test_a_migration_cannot_be_put_before_one_that_was_applied(connection: Connection) -> None:
    """Numbers only grow."""
    await migrate(connection, [Migration("0002_two", "CREATE TABLE one (a int);")])
    with pytest.raises(MigrationSkipped, match="0001_one has a lower number"):
        await migrate(connection, [ONE, Migration("0002_two", "CREATE TABLE one (a int);")])


async def test_a_migration_that_fails_leaves_nothing(connection: Connection) -> None:
    """All of a start's migrations are one transaction."""
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await migrate(connection, [ONE, Migration("0002_two", "ALTER TABEL one ADD b int;")])
    assert await schema(connection) == []


@pytest.mark.parametrize("directory", [None, KEYS_MIGRATIONS], ids=["services", "keys"])
def test_migrations_are_numbered_without_a_gap(directory: Path | None) -> None:
    """0001, 0002 and so on, each with a name."""
    found = migrations() if directory is None else migrations(directory)
    assert [migration.name[:5] for migration in found] == [f"{n:04}_" for n in range(1, len(found) + 1)]

"""The key store's schema and who may read what in it, made by the owner of its database, before a service starts.

`python -m shared.persons.installing OWNERS_URL deploy/keys.toml registry=registry …`: each service with the role
that it connects as; what it may is the file's to say. Doing it again changes nothing.
"""

import asyncio
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import asyncpg

from shared.log.migrating import migrate, migrations
from shared.log.postgres import Connection, Pool, connect
from shared.log.sql import query
from shared.persons.keys import CLAIMS
from shared.persons.postgres import SQL

MIGRATIONS = Path(__file__).with_name("migrations")

Rights: TypeAlias = Mapping[str, Mapping[str, bool]]
"""Service → purpose → whether it also writes. Each has its own key for claims besides."""
HOW = "python -m shared.persons.installing OWNERS_URL RIGHTS_FILE SERVICE=DATABASE_ROLE …"


def read_rights(file: Path) -> Rights:
    """Read the file that says which service reads and writes which purpose. Raises ValueError, OSError."""
    rights = tomllib.loads(file.read_text(encoding="utf-8"))
    for service, purposes in rights.items():
        if not isinstance(purposes, dict) or not set(purposes.values()) <= {"reads", "writes"}:
            raise ValueError(f"{file}: [{service}] names purposes, each with reads or writes")
    return {
        service: {purpose: how == "writes" for purpose, how in purposes.items()} for service, purposes in rights.items()
    }


class NotInstalled(Exception):
    """The key store is not there for this service, or of another release."""

    def __init__(self) -> None:
        super().__init__(
            "the key store lacks this release's schema or this service's rights; as its owner, run "
            "python -m shared.persons.installing OWNERS_URL RIGHTS_FILE SERVICE=ROLE"
        )


async def install(owners_url: str, roles: Mapping[str, str], rights: Rights) -> None:
    """Bring the key store to this release and set what each service's role may do."""
    connection = await connect(owners_url, "keys install")
    try:
        await migrate(connection, migrations(MIGRATIONS))
        async with connection.transaction():
            for service, role in roles.items():
                await _permit(connection, role, {**rights[service], f"{CLAIMS}:{service}": True})
    finally:
        await connection.close()


async def check(pool: Pool) -> None:
    """See at a service's start that the key store has this release's schema. Raises NotInstalled."""
    try:
        applied = {row["name"]: row["checksum"] for row in await pool.fetch(query(SQL, "applied"))}
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        applied = {}
    if applied != {migration.name: migration.checksum for migration in migrations(MIGRATIONS)}:
        raise NotInstalled


async def _permit(connection: Connection, role: str, may: Mapping[str, bool]) -> None:
    quoted = await connection.fetchval("SELECT quote_ident($1)", role)
    await connection.execute(f"GRANT SELECT ON permission, migration TO {quoted}")
    await connection.execute(f"GRANT SELECT, INSERT ON key TO {quoted}")
    await connection.execute(f"GRANT UPDATE (material, person_ref, destroyed_at) ON key TO {quoted}")
    await connection.execute(query(SQL, "forbid_others"), role, list(may))
    for purpose, writes in may.items():
        await connection.execute(query(SQL, "permit"), role, purpose, writes)


def main(arguments: Sequence[str]) -> int:
    """Install from the command line."""
    try:
        owners_url, file, *pairs = arguments
        roles, rights = dict(pair.split("=", 1) for pair in pairs), read_rights(Path(file))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{HOW}: {error}\n".replace("\n", " ").rstrip() + "\n")
        return 2
    if not roles.keys() <= rights.keys():
        sys.stderr.write(f"{file} has {', '.join(rights)}; write SERVICE=DATABASE_ROLE for each\n")
        return 2
    asyncio.run(install(owners_url, roles, rights))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

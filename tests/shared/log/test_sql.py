"""Every query of every SQL file is prepared on a real server, and asked by somebody."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from shared.log.migrating import migrate, migrations
from shared.log.postgres import Connection, connect
from shared.log.sql import QueryMissing, queries, query
from shared.persons.installing import MIGRATIONS as KEYS_MIGRATIONS

CODE = "\n".join(path.read_text() for top in ("shared", "services", "deploy") for path in (ROOT / top).rglob("*.py"))
FILES = sorted(
    path
    for top in ("shared", "services", "tests/shared/log")
    for path in (ROOT / top).rglob("*.sql")
    if path.parent.name != "migrations"
)
LOG = ROOT / "shared" / "log"
KEYS = ROOT / "shared" / "persons"
TESTS = ROOT / "tests"


def place(path: Path) -> str:
    """Give the service whose database a file's tables are in; what is shared is in each of them."""
    return path.parent.parent.name if path.parent.name == "views" else ""


BY_SERVICE: dict[str, list[Path]] = defaultdict(list)
for found in FILES:
    if place(found):
        BY_SERVICE[place(found)].append(found)


def named(path: Path) -> str:
    """Name a case after its file."""
    return str(path.relative_to(ROOT))


async def tables_of(connection: Connection, service: str) -> None:
    """Make a service's views, and those of duties and of the trail that every service has."""
    for path in (LOG / "duty_view.sql", LOG / "trail.sql", *BY_SERVICE[service]):
        await connection.execute(query(path, "table"))


@pytest.mark.parametrize("path", [path for path in FILES if path.parent != KEYS], ids=named)
async def test_every_query_can_be_prepared(database: str, path: Path) -> None:
    """On the tables that the migrations and the views make, the server understands each query and its parameters."""
    connection = await connect(database, "test")
    try:
        await migrate(connection)
        await tables_of(connection, place(path))
        for name, sql in queries(path).items():
            if name != "table":
                await connection.prepare(sql)
    finally:
        await connection.close()


async def test_every_query_of_the_key_store_can_be_prepared(keys_database: str) -> None:
    """The keys lie in a cluster of their own, with a schema of their own."""
    connection = await connect(keys_database, "test")
    try:
        await migrate(connection, migrations(KEYS_MIGRATIONS))
        for path in FILES:
            for sql in queries(path).values() if path.parent == KEYS else ():
                await connection.prepare(sql)
    finally:
        await connection.close()


@pytest.mark.parametrize("path", [path for path in FILES if TESTS not in path.parents], ids=named)
def test_every_query_is_asked(path: Path) -> None:
    """A name that nobody says is a query that nobody tries."""
    unused = [name for name in queries(path) if not re.search(rf'["\']{name}["\']', CODE)]
    assert unused == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_names_are_unique_in_their_file(path: Path) -> None:
    """The second of two would silently replace the first; and nothing stands before the first name."""
    text = path.read_text()
    names = re.findall(r"^-- name: (\w+)$", text, re.MULTILINE)
    assert text.startswith("-- name: ")
    assert len(names) == len(set(names)) == len(queries(path)) == text.count("-- name:")


def test_a_query_that_is_not_there_is_named() -> None:
    """A misspelt name is told with its file and what to write there."""
    with pytest.raises(
        QueryMissing, match=r"log\.sql has no query named nothing; write it under a line `-- name: nothing`"
    ):
        query(LOG / "log.sql", "nothing")

"""The key store: one body over memory and Postgres (shared/persons/keys.py), and what only Postgres has."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag

from deploy.local.stack import databases
from deploy.local.suite import KEY_RIGHTS
from shared.log.postgres import pool
from shared.persons.installing import NotInstalled, check, install, main, read_rights
from shared.persons.keys import PURPOSES, EpochUnknown, KeyDestroyed, Keys
from shared.persons.memory import MemoryKeys
from shared.persons.postgres import REMEMBERED_S, PostgresKeys
from shared.persons.wrapping import SecretUnfit, Wrapping, wrapping

WRAPPING = wrapping("a secret of at least thirty-two characters")

MAY = read_rights(KEY_RIGHTS)


@asynccontextmanager
async def opened(url: str, wrapped: Wrapping = WRAPPING) -> AsyncIterator[PostgresKeys]:
    """Give one process's door to a store."""
    connections = await pool(url, "test keys", size=4)
    try:
        yield PostgresKeys(connections, wrapped)
    finally:
        await connections.close()


@pytest.fixture
async def store(keys_database: str) -> str:
    """The address of a key store without keys, as its owner."""
    await install(keys_database, {}, {})
    return keys_database


@pytest.fixture(params=["memory", "postgres"])
async def keys(request: pytest.FixtureRequest, store: str) -> AsyncIterator[Keys]:
    """Each store in turn."""
    if request.param == "memory":
        yield MemoryKeys()
    else:
        async with opened(store) as postgres:
            yield postgres


# What both keep


async def test_a_key_is_made_once(keys: Keys) -> None:
    """Asked for again, the same key comes; another reference or purpose has another."""
    first = await keys.key_for("contact", "c1")
    assert first == await keys.key_for("contact", "c1")
    others = [await keys.key_for("contact", "c2"), await keys.key_for("subject", "c1")]
    assert len({key.material for key in (first, *others)}) == 3
    assert (first.ref, len(first.material)) == ("contact/c1", 32)


async def test_those_who_ask_at_the_same_time_get_one_key(keys: Keys) -> None:
    """Of twelve who make a key at once, one does, and all get it: two would leave events that nobody can read."""
    found = await asyncio.gather(*[keys.key_for("subject", "s1", "p1") for _ in range(12)])
    assert len({key.material for key in found}) == 1


async def test_only_keys_that_are_there_are_found(keys: Keys) -> None:
    """An unknown name is missing from the answer, and nothing is made by asking."""
    key = await keys.key_for("contact", "c1")
    assert await keys.find(["contact/c1", "contact/c2"]) == {"contact/c1": key}
    assert await keys.find([]) == {}
    assert await keys.find(["contact/c2"]) == {}


async def test_a_destroyed_key_is_gone_for_ever(keys: Keys) -> None:
    """It is found no more, it is not made anew, and destroying it again does nothing."""
    await keys.key_for("subject", "s1", "p1")
    assert await keys.destroy("subject/s1")
    assert await keys.find(["subject/s1"]) == {}
    with pytest.raises(KeyDestroyed, match="subject/s1: its key was destroyed"):
        await keys.key_for("subject", "s1", "p1")
    assert not await keys.destroy("subject/s1")
    assert not await keys.destroy("subject/unknown")


# What only Postgres has


async def test_a_key_outlives_its_process(store: str) -> None:
    """What one process made, another reads."""
    async with opened(store) as one, opened(store) as other:
        assert await one.key_for("contact", "c1") == (await other.find(["contact/c1"]))["contact/c1"]


async def test_another_process_forgets_a_destroyed_key(store: str) -> None:
    """At once where it is told, and by itself after a minute."""
    time = 0.0
    connections = await pool(store, "test keys", size=1)
    remembering = PostgresKeys(connections, WRAPPING, lambda: time)
    async with opened(store) as destroying:
        await remembering.key_for("subject", "s1")
        await destroying.destroy("subject/s1")
        assert "subject/s1" in await remembering.find(["subject/s1"])
        time = REMEMBERED_S
        assert await remembering.find(["subject/s1"]) == {}
        await remembering.key_for("subject", "s2")
        await destroying.destroy("subject/s2")
        remembering.forget("subject/s2")
        assert await remembering.find(["subject/s2"]) == {}
    await connections.close()


async def test_a_destroyed_key_leaves_neither_material_nor_person(store: str) -> None:
    """The row that stays has the name alone."""
    async with opened(store) as keys:
        await keys.key_for("subject", "s1", "p1")
        await keys.destroy("subject/s1")
    connection = await asyncpg.connect(store)
    row = await connection.fetchrow("SELECT ref, person_ref, material FROM key")
    await connection.close()
    assert row is not None
    assert tuple(row) == ("subject/s1", None, None)


async def test_the_database_alone_reads_no_key(store: str) -> None:
    """What lies there is wrapped: it is not the material, and another secret does not open it."""
    async with opened(store) as keys:
        key = await keys.key_for("contact", "c1")
    connection = await asyncpg.connect(store)
    wrapped = await connection.fetchval("SELECT material FROM key")
    await connection.close()
    assert key.material not in wrapped
    async with opened(store, wrapping("another secret of thirty-two characters")) as others:
        with pytest.raises(EpochUnknown, match=f"keys of epoch {WRAPPING.epoch} cannot be read"):
            await others.find(["contact/c1"])


async def test_a_new_secret_reads_what_the_old_one_wrapped(store: str) -> None:
    """The file's first line wraps, the others still read."""
    async with opened(store) as keys:
        old = await keys.key_for("contact", "c1")
    both = wrapping("another secret of thirty-two characters\na secret of at least thirty-two characters\n")
    async with opened(store, both) as keys:
        assert (await keys.find(["contact/c1"]))["contact/c1"] == old
        new = await keys.key_for("contact", "c2")
        assert both.epoch != WRAPPING.epoch
    async with opened(store, both) as keys:
        assert (await keys.find(["contact/c2"]))["contact/c2"] == new


def test_a_wrapped_key_belongs_to_its_name() -> None:
    """Put under another name, it does not open."""
    wrapped = WRAPPING.wrap(bytes(32), "contact/c1", bytes(12))
    with pytest.raises(InvalidTag):
        WRAPPING.unwrap(wrapped, "contact/c2", WRAPPING.epoch)


@pytest.mark.parametrize("secret", ["", "\n", "x" * 31, "x" * 40 + "\nshort"])
def test_a_short_secret_stops_the_start(secret: str) -> None:
    """A secret that can be guessed is refused, with how to make one."""
    with pytest.raises(SecretUnfit, match="fewer than 32 characters; make one: openssl rand -hex 32"):
        wrapping(secret)


def test_no_secret_is_printed() -> None:
    """What wraps shows the epoch's public name alone."""
    assert WRAPPING.epochs[0].key.hex() not in repr(WRAPPING)
    assert repr(WRAPPING.epochs[0].key) not in repr(WRAPPING)


# Who may do what


@pytest.fixture
async def services(keys_database: str) -> AsyncIterator[dict[str, str]]:
    """The store's address for each service, as the role that it has there."""
    suffix = uuid.uuid4().hex[:8]
    roles = {service: f"{service}_{suffix}" for service in MAY}
    owner = await asyncpg.connect(keys_database)
    for role in roles.values():
        await owner.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'test'")
    await install(keys_database, roles, MAY)
    name = keys_database.rpartition("/")[2].partition("?")[0]
    yield {service: databases.in_database(keys_database, name, role, "test") for service, role in roles.items()}
    for role in roles.values():
        await owner.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    await owner.close()


@pytest.mark.parametrize("service", MAY)
async def test_a_service_makes_and_reads_its_own_purposes_only(services: dict[str, str], service: str) -> None:
    """Every cell of service × purpose: what it may not is refused by the database itself."""
    for purpose in (*PURPOSES, *(f"claims:{name}" for name in MAY)):
        writes = MAY[service].get(purpose) or purpose == f"claims:{service}"
        async with opened(services[service]) as keys:
            if writes:
                await keys.key_for(purpose, "r1")
            else:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await keys.key_for(purpose, "r1")


async def test_procurement_reads_contacts_and_destroys_none(services: dict[str, str]) -> None:
    """The addresses that registry keeps are read by who writes to them; other keys are not even seen."""
    async with opened(services["registry"]) as registry, opened(services["procurement"]) as procurement:
        contact = await registry.key_for("contact", "c1")
        await registry.key_for("sole-trader", "t1")
        assert await procurement.find(["contact/c1", "sole-trader/t1"]) == {"contact/c1": contact}
        assert not await procurement.destroy("contact/c1")
        assert await registry.destroy("contact/c1")


async def test_no_service_gives_itself_a_permission(services: dict[str, str]) -> None:
    """Who may read what is the owner's to say."""
    connection = await asyncpg.connect(services["consultation"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("INSERT INTO permission VALUES (current_user, 'subject', true)")
    await connection.close()


async def test_installing_again_changes_nothing(store: str) -> None:
    """A start after a start finds all in place."""
    async with opened(store) as keys:
        key = await keys.key_for("contact", "c1")
    await install(store, {}, {})
    async with opened(store) as keys:
        assert (await keys.find(["contact/c1"]))["contact/c1"] == key


async def test_a_service_sees_at_its_start_whether_the_store_is_there(
    services: dict[str, str], keys_database: str
) -> None:
    """It goes on with this release's schema, and stops with what to do without one, or with another's."""
    connections = await pool(services["registry"], "test keys", size=1)
    await check(connections)
    owner = await asyncpg.connect(keys_database)
    await owner.execute("UPDATE migration SET checksum = 'x'")
    with pytest.raises(NotInstalled, match=r"as its owner, run python -m shared.persons.installing"):
        await check(connections)
    await owner.execute("DROP TABLE migration")
    with pytest.raises(NotInstalled):
        await check(connections)
    await owner.close()
    await connections.close()


@pytest.mark.parametrize(
    "arguments",
    [[], ["url", str(KEY_RIGHTS), "registry"], ["url", str(KEY_RIGHTS), "nobody=role"], ["url", "nowhere", "a=b"]],
)
def test_a_wrong_call_is_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The command says how it is called, and leaves with 2."""
    assert main(arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("written", ["registry = 1", "[registry]\ncontact = true", "["])
def test_rights_that_say_something_else_are_refused(written: str, tmp_path: Path) -> None:
    """Nobody is given a right by a slip of the pen."""
    file = tmp_path / "keys.toml"
    file.write_text(written)
    with pytest.raises(ValueError, match=r"keys\.toml|Invalid|line"):
        read_rights(file)

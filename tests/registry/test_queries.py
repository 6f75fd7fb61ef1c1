"""What the registry answers on a real server: who is recognised on a day, who waits for a decision, who is incomplete."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.registry.views.enterprise import ENTERPRISE
from shared.contracts.values import Id
from shared.log.postgres import Connection, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from tests.registry.stories import (
    LEGAL_PERSON,
    SOLE_TRADER,
    apply,
    met,
    offer,
    recognised,
    register,
    registry,
    row_of,
    withdrawn,
)
from tests.spec import Story

FIRST, SECOND, THIRD = (Id(f"01930000-0000-7000-8000-00000000e00{n}") for n in (1, 2, 3))
DAY = date.fromisoformat
LACKS_DETAILS = True


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An empty registry."""
    connection = await connect(database, "test")
    await create(connection, ENTERPRISE)
    yield connection
    await connection.close()


async def keep(connection: Connection, *stories: Story) -> None:
    """Store what each story comes to."""
    table = Table(ENTERPRISE)
    await table.prepare(connection)
    rows = [row_of(ENTERPRISE, story) for story in stories]
    await table.store(connection, {row.key: row for row in rows})


async def ask(connection: Connection, name: str, *arguments: object) -> list[dict[str, Any]]:
    """Ask a named query of the enterprises."""
    return [dict(row) for row in await connection.fetch(query(ENTERPRISE.sql, name), *arguments)]


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2026-01-11", None),
        ("2026-01-12", "registered"),
        ("2026-03-31", "registered"),
        ("2026-04-01", "recognised"),
        ("2026-08-31", "recognised"),
        ("2026-09-01", "withdrawn"),
        (None, "withdrawn"),
    ],
)
async def test_who_is_a_wise_on_a_day(connection: Connection, on: str | None, status: str | None) -> None:
    """The standing that had taken effect by the day; from its first day on, and without a day as of now."""
    await keep(connection, withdrawn())
    rows = await ask(connection, "recognitions", "", 10, on and DAY(on), "5560360793", None, None)
    assert [row["status"] for row in rows] == ([status] if status else [])
    assert all(set(row) == {"key", "enterprise_id", "status", "effective_from", "criteria_version"} for row in rows)


async def test_the_list_is_filtered_and_paged(connection: Connection) -> None:
    """Each filter narrows the list, and a page begins after its cursor."""
    sole_trader = registry().given(
        register(SOLE_TRADER, enterprise_id=SECOND, legal_form="enskild-firma", identity_mac="m")
    )
    waiting = registry().given(
        register("212000-0803", enterprise_id=THIRD), apply(enterprise_id=THIRD), met("DF-0", enterprise_id=THIRD)
    )
    await keep(connection, recognised().given(offer()), sole_trader, waiting)
    nothing = (None,) * 7

    async def ids(*filters: object, cursor: str = "", limit: int = 10) -> list[str]:
        asked = (*filters, *nothing[len(filters) :])
        return [row["enterprise_id"] for row in await ask(connection, "page", cursor, limit, *asked)]

    assert await ids() == [FIRST, SECOND, THIRD]
    assert await ids(limit=1, cursor=f"enterprise/{FIRST}") == [SECOND]
    assert await ids("recognised") == [FIRST]
    assert await ids(None, LEGAL_PERSON.replace("-", "")) == [FIRST]
    assert await ids(None, None, "0980", "enskild-firma") == [SECOND]
    assert await ids(None, None, None, None, LACKS_DETAILS) == []
    assert await ids(None, None, None, None, None, "open") == [THIRD]
    assert await ids(*nothing[:6], DAY("2027-04-01")) == [FIRST]
    assert await ids(*nothing[:6], DAY("2027-03-31")) == []
    applications = await ask(connection, "applications", "", 10, None)
    assert [(row["enterprise_id"], list(row["criteria"])) for row in applications] == [(THIRD, ["DF-0"])]
    assert await ask(connection, "applications", "", 10, DAY("2026-02-15")) == []


async def test_no_list_shows_a_person(connection: Connection) -> None:
    """Only the query for a sole trader's own details has ciphertext in it."""
    await keep(connection, registry().given(register(SOLE_TRADER, legal_form="enskild-firma", identity_mac="m")))
    for name, arguments in (("page", ("", 10, *(None,) * 7)), ("one", (f"enterprise/{FIRST}",))):
        (row,) = await ask(connection, name, *arguments)
        assert row["is_sole_trader"]
        assert not {"name_enc", "number_enc"} & set(row)
    (details,) = await ask(connection, "personal", f"enterprise/{FIRST}")
    assert set(details["name_enc"]) == {"keyRef", "alg", "nonce", "ciphertext"}


async def test_a_row_comes_back_as_it_was_stored(connection: Connection) -> None:
    """What the view loads to fold on is what it stored."""
    row = row_of(ENTERPRISE, withdrawn().given(offer(capacity={"quantity": "2", "unit": "places"})))
    table = Table(ENTERPRISE)
    await table.prepare(connection)
    await table.store(connection, {row.key: row})
    assert await table.load(connection, [row.key]) == {row.key: row}

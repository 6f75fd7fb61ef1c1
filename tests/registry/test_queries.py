"""What the registry answers on a real server: who is recognised on a day, who waits for a decision, who is incomplete."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.registry.api import looked_up
from services.registry.domain.assessment import CRITERIA
from services.registry.views.enterprise import ENTERPRISE
from shared.contracts.values import Id
from shared.http.operations import NotUnderstood, OfPerson
from shared.log.migrating import migrate
from shared.log.postgres import Connection, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from tests.registry.stories import (
    SOLE_TRADER,
    apply,
    met,
    offer,
    recognise,
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
    await migrate(connection)
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
    rows = await ask(connection, "looked_up", "", 10, "5560360793", None, on and DAY(on))
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
    nothing = (None,) * 6

    async def ids(*filters: object, cursor: str = "", limit: int = 10) -> list[str]:
        asked = (*filters, *nothing[len(filters) :])
        return [row["enterprise_id"] for row in await ask(connection, "page", cursor, limit, *asked)]

    assert await ids() == [FIRST, SECOND, THIRD]
    assert await ids(limit=1, cursor=f"enterprise/{FIRST}") == [SECOND]
    assert await ids("recognised") == [FIRST]
    assert await ids(None, "0980", "enskild-firma") == [SECOND]
    assert await ids(None, None, None, LACKS_DETAILS) == []
    assert await ids(None, None, None, None, "open") == [THIRD]
    assert await ids(*nothing[:5], DAY("2027-04-01")) == [FIRST]
    assert await ids(*nothing[:5], DAY("2027-03-31")) == []
    applications = await ask(connection, "applications", "", 10, None)
    assert [(row["enterprise_id"], list(row["criteria"])) for row in applications] == [(THIRD, ["DF-0"])]
    assert await ask(connection, "applications", "", 10, DAY("2026-02-15")) == []


async def test_no_list_shows_a_person(connection: Connection) -> None:
    """Only the query for a sole trader's own details has ciphertext in it."""
    await keep(connection, registry().given(register(SOLE_TRADER, legal_form="enskild-firma", identity_mac="m")))
    for name, arguments in (("page", ("", 10, *(None,) * 6)), ("one", (f"enterprise/{FIRST}",))):
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


async def test_a_sole_trader_is_found_by_the_claim_of_the_number(connection: Connection) -> None:
    """The number itself is in no row: what the service claims it by is, and gives the stream."""
    trader = registry().given(register(SOLE_TRADER, enterprise_id=SECOND, legal_form="enskild-firma", identity_mac="m"))
    await keep(connection, recognised(), trader)
    await connection.execute(
        "INSERT INTO claim (key, owner, digest, log, index) VALUES ('person:m', $1, '', NULL, NULL)",
        f"enterprise/{SECOND}",
    )
    found = await ask(connection, "looked_up", "", 10, None, "person:m", None)
    assert [(row["enterprise_id"], row["status"]) for row in found] == [(SECOND, "registered")]
    assert await ask(connection, "looked_up", "", 10, None, "person:other", None) == []
    assert await ask(connection, "looked_up", "", 10, None, None, None) == []


async def test_wises_are_counted_by_the_year_of_their_start(connection: Connection) -> None:
    """Those that are recognised or suspended on a day; a start that nobody stated is told apart (IN-2)."""
    second = known_as(SECOND, "556016-0680", business_started_on="2019-03-01")
    third = known_as(THIRD, "769999-9996", business_started_on="2019-11-01")
    second.given(recognise(enterprise_id=SECOND, effective_from="2026-05-04"))
    await keep(connection, recognised(), second, third)

    async def years(on: str | None) -> dict[str, int]:
        rows = await ask(connection, "by_start_year", "", 10, on and DAY(on))
        assert [row["key"] for row in rows] == [row["start_year"] for row in rows]
        return {row["start_year"]: row["wises"] for row in rows}

    assert await years(None) == {"2019": 1, "unknown": 1}
    assert await years("2026-05-03") == {"unknown": 1}
    assert await years("2026-03-31") == {}


def known_as(id_: Id, number: str, **fields: Any) -> Story:
    """Begin with another enterprise whose criteria are all met."""
    return registry().given(
        register(number, enterprise_id=id_, **fields), *(met(criterion, enterprise_id=id_) for criterion in CRITERIA)
    )


def test_a_number_is_looked_up_by_what_it_is() -> None:
    """A legal person's by itself; a person's or a foreign one hidden; none at all is refused."""
    assert looked_up({"organisation_number": "16556036-0793", "on": None}) == ("5560360793", None, None)
    assert looked_up({"organisation_number": SOLE_TRADER, "on": None}) == (None, OfPerson("1212121212"), None)
    assert looked_up({"organisation_number": " DE 1 ", "on": None}) == (None, OfPerson("foreign:DE 1"), None)
    assert "1212" not in repr(OfPerson("1212121212"))
    with pytest.raises(NotUnderstood):
        looked_up({"organisation_number": None, "on": None})

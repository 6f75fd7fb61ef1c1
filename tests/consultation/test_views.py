"""What the view holds of a year, and in which class its duties show at a day, on a real server too."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.consultation.domain.calendar import year_began
from services.consultation.domain.rows import ConsultationRow
from services.consultation.views.consultation import CONSULTATION, as_of
from shared.contracts.cloudevent import Recorded
from shared.log.duty_view import duty_view
from shared.log.postgres import Connection, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from shared.log.view import View
from shared.policy.duty.duties import Duties
from tests.authorities import authority
from tests.consultation.stories import begun, consultation, decline, follow_up, hold, initiate, passed
from tests.spec import Story, event_id

DAY = date.fromisoformat


def rows_of(view: View[Any], told: Story) -> dict[str, Any]:
    """Fold a story into a view's rows."""
    rows: dict[str, Any] = {}
    for index, envelope in enumerate(told.told):
        if view.takes(envelope.subject):
            event = Recorded("consultation.events", index, envelope)
            rows[envelope.subject] = view.fold(rows.get(envelope.subject), event)
    return rows


def test_a_year_shows_what_came_of_it() -> None:
    """When it was initiated, what that covered, when it was held and followed up."""
    story = consultation().given(initiate(), hold(), follow_up())
    assert rows_of(CONSULTATION, story) == {
        "consultation/2026": ConsultationRow(
            key="consultation/2026",
            year=2026,
            initiated_on=DAY("2026-05-04"),
            initiated_event_id=event_id(0),
            covers=("samrad", "uppfoljning"),
            invitation_dnr="RS 2026/101",
            held_on=DAY("2026-06-15"),
            followed_up_on=DAY("2026-06-22"),
        )
    }


def test_a_no_shows_as_such() -> None:
    """That the partner declined, when and how."""
    row = rows_of(CONSULTATION, consultation().given(initiate(), decline()))["consultation/2026"]
    assert (row.declined_on, row.declined_as) == (DAY("2026-05-18"), "declined")


@pytest.mark.parametrize(
    ("invitations", "shown"),
    [
        ([("2026-03-02", ("samrad",)), ("2026-04-01", ("uppfoljning",))], "2026-03-02"),
        ([("2026-03-02", ("samrad",)), ("2026-04-01", ("samrad", "uppfoljning"))], "2026-04-01"),
        ([("2026-03-02", ("samrad", "uppfoljning")), ("2026-04-01", ("samrad", "uppfoljning"))], "2026-03-02"),
    ],
)
def test_the_invitation_that_counts_is_shown(invitations: list[tuple[str, tuple[str, ...]]], shown: str) -> None:
    """The first that covers both; until there is one, the first of all."""
    story = consultation().given(*(initiate(on, covers=covers) for on, covers in invitations))
    assert rows_of(CONSULTATION, story)["consultation/2026"].initiated_on == DAY(shown)


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An empty consultation's views."""
    connection = await connect(database, "test")
    yield connection
    await connection.close()


async def keep(connection: Connection, told: Story) -> None:
    """Store what a story comes to, years and duties."""
    duties = told.rules.duties
    assert isinstance(duties, Duties)
    for view in (CONSULTATION, duty_view(duties, "consultation.events")):
        await create(connection, view)
        table = Table(view)
        await table.prepare(connection)
        await table.store(connection, rows_of(view, told))


async def test_each_year_shows_its_duties_in_their_class(connection: Connection) -> None:
    """A year kept, and a year without an initiative, which shows by its duty alone."""
    await keep(connection, passed("2027-01-31", begun().given(year_began(2027), initiate("2027-02-01"))))
    sql = query(CONSULTATION.sql, "page")
    rows = [as_of(dict(row), DAY("2027-06-01"), authority(), "sv") for row in await connection.fetch(sql, "", 10)]
    assert [(row["key"], row["year"], row["initiated_on"]) for row in rows] == [
        ("consultation/2026", 2026, None),
        ("consultation/2027", 2027, DAY("2027-02-01")),
    ]
    assert [(row["initiative_duty"]["class"], row["initiative_duty"]["breach"]) for row in rows] == [
        ("lapsed", True),
        ("done", False),
    ]
    assert rows[0]["held_duty"] is None
    assert rows[1]["held_duty"]["class"] == "open"
    after = await connection.fetch(sql, "consultation/2026", 10)
    assert [row["year"] for row in after] == [2027]
    for year in (2026, 2027):
        (one,) = await connection.fetch(query(CONSULTATION.sql, "one"), f"consultation/{year}")
        assert as_of(dict(one), DAY("2027-06-01"), authority(), "sv") == rows[year - 2026]
    assert await connection.fetch(query(CONSULTATION.sql, "one"), "consultation/2028") == []

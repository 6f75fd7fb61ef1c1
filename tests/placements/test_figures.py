"""What the quarterly figures count, and that the clock publishes them once, from a real log."""

from collections.abc import AsyncIterator
from datetime import date
from itertools import count
from typing import Any

import pytest

from services.placements.domain.figures import (
    MEASURES,
    RULES_VERSION,
    TOGETHER,
    Owed,
    PublishFigures,
    counts,
    figures,
)
from services.placements.domain.rows import CountedRow
from services.placements.domain.rules import rules
from services.placements.views.counted import COUNTED
from services.placements.views.enterprise import ENTERPRISE
from services.placements.views.figures import PUBLISHED
from services.placements.views.quarter_ends import QuarterEnds
from shared.contracts.cloudevent import Catalogue, Recorded
from shared.contracts.placements import Figure, Group
from shared.deciding import Command, Submission
from shared.log.append import Accepted, Logs
from shared.log.duty_view import duty_view
from shared.log.migrating import migrate
from shared.log.postgres import Connection, PostgresStore, connect
from shared.log.sql import query
from shared.log.tables import Table, create
from shared.persons.memory import MemoryKeys
from shared.persons.preparing import prepare
from shared.persons.recording import sealed
from shared.policy.duty.duties import Duties
from shared.policy.quarter import Quarter, over
from shared.policy.role import SOCIAL_BOARD
from tests.authorities import authority
from tests.placements.stories import buy, end, placements, start
from tests.spec import at

Q1 = Quarter(2026, 1)
D = date.fromisoformat
NUMBERS = count()


def place(n: int, **fields: Any) -> CountedRow:
    """Give a place that was bought on 5 January and began on the 12th."""
    usual: dict[str, Any] = {
        "key": f"placement/{n}", "placement_id": str(n), "enterprise_id": "e1", "place_kind": "arbetstraning",
        "basis": "lov", "purchased_on": D("2026-01-05"), "purchase_recorded_on": D("2026-01-05"),
        "started_on": D("2026-01-12"),
    }  # fmt: skip
    return CountedRow(**usual | fields)


def owed(due: str, acted: str | None = None, recorded: str | None = None) -> Owed:
    """Give a follow-up of place 1."""
    return Owed(
        placement_id="1", due_on=D(due), acted_on=D(acted) if acted else None,
        acted_recorded_on=D(recorded or acted) if acted else None, end="discharged" if acted else None,
    )  # fmt: skip


def counted(quarter: Quarter, *owed_: Owed, employed: frozenset[str] = frozenset(), **fields: Any) -> set[str]:
    """Name the measures in which place 1 is counted."""
    found = counts(quarter, [place(1, **fields)], owed_, employed)
    return {measure for measure in MEASURES if found[measure]}


def test_quarters_follow_each_other() -> None:
    """From the year's first until the last that is over."""
    assert [quarter.name for quarter in over(D("2026-02-14"), D("2027-04-01"))] == [
        "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1",
    ]  # fmt: skip
    assert not list(over(D("2026-01-01"), D("2026-03-31")))
    assert (Q1.first, Q1.last) == (D("2026-01-01"), D("2026-03-31"))


def test_a_purchase_is_counted_when_it_is_recorded() -> None:
    """A report that comes late is in the next figures, since the published ones stand."""
    assert "bought" in counted(Q1)
    late: dict[str, Any] = {"purchase_recorded_on": D("2026-04-02")}
    assert "bought" not in counted(Q1, **late)
    assert "bought" in counted(Q1.following, **late)


def test_those_who_have_a_place_at_the_quarter_s_end_are_active() -> None:
    """The last day of a place is its last: who leaves on 31 March has left."""
    assert "active" in counted(Q1)
    assert "active" in counted(Q1, ended_on=D("2026-04-01"))
    assert "active" not in counted(Q1, ended_on=D("2026-03-31"))
    assert "active" not in counted(Q1, started_on=D("2026-04-01"))
    assert "active" not in counted(Q1, started_on=None)


@pytest.mark.parametrize(
    ("of", "measure"),
    [
        (owed("2026-03-10", "2026-03-10"), {"followed-up-in-time"}),
        (owed("2026-03-10", "2026-03-11"), {"followed-up-late"}),
        (owed("2026-03-31"), {"not-followed-up"}),
        (owed("2026-04-01"), set()),
        (owed("2026-03-10", "2026-03-09", "2026-04-02"), set()),
    ],
)
def test_a_follow_up_is_counted_as_it_was_done(of: Owed, measure: set[str]) -> None:
    """By the day of the act and the due day, in the quarter in which it was recorded."""
    assert counted(Q1, of) - {"bought", "active"} == measure


def test_work_is_counted_when_it_is_known() -> None:
    """An outcome that nobody can read is unknown and counts nowhere (IN-3)."""
    known: dict[str, Any] = {"ended_on": D("2026-03-02"), "outcome_recorded_on": D("2026-03-03")}
    assert "outcome-employed" in counted(Q1, employed=frozenset({"placement/1"}), **known)
    assert "outcome-employed" not in counted(Q1, **known)


def test_the_list_of_figures_is_the_same_each_quarter() -> None:
    """Each measure in all, by each enterprise of the registry and by each kind of place; nothing by person, day or basis."""
    found = figures(Q1, [], [], (), ["e2", "e1"], ())
    assert len(found) == len(MEASURES) * (1 + 2 + 5)
    assert all(cell.value == 0 and not cell.suppressed for cell in found)
    some = figures(Q1, [place(n) for n in range(7)], [], (), ["e2", "e1"], ())
    assert [(cell.measure, cell.by) for cell in some] == [(cell.measure, cell.by) for cell in found]
    [bought] = [c for c in some if c.measure == "bought" and c.by == Group.model_validate({"enterpriseId": "e1"})]
    assert bought.value == 7


def test_a_place_at_a_sealed_enterprise_is_in_the_total_alone() -> None:
    """The person's identity is protected."""
    some = [place(n) for n in range(8)] + [place(n, enterprise_id="e2") for n in range(8, 21)]
    found = figures(Q1, [*some, place(21, enterprise_id=None)], [], (), (), ())
    values = {
        cell.by.enterprise_id: cell.value for cell in found if cell.measure == "bought" and not cell.by.place_kind
    }
    assert values == {None: 22, "e1": None, "e2": 13}


def test_figures_come_in_parts_that_fit_and_only_once() -> None:
    """An event is at most 60 KiB; a quarter that was published stays as it is."""
    cells = tuple(
        Figure(measure="bought", by=Group.model_validate({}), value=n, suppressed=False) for n in range(TOGETHER + 1)
    )
    command = PublishFigures(at=at("2026-04-01", 0), period="2026-Q1", cells=cells, log_index=7)
    outcome = placements().when(command)
    first, second = outcome.events()
    assert (len(first.cells), len(second.cells)) == (TOGETHER, 1)  # type: ignore[attr-defined]
    placements().given(command).when(command).then()


# On a real server


class Board:
    """Placements with a store and its views, folded when asked."""

    def __init__(self, connection: Connection, url: str) -> None:
        self.connection, self.keys = connection, MemoryKeys()
        self.rules = rules(authority())
        self.logs = Logs(
            PostgresStore(url, "test"), self.rules, ("placements.events", "placements.figures"), seal=sealed
        )
        duties = self.rules.duties
        assert isinstance(duties, Duties)
        self.views = (COUNTED, ENTERPRISE, PUBLISHED, duty_view(duties, "placements.events"))

    async def do(self, *commands: Command, key: str | None = None) -> None:
        """Carry out commands, recorded when they say they happened."""
        for command in commands:
            done = await prepare(command, self.keys, "placements")
            submission = Submission(
                command=done, key=key or f"key-{next(NUMBERS)}", actor="staff-1", role=SOCIAL_BOARD, recorded_at=command.at,
                correlation_id="correlation", dnr="SON 2026/1",
            )  # fmt: skip
            [answer] = await self.logs.append([submission])
            assert isinstance(answer, Accepted), answer

    async def fold(self) -> None:
        """Bring the views to the logs' ends."""
        catalogue = Catalogue(self.rules.events)
        for view in self.views:
            rows: dict[str, Any] = {}
            stored = await self.connection.fetch(
                "SELECT index, bytes FROM event WHERE log = $1 ORDER BY index", view.log
            )
            for each in stored:
                envelope = catalogue.decode(each["bytes"])
                assert envelope is not None
                if view.takes(envelope.subject):
                    key = envelope.subject
                    rows[key] = view.fold(rows.get(key), Recorded(view.log, each["index"], envelope))
            table = Table(view)
            await table.prepare(self.connection)
            await table.store(self.connection, rows)
        await self.connection.execute(
            "INSERT INTO position (follower, source, next_index, epoch)"
            " SELECT 'reactor', 'placements.events', count(*), 0 FROM event WHERE log = 'placements.events'"
            " ON CONFLICT (follower, source) DO UPDATE SET next_index = excluded.next_index"
        )

    async def quarter(self, today: str) -> PublishFigures | None:
        """Give what the clock would publish."""
        await self.fold()
        found = await QuarterEnds(self.keys).upto(self.connection, D(today))
        for boundary in found:
            assert isinstance(boundary.command, PublishFigures)
            await self.do(boundary.command, key=boundary.key)
            return boundary.command
        return None


@pytest.fixture
async def board(database: str) -> AsyncIterator[Board]:
    """Placements, empty."""
    connection = await connect(database, "test")
    await migrate(connection)
    await connection.execute("UPDATE lead SET open = true, opened_in = this_database()")
    found = Board(connection, database)
    for view in found.views:
        await create(connection, view)
    yield found
    await connection.close()


def ref(n: int) -> dict[str, Any]:
    """Name the n-th place and its person."""
    return {
        "placement_id": f"01930000-0000-7000-8000-0000000b{n:04x}",
        "subject_ref": f"01930000-0000-4000-8000-0000000d{n:04x}",
    }


def totals(command: PublishFigures | None) -> dict[str, int | None]:
    """Give the totals by measure."""
    assert command is not None
    return {c.measure: c.value for c in command.cells if not c.by.enterprise_id and not c.by.place_kind}


async def test_the_clock_publishes_each_quarter_once(board: Board) -> None:
    """Seven places begin, six find work; one person's key is destroyed before the quarter's end and counts nowhere."""
    for n in range(7):
        await board.do(buy(**ref(n)), start(placement_id=ref(n)["placement_id"]))
    for n in range(6):
        await board.do(end("2026-03-02", **ref(n)))
    assert await board.quarter("2026-03-31") is None
    first = await board.quarter("2026-04-01")
    assert totals(first) == {
        "bought": 7, "active": None, "followed-up-in-time": 0, "followed-up-late": 0, "not-followed-up": 0,
        "outcome-employed": 6,
    }  # fmt: skip
    assert await board.quarter("2026-06-30") is None
    [row] = await board.connection.fetch("SELECT * FROM figures")
    assert (row["period"], row["rules_version"]) == ("2026-Q1", RULES_VERSION)
    assert first is not None
    assert (
        row["log_index"]
        == first.log_index
        == await board.connection.fetchval("SELECT count(*) FROM event WHERE log = 'placements.events'")
    )


async def test_an_outcome_whose_key_is_gone_is_unknown(board: Board) -> None:
    """Five of six are left."""
    for n in range(6):
        await board.do(buy(**ref(n)), start(placement_id=ref(n)["placement_id"]), end("2026-03-02", **ref(n)))
    await board.keys.destroy(f"subject/{ref(0)['subject_ref']}")
    assert totals(await board.quarter("2026-04-01"))["outcome-employed"] == 5


async def by_basis(board: Board, *filters: str | None) -> list[tuple[Any, ...]]:
    """Give what the board sees of its purchases by basis and quarter."""
    await board.fold()
    rows = await board.connection.fetch(query(COUNTED.sql, "bought_by_basis"), "", 10, *(filters or (None, None, None)))
    return [tuple(row.values())[1:] for row in rows]


async def test_purchases_by_basis_are_told_only_as_the_published_total_is(board: Board) -> None:
    """The board sees its own numbers; others hear of them once they are published, and of all or none (its fourth question)."""
    for n in range(12):
        await board.do(buy(**ref(n), basis="lov" if n < 7 else "iop"))
    unpublished = [
        ("2026-Q1", "iop", "arbetstraning", 5, None, True), ("2026-Q1", "lov", "arbetstraning", 7, None, True),
    ]  # fmt: skip
    assert await by_basis(board) == unpublished
    await board.quarter("2026-04-01")
    assert await by_basis(board) == [(*row[:4], row[3], False) for row in unpublished]
    assert await by_basis(board, "2026-Q1", "lov", None) == [(*unpublished[1][:4], 7, False)]


async def test_one_small_basis_keeps_all_of_its_quarter_with_the_board(board: Board) -> None:
    """Four of eleven would follow from the seven others."""
    for n in range(11):
        await board.do(buy(**ref(n), basis="lov" if n < 7 else "iop"))
    await board.quarter("2026-04-01")
    assert {(row[4], row[5]) for row in await by_basis(board)} == {(None, True)}

"""The figures of outreach that leave procurement (GS-6): what they count, in which quarter, and what is not shown."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.procurement.domain.reach_figures import FIGURES, OwnTender, PublishReach, Telling, publish, reach
from services.procurement.views.outreach import OUTREACH
from services.procurement.views.reach_figures import REACH_FIGURES, ReachQuarters, fold
from services.procurement.views.tender import TENDER as TENDERS
from shared.contracts.cloudevent import Recorded
from shared.contracts.figures import ReachCell
from shared.log.duty_view import duty_view
from shared.log.migrating import migrate
from shared.log.postgres import Connection, connect
from shared.log.tables import Table, create
from shared.policy.duty.duties import Duties
from shared.policy.quarter import Quarter
from tests.authorities import authority
from tests.procurement.knowledge_stories import OTHER
from tests.procurement.stories import (
    GARDENING,
    OTHER_TENDER,
    OUTSIDER,
    TENDER,
    WISE,
    delivered,
    offers,
    recognised,
    registered,
    sent,
)
from tests.procurement.stories import (
    publish as publish_tender,
)
from tests.procurement.world import DUTIES_IN, World

D = date.fromisoformat
Q1 = Quarter(2026, 1)
TECHNICAL, SCHOOL = "buying-board:technical", "buying-board:school"


def tender(
    n: int, board: str = TECHNICAL, stage: Any = "published", on: str = "2026-02-02", **fields: Any
) -> OwnTender:
    """Give an own tender that was assessed for ten."""
    told = {"tender_id": f"t{n}", "board": board, "stage": stage, "recorded_on": D(on), "suits": True, "assessed": 10}
    return OwnTender(**(told | fields))


def telling(n: int, of: int = 1, stage: Any = "published", **fields: Any) -> Telling:
    """Give a duty to tell the n-th enterprise of a tender, due on 9 February and open."""
    told = {
        "base": f"gs-6.{stage}/t{of}/e{n}", "tender_id": f"t{of}", "stage": stage, "arose_recorded_on": D("2026-02-02"),
        "due_on": D("2026-02-09"), "acted_on": None, "acted_recorded_on": None, "end": None, "void_reason": None,
    }  # fmt: skip
    return Telling(**(told | fields))


def done(on: str, recorded: str | None = None) -> dict[str, Any]:
    """Say that it was told on a day."""
    return {"acted_on": D(on), "acted_recorded_on": D(recorded or on), "end": "discharged"}


def shown(cells: tuple[ReachCell, ...], measure: str) -> dict[str, int | None]:
    """Give a measure's cells by what they are of."""
    return {cell.by.board or cell.by.stage or "": cell.value for cell in cells if cell.measure == measure}


def test_a_quarter_counts_what_was_recorded_in_it() -> None:
    """Told in time, late and not at all; a pair whose letter came back is one pair."""
    tellings = [
        *(telling(n, **done("2026-02-09")) for n in range(6)),
        *(telling(n, **done("2026-02-10")) for n in range(10, 15)),
        *(telling(n) for n in range(20, 27)),
        telling(0, **done("2026-02-20")),
        telling(30, due_on=D("2026-04-01"), arose_recorded_on=D("2026-04-01")),
        telling(31, end="voided", void_reason="duplicate"),
        telling(32, end="voided", void_reason="tender-cancelled"),
        telling(33, end="waived"),
    ]
    cells = reach(Q1, [tender(1)], tellings, [TECHNICAL])
    assert shown(cells, "suitable-pairs")[""] == 6 + 5 + 7 + 2
    assert shown(cells, "informed-in-time")[""] == 6
    assert shown(cells, "informed-late")[""] == 5 + 1
    assert shown(cells, "not-informed")[""] == 7


def test_what_is_recorded_late_is_in_the_next_figures() -> None:
    """An act of March that was recorded in April is April's (a published period is frozen)."""
    tellings = [telling(n, **done("2026-02-09", "2026-04-02")) for n in range(6)]
    for quarter, told in ((Q1, 0), (Q1.following, 6)):
        assert shown(reach(quarter, [tender(1)], tellings, [TECHNICAL]), "informed-in-time")[""] == told


def test_own_tenders_are_public_and_counted_by_board_and_stage() -> None:
    """Each board of the authority has a cell, also with none; another quarter's tender is not counted."""
    own = [tender(1), tender(2, stage="planned"), tender(3, on="2025-12-31")]
    cells = reach(Q1, own, [], [TECHNICAL, SCHOOL])
    assert shown(cells, "own-tenders") == {"": 2, TECHNICAL: 2, SCHOOL: 0, "planned": 1, "published": 1}


def test_a_small_count_is_not_shown_and_not_to_be_reckoned() -> None:
    """Three pairs of one board among nine: neither that board's nor what would tell it is shown."""
    own = [tender(1), tender(2, SCHOOL)]
    tellings = [*(telling(n) for n in range(6)), *(telling(n, 2) for n in range(3))]
    cells = reach(Q1, own, tellings, [TECHNICAL, SCHOOL])
    assert shown(cells, "suitable-pairs") == {
        "": 9, TECHNICAL: None, SCHOOL: None, "planned": 0, "published": 9,
    }  # fmt: skip
    assert all(cell.suppressed is (cell.value is None) for cell in cells)
    few = reach(Q1, [tender(1)], [telling(n) for n in range(4)], [TECHNICAL])
    assert shown(few, "suitable-pairs")[""] is None


def test_tenders_that_suit_nobody_are_counted() -> None:
    """Own ones of the quarter of which nobody was to be told."""
    own = [tender(n, suits=n > 6) for n in range(20)]
    assert shown(reach(Q1, own, [], [TECHNICAL]), "none-suitable")[""] == 7


def test_no_cell_names_an_enterprise_or_a_tender() -> None:
    """A cell is of a board, of a stage, or of all."""
    cells = reach(Q1, [tender(1)], [telling(n) for n in range(9)], [TECHNICAL])
    assert {name for cell in cells for name in type(cell.by).model_fields} == {"board", "stage"}
    assert {cell.by.board for cell in cells} == {None, TECHNICAL}


def test_figures_are_published_once() -> None:
    """And never changed; many come in several events."""
    cells = reach(Q1, [tender(1)], [], [f"buying-board:b{n}" for n in range(100)])
    command = PublishReach(at="2026-04-01T00:00:00+02:00", period="2026-Q1", cells=cells, log_index=7)
    parts = publish(command, "")
    assert isinstance(parts, list)
    assert len(parts) > 1
    assert publish(command, "reach-2026-1") == []
    assert FIGURES.log == "procurement.events"


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An empty procurement."""
    connection = await connect(database, "test")
    await migrate(connection)
    yield connection
    await connection.close()


async def keep(connection: Connection, told: World) -> None:
    """Fold and store what has been told."""
    duties = told.rules.duties
    assert isinstance(duties, Duties)
    for view in (TENDERS, OUTREACH, REACH_FIGURES, duty_view(duties, *DUTIES_IN)):
        await create(connection, view)
        rows: dict[str, Any] = {}
        for recorded in told.log:
            if recorded.log in view.logs and view.takes(recorded.subject):
                rows[recorded.subject] = view.fold(rows.get(recorded.subject), recorded)
        table = Table(view)
        await table.prepare(connection)
        await table.store(connection, rows)
    sql = "INSERT INTO position (follower, source, next_index, epoch) VALUES ('reactor', 'procurement.outreach', 9, 1)"
    await connection.execute(sql)


async def test_the_clock_publishes_each_quarter_that_is_over(connection: Connection) -> None:
    """Reckoned from the tables; another buyer's tender is none of ours, and the quarter that goes on is not over."""
    world = World()
    world.hears(registered(), offers(GARDENING), recognised("2026-01-05"))
    world.hears(registered(OTHER), offers(GARDENING, enterprise=OTHER), recognised("2026-01-05", enterprise=OTHER))
    world.do(publish_tender("2026-03-02"), publish_tender("2026-03-03", tender_id=OTHER_TENDER, buyers=(OUTSIDER,)))
    world.do(sent("2026-03-03"), delivered("2026-03-03"))
    await keep(connection, world)
    quarters = ReachQuarters(authority())
    assert await quarters.upto(connection, D("2026-03-31")) == []
    [boundary] = await quarters.upto(connection, D("2026-07-15"))
    command = boundary.command
    assert isinstance(command, PublishReach)
    assert (boundary.on, boundary.key, command.period) == (D("2026-04-01"), "tick/reach/2026-Q1", "2026-Q1")
    assert command.log_index == 9
    assert shown(command.cells, "own-tenders")[""] == 1
    assert shown(command.cells, "suitable-pairs")[""] is None
    assert shown(command.cells, "none-suitable")[""] is None  # none of one: even that would tell of it
    assert WISE not in str(command)
    assert TENDER not in str(command)
    world.do(command)
    [published] = [r for r in world.log if r.subject == "figures/2026-Q1"]
    assert fold(None, published).cells == command.cells
    assert fold(fold(None, published), Recorded(published.log, 1, published.envelope)).cells == command.cells * 2

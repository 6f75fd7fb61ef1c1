"""Time as a message: each Stockholm day is taken in its turn and as of that day, also after a pause over New Year."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pydantic_core import from_json
from typing_extensions import override

from shared.contracts.values import DutyId
from shared.deciding import Command
from shared.log.postgres import Connection
from shared.log.ticking import Boundaries, Boundary, DutySteps, Ticker, YearBegins
from shared.policy.duty.commands import OpenDuty, TakeStep
from shared.policy.role import SOCIAL_BOARD
from shared.policy.stockholm import day_of, start_of
from shared.reacting import Folded
from tests.shared.log.gardens import PostgresGarden
from tests.shared.log.invented import DUTIES, MARKET, give_up_plot, let_plot, submission, tend_plot
from tests.shared.log.reading import Listed, Reader, duties, reading, seeds

DAY = date.fromisoformat


@dataclass
class Suite:
    """A garden with a clock of our own; `waited` are the instants up to which everything had to be known, with the day."""

    garden: PostgresGarden
    reader: Reader
    now: datetime
    boundaries: Sequence[Boundaries] = ()
    waited: list[datetime] = field(default_factory=list)

    def ticker(self) -> Ticker:
        """Give a clock, as after a start."""
        return Ticker(
            self.garden.logs(), self.boundaries, role=SOCIAL_BOARD, now=lambda: self.now, caught_up=self.caught_up,
            settled=self.reader.rest,
        )  # fmt: skip

    async def caught_up(self, at: datetime) -> None:
        """Everything is known at once here."""
        self.waited.append(at)

    async def rest(self, ticker: Ticker | None = None) -> None:
        """Tick until nothing is due."""
        ticker = ticker or self.ticker()
        for _ in range(1_000):
            if not await ticker.tick(self.reader.connection):
                return
        raise AssertionError("the clock does not come to rest")

    async def steps(self) -> list[tuple[str, str, str]]:
        """Give all that happened to duties: stream, type and `occurredat`, in the order in which it was stored."""
        events = [from_json(data) for data in await self.garden.log(DUTIES)]
        return [(e["subject"], e["type"].split(".")[2], e["occurredat"]) for e in events]


@asynccontextmanager
async def suite(postgres: PostgresGarden, url: str, now: str, market: Listed | None = None) -> AsyncIterator[Suite]:
    """Begin on a day."""
    async with reading(url, market or Listed(MARKET), logs=postgres.logs()) as reader:
        yield Suite(postgres, reader, start_of(DAY(now)), (DutySteps(lambda plot: (f"plot/{plot}",)),))


LETTINGS = {
    f"p{n}": f"2026-{month:02}-{day:02}"
    for n, (month, day) in enumerate([(9, 28), (10, 2), (10, 5), (10, 9), (10, 12)])
}


async def lived(postgres: PostgresGarden, url: str, days: Sequence[date]) -> tuple[list[Any], dict[str, Any]]:
    """Live through these days only, a clock started anew on each; give the steps as they were stored, and the duties."""
    await postgres.connection.execute("TRUNCATE event, claim, position, published, view, plot, seed, duty")
    async with suite(postgres, url, "2026-10-10") as garden:
        logs = postgres.logs()
        await logs.append([submission(let_plot(plot, day=day), plot) for plot, day in LETTINGS.items()])
        for today in days:
            garden.now = start_of(today) + timedelta(hours=7)
            if today == DAY("2026-11-02"):
                done = [
                    tend_plot("p1", day="2026-11-02", duty_id="gs-4.first/p1"),
                    give_up_plot("p3", day="2026-11-02"),
                ]
                await logs.append([submission(command, f"done {n}") for n, command in enumerate(done)])
            await garden.rest()
        return await garden.steps(), await duties(garden.reader.connection)


async def test_a_week_without_a_clock_over_new_year_changes_nothing(postgres: PostgresGarden, garden_url: str) -> None:
    """Stopped for a week over New Year and started again: the same duties and dates, and every step at the same instant."""
    every_day = [DAY("2026-10-10") + timedelta(days=n) for n in range(120)]
    through = await lived(postgres, garden_url, every_day)
    stopped = await lived(
        postgres, garden_url, [d for d in every_day if not DAY("2026-12-29") <= d <= DAY("2027-01-05")]
    )
    assert stopped == through
    steps, owed = through
    within = [(subject, kind) for subject, kind, at in steps if "2026-12-29" <= at < "2027-01-06"]
    assert {kind for _, kind in within} == {"DutyReminded", "DutyFellOverdue", "DutyEscalated", "DutyArose"}
    assert {id_ for id_ in owed if "recurring" in id_} == {f"gs-4.recurring/p{n}/1" for n in (0, 1, 2, 4)}


async def test_days_are_taken_in_their_order_each_when_all_before_it_is_known(
    postgres: PostgresGarden, garden_url: str
) -> None:
    """Before a day is taken, the clock waits until everything up to its beginning is known; then its steps happen as of it."""
    async with suite(postgres, garden_url, "2026-10-10") as garden:
        await postgres.logs().append([submission(let_plot(plot, day=day), plot) for plot, day in LETTINGS.items()])
        garden.now = start_of(DAY("2027-02-01"))
        await garden.rest()
        times = [datetime.fromisoformat(at) for _, kind, at in await garden.steps() if kind != "DutyArose"]
        assert times == sorted(times)
        assert garden.waited == sorted(garden.waited)
        assert set(times) <= set(garden.waited)
        assert all(at == start_of(day_of(at)) for at in garden.waited)
        recorded = {from_json(data)["time"] for data in (await postgres.log(DUTIES))[len(LETTINGS) :]}
        assert {datetime.fromisoformat(at) for at in recorded} == {garden.now}


@dataclass
class LateMarket(Suite):
    """What another service had said long ago arrives only now that the clock waits for it."""

    market: Listed = field(default_factory=lambda: Listed(MARKET))

    @override
    async def caught_up(self, at: datetime) -> None:
        await super().caught_up(at)
        if not self.market.records:
            self.market.records += seeds(("s", "beans", "2026-03-20"))


async def test_what_comes_in_while_the_clock_waits_is_taken_in_its_turn(
    postgres: PostgresGarden, garden_url: str
) -> None:
    """A duty that arises from it and has an earlier boundary is stepped first."""
    market = Listed(MARKET)
    async with reading(garden_url, market, logs=postgres.logs()) as reader:
        garden = LateMarket(postgres, reader, start_of(DAY("2026-05-01")), (DutySteps(),), market=market)
        await postgres.logs().append([submission(let_plot("a", day="2026-03-02"), "1")])
        await garden.rest()
        steps = [(subject, at) for subject, kind, at in await garden.steps() if kind != "DutyArose"]
        assert steps[0][0] == "duty/gs-6.published/a/s"
        assert steps[-1][0] == "duty/gs-4.first/a"
        assert [at for _, at in steps] == sorted(at for _, at in steps)


async def test_the_next_of_a_kind_arises_though_the_former_was_done_in_time(
    postgres: PostgresGarden, garden_url: str
) -> None:
    """Done early, done late or not at all: the row goes on at each due day, as long as the plot is let."""
    async with suite(postgres, garden_url, "2026-03-02") as garden:
        await postgres.logs().append([submission(let_plot("a"), "1"), submission(let_plot("b"), "2")])
        done = [tend_plot("a", duty_id="gs-4.first/a"), give_up_plot("b")]
        await postgres.logs().append([submission(command, f"done {n}") for n, command in enumerate(done)])
        garden.now = start_of(DAY("2027-03-01"))
        await garden.rest()
        assert {id_ for id_ in await duties(garden.reader.connection) if "recurring" in id_} == {
            "gs-4.recurring/a/1", "gs-4.recurring/a/2",
        }  # fmt: skip


class Unknown(Boundaries):
    """A boundary that nobody can decide, always the first."""

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        command = TakeStep(
            at=start_of(DAY("2026-01-01")), duty_id=DutyId("gs-4.first/x"), object_id="x", step="overdue-local",
            on=DAY("2026-01-01"), due=None,
        )  # fmt: skip
        return [Boundary(command.on, "tick/unknown", command)]

    @override
    def among(self, rows: Folded, today: date) -> Sequence[Boundary]:
        return ()


async def test_a_boundary_that_is_refused_holds_up_nothing(postgres: PostgresGarden, garden_url: str) -> None:
    """It is said once and tried again at the next start; all others are taken."""
    async with suite(postgres, garden_url, "2026-12-01") as garden:
        garden.boundaries = (Unknown(), *garden.boundaries)
        await postgres.logs().append([submission(let_plot("a"), "1")])
        ticker = garden.ticker()
        await garden.rest(ticker)
        assert ticker.last == garden.now
        assert [step[:2] for step in await garden.steps()].count(("duty/gs-4.first/a", "DutyFellOverdue")) == 1


async def test_a_boundary_that_moved_is_not_taken_for_good(postgres: PostgresGarden, garden_url: str) -> None:
    """The due day moved between the look and the step: nothing happens, and the step still comes if it moves back."""
    async with suite(postgres, garden_url, "2026-07-01") as garden:
        await postgres.logs().append([submission(let_plot("a"), "1")])
        await garden.reader.rest()
        found = await garden.boundaries[0].upto(garden.reader.connection, DAY("2026-07-01"))
        moved = found[0].command.model_copy(update={"due": DAY("2026-06-30")})
        await postgres.logs().append([submission(moved, found[0].key)])
        assert f"command:{found[0].key}" not in await postgres.claims()
        await garden.rest()
        assert [step[:2] for step in await garden.steps()].count(("duty/gs-4.first/a", "DutyFellOverdue")) == 1


def begins(year: int) -> Command:
    """Give what each year opens."""
    on = date(year, 1, 1)
    return OpenDuty(
        at=start_of(on), duty_id=DutyId(f"gs-6.published/garden/{year}"), object_id="garden", kind="gs-6.published",
        trigger_event_id=f"year-{year}", trigger_on=on,
    )  # fmt: skip


async def test_a_year_begins_once_however_late_it_is_noticed(postgres: PostgresGarden, garden_url: str) -> None:
    """Two years pass without a clock, and it is started three times: one duty for each year, as of its first day."""
    async with suite(postgres, garden_url, "2028-02-01") as garden:
        garden.boundaries = (YearBegins(2026, begins, "garden"),)
        for _ in range(3):
            await garden.rest()
        assert await garden.steps() == [
            (f"duty/gs-6.published/garden/{year}", "DutyArose", f"{year}-01-01T00:00:00+01:00")
            for year in (2026, 2027, 2028)
        ]

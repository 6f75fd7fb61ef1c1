"""The reactor: event by event, whatever the batches, the interleaving, the delays and the deaths."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json
from typing_extensions import override

from deploy.local.places import ROOT
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.duty import Change, CorrectedRef, EventCorrected
from shared.contracts.values import DutyId
from shared.deciding import Command
from shared.log.append import Logs
from shared.log.postgres import SQL, Connection
from shared.log.reactor import MOST_COMMANDS, REACTOR, Overtaken, Reactor
from shared.log.rebuild import rebuild
from shared.log.sources import Poisoned
from shared.log.sql import query
from shared.policy.duty.commands import LapseDuty
from shared.policy.duty.due import after
from shared.reacting import Reactions, Rows, keyed
from tests.shared.log.gardens import PostgresGarden, ids
from tests.shared.log.invented import (
    AUTHORITY,
    DUTIES,
    MARKET,
    OWN,
    PLOTS,
    REACTIONS,
    MarketClosed,
    SeedListed,
    at,
    let_plot,
    on_seed_listed,
    rules,
    submission,
    tend_plot,
    views,
)
from tests.shared.log.reading import Listed, Reader, catalogues, duties, foreign, reading, seeds, tables

LISTED = [(f"s{n}", ("beans", "kale")[n % 2], f"2026-03-{n + 1:02}") for n in range(9)]
LET = [(f"p{n}", ("beans", "kale", "leek")[n % 3], f"2026-03-{2 * n + 1:02}") for n in range(9)]


async def emptied(connection: Connection) -> None:
    """Bring the garden back to where it began."""
    await connection.execute("TRUNCATE event, claim, position, published, view, plot, seed, duty")


def expected(plots: Sequence[tuple[str, str, str]], listed: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """Say without a reactor which duties there must be: id → trigger and due day."""
    owed = {}
    for plot, crop, let_on in plots:
        day = date.fromisoformat(let_on)
        owed[f"gs-4.first/{plot}"] = (day, after(day, "follow-up.first", AUTHORITY).on)
        for seed, its_crop, listed_on in listed:
            trigger = max(day, date.fromisoformat(listed_on))
            if its_crop == crop:
                due = after(trigger, "outreach.after-notice", AUTHORITY).on
                owed[f"gs-6.published/{plot}/{seed}"] = (trigger, due)
    return owed


async def let_all(logs: Logs, plots: Sequence[tuple[str, str, str]] = LET) -> None:
    """Let plots."""
    await logs.append([submission(let_plot(plot, day=day, crop=crop), plot) for plot, crop, day in plots])


async def run(garden: PostgresGarden, url: str, batch: int) -> dict[str, Any]:
    """Read everything in batches of a size, from an empty garden; give all logs and all views."""
    await emptied(garden.connection)
    logs = Logs(garden.store, rules(), OWN, ids=ids())
    await let_all(logs)
    async with reading(url, Listed(MARKET, seeds(*LISTED)), logs=logs) as reader:
        await reader.rest(batch)
        return {name: await garden.log(name) for name in OWN} | await tables(reader.connection)


async def test_batches_of_any_size_give_the_same_logs(postgres: PostgresGarden, garden_url: str) -> None:
    """One by one, by seven, and all at once: the same bytes in every log and every view."""
    one = await run(postgres, garden_url, 1)
    assert len(one[DUTIES]) == len(expected(LET, LISTED))
    assert await run(postgres, garden_url, 7) == one
    assert await run(postgres, garden_url, 1_000) == one


STEPS = st.lists(st.tuples(st.sampled_from([MARKET, PLOTS, DUTIES, "let"]), st.integers(1, 4)), max_size=30)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_interleaving_gives_the_same_duties(
    postgres: PostgresGarden, garden_url: str, steps: list[tuple[str, int]]
) -> None:
    """Whichever source comes second sees the first: id, trigger and due day never depend on who was read first."""
    await emptied(postgres.connection)
    logs, to_let = postgres.logs(), list(LET)
    async with reading(garden_url, Listed(MARKET, seeds(*LISTED)), logs=logs) as reader:
        for name, most in steps:
            if name == "let":
                await let_all(logs, to_let[:most])
                del to_let[:most]
            else:
                await reader.take(name, most)
        await let_all(logs, to_let)
        await reader.rest()
        assert await duties(reader.connection) == expected(LET, LISTED)


async def test_a_reader_that_lags_ends_where_a_prompt_one_does(postgres: PostgresGarden, garden_url: str) -> None:
    """One reads after each command, another begins when all is over: the same duties, plots and seeds."""
    found = []
    for lags in (False, True):
        await emptied(postgres.connection)
        logs = Logs(postgres.store, rules(), OWN, ids=ids())
        async with reading(garden_url, Listed(MARKET, seeds(*LISTED)), logs=logs) as reader:
            for plot in LET:
                await let_all(logs, [plot])
                if not lags:
                    await reader.rest()
            await reader.rest()
            shown = await tables(reader.connection)
            found.append((shown["seed"], len(shown["plot"]), await duties(reader.connection)))
    assert found[0] == found[1]


@pytest.mark.parametrize("batch", [1, 7, 1_000])
async def test_a_reader_killed_in_mid_batch_loses_and_repeats_nothing(
    postgres: PostgresGarden, garden_url: str, batch: int
) -> None:
    """Killed four times between two folds of a transaction: each reaction happened once, and the views are a fold."""
    await let_all(postgres.logs(), [(f"p{n}", ("beans", "kale")[n % 2], "2026-03-02") for n in range(20)])
    codes = []
    for dies_at in (1, 5, 12, 3, 0):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.shared.log.reading", garden_url, str(batch), str(dies_at), cwd=ROOT
        )
        codes.append(await process.wait())
    assert codes == [-signal.SIGKILL] * 4 + [0]
    keys = [from_json(data)["commandkey"] for data in await postgres.log(DUTIES)]
    assert len(keys) == len(set(keys)) == 20 + 2 * 10 * 10
    live = await tables(postgres.connection)
    listed = [(f"s{n}", ("beans", "kale")[n % 2], "2026-04-01") for n in range(20)]
    async with reading(garden_url, Listed(MARKET, seeds(*listed))) as reader:
        for view in views():
            await rebuild(postgres.connection, view, reader.sources[view.log], catalogues()[view.log])
    assert await tables(postgres.connection) == live


async def position(reader: Reader, source: str) -> int:
    """Give what is expected next, as it lies in Postgres."""
    rows = await reader.connection.fetch(query(SQL, "positions"), REACTOR)
    return {row["source"]: int(row["next_index"]) for row in rows}[source]


async def test_a_record_that_cannot_be_read_stops_its_follower(garden_url: str) -> None:
    """Poison names its log and index; what is before it in the batch is applied, and nothing behind it ever."""
    market = Listed(MARKET, seeds(*LISTED))
    market.records[3] = b"\x00 no event"
    async with reading(garden_url, market) as reader:
        for _ in range(2):
            with pytest.raises(Poisoned, match=r"market\.events index 3 cannot be read"):
                await reader.rest()
        assert (await position(reader, MARKET), len((await tables(reader.connection))["seed"])) == (3, 3)


async def test_a_newer_version_of_a_known_type_is_poison(garden_url: str) -> None:
    """To step over it would make a view that is no fold: the reader must be upgraded."""
    market = Listed(MARKET, seeds(*LISTED))
    market.records[0] = market.records[0].replace(b"SeedListed.v1", b"SeedListed.v2")
    async with reading(garden_url, market) as reader:
        with pytest.raises(Poisoned, match="newer version"):
            await reader.rest()


async def test_a_type_that_is_not_read_is_passed_over(garden_url: str) -> None:
    """Other services may publish what we do not know."""
    closed = foreign(MarketClosed(), "market/1", 77)
    async with reading(garden_url, Listed(MARKET, [closed, *seeds(*LISTED), closed])) as reader:
        await reader.rest(2)
        assert (await position(reader, MARKET), len((await tables(reader.connection))["seed"])) == (11, 9)


def breaks(_recorded: Recorded, _rows: Rows, _authority: Any) -> Sequence[Command]:
    """A reaction with a fault."""
    raise KeyError("nothing there")


def cannot_be_decided(recorded: Recorded, _rows: Rows, _authority: Any) -> Sequence[Command]:
    """A reaction whose command has a fault."""
    return [tend_plot("p0", note="break")] if recorded.index == 4 else []


@pytest.mark.parametrize("fault", [breaks, cannot_be_decided])
async def test_a_reaction_with_a_fault_stops_the_reactor_and_names_its_cause(
    postgres: PostgresGarden, garden_url: str, fault: Any
) -> None:
    """Nothing of its record is kept, all before it is; mended, it goes on from there."""
    await let_all(postgres.logs())
    at = 4 if fault is cannot_be_decided else 0
    reactions: dict[type[Event], Any] = {SeedListed: (fault,)}
    market = Listed(MARKET, seeds(*LISTED))
    async with reading(garden_url, market, reactions=replace(REACTIONS, to=reactions)) as reader:
        with pytest.raises(Poisoned, match=rf"market\.events index {at} "):
            await reader.take(MARKET, 100)
        assert await position(reader, MARKET) == at
    async with reading(garden_url, market, reactions=replace(REACTIONS, to={SeedListed: ()})) as reader:
        await reader.rest()
        assert await position(reader, MARKET) == len(LISTED)


async def test_below_react_from_views_fold_and_nothing_reacts_again(postgres: PostgresGarden, garden_url: str) -> None:
    """After a restore the handshake says from where on a source is reacted to."""
    await let_all(postgres.logs(), [("p0", "beans", "2026-03-01")])
    await postgres.connection.execute(query(SQL, "react_from"), REACTOR, MARKET, 4)
    async with reading(garden_url, Listed(MARKET, seeds(*LISTED))) as reader:
        assert not await reader.take(DUTIES, 0)
        await reader.take(PLOTS, 100)
        await reader.take(MARKET, 100)
        assert len((await tables(reader.connection))["seed"]) == len(LISTED)
        await reader.take(DUTIES, 100)
        ids_ = [id_ for id_ in await duties(reader.connection) if id_.startswith("gs-6")]
        assert ids_ == [f"gs-6.published/p0/{seed}" for seed, crop, _ in LISTED[4:] if crop == "beans"]


class Corrected(Listed):
    """A market whose second record corrects the first; it notes whether anybody waits while its stream is read."""

    reactor: Reactor
    connection: Connection
    waited: list[bool]

    @override
    async def history(self, subject: str, last_index: int) -> list[tuple[int, bytes]]:
        self.waited.append(self.reactor.turn.locked() or self.connection.is_in_transaction())
        return await super().history(subject, last_index)


async def test_another_service_s_correction_holds_nobody_up(garden_url: str) -> None:
    """Its stream is read from its topic, which may take long, before the turn and the transaction."""
    first = seeds(LISTED[0])[0]
    wrong = EventCorrected(
        corrects=CorrectedRef(event_id=from_json(first)["id"], stream="seed/s0", index=0), kind="wrong-value",
        changes=(Change(pointer="/crop", after="leek"),), reason="misread", corrected_by="staff-1",
    )  # fmt: skip
    market = Corrected(MARKET, [first, foreign(wrong, "seed/s0", 50)])
    async with reading(garden_url, market) as reader:
        market.reactor, market.connection, market.waited = reader.reactor, reader.connection, []
        await reader.take(MARKET, 2)
        assert [row.split(",")[1] for row in (await tables(reader.connection))["seed"]] == ["leek"]
        assert market.waited == [False]


async def test_a_reaction_is_known_by_what_it_is_about(postgres: PostgresGarden, garden_url: str) -> None:
    """Reacted to again on rows that know more, an event drops nothing and doubles nothing: what was done has its own name."""
    logs = postgres.logs()
    await let_all(logs, [("p1", "beans", "2026-03-01")])
    async with reading(garden_url, Listed(MARKET, seeds(LISTED[0])), logs=logs) as reader:
        await reader.take(PLOTS, 1)
        await reader.rest()
        assert list(await duties(reader.connection)) == ["gs-4.first/p1", "gs-6.published/p1/s0"]
    # As after a restore: the next plots come without a reaction of their own, and the seed is reacted to again.
    await postgres.connection.execute(query(SQL, "react_from"), REACTOR, PLOTS, 100)
    await let_all(logs, [("p0", "beans", "2026-03-01"), ("p2", "beans", "2026-03-01")])
    await postgres.connection.execute("UPDATE position SET next_index = 0 WHERE source = $1", MARKET)
    again = replace(REACTIONS, to=dict(REACTIONS.to) | {SeedListed: (_sorted_by_plot,)})
    async with reading(garden_url, Listed(MARKET, seeds(LISTED[0])), logs=logs, reactions=again) as reader:
        await reader.take(PLOTS, 100)
        await reader.rest()
        owed = [id_ for id_ in await duties(reader.connection) if id_.startswith("gs-6")]
        assert sorted(owed) == [f"gs-6.published/{plot}/s0" for plot in ("p0", "p1", "p2")]


def _sorted_by_plot(recorded: Recorded, rows: Rows, authority: Any) -> Sequence[Command]:
    """The garden's reaction, in the order of the plots: what is known by now comes before what was known then."""
    return sorted(on_seed_listed(recorded, rows, authority), key=lambda command: command.subject)


def test_two_reactions_of_one_event_never_share_a_name() -> None:
    """A lapse on either of two days, a review for each loss; and where nothing else tells them apart, their order does."""
    lapses = [
        LapseDuty(at=at(day), duty_id=DutyId("d"), object_id="o", on=date.fromisoformat(day), reason_code="year-over")
        for day in ("2026-03-01", "2026-03-02")
    ]
    cause = Recorded(MARKET, 4, catalogues()[MARKET].decode(seeds(LISTED[0])[0]))  # type: ignore[arg-type]
    keys = [key for key, _ in keyed(cause, [*lapses, tend_plot("p0"), tend_plot("p0")])]
    assert keys == [
        f"{MARKET}/4/LapseDuty/duty/d/2026-03-01", f"{MARKET}/4/LapseDuty/duty/d/2026-03-02",
        f"{MARKET}/4/TendPlot/plot/p0", f"{MARKET}/4/TendPlot/plot/p0#2",
    ]  # fmt: skip


async def test_a_reactor_that_was_overtaken_stops(garden_url: str) -> None:
    """Two at once: the second to move a position learns that it does not lead, and nothing of its transaction is kept."""
    market = Listed(MARKET, seeds(*LISTED))
    async with reading(garden_url, market) as old, reading(garden_url, market) as new:
        await new.take(MARKET, 2)
        with pytest.raises(Overtaken, match=r"market\.events index 0"):
            await old.take(MARKET, 3)
        assert await position(new, MARKET) == 2
        await new.rest()
        assert len((await tables(new.connection))["seed"]) == len(LISTED)


async def test_a_record_that_asks_for_much_leaves_room_for_others(postgres: PostgresGarden, garden_url: str) -> None:
    """After a thousand commands the transaction ends, and the rest of the batch is taken in the next ones."""
    asked = MOST_COMMANDS // 2 + 1

    def many(recorded: Recorded, _rows: Rows, _authority: Any) -> Sequence[Command]:
        return [let_plot(f"{recorded.index}-{n}") for n in range(asked)]

    grows = Reactions(to={SeedListed: (many,)}, follows=REACTIONS.follows)
    market = Listed(MARKET, seeds(*LISTED[:5]))
    async with reading(garden_url, market, reactions=grows) as reader:
        await reader.take(MARKET, 5)
        stored = await postgres.connection.fetch(
            "SELECT count(*) AS events FROM event WHERE log = $1 GROUP BY xmin::text ORDER BY min(index)", PLOTS
        )
        assert [row["events"] for row in stored] == [2 * asked, 2 * asked, asked]
        assert await position(reader, MARKET) == 5


async def test_followers_of_all_sources_run_side_by_side(postgres: PostgresGarden, garden_url: str) -> None:
    """As in a service: each source has its own task, commands keep coming, and all comes to rest."""
    logs = postgres.logs()
    async with reading(garden_url, Listed(MARKET, seeds(*LISTED)), logs=logs) as reader:
        tasks = [asyncio.create_task(reader.reactor.follow(source)) for source in reader.sources.values()]
        for plot in LET:
            await let_all(logs, [plot])
        wanted = expected(LET, LISTED)
        async with reader.reactor.moved:
            await reader.reactor.moved.wait_for(lambda: reader.reactor.positions[DUTIES].next_index == len(wanted))
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert await duties(reader.connection) == wanted

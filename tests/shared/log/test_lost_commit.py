"""A connection that breaks at the commit: what was committed is found again by its key, what was not is done once."""

import asyncio
from typing import Literal

import pytest

from shared.log.postgres import SQL, connect
from shared.log.sql import query
from tests.shared.log.cutting import cutting
from tests.shared.log.gardens import PostgresGarden, postgres_garden
from tests.shared.log.invented import DUTIES, PLOTS, let_plot, submission, tend_plot
from tests.shared.log.test_append import accepted, appending


@pytest.mark.parametrize("at", ["before", "after"])
async def test_a_commit_without_an_answer_happens_once(garden_url: str, at: Literal["before", "after"]) -> None:
    """Cut before the server saw it or after it had answered: each of the group is done exactly once and told so."""
    async with (
        cutting(garden_url) as (proxy, via),
        postgres_garden(garden_url, via) as garden,
        appending(garden.logs()) as queue,
    ):
        before = accepted(await queue.submit(submission(let_plot("a"), "1")))
        proxy.at = at
        after = accepted(await queue.submit(submission(tend_plot("a"), "2")))
        assert (proxy.cut, after.repeated, after.version) == (1, at == "after", before.version + 1)
        assert [e.type for e in after.events] == ["se.medverka.PlotTended.v1"]
        assert len(await garden.log(PLOTS)) == 2
        assert len(await garden.log(DUTIES)) == 1


async def test_a_lost_answer_is_found_by_whoever_asks_later(garden_url: str) -> None:
    """The process that committed is gone: another one gives the same answer for the same key."""
    async with cutting(garden_url) as (proxy, via), postgres_garden(garden_url, via) as garden:
        proxy.at = "after"
        with pytest.raises(ConnectionError):
            await garden.logs().append([submission(let_plot("a"), "1")])
    async with postgres_garden(garden_url) as garden:
        [answer] = await garden.logs().append([submission(let_plot("a"), "1")])
        assert accepted(answer).repeated
        assert len(await garden.log(PLOTS)) == 1


async def test_a_server_that_is_gone_is_no_answer(garden_url: str) -> None:
    """While nothing can be reached, each waiter hears that the append broke; afterwards all goes on."""
    async with cutting(garden_url) as (proxy, via), postgres_garden(garden_url, via) as garden:
        server, proxy.server = proxy.server, ("127.0.0.1", 1)
        async with appending(garden.logs()) as queue:
            with pytest.raises(ConnectionError):
                await queue.submit(submission(let_plot("a"), "1"))
            proxy.server = server
            assert not accepted(await queue.submit(submission(let_plot("a"), "1"))).repeated


ENDED = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name = 'medverka garden append' AND datname = current_database()"
)
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE application_name = 'medverka garden append' AND datname = current_database() AND wait_event = 'advisory'"
)


async def test_a_backend_that_is_ended_between_groups_is_replaced(postgres: PostgresGarden) -> None:
    """Ended by an operator: the next group goes over a new connection."""
    async with appending(postgres.logs()) as queue:
        await queue.submit(submission(let_plot("a"), "1"))
        assert await postgres.connection.fetchval(ENDED) == 1
        assert not accepted(await queue.submit(submission(tend_plot("a"), "2"))).repeated


async def test_a_backend_that_is_ended_while_it_waits_is_replaced(postgres: PostgresGarden, garden_url: str) -> None:
    """Ended while another process holds the lock: the group waits for it anew, and is done once."""
    holder = await connect(garden_url, "test")
    await holder.execute("BEGIN;" + query(SQL, "take_append_lock"))
    async with appending(postgres.logs()) as queue:
        asked = asyncio.create_task(queue.submit(submission(let_plot("a"), "1")))
        while not await postgres.connection.fetchval(WAITING):
            continue
        assert await postgres.connection.fetchval(ENDED) == 1
        await holder.execute("COMMIT")
        assert not accepted(await asked).repeated
    await holder.close()
    assert len(await postgres.log(PLOTS)) == 1


async def test_a_waiter_that_gives_up_spoils_nothing(postgres: PostgresGarden) -> None:
    """A client that went away is appended all the same, beside another one; asking again by its key says so."""
    async with appending(postgres.logs()) as queue:
        gone = asyncio.create_task(queue.submit(submission(let_plot("a"), "1")))
        stays = asyncio.create_task(queue.submit(submission(let_plot("b"), "2")))
        await asyncio.sleep(0)
        gone.cancel()
        assert accepted(await stays).version == 1
        assert accepted(await queue.submit(submission(let_plot("a"), "1"))).repeated

"""Append: commands are decided one after the other under the lock, in groups. One body over memory and Postgres."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from pydantic_core import from_json

from shared.contracts.values import Plain
from shared.deciding import OUT_OF_RANGE, Submission, VersionTaken
from shared.log.append import (
    MOST_NAME,
    NOT_STORABLE,
    STOPPED,
    TOO_LARGE,
    Accepted,
    Answer,
    Appending,
    Busy,
    ClosedLead,
    Failed,
    KeyReused,
    Logs,
    command_claim,
)
from tests.shared.log.gardens import Garden
from tests.shared.log.invented import (
    ALREADY_LET,
    BREAKS,
    DUTIES,
    NAME_TAKEN,
    PLOTS,
    UNDECIDABLE,
    LetPlot,
    at,
    give_up_plot,
    let_plot,
    submission,
    tend_plot,
)


def kinds(log: Sequence[bytes]) -> list[str]:
    """Give the short names of a log's events."""
    return [from_json(data)["type"].split(".")[2] for data in log]


def accepted(answer: Answer) -> Accepted:
    """Give an answer that must be a yes."""
    assert isinstance(answer, Accepted), answer
    return answer


@asynccontextmanager
async def appending(logs: Logs, **limits: int) -> AsyncIterator[Appending]:
    """Let the queue run."""
    queue = Appending(logs, **limits)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(queue.run())
        yield queue
        running.cancel()


async def test_what_an_event_does_to_a_duty_is_in_the_same_append(garden: Garden) -> None:
    """A plot that is let and the duty that arises from it are stored at once, in two logs, the last one marked."""
    answer = accepted((await garden.logs().append([submission(let_plot("a"), "1")]))[0])
    assert (answer.subject, answer.version, answer.log, answer.index) == ("plot/a", 1, DUTIES, 0)
    [plot], [duty] = await garden.log(PLOTS), await garden.log(DUTIES)
    assert (kinds([plot]), kinds([duty])) == (["PlotLet"], ["DutyArose"])
    assert "commandend" not in from_json(plot)
    assert from_json(duty)["commandend"] is True
    assert from_json(duty)["causationid"] == from_json(plot)["id"]
    assert from_json(duty)["commandkey"] == from_json(plot)["commandkey"] == "1"


async def test_a_later_command_of_a_group_sees_the_events_of_an_earlier_one(garden: Garden) -> None:
    """Two commands on one stream in one group: the second is decided on what the first did."""
    first, second, third = await garden.logs().append(
        [submission(let_plot("a"), "1"), submission(tend_plot("a"), "2"), submission(let_plot("a"), "3")]
    )
    assert [accepted(first).version, accepted(second).version] == [1, 2]
    assert third == ALREADY_LET
    assert kinds(await garden.log(PLOTS)) == ["PlotLet", "PlotTended"]


async def test_a_later_group_sees_what_is_stored(garden: Garden) -> None:
    """A command is decided on its stream and on the duties about its object, as they lie in the logs."""
    logs = garden.logs()
    await logs.append([submission(let_plot("a"), "1")])
    owed = "gs-4.first/a"
    answer = accepted((await garden.logs().append([submission(tend_plot("a", duty_id=owed), "2")]))[0])
    assert (answer.version, [e.type for e in answer.events]) == (
        2,
        ["se.medverka.PlotTended.v1", "se.medverka.DutyDischarged.v1"],
    )
    assert kinds(await garden.log(DUTIES)) == ["DutyArose", "DutyDischarged"]


async def test_no_command_spoils_its_neighbours(garden: Garden) -> None:
    """In one group: refused, repeated, conditional, reused, too large, failing and unstorable ones beside good ones."""
    logs = garden.logs()
    await logs.append([submission(let_plot("a"), "old", digest=b"one")])
    secret = LetPlot(at=at("2026-03-02"), plot_id="f", name="f", let_on=at("2026-03-02").date(), tenant=Plain('"Eva"'))
    answers = await logs.append(
        [
            submission(tend_plot("a"), "good", expected_version=1),
            submission(let_plot("a"), "refused"),
            submission(let_plot("a"), "old", digest=b"one"),
            submission(let_plot("b"), "old", digest=b"two"),
            submission(tend_plot("a"), "conditional", expected_version=1),
            submission(tend_plot("a", note="x" * 61_440), "too large"),
            submission(tend_plot("a", note=BREAKS), "fails"),
            submission(let_plot("d", crop=UNDECIDABLE), "fails late"),
            submission(let_plot("e", day="2015-06-01"), "before the file"),
            submission(secret, "not sealed"),
            submission(let_plot("g", name="\0"), "no text"),
            submission(let_plot("h", name="h" * MOST_NAME), "too long"),
            submission(let_plot("i", name="half a \ud83c character"), "half"),
            submission(tend_plot("a"), "also good"),
            submission(let_plot("d"), "and good"),
        ]
    )
    good, refused, repeated, reused, conditional, large, fails, late, before, unsealed, *rest = answers
    assert accepted(good).version == 2
    assert refused == ALREADY_LET
    assert (accepted(repeated).repeated, accepted(repeated).version, accepted(repeated).index) == (True, 1, 0)
    assert reused == KeyReused()
    assert conditional == VersionTaken(2)
    assert large == TOO_LARGE
    assert [type(answer.error) for answer in (fails, late) if isinstance(answer, Failed)] == [ZeroDivisionError] * 2
    assert before == OUT_OF_RANGE
    assert isinstance(unsealed, Failed)
    text, long, half, also, last = rest
    assert [text, long, half] == [NOT_STORABLE] * 3
    assert [accepted(also).version, accepted(last).version] == [3, 1]
    assert kinds(await garden.log(PLOTS)) == ["PlotLet", "PlotTended", "PlotTended", "PlotLet"]
    assert kinds(await garden.log(DUTIES)) == ["DutyArose", "DutyArose"]
    assert {key for key in await garden.claims() if key.startswith("command:")} == {
        command_claim(key) for key in ("old", "good", "also good", "and good")
    }


async def test_a_repeated_command_gets_the_first_ones_answer(garden: Garden) -> None:
    """The same key and body later: the same place, the version and events of then, and nothing new."""
    logs = garden.logs()
    [first] = await logs.append([submission(let_plot("a"), "1", digest=b"body")])
    await logs.append([submission(tend_plot("a"), "2")])
    again, beside = await logs.append([submission(let_plot("a"), "1", digest=b"body"), submission(tend_plot("a"), "2")])
    first, again = accepted(first), accepted(again)
    assert (again.repeated, again.version, again.log, again.index) == (True, 1, first.log, first.index)
    assert [e.id for e in again.events] == [e.id for e in first.events if e.subject == "plot/a"]
    assert accepted(beside).repeated
    assert len(await garden.log(PLOTS)) == 2


async def test_a_key_of_a_refused_command_can_be_used_again(garden: Garden) -> None:
    """A refusal is judged again: its key was never taken."""
    logs = garden.logs()
    refused, _ = await logs.append([submission(tend_plot("a"), "1"), submission(let_plot("a"), "2")])
    assert not isinstance(refused, Accepted)
    assert not accepted((await logs.append([submission(tend_plot("a"), "1")]))[0]).repeated


async def test_a_name_is_taken_once_and_can_be_given_back(garden: Garden) -> None:
    """What must be unique across streams is taken within a group and between groups, until its owner gives it back."""
    logs = garden.logs()
    _, second = await logs.append(
        [submission(let_plot("a", "Solsidan"), "1"), submission(let_plot("b", "Solsidan"), "2")]
    )
    assert second == NAME_TAKEN
    assert (await logs.append([submission(let_plot("b", "Solsidan"), "3")])) == [NAME_TAKEN]
    _, third = await logs.append([submission(give_up_plot("a"), "4"), submission(let_plot("b", "Solsidan"), "5")])
    assert accepted(third).version == 1
    assert (await garden.claims())["name:Solsidan"].owner == "plot/b"
    assert (await logs.append([submission(let_plot("c", "Solsidan"), "6")])) == [NAME_TAKEN]
    await logs.append([submission(give_up_plot("b"), "7")])
    assert accepted((await logs.append([submission(let_plot("c", "Solsidan"), "8")]))[0]).version == 1


async def test_a_command_without_effect_stores_nothing(garden: Garden) -> None:
    """It was so already: yes, and no event."""
    logs = garden.logs()
    await logs.append([submission(let_plot("a"), "1"), submission(give_up_plot("a"), "2")])
    answer = accepted((await logs.append([submission(give_up_plot("a"), "3")]))[0])
    assert (answer.version, answer.log, answer.index, answer.events) == (2, None, None, ())


async def test_every_append_wakes_the_followers_and_nothing_else_does(garden: Garden) -> None:
    """Who follows is told when something was committed, and only then."""
    logs, woken = garden.logs(), asyncio.Event()
    logs.committed.append(woken.set)
    await logs.append([submission(let_plot("a"), "1")])
    assert woken.is_set()
    woken.clear()
    await logs.append([submission(let_plot("a"), "2")])
    assert not woken.is_set()


async def test_nobody_appends_while_a_leader_makes_its_handshake(garden: Garden) -> None:
    """The lead is read under the lock: while it is closed the answer is Busy, and nothing is stored."""
    await garden.lead(2, is_open=False)
    logs = garden.logs()
    with pytest.raises(ClosedLead):
        await logs.append([submission(let_plot("a"), "1")])
    async with appending(logs) as queue:
        assert isinstance(await queue.submit(submission(let_plot("a"), "1")), Busy)
        await garden.lead(2, is_open=True)
        assert accepted(await queue.submit(submission(let_plot("a"), "1"))).version == 1
    assert len(await garden.log(PLOTS)) == 1


async def test_nobody_appends_to_a_database_that_was_restored(garden: Garden) -> None:
    """A process that saw a higher epoch waits for a leader to take a newer one."""
    logs = garden.logs()
    await garden.lead(7, is_open=True)
    await logs.append([submission(let_plot("a"), "1")])
    await garden.lead(6, is_open=True)
    with pytest.raises(ClosedLead):
        await logs.append([submission(let_plot("b"), "2")])
    await garden.lead(8, is_open=True)
    assert accepted((await logs.append([submission(let_plot("b"), "2")]))[0]).version == 1


async def test_a_full_queue_says_so_at_once(garden: Garden) -> None:
    """Beyond its bound the queue answers Busy; who waits in it is served."""
    queue = Appending(garden.logs(), waiting=2)
    waiting = [asyncio.create_task(queue.submit(submission(let_plot(plot), plot))) for plot in "ab"]
    await asyncio.sleep(0)
    assert isinstance(await queue.submit(submission(let_plot("c"), "c")), Busy)
    running = asyncio.create_task(queue.run())
    assert [accepted(answer).version for answer in await asyncio.gather(*waiting)] == [1, 1]
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_who_waits_when_the_queue_stops_is_told(garden: Garden) -> None:
    """Nobody waits for an answer that will never come."""
    queue = Appending(garden.logs(), together=1)
    waiting = [asyncio.create_task(queue.submit(submission(let_plot(plot), plot))) for plot in "ab"]
    running = asyncio.create_task(queue.run())
    await asyncio.sleep(0)  # all three have begun: the first command is being appended, the second waits
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    in_the_middle, second = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(in_the_middle, ConnectionError)
    assert second == STOPPED == await queue.submit(submission(let_plot("c"), "c"))
    assert await garden.log(PLOTS) == []


async def test_many_at_once_are_decided_in_groups_without_a_gap(garden: Garden) -> None:
    """Two hundred at the same time: each gets its own answer, and the indexes run from 0 without a gap."""

    def wanted(n: int) -> Submission:
        return submission(let_plot(f"p{n % 100}"), f"k{n}")

    async with appending(garden.logs(), together=16) as queue:
        answers = await asyncio.gather(*(queue.submit(wanted(n)) for n in range(200)))
    places = [answer.index for answer in answers if isinstance(answer, Accepted)]
    assert sorted(place for place in places if place is not None) == list(range(100))
    assert len(await garden.log(PLOTS)) == len(await garden.log(DUTIES)) == 100

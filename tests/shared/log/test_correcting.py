"""A correction is read as if the event had been recorded right from the beginning: in decisions, duties and views."""

from datetime import date

import pytest

from shared.correcting import as_corrected
from shared.deciding import CORRECTION_UNFIT, Command
from shared.log.append import Logs
from shared.log.rebuild import rebuild
from shared.policy.role import SOCIAL_BOARD
from tests.shared.log.gardens import Garden, PostgresGarden
from tests.shared.log.invented import (
    MARKET,
    NOT_LET,
    CorrectPlot,
    Plot,
    PlotGivenUp,
    PlotLet,
    correct_plot,
    give_up_plot,
    let_plot,
    rules,
    submission,
    tend_plot,
    views,
)
from tests.shared.log.reading import Listed, catalogues, reading, tables
from tests.shared.log.test_append import accepted
from tests.spec import Story, event_id, story

LET, TENDED, CORRECTED = event_id(0), event_id(2), event_id(3)  # the duty that arose is event 1


def told() -> Story:
    """Tell of a plot that was let and tended."""
    return story(rules(), SOCIAL_BOARD).given(let_plot("a", "Solsidan"), tend_plot("a", note="dry"))


def test_a_decision_reads_the_corrected_value() -> None:
    """What is decided after a correction is decided on what it says."""
    history = told().given(correct_plot("a", LET, "wrong-value", name="Skuggan"))
    assert history.state("plot/a") == Plot("let", "Skuggan")
    [given_up, *_] = history.when(give_up_plot("a")).events()
    assert isinstance(given_up, PlotGivenUp)
    assert given_up.name == "Skuggan"


def test_what_never_happened_is_not_read() -> None:
    """Neither the event nor what it made possible."""
    history = told().given(correct_plot("a", TENDED, "never-happened"), correct_plot("a", LET, "never-happened"))
    assert history.state("plot/a") == Plot()
    history.when(tend_plot("a")).refused(NOT_LET)
    assert isinstance(history.when(let_plot("a")).events()[0], PlotLet)


def test_what_began_a_stream_is_taken_back_last() -> None:
    """A stream never begins with what followed."""
    told().when(correct_plot("a", LET, "never-happened")).refused(CORRECTION_UNFIT)


@pytest.mark.parametrize(
    "correction",
    [
        correct_plot("a", LET, "wrong-value", nothing="x"),
        correct_plot("a", LET, "wrong-date", letOn="soon"),
        correct_plot("a", LET, "wrong-value", **{"name/0": "x"}),
        correct_plot("a", TENDED, "wrong-value", note=None),
    ],
    ids=["no such field", "no date", "no list", "no text"],
)
def test_a_correction_must_fit_its_event(correction: CorrectPlot) -> None:
    """One that could not be read would stop every fold of the stream for ever."""
    refused = told().when(correction).refused(CORRECTION_UNFIT)
    assert refused.state("plot/a") == Plot("let", "Solsidan")


def test_the_later_of_two_corrections_counts() -> None:
    """Both stay in the log; the event reads as the last one says."""
    first, second = (correct_plot("a", LET, "wrong-value", name=name) for name in ("Skuggan", "Backen"))
    assert told().given(first, second).state("plot/a").name == "Backen"


def test_a_correction_can_be_corrected() -> None:
    """It never happened, or said the wrong thing: the event reads as if so."""
    corrected = told().given(correct_plot("a", LET, "wrong-value", name="Skuggan"))
    assert corrected.given(correct_plot("a", CORRECTED, "never-happened")).state("plot/a").name == "Solsidan"
    corrected = told().given(correct_plot("a", LET, "wrong-value", name="Skuggan"))
    mended = correct_plot("a", CORRECTED, "wrong-value", **{"changes/0/after": "Backen"})
    assert corrected.given(mended).state("plot/a").name == "Backen"


def test_a_corrected_day_is_when_it_happened() -> None:
    """`occurredat` follows the field that says it."""
    history = told().given(correct_plot("a", LET, "wrong-date", letOn="2026-02-20"))
    [let, *_] = as_corrected(e for e in history.told if e.subject == "plot/a")
    assert let.occurredat.isoformat() == "2026-02-20T00:00:00+01:00"


def test_a_corrected_trigger_makes_its_duty_arise_anew() -> None:
    """The duty of the wrong day is void, and one of the right day arises."""
    history = told().given(correct_plot("a", LET, "wrong-date", letOn="2026-02-20"))
    former, now = (history.state(f"duty/gs-4.first/a{n}") for n in ("", "/2"))
    assert (former.end, former.void_reason) == ("voided", "trigger-corrected")
    assert (now.end, now.trigger_on) == (None, date(2026, 2, 20))


async def test_the_append_reads_corrections(garden: Garden) -> None:
    """In one group and in the next, a decision is made on the stream as it is now read."""
    logs = garden.logs()
    [let] = await logs.append([submission(let_plot("a", "Solsidan"), "1")])
    corrected, wrong = await logs.append(
        [
            submission(correct_plot("a", accepted(let).events[0].id, "wrong-value", name="Skuggan"), "2"),
            submission(correct_plot("a", accepted(let).events[0].id, "wrong-value", crop=[]), "3"),
        ]
    )
    assert (accepted(corrected).version, wrong) == (2, CORRECTION_UNFIT)
    [given_up] = await logs.append([submission(give_up_plot("a"), "4")])
    event = accepted(given_up).events[0].data
    assert isinstance(event, PlotGivenUp)
    assert event.name == "Skuggan"


async def corrected_garden(logs: Logs) -> None:
    """Let, tend and correct plots, one group a command."""
    lettings = [accepted((await logs.append([submission(let_plot(p, p), f"let {p}")]))[0]) for p in ("a", "b", "c")]
    let = [answer.events[0].id for answer in lettings]
    [tended] = await logs.append([submission(tend_plot("b", note="dry"), "tend")])
    then: list[Command] = [
        correct_plot("a", let[0], "wrong-date", letOn="2026-02-20"),
        correct_plot("b", accepted(tended).events[0].id, "wrong-value", note="wet"),
        correct_plot("c", let[2], "never-happened"),
        tend_plot("b", note="dry again"),
    ]
    for n, command in enumerate(then):
        accepted((await logs.append([submission(command, f"then {n}")]))[0])


@pytest.mark.parametrize("batch", [1, 1_000])
async def test_views_read_corrections(postgres: PostgresGarden, garden_url: str, batch: int) -> None:
    """Whether the correction comes with its event or later; what never happened has no row; a rebuild gives the same."""
    await corrected_garden(postgres.logs())
    async with reading(garden_url, Listed(MARKET)) as reader:
        await reader.rest(batch)
        shown = await reader.connection.fetch("SELECT key, let_on, tended, notes FROM plot ORDER BY key")
        assert [tuple(row.values()) for row in shown] == [
            ("plot/a", date(2026, 2, 20), 0, []),
            ("plot/b", date(2026, 3, 2), 2, ["wet", "dry again"]),
        ]
        owed = await reader.connection.fetch('SELECT id, "end" FROM duty ORDER BY id')
        assert {row["id"]: row["end"] for row in owed} == {
            "gs-4.first/a": "voided", "gs-4.first/a/2": None, "gs-4.first/b": None, "gs-4.first/c": "voided",
        }  # fmt: skip
        live = await tables(reader.connection)
        for view in views():
            await rebuild(postgres.connection, view, reader.sources[view.log], catalogues()[view.log])
        assert await tables(reader.connection) == live

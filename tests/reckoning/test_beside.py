"""A question of the whole logs has a process of its own, with an end to its memory and its time, and ends with who asked."""

import asyncio
import multiprocessing
from datetime import date

import pytest
from pydantic import SecretStr

from deploy.local.referencing.suite import settings
from deploy.local.replaying.parts import parts_of
from shared.parts import Parts
from shared.reckoning.beside import MOST_BYTES, Beside
from shared.reckoning.child import Root
from shared.reckoning.question import Failed, Lost, NoAuthority, Occupied, Outcome, Question, Replay, TooLarge, WhatIf
from shared.settings import Settings

SETTINGS = settings("consultation").model_copy(
    update={"database_url": SecretStr("postgresql://nobody@127.0.0.1:1/none"), "kafka": "127.0.0.1:1", "clock": None}
)
REPLAY = Replay(date(2026, 3, 1), shown_singly=True)


def consultation(given: Settings) -> Parts:
    """Put a service together as its own root does."""
    return parts_of(given.service, given.authority)


def greedy(_settings: Settings) -> Parts:
    """Take more memory than there may be."""
    raise ValueError(len(bytes(2 * MOST_BYTES)))


def endless(_settings: Settings) -> Parts:
    """Take more time than there may be."""
    while True:
        pass


def faulty(_settings: Settings) -> Parts:
    """Fail as nobody foresaw."""
    raise RuntimeError("planted")


def ask(root: Root, question: Question, most_s: int = 60) -> Outcome:
    """Ask, and see that no process is left."""
    outcome = asyncio.run(Beside(root, SETTINGS, most_s=most_s).ask(question))
    assert multiprocessing.active_children() == []
    return outcome


@pytest.mark.parametrize(
    ("toml", "said"),
    [(b"name = 1", "authority.toml"), (b"a = " + b"[" * 10_000, "nested too deep"), (b"\xff", "no TOML in UTF-8")],
)
def test_a_file_that_is_none_is_told_line_by_line(toml: bytes, said: str) -> None:
    """As at a service's start; the file's place here is nobody's business."""
    outcome = ask(consultation, WhatIf(toml, None, date(2026, 3, 1), shown_singly=True))
    assert isinstance(outcome, NoAuthority)
    assert said in outcome.sentences[0]
    assert "/" not in outcome.sentences[0].split(":")[0]


def test_a_store_that_is_away_is_lost() -> None:
    """To ask again may help."""
    assert isinstance(ask(consultation, REPLAY), Lost)


@pytest.mark.parametrize(("root", "most_s"), [(greedy, 60), (endless, 2)])
def test_what_has_no_end_is_ended(root: Root, most_s: int) -> None:
    """Memory and time are bounded."""
    assert ask(root, REPLAY, most_s) == TooLarge()


def test_a_fault_is_told_from_what_is_too_large() -> None:
    """It is logged where it happened."""
    assert ask(faulty, REPLAY) == Failed()


async def test_one_question_at_a_time_and_a_gone_asker_frees_the_place() -> None:
    """The process of the one who has gone is ended at once."""
    beside = Beside(endless, SETTINGS, most_s=60)
    first = asyncio.create_task(beside.ask(REPLAY))
    await asyncio.sleep(0)
    with pytest.raises(Occupied):
        await beside.ask(REPLAY)
    assert len(multiprocessing.active_children()) == 1
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert multiprocessing.active_children() == []
    later = asyncio.create_task(beside.ask(REPLAY))
    await asyncio.sleep(0)
    later.cancel()
    with pytest.raises(asyncio.CancelledError):
        await later

"""The process in which one question is reckoned: it reads, answers and ends. Nothing is written to a log, topic or view."""

import asyncio
import gc
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import structlog
from pydantic_core import to_json

from shared.diagnostics import configure
from shared.log.postgres import is_lost
from shared.log.topic import TopicMissing
from shared.parts import Parts
from shared.policy.authority import AuthorityFileWrong
from shared.reckoning.question import Failed, Lost, NoAuthority, Outcome, Question, Reckoned, Replay, TooLarge, WhatIf
from shared.reckoning.reading import logs_of
from shared.replaying import telling
from shared.replaying.comparing import compare, recorded_duties
from shared.replaying.running import Logs, run
from shared.settings import Settings

log = structlog.get_logger()

Root = Callable[[Settings], Parts]
"""A service's composition root, named by its module so that another process finds it."""
LOOK_S, PATIENCE_S = 0.5, 5.0
"""What differs is looked at again for so long: a reaction may be on its way."""
NICE = 10


def answer(to: Connection, root: Root, settings: Settings, question: Question, most_bytes: int, most_s: int) -> None:
    """Reckon in a process of its own, with an end to its memory and its time, and send what came of it."""
    configure(settings.service, settings.log_level)
    os.nice(NICE)  # requests come first
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (most_s, most_s + 1))  # whether or not the one who asked still lives
    gc.disable()  # an event is no cycle, and this process ends soon
    with to:
        to.send(_outcome(root, settings, question))


def _outcome(root: Root, settings: Settings, question: Question) -> Outcome:
    try:
        return Reckoned(to_json(asyncio.run(_reckoned(root, settings, question))))
    except AuthorityFileWrong as wrong:
        return NoAuthority(tuple(wrong.sentences))
    except MemoryError:
        return TooLarge()
    except Exception as error:
        if is_lost(error) or isinstance(error, TopicMissing):
            return Lost(str(error))
        log.exception("a question of the whole logs failed")
        return Failed()


async def _reckoned(root: Root, settings: Settings, question: Question) -> telling.Json:
    match question:
        case Replay():
            return await _replayed(root, settings, question)
        case WhatIf():
            return await _assumed(root, settings, question)


async def _replayed(root: Root, settings: Settings, question: Replay) -> telling.Json:
    parts, as_of = root(settings), question.as_of
    until = monotonic() + PATIENCE_S
    while True:
        logs = await logs_of(parts, settings)
        derived = run(parts, logs, as_of)
        found = compare(derived, recorded_duties((event for log in parts.logs for event in logs[log]), as_of))
        if not found or monotonic() > until:
            told = telling.replayed(len(derived), found, as_of, shown_singly=question.shown_singly)
            return {"asOf": as_of.isoformat(), "ok": not found, "service": parts.name} | told
        await asyncio.sleep(LOOK_S)


async def _assumed(root: Root, settings: Settings, question: WhatIf) -> telling.Json:
    with _file(question.authority) as path:
        now, then = root(settings), _under(path, root, settings)
    logs, until = await logs_of(now, settings), question.until
    counts = telling.counts(
        _states(now, logs, question), _states(then, logs, question), question.since, until,
        shown_singly=question.shown_singly,
    )  # fmt: skip
    said = telling.assumption(now.rules.authority, then.rules.authority, question.since, until)
    return said | {"service": now.name} | counts


def _under(authority: Path, root: Root, settings: Settings) -> Parts:
    try:
        return root(settings.model_copy(update={"authority": authority}))
    except RecursionError:
        raise AuthorityFileWrong([f"{authority.name}: it is nested too deep to be read; make it flatter."]) from None


def _states(parts: Parts, logs: Logs, question: WhatIf) -> telling.States:
    return {duty_id: each.state for duty_id, each in run(parts, logs, question.until).items()}


@contextmanager
def _file(authority: bytes) -> Iterator[Path]:
    """Let the file lie where a composition root reads one, for as long as it does."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "authority.toml"
        path.write_bytes(authority)
        yield path

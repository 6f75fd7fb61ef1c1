"""Where questions of the whole logs are reckoned beside the requests: one process at a time, ended with who asked."""

import asyncio
import signal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from typing_extensions import override

from shared.reckoning.child import Root, answer
from shared.reckoning.question import Failed, Occupied, Outcome, Question, Reckons, TooLarge
from shared.settings import Settings

MOST_BYTES: Final = 1024**3
MOST_S: Final = 120
SPAWNED = get_context("spawn")
"""A copy of a process that has threads and open connections may hang."""


class Beside(Reckons):
    """Answers questions of one service, whose composition root is put together anew for each."""

    def __init__(self, root: Root, settings: Settings, *, most_bytes: int = MOST_BYTES, most_s: int = MOST_S) -> None:
        self._root, self._settings = root, settings
        self._most_bytes, self._most_s = most_bytes, most_s
        self._occupied = False

    @override
    async def ask(self, question: Question) -> Outcome:
        if self._occupied:
            raise Occupied
        self._occupied = True
        try:
            return await self._answered(question)
        finally:
            self._occupied = False

    async def _answered(self, question: Question) -> Outcome:
        ours, theirs = SPAWNED.Pipe(duplex=False)
        given = theirs, self._root, self._settings, question, self._most_bytes, self._most_s
        process = SPAWNED.Process(target=answer, args=given, daemon=True)
        process.start()
        theirs.close()
        try:
            async with asyncio.timeout(self._most_s):
                return await asyncio.to_thread(_received, ours)
        except TimeoutError:
            return TooLarge()
        except EOFError:
            process.join()
            return TooLarge() if process.exitcode == -signal.SIGXCPU else Failed()
        finally:
            process.kill()  # where the asker has gone, it ends what the thread waits for
            process.join()
            process.close()


def _received(ours: Connection) -> Outcome:
    with ours:
        outcome: Outcome = ours.recv()
        return outcome

"""Registry as a process that is its own client: the whole service, with a load beside it that needs no HTTP.

`python -m deploy.local.benching.writer DIRECTORY`, with registry's settings in the environment. For each file `<n>.order` that
appears in DIRECTORY it carries the load out and leaves `<n>.seen`: for each command when it was received and answered (seconds
of CLOCK_MONOTONIC, which all processes share) and the index that its event got.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import uvloop
from typing_extensions import override

from deploy.local.benching.figures import at_once
from deploy.local.benching.load import registration
from deploy.local.benching.wises import recognition
from services.registry.app import parts
from shared.collecting import spare_what_stays
from shared.deciding import Submission
from shared.diagnostics import configure
from shared.log.append import Accepted, Answer, Appending, Busy
from shared.process import Process
from shared.settings import Settings, read

WIDTH = 64
A_SECOND = 1_000
LOOK_S = 0.01


class Order(NamedTuple):
    """A load from the `first`-th enterprise: `saturated` (64 at once), `steady` (1,000 a second), `recognised` (made WISEs)."""

    how: str
    commands: int
    first: int


class Seen(NamedTuple):
    """One command: received, answered, and the log's next index after its event."""

    received_s: float
    answered_s: float
    next_index: int


async def registered(appending: Appending, number: int, received_s: float) -> Seen:
    """Have one enterprise registered; one that came at a set time was received then, however late it is begun."""
    return await _done(appending, registration(number), received_s)


async def _done(appending: Appending, submission: Submission, received_s: float) -> Seen:
    answer = await _answered(appending, submission)
    if not isinstance(answer, Accepted) or answer.index is None:
        raise RuntimeError(f"{submission.key} was answered {answer}")
    return Seen(received_s, perf_counter(), answer.index + 1)


async def _answered(appending: Appending, submission: Submission) -> Answer:
    """Ask as a client does that is told to come again."""
    while isinstance(answer := await appending.submit(submission), Busy):  # noqa: ASYNC110 - as a client comes again
        await asyncio.sleep(LOOK_S)
    return answer


async def saturated(appending: Appending, order: Order) -> list[Seen]:
    """Append as many at once as the width, without a pause."""
    seen: list[Seen] = []

    async def do(number: int) -> None:
        seen.append(await registered(appending, order.first + number, perf_counter()))

    await at_once(WIDTH, order.commands, do)
    return seen


async def recognised(appending: Appending, order: Order) -> list[Seen]:
    """Make enterprises WISEs, as many at once as the width; each command is seen."""
    seen: list[Seen] = []

    async def do(number: int) -> None:
        for submission in recognition(order.first + number):
            one = await _done(appending, submission, perf_counter())
            seen.append(one)

    await at_once(WIDTH, order.commands, do)
    return seen


async def steady(appending: Appending, order: Order) -> list[Seen]:
    """Begin one command each millisecond: an open loop, so a slow answer is nobody's delay but its own."""
    began = perf_counter()
    asked: list[asyncio.Task[Seen]] = []
    async with asyncio.TaskGroup() as group:
        for number in range(order.commands):
            due = began + number / A_SECOND
            if (early := due - perf_counter()) > 0:
                await asyncio.sleep(early)
            asked.append(group.create_task(registered(appending, order.first + number, due)))
    return [task.result() for task in asked]


HOW: Mapping[str, Callable[[Appending, Order], Awaitable[list[Seen]]]] = {
    "saturated": saturated, "steady": steady, "recognised": recognised,
}  # fmt: skip


class Writer(Process):
    """Registry with the load beside what it always runs."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        super().__init__(settings, parts)
        self._directory = directory

    @override
    async def _serve(self, appending: Appending, *args: Any, **kwargs: Any) -> None:
        working = asyncio.create_task(self._work(appending))
        await super()._serve(appending, *args, **kwargs)
        working.cancel()

    async def _work(self, appending: Appending) -> None:
        for n in count():
            order = await self._ordered(n)
            seen = await HOW[order.how](appending, order)
            unfinished = self._directory / f"{n}.unfinished"
            unfinished.write_text(json.dumps(seen), encoding="ascii")
            unfinished.rename(self._directory / f"{n}.seen")

    async def _ordered(self, n: int) -> Order:
        file = self._directory / f"{n}.order"
        while not file.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(LOOK_S)
        return Order(*json.loads(file.read_text(encoding="ascii")))


if __name__ == "__main__":
    configure("registry", "info")
    writer = Writer(read(os.environ), Path(sys.argv[1]))
    spare_what_stays()  # as every process of a service does
    uvloop.run(writer.run())

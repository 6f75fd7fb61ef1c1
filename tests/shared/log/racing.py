"""A process of its own that appends for `test_race.py`: `python -m tests.shared.log.racing URL NAME WRITERS COMMANDS`.

Prints the place of every command that was accepted, a line each: key, log, index.
"""

import asyncio
import sys

from shared.log.append import Accepted, Appending
from tests.shared.log.gardens import postgres_garden
from tests.shared.log.invented import let_plot, submission, tend_plot


async def write(queue: Appending, writer: str, commands: int) -> None:
    """One writer after the other command: plots of its own, and one that all of them tend."""
    for n in range(commands):
        key = f"{writer}-{n}"
        command = tend_plot("shared", note=key) if n % 2 else let_plot(key)
        answer = await queue.submit(submission(command, key))
        assert isinstance(answer, Accepted), answer
        print(key, answer.log, answer.index, flush=True)  # noqa: T201 - the answer to whoever started this process


async def main(url: str, name: str, writers: int, commands: int) -> None:
    """Start all writers at once, on one store."""
    async with postgres_garden(url) as garden:
        queue = Appending(garden.logs())
        running = asyncio.create_task(queue.run())
        await asyncio.gather(*(write(queue, f"{name}{n}", commands) for n in range(writers)))
        running.cancel()
        await asyncio.wait([running])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))

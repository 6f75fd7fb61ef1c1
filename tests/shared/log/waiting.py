"""Waiting for what will be so, with a limit that only a failure meets."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

LIMIT_S = 30.0


async def until(condition: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as the condition holds. Raises TimeoutError."""
    async with asyncio.timeout(LIMIT_S):
        for tries in count():
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0 if tries < 100 else 0.005)

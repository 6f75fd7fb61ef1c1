"""How figures are taken: a load of commands, each with how long it took; rates and percentiles of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Timed:
    """What a load took: all of it, and each of its commands, in seconds."""

    took_s: float
    each_s: Sequence[float]

    @property
    def per_s(self) -> float:
        """Commands a second."""
        return rate(len(self.each_s), self.took_s)

    def ms(self, percent: int) -> float:
        """The percentile of what a command took."""
        return percentile_ms(self.each_s, percent)


def rate(number: int, took_s: float) -> float:
    """Give a rate in whole numbers: its last digits are noise."""
    return round(number / took_s)


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """Give the nearest rank: the least value that so many percent do not exceed."""
    ordered = sorted(seconds)
    rank = -(-len(ordered) * percent // 100)
    return round(ordered[max(rank, 1) - 1] * 1000, 2)


async def at_once(width: int, commands: int, do: Callable[[int], Awaitable[None]]) -> Timed:
    """Have so many commands done by so many at once, each beginning the next when it has its answer."""
    numbers, took = count(), [0.0] * commands

    async def one_after_the_other() -> None:
        while (number := next(numbers)) < commands:
            began = perf_counter()
            await do(number)
            took[number] = perf_counter() - began

    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(one_after_the_other())
    return Timed(perf_counter() - began, took)

"""A replay divided: what a service judges apart runs apart, on as many processes as there are cores.

Each part reads the logs itself and keeps of them what it needs, so that a year of a large authority never lies in memory whole.
What all parts look at (enterprises) is run in each, and its duties count in the first.
"""

import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from deploy.local.replaying.parts import parts_of
from shared.contracts.cloudevent import Recorded
from shared.contracts.values import DutyId
from shared.parts import Parts
from shared.policy.duty.life import DutyState
from shared.replaying.comparing import Difference, compare, recorded_duties
from shared.replaying.running import Derived, run

EVENTS = 40_000
"""So many events make a part."""

T = TypeVar("T")


class Part(NamedTuple):
    """The n-th of so many parts, counted from 0."""

    n: int
    of: int


WHOLE = Part(0, 1)


class Where(Protocol):
    """Where the logs lie; it goes to other processes."""

    def size(self, parts: Parts) -> int:
        """Give how many events there are about in a service's own logs."""
        ...

    def read(self, parts: Parts, part: Part) -> Mapping[str, Sequence[Recorded]]:
        """Read what a part of a service needs: of its own logs the part, of those that it follows what it follows."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One part of one service, under one authority's file or several."""

    service: str
    authorities: tuple[Path, ...]
    where: Where
    as_of: date
    part: Part


class Found(NamedTuple):
    """How many duties should be there, and what differs."""

    duties: int
    differences: Sequence[Difference]


def jobs(services: Iterable[Parts], authorities: Sequence[Path], where: Where, as_of: date) -> list[Job]:
    """Divide the services: each into as many parts as its logs call for."""
    return [
        Job(parts.name, tuple(authorities), where, as_of, Part(n, of))
        for parts in services
        for of in (1 + where.size(parts) // EVENTS if parts.apart else 1,)
        for n in range(of)
    ]


def done(work: Callable[[Job], T], each: Sequence[Job]) -> Iterator[tuple[Job, T]]:
    """Do jobs, side by side where one of the services is divided."""
    if all(job.part.of == 1 for job in each):
        yield from ((job, work(job)) for job in each)
        return
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as processes:
        yield from zip(each, processes.map(work, each), strict=True)


def differing(job: Job) -> Found:
    """Replay a part and compare it with what is recorded."""
    parts, logs, derived = _derived(job, job.authorities[0])
    recorded = recorded_duties((event for log in parts.logs for event in logs[log]), job.as_of)
    ours = _own(job, parts, derived)
    return Found(len(ours), compare(ours, _own(job, parts, recorded)))


def states(job: Job) -> list[dict[DutyId, DutyState]]:
    """Derive a part's duties under each of the files."""
    found = []
    for authority in job.authorities:
        parts, _, derived = _derived(job, authority)
        found.append({duty_id: each.state for duty_id, each in _own(job, parts, derived).items()})
    return found


def _derived(job: Job, authority: Path) -> tuple[Parts, Mapping[str, Sequence[Recorded]], dict[DutyId, Derived]]:
    gc.collect()  # of the part before
    gc.disable()  # an event is no cycle, and a million of them would be looked through again and again
    try:
        parts = parts_of(job.service, authority)
        logs = job.where.read(parts, job.part)
        return parts, logs, run(parts, logs, job.as_of)
    finally:
        gc.enable()


def _own(job: Job, parts: Parts, duties: Mapping[DutyId, T]) -> dict[DutyId, T]:
    """Give the duties that count in this part."""
    if job.part.n == 0:
        return dict(duties)
    return {duty_id: each for duty_id, each in duties.items() if re.match(parts.apart, f"duty/{duty_id}")}

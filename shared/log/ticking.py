"""Time as a message: the clock finds what has a boundary, and each becomes a command decided on the duty's own stream.

Boundaries are taken one Stockholm day after the other, also after a pause: a suite that was stopped for a week decides each day
of it as of that day, so it ends with the duties and dates of one that ran through. A day is taken only when every log that the
service follows has been applied up to that day's beginning (the watermark), so nothing that was known before it is missed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import structlog
from typing_extensions import override

from shared.contracts.values import DutyId
from shared.deciding import Command, Refused, Submission
from shared.diagnostics import REFUSED_WITHIN
from shared.log.append import Failed, Logs
from shared.log.duty_view import DutyRow
from shared.log.postgres import SQL as LOG
from shared.log.postgres import Connection
from shared.log.sql import query
from shared.policy.duty.commands import BOUNDARY_MOVED, NEXT, TakeStep
from shared.policy.role import Role
from shared.policy.stockholm import day_of, start_of
from shared.reacting import Folded

log = structlog.get_logger()
DUTIES = Path(__file__).with_name("duty_view.sql")
TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Boundary:
    """A command of the clock, the day at whose 00:00 it is decided, and its key: repeating it does nothing."""

    on: date
    key: str
    command: Command


class Boundaries(Protocol):
    """Something that has boundaries: duties, the year, deadlines."""

    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        """Give boundaries that have been reached and not been taken, the earliest first."""
        ...

    def among(self, rows: Folded, today: date) -> Iterable[Boundary]:
        """Give boundaries that have been reached, taken or not, of rows in memory: a replay asks so. Pure.

        What is listed (`rows.all`) are the rows of one object, those of its duties among them: no boundary follows from the
        rows of two, and none that was reached goes away because another day has come.
        """
        ...


class DutySteps(Boundaries):
    """The reminders, overdues, escalations and lapses of duties, and the duties that follow them.

    `needs` gives the streams that a following duty is reckoned from (the placement's of its duty's object).
    """

    def __init__(self, needs: Callable[[str], tuple[str, ...]] = lambda _object: ()) -> None:
        self._needs = needs

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        """Give the steps of duties up to a day."""
        found: list[Boundary] = []
        for name in ("steps_due", "follows_due"):
            rows = await connection.fetch(query(DUTIES, name), today, TOGETHER)
            found += [self._step(r["id"], r["object_id"], r["step"], r["on"], r["due_on"]) for r in rows]
        return sorted(found, key=lambda boundary: boundary.on)

    @override
    def among(self, rows: Folded, today: date) -> Iterable[Boundary]:
        """Give the next steps of the open duties; `of` gives those of any."""
        return [b for duty in rows.all(DutyRow).values() for b in self.of(duty) if b.on <= today]

    def of(self, duty: DutyRow) -> Iterator[Boundary]:
        """Give one duty's next step, and the day on which the next of its kind arises, whenever that is."""
        if duty.next_on is not None and duty.next_step is not None:
            yield self._step(duty.id, duty.object_id, duty.next_step, duty.next_on, duty.due_on)
        if duty.follows_on is not None:
            yield self._step(duty.id, duty.object_id, NEXT, duty.follows_on, duty.due_on)

    def _step(self, duty_id: str, object_id: str, step: str, on: date, due: date | None) -> Boundary:
        command = TakeStep(
            at=start_of(on), duty_id=DutyId(duty_id), object_id=object_id, step=step, on=on, due=due,
            needs=self._needs(object_id),
        )  # fmt: skip
        return Boundary(on, f"tick/{duty_id}/{step}/{due}", command)


class YearBegins(Boundaries):
    """1 January of each year from `first` on: `began` gives the command of the year, keyed by it."""

    def __init__(self, first: int, began: Callable[[int], Command], name: str) -> None:
        self._first, self._began, self._name = first, began, name

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        """Give the years that have begun and were not taken."""
        years = {f"command:{self._key(year)}": year for year in range(self._first, today.year + 1)}
        taken = await connection.fetch(query(LOG, "claimed"), list(years))
        for row in taken:
            del years[row["key"]]
        return [self._year(year) for year in years.values()]

    @override
    def among(self, rows: Folded, today: date) -> Iterable[Boundary]:
        """Give the years that have begun."""
        return [self._year(year) for year in range(self._first, today.year + 1)]

    def _year(self, year: int) -> Boundary:
        return Boundary(date(year, 1, 1), self._key(year), self._began(year))

    def _key(self, year: int) -> str:
        return f"tick/year/{year}/{self._name}"


class Ticker:
    """The clock's loop. `caught_up(at)` waits until all that is followed has been applied up to an instant."""

    def __init__(
        self, logs: Logs, boundaries: Sequence[Boundaries], *, role: Role, now: Callable[[], datetime],
        caught_up: Callable[[datetime], Awaitable[None]], settled: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._logs = logs
        self._boundaries = boundaries
        self._role, self._now = role, now
        self._caught_up, self._settled = caught_up, settled
        self._refused: set[str] = set()
        self.last: datetime | None = None

    @property
    def trouble(self) -> str | None:
        """Say which boundaries a rule refused: their duties miss a step until somebody has looked."""
        if not self._refused:
            return None
        return (
            f"the clock: {len(self._refused)} boundaries were refused, {min(self._refused)} first; see the log for why"
        )

    async def run(self, connection: Connection, *, every_s: float = 0.25) -> None:
        """Tick until cancelled."""
        while True:
            if not await self.tick(connection):
                await asyncio.sleep(every_s)

    async def tick(self, connection: Connection) -> bool:
        """Take the earliest day's boundaries; False when there was none."""
        now = self._now()
        found = await self._found(connection, now)
        if not found:
            self.last = now
            return False
        on = found[0].on
        await self._caught_up(start_of(on))
        # What was waited for may have brought a boundary of an earlier day, or taken these away.
        found = [boundary for boundary in await self._found(connection, now) if boundary.on <= on]
        await self._take([boundary for boundary in found if boundary.on == found[0].on], now)
        return True

    async def _found(self, connection: Connection, now: datetime) -> list[Boundary]:
        """Give what has been reached and was not refused, by day and key, as our own logs have it now."""
        await self._settled()
        found = [b for source in self._boundaries for b in await source.upto(connection, day_of(now))]
        return sorted((b for b in found if b.key not in self._refused), key=lambda b: (b.on, b.key))

    async def _take(self, boundaries: Sequence[Boundary], now: datetime) -> None:
        submissions = [
            Submission(
                command=boundary.command, key=boundary.key, actor="system", role=self._role, recorded_at=now,
                correlation_id=boundary.key,
            )
            for boundary in boundaries
        ]  # fmt: skip
        for submission, answer in zip(submissions, await self._logs.append(submissions), strict=True):
            if isinstance(answer, Failed):
                raise answer.error
            if isinstance(answer, Refused) and answer != BOUNDARY_MOVED:
                # It would be found again at once and hold up every later day.
                self._refused.add(submission.key)
                REFUSED_WITHIN.labels("clock", answer.reason).inc()
                log.error("boundary refused until the next start", key=submission.key, reason=answer.reason)

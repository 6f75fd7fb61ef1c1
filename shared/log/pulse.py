"""How far a reader can know: what a service has committed and not yet relayed cannot be seen in its topics.

So its leader says for each log, on `<service>.pulse` (compacted, key = log), `{log, end, through, epoch}`: everything that was
committed before `through` lies below `end`. Whoever has applied the log up to `end` has seen all of it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from time import monotonic

import structlog
from pydantic import ValidationError

from shared.clock import Clock
from shared.contracts.values import Instant, Value
from shared.log.postgres import SQL, Connection
from shared.log.sql import query
from shared.log.topic import Record, Sending, TopicMissing, Topics

EVERY_S = 60.0
LOOK_S = 0.02
"""A simulated time that was moved is noticed so late; a look at the clock is a microsecond."""
JUMP_S = 1.0
SILENT_S = 180.0
PAUSE_S = 0.25
STEP_S = 0.01
MOST_WAITING = 1000

log = structlog.get_logger()


class Pulse(Value):
    """Everything that was committed to `log` before `through` lies below `end`; the leader of `epoch` says so."""

    log: str
    end: int
    through: Instant
    epoch: int


class Pulsing:
    """The leader's loop that publishes its logs' pulses: at least every minute, and at once when a simulated time moves."""

    def __init__(
        self, connection: Connection, topics: Topics, topic: str, logs: Sequence[str], epoch: int, clock: Clock
    ) -> None:
        self._connection = connection
        self._topics, self._topic = topics, topic
        self._logs, self._epoch, self._clock = list(logs), epoch, clock

    async def run(self) -> None:
        """Publish until cancelled. Raises what Postgres raises."""
        told: tuple[datetime, float] | None = None
        looked: tuple[datetime, float] | None = None
        while True:
            now = self._clock.now(), monotonic()
            if told is None or looked is None or is_due(told, looked, now):
                try:
                    # A clock that was set back takes back nothing that was promised.
                    through = max(now[0], told[0]) if told else now[0]
                    await self.publish(through)
                    told = through, now[1]
                except ConnectionError as error:
                    log.warning("pulse waits for Kafka", why=str(error))
                    await asyncio.sleep(PAUSE_S)
            looked = now
            await asyncio.sleep(LOOK_S)

    async def publish(self, through: datetime) -> None:
        """Say where the logs end.

        `through` was read from the clock before this question is asked. A commit that came before the clock showed `through`
        therefore came before this statement's snapshot, which sees it: its index is below `end`. What commits later, though
        recorded before, is after `through` in every reader's eyes, as it is in the order of the log. No lock is needed.
        """
        rows = await self._connection.fetch(query(SQL, "ends_of"), self._logs)
        pulses = [
            Pulse(log=name, end=end, through=through, epoch=self._epoch).model_dump_json(by_alias=True)
            for name, end in rows
        ]
        records = [
            Sending(row["log"], pulse.encode(), None, self._epoch) for row, pulse in zip(rows, pulses, strict=True)
        ]
        await self._topics.send(self._topic, records)


def is_due(
    told: tuple[datetime, float], looked: tuple[datetime, float], now: tuple[datetime, float], every_s: float = EVERY_S
) -> bool:
    """Say whether a pulse is due, by the suite's time and the machine's seconds at the last pulse, the last look and now.

    A minute has passed by either, or the suite's time was moved on: it went further than the machine's. A clock that was set
    back is told each minute all the same, so that nobody takes the service for silent.
    """
    by_clock, by_machine = (now[0] - told[0]).total_seconds(), now[1] - told[1]
    moved = (now[0] - looked[0]) - timedelta(seconds=now[1] - looked[1])
    return by_clock >= every_s or by_machine >= every_s or moved >= timedelta(seconds=JUMP_S)


class _Heard:
    """The pulses of one log: the latest that has been reached, and those whose end has not."""

    def __init__(self) -> None:
        self.epoch = 0
        self.waiting: list[Pulse] = []
        self.reached: datetime | None = None

    def take(self, pulse: Pulse) -> None:
        if pulse.epoch < self.epoch:
            return  # a leader that was succeeded; its database may be one that nobody uses any more
        if pulse.epoch > self.epoch:
            # Events that the former leader counted may be lost with a restore: its ends are not waited for.
            self.epoch, self.waiting, self.reached = pulse.epoch, [], None
        # An older one that is dropped only makes its reader wait for a later one.
        self.waiting = [*(p for p in self.waiting if p.end != pulse.end), pulse][-MOST_WAITING:]

    def watermark(self, next_index: int) -> datetime | None:
        reached = [pulse for pulse in self.waiting if pulse.end <= next_index]
        self.waiting = [pulse for pulse in self.waiting if pulse.end > next_index]
        instants = [pulse.through for pulse in reached]
        self.reached = max([*instants, *([self.reached] if self.reached else [])], default=None)
        return self.reached


class Watermarks:
    """What other services' pulses say, read from their topics (log → topic with the authority's prefix)."""

    def __init__(self, topics: Topics, topic_of: Mapping[str, str], now: Callable[[], float] = monotonic) -> None:
        self._topics, self._topic_of, self._now = topics, dict(topic_of), now
        self._heard = {name: _Heard() for name in topic_of}
        self._heard_at = dict.fromkeys(topic_of, now())

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as listening:
            for topic in dict.fromkeys(self._topic_of.values()):
                listening.create_task(self._listen(topic))

    async def _listen(self, topic: str) -> None:
        offset = 0
        while True:
            try:
                async with aclosing(self._topics.read(topic, offset)) as batches:
                    async for batch in batches:
                        self.take(batch)
                        offset = batch[-1].offset + 1
            except (TopicMissing, ConnectionError):
                # Readiness names the logs that are silent; the owner makes the topic when it starts.
                await asyncio.sleep(PAUSE_S)

    def take(self, records: Sequence[Record]) -> None:
        """Take in pulses; what is none is passed over."""
        for record in records:
            pulse = _pulse(record)
            if pulse is not None and pulse.log in self._heard:
                self._heard[pulse.log].take(pulse)
                self._heard_at[pulse.log] = self._now()

    def of(self, name: str, next_index: int) -> datetime | None:
        """Give the instant up to which everything is known of a log that has been applied below `next_index`."""
        return self._heard[name].watermark(next_index)

    async def reach(self, at: datetime, next_index: Callable[[str], int]) -> None:
        """Wait until every log is known up to an instant; `next_index` gives how far a log has been applied."""
        for name in self._heard:
            while True:
                watermark = self.of(name, next_index(name))
                if watermark is not None and watermark >= at:
                    break
                await asyncio.sleep(STEP_S)

    def troubles(self) -> list[str]:
        """Name the logs whose service has been silent for three minutes; ticks that wait for it come later, same dates."""
        return [
            f"{name}: its service has published no pulse for {self._now() - at:.0f} s; see that it runs and leads"
            for name, at in self._heard_at.items()
            if self._now() - at >= SILENT_S
        ]


def _pulse(record: Record) -> Pulse | None:
    try:
        return Pulse.model_validate_json(record.value or b"")
    except ValidationError:
        return None

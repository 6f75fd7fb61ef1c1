"""What the leader of a service does: the handshake, then its loops. Everything here runs in one process at a time."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from shared.led import Around, Led
from shared.log.append import Logs
from shared.log.follow import Followed
from shared.log.handshake import shake_hands
from shared.log.inbox import Inbox, forget_expired
from shared.log.leader import Leader
from shared.log.outbox import PostgresOutbox
from shared.log.postgres import SQL, Connection, Pool, connect, connection
from shared.log.proving import Proving
from shared.log.pulse import Pulsing, Watermarks
from shared.log.reactor import Reactor
from shared.log.rebuild import outdated, rebuild
from shared.log.relay import Relay
from shared.log.sources import OwnLog, Poisoned, Source
from shared.log.sql import query
from shared.log.ticking import DutySteps, Ticker
from shared.log.topic import Topics, TopicUnreadable
from shared.persons.claiming import KeyMacs
from shared.persons.keys import Keys
from shared.persons.vault import KeyVault

if TYPE_CHECKING:
    from shared.process import Process

log = structlog.get_logger()


class Lead:
    """What the leader of a service does: the handshake, then its loops."""

    def __init__(self, process: "Process", logs: Logs, keys: Keys, vault: KeyVault, url: str, questions: Pool) -> None:
        self._process, self._logs, self._url, self._questions = process, logs, url, questions
        self._keys = keys
        self._macs = KeyMacs(keys, process.parts.name)
        parts = process.parts
        self._boundaries = (DutySteps(parts.needs), *parts.boundaries, *parts.opening(keys))
        self.own = [OwnLog(name, questions) for name in parts.logs]
        self.foreign = [Followed(name, process.topics, process.topic(name)) for name in parts.reactions.follows]
        self.reactor = Reactor(
            logs, parts.views, parts.reactions, role=parts.role, now=process.clock.now, catalogues=process.catalogues
        )
        self.inboxes = [
            Inbox(process.inbox(name), name, sources, self.reactor, vault, now=process.clock.now)
            for name, sources in process.publishers().items()
        ]
        pulses = {name: process.topic(f"{name.partition('.')[0]}.pulse") for name in parts.reactions.follows}
        self.watermarks = Watermarks(process.topics, pulses)
        self._relay_wake = asyncio.Event()
        logs.committed += [source.wake.set for source in self.own]
        logs.committed.append(self._relay_wake.set)
        self._reacting: Connection | None = None
        self._ticker: Ticker | None = None
        self.leader = Leader(partial(connect, url, f"{parts.name} lead"), self._begin, self._leads())

    @property
    def sources(self) -> list[str]:
        """All that the reactor follows."""
        followed = [source.name for source in (*self.own, *self.foreign)]
        return followed + [inbox.name for inbox in self.inboxes]

    def _leads(self) -> dict[str, Callable[[int], Coroutine[Any, Any, None]]]:
        topics, process = self._process.topics, self._process
        leads: dict[str, Callable[[int], Coroutine[Any, Any, None]]] = {
            "relay": self._relay,
            "clock": self._tick,
            "pulse": self._pulse,
            "checkpoints": self._prove,
            "watermarks": self._listen,
            "forgetting": self._forget,
        }
        for source in (*self.own, *self.foreign):
            leads[source.name] = partial(_follow, self.reactor, source)
        for led in process.parts.led:
            leads[led.name] = partial(self._run, led)
        for inbox in self.inboxes:
            leads[inbox.name] = partial(self._take, inbox, topics, process.topic(inbox.name))
        return leads

    async def _begin(self) -> int:
        """Make the handshake, rebuild what is outdated, and take over the views; give the epoch."""
        process, parts = self._process, self._process.parts
        topics = {name: process.topic(name) for name in parts.logs}
        if self._reacting is not None:
            self._reacting.terminate()  # a former lead's: what it had begun is rolled back
        reacting = self._reacting = await connect(self._url, f"{parts.name} reactor")
        epoch = await shake_hands(reacting, process.topics, topics, parts.rules, self.sources, self._macs)
        sources: dict[str, Source] = {source.name: source for source in (*self.own, *self.foreign)}
        for view in await outdated(reacting, parts.views):
            first, *others = [(sources[name], process.catalogues[name]) for name in view.logs]
            upto = await rebuild(reacting, view, *first, others=others)
            log.info("view rebuilt", view=view.name, log=view.log, upto=upto)
        await self.reactor.begin(reacting, self.sources)
        return epoch

    async def _relay(self, epoch: int) -> None:
        process = self._process
        topics = {name: process.topic(name) for name in process.parts.logs}
        async with connection(self._url, f"{process.parts.name} relay") as relaying:
            await Relay(PostgresOutbox(relaying), process.topics, topics, epoch, self._relay_wake).run()

    async def _tick(self, _epoch: int) -> None:
        process, parts = self._process, self._process.parts
        self._ticker = Ticker(
            self._logs, self._boundaries, role=parts.role, now=process.clock.now,
            caught_up=self._caught_up, settled=self.settled,
        )  # fmt: skip
        async with connection(self._url, f"{parts.name} clock") as ticking:
            await self._ticker.run(ticking)

    async def _pulse(self, epoch: int) -> None:
        process, parts = self._process, self._process.parts
        topic = process.topic(f"{parts.name}.pulse")
        async with connection(self._url, f"{parts.name} pulse") as asking:
            await Pulsing(asking, process.topics, topic, parts.logs, epoch, process.clock).run()

    async def _prove(self, epoch: int) -> None:
        process, parts = self._process, self._process.parts
        async with connection(self._url, f"{parts.name} checkpoints") as asking:
            topic = process.topic(f"{parts.name}.checkpoints")
            await Proving(asking, process.topics, topic, process.signers, epoch).run()

    async def _listen(self, _epoch: int) -> None:
        await self.watermarks.run()

    async def _forget(self, _epoch: int) -> None:
        await forget_expired(self._questions, self._process.clock.now)

    async def _run(self, led: Led, _epoch: int) -> None:
        process = self._process
        positions = self.reactor.positions
        around = Around(
            logs=self._logs, views=self._questions, keys=self._keys, settings=process.settings, now=process.clock.now,
            settled=self.settled,
            moved=lambda: tuple(position.next_index for position in positions.values()),
        )  # fmt: skip
        await led.run(around)

    async def _take(self, inbox: Inbox, topics: Topics, topic: str, _epoch: int) -> None:
        if self._reacting is None:
            raise RuntimeError("an inbox is followed before its leader has begun")
        try:
            await inbox.follow(topics, topic, self._reacting)
        except TopicUnreadable as error:
            # The client library cannot step over it: this inbox stands still and says so, the others go on.
            raise Poisoned(inbox.name, self.reactor.positions[inbox.name].next_index, str(error)) from error

    def ticked(self) -> datetime | None:
        """Give the suite's time at which the clock last found nothing more to do."""
        return self._ticker.last if self._ticker else None

    def troubles(self) -> list[str]:
        """Say what does not get on in this process, a sentence each."""
        missing = [trouble for source in self.foreign if (trouble := source.trouble())]
        silent = self.watermarks.troubles() if self.leader.epoch is not None else []
        refused = [self._ticker.trouble] if self._ticker and self._ticker.trouble else []
        return [*self.leader.troubles.values(), *missing, *silent, *refused]

    async def settled(self) -> None:
        """Wait until what is committed in our own logs has been folded."""
        rows = await self._questions.fetch(query(SQL, "ends_of"), list(self._process.parts.logs))
        ends = {row["log"]: row["next_index"] for row in rows}
        await self._reached(ends)

    async def _caught_up(self, at: datetime) -> None:
        """Wait until all that was known anywhere before an instant has been folded here."""
        await self.settled()
        await self.watermarks.reach(at, lambda name: self.reactor.positions[name].next_index)

    async def _reached(self, ends: Mapping[str, int]) -> None:
        positions = self.reactor.positions
        async with self.reactor.moved:
            await self.reactor.moved.wait_for(lambda: all(positions[n].next_index >= end for n, end in ends.items()))


async def _follow(reactor: Reactor, source: Source, _epoch: int) -> None:
    await reactor.follow(source)

"""A leader is one idea: loops that run while a session holds an advisory lock, after a handshake, each from its position.

Relay, reactor, clock and pulse are such loops. Killed, cut off or frozen, it loses the lock with its session and another
process takes over, handshake first. That is also how a failover of Postgres is met: it ends the session, so whoever leads on
another timeline has made a new handshake. What a frozen leader does when it wakes up carries an epoch that is over.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import structlog

from shared.log.postgres import LOST, Connection
from shared.log.reactor import Overtaken
from shared.log.relay import Succeeded
from shared.log.sources import Poisoned
from shared.log.sql import query
from shared.log.topic import TopicMissing

SQL = Path(__file__).with_name("leader.sql")
Lead: TypeAlias = Callable[[int], Coroutine[Any, Any, None]]
"""A loop that runs while this process leads, given its epoch."""

LEASE_S = 10.0
LOOK_S = 0.25
PAUSE_S = 1.0
BEGINS = "neither leads yet nor knows who does"
"""A lead that a former process left open says nothing of this one: its handshake will close it for a moment."""

log = structlog.get_logger()


class LeadLost(ConnectionError):
    """The session that held the lead has ended."""


class Leader:
    """Takes the lead of a service whenever nobody else has it.

    `connect` opens the session that holds the lead, and nothing else uses it; `handshake` gives the epoch; `leads` run until
    the lead is lost, by name. A lead whose log is poisoned stops alone.
    """

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], handshake: Callable[[], Awaitable[int]],
        leads: Mapping[str, Lead], *, lease_s: float = LEASE_S, pause_s: float = PAUSE_S,
    ) -> None:  # fmt: skip
        self.epoch: int | None = None
        """While this process leads."""
        self.troubles: dict[str, str] = {"leader": BEGINS}
        """What readiness says, by the name of what is in trouble."""
        self._connect, self._handshake, self._leads = connect, handshake, dict(leads)
        self._lease_s, self._pause_s = lease_s, pause_s

    async def run(self) -> None:
        """Lead whenever possible, until cancelled. Raises Forked, CannotComplete and whatever nobody foresaw."""
        while True:
            try:
                async with self._session() as connection:
                    await self._wait(connection)
                    await self._lead(connection)
            except (*LOST, Succeeded, Overtaken, TopicMissing) as error:
                self.troubles = {"leader": str(error) or type(error).__name__}
                log.warning("lead lost", why=self.troubles["leader"])
            await asyncio.sleep(self._pause_s)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Connection]:
        connection = await self._connect()
        try:
            await connection.execute(query(SQL, "lease"), str(int(self._lease_s * 1000)))
            yield connection
        finally:
            # Closed without a farewell: with the session ends the lead, also where the server does not answer.
            connection.terminate()

    async def _wait(self, connection: Connection) -> None:
        """Look until nobody else leads."""
        while not await connection.fetchval(query(SQL, "try_lead")):
            self.troubles = {}
            await asyncio.sleep(LOOK_S)

    async def _lead(self, connection: Connection) -> None:
        """Lead until it is lost or a loop fails."""
        try:
            await _together({"session": self._hold(connection), "leads": self._work()}, self.troubles)
        finally:
            self.epoch = None

    async def _work(self) -> None:
        epoch = await self._handshake()
        self.epoch, self.troubles = epoch, {}
        log.info("leads", epoch=epoch)
        await _together({name: lead(epoch) for name, lead in self._leads.items()}, self.troubles)

    async def _hold(self, connection: Connection) -> None:
        """Keep the session from being idle. Raises LeadLost as soon as it is gone, or does not answer."""
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _connection: ended.set())
        while not ended.is_set():
            async with asyncio.timeout(self._lease_s / 2):
                await connection.fetchval(query(SQL, "beat"))
            try:
                async with asyncio.timeout(self._lease_s / 5):
                    await ended.wait()
            except TimeoutError:
                continue
        raise LeadLost("the session that held the lead has ended")


async def _together(loops: Mapping[str, Coroutine[Any, Any, None]], troubles: dict[str, str]) -> None:
    """Run loops until one fails, and stop all then. One whose log is poisoned stands still, named, and the others go on."""
    running = {asyncio.create_task(loop): name for name, loop in loops.items()}
    try:
        while running:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                name = running.pop(task)
                try:
                    task.result()
                except Poisoned as error:
                    troubles[name] = str(error)
                    log.error("stands still", loop=name, why=str(error))  # noqa: TRY400 - the sentence says all
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

"""Processes die, freeze and lose Kafka while commands flow: what was answered is there once, and the suite comes to rest."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from deploy.local.checking.run import check
from deploy.local.checking.suite import Addresses
from deploy.local.stack import Servers
from deploy.local.stack.guarded import Guarded
from deploy.local.stack.kafka import EmbeddedKafka
from deploy.local.stack.ports import remembered
from deploy.local.suite import SERVICES, Suite
from tests.suite import office, raw
from tests.suite.chaos import Asked, Flow
from tests.suite.desk import Desk
from tests.suite.rest import comes_to_rest, until
from tests.suite.running import at, running

TODAY = "2026-06-01"
SEED = 20261124
KILLS = 3
WORKERS = 4
FROZEN_S = 12.0
"""Longer than the lease of a lead, which is 10 s."""
FROZEN = "placements"


@dataclass
class Struck:
    """What the flow was answered, what the logs hold afterwards, and which faults struck."""

    suite: Suite
    flow: Flow
    recognised: list[str]
    faults: Counter[str] = field(default_factory=Counter)
    postgres: dict[str, list[bytes]] = field(default_factory=dict)
    kafka: dict[str, list[raw.Raw]] = field(default_factory=dict)


async def kill(struck: Struck, service: str, chance: random.Random) -> None:
    """Kill a service at random instants, and start it again each time."""
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.5, 3))
        process = struck.suite.process(service)
        os.kill(process.pid, signal.SIGKILL)
        code = await asyncio.to_thread(process.wait)
        struck.faults[f"{service} killed"] += code == 128 + signal.SIGKILL  # as its guard tells it
        struck.suite.start(service)
        await asyncio.to_thread(struck.suite.wait_ready, service)


async def freeze(struck: Struck) -> None:
    """Freeze a process for longer than its lease while another of its service takes over, then let it go on."""
    suite = struck.suite
    successor = second(suite, FROZEN)
    try:
        frozen, url = suite.process(FROZEN).pid, suite.databases[FROZEN]
        epoch = await led_by(url)
        os.kill(frozen, signal.SIGSTOP)
        await asyncio.sleep(FROZEN_S)

        async def succeeded() -> bool:
            return await led_by(url) > epoch

        await until(succeeded)
        struck.faults["frozen and succeeded"] += 1
        os.kill(frozen, signal.SIGCONT)
        await asyncio.to_thread(suite.wait_ready, FROZEN)
    finally:
        await asyncio.to_thread(successor.stop)


def second(suite: Suite, service: str) -> Guarded:
    """Start another process of a service; it leads when the first does not."""
    directory = suite.directory / f"{service}-second"
    directory.mkdir()
    [port] = remembered(directory / "ports", 1)
    module = [sys.executable, "-m", f"services.{service}.app"]
    environment = suite.environment(service) | {"MEDVERKA_HTTP_PORT": str(port)}
    return Guarded(service, module, directory=directory, log=directory / "log.jsonl", environment=environment)


async def led_by(url: str) -> int:
    """Give the epoch of a service's lead; 0 while it is closed."""
    [row] = await raw.fetch(url, "SELECT epoch, open FROM lead")
    return int(row["epoch"]) if row["open"] else 0


async def cut_kafka(struck: Struck, broker: Guarded) -> None:
    """Freeze the broker until a service has noticed, let commands be answered without it, and let it go on."""

    async def noticed() -> bool:
        return not (await asyncio.to_thread(struck.suite.readiness, "registry"))[0]

    async def still_answered() -> bool:
        return len(struck.flow.asked) >= answered + 10

    os.kill(broker.pid, signal.SIGSTOP)
    try:
        await until(noticed)
        answered = len(struck.flow.asked)
        await until(still_answered)
        struck.faults["Kafka cut off"] += 1
    finally:
        os.kill(broker.pid, signal.SIGCONT)


async def strike(suite: Suite, broker: Guarded) -> Struck:
    """Let commands flow and everything go wrong; gives what is left when the suite is at rest."""
    chance = random.Random(SEED)  # noqa: S311 - the same faults in every run
    async with Desk(suite) as desk:
        recognised = [await office.recognised(desk, TODAY, n, "77") for n in (1, 2)]
        struck = Struck(suite, Flow(desk, TODAY, recognised, random.Random(SEED)), recognised)  # noqa: S311 - as above
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(struck.flow.work())
            async with asyncio.TaskGroup() as faults:
                for service in SERVICES:
                    faults.create_task(kill(struck, service, random.Random(chance.random())))  # noqa: S311 - as above
            await cut_kafka(struck, broker)
            await freeze(struck)
            struck.flow.stopping.set()
        for service in SERVICES:
            await asyncio.to_thread(suite.wait_ready, service)
        await comes_to_rest(suite, date.fromisoformat(TODAY))
    for log, service in raw.OWNER.items():
        struck.postgres[log] = await raw.log_in_postgres(suite.databases[service], log)
        struck.kafka[log] = await raw.topic(suite.servers.kafka, f"{suite.prefix}{log}")
    return struck


@pytest.fixture(scope="module")
def struck(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Struck]:
    """A suite after all faults, at rest, with a broker of its own."""
    directory = tmp_path_factory.mktemp("kills")
    with EmbeddedKafka(directory / "kafka") as kafka:
        assert kafka.process is not None
        own = Servers(servers.database_url, servers.keys_url, kafka.bootstrap)
        with running(own, directory / "suite", at(TODAY)) as suite:
            yield asyncio.run(strike(suite, kafka.process))


def events_of(struck: Struck) -> dict[str, list[dict[str, Any]]]:
    """Give the events in Postgres by their command's key."""
    found: dict[str, list[dict[str, Any]]] = {}
    for log, stored in struck.postgres.items():
        for index, event in enumerate(raw.events(stored)):
            found.setdefault(event["commandkey"], []).append({**event, "place": f"{log}:{index}"})
    return found


def done(struck: Struck) -> list[Asked]:
    """Give what was answered as done."""
    return [asked for asked in struck.flow.asked if asked.status in (200, 201)]


def test_every_fault_struck(struck: Struck) -> None:
    """What was planned happened, and the flow met it."""
    assert struck.faults == {
        **{f"{service} killed": KILLS for service in SERVICES}, "frozen and succeeded": 1, "Kafka cut off": 1,
    }  # fmt: skip
    assert struck.flow.retried > 0
    assert len(done(struck)) > 100
    assert {asked.status for asked in struck.flow.asked} == {200, 201, 404, 409}


def test_what_was_answered_done_is_there_exactly_once(struck: Struck) -> None:
    """Its events stand in one log once, one of them ends the command, and that is the one the answer named."""
    events = events_of(struck)
    for asked in done(struck):
        found = events[asked.key]
        ends = [event["place"] for event in found if event.get("commandend")]
        assert len({event["id"] for event in found}) == len(found)
        assert ends == [asked.index]


def test_what_was_refused_is_nowhere(struck: Struck) -> None:
    """Neither in Postgres nor in what a reader of Kafka applies; nothing was done that nobody asked for."""
    events = events_of(struck)
    refused = [asked for asked in struck.flow.asked if asked.status in {404, 409}]
    assert refused
    assert not [asked for asked in refused if asked.key in events]


def test_kafka_and_postgres_hold_the_same_bytes(struck: Struck) -> None:
    """Index by index, without gaps; whatever a zombie sent beside has the same bytes under the same id."""
    for log, stored in struck.postgres.items():
        assert list(raw.followed(struck.kafka[log])) == stored
        known = {event["id"]: data for event, data in zip(raw.events(stored), stored, strict=True)}
        assert len(known) == len(stored)
        sent = [record.value or b"" for record in struck.kafka[log] if "index" in record.headers]
        assert all(known[event["id"]] == data for event, data in zip(raw.events(sent), sent, strict=True))


def test_every_stream_counts_from_one(struck: Struck) -> None:
    """Stream versions are 1 … n in the order of the log."""
    for stored in struck.postgres.values():
        seen: Counter[str] = Counter()
        for event in raw.events(stored):
            seen[event["subject"]] += 1
            assert event["streamversion"] == seen[event["subject"]]


def test_every_duty_that_is_called_for_arose_once(struck: Struck) -> None:
    """One for each place that began, for each tender, recognised enterprise and both, whoever was dead meanwhile."""
    arose = Counter(
        event["data"]["dutyId"]
        for stored in struck.postgres.values()
        for event in raw.events(stored)
        if event["type"] == "se.medverka.DutyArose.v1"
    )
    bodies = [asked.body for asked in done(struck)]
    places = {body["placementId"] for body in bodies if body.get("startedOn") and "placementId" in body}
    tenders = {body["tenderId"] for body in bodies if "tenderId" in body}
    owed = {f"gs-4.first/{place}" for place in places}
    owed |= {f"gs-6.published/{tender}/{enterprise}" for tender in tenders for enterprise in struck.recognised}
    owed |= {f"gs-8.criteria/{tender}" for tender in tenders}
    owed |= {f"gs-5.knowledge/{enterprise}/2026" for enterprise in struck.recognised}
    owed |= {"gs-7.initiative/2026", "gs-7.held/2026"}
    assert places
    assert tenders
    assert {duty for duty in arose if not duty.startswith("df-0.")} == owed
    assert set(arose.values()) == {1}


async def test_a_check_finds_nothing(struck: Struck) -> None:
    """Claims, streams, topics and every view are compared as an operator does: each view equals the fold of the logs."""
    suite = struck.suite
    found = await check(Addresses(suite.servers.kafka, suite.databases, suite.prefix, suite.clock))
    assert [each.detail for each in found if not each.ok] == []
    assert {each.service for each in found if each.name.startswith("view")} == set(SERVICES)


def test_every_service_is_ready(struck: Struck) -> None:
    """After all that, each says that every part of it gets on."""
    assert {service: struck.suite.readiness(service)[0] for service in SERVICES} == dict.fromkeys(SERVICES, True)

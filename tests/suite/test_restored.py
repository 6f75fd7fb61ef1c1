"""Two databases are restored to an earlier point: Kafka gives the tail back, and nothing happens twice."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import pytest

from deploy.local.stack import Servers
from deploy.local.stack.databases import quoted
from deploy.local.suite import Suite
from tests.suite import forms, office, raw
from tests.suite.desk import Desk
from tests.suite.rest import comes_to_rest
from tests.suite.running import at, running

TODAY, NOW = "2026-06-01", "2026-06-01T07:00:00+02:00"
RESTORED = ("placements", "procurement")
GOAL = "Klara en hel arbetsdag."


@dataclass
class Seen:
    """The logs and the duties at a moment."""

    logs: dict[str, list[bytes]] = field(default_factory=dict)
    duties: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Told:
    """The suite before it was saved, before it was restored, and afterwards."""

    suite: Suite
    saved: Seen
    before: Seen
    after: Seen
    again: dict[str, Any]
    """What the same request was answered, before and after."""
    goal: str
    later: list[str]
    """Where what was done after all that stands."""


async def see(suite: Suite, desk: Desk) -> Seen:
    """Look at the services that are restored."""
    await comes_to_rest(suite, date.fromisoformat(TODAY))
    seen = Seen()
    for service in RESTORED:
        for log in raw.LOGS[service]:
            seen.logs[log] = await raw.log_in_postgres(suite.databases[service], log)
            assert await raw.log_in_kafka(suite.servers.kafka, suite.prefix, log) == seen.logs[log]
        seen.duties[service] = await desk.all(service, "/v1/duties")
    return seen


async def administer(suite: Suite, *statements: str) -> None:
    """Do something to whole databases."""
    connection = await asyncpg.connect(suite.servers.database_url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def replaced(suite: Suite, *statements: str) -> None:
    """Stop the services, do something to each one's database, `{name}` and `{kept}`, and start them again."""
    for service in RESTORED:
        await asyncio.to_thread(suite.stop, service)
        name = suite.databases[service].rpartition("/")[2]
        names = {"name": quoted(name), "kept": quoted(f"{name}_kept")}
        await administer(suite, *(statement.format_map(names) for statement in statements))
    for service in RESTORED:
        suite.start(service)
    for service in RESTORED:
        await asyncio.to_thread(suite.wait_ready, service)


async def tell(suite: Suite) -> Told:
    """Work, save, work on, restore, and work on again."""
    async with Desk(suite) as desk:
        first, second = [await office.recognised(desk, TODAY, n, "77") for n in (1, 2)]
        contact = await desk.do("registry", f"/v1/enterprises/{first}/contacts", forms.contact(TODAY))
        tender = await office.published(desk, NOW, "2026-08-31", "77310000")
        await office.running(desk, TODAY, first)
        saved = await see(suite, desk)
        await replaced(suite, "CREATE DATABASE {kept} TEMPLATE {name} OWNER {name}")

        await office.recognised(desk, TODAY, 3, "77")
        path = f"/v1/tenders/{tender}/enterprises/{first}/outreaches"
        sent = await desk.do("procurement", path, forms.outreach(NOW, *contact["contacts"]))
        await desk.do("procurement", f"{path}/{sent['sent'][0]['outreachId']}/deliveries", forms.delivery(NOW))
        await office.published(desk, NOW, "2026-09-30", "77310000")
        place, _ = await office.running(desk, TODAY, second, goal=GOAL)
        request = forms.purchase(TODAY, first, TODAY)
        bought = (await desk.post("placements", "/v1/placements", request, key="once")).json()
        await desk.do("registry", f"/v1/enterprises/{second}/withdrawals", forms.withdrawal(TODAY, "2026-05-25"))
        before = await see(suite, desk)

        await replaced(suite, "DROP DATABASE {name}", "ALTER DATABASE {kept} RENAME TO {name}")
        after = await see(suite, desk)
        again = (await desk.post("placements", "/v1/placements", request, key="once")).json()
        goal = (await desk.get("placements", f"/v1/placements/{place}/personal-details"))["said"][0]["fields"]["goal"]
        assert (await see(suite, desk)).logs == after.logs
        later = [
            (await desk.post("procurement", "/v1/tenders", forms.tender(NOW, "2026-09-30", "77310000"))).headers,
            (
                await desk.post("placements", f"/v1/placements/{bought['placementId']}/starts", forms.start(TODAY))
            ).headers,
        ]
        await comes_to_rest(suite, date.fromisoformat(TODAY))
        places = [headers["medverka-index"] for headers in later]
        return Told(suite, saved, before, after, {"before": bought, "after": again}, goal, places)


@pytest.fixture(scope="module")
def told(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A suite that was restored, still running."""
    with running(servers, tmp_path_factory.mktemp("restored"), at(TODAY)) as suite:
        yield asyncio.run(tell(suite))


def test_the_tail_comes_back_byte_for_byte(told: Told) -> None:
    """Every event of each log is there again under its index; the databases had lost some."""
    assert told.after.logs == told.before.logs
    for log in ("placements.events", "procurement.events", "procurement.outreach"):
        saved, before = told.saved.logs[log], told.before.logs[log]
        assert before[: len(saved)] == saved
        assert len(before) > len(saved), log
    for service in RESTORED:
        lines = (told.suite.directory / service / "log.jsonl").read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "was imported" in json.loads(line)["event"]], service


def test_no_reaction_fires_twice_and_the_duties_are_as_they_were(told: Told) -> None:
    """Each pair was assessed as often as before, and each duty arose once and is as it was."""
    assert told.after.duties == told.before.duties
    events = raw.events(told.after.logs["procurement.outreach"] + told.after.logs["placements.events"])
    arose = [event["data"]["dutyId"] for event in events if event["type"] == "se.medverka.DutyArose.v1"]
    assert len(arose) == len(set(arose))
    kinds = {(duty["kind"], duty["end"]) for duties in told.after.duties.values() for duty in duties}
    assert {("published", None), ("published", "discharged"), ("published", "voided"), ("review", None)} <= kinds


def test_a_request_that_was_answered_before_is_not_done_again(told: Told) -> None:
    """Its key came back with the tail."""
    assert told.again["after"] == told.again["before"]


def test_what_is_sealed_in_the_tail_can_be_opened(told: Told) -> None:
    """The keys were never in that database."""
    assert told.goal == GOAL


def test_the_next_event_takes_the_next_index(told: Told) -> None:
    """No index is given twice."""
    logs = told.after.logs
    its_duty = len(logs["procurement.events"]) + 1  # the publication, and what it asks of the board (GS-8)
    assert told.later[0] == f"procurement.events:{its_duty}"
    assert told.later[1].startswith("placements.events:")
    assert int(told.later[1].partition(":")[2]) >= len(logs["placements.events"])

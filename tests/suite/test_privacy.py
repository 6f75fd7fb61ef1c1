"""What an officer says of a person can be read by the social board alone, and by nobody once the key is destroyed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.local.stack import Servers, databases
from deploy.local.suite import SERVICES, Suite
from shared.persons.postgres import PostgresKeys
from shared.persons.wrapping import read as read_wrapping
from tests.suite import forms, office, raw
from tests.suite.desk import Desk
from tests.suite.rest import comes_to_rest
from tests.suite.running import at, running

TODAY = "2026-06-01"
NAME, NUMBER = "Kanarie Fågelsson", "19121212-1212"
CANARY = f"{NAME} {NUMBER}"
TRADER = "Enskilde Koltrastsson"
TRACES = ("Fågelsson", "F\\u00e5gelsson", "Koltrastsson", "19121212", "121212-1212", "1212121212")
"""What must not be found, as text and as JSON may write it."""
ELSEWHERE = ("registry", "procurement", "consultation")
REDACTED = {"redacted": True}


@dataclass
class Told:
    """A running suite in which much was said of a person, and the requests that were answered no."""

    suite: Suite
    placement_id: str = ""
    other_id: str = ""
    subject_ref: str = ""
    answered: list[httpx.Response] = field(default_factory=list)


async def say(desk: Desk, told: Told) -> None:
    """Say something of the person wherever an officer can, and also where nobody should."""
    garden = await office.recognised(desk, TODAY, 1, "77")
    other = await office.recognised(desk, TODAY, 2)
    trader = forms.enterprise(TODAY, 3, organisationNumber=NUMBER, name=TRADER, legalForm="enskild-firma")
    await desk.do("registry", "/v1/enterprises", trader)
    need = forms.document(TODAY, "osl-26-1", number=f"SON {CANARY}")
    told.placement_id, told.subject_ref = await office.running(
        desk, TODAY, garden, need=need, goal=f"{CANARY} vill prova."
    )
    told.other_id, _ = await office.running(desk, TODAY, other, goal="Prova ett arbete.")
    path, ref = f"/v1/placements/{told.placement_id}", {"subjectRef": told.subject_ref}
    await desk.do("placements", f"{path}/declines", ref | {
        "declinedOn": TODAY, "scope": "follow-up", "statedBy": "user", "reason": f"{CANARY} orkar inte.", "dnr": forms.dnr(),
    })  # fmt: skip
    first = forms.follow_up(
        TODAY, "first", f"gs-4.first/{told.placement_id}", told.subject_ref, notes=f"{CANARY} trivs.", userView=CANARY
    )
    await desk.do("placements", f"{path}/held-follow-ups", first)
    await desk.do("placements", f"{path}/extensions", ref | {
        "newEnd": "2026-12-31", "decidedOn": TODAY, "decision": forms.decision(TODAY, "social-board"), "reason": CANARY,
    })  # fmt: skip
    [bought] = await raw.fetch(
        told.suite.databases["placements"], "SELECT index, bytes FROM event WHERE subject = $1 AND version = 1",
        f"placement/{told.placement_id}",
    )  # fmt: skip
    [event] = raw.events([bought["bytes"]])
    await desk.do("placements", f"{path}/corrections", ref | {
        "corrects": {"eventId": event["id"], "stream": event["subject"], "index": bought["index"]},
        "kind": "wrong-value", "changes": [{"pointer": "/goal", "after": f"{CANARY} vill annat."}],
        "reason": "Fel mål.", "correctedBy": "staff-1", "dnr": forms.dnr(),
    })  # fmt: skip
    await misplace(desk, told)


async def misplace(desk: Desk, told: Told) -> None:
    """Say it where it is refused: in a path, a parameter, a header, a wrong field and no JSON at all."""
    path = f"/v1/placements/{told.placement_id}"
    headers = {"authorization": f"Bearer {desk.token('social-board')}"}
    url = desk.suite.url("placements")
    told.answered += [
        await desk.post("placements", f"{path}/starts", {"startedOn": CANARY, "note": CANARY, "dnr": forms.dnr()}),
        await desk.post("placements", f"{path}/starts", forms.start(TODAY), key=NUMBER),
        await desk.post("placements", f"{path}/ends", forms.start(TODAY) | {"endClass": CANARY}),
        await desk.ask("placements", f"/v1/placements/{NUMBER}"),
        await desk.ask("placements", "/v1/placements", note=CANARY),
        await desk.ask("placements", "/v1/follow-ups", dueUpTo=CANARY),
        await desk.ask("placements", "/v1/placements", after=NUMBER),
        await desk.client.post(f"{url}{path}/starts", content=f"{{{CANARY}".encode(), headers=headers),
        await desk.client.get(f"{url}{path}", headers={"authorization": f"Bearer {NUMBER}"}),
    ]


@pytest.fixture(scope="module")
def told(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The suite after all was said, at rest."""
    with running(servers, tmp_path_factory.mktemp("privacy"), at(TODAY)) as suite:
        found = Told(suite)

        async def prepare() -> None:
            async with Desk(suite) as desk:
                await say(desk, found)
                await comes_to_rest(suite, date.fromisoformat(TODAY))

        asyncio.run(prepare())
        yield found


@pytest.fixture
async def desk(told: Told) -> AsyncIterator[Desk]:
    """Somebody who asks."""
    async with Desk(told.suite) as desk:
        yield desk


def traces(text: str) -> list[str]:
    """Give what of the person stands in a text."""
    return [trace for trace in TRACES if trace in text]


async def said(desk: Desk, placement_id: str) -> list[dict[str, Any]]:
    """Give what the board reads of a place's person, event by event."""
    row = await desk.get("placements", f"/v1/placements/{placement_id}/personal-details")
    return [each["fields"] for each in row["said"]]


async def test_the_social_board_reads_what_was_said(told: Told, desk: Desk) -> None:
    """Opened at the edge; what was corrected as it is now."""
    bought, declined, followed_up, extended = await said(desk, told.placement_id)
    assert bought["need"]["dnr"] == f"SON {CANARY}"
    assert bought["goal"] == f"{CANARY} vill annat."
    assert bought["legalGround"] == "sol"
    assert declined == {"reason": f"{CANARY} orkar inte."}
    assert (followed_up["notes"], followed_up["userView"]) == (f"{CANARY} trivs.", CANARY)
    assert extended == {"reason": CANARY}


@pytest.mark.parametrize("role", ["auditor", "registry-officer", "procurement-office", "executive-board", "publisher"])
async def test_nobody_else_asks_placements(told: Told, desk: Desk, role: str) -> None:
    """The places are the social board's alone (OSL 26:1)."""
    for path in ("", f"/{told.placement_id}", f"/{told.placement_id}/personal-details"):
        answer = await desk.ask("placements", f"/v1/placements{path}", role=role)
        assert answer.status_code == httpx.codes.FORBIDDEN
        assert not traces(answer.text)


async def test_no_topic_holds_it(told: Told) -> None:
    """Not as a key, a value or a header, in any topic of the suite."""
    names = await raw.topics(told.suite.servers.kafka, told.suite.prefix)
    assert len(names) > len(raw.OWNER)
    for name in names:
        for record in await raw.topic(told.suite.servers.kafka, name):
            held = b" ".join((record.key or b"", record.value or b"", *record.headers.values()))
            assert not traces(held.decode(errors="replace")), name


async def test_no_table_holds_it(told: Told) -> None:
    """Neither a service's tables nor the keys' cluster; the sole trader's number is claimed by its MAC."""
    for url in (*told.suite.databases.values(), keys_of(told.suite)):
        for table, rows in (await raw.tables(url)).items():
            assert not list(chain.from_iterable(map(traces, rows))), table


def keys_of(suite: Suite) -> str:
    """Give the address of the keys' database, as superuser."""
    return databases.in_database(suite.servers.keys_url, f"{suite.prefix.rstrip('.')}_medverka_keys")


async def test_no_log_line_and_no_metric_holds_it(told: Told, desk: Desk) -> None:
    """Not even of requests that had it where it does not belong."""
    for service in SERVICES:
        assert not traces((told.suite.directory / service / "log.jsonl").read_text(encoding="utf-8")), service
        metrics = await desk.ask(service, "/metrics")
        assert "medverka_http_seconds" in metrics.text
        assert not traces(metrics.text), service


@pytest.mark.usefixtures("told")
async def test_no_other_service_answers_with_it(desk: Desk) -> None:
    """Whatever can be asked of the others without knowing an id; and the trader's name is the registry officer's alone."""
    for service in ELSEWHERE:
        role = "auditor" if service == "registry" else None
        document = (await desk.client.get(f"{desk.suite.url(service)}/openapi.json")).json()
        paths = [path for path, methods in document["paths"].items() if "get" in methods and "{" not in path]
        assert paths
        for path in paths:
            assert not traces((await desk.ask(service, path, role=role)).text), path


def test_a_refusal_does_not_say_it_again(told: Told) -> None:
    """A problem names the field and not what stood there."""
    assert {answer.status_code for answer in told.answered} <= {200, 400, 401, 404, 415, 422}
    for answer in told.answered:
        assert not traces(answer.text)


async def test_a_destroyed_key_makes_it_unreadable_and_all_else_still_works(told: Told, desk: Desk) -> None:
    """Redacted everywhere, in every process; the place goes on, its duties too, and the other place is as it was."""
    suite = told.suite
    await destroy_key(told)
    await asyncio.to_thread(suite.stop, "placements")  # a process remembers a key for a minute
    suite.start("placements")
    await asyncio.to_thread(suite.wait_ready, "placements")
    for fields in await said(desk, told.placement_id):
        assert set(map(str, fields.values())) == {str(REDACTED)}
    assert [fields["goal"] for fields in await said(desk, told.other_id)] == ["Prova ett arbete."]
    path, ref = f"/v1/placements/{told.placement_id}", {"subjectRef": told.subject_ref}
    extension = {"newEnd": "2027-01-31", "decidedOn": TODAY, "decision": forms.decision(TODAY, "social-board")}
    assert (await desk.do("placements", f"{path}/extensions", extension))["lastDay"] == "2027-01-31"
    more = await desk.post(
        "placements", f"{path}/extensions", extension | ref | {"newEnd": "2027-02-28", "reason": "Mer."}
    )
    assert (more.status_code, more.json()["reason"]) == (httpx.codes.CONFLICT, "person-erased")
    await comes_to_rest(suite, date.fromisoformat(TODAY))
    final = await desk.get("placements", f"/v1/duties/gs-4.final/{told.placement_id}")
    assert final["dueOn"] == "2027-03-02"


async def destroy_key(told: Told) -> None:
    """Destroy the key of the place's person, as erasure will."""
    suite = told.suite
    async with asyncpg.create_pool(keys_of(suite), min_size=1, max_size=1) as pool:
        assert await PostgresKeys(pool, read_wrapping(suite.directory / "keys_secret")).destroy(
            f"subject/{told.subject_ref}"
        )

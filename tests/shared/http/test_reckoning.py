"""A replay and a what-if over HTTP: what is asked, what is told to whom, and that nobody waits for what nobody reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import pytest
from typing_extensions import override

from shared.http.reckoning import reckonings
from shared.policy.role import AUDITOR, REGISTRY_OFFICER
from shared.reckoning.question import (
    Failed,
    Lost,
    NoAuthority,
    Occupied,
    Outcome,
    Question,
    Reckoned,
    Reckons,
    Replay,
    TooLarge,
    WhatIf,
)
from tests.shared.http.inn import Inn, Still, token

ROWS = reckonings((REGISTRY_OFFICER,), (AUDITOR,))
TOML = 'name = "påhittad"'
WITHIN_S = 10


@asynccontextmanager
async def asking(inn: Inn, role: str) -> AsyncIterator[httpx.AsyncClient]:
    """Ask an inn as if it owed something."""
    headers = {"authorization": f"Bearer {token(role)}", "accept-language": "en"}
    transport = httpx.ASGITransport(inn.app(reckonings=ROWS))
    async with httpx.AsyncClient(transport=transport, base_url="http://inn", headers=headers) as client:
        yield client


async def what_if(still: Still, role: str = REGISTRY_OFFICER, **body: Any) -> httpx.Response:
    """Ask what the duties would be under another file."""
    async with asking(Inn(reckons=still), role) as client:
        return await client.post("/v1/what-ifs", json={"authority": TOML} | body)


async def replay(still: Reckons, day: str = "2026-03-01", role: str = REGISTRY_OFFICER) -> httpx.Response:
    """Ask which duties should be there."""
    async with asking(Inn(reckons=still), role) as client:
        return await client.get(f"/v1/replays/{day}")


@pytest.mark.parametrize(("role", "singly"), [(REGISTRY_OFFICER, True), (AUDITOR, False)])
async def test_a_replay_is_of_a_day_and_for_a_reader(role: str, *, singly: bool) -> None:
    """Whoever may read the duties gets each; who may only ask of them gets counts."""
    still = Still(Reckoned(b'{"ok":true}'))
    answer = await replay(still, role=role)
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert still.asked == [Replay(date(2026, 3, 1), singly)]


@pytest.mark.parametrize("day", ["2999-01-01", "2026-02-30", "yesterday"])
async def test_a_day_to_come_or_none_is_not_replayed(day: str) -> None:
    """What should be there on a day to come is not known."""
    still = Still()
    answer = await replay(still, day)
    assert (answer.status_code, answer.json()["reason"], still.asked) == (400, "parameter-not-taken", [])


async def test_a_what_if_takes_a_file_and_a_period() -> None:
    """By POST, since a file does not fit into an address."""
    still = Still()
    assert (await what_if(still, **{"from": "2026-01-15", "until": "2026-02-01"})).status_code == 200
    assert still.asked == [WhatIf(TOML.encode(), date(2026, 1, 15), date(2026, 2, 1), shown_singly=True)]


async def test_a_counted_period_is_of_whole_quarters() -> None:
    """Between two periods that differ by a day stands one duty; without a period, all quarters that are over."""
    still = Still()
    answer = await what_if(still, AUDITOR, **{"from": "2025-10-01", "until": "2026-02-01"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/until")
    answer = await what_if(still, AUDITOR, **{"from": "2025-10-02", "until": "2025-12-31"})
    assert answer.status_code == 422
    assert (await what_if(still, AUDITOR, **{"from": "2025-10-01", "until": "2025-12-31"})).status_code == 200
    assert (await what_if(still, AUDITOR)).status_code == 200
    assert [(each.since, each.until) for each in still.asked if isinstance(each, WhatIf)] == [
        (date(2025, 10, 1), date(2025, 12, 31)), (None, date(2025, 12, 31)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"authority": 1}, "/authority"), ({"authority": None}, "/authority"), ({"until": "2999-01-01"}, "/until"),
        ({"from": "2026-02-02", "until": "2026-02-01"}, "/from"), ({"from": "soon"}, "/from"), ({"file": "x"}, "/file"),
    ],
)  # fmt: skip
async def test_what_a_what_if_does_not_take_is_said(body: dict[str, Any], pointer: str) -> None:
    """Where in the body, and what should stand there."""
    still = Still()
    answer = await what_if(still, **body)
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [pointer])
    assert still.asked == []


async def test_a_file_has_an_end() -> None:
    """A body of more than 1 MiB is not read on."""
    assert (await what_if(Still(), authority="#" * 2**20)).status_code == 413


@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [
        (NoAuthority(("authority.toml:1: unknown key.",)), 422, "not-valid"),
        (TooLarge(), 503, "reckoning-too-large"),
        (Lost("Kafka was lost"), 503, "store-lost"),
        (Failed(), 500, "failed"),
    ],
)
async def test_what_was_not_reckoned_is_said(outcome: Outcome, status: int, reason: str) -> None:
    """Each for its reason."""
    answer = await what_if(Still(outcome))
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


@dataclass
class Slow(Reckons):
    """Reckons until it is let go, one at a time."""

    began: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def ask(self, question: Question) -> Outcome:
        if self.began.is_set() and not self.ended.is_set():
            raise Occupied
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()
        return TooLarge()


async def test_a_second_question_is_told_when_to_come_again() -> None:
    """Nothing queues up; and the work of one who has gone ends with the request."""
    slow = Slow()
    async with asyncio.timeout(WITHIN_S):
        first = asyncio.create_task(replay(slow))
        await slow.began.wait()
        answer = await replay(slow)
        assert (answer.status_code, answer.json()["reason"]) == (503, "reckoning-busy")
        assert int(answer.headers["retry-after"]) > 0
        first.cancel()
        await slow.ended.wait()


async def test_the_work_ends_when_the_asker_hangs_up() -> None:
    """The server says so by a message, and cancels nothing itself."""
    slow, sent = Slow(), list[dict[str, Any]]()
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    messages.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/v1/replays/2026-03-01", "raw_path": b"", "query_string": b"", "root_path": "", "server": ("inn", 80),
        "client": ("127.0.0.1", 1), "headers": [(b"authorization", f"Bearer {token(REGISTRY_OFFICER)}".encode())],
    }  # fmt: skip

    async def send(message: Any) -> None:
        sent.append(message)

    async with asyncio.timeout(WITHIN_S):
        served = asyncio.create_task(Inn(reckons=slow).app(reckonings=ROWS)(scope, messages.get, send))
        await slow.began.wait()
        assert not slow.ended.is_set()
        messages.put_nowait({"type": "http.disconnect"})
        await served
    assert slow.ended.is_set()


async def test_both_are_described() -> None:
    """The document has both paths, closed bodies and the roles."""
    async with asking(Inn(), AUDITOR) as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    assert "`auditor`" in paths["/v1/replays/{asOf}"]["get"]["description"]
    body = paths["/v1/what-ifs"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert (body["required"], body["additionalProperties"]) == (["authority"], False)

"""Guidance and learning activities over HTTP: what an officer says, and what the year then looks like to whom."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest

from services.procurement.domain.knowledge import EVENTS
from shared.log.append import Logs
from shared.log.memory import MemoryStore
from shared.persons.recording import sealed
from shared.policy.role import AUDITOR, PROCUREMENT_OFFICE, PUBLISHER, Role
from tests.procurement.knowledge_stories import OTHER
from tests.procurement.stories import CONTACT, WISE
from tests.shared.http.inn import Direct, token
from tests.shared.http.services import OfStore, app, rules

KEYS = count()
GUIDANCE: dict[str, Any] = {
    "enterpriseId": WISE, "forYear": 2026, "kind": "direct", "channel": "email", "contactId": CONTACT,
    "sentAt": "2026-01-05T08:00:00+01:00", "messageDigest": "34" * 32, "topics": ["how-to-tender"], "dnr": "RS 2026/7",
}  # fmt: skip
DELIVERY: dict[str, Any] = {
    "enterpriseId": WISE, "forYear": 2026, "deliveredAt": "2026-01-05T08:01:00+01:00", "proof": "smtp-accepted",
    "dnr": "RS 2026/7",
}  # fmt: skip
COURSE: dict[str, Any] = {
    "forYear": 2026, "offeredTo": [WISE, OTHER], "offeredOn": "2026-01-05", "plannedFor": "2026-02-02", "kind": "course",
    "topics": ["contracts"], "channel": "email", "dnr": "RS 2026/7",
}  # fmt: skip


class Office:
    """Somebody in the authority, at the service's door."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def post(self, path: str, body: dict[str, Any], role: Role = PROCUREMENT_OFFICE) -> httpx.Response:
        """Ask for something."""
        headers = {"idempotency-key": f"key-{next(KEYS)}", "authorization": f"Bearer {token(role)}"}
        return await self._client.post(path, json=body, headers=headers)

    async def get(self, path: str, role: Role) -> int:
        """Ask a question; gives the status."""
        return (await self._client.get(path, headers={"authorization": f"Bearer {token(role)}"})).status_code


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """A procurement in which nothing has been recorded."""
    store = MemoryStore()
    logs = Logs(store, rules("procurement"), (EVENTS,), seal=sealed)
    transport = httpx.ASGITransport(app("procurement", Direct(logs), OfStore(store)))
    async with httpx.AsyncClient(transport=transport, base_url="http://procurement") as client:
        yield Office(client)


async def test_guidance_is_sent_and_arrives(office: Office) -> None:
    """The answer is the item as it stands, the second time too."""
    made = await office.post("/v1/guidance", GUIDANCE)
    assert (made.status_code, made.json()["item"], made.json()["deliveredOn"]) == (201, "guidance", None)
    arrived = await office.post(f"/v1/guidance/{made.json()['knowledgeId']}/deliveries", DELIVERY)
    assert (arrived.status_code, arrived.json()["deliveredOn"]) == (200, "2026-01-05")
    failed = DELIVERY | {"failedAt": "2026-01-05T08:02:00+01:00", "reasonCode": "hard-bounce"}
    told = {name: value for name, value in failed.items() if name not in ("deliveredAt", "proof")}
    back = await office.post(f"/v1/guidance/{made.json()['knowledgeId']}/failures", told)
    assert (back.status_code, back.json()["reasonCode"]) == (200, "hard-bounce")


async def test_guidance_to_another_enterprise_is_not_that_guidance(office: Office) -> None:
    """An arrival names the enterprise and the year that it was sent for."""
    made = await office.post("/v1/guidance", GUIDANCE)
    path = f"/v1/guidance/{made.json()['knowledgeId']}/deliveries"
    for wrong in ({"enterpriseId": OTHER}, {"forYear": 2025}):
        refused = await office.post(path, DELIVERY | wrong)
        assert (refused.status_code, refused.json()["reason"]) == (409, "guidance-not-sent")


async def test_a_course_is_offered_and_held(office: Office) -> None:
    """To several enterprises at once; who came is told by enterprise and number."""
    made = await office.post("/v1/activities", COURSE)
    assert (made.status_code, made.json()["enterprises"]) == (201, [WISE, OTHER])
    held = {
        "heldOn": "2026-01-05", "kind": "course", "topics": ["contracts"], "durationMinutes": 90, "attendedBy": [WISE],
        "attendeeCount": 0, "organiser": "region", "dnr": "RS 2026/7",
    }  # fmt: skip
    path = f"/v1/activities/{made.json()['knowledgeId']}/sessions"
    assert (await office.post(path, held)).json()["reason"] == "attendees-too-few"
    came = await office.post(path, held | {"attendeeCount": 3})
    assert came.json()["held"][0]["attendedBy"] == [WISE]


async def test_who_may_record_and_who_may_ask(office: Office) -> None:
    """The office records; the year of each enterprise is no tender's secret, so the auditor reads it."""
    assert (await office.post("/v1/guidance", GUIDANCE, AUDITOR)).status_code == 403
    assert [await office.get("/v1/knowledge-years", role) for role in (AUDITOR, PROCUREMENT_OFFICE)] == [200, 200]
    assert await office.get("/v1/knowledge-years", PUBLISHER) == 403
    assert await office.get("/v1/knowledge", AUDITOR) == 403


async def test_the_year_s_letter_is_written_read_and_approved(office: Office) -> None:
    """By its digest, which the answer has; nobody else in the authority reads it or to whom it would go."""
    words = {
        "topics": ["contracts"], "title": {"sv": "Avtal", "en": "Contracts"}, "text": {"sv": "Läs.", "en": "Read."},
        "dnr": "RS 2026/7",
    }  # fmt: skip
    written = await office.post("/v1/guidance-letters/2026", words)
    assert (written.status_code, written.json()["forYear"], written.json()["approvals"]) == (200, 2026, [])
    approval = {"factsDigest": written.json()["letter"]["digest"], "dnr": "RS 2026/7"}
    approved = await office.post("/v1/guidance-letters/2026/approvals", approval)
    assert [each["digest"] for each in approved.json()["approvals"]] == [approval["factsDigest"]]
    wrong = await office.post("/v1/guidance-letters/2026/approvals", approval | {"factsDigest": "12" * 32})
    assert (wrong.status_code, wrong.json()["reason"]) == (409, "guidance-letter-changed")
    assert await office.get("/v1/guidance-letters/2026", PUBLISHER) == 403
    assert await office.get("/v1/guidance-letters", PUBLISHER) == 403
    assert (await office.post("/v1/guidance-letters/2026", words, PUBLISHER)).status_code == 403

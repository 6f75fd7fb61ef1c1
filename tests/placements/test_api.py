"""The board's places over HTTP: what a caller says, what is looked up, and that nothing of the person is stored in clear."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest
from typing_extensions import override

from services.placements.api import OPERATIONS, QUERIES
from services.placements.domain.placement import EVENTS
from services.placements.views.enterprise import ENTERPRISE
from services.placements.views.figures import PUBLISHED
from shared.log.append import Logs
from shared.log.memory import MemoryStore
from shared.log.view import View
from shared.persons.recording import sealed
from shared.policy.role import ROLES, SOCIAL_BOARD
from tests.placements.stories import ENTERPRISE as WISE
from tests.placements.stories import document
from tests.shared.http.inn import Direct, token
from tests.shared.http.services import OfStore, app, rules

KEYS = count()
OF_PLACES = [row for row in QUERIES if row.view is not PUBLISHED]


class Knowing(OfStore):
    """Reads the streams, and knows how one enterprise stands."""

    status: str | None = "suspended"

    @override
    async def ask(self, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
        if view is ENTERPRISE and name == "standing" and arguments == (f"enterprise/{WISE}",) and self.status:
            return [{"status": self.status}]
        return []


@dataclass
class Board:
    """The board's officer at work; `store` has what came of it."""

    client: httpx.AsyncClient
    store: MemoryStore
    reading: Knowing

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Ask for something."""
        return await self.client.post(path, json=body, headers={"idempotency-key": f"key-{next(KEYS)}"})


@pytest.fixture
async def board() -> AsyncIterator[Board]:
    """A board without places."""
    store = MemoryStore()
    reading = Knowing(store)
    logs = Logs(store, rules("placements"), (EVENTS,), seal=sealed)
    headers = {"authorization": f"Bearer {token(SOCIAL_BOARD)}"}
    transport = httpx.ASGITransport(app("placements", Direct(logs), reading))
    async with httpx.AsyncClient(transport=transport, base_url="http://placements", headers=headers) as client:
        yield Board(client, store, reading)


def purchase(**fields: Any) -> dict[str, Any]:
    """Give the body of a purchase."""
    decided = {
        "dnr": "SON 2026/17", "decidedOn": "2026-01-05", "decidedByRole": "social-board", "delegationPoint": "4.2",
    }  # fmt: skip
    return {
        "enterpriseId": WISE, "placeKind": "arbetstraning", "basis": "lov", "purchasedOn": "2026-01-05",
        "plannedStart": "2026-01-12", "decision": decided, "need": document(), "legalGround": "sol",
        "goal": "Klara en hel vecka.",
        "price": {"money": {"amount": "450.00", "currency": "SEK", "vat": "excluded"}, "per": "day"},
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("status", "recorded"), [("recognised", "recognised"), ("suspended", "suspended"), (None, "not-recognised")]
)
async def test_a_purchase_records_how_the_enterprise_stood(board: Board, status: str | None, recorded: str) -> None:
    """It is looked up as the place is bought (GS-3)."""
    board.reading.status = status
    answer = await board.post("/v1/placements", purchase())
    assert answer.status_code == 201, answer.text
    assert answer.json()["recognitionAtPurchase"] == recorded
    assert answer.headers["location"] == f"/v1/placements/{answer.json()['placementId']}"


async def test_a_caller_does_not_say_how_the_enterprise_stood(board: Board) -> None:
    """It is the registry's to say (GS-3)."""
    answer = await board.post("/v1/placements", purchase(recognitionAtPurchase="recognised"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/recognitionAtPurchase"


async def test_a_year_s_work_with_a_place_leaves_nothing_of_the_person_in_clear(board: Board) -> None:
    """Bought, begun, followed up, let go and ended: what is stored has no word of it (OSL 26:1)."""
    place = (await board.post("/v1/placements", purchase(personRef="01930000-0000-4000-8000-0000000000aa"))).json()
    path, ref = f"/v1/placements/{place['placementId']}", place["subjectRef"]
    first = f"gs-4.first/{place['placementId']}"
    held = {
        "heldOn": "2026-02-25", "kind": "first", "method": "visit", "with": ["provider"], "result": "as-agreed",
        "nextStep": "continue", "officer": "staff-7", "document": document("2026-02-25"), "dutyId": first,
        "providerOnlyReason": "unreachable", "notes": "Svarade inte i telefon.", "subjectRef": ref,
        "approvedBy": "staff-9", "dnr": "SON 2026/18",
    }  # fmt: skip
    waived = {
        "dutyId": f"gs-4.final/{place['placementId']}", "waivedOn": "2026-03-02", "reasonCode": "moved",
        "reasonsEnc": "Flyttade till Visby.", "authority": purchase()["decision"], "proposedBy": "staff-2",
        "approvedBy": "staff-3", "subjectRef": ref, "dnr": "SON 2026/19",
    }  # fmt: skip
    ended = {
        "endedOn": "2026-03-02", "endClass": "early", "endReason": "illness", "outcome": "studies", "subjectRef": ref,
        "dnr": "SON 2026/20",
    }  # fmt: skip
    declined = {
        "declinedOn": "2026-02-02", "scope": "follow-up", "statedBy": "user", "reason": "Orkar inte.", "subjectRef": ref,
        "dnr": "SON 2026/21",
    }  # fmt: skip
    for sub, body in [
        ("starts", {"startedOn": "2026-01-12", "dnr": "SON 2026/18"}),
        ("declines", declined),
        ("held-follow-ups", held),
        ("ends", ended),
        ("waivers", waived),
    ]:
        answer = await board.post(f"{path}/{sub}", body)
        assert answer.status_code in (200, 201), (sub, answer.text)
    stored = b"".join(event.bytes for event in board.store.events)
    assert b"DutyWaived" in stored
    for word in (
        "hel vecka",
        "sol",
        'SON 2026/18","sha256',
        "telefon",
        "unreachable",
        "Visby",
        "illness",
        "studies",
        "Orkar",
        "00aa",
    ):
        assert word.encode() not in stored, word


async def test_a_follow_up_is_planned_then_held(board: Board) -> None:
    """Under the id that the plan got (GS-4)."""
    place = (await board.post("/v1/placements", purchase())).json()
    path, ref = f"/v1/placements/{place['placementId']}", place["subjectRef"]
    await board.post(f"{path}/starts", {"startedOn": "2026-01-12", "dnr": "SON 2026/18"})
    plan = {
        "kind": "extra", "plannedFor": "2026-02-25", "method": "visit", "officer": "staff-7", "dnr": "SON 2026/18",
    }  # fmt: skip
    planned = (await board.post(f"{path}/follow-ups", plan)).json()["planned"]
    held = {
        "heldOn": "2026-02-25", "kind": "extra", "method": "visit", "with": ["user"], "result": "as-agreed",
        "nextStep": "continue", "officer": "staff-7", "document": document("2026-02-25"), "subjectRef": ref,
        "dnr": "SON 2026/18",
    }  # fmt: skip
    answer = await board.post(f"{path}/follow-ups/{planned[0]['followUpId']}/completions", held)
    assert answer.status_code == 200, answer.text
    assert answer.json()["planned"] == []
    assert answer.json()["lastHeldOn"] == "2026-02-25"


async def test_a_refusal_says_its_clause(board: Board) -> None:
    """A rule that says no is a problem with its code and clause."""
    bare = purchase()["decision"] | {"decidedByRole": "executive-board"}
    answer = await board.post("/v1/placements", purchase(decision=bare))
    assert (answer.status_code, answer.json()["reason"], answer.json()["clause"]) == (
        409, "decision-not-social-boards", "GS-3",
    )  # fmt: skip


def test_places_are_the_social_board_s_alone() -> None:
    """Every operation and question is that one role's, save the published figures (OSL 26:1)."""
    assert set(ROLES) > {SOCIAL_BOARD}
    assert {row.roles for row in OPERATIONS} | {row.roles for row in OF_PLACES} == {(SOCIAL_BOARD,)}
    assert all(row.sv and row.en for row in (*OPERATIONS, *QUERIES))


async def test_nobody_else_reads_or_writes_a_place(board: Board) -> None:
    """Other boards and the auditors get figures, elsewhere (OSL 26:1)."""
    for role in ("auditor", "executive-board", "procurement-office", "registry-officer"):
        headers = {"authorization": f"Bearer {token(role)}", "idempotency-key": f"key-{next(KEYS)}"}
        answer = await board.client.post("/v1/placements", json=purchase(), headers=headers)
        assert answer.status_code == 403
    lists = [row.path for row in OF_PLACES if not row.one]
    for path in lists:
        answer = await board.client.get(path, headers={"authorization": f"Bearer {token('auditor')}"})
        assert answer.status_code == 403, path

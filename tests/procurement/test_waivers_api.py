"""Waivers over HTTP: who records that a duty of procurement was let go."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest

from services.procurement.domain.rules import TENDERS
from shared.deciding import Submission
from shared.log.append import Accepted, Logs
from shared.log.memory import MemoryStore
from shared.persons.recording import sealed
from shared.policy.role import AUDITOR, EXECUTIVE_BOARD, PROCUREMENT_OFFICE, Role, buying_board
from tests.procurement.stories import PAIR, TENDER, WISE, plan
from tests.shared.http.inn import Direct, token
from tests.shared.http.services import OfStore, app, rules

KEYS = count()
BOARD = buying_board("technical")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A procurement with a plan, on which a statement is owed (GS-8)."""
    store = MemoryStore()
    logs = Logs(store, rules("procurement"), (TENDERS, "procurement.outreach"), seal=sealed)
    planned = plan("2026-01-05", at="2026-01-05T08:00:00+01:00")
    answer = await Direct(logs).submit(Submission(
        command=planned, key="plan", actor="staff-1", role=PROCUREMENT_OFFICE, recorded_at=planned.at, correlation_id="c",
    ))  # fmt: skip
    assert isinstance(answer, Accepted)
    transport = httpx.ASGITransport(app("procurement", Direct(logs), OfStore(store)))
    async with httpx.AsyncClient(transport=transport, base_url="http://procurement") as made:
        yield made


async def waive(
    client: httpx.AsyncClient, path: str, duty_id: str, role: Role, by: Role, **fields: Any
) -> httpx.Response:
    """Ask that a duty is let go."""
    decision = {"dnr": "RS 2026/9", "decidedOn": "2026-01-05", "decidedByRole": by, "delegationPoint": "4.9"}
    body = {
        "dutyId": duty_id, "waivedOn": "2026-01-05", "reasonCode": "x", "reasons": "Behövs inte.", "authority": decision,
        "proposedBy": "staff-7", "approvedBy": "staff-8", "dnr": "RS 2026/9",
    }  # fmt: skip
    headers = {"idempotency-key": f"key-{next(KEYS)}", "authorization": f"Bearer {token(role)}"}
    return await client.post(path, json=body | fields, headers=headers)


async def test_a_buying_board_records_that_its_statement_was_let_go(client: httpx.AsyncClient) -> None:
    """Its own, once, and nobody else's."""
    path, owed, named = f"/v1/tenders/{TENDER}/waivers", f"gs-8.criteria/{TENDER}", {"board": BOARD}
    for role in (PROCUREMENT_OFFICE, EXECUTIVE_BOARD, buying_board("education")):
        assert (await waive(client, path, owed, role, BOARD, **named)).status_code == 403
    other = {"board": buying_board("education")}
    refused = await waive(client, path, owed, buying_board("education"), BOARD, **other)
    assert (refused.status_code, refused.json()["reason"]) == (409, "tender-of-other-board")
    done = await waive(client, path, owed, BOARD, BOARD, **named)
    assert (done.status_code, done.json()["key"]) == (200, f"duty/{owed}")
    again = await waive(client, path, owed, BOARD, BOARD, **named)
    assert (again.status_code, again.json()["reason"]) == (409, "duty-already-ended")


@pytest.mark.parametrize(
    ("path", "duty_id", "may"),
    [
        (f"/v1/outreaches/{PAIR}/waivers", f"gs-6.published/{PAIR}", [PROCUREMENT_OFFICE]),
        (
            f"/v1/knowledge-years/{WISE}/2026/waivers",
            f"gs-5.knowledge/{WISE}/2026",
            [PROCUREMENT_OFFICE, EXECUTIVE_BOARD],
        ),
    ],
)
async def test_who_may_ask_that_what_the_office_owes_is_let_go(
    client: httpx.AsyncClient, path: str, duty_id: str, may: list[Role]
) -> None:
    """What ties an enterprise to an open tender is the office's to record; of others it is not even said that it is unknown."""
    for role in (PROCUREMENT_OFFICE, EXECUTIVE_BOARD, AUDITOR, BOARD):
        answer = await waive(client, path, duty_id, role, PROCUREMENT_OFFICE)
        assert answer.json()["reason"] == ("duty-unknown" if role in may else "role-may-not"), role

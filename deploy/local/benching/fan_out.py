"""One tender for every WISE that there is: from the request that publishes it to the last row that follows from it."""

import asyncio
import json
from datetime import datetime, timedelta
from time import perf_counter
from urllib.parse import quote, urlsplit

from deploy.local import issuer
from deploy.local.benching.end_to_end import LONGEST_S, LOOK_S, StoodStill, Writing
from deploy.local.benching.http_client import opened
from deploy.local.benching.over_http import CREATED, NotCreated
from deploy.local.benching.wises import BRANCHES
from deploy.local.benching.writer import Order
from deploy.local.places import AUTHORITY
from deploy.local.suite import Suite
from shared.log.postgres import SQL, connect
from shared.log.postgres import Connection as Database
from shared.log.reactor import REACTOR
from shared.log.sql import query
from shared.policy.authority import load
from shared.policy.role import PROCUREMENT_OFFICE

OUTREACH = "procurement.outreach"
SERVICE = "procurement"
OK = 200
MOST = 200
"""Duties on a page: as many as the API gives."""


async def recognised(suite: Suite, writer: Writing, wises: int) -> None:
    """Have so many enterprises become WISEs, and wait until procurement has answered all of it and is at rest."""
    seen = await writer.carry_out(Order("recognised", wises, 0))
    end = max(one.next_index for one in seen)
    connection = await connect(suite.databases[SERVICE], "bench")
    try:
        await _followed(connection, {"registry.events": end})
        await _at_rest(connection)
    finally:
        await connection.close()


async def fan_out(suite: Suite, wises: int, now: datetime) -> float:
    """Publish a tender over HTTP; give the seconds until its last assessment and its last duty are in procurement's views."""
    where = urlsplit(suite.url(SERVICE))
    connection = await connect(suite.databases[SERVICE], "bench")
    client = await opened(where.hostname or "", where.port or 0)
    try:
        before = await _outreach_end(connection)
        began = perf_counter()
        answer = await client.post("/v1/tenders", _headers(now) | {"Idempotency-Key": f"bench-{before}"}, _tender(now))
        if answer.status != CREATED:
            raise NotCreated(f"the tender was answered {answer.status}: {answer.body[:300]!r}")
        await _assessed(connection, began, before + wises)
        await _at_rest(connection)
        return perf_counter() - began
    finally:
        await client.close()
        await connection.close()


async def duty_lists(suite: Suite, times: int, now: datetime) -> list[float]:
    """Ask for a page of what the procurement office has to do, again and again; give the seconds of each answer."""
    where = urlsplit(suite.url(SERVICE))
    client = await opened(where.hostname or "", where.port or 0)
    unit = load(suite.authority).unit(PROCUREMENT_OFFICE, now.date())
    path = f"/v1/duties?unit={quote(unit)}&open=true&limit={MOST}"
    took = []
    try:
        for _ in range(times):
            began = perf_counter()
            answer = await client.get(path, _headers(now))
            took.append(perf_counter() - began)
            _see_full(answer.status, answer.body)
    finally:
        await client.close()
    return took


def _see_full(status: int, body: bytes) -> None:
    if status != OK or not json.loads(body)["items"]:
        raise NotCreated(f"the duty list was answered {status}: {body[:300]!r}")


def _headers(now: datetime) -> dict[str, str]:
    return {"Authorization": f"Bearer {issuer.token('bench', [PROCUREMENT_OFFICE], now, issuer.private_key())}"}


def _tender(now: datetime) -> bytes:
    lot = {
        "lotId": "LOT-0001", "nature": "services", "cpv": [BRANCHES[0]], "deadlineKind": "tenders",
        "deadline": (now.date() + timedelta(days=60)).isoformat(),
    }  # fmt: skip
    return json.dumps({
        "publishedAt": now.isoformat(), "title": {"sv": "Skötsel av parker"}, "lots": [lot],
        "buyers": [{"organisationNumber": load(AUTHORITY).buyers[0].number}], "procedureType": "open",
        "regime": "lou-directive", "source": "ted", "noticeDigest": "ab" * 32, "dnr": "TN 1",
    }).encode()  # fmt: skip


# -- waiting


async def _outreach_end(connection: Database) -> int:
    rows = await connection.fetch(query(SQL, "ends_of"), [OUTREACH])
    return int(rows[0]["next_index"]) if rows else 0


async def _followed(connection: Database, ends: dict[str, int]) -> None:
    """Wait until the reactor has taken all events below these indexes. Raises StoodStill."""
    began = perf_counter()
    while True:
        rows = {row["source"]: row["next_index"] for row in await connection.fetch(query(SQL, "positions"), REACTOR)}
        if all(rows.get(log, 0) >= end for log, end in ends.items()):
            return
        if perf_counter() - began > LONGEST_S:
            raise StoodStill(f"{ends}: the reactor stood at {rows}")
        await asyncio.sleep(LOOK_S)


async def _assessed(connection: Database, began: float, end: int) -> None:
    """Wait until every pair has been judged: there are at least so many events. Raises StoodStill."""
    while await _outreach_end(connection) < end:
        if perf_counter() - began > LONGEST_S:
            raise StoodStill(f"{OUTREACH}: no {end} events came")
        await asyncio.sleep(LOOK_S)


async def _at_rest(connection: Database) -> None:
    """Wait until all own logs have been taken to their ends. Raises StoodStill."""
    while True:
        rows = await connection.fetch(query(SQL, "ends_of"), ["procurement.events", OUTREACH])
        ends = {row["log"]: row["next_index"] for row in rows}
        await _followed(connection, ends)
        again = await connection.fetch(query(SQL, "ends_of"), list(ends))
        if ends == {row["log"]: row["next_index"] for row in again}:
            return

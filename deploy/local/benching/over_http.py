"""The same registrations as an officer's browser sends them: token, JSON, Idempotency-Key, and the answer with its body."""

import json
from asyncio import Queue
from datetime import datetime
from urllib.parse import urlsplit

from deploy.local import issuer
from deploy.local.benching.figures import Timed, at_once
from deploy.local.benching.http_client import Connection, opened
from deploy.local.benching.load import REGISTERED_ON, name, organisation_number
from shared.policy.role import REGISTRY_OFFICER

CREATED = 201


class NotCreated(Exception):
    """A request of the load was not answered with 201: the figure would say nothing."""


def body(number: int) -> bytes:
    """Make the request's body."""
    return json.dumps({
        "organisationNumber": organisation_number(number),
        "name": name(number),
        "legalForm": "ekonomisk-forening",
        "municipalityCode": "0180",
        "registeredOn": REGISTERED_ON.isoformat(),
        "dnr": f"RS {number}",
    }).encode()  # fmt: skip


async def register(connection: Connection, token: str, number: int) -> None:
    """Register one enterprise. Raises NotCreated, Disconnected."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{number}"}
    response = await connection.post("/v1/enterprises", headers, body(number))
    if response.status != CREATED:
        raise NotCreated(f"registration {number} was answered {response.status}: {response.body[:300]!r}")


async def over_http(url: str, width: int, requests: int, now: datetime) -> Timed:
    """Send requests to registry over so many connections at once."""
    where = urlsplit(url)
    token = issuer.token("bench", [REGISTRY_OFFICER], now, issuer.private_key())
    free: Queue[Connection] = Queue()
    for _ in range(width):
        free.put_nowait(await opened(where.hostname or "", where.port or 0))

    async def do(number: int) -> None:
        connection = free.get_nowait()
        await register(connection, token, number)
        free.put_nowait(connection)

    timed = await at_once(width, requests, do)
    while not free.empty():
        await free.get_nowait().close()
    return timed

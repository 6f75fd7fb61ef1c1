"""Whether a process lives, and whether it is ready, part by part and each by name; and the public face of an API."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from shared.http.showing import json

PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """How a part is: ready or not, and what an operator wants to know of it. No person and no address stands in it."""

    ok: bool
    detail: str


Check = Callable[[], Awaitable[Part]]


async def live(_request: Request) -> Response:
    """Say that the process answers at all."""
    return Response(json({"live": True}), 200, None, "application/json")


class Ready:
    """Says whether requests should be sent here. A part that does not answer in time, or fails, is not ready."""

    def __init__(self, service: str, checks: Mapping[str, Check], patience_s: float = PATIENCE_S) -> None:
        self._service, self._checks, self._patience_s = service, checks, patience_s

    async def __call__(self, _request: Request) -> Response:
        """Ask every part at once."""
        parts = dict(zip(self._checks, await asyncio.gather(*map(self._asked, self._checks.values())), strict=True))
        ready = all(part.ok for part in parts.values())
        body = {"service": self._service, "ready": ready, "parts": parts}
        return Response(json(body), 200 if ready else 503, None, "application/json")

    async def _asked(self, check: Check) -> Part:
        try:
            async with asyncio.timeout(self._patience_s):
                return await check()
        except TimeoutError:
            return Part(ok=False, detail=f"no answer in {self._patience_s:g} s")
        except Exception as error:  # noqa: BLE001 - whatever fails is not ready, and the others are told all the same
            return Part(ok=False, detail=type(error).__name__)


async def metrics(_request: Request) -> Response:
    """Give the process's metrics for Prometheus."""
    return Response(generate_latest(), 200, {"content-type": CONTENT_TYPE_LATEST})

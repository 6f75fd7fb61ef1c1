"""Officers and other systems at their desks: requests over HTTP, each in a role and under a key."""

from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.local import issuer
from deploy.local.suite import Suite
from shared.clock import FileClock

ROLES = {
    "registry": "registry-officer", "placements": "social-board", "procurement": "procurement-office",
    "consultation": "executive-office",
}  # fmt: skip
"""Who does most of a service's work."""


class Desk:
    """Asks a running suite. Everybody's requests have keys of their own."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self._clock = FileClock(suite.clock or Path())
        self._keys = count(1)
        self.client = httpx.AsyncClient(timeout=30, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    def token(self, role: str) -> str:
        """Give a token that counts now."""
        return issuer.token(principal(role), [role], self._clock.now(), issuer.private_key())

    def principal(self, service: str) -> str:
        """Give who does most of a service's work."""
        return principal(ROLES[service])

    async def post(
        self, service: str, path: str, body: Any, *, role: str | None = None, key: str | None = None
    ) -> httpx.Response:
        """Ask for something to be done."""
        headers = self._headers(role or ROLES[service]) | {"idempotency-key": key or f"key-{next(self._keys)}"}
        return await self.client.post(self.suite.url(service) + path, json=body, headers=headers)

    async def do(self, service: str, path: str, body: Any, *, role: str | None = None) -> Any:
        """Have something done that must be accepted; gives the resource."""
        answer = await self.post(service, path, body, role=role)
        assert answer.status_code in (200, 201), f"{service} POST {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def ask(
        self, service: str, path: str, *, role: str | None = None, after: str | None = None, **filters: str
    ) -> httpx.Response:
        """Ask a question."""
        headers = self._headers(role or ROLES[service]) | ({"medverka-after": after} if after else {})
        return await self.client.get(self.suite.url(service) + path, params=filters, headers=headers)

    async def get(self, service: str, path: str, *, role: str | None = None, after: str | None = None) -> Any:
        """Read a resource that is there."""
        answer = await self.ask(service, path, role=role, after=after)
        assert answer.status_code == httpx.codes.OK, f"{service} GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def all(self, service: str, path: str, *, role: str | None = None, **filters: str) -> list[Any]:
        """Read a whole list, page by page."""
        found: list[Any] = []
        paging: dict[str, str] = {"limit": "200"}
        while True:
            answer = await self.ask(service, path, role=role, **filters, **paging)
            assert answer.status_code == httpx.codes.OK, f"{service} GET {path}: {answer.status_code} {answer.text}"
            page = answer.json()
            found += page["items"]
            if page["next"] is None:
                return found
            paging["cursor"] = page["next"]

    def _headers(self, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(role)}"}


def principal(role: str) -> str:
    """Give the principal who has a role."""
    return f"suite-{role.replace(':', '-')}"

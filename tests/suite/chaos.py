"""Commands that flow while processes die: each is asked for until it is answered, and what was answered is kept."""

import asyncio
import hashlib
import json
import random
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.suite import forms
from tests.suite.desk import Desk

ANSWERED_WITHIN_S = 120.0
AGAIN_S = 0.1
TWICE = 0.2
"""How many commands are asked for twice at once, as a client does that has lost patience."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One command and its answer."""

    service: str
    key: str
    """The command's key in the log: made of the principal, the path and the caller's own."""
    status: int
    index: str | None
    body: Any


@dataclass
class Flow:
    """Chains of commands, made up anew until it is told to stop."""

    desk: Desk
    day: str
    enterprises: list[str]
    chance: random.Random
    asked: list[Asked] = field(default_factory=list)
    retried: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _n: int = 1000

    def number(self) -> int:
        """Give a number that nobody had before."""
        self._n += 1
        return self._n

    async def post(self, service: str, path: str, body: Any) -> Any:
        """Ask until there is an answer, with the same key and body, at times twice at once; gives the resource."""
        key = f"flow-{self.number()}"
        times = 2 if self.chance.random() < TWICE else 1
        answers = await asyncio.gather(*(self._insist(service, path, body, key) for _ in range(times)))
        answer, index = answers[0], answers[0].headers.get("medverka-index")
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, f"{service} {path}: {answer.text}"
        assert {(each.status_code, each.headers.get("medverka-index")) for each in answers} == {
            (answer.status_code, index)
        }
        self.asked.append(
            Asked(service, self._command_key(service, path, key), answer.status_code, index, answer.json())
        )
        return answer.json()

    async def _insist(self, service: str, path: str, body: Any, key: str) -> httpx.Response:
        """Ask again until there is an answer."""
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            while (answer := await self._try(service, path, body, key)) is None:
                self.retried += 1
                await asyncio.sleep(AGAIN_S)
        return answer

    async def _try(self, service: str, path: str, body: Any, key: str) -> httpx.Response | None:
        """Ask once; None where nobody knows whether it was done."""
        try:
            answer = await self.desk.post(service, path, body, key=key)
        except httpx.TransportError:
            return None
        return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

    def _command_key(self, service: str, path: str, key: str) -> str:
        said = json.dumps([self.desk.principal(service), path, key], separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    async def work(self) -> None:
        """Do one chain after the other."""
        chains = (self.enterprise, self.place, self.tender, self.initiative, self.refused)
        while not self.stopping.is_set():
            await self.chance.choice(chains)()
            await asyncio.sleep(self.chance.uniform(0.05, 0.25))

    async def enterprise(self) -> None:
        """An enterprise is registered and says what it offers."""
        made = await self.post("registry", "/v1/enterprises", forms.enterprise(self.day, self.number()))
        path = f"/v1/enterprises/{made['enterpriseId']}"
        await self.post("registry", f"{path}/offerings", forms.offering(self.day, "77"))
        await self.post("registry", f"{path}/contacts", forms.contact(self.day))

    async def place(self) -> None:
        """A place is bought and begins."""
        body = forms.purchase(self.day, self.chance.choice(self.enterprises), self.day)
        made = await self.post("placements", "/v1/placements", body)
        await self.post("placements", f"/v1/placements/{made['placementId']}/starts", forms.start(self.day))

    async def tender(self) -> None:
        """A tender is published that suits every recognised enterprise."""
        body = forms.tender(f"{self.day}T07:00:00+02:00", "2026-08-31", "77310000")
        await self.post("procurement", "/v1/tenders", body)

    async def initiative(self) -> None:
        """The year's initiative is taken, again."""
        await self.post("consultation", "/v1/consultations/2026/initiatives", forms.initiative(self.day))

    async def refused(self) -> None:
        """Something that the rule says no to: 1 was registered before the flow began, 2099 has not come yet."""
        service, path, body = self.chance.choice((
            ("registry", "/v1/enterprises", forms.enterprise(self.day, 1)),
            ("placements", "/v1/placements", forms.purchase("2099-01-01", self.enterprises[0], "2099-01-01")),
            ("consultation", "/v1/consultations/2025/initiatives", forms.initiative(self.day)),
            ("procurement", "/v1/tenders/unknown/suspensions", {
                "suspendedAt": f"{self.day}T07:00:00+02:00", "reasonCode": "buyer", "dnr": forms.dnr(),
            }),
        ))  # fmt: skip
        await self.post(service, path, body)

"""Asking a running suite over HTTP, as an officer with every role: whoever holds the issuer's key may be anybody."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from deploy.local import issuer
from deploy.local.checking.suite import NothingRuns
from deploy.local.explained import Explained, WrongCall
from shared.clock import FileClock, SystemClock
from shared.http.language import Language
from shared.policy.role import BUYING_BOARD, PUBLISHER, ROLES

WITHIN_S = 30.0
FINE, MISSING = 200, 404
Row = dict[str, Any]


class NotAnswered(Explained):
    """A service said no, or nothing."""


class Suite:
    """A running suite: its services' addresses and a token that opens them."""

    def __init__(self, addresses: Mapping[str, str], token: str, language: Language) -> None:
        self.services = tuple(addresses)
        self._addresses = addresses
        headers = {"authorization": f"Bearer {token}", "accept-language": language}
        self._client = httpx.Client(headers=headers, timeout=WITHIN_S)

    def one(self, service: str, path: str, **asked: str) -> Row | None:
        """Give one resource; None where there is none. Raises NotAnswered."""
        return self._get(service, path, asked)

    def found(self, service: str, path: str, said: Mapping[str, object]) -> list[Row]:
        """Ask for rows by what may stand in no address: a number that can be a person's. Raises NotAnswered."""
        answer = self._send("POST", service, path, json=said)
        return list(answer.get("items", ())) if answer else []

    def all(self, service: str, path: str, **filters: str | None) -> Iterator[Row]:
        """Give every row of a list, page by page. Raises NotAnswered."""
        asked = {name: value for name, value in filters.items() if value is not None} | {"limit": "200"}
        following: str | None = ""
        while following is not None:
            page = self._get(service, path, asked | ({"cursor": following} if following else {})) or {}
            yield from page.get("items", ())
            following = page.get("next")

    def page(self, service: str, path: str, **asked: str) -> bytes | None:
        """Give a resource as a page, HTML; None where there is none. Raises NotAnswered."""
        answer = self._answer("GET", service, path, params=asked, headers={"accept": "text/html"})
        return None if answer is None else answer.content

    def _get(self, service: str, path: str, asked: Mapping[str, str]) -> Row | None:
        return self._send("GET", service, path, params=asked)

    def _send(self, method: str, service: str, path: str, **content: Any) -> Row | None:
        answer = self._answer(method, service, path, **content)
        if answer is None:
            return None
        given: Row = answer.json()
        return given

    def _answer(self, method: str, service: str, path: str, **content: Any) -> httpx.Response | None:
        try:
            answer = self._client.request(method, self._addresses[service] + path, **content)
        except httpx.HTTPError as error:
            raise NotAnswered(f"{service} svarar inte / does not answer ({error}); se / see ./medverka check") from None
        if answer.status_code == MISSING:
            return None
        if answer.status_code != FINE:
            problem = answer.json()
            raise NotAnswered(f"{service} {path}: {problem.get('detail', answer.status_code)}")
        return answer

    def do(self, service: str, path: str, body: Mapping[str, Any], key: str) -> None:
        """Do something that the service must accept; the same key again does nothing more. Raises NotAnswered."""
        try:
            answer = self._client.post(self._addresses[service] + path, json=body, headers={"idempotency-key": key})
        except httpx.HTTPError as error:
            raise NotAnswered(f"{service} svarar inte / does not answer ({error}); se / see ./medverka check") from None
        if answer.is_error:
            problem = answer.json()
            raise NotAnswered(f"{service} {path}: {problem.get('detail', answer.status_code)}")

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()


@contextmanager
def asked(language: Language, note: Path) -> Iterator[Suite]:
    """Find the suite that `up` or `demo --keep` has left word of. Raises NothingRuns, WrongCall."""
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        addresses = {name: each["http"] for name, each in told["services"].items()}
    except FileNotFoundError:
        raise NothingRuns(
            "här går ingen svit; starta en med ./medverka up / no suite runs here; start one with ./medverka up"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise WrongCall(f"{note} does not hold what ./medverka up prints ({error}); start the suite again") from error
    clock = FileClock(Path(told["clock"])) if told.get("clock") else SystemClock()
    roles = [str(role) for role in ROLES if role not in {BUYING_BOARD, PUBLISHER}]
    suite = Suite(addresses, issuer.token("local-terminal", roles, clock.now(), issuer.private_key()), language)
    try:
        yield suite
    finally:
        suite.close()

"""The officers at their desks: requests over HTTP, each in a role, with the token and the key that the suite asks for."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from deploy.local import issuer
from deploy.local.explained import Explained
from deploy.local.story.stage import Stage
from shared.clock import FileClock
from shared.http.language import Language

ANSWER_WITHIN_S = 30
XML, JSON = "application/xml", "application/json"
PAGE = 200
OK = range(200, 300)


class Unexpected(Explained):
    """The suite answered otherwise than the story has it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `index` is where the command's last event stands, as `Medverka-After` takes it."""

    status: int
    body: Any
    index: str | None


class Office:
    """Asks the four services. A token counts for the simulated day, so each request brings a new one."""

    def __init__(self, stage: Stage, language: Language) -> None:
        self._stage = stage
        self._language = language
        self._time = FileClock(stage.clock)
        self._asked = 0

    def post(self, service: str, path: str, body: Any, *, role: str, media: str = JSON) -> Answer:
        """Do something that the suite must accept. Raises Unexpected."""
        return _accepted(self.attempt(service, path, body, role=role, media=media), f"{service} POST {path}")

    def attempt(self, service: str, path: str, body: Any, *, role: str, media: str = JSON) -> Answer:
        """Do something that the suite may refuse."""
        self._asked += 1
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"content-type": media, "idempotency-key": f"story-{self._asked:05}"}
        return self._ask(service, "POST", path, role, data, headers)

    def get(self, service: str, path: str, *, role: str, after: str | None = None, **filters: object) -> Any:
        """Ask for one resource. Raises Unexpected."""
        query = "?" + urlencode(filters) if filters else ""
        headers = {"medverka-after": after} if after else {}
        return _accepted(self._ask(service, "GET", path + query, role, None, headers), f"{service} GET {path}").body

    def answers(self, service: str, path: str, *, role: str) -> bool:
        """Tell whether a question is answered."""
        return self._ask(service, "GET", path, role, None, {}).status in OK

    def all(self, service: str, path: str, *, role: str, after: str | None = None, **filters: object) -> list[Any]:
        """Ask for a list, page by page. Raises Unexpected."""
        found: list[Any] = []
        page: dict[str, object] = {"limit": PAGE}
        while True:
            answer = self.get(service, path, role=role, after=after, **filters, **page)
            found += answer["items"]
            if answer["next"] is None:
                return found
            page["cursor"] = answer["next"]

    def _ask(
        self, service: str, method: str, path: str, role: str, data: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        address = urlsplit(self._stage.http[service]).netloc
        connection = http.client.HTTPConnection(address, timeout=ANSWER_WITHIN_S)
        token = issuer.token(f"demo-{role.replace(':', '-')}", [role], self._time.now(), self._stage.token_key)
        asks = {"authorization": f"Bearer {token}", "accept-language": self._language}
        try:
            connection.request(method, path, data, {**asks, **headers})
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unexpected(f"{service} at {address} does not answer ({error}); see its log and run again") from error
        finally:
            connection.close()
        return Answer(answer.status, json.loads(body) if body else None, answer.headers.get("medverka-index"))


def _accepted(answer: Answer, what: str) -> Answer:
    if answer.status not in OK:
        raise Unexpected(
            f"{what} was answered {answer.status}, {json.dumps(answer.body, ensure_ascii=False)}; see its log"
        )
    return answer

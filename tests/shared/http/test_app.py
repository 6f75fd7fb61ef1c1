"""What every service answers beside its tables: problems, health, metrics, documents (interfaces.md §3)."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from shared.contracts.registry import MunicipalityCode
from shared.contracts.values import Id, NewId
from shared.deciding import Command
from shared.http.guard import Guard
from shared.http.health import Part, Ready
from shared.http.language import preferred
from shared.http.operations import Edge, Operation
from shared.http.overview import SWAGGER
from shared.http.problem import PATTERNS, SENTENCES, TITLES, field_errors
from shared.http.uploading import IN_HAND, Uploading
from shared.policy.role import REGISTRY_OFFICER
from tests.shared.http.inn import NOT_BOOKED, UPLOADS, Book, Inn, Move, accepting, token
from tests.shared.http.services import SERVICES, tables
from tests.shared.http.test_commands import KEYS, booked, post, reason

# Problems


async def test_an_unknown_path_is_a_problem(officer: httpx.AsyncClient) -> None:
    """404 like any other, also with a slash too many."""
    assert reason(await officer.get("/v1/unknown")) == (404, "not-found")
    assert reason(await officer.get("/v1/bookings/")) == (404, "not-found")


async def test_a_method_that_is_not_used_is_a_problem(officer: httpx.AsyncClient) -> None:
    """405 with all that is allowed, and what to do said beside the title."""
    answer = await officer.delete("/v1/bookings")
    assert reason(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert "Allow" in answer.json()["detail"]


async def test_an_answer_in_a_language_says_so(officer: httpx.AsyncClient) -> None:
    """A cache that lies between must not give one reader's words to another; an answer without words is one for all."""
    english = {"accept-language": "en"}
    place = (await booked(officer)).headers["location"]
    for path in ("/v1/bookings", place, "/v1/unknown"):
        answer = await officer.get(path, headers=english)
        assert answer.headers["content-language"] == "en"
        assert "Accept-Language" in answer.headers["vary"].split(", ")
    assert "content-language" not in (await officer.get("/api-info")).headers


async def test_figures_are_grouped_as_the_reader_does(officer: httpx.AsyncClient) -> None:
    """A space in Swedish, a comma in English."""
    large = {"table": 1, "on": "x" * 1024 * 1024}
    for language, figure in (("sv", "1\N{NO-BREAK SPACE}048\N{NO-BREAK SPACE}576"), ("en", "1,048,576")):
        answer = await post(officer, "/v1/bookings", large, **{"Accept-Language": language})
        assert reason(answer) == (413, "body-too-large")
        assert figure in answer.json()["detail"]


async def test_where_no_parameter_is_taken_it_is_said(officer: httpx.AsyncClient) -> None:
    """A list of nothing tells nobody what to do."""
    place = (await booked(officer)).headers["location"]
    answer = await officer.get(place, params={"page": "2"})
    assert answer.json()["detail"] == "page: finns inte; här tas inga parametrar emot."


async def test_each_problem_has_a_type_and_the_number_of_its_request(officer: httpx.AsyncClient) -> None:
    """A program goes by type and reason, a person by the texts, an operator by the number."""
    answer = await officer.get("/v1/unknown")
    body = answer.json()
    assert body["type"] == "urn:medverka:problem:not-found"
    assert (body["title"], body["instance"][:9]) == (TITLES[404].sv, "urn:uuid:")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "sv"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("sv", "sv"), ("sv-SE, en", "sv"), ("en, sv;q=0.9", "en"),
        ("en;q=0.5, sv;q=0.4", "en"), ("de", "sv"), ("*", "sv"), ("*, en;q=0.5", "sv"), ("en;q=0", "sv"), ("en;q=x", "sv"),
        (";;,,=", "sv"),
    ],
)  # fmt: skip
def test_swedish_comes_first(header: str, language: str) -> None:
    """English only where it is asked for before Swedish; nothing in the header can fail."""
    assert preferred(header) == language


def test_every_swedish_sentence_can_be_said() -> None:
    """Its values are those that the library gives with the fault."""
    values = dict.fromkeys(("min_length", "max_length", "pattern", "expected", "ge", "le", "gt", "lt"), 1)
    assert all(sentence.format_map(values) for sentence in SENTENCES.values())


class Filled(BaseModel):
    """What an officer fills in."""

    municipality: MunicipalityCode
    until: NewId


def test_a_pattern_is_said_in_words() -> None:
    """Nobody is shown a regular expression, and a check of our own is said in Swedish too."""
    with pytest.raises(ValidationError) as refused:
        Filled.model_validate({"municipality": "98", "until": "x"})
    assert field_errors(refused.value.errors()) == [
        ("/municipality", ("ska ha fyra siffror", "must be four digits")),
        ("/until", ("ska vara en UUIDv7 med små bokstäver", "must be a UUIDv7 in lower case")),
    ]


def patterns(schema: Any) -> set[str]:
    """Give every pattern of a schema, however deep."""
    if isinstance(schema, list):
        return set().union(*map(patterns, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
    return own.union(*map(patterns, schema.values()))


@pytest.mark.parametrize("service", [service for service in SERVICES if service != "inn"])
def test_every_pattern_has_words(service: str) -> None:
    """Each pattern that a request's body can break."""
    commands = [row.command for row in tables(service) if isinstance(row, Operation)]
    assert patterns([command.model_json_schema() for command in commands]) <= PATTERNS.keys()


# Documents


async def test_documents(officer: httpx.AsyncClient) -> None:
    """Either way a service is described: for callers, for followers, for a catalogue."""
    assert (await officer.get("/asyncapi.json")).json() == {"asyncapi": "3.0.0"}
    info = (await officer.get("/api-info")).json()
    assert info.keys() == {"apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"}
    page = (await officer.get(info["apiDocumentation"], headers={"authorization": ""})).text
    assert "/v1/bookings/{bookingId}/moves" in page
    assert not re.search(r"<script|<link|src=|@import|url\(", page)
    assert "swagger-ui" in (await officer.get(SWAGGER, headers={"authorization": ""})).text


async def whole(client: httpx.AsyncClient) -> dict[str, Any]:
    """Give the OpenAPI document."""
    document: dict[str, Any] = (await client.get("/openapi.json")).json()
    return document


async def test_the_document_has_every_path_and_its_rights(officer: httpx.AsyncClient) -> None:
    """Each row of the tables, who may, and the button that Swagger authorises with."""
    document = await whole(officer)
    assert document["openapi"].startswith("3.1")
    assert {f"{method} {path}" for path, methods in document["paths"].items() for method in methods} == {
        "post /v1/bookings", "get /v1/bookings", "get /v1/bookings/{bookingId}", "post /v1/bookings/{bookingId}/moves",
        "post /v1/bookings/lookups",
        "post /v1/bookings/{bookingId}/servings", "post /v1/seasons/{year}/openings", "post /v1/cards",
        "get /v1/code-lists", "get /v1/interpretations", "get /v1/checkpoints/{log}",
    }  # fmt: skip
    assert "`registry-officer`" in document["paths"]["/v1/bookings"]["post"]["description"]
    assert document["security"] == [{"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


async def test_a_body_is_described_as_it_is_taken(officer: httpx.AsyncClient) -> None:
    """Neither what the path, the clock and we give, nor anything unknown: closed, however deep."""
    document = await whole(officer)
    body = document["paths"]["/v1/bookings"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"].keys() == {"table", "on", "guests", "host", "dnr"}
    assert body["properties"]["host"]["anyOf"][0] == {
        "type": "string", "minLength": 1, "maxLength": 40, "x-personal": True,
    }  # fmt: skip
    assert set(body["required"]) == {"table", "on", "dnr"}
    assert body["additionalProperties"] is False
    assert document["components"]["schemas"]["Guest"]["additionalProperties"] is False
    serving = document["paths"]["/v1/bookings/{bookingId}/servings"]["post"]["requestBody"]
    assert "dnr" not in serving["content"]["application/json"]["schema"]["required"]


async def test_headers_and_filters_are_described(officer: httpx.AsyncClient) -> None:
    """The key is required, the condition is not; filters have their kind."""
    document = await whole(officer)
    posting = {p["name"]: p for p in document["paths"]["/v1/bookings"]["post"]["parameters"]}
    assert (posting["Idempotency-Key"]["required"], posting["If-Match"]["required"]) == (True, False)
    asking = {p["name"]: p["schema"] for p in document["paths"]["/v1/bookings"]["get"]["parameters"]}
    assert asking.keys() >= {"tableNumber", "onDay", "isServed", "limit", "cursor", "Medverka-After"}
    assert asking["onDay"] == {"type": "string", "format": "date"}
    year = document["paths"]["/v1/seasons/{year}/openings"]["post"]["parameters"][0]
    assert (year["name"], year["schema"]["minimum"]) == ("year", 2000)


# A document as body


async def hand_in(client: httpx.AsyncClient, card: bytes, media: str = "text/plain") -> httpx.Response:
    """Hand in a card."""
    headers = {"content-type": media, "Idempotency-Key": f"k{next(KEYS)}", "Medverka-Dnr": "RS 2026/3"}
    return await client.post("/v1/cards", content=card, headers=headers)


async def test_a_document_becomes_a_command(inn: Inn, officer: httpx.AsyncClient) -> None:
    """201 with the resource, like any operation."""
    answer = await hand_in(officer, b"7 2026-03-05")
    assert (answer.status_code, answer.json()["tableNumber"]) == (201, 7)
    assert answer.headers["location"].startswith("/v1/bookings/")
    assert inn.append.submitted[0].dnr == "RS 2026/3"


async def test_a_document_may_ask_for_nothing(inn: Inn, officer: httpx.AsyncClient) -> None:
    """200 says so, whether it is empty or what it asks for is known."""
    await hand_in(officer, b"7 2026-03-05")
    for card in (b"", b"7 2026-03-05"):
        answer = await hand_in(officer, card)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "already-booked"})
    assert len(inn.store.events) == 1


async def test_a_document_is_made_a_command_again_when_another_came_in_between(inn: Inn) -> None:
    """Refused as it says, it is read against what that one made; once, so that nobody waits for ever."""
    id_, now = Id("01930000-0000-7000-8000-00000000b001"), inn.clock.now()
    refused, right = Move(at=now, booking_id=id_, table=7), Book(at=now, booking_id=id_, table=7, on=date(2026, 3, 5))

    for first, second, status in ((refused, refused, 409), (refused, right, 201)):
        commands: list[Command] = [first, second]

        async def made(_card: object, _edge: Edge, commands: list[Command] = commands) -> Command | None:
            return commands.pop(0)

        upload = replace(UPLOADS[0], command=made, again_on=NOT_BOOKED)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(inn.app([upload])), base_url="http://inn") as client:
            client.headers["authorization"] = f"Bearer {token(REGISTRY_OFFICER)}"
            answer = await hand_in(client, b"7 2026-03-05")
        assert (answer.status_code, commands) == (status, [])


async def test_few_documents_are_in_memory_at_once(officer: httpx.AsyncClient) -> None:
    """The others wait at their senders, where they cost us nothing."""
    begun, go = asyncio.Semaphore(0), asyncio.Event()
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        sent += 1
        begun.release()
        await go.wait()
        yield b""

    headers = {"content-type": "text/plain", "Medverka-Dnr": "RS 2026/3"}
    posts = [
        asyncio.create_task(
            officer.post("/v1/cards", content=body(), headers=headers | {"Idempotency-Key": f"many-{n}"})
        )
        for n in range(IN_HAND + 3)
    ]
    for _ in range(IN_HAND):
        await begun.acquire()
    for _ in range(100):
        await asyncio.sleep(0)
    assert sent == IN_HAND
    go.set()
    assert [answer.status_code for answer in await asyncio.gather(*posts)] == [200] * len(posts)


async def test_a_document_that_does_not_arrive_gives_its_place_to_others(inn: Inn) -> None:
    """408 after a while."""

    async def body() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    around = SimpleNamespace(reading=inn.reading, clock=inn.clock)
    uploading = Uploading(UPLOADS[0], None, around, patience_s=0.01)  # type: ignore[arg-type]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await uploading(Request(scope, receive))
        await response(scope, receive, send)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Guard(app, accepting(inn.clock))), base_url="http://inn"
    ) as client:
        headers = {
            "content-type": "text/plain",
            "Idempotency-Key": "k",
            "authorization": f"Bearer {token(REGISTRY_OFFICER)}",
        }
        answer = await client.post("/v1/cards", content=body(), headers=headers)
    assert reason(answer) == (408, "body-too-slow")


async def test_a_document_that_cannot_be_read_says_why(officer: httpx.AsyncClient) -> None:
    """422 with its own code; 415 and 413 by its own format and size."""
    assert reason(await hand_in(officer, b"seven")) == (422, "card-unreadable")
    assert reason(await hand_in(officer, b"7 2026-03-05", "application/json")) == (415, "media-type-not-taken")
    assert reason(await hand_in(officer, b"7" * 65)) == (413, "body-too-large")
    auditor = {"authorization": f"Bearer {token('auditor')}"}
    assert reason(await officer.post("/v1/cards", content=b"", headers=auditor)) == (403, "role-may-not")
    unnumbered = {"content-type": "text/plain", "Idempotency-Key": "k", "Medverka-Dnr": ""}
    answer = await officer.post("/v1/cards", content=b"", headers=unnumbered)
    assert reason(answer) == (400, "medverka-dnr-unreadable")


# Health


async def test_readiness_names_each_part(inn: Inn, officer: httpx.AsyncClient) -> None:
    """200 only if all are ready; each says how it is."""
    ready = await officer.get("/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    inn.parts["database"] = Part(ok=False, detail="does not answer")
    answer = await officer.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["parts"] == {"database": {"ok": False, "detail": "does not answer"}}
    assert (await officer.get("/health/live")).status_code == 200


async def test_a_part_that_fails_or_hangs_is_not_ready() -> None:
    """And the others are told all the same."""

    async def fails() -> Part:
        raise ConnectionRefusedError("811218-9876")

    async def hangs() -> Part:
        await asyncio.Event().wait()
        raise AssertionError

    async def works() -> Part:
        return Part(ok=True, detail="answers")

    ready = Ready("inn", {"broker": fails, "lag": hangs, "database": works}, patience_s=0.01)
    answer = bytes((await ready(None)).body).decode()  # type: ignore[arg-type] # the request is not looked at
    assert '"broker":{"ok":false,"detail":"ConnectionRefusedError"}' in answer
    assert '"lag":{"ok":false,"detail":"no answer in 0.01 s"}' in answer
    assert '"database":{"ok":true,"detail":"answers"}' in answer


async def test_metrics_count_requests_by_the_tables_path(officer: httpx.AsyncClient) -> None:
    """An id would make a series of its own for each resource, and could name somebody."""
    place = (await booked(officer)).headers["location"]
    await officer.get(place)
    text = (await officer.get("/metrics")).text
    assert 'medverka_http_seconds_count{method="GET",path="/v1/bookings/{bookingId}",status="200"}' in text
    assert place.rpartition("/")[2] not in text
    for name in ("medverka_append_seconds", "medverka_append_group_size", "medverka_progress_age_seconds"):
        assert f"# HELP {name}" in text

"""An operation over HTTP: request → command → answer (interfaces.md §3)."""

from itertools import count
from typing import Any

import asyncpg
import httpx
import pytest

from shared.log.append import Busy, Failed
from tests.shared.http.inn import LOG, NOW, Book, Inn, token

BOOKING = {"table": 7, "on": "2026-03-05", "dnr": "RS 2026/1"}
KEYS = count()


async def post(client: httpx.AsyncClient, path: str, body: Any, **headers: str) -> httpx.Response:
    """Send a command under a key of its own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(path, json=body, headers={"Idempotency-Key": f"k{next(KEYS)}"} | named)


async def booked(client: httpx.AsyncClient, **more: Any) -> httpx.Response:
    """Book a table."""
    return await post(client, "/v1/bookings", BOOKING | more)


def reason(answer: httpx.Response) -> tuple[int, str]:
    """Give status and code of a problem, seen to be one."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert {"type", "title", "detail"} <= body.keys()
    return answer.status_code, body["reason"]


def pointers(answer: httpx.Response) -> list[str]:
    """Give where a body is not valid."""
    assert reason(answer) == (422, "not-valid")
    return [error["pointer"] for error in answer.json()["errors"]]


async def test_all_faults_come_at_once(officer: httpx.AsyncClient) -> None:
    """What is missing, what is unknown and what is not valid stand in one answer, the diary number among them."""
    assert pointers(await post(officer, "/v1/bookings", {})) == ["/dnr", "/table", "/on"]
    answer = await post(officer, "/v1/bookings", {"table": 0, "cook": 1, "dnr": ""})
    assert pointers(answer) == ["/dnr", "/cook", "/table", "/on"]


@pytest.mark.parametrize(("language", "said"), [("sv", "ska vara ett namn"), ("en", "must be a name")])
async def test_a_personal_fields_fault_is_said_in_the_readers_language(
    officer: httpx.AsyncClient, language: str, said: str
) -> None:
    """What it must be, and never what was written there."""
    answer = await post(officer, "/v1/bookings", {**BOOKING, "host": ["Eva"]}, **{"Accept-Language": language})
    assert answer.json()["errors"] == [{"pointer": "/host", "detail": said}]
    assert "Eva" not in answer.text


# What is accepted


async def test_a_new_resource_is_answered_with_its_row(inn: Inn, officer: httpx.AsyncClient) -> None:
    """201, the resource, where it is read, its version, and the place of its last event."""
    answer = await booked(officer, guests=[{"seat": 1, "vegetarian": True}])
    assert answer.status_code == 201
    row = answer.json()
    assert row["tableNumber"] == 7
    assert row["guests"] == [{"seat": 1, "vegetarian": True}]
    assert answer.headers["location"] == f"/v1/bookings/{row['key'].removeprefix('booking/')}"
    assert (answer.headers["etag"], answer.headers["medverka-index"]) == ('"1"', f"{LOG}:0")
    again = (await officer.get(answer.headers["location"])).json()
    assert {name: again[name] for name in row} == row
    assert len(inn.store.log(LOG)) == 1


async def test_a_change_is_answered_with_the_changed_row(officer: httpx.AsyncClient) -> None:
    """200, with the stream's new version; nothing new, so no Location."""
    place = (await booked(officer)).headers["location"]
    answer = await post(officer, f"{place}/moves", {"table": 8, "dnr": "RS 2026/2"})
    assert (answer.status_code, answer.json()["tableNumber"]) == (200, 8)
    assert (answer.headers["etag"], answer.headers["medverka-index"]) == ('"2"', f"{LOG}:1")
    assert "location" not in answer.headers


async def test_what_is_so_already_gives_no_event(officer: httpx.AsyncClient) -> None:
    """The resource as it is, without the place of an event that there is none of."""
    place = (await booked(officer)).headers["location"]
    answer = await post(officer, f"{place}/moves", {"table": 7, "dnr": "RS 2026/2"})
    assert (answer.status_code, answer.json()["tableNumber"], answer.headers["etag"]) == (200, 7, '"1"')
    assert "medverka-index" not in answer.headers


async def test_the_command_says_who_when_and_why(inn: Inn, officer: httpx.AsyncClient) -> None:
    """The principal, the role, the time of the request and the diary number; ids are new; the caller's key stays unknown."""
    await officer.post("/v1/bookings", json=BOOKING, headers={"Idempotency-Key": "mine"})
    [submission] = inn.append.submitted
    assert (submission.actor, submission.role, submission.dnr) == ("officer-1", "registry-officer", "RS 2026/1")
    assert submission.recorded_at == submission.command.at == NOW
    assert isinstance(submission.command, Book)
    assert submission.command.booking_id[14] == "7"
    assert "mine" not in submission.key


async def test_a_decisions_diary_number_counts(inn: Inn) -> None:
    """Where the command has a decision, no other number is asked for."""
    decision = {"dnr": "RS 2026/9", "decidedOn": "2026-03-01", "decidedByRole": "executive-board"}
    headers = {"authorization": f"Bearer {token('procurement-office', 'registry-officer')}"}
    transport = httpx.ASGITransport(inn.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://inn", headers=headers) as client:
        place = (await booked(client)).headers["location"]
        answer = await post(client, f"{place}/servings", {"board": "education", "decision": decision})
        assert answer.status_code == 200
        assert inn.append.submitted[-1].dnr == "RS 2026/9"
        missing = await post(client, f"{place}/servings", {"board": "education"})
        assert pointers(missing) == ["/decision"]


async def test_a_number_in_the_path_is_read_as_one(officer: httpx.AsyncClient) -> None:
    """A year in the path becomes the command's; what is no year is not there."""
    assert (await post(officer, "/v1/seasons/2026/openings", {"dnr": "x"})).json() == {
        "key": "season/2026",
        "year": 2026,
    }
    for year in ("1999", "next", "2026.5", "%00", "a%20b"):
        assert reason(await post(officer, f"/v1/seasons/{year}/openings", {"dnr": "x"})) == (404, "not-found")


async def test_a_personal_field_is_sealed_and_shown_to_those_who_may(inn: Inn, officer: httpx.AsyncClient) -> None:
    """In clear for who writes it and who is named, redacted for others and once its key is gone, and never in the log."""
    answer = await booked(officer, host="Kanarie")
    assert answer.json()["host"] == "Kanarie"
    place = answer.headers["location"]
    for roles, shown in {
        ("auditor",): {"redacted": True}, ("auditor", "registry-officer"): "Kanarie", ("executive-office",): "Kanarie",
    }.items():  # fmt: skip
        asking = {"authorization": f"Bearer {token(*roles)}"}
        assert (await officer.get(place, headers=asking)).json()["host"] == shown
    listed = await officer.get("/v1/bookings", headers={"authorization": f"Bearer {token('executive-office')}"})
    assert listed.json()["items"][0]["host"] == {"redacted": True}
    assert (await officer.get(place)).json()["host"] == "Kanarie"
    await inn.keys.destroy(f"contact/{place.rpartition('/')[2]}")
    assert (await officer.get(place)).json()["host"] == {"redacted": True}
    assert all(b"Kanarie" not in data for data in inn.store.log(LOG))


# Sent again


async def test_the_same_request_again_gives_the_same_answer(inn: Inn, officer: httpx.AsyncClient) -> None:
    """Whatever has happened since: the answer is that of then, and nothing is done twice."""
    first = await officer.post("/v1/bookings", json=BOOKING, headers={"Idempotency-Key": "one"})
    await post(officer, f"{first.headers['location']}/moves", {"table": 8, "dnr": "RS 2026/2"})
    again = await officer.post("/v1/bookings", json=BOOKING, headers={"Idempotency-Key": "one"})
    for name in ("location", "etag", "medverka-index"):
        assert again.headers[name] == first.headers[name]
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(inn.store.log(LOG)) == 2


async def test_a_refusal_is_judged_anew(officer: httpx.AsyncClient) -> None:
    """A key under which nothing came of it is free."""
    path, body, key = "/v1/bookings/unknown/moves", {"table": 8, "dnr": "x"}, {"Idempotency-Key": "one"}
    for _ in range(2):
        assert reason(await officer.post(path, json=body, headers=key)) == (404, "not-booked")


async def test_a_key_of_another_request_is_not_valid(officer: httpx.AsyncClient) -> None:
    """The same key with another body is a mistake of the caller's."""
    await officer.post("/v1/bookings", json=BOOKING, headers={"Idempotency-Key": "one"})
    other = await officer.post("/v1/bookings", json=BOOKING | {"table": 8}, headers={"Idempotency-Key": "one"})
    assert reason(other) == (422, "idempotency-key-reused")


async def test_a_key_is_the_principals_and_the_paths_own(inn: Inn, officer: httpx.AsyncClient) -> None:
    """Another principal, or another path, may use the same key."""
    key = {"Idempotency-Key": "one"}
    place = (await officer.post("/v1/bookings", json=BOOKING, headers=key)).headers["location"]
    other = key | {"authorization": f"Bearer {token('registry-officer', sub='officer-2')}"}
    assert (await officer.post("/v1/bookings", json=BOOKING, headers=other)).status_code == 201
    assert (await officer.post(f"{place}/moves", json={"table": 8, "dnr": "x"}, headers=key)).status_code == 200
    assert len(inn.store.log(LOG)) == 3


# On a condition


async def test_a_command_can_be_conditional(officer: httpx.AsyncClient) -> None:
    """If-Match with the version that was read goes through; with an older one the command is not carried out."""
    place = (await booked(officer)).headers["location"]
    moved = await post(officer, f"{place}/moves", {"table": 8, "dnr": "x"}, If_Match='"1"')
    assert moved.status_code == 200
    late = await post(officer, f"{place}/moves", {"table": 9, "dnr": "x"}, If_Match='"1"')
    assert reason(late) == (412, "version-taken")
    assert late.headers["etag"] == '"2"'


@pytest.mark.parametrize("condition", ["7", "*", '"x"', 'W/"1"', '"1", "2"'])
async def test_a_condition_of_another_kind_is_unreadable(officer: httpx.AsyncClient, condition: str) -> None:
    """An ETag of ours is what counts; to guess what else was meant would carry out what was not wanted."""
    answer = await post(officer, "/v1/bookings", BOOKING, If_Match=condition)
    assert reason(answer) == (400, "if-match-unreadable")


# What is not accepted


async def test_what_is_refused_of_something_unknown_is_not_found(officer: httpx.AsyncClient) -> None:
    """404, in the rule's own words: what the path names is not there."""
    answer = await post(officer, "/v1/bookings/unknown/moves", {"table": 8, "dnr": "x"})
    assert reason(answer) == (404, "not-booked")


async def test_a_refusal_says_its_clause(officer: httpx.AsyncClient) -> None:
    """409 with the clause, a stable code and a sentence, Swedish first."""
    booked_ = await post(officer, "/v1/bookings", BOOKING)
    answer = await post(officer, f"{booked_.headers['location']}/moves", {"table": 13, "dnr": "x"})
    assert reason(answer) == (409, "no-table-13")
    assert (answer.json()["clause"], answer.json()["detail"]) == ("GS-3", "Det finns inget bord 13.")
    assert answer.headers["content-language"] == "sv"
    english = await post(
        officer, "/v1/bookings/unknown/moves", {"table": 8, "dnr": "x"}, Accept_Language="en, sv;q=0.5"
    )
    assert (english.json()["detail"], english.headers["content-language"]) == ("The table is not booked.", "en")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"table": 0}, ["/table"]),
        ({"table": "7"}, ["/table"]),
        ({"table": 7.5}, ["/table"]),
        ({"table": True}, ["/table"]),
        ({"on": 5}, ["/on"]),
        ({"on": "2026-02-30"}, ["/on"]),
        ({"on": "2026-03-05T00:00:00Z"}, ["/on"]),
        ({"guests": [{"seat": 1}, {"seat": 9}]}, ["/guests/1/seat"]),
        ({"guests": [{"seat": 1, "vegetarian": "yes"}]}, ["/guests/0/vegetarian"]),
        ({"guests": [{"seat": 1, "a/b~": 2}]}, ["/guests/0/a~1b~0"]),
        ({"guests": {}}, ["/guests"]),
        ({"unknown": 1, "other": 2}, ["/other", "/unknown"]),
        ({"at": "2026-01-01T00:00:00Z"}, ["/at"]),
        ({"bookingId": "x"}, ["/bookingId"]),
        ({"booking_id": "x"}, ["/booking_id"]),
        ({"dnr": ""}, ["/dnr"]),
        ({"dnr": 7}, ["/dnr"]),
        ({"dnr": None}, ["/dnr"]),
        ({"host": {"keyRef": "k", "alg": "A256GCM", "nonce": "AAAA", "ciphertext": "AAAA"}}, ["/host"]),
        ({"host": "a\0b"}, ["/host"]),
        ({"guests": [{"seat": 1, "a\0": 1}]}, ["/guests/0"]),
    ],
)
async def test_what_is_not_valid_is_pointed_at(
    inn: Inn, officer: httpx.AsyncClient, change: dict[str, Any], where: list[str]
) -> None:
    """422 with a JSON pointer to each fault, and nothing is done."""
    assert pointers(await booked(officer, **change)) == where
    assert inn.store.events == []


async def test_a_fault_is_told_in_both_languages_and_never_quoted(officer: httpx.AsyncClient) -> None:
    """The sentence says what would be right; what was given can be personal and is not repeated."""
    swedish = await booked(officer, on="811218-9876")
    english = await post(officer, "/v1/bookings", BOOKING | {"on": "811218-9876"}, Accept_Language="en")
    assert swedish.json()["errors"][0]["detail"] == "ska vara ett datum, ÅÅÅÅ-MM-DD"
    assert "date" in english.json()["errors"][0]["detail"]
    assert "9876" not in swedish.text + english.text


async def test_who_records_something_gives_a_diary_number(officer: httpx.AsyncClient) -> None:
    """What was decided without a number cannot be found again."""
    assert pointers(await post(officer, "/v1/bookings", {"table": 7, "on": "2026-03-05"})) == ["/dnr"]


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'{"a": NaN}', b"{'a': 1}", b'"\\ud800"', b"[" * 100_000])
async def test_what_is_no_json_is_unreadable(officer: httpx.AsyncClient, data: bytes) -> None:
    """400, however it is broken."""
    headers = {"Idempotency-Key": "k", "content-type": "application/json"}
    assert reason(await officer.post("/v1/bookings", content=data, headers=headers)) == (400, "body-unreadable")


@pytest.mark.parametrize("data", ["[]", "7", "null", '"x"'])
async def test_another_json_value_is_not_valid(officer: httpx.AsyncClient, data: str) -> None:
    """A body is an object."""
    headers = {"Idempotency-Key": "k", "content-type": "application/json"}
    assert pointers(await officer.post("/v1/bookings", content=data, headers=headers)) == [""]


@pytest.mark.parametrize(("size", "status"), [(1024 * 1024 - 1, 400), (1024 * 1024, 400), (1024 * 1024 + 1, 413)])
@pytest.mark.parametrize("told", [True, False], ids=["length told", "in parts"])
async def test_a_body_over_a_mebibyte_is_too_large(
    officer: httpx.AsyncClient, size: int, status: int, *, told: bool
) -> None:
    """413, whether its length is told or found out while it comes."""

    async def parts() -> Any:
        for start in range(0, size, 65_536):
            yield b"x" * min(65_536, size - start)

    headers = {"Idempotency-Key": "k", "content-type": "application/json"}
    answer = await officer.post("/v1/bookings", content=b"x" * size if told else parts(), headers=headers)
    assert reason(answer)[0] == status


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "", "application/jsonx"])
async def test_another_format_is_not_taken(officer: httpx.AsyncClient, media: str) -> None:
    """415, and it says what is."""
    headers = {"Idempotency-Key": "k", "content-type": media}
    answer = await officer.post("/v1/bookings", content=b"{}", headers=headers)
    assert reason(answer) == (415, "media-type-not-taken")
    assert "application/json" in answer.json()["detail"]


async def test_a_format_may_have_parameters(officer: httpx.AsyncClient) -> None:
    """`application/json; charset=utf-8` is JSON."""
    headers = {"Idempotency-Key": "k", "content-type": "Application/JSON; charset=utf-8"}
    body = b'{"table": 7, "on": "2026-03-05", "dnr": "x"}'
    assert (await officer.post("/v1/bookings", content=body, headers=headers)).status_code == 201


async def test_a_command_needs_a_key(officer: httpx.AsyncClient) -> None:
    """400 without one, or with one that could not be a header's value."""
    assert reason(await officer.post("/v1/bookings", json=BOOKING)) == (400, "idempotency-key-missing")
    for key in ("", "a b", "x" * 256):
        answer = await officer.post("/v1/bookings", json=BOOKING, headers={"Idempotency-Key": key})
        assert reason(answer) == (400, "idempotency-key-unreadable")
    assert (await officer.post("/v1/bookings", json=BOOKING, headers={"Idempotency-Key": "x" * 255})).status_code == 201


async def test_nothing_is_added_about_an_erased_person(inn: Inn, officer: httpx.AsyncClient) -> None:
    """409: the key is gone for ever; what names nobody is recorded as before."""
    place = (await booked(officer, host="Eva")).headers["location"]
    await inn.keys.destroy(f"contact/{place.rpartition('/')[2]}")
    answer = await post(officer, f"{place}/moves", {"table": 8, "dnr": "x", "note": "Eva vill det"})
    assert reason(answer) == (409, "person-erased")
    assert (await post(officer, f"{place}/moves", {"table": 8, "dnr": "x"})).status_code == 200


# When it cannot be done now


async def test_a_full_queue_is_told_with_when_to_come_again(inn: Inn, officer: httpx.AsyncClient) -> None:
    """503 with Retry-After: nothing was done."""
    inn.append.instead = Busy("too many wait")
    answer = await booked(officer)
    assert reason(answer) == (503, "busy")
    assert answer.headers["retry-after"] == "1"
    assert "too many" not in answer.text


@pytest.mark.parametrize("lost", [ConnectionResetError(), asyncpg.ConnectionDoesNotExistError("gone"), TimeoutError()])
async def test_a_lost_database_is_told_like_that(inn: Inn, officer: httpx.AsyncClient, lost: Exception) -> None:
    """503: whether it was done is unknown, and the same key finds out."""
    inn.append.instead = lost
    answer = await booked(officer)
    assert reason(answer) == (503, "store-lost")
    assert "Idempotency-Key" in answer.json()["detail"]


@pytest.mark.parametrize("how", [RuntimeError("811218-9876"), Failed(RuntimeError("811218-9876"))])
async def test_what_nobody_foresaw_is_a_problem_without_a_trace(inn: Inn, officer: httpx.AsyncClient, how: Any) -> None:
    """500 with the number under which it was logged, and nothing of what went wrong."""
    inn.append.instead = how
    answer = await booked(officer)
    assert reason(answer) == (500, "failed")
    assert answer.json()["instance"].startswith("urn:uuid:")
    assert "RuntimeError" not in answer.text
    assert "9876" not in answer.text


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
async def test_a_day_that_nothing_is_of_is_not_valid(officer: httpx.AsyncClient, day: str) -> None:
    """A slip of the pen is said at its place, before anything is decided on it."""
    answer = await booked(officer, onDay=day)
    assert reason(answer) == (422, "not-valid")
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/onDay"]

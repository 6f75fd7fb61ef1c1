"""A question over HTTP: pages, filters, one resource, and waiting for what has happened (interfaces.md §3)."""

import asyncio
import csv
import io
from collections.abc import Mapping
from datetime import date

import httpx
import pytest
from typing_extensions import override

from shared.http import table
from shared.http.reading import Waiting
from tests.shared.http.inn import LOG, Inn, MemoryReading, token
from tests.shared.http.test_commands import booked, post, reason


async def some(client: httpx.AsyncClient, count: int) -> list[str]:
    """Book tables 1, 2, …; give their keys in order."""
    return sorted([(await booked(client, table=n + 1)).json()["key"] for n in range(count)])


# Pages


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
async def test_pages_show_everything_once(officer: httpx.AsyncClient, limit: int) -> None:
    """From cursor to cursor until there is none, whatever the page's size, each row comes once and in order."""
    keys = await some(officer, 7)
    found: list[str] = []
    parameters: dict[str, str | int] = {"limit": limit}
    while True:
        page = (await officer.get("/v1/bookings", params=parameters)).json()
        assert len(page["items"]) <= limit
        found += [row["key"] for row in page["items"]]
        if page["next"] is None:
            break
        parameters["cursor"] = page["next"]
    assert found == keys


async def test_a_page_goes_on_after_what_was_added_before(officer: httpx.AsyncClient) -> None:
    """A cursor is a place, not a count: what comes in between neither repeats nor hides a row."""
    keys = await some(officer, 4)
    first = (await officer.get("/v1/bookings", params={"limit": 2})).json()
    later = (await booked(officer, table=9)).json()["key"]
    second = (await officer.get("/v1/bookings", params={"limit": 9, "cursor": first["next"]})).json()
    assert [row["key"] for row in first["items"] + second["items"]] == [*keys, later]


async def test_an_empty_list_is_an_empty_page(officer: httpx.AsyncClient) -> None:
    """Nothing there is an answer, not a problem."""
    assert (await officer.get("/v1/bookings")).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("parameters", "tables"),
    [
        ({"tableNumber": "2"}, [2]),
        ({"onDay": "2026-03-05"}, [1, 2, 3]),
        ({"onDay": "2026-03-06"}, []),
        ({"isServed": "false"}, [1, 2, 3]),
        ({"isServed": "true"}, []),
        ({"tableNumber": "2", "onDay": "2026-03-06"}, []),
    ],
)
async def test_filters_are_named_fields(
    officer: httpx.AsyncClient, parameters: dict[str, str], tables: list[int]
) -> None:
    """Each narrows the list by its own kind of value."""
    await some(officer, 3)
    page = (await officer.get("/v1/bookings", params=parameters)).json()
    assert [row["tableNumber"] for row in page["items"]] == tables


@pytest.mark.parametrize(
    "asked",
    [
        "offset=1", "table_number=2", "limit=0", "limit=201", "limit=x", "limit=", "limit=1&limit=2", "cursor=%00",
        "cursor=ÅÄÖ", "cursor=abc", "tableNumber=x", "tableNumber=1.5", "tableNumber=99999999999", "onDay=2026-02-30",
        "onDay=20260305", "isServed=ja", "isServed=", "key=%00",
    ],
)  # fmt: skip
async def test_a_parameter_that_is_not_taken_is_told(officer: httpx.AsyncClient, asked: str) -> None:
    """400 names it: a filter that is passed over would show what was not asked for."""
    answer = await officer.get(f"/v1/bookings?{asked}")
    assert reason(answer) == (400, "parameter-not-taken")
    assert answer.json()["detail"].startswith(asked.partition("=")[0] + ":")


async def test_the_largest_page_has_two_hundred(officer: httpx.AsyncClient) -> None:
    """limit=200 is taken."""
    assert (await officer.get("/v1/bookings", params={"limit": 200})).status_code == 200


# One


async def test_one_resource_has_its_version(officer: httpx.AsyncClient) -> None:
    """ETag is the stream's version, which a command can be conditional on."""
    place = (await booked(officer)).headers["location"]
    assert (await officer.get(place)).headers["etag"] == '"1"'
    await post(officer, f"{place}/moves", {"table": 8, "dnr": "x"})
    answer = await officer.get(place)
    assert (answer.headers["etag"], answer.json()["tableNumber"]) == ('"2"', 8)


async def test_a_version_is_never_newer_than_the_row(inn: Inn, officer: httpx.AsyncClient) -> None:
    """While the views lag behind, the version lags too: If-Match must not pass over what its reader has not seen."""
    place = (await booked(officer)).headers["location"]
    await post(officer, f"{place}/moves", {"table": 8, "dnr": "x"})
    inn.reading.seen = 1
    answer = await officer.get(place)
    assert (answer.headers["etag"], answer.json()["tableNumber"]) == ('"1"', 7)


@pytest.mark.parametrize("id_", ["unknown", "%00", "a%20b", "å"])
async def test_what_is_not_there_is_not_found(officer: httpx.AsyncClient, id_: str) -> None:
    """404, also where nothing can be."""
    assert reason(await officer.get(f"/v1/bookings/{id_}")) == (404, "not-found")


async def test_one_resource_takes_no_parameters(officer: httpx.AsyncClient) -> None:
    """An unknown parameter is 400 here too."""
    assert reason(await officer.get("/v1/bookings/x?limit=1")) == (400, "parameter-not-taken")


async def test_what_depends_on_the_day_is_computed_when_asked(inn: Inn, officer: httpx.AsyncClient) -> None:
    """The clock's Stockholm day counts, and the language of the asker."""
    place = (await booked(officer)).headers["location"]
    assert (await officer.get(place)).json()["isPast"] is False
    inn.clock.time = inn.clock.time.replace(day=5, hour=23, minute=30)  # the 6th in Stockholm
    headers = {"accept-language": "en", "authorization": f"Bearer {token('registry-officer', exp=2**33)}"}
    answer = (await officer.get(place, headers=headers)).json()
    assert (answer["isPast"], answer["saidIn"]) == (True, "en")


# After


async def test_an_answer_waits_for_what_its_asker_knows(inn: Inn, officer: httpx.AsyncClient) -> None:
    """With Medverka-After the view has the event, however far behind it was when the question came."""
    answer = await booked(officer)
    inn.reading.seen = 0
    asking = asyncio.create_task(
        officer.get(answer.headers["location"], headers={"Medverka-After": answer.headers["medverka-index"]})
    )
    await asyncio.sleep(0)
    assert (await officer.get(answer.headers["location"])).status_code == 404
    inn.reading.seen = 1
    assert (await asking).json()["tableNumber"] == 7


async def test_a_view_that_does_not_come_is_told(inn: Inn, officer: httpx.AsyncClient) -> None:
    """503 with Retry-After when the view is not there in time."""
    answer = await booked(officer)
    inn.reading.seen = 0
    inn.patience_s = 0
    transport = httpx.ASGITransport(inn.app())
    hurried = httpx.AsyncClient(transport=transport, base_url="http://inn", headers=officer.headers)
    late = await hurried.get(answer.headers["location"], headers={"Medverka-After": f"{LOG}:0"})
    await hurried.aclose()
    assert reason(late) == (503, "view-behind")
    assert late.headers["retry-after"] == "1"


@pytest.mark.parametrize("place", ["7", f"{LOG}", f"{LOG}:", f"{LOG}:-1", f"{LOG}:x", "a:b:1", f"{LOG}:{'9' * 19}"])
async def test_an_unreadable_place_is_told(officer: httpx.AsyncClient, place: str) -> None:
    """400: it is the value of a Medverka-Index."""
    answer = await officer.get("/v1/bookings", headers={"Medverka-After": place})
    assert reason(answer) == (400, "medverka-after-unreadable")


async def test_a_log_that_is_not_followed_is_told(officer: httpx.AsyncClient) -> None:
    """400 at once rather than a wait for nothing."""
    answer = await officer.get("/v1/bookings", headers={"Medverka-After": "bakery.events:1"})
    assert reason(answer) == (400, "log-not-followed")


async def test_those_who_wait_share_one_look(inn: Inn) -> None:
    """A hundred who wait ask the database as often as one."""

    class Counting(MemoryReading):
        looks = 0

        @override
        async def positions(self) -> Mapping[str, int]:
            self.looks += 1
            await asyncio.sleep(0)
            return {LOG: 1 if self.looks > 2 else 0}

    reading = Counting(inn.store)
    waiting = Waiting(reading, poll_s=0)
    assert all(await asyncio.gather(*[waiting.reached(LOG, 0) for _ in range(100)]))
    assert reading.looks <= 6


# Tables


async def test_a_list_is_a_table_for_a_spreadsheet(officer: httpx.AsyncClient) -> None:
    """Asked for as CSV a page has a line of column names and one a row, and says where the next page is."""
    keys = await some(officer, 3)
    page = await officer.get("/v1/bookings", params={"limit": 2}, headers={"accept": "text/csv"})
    assert page.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(page.content.decode("utf-8-sig"))))
    assert [row["key"] for row in rows] == keys[:2]
    following = page.headers["link"].partition(">")[0].removeprefix("<")
    rest = await officer.get(following, headers={"accept": "text/csv"})
    assert [row["key"] for row in csv.DictReader(io.StringIO(rest.content.decode("utf-8-sig")))] == keys[2:]
    assert "link" not in rest.headers


async def test_a_table_without_rows_has_its_columns(officer: httpx.AsyncClient) -> None:
    """A spreadsheet that is filled anew each week finds its columns also in a week without anything."""
    page = await officer.get("/v1/bookings", headers={"accept": "text/csv"})
    assert page.content.decode("utf-8-sig").startswith("key,")


@pytest.mark.parametrize(
    ("accept", "is_table"),
    [
        ("", False), ("*/*", False), ("application/json", False), ("text/csv", True), ("TEXT/CSV; header=present", True),
        ("text/csv;q=0.5, application/json", False), ("text/csv, application/json;q=0.5", True), ("text/csv;q=x", False),
    ],
)  # fmt: skip
def test_who_asks_for_a_table_gets_one(accept: str, is_table: bool) -> None:  # noqa: FBT001 - a table of cases
    """Only an Accept header that prefers CSV to JSON does."""
    assert table.wanted(accept) is is_table


def test_a_cell_is_no_formula() -> None:
    """A title that begins as a formula does is shown to a spreadsheet as text."""
    written = table.table(
        [{"title": "=1+1", "days_late": 2, "on": date(2026, 3, 5), "lots": ["LOT-1"], "unit": None}], ()
    )
    assert written.decode("utf-8-sig").splitlines() == [
        "title,daysLate,on,lots,unit",
        '\'=1+1,2,2026-03-05,"[""LOT-1""]",',
    ]


# Asked by POST, since a filter can name a person

LOOKUPS = "/v1/bookings/lookups"


async def test_what_is_asked_in_a_body_is_in_no_address(inn: Inn, officer: httpx.AsyncClient) -> None:
    """The filters come as JSON, and whoever is named is found by a claim: the question to the views has no name in it."""
    await some(officer, 3)
    page = (await officer.post(LOOKUPS, json={"tableNumber": 2, "onDay": "2026-03-05"})).json()
    assert [row["tableNumber"] for row in page["items"]] == [2]
    for guest in ("121212-1212", "121212-1212"):
        assert (await officer.post(LOOKUPS, json={"guest": guest})).status_code == 200
    first, second = (asked[-1] for asked in inn.reading.asked[-2:])
    assert isinstance(first, str)
    assert first == second
    assert first.startswith("person:")
    assert "1212" not in str(inn.reading.asked).replace(first, "")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"table_number": 2}, "/table_number"), ({"tableNumber": "2"}, "/tableNumber"), ({"onDay": "5 mars"}, "/onDay"),
        ({"isServed": 1}, "/isServed"), ({"guest": 7}, "/guest"),
    ],
)  # fmt: skip
async def test_a_question_is_read_as_strictly_as_a_command(
    officer: httpx.AsyncClient, body: Mapping[str, object], pointer: str
) -> None:
    """A field that is not there, or of another kind, is not valid."""
    answer = await officer.post(LOOKUPS, json=body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_a_question_can_be_one_that_nobody_can_answer(officer: httpx.AsyncClient) -> None:
    """What it lacks is said; a filter in the address, another format and another method are refused."""
    answer = await officer.post(LOOKUPS, json={"guest": ""})
    assert reason(answer) == (422, "guest-missing")
    assert (await officer.post(f"{LOOKUPS}?guest=Anna", json={})).status_code == 400
    assert (await officer.post(LOOKUPS, content=b"guest=Anna")).status_code == 415
    assert (await officer.post(LOOKUPS, json=[])).status_code == 422

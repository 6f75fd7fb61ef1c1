"""The calendar of what is due: who may subscribe to it, and what a calendar program reads in it (RFC 5545)."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from typing_extensions import override

from shared.http.app import Outside, build
from shared.http.calendar import calendar
from shared.http.duties import duty_queries
from shared.log.duty_view import duty_view
from shared.log.memory import MemoryStore
from shared.log.view import View
from shared.persons.memory import MemoryKeys
from shared.policy.duty.duties import Duties
from shared.policy.label import label
from shared.policy.role import REGISTRY_OFFICER
from tests.shared.http.inn import AUTHORITY, At, Still, accepting, token
from tests.shared.http.services import Nowhere, OfStore, rules

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
KEPT = label(AUTHORITY.interpretation("follow-up.first", date(2026, 1, 12)))
ROWS: list[dict[str, Any]] = [
    {
        "id": "gs-4.first/one", "clause": "GS-4", "kind": "first", "object_id": "one", "owed_by_unit": "Enhet A",
        "due_on": date(2026, 3, 4), "arose_recorded_on": date(2025, 12, 4),
        "trigger_on": date(2026, 1, 12), "interpretation_id": KEPT["id"], "interpretation": KEPT,
    },
    {
        "id": "gs-4.final/one", "clause": "GS-4", "kind": "final", "object_id": "one", "owed_by_unit": "Enhet B",
        "due_on": date(2026, 4, 1), "arose_recorded_on": date(2025, 12, 4),
        "trigger_on": date(2026, 1, 12), "interpretation_id": KEPT["id"], "interpretation": KEPT,
    },
]  # fmt: skip


class TwoDuties(OfStore):
    """A view of duties that has two rows."""

    @override
    async def ask(self, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
        assert name == "calendar"
        return [row for row in ROWS if arguments[0] in {None, row["owed_by_unit"]}]


@pytest.fixture
async def program() -> AsyncIterator[httpx.AsyncClient]:
    """A calendar program."""
    clock = At()
    outside = Outside(
        append=Nowhere(), reading=TwoDuties(MemoryStore()), keys=MemoryKeys(), tokens=accepting(clock), clock=clock,
        checks={}, asyncapi={}, reckons=Still(), patience_s=0,
    )  # fmt: skip
    view = duty_view(Duties((), AUTHORITY), "registry.events")
    app = build("registry", rules("registry"), (), duty_queries(view, (REGISTRY_OFFICER,)), outside)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://registry") as client:
        yield client


def password(role: str) -> dict[str, str]:
    """Give the header of a program that was told a name and, as the password, a token."""
    return {"authorization": "Basic " + base64.b64encode(f"calendar:{token(role)}".encode()).decode()}


def days(ics: bytes) -> list[tuple[str, date]]:
    """Give what a calendar program shows: each day's id and date."""
    read = Calendar.from_ical(ics)
    return [(str(day["uid"]), day.decoded("dtstart")) for day in read.walk("VEVENT")]


async def test_a_program_subscribes_with_the_token_as_its_password(program: httpx.AsyncClient) -> None:
    """Every open duty is a day in it, under an id that stays when the day moves."""
    answer = await program.get("/v1/duties.ics", headers=password("registry-officer"))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert days(answer.content) == [
        ("gs-4.first/one@registry.medverka", date(2026, 3, 4)),
        ("gs-4.final/one@registry.medverka", date(2026, 4, 1)),
    ]


async def test_a_unit_has_a_calendar_of_its_own(program: httpx.AsyncClient) -> None:
    """One unit's duties and no other's."""
    answer = await program.get("/v1/duties.ics", params={"unit": "Enhet B"}, headers=password("registry-officer"))
    assert [id_ for id_, _ in days(answer.content)] == ["gs-4.final/one@registry.medverka"]


async def test_a_program_without_a_password_is_asked_for_one(program: httpx.AsyncClient) -> None:
    """401 in the way in which a calendar program asks its user; a password that is no token is none."""
    for headers in ({}, {"authorization": "Basic ???"}, {"authorization": "Basic " + base64.b64encode(b"x").decode()}):
        answer = await program.get("/v1/duties.ics", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")


async def test_a_token_is_a_password_in_the_calendar_alone(program: httpx.AsyncClient) -> None:
    """Everything else takes it as a bearer's, so that no browser remembers it for what can write."""
    assert (await program.get("/v1/duties", headers=password("registry-officer"))).status_code == 401


async def test_a_role_that_may_not_read_the_duties_has_no_calendar_of_them(program: httpx.AsyncClient) -> None:
    """The calendar is for those who may ask for the list."""
    assert (await program.get("/v1/duties.ics", headers=password("publisher"))).status_code == 403


@pytest.mark.parametrize("asked", [{"units": "x"}, {"unit": "Enhet\0"}], ids=["another", "no text"])
async def test_another_filter_than_the_unit_is_refused(program: httpx.AsyncClient, asked: dict[str, str]) -> None:
    """As in every list: a misspelt filter must not look like an empty week, nor text that no database holds like our fault."""
    answer = await program.get("/v1/duties.ics", params=asked, headers=password("registry-officer"))
    assert (answer.status_code, answer.json()["reason"]) == (400, "parameter-not-taken")


def test_a_late_one_says_so_in_its_readers_language() -> None:
    """What is overdue today is named so; the day count is shown as local."""
    for language, late, local in (("sv", "Försenad: GS-4", "lokal frist"), ("en", "Overdue: GS-4", "local deadline")):
        [first, second] = Calendar.from_ical(calendar(ROWS, "registry", None, NOW, language)).walk("VEVENT")  # type: ignore[arg-type]  # one of two words
        assert str(first["summary"]).startswith(late)
        assert str(second["summary"]).startswith("GS-4 final")
        assert local in str(first["description"])


def test_the_same_duties_at_the_same_time_are_the_same_bytes() -> None:
    """A program that looks each hour sees a change only where there is one."""
    assert calendar(ROWS, "registry", "Enhet A", NOW, "sv") == calendar(ROWS, "registry", "Enhet A", NOW, "sv")

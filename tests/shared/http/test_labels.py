"""Whatever date, count or verdict a person is shown says whose reading it is (features: item 7)."""

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from deploy.local.reference import rows
from deploy.local.referencing.suite import services
from shared.http.calendar import LOCAL
from shared.http.operations import Query
from shared.log.duty_view import DutyRow
from shared.log.sql import query
from shared.policy.clause import GS_2
from shared.policy.label import labelled
from shared.policy.role import PROCUREMENT_OFFICE, PUBLISHER
from tests.shared.http.inn import AUTHORITY, token
from tests.shared.http.services import remembering

DECIDED = {"due_on", "hard_due_on", "review_due_on", "verdict", "flips_if", "suitable", "class"}
"""Columns that hold what the suite decides and the policy does not say."""
ALL = re.compile(r"SELECT\s+\*|\w\.\*")
AGREED = {"/v1/actions"}
"""Their days were agreed by people at the consultation, and are nobody's reading."""


def columns(asked: Query) -> set[str]:
    """Give the words before a query's last WHERE: what it selects is among them; with `*` its view's columns too."""
    sql = re.sub(r"--[^\n]*", "", query(asked.view.sql, asked.query))
    words = set(re.findall(r"\w+", sql.rpartition("WHERE")[0] or sql))
    words |= set(DutyRow.__dataclass_fields__) if "duty.*" in sql else set()
    return words | (set(asked.view.row.__dataclass_fields__) if ALL.search(sql) else set())


def questions() -> Iterator[tuple[str, Query]]:
    """Give every question of every service."""
    for service, parts in services().items():
        yield from ((service, row) for row in rows(parts) if isinstance(row, Query))


def unlabelled(asked: Query) -> set[str]:
    """Give what a question shows of the suite's deciding without saying by whose reading."""
    shown = columns(asked)
    return set() if "interpretation_id" in shown or asked.reads else shown & DECIDED


@pytest.mark.parametrize(("service", "asked"), list(questions()), ids=lambda each: getattr(each, "path", each))
def test_no_question_shows_a_decided_value_without_its_label(service: str, asked: Query) -> None:
    """A due day, a verdict or a class stands beside the id of the reading that it was decided by."""
    assert asked.path in AGREED or not unlabelled(asked), service


def test_a_value_without_a_label_is_found() -> None:
    """The check above sees one."""
    asked = next(each for _, each in questions() if each.path == "/v1/actions")
    assert unlabelled(asked) == {"due_on"}


def test_a_row_is_shown_with_the_reading_that_it_names() -> None:
    """Id, words in both languages, since when, who decided and where that is diarised."""
    row = labelled({"due_on": date(2026, 4, 13), "interpretation_id": "follow-up.first@2016-01-01"}, None, AUTHORITY)
    said = row["interpretation"]
    assert (said["id"], said["clause"], said["from"]) == ("follow-up.first@2016-01-01", "GS-4", "2016-01-01")
    assert (said["decidedBy"], said["dnr"]) == ("social-board", "EXEMPEL SON 2016/1")
    assert said["sv"].startswith("En plats följs upp")
    assert said["label"] == {
        "sv": "Lokal tolkning sedan 2016-01-01, beslut EXEMPEL SON 2016/1",
        "en": "Local interpretation, since 2016-01-01, decision EXEMPEL SON 2016/1",
    }


def test_a_row_that_names_none_has_the_reading_of_its_day() -> None:
    """A row without a day shows nothing decided, and has no label."""
    reads = ("df-review", "since")
    assert labelled({"since": date(2026, 1, 1)}, reads, AUTHORITY)["interpretation"]["id"] == "df-review@2016-01-01"
    assert "interpretation" not in labelled({"since": None}, reads, AUTHORITY)


def test_the_calendar_says_it_too() -> None:
    """In both languages."""
    assert all("{label}" in words for words in LOCAL)


# What is in force on a day


async def asked(path: str, *, role: str = PUBLISHER, accept: str = "application/json") -> httpx.Response:
    """Ask the inn."""
    headers = {"authorization": f"Bearer {token(role)}", "accept": accept}
    transport = httpx.ASGITransport(remembering("inn"))
    async with httpx.AsyncClient(transport=transport, base_url="http://inn", headers=headers) as client:
        return await client.get(path)


async def test_the_readings_in_force_on_a_day_are_listed() -> None:
    """Each once, with its text, since when, who decided it and under which number; before the file begins there is none."""
    items = (await asked("/v1/interpretations?on=2026-03-02", role=PROCUREMENT_OFFICE)).json()["items"]
    assert [item["id"] for item in items] == [reading.id for reading in AUTHORITY.readings(date(2026, 3, 2))]
    suitable = next(item for item in items if item["id"] == "suitable@2016-01-01")
    assert suitable.keys() == {"id", "clause", "text", "from", "decidedBy", "dnr", "label"}
    assert suitable["text"].startswith("En upphandling passar")
    assert (await asked("/v1/interpretations?on=2015-12-31")).json()["items"] == []


async def test_the_codes_of_a_day_are_listed_with_who_they_stand_for() -> None:
    """Roles and partner bodies with their names of the day, and the clauses; as CSV too."""
    items = (await asked("/v1/code-lists?on=2026-03-02")).json()["items"]
    named = {(item["list"], item["code"]): item["label"] for item in items}
    assert named["role", "social-board"] == "Socialnämnden"
    assert named["partner", "leader"] == "Leader Gute"
    assert named["clause", "GS-2"] == GS_2.sv
    assert (
        (await asked("/v1/code-lists", accept="text/csv")).text.splitlines()[0].endswith("list,code,label,from,until")
    )


@pytest.mark.parametrize("path", ["/v1/interpretations?on=i%20dag", "/v1/code-lists?day=2026-01-01"])
async def test_what_is_no_day_is_told(path: str) -> None:
    """400 names the parameter."""
    assert (await asked(path)).json()["reason"] == "parameter-not-taken"


async def test_a_role_that_nobody_knows_reads_nothing() -> None:
    """It is for those within the authority, and for the systems that report to it."""
    assert (await asked("/v1/interpretations", role="guest")).status_code in {401, 403}

"""Who may do and ask what: every service's tables, cell by cell (interfaces.md §3)."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from shared.http.operations import Operation, Query
from shared.http.rights import Row, mark, method, reference
from shared.policy.role import BUYING_BOARD, ROLES, Role, buying_board, is_role
from tests.shared.http import inn
from tests.shared.http.inn import token
from tests.shared.http.services import SERVICES, app, tables

ROWS = [(service, row) for service in SERVICES for row in tables(service)]
EACH_ROW = pytest.mark.parametrize(
    ("service", "row"), ROWS, ids=[f"{service} {method(row)} {row.path} {n}" for n, (service, row) in enumerate(ROWS)]
)


@pytest.fixture(scope="module")
def apps() -> dict[str, FastAPI]:
    """Each service's HTTP, built once."""
    return {service: app(service) for service in SERVICES}


@pytest.fixture
async def client(apps: dict[str, FastAPI], service: str) -> AsyncIterator[httpx.AsyncClient]:
    """Someone who asks a service."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(apps[service]), base_url="http://service") as asking:
        yield asking


@EACH_ROW
async def test_a_role_may_what_its_cell_says(client: httpx.AsyncClient, service: str, row: Row) -> None:
    """403 where the cell is empty, and anything but 401 and 403 where it is not; without a token 401."""
    path = re.sub(r"\{\w+(:path)?\}", "2026", row.path)
    assert (await client.request(method(row), path)).status_code == 401
    for role in ROLES:
        held = buying_board("education") if role == BUYING_BOARD else role
        answer = await client.request(method(row), path, headers={"authorization": f"Bearer {token(held)}"})
        assert (answer.status_code == 403) == (mark(row, role) == ""), f"{service} {row.path}: {role}"
        assert answer.status_code != 401
        assert answer.status_code < 500


@EACH_ROW
def test_a_row_is_whole(service: str, row: Row) -> None:
    """Known roles, both languages, a path of plural nouns in kebab-case, and fields that its command has."""
    assert row.roles, service
    assert all(is_role(role) or role == BUYING_BOARD for role in row.roles)
    assert row.sv
    assert row.en
    assert re.fullmatch(r"(/v1)(/[a-z]+(-[a-z]+)*(/\{[a-z][A-Za-z]*(:path)?\})*)+", row.path)
    if isinstance(row, Operation):
        assert set(row.fresh) <= set(row.command.model_fields)
        assert row.board is None or row.board in row.command.model_fields
        assert (BUYING_BOARD in row.roles) == (row.board is not None), "a board acts for itself alone"
    if isinstance(row, Query) and row.one:
        assert set(re.findall(r"\{(\w+)\}", row.key)) == set(re.findall(r"\{(\w+)", row.path))


def test_no_two_rows_are_the_same_request() -> None:
    """A path and a method lead to one row."""
    seen = [(service, method(row), re.sub(r"\{\w+", "{", row.path)) for service, row in ROWS]
    assert len(seen) == len(set(seen))


def test_the_page_has_every_cell() -> None:
    """One line a row, one mark a role that may; a board's own is another mark."""
    page = reference({"inn": tables("inn")})
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(lines) == len(tables("inn"))
    assert mark(inn.OPERATIONS[2], BUYING_BOARD) == "○"
    assert mark(inn.OPERATIONS[2], Role("procurement-office")) == "●"
    assert mark(inn.OPERATIONS[2], Role("auditor")) == ""
    assert "| `POST /v1/bookings/{bookingId}/servings` |  |  | ● |  |  |  | ○ |  | Servera / Serve |" in page

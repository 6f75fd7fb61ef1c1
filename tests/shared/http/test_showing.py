"""An answer to POST is shaped as one to GET, since both come under one ETag."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from shared.contracts.values import Plain
from shared.http.operations import Operation, Query, one_of
from shared.http.showing import columns, json, names
from shared.log.view import View, nothing
from tests.shared.http.services import SERVICES, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A part of a row."""

    left_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRow:
    """A row with what only the registry's own pages show."""

    key: str
    name_enc: str
    came_at: datetime
    stays: tuple[Stay, ...] = ()


HERE = datetime.fromisoformat("2026-03-02T09:00:00+01:00")
ROW = RoomRow(key="room/1", name_enc="Anna", came_at=HERE, stays=(Stay(left_at=HERE),))


@pytest.fixture
def rooms(tmp_path: Path) -> View[RoomRow]:
    """A view whose question for one row leaves out a column, as its comment and another query do not."""
    sql = tmp_path / "room.sql"
    sql.write_text(
        "-- name: one\n-- Not name_enc. SELECT name_enc FROM room.\nWITH a AS (SELECT name_enc FROM room)\n"
        "SELECT key, came_at, stays FROM room;\n-- name: whole\nSELECT room.*, 1 AS n FROM room;\n"
    )
    return View(
        name="room", log="inn.events", category="room", row=RoomRow, fold=lambda row, _: row, sql=sql, working=nothing
    )


def test_only_what_get_gives_is_given(rooms: View[RoomRow]) -> None:
    """A column that the question for one row leaves out, such as a sealed one, stands in no answer to POST."""
    assert names(rooms, "one") == ("key", "came_at", "stays")
    assert names(rooms, "whole") == names(rooms, None) == ("key", "name_enc", "came_at", "stays")


def test_instants_are_written_as_the_table_gives_them(rooms: View[RoomRow]) -> None:
    """A column's instant comes from Postgres in UTC; within JSON it is a text and stays as it was written."""
    told = json(columns(ROW, names(rooms, "one")))
    assert told == (
        b'{"key":"room/1","cameAt":"2026-03-02T08:00:00Z","stays":[{"leftAt":"2026-03-02T09:00:00+01:00"}]}'
    )


def test_a_clear_field_is_never_shown() -> None:
    """What is not sealed yet is a fault of ours, whatever holds it."""
    with pytest.raises(TypeError, match="clear personal field"):
        json({"stays": columns(RoomRow(key="k", name_enc="x", came_at=HERE, stays=(Plain("1"),)), ["stays"])})  # type: ignore[arg-type] # that fault


@pytest.mark.parametrize("service", SERVICES)
def test_every_view_says_what_one_row_gives(service: str) -> None:
    """The question's own list is found in each service's SQL."""
    rows = tables(service)
    queries = [row for row in rows if isinstance(row, Query)]
    for view in [row.view for row in rows if isinstance(row, Operation)]:
        one = one_of(queries, view)
        assert "key" in names(view, one.query if one else None)

"""The second authority's file: invented, and as different from the first as an authority may be (issue: a second authority)."""

from datetime import date

import pytest

from shared.policy.authority import Authority
from shared.policy.authority.keys import DEADLINES
from shared.policy.role import BUYING_BOARD, LEADER, PROCUREMENT_OFFICE, REGISTRY_OFFICER, SOCIAL_BOARD
from tests.authorities import FILES, GOTLAND, NORRVINGE

pytestmark = pytest.mark.gotland  # about both at once

DAY = date(2026, 5, 4)
SAME = {"initiative.clause", "knowledge.year"}
"""Both are the end of the calendar year, by which the policy itself reckons."""


def test_it_says_in_its_first_line_that_it_is_invented() -> None:
    """Nobody takes it for a municipality that there is."""
    first = (FILES / "norrvinge.toml").read_text(encoding="utf-8").splitlines()[0]
    assert "PÅHITTAD" in first
    assert "INVENTED" in first
    assert all(row.example for rows in NORRVINGE.holders.values() for row in rows)
    assert all(row.decision.startswith("PÅHITTAT") for rows in NORRVINGE.interpretations.values() for row in rows)


def test_every_deadline_is_its_own() -> None:
    """No rule passes for it by Gotland's day counts."""
    same = {key for key in DEADLINES if NORRVINGE.deadline(key, DAY).value == GOTLAND.deadline(key, DAY).value}
    assert same == SAME


def test_some_deadlines_changed_while_duties_ran() -> None:
    """Within 2025 and 2026, so that an old duty and a new one have different terms."""
    changed = {row.from_ for rows in NORRVINGE.deadlines.values() for row in rows} - {date(2016, 1, 1)}
    assert changed == {date(2025, 10, 1), date(2026, 1, 1), date(2026, 7, 1)}


def test_one_board_holds_two_roles() -> None:
    """It buys places and keeps the register; an office changes its name, and a partner too."""
    assert NORRVINGE.unit(SOCIAL_BOARD, DAY) == NORRVINGE.unit(REGISTRY_OFFICER, DAY) == "Välfärdsnämnden"
    assert NORRVINGE.unit(PROCUREMENT_OFFICE, date(2026, 8, 31)) != NORRVINGE.unit(PROCUREMENT_OFFICE, date(2026, 9, 1))
    assert NORRVINGE.partner(LEADER, date(2025, 12, 31)) != NORRVINGE.partner(LEADER, date(2026, 1, 1))


def names(one: Authority) -> set[str]:
    """Give all that an authority's file names or numbers as its own."""
    units = {row.name for rows in one.holders.values() for row in rows}
    partners = {row.name for rows in one.partners.values() for row in rows}
    boards = {role for role in one.boards(DAY) if role.startswith(BUYING_BOARD)}
    return {*units, *partners, *boards, *(buyer.number for buyer in one.buyers), *one.publishers, one.code,
            one.suitability(DAY).region}  # fmt: skip


def test_no_name_number_or_board_is_shared() -> None:
    """Neither units, buyers, partners, publishers, region nor the boards' codes."""
    assert not names(GOTLAND) & names(NORRVINGE)

"""GS-7: what the two bodies agree to do when they meet; none of it is a duty."""

from datetime import date
from typing import Any

import pytest

from services.consultation.domain import action
from services.consultation.domain import consultation as year
from services.consultation.views.consultation import with_overdue
from shared.contracts.consultation import ActionAgreed, ActionClosed
from tests.authorities import authority
from tests.consultation.partners import ACTION, agree, close
from tests.consultation.stories import consultation, hold, initiate
from tests.spec import Story, at


def met() -> Story:
    """A year in which the two bodies met."""
    return consultation().given(initiate(), hold())


@pytest.mark.parametrize("owner", ["executive-office", "buying-board:education", "coompanion"])
def test_an_action_never_becomes_a_duty(owner: str) -> None:
    """What is agreed is recorded and nothing is owed for it, least of all by a partner (GS-7)."""
    command = agree(owner=owner, due_on="2026-11-30")
    met().when(command).then(ActionAgreed(**command.said()))


def test_an_action_has_an_owner_that_there_is() -> None:
    """A role of the authority's, or a partner (GS-7)."""
    met().when(agree(owner="somebody")).refused(action.NOBODY)
    met().when(agree(owner="buying-board")).refused(action.NOBODY)


def test_an_action_follows_an_initiative_and_is_not_due_before_it_was_agreed() -> None:
    """Its days are in their order (GS-7)."""
    consultation().when(agree()).refused(year.NOT_INITIATED)
    met().when(agree("2026-05-03")).refused(year.BEFORE_INITIATIVE)
    met().when(agree(at=at("2026-06-14"))).refused(year.IN_FUTURE)
    met().when(agree(due_on="2026-06-14")).refused(action.DUE_BEFORE_AGREED)
    assert met().when(agree(due_on="2026-06-15")).events()


def test_an_action_is_closed_as_done() -> None:
    """Once: the same again adds nothing, and something else is refused (GS-7)."""
    told = met().given(agree()).when(close()).then(ActionClosed(**close().said("year")))
    told.when(close()).then()
    told.when(close(outcome="dropped", reason="Behövs inte.")).refused(action.CLOSED_ALREADY)


@pytest.mark.parametrize("reason", [None, " "])
@pytest.mark.parametrize("fields", [{"outcome": "dropped"}, {"outcome": "carried-over", "carried_to_year": 2027}])
def test_what_is_not_done_has_a_reason(fields: dict[str, Any], reason: str | None) -> None:
    """Dropped or carried over, why is told (GS-7)."""
    met().given(agree()).when(close(**fields, reason=reason)).refused(action.NO_REASON)
    assert met().given(agree()).when(close(**fields, reason="För få anmälda.")).events()


@pytest.mark.parametrize(
    ("outcome", "to_year"), [("carried-over", None), ("carried-over", 2026), ("carried-over", 2025), ("dropped", 2027)]
)
def test_an_action_is_carried_to_a_later_year(outcome: str, to_year: int | None) -> None:
    """Only what is carried over names a year, and that is a later one (GS-7)."""
    fields: dict[str, Any] = {"outcome": outcome, "carried_to_year": to_year, "reason": "För få anmälda."}
    met().given(agree()).when(close(**fields)).refused(action.NO_LATER_YEAR)


def test_what_is_carried_over_stays_open_in_its_new_year() -> None:
    """It can be carried on, and done in the end (GS-7)."""
    carried: dict[str, Any] = {"outcome": "carried-over", "reason": "För få anmälda."}
    told = met().given(agree(), close(**carried, carried_to_year=2027))
    told.when(close(**carried, carried_to_year=2027, closed_on="2026-12-01")).refused(action.NO_LATER_YEAR)
    told.given(close(**carried, carried_to_year=2028, closed_on="2026-12-01"), close("2026-12-30"))
    assert told.state("consultation/2026").actions[ACTION].is_closed


def test_an_action_is_closed_after_it_was_agreed() -> None:
    """And not before its day has come; one that nobody agreed on is unknown (GS-7)."""
    told = met().given(agree())
    told.when(close("2026-06-14")).refused(action.CLOSED_BEFORE_AGREED)
    told.when(close(at=at("2026-11-01"))).refused(year.IN_FUTURE)
    told.when(close(action_id="other")).refused(action.NO_SUCH_ACTION)


@pytest.mark.parametrize(
    ("owner", "due_on", "is_open", "late"),
    [
        ("executive-office", "2026-10-31", True, 1), ("executive-office", "2026-11-01", True, 0),
        ("executive-office", None, True, 0), ("executive-office", "2026-10-31", False, 0), ("almi", "2026-10-31", True, 0),
    ],
)  # fmt: skip
def test_only_an_action_of_our_own_is_late_and_only_locally(
    owner: str, due_on: str | None, late: int, *, is_open: bool
) -> None:
    """Late from the day after its day, and marked as local; a partner is never late towards us (GS-7)."""
    row = {"owner": owner, "due_on": due_on and date.fromisoformat(due_on), "is_open": is_open}
    shown = with_overdue(row, date(2026, 11, 1), authority(), "sv")
    assert (shown["is_overdue"], shown["days_late"], shown["local"]) == (late > 0, late, True)


def test_a_meeting_cites_a_pack_that_was_frozen() -> None:
    """The version that was shown is one of the year's, or none is named (GS-7)."""
    consultation().given(initiate()).when(hold(evidence_pack_id="other")).refused(year.NO_SUCH_PACK)

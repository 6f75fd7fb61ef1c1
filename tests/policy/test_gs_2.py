"""GS-2: the authority is part owner of Almi. A fact, dated."""

from datetime import date
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from services.consultation.domain import partner
from services.consultation.views.partner import in_force
from shared.contracts.partners import OwnershipRecorded
from tests.consultation.partners import owns, shown
from tests.consultation.stories import consultation


def test_a_share_is_recorded_from_a_day_on() -> None:
    """How much, of whom, since when, and where it can be read (GS-2)."""
    consultation().when(owns()).then(OwnershipRecorded(**partner.fields_of(owns())))


def test_only_almi_is_owned() -> None:
    """A share of another body is refused (GS-2)."""
    consultation().when(owns(partner_id="coompanion")).refused(partner.NOT_ALMI)


def test_a_share_that_ends_before_it_begins_is_refused() -> None:
    """From and to are in their order; one day is a time, too (GS-2)."""
    consultation().when(owns("2026-02-02", to="2026-02-01")).refused(partner.SHARE_BACKWARDS)
    consultation().given(owns("2026-02-02", to="2026-02-02"))


@pytest.mark.parametrize(
    ("on", "share"),
    [
        ("2025-12-31", None),
        ("2026-01-01", "0.49"),
        ("2026-06-30", "0.49"),
        ("2026-07-01", "0.24"),
        ("2026-12-31", "0.24"),
        ("2027-01-01", None),
    ],
)
def test_a_later_share_ends_the_former(on: str, share: str | None) -> None:
    """On each day the share is that which began last, until its own end (GS-2)."""
    told = consultation().given(owns(), owns("2026-07-01", share="0.24", to="2026-12-31"))
    owned: list[dict[str, Any]] = to_jsonable_python(shown(told, "almi").owned)
    found = in_force(owned, date.fromisoformat(on))
    assert (found and found["share"]) == share


@pytest.mark.parametrize(
    ("since", "to", "meets"),
    [
        ("2026-01-01", None, True), ("2026-06-30", None, True), ("2026-07-01", None, False),
        ("2025-01-01", "2025-12-31", False), ("2025-01-01", "2026-01-01", True), ("2025-01-01", None, False),
    ],
)  # fmt: skip
def test_two_shares_do_not_meet(since: str, to: str | None, *, meets: bool) -> None:
    """A day has one share; one without an end lasts until the next begins (GS-2)."""
    outcome = consultation().given(owns(to="2026-06-30")).when(owns(since, to=to, share="0.2"))
    if meets:
        outcome.refused(partner.SHARE_OVERLAPS)
    else:
        assert outcome.events()


def test_the_same_share_again_adds_nothing() -> None:
    """Recorded twice it stands once (GS-2)."""
    consultation().given(owns()).when(owns()).then()

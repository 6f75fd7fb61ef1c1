"""IN-4: how far support goes, and what the authority is to Coompanion, Almi and Leader. A fact, dated, for all three."""

import pytest

from services.consultation.domain import partner
from shared.contracts.partners import PartnerRoleRecorded
from shared.policy.role import PARTNERS
from tests.consultation.partners import role, shown
from tests.consultation.stories import consultation


@pytest.mark.parametrize("partner_id", PARTNERS)
def test_each_body_has_a_role_and_none_a_duty(partner_id: str) -> None:
    """The role, the support and its limits are recorded, and nothing is owed for it (IN-4, BG-2)."""
    command = role(partner_id=partner_id)
    told = consultation().when(command).then(PartnerRoleRecorded(**partner.fields_of(command)))
    assert [envelope.subject for envelope in told.told] == [f"partner/{partner_id}"]


def test_a_body_that_is_renamed_keeps_its_former_name_for_its_time() -> None:
    """The name is dated with the role (IN-4)."""
    told = consultation().given(role(), role("2026-07-01", name="Coompanion Öarna"))
    assert [(each.name, str(each.since)) for each in shown(told).roles] == [
        ("Coompanion Gotland", "2026-01-01"),
        ("Coompanion Öarna", "2026-07-01"),
    ]


def test_two_roles_do_not_meet() -> None:
    """A day has one role of a body (IN-4)."""
    told = consultation().given(role(to="2026-06-30"))
    told.when(role("2026-06-30", name="Annat")).refused(partner.ROLE_OVERLAPS)
    told.when(role("2026-01-01", name="Annat")).refused(partner.ROLE_OVERLAPS)
    assert told.when(role("2026-07-01", name="Annat")).events()


def test_a_role_that_ends_before_it_begins_is_refused() -> None:
    """From and to are in their order (IN-4)."""
    consultation().when(role(to="2025-12-31")).refused(partner.ROLE_BACKWARDS)


def test_the_same_role_again_adds_nothing() -> None:
    """Recorded twice it stands once (IN-4)."""
    consultation().given(role()).when(role()).then()

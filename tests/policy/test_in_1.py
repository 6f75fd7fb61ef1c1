"""IN-1: the policy is the authority's own. It binds no enterprise and no outside body, and no statement is ever breached."""

from dataclasses import replace

import pytest

from deploy.local.referencing.suite import duties, services
from shared.policy.clause import CLAUSES, Modality
from shared.policy.duty.life import is_breach
from shared.policy.role import HELD_BY_UNITS, PARTNERS, PUBLISHER, ROLES, buying_board, is_role
from tests.placements.stories import owed, running
from tests.spec import at

BREACHED = (Modality.SHALL, Modality.RESP)


def test_every_duty_is_owed_by_the_authority() -> None:
    """Each by a role that a unit of its own holds, or by a buying board (IN-1)."""
    owing = {duty.owed_by for parts in services().values() for duty in duties(parts)}
    assert owing <= {*HELD_BY_UNITS, "buying-board"}


@pytest.mark.parametrize("partner", PARTNERS)
def test_no_outside_body_has_a_role_that_can_owe(partner: str) -> None:
    """Coompanion, Almi and Leader are bodies and no roles (IN-1)."""
    assert partner not in ROLES
    assert not is_role(partner)
    assert is_role(buying_board("culture"))
    assert PUBLISHER not in HELD_BY_UNITS


@pytest.mark.parametrize("modality", [m for m in Modality if m not in BREACHED])
def test_what_does_not_bind_is_never_breached(modality: Modality) -> None:
    """A statement, a may, a should, a criterion and a local rule are no breach, however late (IN-1)."""
    late = replace(owed(running()), modality=modality)
    assert not is_breach(late, at("2031-01-01").date())
    assert is_breach(replace(late, modality=Modality.RESP), at("2031-01-01").date())


def test_no_statement_and_no_may_has_a_duty_of_its_own() -> None:
    """What follows from one is owed by a local rule and says so (IN-1)."""
    owed_of = [duty for parts in services().values() for duty in duties(parts)]
    binding = {Modality.SHALL, Modality.RESP, Modality.SHOULD}
    assert {duty.owed_as for duty in owed_of if duty.clause.modality not in binding} <= {Modality.LOCAL}
    assert {clause.id for clause in CLAUSES if clause.modality in binding} <= {duty.clause.id for duty in owed_of}

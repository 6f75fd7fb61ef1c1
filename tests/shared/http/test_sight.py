"""Who sees which of a service's duties: sealed ones the office alone, the rest an auditor too, and each board its own."""

import pytest

from services.procurement.domain.rules import rules
from shared.http.principal import Principal
from shared.http.sight import Sight
from shared.policy.duty.duties import Duties
from shared.policy.role import AUDITOR, PROCUREMENT_OFFICE, SOCIAL_BOARD, Role, buying_board
from tests.authorities import authority

DUTIES = rules(authority()).duties
assert isinstance(DUTIES, Duties)
SIGHT = Sight(
    duties=DUTIES,
    readers=(PROCUREMENT_OFFICE,),
    auditors=(PROCUREMENT_OFFICE, AUDITOR),
    sealed=("procurement.outreach",),
)
EDUCATION = buying_board("education")
SEALED = {"id": "gs-6.published/t/e", "owed_by": PROCUREMENT_OFFICE}
KNOWLEDGE = {"id": "gs-5.knowledge/e/2026", "owed_by": PROCUREMENT_OFFICE}
CRITERIA = {"id": "gs-8.criteria/t", "owed_by": EDUCATION}


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (PROCUREMENT_OFFICE, [SEALED, KNOWLEDGE, CRITERIA]),
        (AUDITOR, [KNOWLEDGE, CRITERIA]),
        (EDUCATION, [CRITERIA]),
        (buying_board("technical"), []),
        (SOCIAL_BOARD, []),
    ],
)
def test_everybody_sees_what_is_theirs_to_see(role: Role, sees: list[dict[str, str]]) -> None:
    """A duty that names an enterprise beside an open tender is nobody's but the office's."""
    who = Principal("somebody", (role,))
    assert [row for row in (SEALED, KNOWLEDGE, CRITERIA) if SIGHT.sees(row, who)] == sees


def test_who_sees_some_may_ask() -> None:
    """The boards that buy among them."""
    assert set(SIGHT.roles) == {PROCUREMENT_OFFICE, AUDITOR, Role("buying-board")}

"""DF-4: independent of the public sector. Ownership decides on evidence, never the number's first digit alone."""

import pytest

from services.registry.domain.assessment import NO_EVIDENCE, NO_OWNERSHIP_SHARE, PUBLICLY_OWNED
from shared.policy.organisation_number import read
from tests.registry.stories import LEGAL_PERSON, PUBLIC_BODY, known, met, register, registry

BOTH = pytest.mark.parametrize("number", [LEGAL_PERSON, PUBLIC_BODY], ids=["starts with 5", "starts with 2"])


def test_a_number_that_starts_with_2_opens_an_ownership_check() -> None:
    """Most that start with 2 are public bodies, so their ownership is looked into (DF-4)."""
    assert [number and number.may_be_public for number in (read(PUBLIC_BODY), read(LEGAL_PERSON))] == [True, False]


@BOTH
def test_the_ownership_check_is_closed_by_the_ownership(number: str) -> None:
    """A parish starts with 2 and may be independent, if its ownership is shown (DF-4)."""
    assert registry().given(register(number)).when(met("DF-4", public_ownership_share="0")).events()


@BOTH
def test_no_number_closes_the_ownership_check(number: str) -> None:
    """A municipality's company starts with 5: whatever the number, the public share must be stated (DF-4)."""
    story = registry().given(register(number))
    story.when(met("DF-4", public_ownership_share=None)).refused(NO_OWNERSHIP_SHARE)
    story.when(met("DF-4", evidence=())).refused(NO_EVIDENCE["DF-4"])


@pytest.mark.parametrize("share", ["0.5001", "1"])
def test_what_the_public_owns_is_not_independent(share: str) -> None:
    """More than half in public hands is not independent, company or not (DF-4)."""
    known().when(met("DF-4", public_ownership_share=share)).refused(PUBLICLY_OWNED)
    assert known().when(met("DF-4", public_ownership_share="0.5")).events()

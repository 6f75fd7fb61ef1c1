"""DF-3: most of the profit goes back into this or a similar activity."""

import pytest

from services.registry.domain.assessment import NO_REINVESTED_SHARE, REINVESTS_TOO_LITTLE
from tests.registry.stories import known, met


def test_the_reinvested_share_must_be_stated() -> None:
    """Without the share nobody can tell that it is most of the profit (DF-3)."""
    known().when(met("DF-3", reinvested_share=None)).refused(NO_REINVESTED_SHARE)


@pytest.mark.parametrize("share", ["0", "0.4999", "0.5", "0.5000"])
def test_half_of_the_profit_is_not_most_of_it(share: str) -> None:
    """Mainly is more than half, by the local reading (DF-3)."""
    known().when(met("DF-3", reinvested_share=share)).refused(REINVESTS_TOO_LITTLE)


@pytest.mark.parametrize("share", ["0.5001", "0.9", "1", "1.0"])
def test_more_than_half_is_most_of_the_profit(share: str) -> None:
    """More than half is enough (DF-3)."""
    assert known().when(met("DF-3", reinvested_share=share)).events()

"""DF-2: participation by ownership, agreement or another documented way, in one's own process (5a) and in the work (5b)."""

import pytest

from services.registry.domain.assessment import NO_INFLUENCE, NO_PARTICIPATION_FORM
from tests.registry.stories import known, met


@pytest.mark.parametrize("form", ["ownership", "agreement", "other-documented"])
def test_participation_takes_one_of_three_forms(form: str) -> None:
    """Ownership, agreement and other documented ways all do (DF-2)."""
    assert known().when(met("DF-2", participation_form=form)).events()


def test_participation_without_its_form_is_not_met() -> None:
    """Which way participation is created must be said (DF-2)."""
    known().when(met("DF-2", participation_form=None)).refused(NO_PARTICIPATION_FORM)


@pytest.mark.parametrize(
    "aspects",
    [
        None,
        {},
        {"own_process": True},
        {"work_organisation": True},
        {"own_process": True, "work_organisation": False},
        {"own_process": False, "work_organisation": True, "runs_firm": True},
    ],
)
def test_participation_covers_both_aspects(aspects: dict[str, bool] | None) -> None:
    """Influence on one's own development (DF-5a) and on the work's organisation (DF-5b) are both needed (DF-2)."""
    known().when(met("DF-2", aspects=aspects)).refused(NO_INFLUENCE)


def test_members_need_not_run_the_firm() -> None:
    """That members run the firm is an attribute of many and no part of the test (DF-6)."""
    aspects = {"own_process": True, "work_organisation": True, "runs_firm": False}
    assert known().when(met("DF-2", aspects=aspects)).events()

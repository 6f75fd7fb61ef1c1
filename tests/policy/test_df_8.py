"""DF-8: legal forms vary; none of them is a ground for refusing anything."""

from typing import get_args

import pytest

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.decided import MET, NO_CRITERION
from shared.contracts.registry import LegalForm, RecognitionRefused
from shared.policy.clause import DF_8
from tests.registry.stories import SOLE_TRADER, apply, met, recognise, refuse, register, registry


@pytest.mark.parametrize("form", get_args(LegalForm))
def test_every_legal_form_can_be_recognised(form: str) -> None:
    """Whatever its form, an enterprise that meets the five criteria is recognised (DF-8)."""
    number = {"number": SOLE_TRADER, "identity_mac": "mac"} if form == "enskild-firma" else {}
    story = registry().given(register(legal_form=form, **number), *(met(c) for c in CRITERIA))
    assert story.when(recognise()).events()


def test_a_refusal_names_criteria() -> None:
    """A refusal without a criterion that failed is none; legal form is not one of them (DF-8)."""
    story = registry().given(register(), apply(), met("DF-3", outcome="not-met"))
    story.when(refuse()).refused(NO_CRITERION)
    assert NO_CRITERION.clause == DF_8
    assert "legal_form" not in RecognitionRefused.model_fields


@pytest.mark.parametrize("outcome", ["met", None])
def test_a_refusal_rests_on_an_assessment(outcome: str | None) -> None:
    """A criterion that is met, or that nobody assessed, can't be what an application fails on (DF-8)."""
    story = registry().given(register(), apply(), *([met("DF-3", outcome=outcome)] if outcome else []))
    story.when(refuse("DF-3")).refused(MET["DF-3"])

"""Which fact a notice can be: the first line of the table that fits."""

import pytest

from services.procurement.notice.kind import kind
from services.procurement.notice.model import Changes, Kind


@pytest.mark.parametrize(
    ("form_type", "expected"),
    [
        ("planning", Kind.PLANNED),
        ("consultation", Kind.PLANNED),
        ("competition", Kind.PUBLISHED),
        ("result", Kind.AWARDED),
        ("change", Kind.CHANGED),
        ("dir-awa-pre", Kind.OTHER),
        ("cont-modif", Kind.OTHER),
        ("completion", Kind.OTHER),
        ("bri", Kind.OTHER),
        ("Competition", Kind.OTHER),
        ("no such form", Kind.OTHER),
        (None, Kind.OTHER),
    ],
)
def test_the_form_type_decides_where_nothing_is_changed(form_type: str | None, expected: Kind) -> None:
    """BT-03, as its list spells it; an unknown or missing one makes no fact."""
    assert kind(form_type, None) is expected


@pytest.mark.parametrize("form_type", ["competition", "planning", "result", "bri", "change", None])
def test_a_change_is_a_change_whatever_it_changes(form_type: str | None) -> None:
    """Also without a reason, and for intended cancellations and suspensions."""
    assert kind(form_type, Changes(changed_notice=None, reasons=())) is Kind.CHANGED
    reasons = ("cancel-intent", "susp-review")
    assert kind(form_type, Changes(changed_notice="x", reasons=reasons)) is Kind.CHANGED


def test_one_reason_of_many_cancels() -> None:
    """BT-140 `cancel` goes before everything else."""
    assert kind("competition", Changes(changed_notice="x", reasons=("update-add", "cancel"))) is Kind.CANCELLED

"""The refusal that each service records, byte for byte, with all its fields."""

from typing import Any, Final

from shared.contracts.refused import MessageRefused
from tests.contracts.kept import complete, hold

EXAMPLE: Final[dict[str, Any]] = {
    "role": "social-board", "unit": "Socialnämnden", "dnr": "SON 2026/17", "reason": "message-invalid", "status": 422,
    "detail": {"sv": "Uppgifterna stämmer inte.", "en": "The data does not fit."}, "clause": "GS-4",
    "errors": [{"pointer": "/placementId", "detail": "Field required"}], "publisher": "care-system",
    "messageSource": "/example/care-system", "messageId": "m-1", "digest": "ab" * 32,
    "topic": "placements.inbox.care-system", "offset": 7,
}  # fmt: skip


def test_a_refusal_s_bytes_stay_for_ever() -> None:
    """What was written once is written so again, and is read."""
    hold(MessageRefused.model_validate(EXAMPLE), "refused", "refused/placements.inbox.care-system/7")


def test_it_has_its_bytes_and_leaves_no_field_out() -> None:
    """Each field stands in the file."""
    complete("refused", [MessageRefused])
    assert {field.alias or name for name, field in MessageRefused.model_fields.items()} == set(EXAMPLE)

"""Every event of consultation, byte for byte, with all its fields."""

from typing import Any

import pytest

from shared.contracts.cloudevent import Event
from shared.contracts.consultation import (
    CONSULTATION_EVENTS,
    ConsultationDeclined,
    ConsultationHeld,
    ConsultationInitiated,
    JointFollowUpCompleted,
)
from tests.contracts.kept import DOCUMENT, complete, hold, id_

OF: dict[str, Any] = {"role": "executive-office", "unit": "Ledningskontoret", "dnr": "RS 2026/101", "year": 2026}
EXAMPLES: dict[type[Event], dict[str, Any]] = {
    ConsultationInitiated: OF | {
        "initiatedOn": "2026-05-04", "partnerId": "coompanion", "covers": ["samrad", "uppfoljning"],
        "invitation": DOCUMENT, "channel": "email", "deliveredAt": "2026-05-04T10:00:00+02:00",
        "proposedDates": ["2026-06-15", "2026-06-16"], "responseBy": "2026-05-18",
    },
    ConsultationHeld: OF | {
        "heldOn": "2026-06-15", "form": "meeting",
        "participants": [{"body": "executive-office", "count": 2}, {"body": "coompanion", "count": 3}],
        "minutes": DOCUMENT, "evidencePackId": id_(3), "agenda": ["Bidraget", "Upphandlingar"],
    },
    JointFollowUpCompleted: OF | {
        "completedOn": "2026-06-22", "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "subjects": ["use-of-contribution", "referrals"], "conclusion": "Bidraget har använts som tänkt.",
        "document": DOCUMENT, "agreedBy": ["executive-office", "coompanion"],
    },
    ConsultationDeclined: OF | {
        "partnerId": "coompanion", "declinedOn": "2026-05-18", "kind": "no-answer", "remindedOn": "2026-05-11",
        "document": DOCUMENT,
    },
}  # fmt: skip


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_an_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """What was written once is written so again, and is read."""
    hold(event.model_validate(EXAMPLES[event]), "consultation", "consultation/2026")


def test_every_event_has_its_bytes() -> None:
    """No event of consultation is without a file, and no file without an event."""
    complete("consultation", CONSULTATION_EVENTS)
    assert set(EXAMPLES) == set(CONSULTATION_EVENTS)

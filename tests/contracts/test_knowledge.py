"""Every event of guidance and learning activities, byte for byte, with all its fields."""

from typing import Any

import pytest

from shared.contracts.cloudevent import Event
from shared.contracts.knowledge import (
    GUIDANCE_LETTER_EVENTS,
    KNOWLEDGE_EVENTS,
    Evaluation,
    GuidanceDelivered,
    GuidanceFailed,
    GuidanceLetterApproved,
    GuidanceLetterWritten,
    GuidanceRequested,
    GuidanceSent,
    KnowledgeActivityHeld,
    KnowledgeActivityOffered,
)
from tests.contracts.kept import DOCUMENT, hold, id_

OF: dict[str, Any] = {"role": "procurement-office", "unit": "Serviceförvaltningen", "dnr": "RS 2026/102"}
GUIDANCE: dict[str, Any] = OF | {"guidanceId": id_(20), "enterpriseId": id_(8), "forYear": 2026}
ACTIVITY: dict[str, Any] = OF | {"activityId": id_(21), "kind": "workshop", "topics": ["how-to-tender", "reservations"]}
DUTY = f"gs-5.knowledge/{id_(8)}/2026"
EXAMPLES: dict[type[Event], dict[str, Any]] = {
    GuidanceLetterWritten: OF | {
        "forYear": 2026, "topics": ["how-to-tender"], "title": {"sv": "Att lämna anbud", "en": "How to tender"},
        "text": {"sv": "Så här gör ni.", "en": "This is how."}, "factsDigest": "12" * 32,
    },
    GuidanceLetterApproved: OF | {"forYear": 2026, "factsDigest": "12" * 32},
    GuidanceRequested: GUIDANCE | {
        "channel": "email", "contactId": id_(14), "factsDigest": "12" * 32, "language": "sv",
        "topics": ["how-to-tender"], "approvedBy": "staff-1", "dutyId": DUTY,
    },
    GuidanceSent: GUIDANCE | {
        "kind": "direct", "channel": "email", "contactId": id_(14), "sentAt": "2026-02-10T10:00:00+01:00",
        "messageDigest": "34" * 32, "topics": ["e-tendering"],
    },
    GuidanceDelivered: GUIDANCE | {
        "kind": "direct", "dutyId": DUTY, "deliveredAt": "2026-02-10T10:01:00+01:00", "proof": "spoken-noted",
        "receiptDigest": "56" * 32, "notedBy": "staff-1", "document": DOCUMENT, "approvedBy": "staff-2",
    },
    GuidanceFailed: GUIDANCE | {
        "failedAt": "2026-02-11T10:01:00+01:00", "reasonCode": "hard-bounce", "smtpStatus": "5.1.1", "retry": True,
        "retryAt": "2026-02-12T10:01:00+01:00",
    },
    KnowledgeActivityOffered: ACTIVITY | {
        "forYear": 2026, "offeredTo": [id_(8), id_(9)], "offeredOn": "2026-02-11", "plannedFor": "2026-03-12",
        "channel": "email", "places": 12, "dutyIds": [DUTY], "document": DOCUMENT, "approvedBy": "staff-2",
    },
    KnowledgeActivityHeld: ACTIVITY | {
        "heldOn": "2026-03-12", "durationMinutes": 180, "attendedBy": [id_(8)], "attendeeCount": 2, "organiser": "joint",
        "evaluation": {"answers": 2, "meanKnowledgeBefore": "2.5", "meanKnowledgeAfter": "4"}, "document": DOCUMENT,
    },
}  # fmt: skip


def _subject(event: type[Event]) -> str:
    if event in GUIDANCE_LETTER_EVENTS:
        return "guidance/2026"
    return f"knowledge/{id_(20 if event.__name__.startswith('Guidance') else 21)}"


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_an_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """What was written once is written so again, and is read."""
    hold(event.model_validate(EXAMPLES[event]), "procurement", _subject(event))


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_the_example_fills_every_field(event: type[Event]) -> None:
    """A field that no example fills would have no bytes to keep."""
    names = {field.alias or name for name, field in event.model_fields.items()}
    assert set(EXAMPLES[event]) == names


def test_every_event_has_an_example() -> None:
    """None is left out."""
    assert set(EXAMPLES) == {*KNOWLEDGE_EVENTS, *GUIDANCE_LETTER_EVENTS}


@pytest.mark.parametrize("mean", ["0.9", "5.01", "6", "2,5", "2.555"])
def test_a_mean_is_from_one_to_five(mean: str) -> None:
    """With two decimals at most."""
    with pytest.raises(ValueError, match="meanKnowledgeAfter"):
        Evaluation.model_validate({"answers": 1, "meanKnowledgeBefore": "1", "meanKnowledgeAfter": mean})

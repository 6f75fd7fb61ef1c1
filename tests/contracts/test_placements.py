"""Every event of placements, byte for byte, with all its fields; and every event of a duty, which each service has."""

from typing import Any

import pytest

from shared.contracts.cloudevent import Event
from shared.contracts.duty import (
    DUTY_EVENTS,
    DutyArose,
    DutyDischarged,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyReminded,
    DutyRescheduled,
    DutyVoided,
    DutyWaived,
    EventCorrected,
)
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.placements import (
    FIGURES_EVENTS,
    PLACEMENT_EVENTS,
    FollowUpCompleted,
    FollowUpPlanned,
    ParticipationDeclined,
    PlacementCancelled,
    PlacementEnded,
    PlacementExtended,
    PlacementFiguresPublished,
    PlacementPurchased,
    PlacementReviewed,
    PlacementStarted,
)
from tests.contracts.kept import DOCUMENT, ENC, complete, hold, id_

NAMED: dict[str, Any] = {"role": "social-board", "unit": "Socialnämnden", "dnr": "SON 2026/17"}
OF: dict[str, Any] = NAMED | {"placementId": id_(0xB001)}
DECISION: dict[str, Any] = {
    "dnr": "SON 2026/17", "decidedOn": "2026-01-05", "decidedByRole": "social-board", "paragraph": "§ 12",
}  # fmt: skip
MONEY: dict[str, Any] = {"amount": "450.00", "currency": "SEK", "vat": "excluded"}
FIRST = f"gs-4.first/{id_(0xB001)}"
EXAMPLES: dict[type[Event], dict[str, Any]] = {
    PlacementPurchased: OF | {
        "subjectRef": "01930000-0000-4000-8000-00000000d001", "enterpriseId": id_(0xE001), "placeKind": "arbetstraning",
        "basis": "lou-reserved-4-18", "purchasedOn": "2026-01-05", "plannedStart": "2026-01-12",
        "plannedEnd": "2026-06-30", "decision": DECISION, "need": ENC, "legalGround": ENC,
        "price": {"money": MONEY, "per": "day"}, "recognitionAtPurchase": "recognised", "hoursPerWeek": "20.5",
        "contractId": id_(7), "tenderId": id_(8), "goal": ENC,
    },
    PlacementStarted: OF | {"startedOn": "2026-01-12"},
    PlacementExtended: OF | {
        "previousEnd": None, "newEnd": "2026-09-30", "decision": DECISION, "decidedOn": "2026-06-01",
        "price": {"money": MONEY, "per": "month"}, "reason": ENC,
    },
    PlacementEnded: OF | {
        "endedOn": "2026-09-30", "endClass": "as-planned", "endReason": ENC, "outcome": ENC, "successorPlacementId": ENC,
    },
    PlacementCancelled: OF | {
        "cancelledOn": "2026-01-09", "cancelClass": "by-provider", "reason": ENC, "costIncurred": MONEY,
        "decision": DECISION,
    },
    FollowUpPlanned: OF | {
        "followUpId": id_(9), "kind": "first", "plannedFor": "2026-03-25", "method": "visit", "dutyId": FIRST,
        "officer": "staff-7",
    },
    FollowUpCompleted: OF | {
        "followUpId": id_(9), "kind": "first", "heldOn": "2026-03-25", "method": "three-party-meeting",
        "with": ["representative", "provider"], "subjects": ["goal", "attendance"], "result": "minor-deviation",
        "nextStep": "adjust", "officer": "staff-7", "document": ENC, "dutyId": FIRST, "providerOnlyReason": ENC,
        "userView": ENC, "notes": ENC, "approvedBy": "staff-9",
    },
    ParticipationDeclined: OF | {
        "declinedOn": "2026-03-02", "scope": "follow-up", "statedBy": "user", "followUpId": id_(9), "reason": ENC,
    },
    PlacementReviewed: OF | {
        "reviewedOn": "2026-03-10", "cause": "recognition-withdrawn", "causeEventId": id_(10), "outcome": "continue",
        "decision": DECISION, "reasons": ENC, "reviewAgainOn": "2026-09-10", "approvedBy": "staff-9",
    },
    PlacementFiguresPublished: NAMED | {
        "period": "2026-Q3", "rulesVersion": "figures-2026-1", "logIndex": 4711,
        "cells": [
            {"measure": "bought", "by": {}, "value": 12, "suppressed": False},
            {"measure": "bought", "by": {"enterpriseId": id_(0xE001)}, "value": None, "suppressed": True},
            {"measure": "bought", "by": {"placeKind": "arbetstraning"}, "value": 0, "suppressed": False},
        ],
    },
    PersonalDetailsAdded: NAMED | {"eventId": id_(1), "fields": {"need": ENC, "legalGround": ENC}},
}  # fmt: skip
OWED: dict[str, Any] = {"role": "social-board", "unit": "Socialnämnden", "dutyId": FIRST}
OF_A_DUTY: dict[type[Event], dict[str, Any]] = {
    DutyArose: OWED | {
        "clause": "GS-4", "kind": "first", "modality": "resp", "owedBy": "social-board", "owedByUnit": "Socialnämnden",
        "object": {"type": "placement", "id": id_(0xB001)}, "ordinal": 1, "triggerEventId": id_(2),
        "triggerOn": "2026-01-12", "dueOn": "2026-04-13", "hardDueOn": "2026-12-31",
        "terms": [{"key": "follow-up.first", "value": "90", "unit": "days", "gives": "2026-04-13"}],
        "interpretationId": "follow-up.first@2016-01-01", "policyVersion": "2015-09-07-221", "knownLateDays": 0,
    },
    DutyRescheduled: OWED | {
        "previousDueOn": None, "newDueOn": "2026-10-30", "causeEventId": id_(3), "reasonCode": "extended",
    },
    DutyReminded: OWED | {
        "step": "half-time", "remindedOn": "2026-02-26", "toUnit": "Socialnämnden", "channel": "email",
    },
    DutyFellOverdue: OWED | {
        "limit": "local", "dueOn": "2026-04-13", "overdueFrom": "2026-04-14", "owedByUnit": "Socialnämnden",
    },
    DutyEscalated: OWED | {
        "level": "unit-head", "escalatedOn": "2026-04-14", "toRole": "social-board", "document": DOCUMENT,
    },
    DutyDischarged: OWED | {
        "actedOn": "2026-04-10", "evidence": [id_(4)], "lateDays": 0, "recordedLateDays": 7, "rebuts": True,
        "approvedBy": "staff-9", "documents": [DOCUMENT],
    },
    DutyWaived: OWED | {
        "waivedOn": "2026-03-02", "reasonCode": "not-meaningful", "reasonsEnc": ENC, "authority": DECISION,
        "proposedBy": "staff-2", "approvedBy": "staff-3", "wasOverdue": False,
    },
    DutyVoided: OWED | {"voidedOn": "2026-04-01", "reasonCode": "placement-ended", "causeEventId": id_(5)},
    DutyLapsed: OWED | {"lapsedOn": "2026-04-30", "reasonCode": "object-gone", "causeEventId": id_(5)},
    EventCorrected: NAMED | {
        "corrects": {"eventId": id_(2), "stream": f"placement/{id_(0xB001)}", "index": 1}, "kind": "wrong-date",
        "changes": [{"pointer": "/startedOn", "after": "2026-01-19"}], "reason": "Fel dag.", "correctedBy": "staff-1",
        "approvedBy": "staff-9", "documents": [DOCUMENT],
    },
}  # fmt: skip


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_an_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """What was written once is written so again, and is read."""
    hold(event.model_validate(EXAMPLES[event]), "placements", f"placement/{id_(0xB001)}")


@pytest.mark.parametrize("event", OF_A_DUTY, ids=lambda event: event.__name__)
def test_a_duty_s_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """The events that every service writes of its duties, as placements writes them."""
    hold(event.model_validate(OF_A_DUTY[event]), "duty", f"duty/{FIRST}")


def test_every_event_has_its_bytes() -> None:
    """No event is without a file, and no file without an event."""
    complete("placements", (*PLACEMENT_EVENTS, *FIGURES_EVENTS))
    complete("duty", (*DUTY_EVENTS, EventCorrected))
    assert set(EXAMPLES) == {*PLACEMENT_EVENTS, *FIGURES_EVENTS}
    assert set(OF_A_DUTY) == {*DUTY_EVENTS, EventCorrected}


def test_the_examples_leave_no_field_out() -> None:
    """Each has every field of its event, so that each stands in a file."""
    for event, example in {**EXAMPLES, **OF_A_DUTY}.items():
        names = {field.alias or name for name, field in event.model_fields.items()}
        assert names - set(example) <= {"dnr", "enterpriseIdEnc", "reasons"}, event.__name__


@pytest.mark.parametrize("ref", ["19121212-1212", "191212121212", "anna", ""])
def test_a_person_s_reference_is_random(ref: str) -> None:
    """A number or a name cannot stand where the random reference does."""
    with pytest.raises(ValueError, match="subjectRef"):
        PlacementPurchased.model_validate(EXAMPLES[PlacementPurchased] | {"subjectRef": ref})

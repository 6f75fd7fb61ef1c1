"""Every event of registry, byte for byte, with all its fields."""

from typing import Any

import pytest

from shared.contracts.cloudevent import Event
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.registry import (
    ENTERPRISE_EVENTS,
    ContactChanged,
    CriterionAssessed,
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    OfferingUpdated,
    RecognitionApplied,
    RecognitionRefused,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
    TargetShareDeclared,
)
from tests.contracts.kept import DECISION, DOCUMENT, ENC, complete, hold, id_

NAMED: dict[str, Any] = {"role": "registry-officer", "unit": "Registerhandläggaren", "dnr": "RS 2026/17"}
OF: dict[str, Any] = NAMED | {"enterpriseId": id_(0xE001)}
EXAMPLES: dict[type[Event], dict[str, Any]] = {
    EnterpriseRegistered: OF | {
        "nameEnc": ENC, "identity": {"kind": "personnummer", "valueEnc": ENC}, "legalForm": "enskild-firma",
        "municipalityCode": "0980", "registeredOn": "2026-01-12", "isSocialWorkCooperative": False,
        "businessStartedOn": "2020-02-29", "website": "https://angen.example/",
    },
    RecognitionApplied: OF | {"applicationId": id_(0xA001), "receivedOn": "2026-02-16", "documents": [DOCUMENT]},
    CriterionAssessed: OF | {
        "assessmentId": id_(2), "criterion": "DF-2", "outcome": "met", "criteriaVersion": "sofisam-2015",
        "interpretationId": "participation@2016-01-01", "assessedOn": "2026-03-02", "evidence": [DOCUMENT],
        "reasons": "Stadgarna visar det.", "assessedBy": "staff-2", "financialYear": "2024/2025",
        "reinvestedShare": "0.9", "publicOwnershipShare": "0", "participationForm": "agreement",
        "aspects": {"ownProcess": True, "workOrganisation": True, "runsFirm": False},
    },
    EnterpriseRecognised: OF | {
        "decision": DECISION, "effectiveFrom": "2026-04-01", "assessmentIds": [id_(n) for n in range(2, 7)],
        "criteriaVersion": "sofisam-2015", "reviewDueOn": "2027-04-01",
    },
    RecognitionRefused: OF | {
        "applicationId": id_(0xA001), "decision": DECISION, "criteriaFailed": ["DF-3"], "reasons": "Vinsten delas ut.",
        "communicatedOn": "2026-03-16", "appealInformationGiven": True,
    },
    RecognitionSuspended: OF | {
        "decision": DECISION, "effectiveFrom": "2026-06-01", "reasonCode": "criterion-in-doubt", "criteria": ["DF-2"],
        "communicatedOn": "2026-05-18", "until": "2026-09-30",
    },
    RecognitionWithdrawn: OF | {
        "decision": DECISION, "effectiveFrom": "2026-09-01", "reasonCode": "criterion-not-met",
        "criteriaFailed": ["DF-3"], "communicatedOn": "2026-08-17", "reasons": "Vinsten delas ut.",
        "appealInformationGiven": True,
    },
    RecognitionRestored: OF | {
        "decision": DECISION, "effectiveFrom": "2026-10-01", "restores": "withdrawal",
        "assessmentIds": [id_(n) for n in range(2, 7)], "reviewDueOn": "2027-10-01",
    },
    OfferingUpdated: OF | {
        "cpv": ["9091"], "nuts": ["SE214"], "validFrom": "2026-04-01", "statedBy": "enterprise",
        "capacity": {"quantity": "12", "unit": "places"}, "placeKinds": ["arbetstraning"], "asSubcontractor": True,
        "inConsortium": False,
    },
    TargetShareDeclared: OF | {
        "asOf": "2026-04-01", "occupiedTotal": ENC, "occupiedTargetGroup": ENC, "reaches30Percent": True,
        "declaredBy": "enterprise", "employedTotal": ENC, "employedTargetGroup": ENC, "evidence": DOCUMENT,
        "validUntil": "2027-03-31",
    },
    ContactChanged: OF | {
        "contactId": id_(0xC001), "purpose": "procurement", "channel": "email", "addressEnc": ENC,
        "validFrom": "2026-04-01", "personName": ENC, "functionTitle": "verksamhetschef", "language": "sv",
        "replacesContactId": id_(0xC002), "withdrawn": False,
    },
    EnterpriseClosed: OF | {
        "closedOn": "2026-11-02", "reasonCode": "bankruptcy", "source": "bolagsverket", "evidence": DOCUMENT,
        "administratorContact": ENC,
    },
    EnterprisesMerged: NAMED | {
        "survivorId": id_(0xE001), "absorbedIds": [id_(0xE002), id_(0xE003)], "mergedOn": "2026-11-02",
        "survivorRecognition": "kept", "successorDuties": True, "evidence": DOCUMENT,
    },
    PersonalDetailsAdded: NAMED | {"eventId": id_(0), "fields": {"nameEnc": ENC, "identity/valueEnc": ENC}},
}  # fmt: skip


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_an_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """What was written once is written so again, and is read."""
    hold(event.model_validate(EXAMPLES[event]), "registry", f"enterprise/{id_(0xE001)}")


def test_every_event_has_its_bytes() -> None:
    """No event of registry is without a file, and no file without an event."""
    complete("registry", ENTERPRISE_EVENTS)
    assert set(EXAMPLES) == set(ENTERPRISE_EVENTS)

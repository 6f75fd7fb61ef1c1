"""Every event of consultation, byte for byte, with all its fields."""

from typing import Any

import pytest

from shared.contracts.cloudevent import Event
from shared.contracts.consultation import (
    CONSULTATION_EVENTS,
    ActionAgreed,
    ActionClosed,
    ConsultationDeclined,
    ConsultationHeld,
    ConsultationInitiated,
    EvidencePackFrozen,
    JointFollowUpCompleted,
)
from shared.contracts.partners import (
    PARTNER_EVENTS,
    ContributionDecided,
    ContributionPaid,
    OwnershipRecorded,
    PartnerRoleRecorded,
    SubcontractingReferralMade,
    SupportReferralMade,
)
from tests.contracts.kept import DECISION, DOCUMENT, ENC, complete, hold, id_

OF: dict[str, Any] = {"role": "executive-office", "unit": "Ledningskontoret", "dnr": "RS 2026/101", "year": 2026}
NO_YEAR: dict[str, Any] = {name: value for name, value in OF.items() if name != "year"}
MONEY: dict[str, Any] = {"amount": "450000", "currency": "SEK", "vat": "excluded"}
EXAMPLES: dict[type[Event], dict[str, Any]] = {
    ConsultationInitiated: OF | {
        "initiatedOn": "2026-05-04", "partnerId": "coompanion", "covers": ["samrad", "uppfoljning"],
        "invitation": DOCUMENT, "channel": "email", "deliveredAt": "2026-05-04T10:00:00+02:00",
        "proposedDates": ["2026-06-15", "2026-06-16"], "responseBy": "2026-05-18", "approvedBy": "staff-9",
    },
    ConsultationHeld: OF | {
        "heldOn": "2026-06-15", "form": "meeting",
        "participants": [{"body": "executive-office", "count": 2}, {"body": "coompanion", "count": 3}],
        "minutes": DOCUMENT, "evidencePackId": id_(3), "agenda": ["Bidraget", "Upphandlingar"], "approvedBy": "staff-9",
    },
    JointFollowUpCompleted: OF | {
        "completedOn": "2026-06-22", "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "subjects": ["use-of-contribution", "referrals"], "conclusion": "Bidraget har använts som tänkt.",
        "document": DOCUMENT, "agreedBy": ["executive-office", "coompanion"], "approvedBy": "staff-9",
    },
    ConsultationDeclined: OF | {
        "partnerId": "coompanion", "declinedOn": "2026-05-18", "kind": "no-answer", "remindedOn": "2026-05-11",
        "document": DOCUMENT, "approvedBy": "staff-9",
    },
    ActionAgreed: OF | {
        "actionId": id_(4), "agreedOn": "2026-06-15", "description": "Ordna en kurs i anbud.",
        "owner": "coompanion", "dueOn": "2026-11-30", "clause": "GS-5",
    },
    ActionClosed: NO_YEAR | {
        "actionId": id_(4), "closedOn": "2026-12-01", "outcome": "carried-over", "carriedToYear": 2027,
        "reason": "För få anmälda.", "document": DOCUMENT,
    },
    EvidencePackFrozen: {"role": "executive-office", "unit": "Ledningskontoret", "year": 2026} | {
        "packId": id_(5), "version": 2, "cause": "held", "asOf": "2026-06-15", "format": 1,
        "logs": [{"log": "registry.events", "size": 12, "root": "ef" * 32}], "manifestDigest": "ab" * 32,
    },
}  # fmt: skip
PARTNER: dict[str, Any] = NO_YEAR | {"partnerId": "coompanion"}
OF_PARTNERS: dict[type[Event], dict[str, Any]] = {
    PartnerRoleRecorded: PARTNER | {
        "name": "Coompanion Gotland", "regionRole": "funder", "support": {"sv": "Rådgivning", "en": "Advice"},
        "limits": {"sv": "Inga anbud", "en": "No tenders"}, "from": "2026-01-01", "to": "2026-12-31", "decision": DECISION,
    },
    ContributionDecided: PARTNER | {
        "forYear": 2026, "amount": MONEY, "decision": DECISION, "purpose": "Rådgivning", "conditions": "Redovisas",
        "reason": "Som förra året",
    },
    ContributionPaid: PARTNER | {
        "forYear": 2026, "amount": MONEY, "paidOn": "2026-03-02", "paymentRef": "V 4711", "decisionDnr": "RS 2026/17",
        "instalment": 1,
    },
    OwnershipRecorded: NO_YEAR | {
        "partnerId": "almi", "share": "0.49", "from": "2026-01-01", "to": "2026-12-31", "votes": "0.49",
        "source": DOCUMENT,
    },
    SupportReferralMade: PARTNER | {
        "referralId": id_(6), "about": "starter", "topic": "start-wise", "madeOn": "2026-03-02", "enterpriseId": id_(7),
        "starter": ENC, "consentOn": "2026-03-01", "followedUp": {"outcome": "Startar i höst.", "on": "2026-06-01"},
    },
    SubcontractingReferralMade: PARTNER | {
        "referralId": id_(8), "organisation": {"kind": "personnummer", "valueEnc": ENC}, "organisationName": "Exempel AB",
        "organisationNameEnc": ENC, "cpv": ["90910000"], "madeOn": "2026-03-02",
    },
}  # fmt: skip


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_an_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """What was written once is written so again, and is read."""
    hold(event.model_validate(EXAMPLES[event]), "consultation", "consultation/2026")


@pytest.mark.parametrize("event", OF_PARTNERS, ids=lambda event: event.__name__)
def test_a_partner_s_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """What was written once of a partner is written so again, and is read."""
    hold(event.model_validate(OF_PARTNERS[event]), "consultation", "partner/coompanion")


def test_every_event_has_its_bytes() -> None:
    """No event of consultation is without a file, and no file without an event."""
    complete("consultation", (*CONSULTATION_EVENTS, *PARTNER_EVENTS))
    assert set(EXAMPLES) == set(CONSULTATION_EVENTS)
    assert set(OF_PARTNERS) == set(PARTNER_EVENTS)

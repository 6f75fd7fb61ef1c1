"""Every event of procurement, byte for byte, with all its fields."""

from typing import Any

import pytest

from shared.contracts.awards import (
    AWARD_EVENTS,
    ContractAwarded,
    ContractEnded,
    ContractTermFollowedUp,
    DuplicateLinked,
    NoSuitableEnterprise,
)
from shared.contracts.cloudevent import Event
from shared.contracts.criteria import CRITERIA_EVENTS, SocialCriteriaApplied, SocialCriteriaNotAppropriate
from shared.contracts.figures import ReachFiguresPublished
from shared.contracts.knowledge import GUIDANCE_LETTER_EVENTS, KNOWLEDGE_EVENTS
from shared.contracts.letters import LETTER_EVENTS, LettersApproved, OutreachRequested
from shared.contracts.procurement import (
    PROCUREMENT_EVENTS,
    DeadlineMoved,
    OutreachDelivered,
    OutreachFailed,
    OutreachSent,
    ProcurementPlanned,
    SuitabilityAssessed,
    TenderAmended,
    TenderCancelled,
    TenderPublished,
    TenderResumed,
    TenderSuspended,
)
from tests.contracts.kept import DECISION, DOCUMENT, ENC, complete, hold, id_

OF: dict[str, Any] = {"role": "procurement-office", "unit": "Serviceförvaltningen", "dnr": "RS 2026/101"}
TENDER: dict[str, Any] = OF | {"tenderId": id_(7)}
TITLE: dict[str, Any] = {"sv": "Skötsel av parker", "en": "Care of parks"}
LOT: dict[str, Any] = {
    "lotId": "LOT-0001", "title": TITLE, "nature": "services", "cpv": ["77310000"], "nuts": ["SE214"],
    "deadline": "2026-04-15T12:00:00+02:00", "deadlineKind": "tenders", "reserved": ["res-ws"],
    "reservedExecution": "no", "socialObjectives": ["opp"], "strategic": ["soc-obj"],
    "estimatedValue": {"amount": "450000.00", "currency": "SEK", "vat": "excluded"},
}  # fmt: skip
UNTIMED: dict[str, Any] = {
    "lotId": "LOT-0002", "nature": "supplies", "cpv": [], "deadline": "2026-04-15", "deadlineKind": "interest",
}  # fmt: skip
BUYER: dict[str, Any] = {
    "organisationNumber": "SE212000080301", "normalised": "2120000803", "name": {"sv": "Region Gotland"},
    "board": "buying-board:executive", "onBehalfOf": False,
}  # fmt: skip
NOTICE: dict[str, Any] = {"noticeId": "badbe27e-09cf-4f0e-a745-63ec68963999", "noticeVersion": "01"}
EXAMPLES: dict[type[Event], dict[str, Any]] = {
    ContractAwarded: TENDER | {
        "lotIds": ["LOT-0001"], "contractId": id_(20), "awardDecidedOn": "2026-05-04", "outcome": "selec-w",
        "winners": [
            {
                "identity": {"kind": "orgnr", "value": "5560360793"}, "name": "Exempelbolaget AB", "enterpriseId": id_(8),
                "part": "main",
            },
            {"identity": {"kind": "personnummer", "valueEnc": ENC}, "nameEnc": ENC, "part": "subcontractor"},
        ],
        "socialTerms": [{
            "termId": "T1", "kind": "opp", "text": "Två praktikplatser", "followUpEveryDays": 90,
            "target": {"quantity": "2", "unit": "persons"},
        }],
        "concludedOn": "2026-05-18", "from": "2026-06-01", "to": "2027-11-30",
        "value": {"amount": "450000.00", "currency": "SEK", "vat": "excluded"},
    },
    ContractTermFollowedUp: TENDER | {
        "dutyId": f"gs-8.contract-term/{id_(20)}/T1/1", "contractId": id_(20), "termId": "T1",
        "period": {"from": "2026-06-01", "to": "2026-11-27"}, "followedUpOn": "2026-11-27", "result": "partly",
        "document": DOCUMENT, "officer": "staff-3", "measured": {"quantity": "1", "unit": "persons"},
        "action": "correction", "approvedBy": "staff-2",
    },
    DuplicateLinked: TENDER | {
        "duplicateTenderId": id_(9), "matchedBy": "upphandlings-id", "linkedOn": "2026-03-09", "linkedBy": "staff-1",
        "approvedBy": "staff-7",
    },
    NoSuitableEnterprise: TENDER | {
        "reasons": "Ingen arbetar med brobyggen.", "assessmentIds": [id_(10)], "decidedBy": "staff-1",
        "statedOn": "2026-03-09",
    },
    ContractEnded: TENDER | {"contractId": id_(20), "endedOn": "2026-09-30", "reasonCode": "terminated"},
    SocialCriteriaApplied: TENDER | {
        "lotIds": ["LOT-0001"], "statedOn": "2026-03-10", "basis": "officer", "noticeVersion": "01",
        "criteria": [{"kind": "opp", "where": "award", "weightPercent": "10.5", "text": "Praktikplatser"}],
        "document": DOCUMENT, "approvedBy": "staff-2",
    },
    SocialCriteriaNotAppropriate: TENDER | {
        "lotIds": ["LOT-0001"], "reasonCode": "no-link-to-subject", "statedOn": "2026-03-10", "decision": DECISION,
        "reasons": "Tjänsten utförs av en enda person, och inget krav hör ihop med den.",
        "document": DOCUMENT, "approvedBy": "staff-2",
    },
    ProcurementPlanned: TENDER | NOTICE | {
        "title": TITLE, "buyers": [BUYER], "lots": [LOT, UNTIMED], "source": "ted", "procedureKind": "open",
        "publicSince": "2026-02-16T00:00:00+01:00",
        "plannedPublication": {"date": "2026-03-01", "precision": "month"}, "procedureId": "bt-04",
        "buyingRole": "buying-board:executive",
    },
    TenderPublished: TENDER | NOTICE | {
        "publishedAt": "2026-03-02T00:00:00+01:00", "title": TITLE, "buyers": [BUYER, {"organisationNumber": "EU-PO"}],
        "isOwn": True, "buyersVersion": "buyers@2016-01-01", "lots": [LOT, UNTIMED], "procedureType": "open",
        "regime": "lou-directive", "source": "ted", "noticeDigest": "ab" * 32, "upphandlingsId": "UH-2026-1",
        "procedureId": "bt-04", "subtype": "16", "url": "https://ted.europa.eu/notice/1",
    },
    TenderAmended: TENDER | NOTICE | {
        "amendedAt": "2026-03-09T00:00:00+01:00", "noticeDigest": "cd" * 32,
        "changes": [
            {"pointer": "/lots/0/cpv", "lotId": "LOT-0001", "before": ["77310000"], "after": ["85312000"]},
            {"pointer": "/title/sv", "before": "Parker", "after": "Skötsel av parker"},
        ],
        "affects": ["branch", "text"], "reasons": ["cor-buy"], "changedNoticeId": "badbe27e-01",
    },
    DeadlineMoved: TENDER | {
        "lotIds": ["LOT-0001"], "deadlineKind": "tenders", "previousDeadline": None,
        "newDeadline": "2026-05-04T12:00:00+02:00", "movedAt": "2026-03-09T00:00:00+01:00",
        "noticeId": NOTICE["noticeId"],
    },
    TenderSuspended: TENDER | {
        "suspendedAt": "2026-03-10T09:00:00+01:00", "reasonCode": "review", "lotIds": ["LOT-0001"],
        "expectedUntil": "2026-05-01",
    },
    TenderResumed: TENDER | {
        "resumedAt": "2026-04-10T09:00:00+02:00", "lotIds": ["LOT-0001"], "newDeadline": "2026-06-01T12:00:00+02:00",
    },
    TenderCancelled: TENDER | {
        "cancelledAt": "2026-04-20T09:00:00+02:00", "scope": "lots", "lotIds": ["LOT-0001"], "reasonCode": "no-rece",
        "decision": DECISION, "noticeId": NOTICE["noticeId"], "replacedByTenderId": id_(9),
    },
    SuitabilityAssessed: TENDER | {
        "enterpriseId": id_(8), "assessmentId": id_(10), "stage": "published", "lotIds": ["LOT-0001"],
        "verdict": "suitable-if",
        "tests": [
            {"test": "own-buyer", "outcome": "pass", "tenderHas": "2120000803", "enterpriseHas": "own-buyers"},
            {
                "test": "branch", "outcome": "unknown", "lotIds": ["LOT-0001"], "tenderHas": "77310000",
                "enterpriseHas": "not-stated", "flipsIf": "enterprise.cpv+=77310000",
            },
        ],
        "suitableSince": "2026-03-02T00:00:00+01:00", "suitableBy": id_(11), "dueLotIds": ["LOT-0001"], "opens": True,
        "closes": "2026-04-15T12:00:00+02:00", "rulesVersion": "cpv-nuts-reservation-1",
        "interpretationId": "suitable@2016-01-01", "noticeVersion": 1, "offeringVersion": 0, "assessedBy": "rule",
        "supersedesId": id_(12), "overrideReason": "Känd av oss",
    },
    LettersApproved: TENDER | {"stage": "published", "purpose": "inform", "factsDigest": "12" * 32},
    ReachFiguresPublished: OF | {
        "period": "2026-Q3", "rulesVersion": "reach-2026-1", "logIndex": 812,
        "cells": [
            {"measure": "suitable-pairs", "by": {}, "value": 12, "suppressed": False},
            {"measure": "suitable-pairs", "by": {"board": "buying-board:technical"}, "value": None, "suppressed": True},
            {"measure": "suitable-pairs", "by": {"stage": "planned"}, "value": 0, "suppressed": False},
        ],
    },
    OutreachRequested: OF | {
        "outreachId": id_(13), "stage": "published", "purpose": "inform", "channel": "email", "contactId": id_(14),
        "factsDigest": "12" * 32, "language": "sv", "approvedBy": "rule",
        "dutyId": f"gs-6.published/{id_(7)}/{id_(8)}",
    },
    OutreachSent: TENDER | {
        "outreachId": id_(13), "enterpriseId": id_(8), "stage": "published", "purpose": "inform", "channel": "email",
        "contactId": id_(14), "sentAt": "2026-03-03T10:00:00+01:00", "factsDigest": "12" * 32,
        "messageDigest": "34" * 32, "messageId": "<1@example>", "language": "sv", "sentBy": "staff-1",
        "dutyId": f"gs-6.published/{id_(7)}/{id_(8)}",
    },
    OutreachDelivered: OF | {
        "outreachId": id_(13), "stage": "published", "purpose": "inform",
        "dutyId": f"gs-6.published/{id_(7)}/{id_(8)}", "deliveredAt": "2026-03-03T10:01:00+01:00",
        "proof": "spoken-noted", "receiptDigest": "56" * 32, "notedBy": "staff-1",
        "document": {"dnr": "RS 2026/71", "sha256": "78" * 32, "diarisedOn": "2026-03-03", "secrecy": "none"},
        "approvedBy": "staff-9",
    },
    OutreachFailed: OF | {
        "outreachId": id_(13), "failedAt": "2026-03-04T10:01:00+01:00", "reasonCode": "hard-bounce",
        "smtpStatus": "5.1.1", "retry": True, "retryAt": "2026-03-05T10:01:00+01:00",
    },
}  # fmt: skip


def _subject(event: type[Event]) -> str:
    if event is DuplicateLinked:
        return f"tender/{id_(9)}"
    if event is ReachFiguresPublished:
        return "figures/2026-Q3"
    if event is LettersApproved:
        return f"letters/{id_(7)}"
    outreach = event in (SuitabilityAssessed, OutreachRequested, OutreachSent, OutreachDelivered, OutreachFailed)
    return f"outreach/{id_(7)}/{id_(8)}" if outreach else f"tender/{id_(7)}"


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_an_event_s_bytes_stay_for_ever(event: type[Event]) -> None:
    """What was written once is written so again, and is read."""
    hold(event.model_validate(EXAMPLES[event]), "procurement", _subject(event))


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.__name__)
def test_the_example_fills_every_field(event: type[Event]) -> None:
    """A field that no example fills would have no bytes to keep."""
    names = {field.alias or name for name, field in event.model_fields.items()}
    assert set(EXAMPLES[event]) == names


def test_every_event_has_its_bytes() -> None:
    """No event of procurement is without a file, and no file without an event."""
    complete(
        "procurement",
        (
            *PROCUREMENT_EVENTS,
            *LETTER_EVENTS,
            *KNOWLEDGE_EVENTS,
            *GUIDANCE_LETTER_EVENTS,
            *CRITERIA_EVENTS,
            *AWARD_EVENTS,
            ReachFiguresPublished,
        ),
    )
    assert set(EXAMPLES) == {
        *PROCUREMENT_EVENTS,
        *LETTER_EVENTS,
        *CRITERIA_EVENTS,
        *AWARD_EVENTS,
        ReachFiguresPublished,
    }


@pytest.mark.parametrize("written", ["1999-12-31", "2101-01-01", "9999-12-31T23:59:59Z", "soon"])
def test_a_deadline_lies_in_our_time(written: str) -> None:
    """What no calendar of working days reaches is no deadline."""
    fields = EXAMPLES[DeadlineMoved] | {"newDeadline": written}
    with pytest.raises(ValueError, match="newDeadline"):
        DeadlineMoved.model_validate(fields)

"""Requests that the suite accepts, as JSON; each takes the day it is made on, and what the test looks at."""

from hashlib import sha256
from itertools import count
from typing import Any

_numbers = count(1)

MET: dict[str, dict[str, Any]] = {
    "DF-0": {"financialYear": "2025"},
    "DF-1": {},
    "DF-2": {"participationForm": "ownership", "aspects": {"ownProcess": True, "workOrganisation": True}},
    "DF-3": {"financialYear": "2025", "reinvestedShare": "0.9"},
    "DF-4": {"publicOwnershipShare": "0"},
}
"""The criteria, and what shows that each is met."""


def dnr() -> str:
    """Give a new diary number."""
    return f"EXEMPEL {next(_numbers)}"


def organisation_number(n: int) -> str:
    """Give the n-th invented organisation number of an association."""
    digits = f"802{n:06}"
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def document(day: str, secrecy: str = "none", number: str | None = None) -> dict[str, str]:
    """Give a diarised document."""
    number = number or dnr()
    return {"dnr": number, "sha256": sha256(number.encode()).hexdigest(), "diarisedOn": day, "secrecy": secrecy}


def decision(day: str, role: str) -> dict[str, str]:
    """Give a delegated decision."""
    return {"dnr": dnr(), "decidedOn": day, "decidedByRole": role, "delegationPoint": "7.1"}


def enterprise(day: str, n: int, **changes: Any) -> dict[str, Any]:
    """Register the n-th enterprise."""
    return {
        "organisationNumber": organisation_number(n), "name": f"Exempel {n}", "legalForm": "ideell-forening",
        "municipalityCode": "0980", "registeredOn": day, "dnr": dnr(), **changes,
    }  # fmt: skip


def assessment(day: str, criterion: str) -> dict[str, Any]:
    """Assess a criterion as met."""
    return {
        "criterion": criterion, "outcome": "met", "assessedOn": day, "evidence": [document(day)],
        "reasons": "Handlingarna visar det.", "assessedBy": "staff-1", "dnr": dnr(), **MET[criterion],
    }  # fmt: skip


def recognition(day: str) -> dict[str, Any]:
    """Recognise an enterprise."""
    return {"decision": decision(day, "registry-officer"), "effectiveFrom": day}


def withdrawal(day: str, communicated: str) -> dict[str, Any]:
    """Withdraw a recognition, as the enterprise itself asked."""
    return {
        "decision": decision(day, "registry-officer"), "effectiveFrom": day, "reasonCode": "own-request",
        "communicatedOn": communicated, "reasons": "På egen begäran.", "appealInformationGiven": True,
    }  # fmt: skip


def offering(day: str, *cpv: str) -> dict[str, Any]:
    """Say what an enterprise offers."""
    return {"cpv": cpv, "nuts": ["SE214"], "validFrom": day, "statedBy": "enterprise", "dnr": dnr()}


def contact(day: str) -> dict[str, Any]:
    """Enter a function mailbox."""
    return {
        "purpose": "procurement", "channel": "email", "address": "anbud@exempel.example", "validFrom": day, "dnr": dnr(),
    }  # fmt: skip


def purchase(day: str, enterprise_id: str, starts: str, **changes: Any) -> dict[str, Any]:
    """Buy a place."""
    return {
        "enterpriseId": enterprise_id, "placeKind": "arbetstraning", "basis": "lou-direct", "purchasedOn": day,
        "plannedStart": starts, "decision": decision(day, "social-board"), "legalGround": "sol",
        "price": {"money": {"amount": "9800", "currency": "SEK", "vat": "excluded"}, "per": "month"},
        "need": document(day, "osl-26-1"), **changes,
    }  # fmt: skip


def start(day: str) -> dict[str, Any]:
    """Record a first day."""
    return {"startedOn": day, "dnr": dnr()}


def follow_up(day: str, kind: str, duty_id: str, subject_ref: str, **changes: Any) -> dict[str, Any]:
    """Record a conversation that was held."""
    return {
        "kind": kind, "method": "three-party-meeting", "dutyId": duty_id, "officer": "staff-1", "heldOn": day,
        "with": ["user", "provider"], "result": "as-agreed", "nextStep": "continue", "subjectRef": subject_ref,
        "document": document(day, "osl-26-1"), "dnr": dnr(), **changes,
    }  # fmt: skip


def tender(published_at: str, closes: str, *cpv: str) -> dict[str, Any]:
    """Publish a tender of the authority's own."""
    return {
        "publishedAt": published_at, "title": {"sv": "Exempelupphandling"}, "procedureType": "open",
        "buyers": [{"organisationNumber": "212000-0803", "name": {"sv": "Region Gotland"}}],
        "lots": [{"lotId": "LOT-0001", "nature": "services", "cpv": cpv, "nuts": ["SE214"], "deadline": closes,
                  "deadlineKind": "tenders"}],
        "regime": "lou-directive", "source": "internal", "noticeDigest": sha256(b"notice").hexdigest(), "dnr": dnr(),
    }  # fmt: skip


def outreach(sent_at: str, contact_id: str, duty_id: str | None = None) -> dict[str, Any]:
    """Record that an enterprise was written to."""
    digest = sha256(b"letter").hexdigest()
    return {
        "stage": "published", "purpose": "inform", "channel": "email", "contactId": contact_id, "sentAt": sent_at,
        "factsDigest": digest, "messageDigest": digest, "language": "sv", "sentBy": "staff-1", "dnr": dnr(),
    } | ({"dutyId": duty_id} if duty_id else {})  # fmt: skip


def delivery(delivered_at: str) -> dict[str, Any]:
    """Record that it arrived."""
    return {"deliveredAt": delivered_at, "proof": "smtp-accepted", "dnr": dnr()}


def guidance(sent_at: str, enterprise_id: str, contact_id: str) -> dict[str, Any]:
    """Direct guidance about procurement, for the year in which it is sent."""
    return {
        "enterpriseId": enterprise_id, "forYear": int(sent_at[:4]), "kind": "direct", "channel": "email",
        "contactId": contact_id, "sentAt": sent_at, "messageDigest": "34" * 32, "topics": ["how-to-tender"], "dnr": dnr(),
    }  # fmt: skip


def guidance_delivery(delivered_at: str, enterprise_id: str) -> dict[str, Any]:
    """It arrived."""
    return {
        "enterpriseId": enterprise_id, "forYear": int(delivered_at[:4]), "deliveredAt": delivered_at,
        "proof": "smtp-accepted", "dnr": dnr(),
    }  # fmt: skip


def course(day: str, *enterprise_ids: str) -> dict[str, Any]:
    """A course is offered, for the year of the day."""
    return {
        "forYear": int(day[:4]), "offeredTo": list(enterprise_ids), "offeredOn": day, "plannedFor": day, "kind": "course",
        "topics": ["how-to-tender"], "channel": "email", "dnr": dnr(),
    }  # fmt: skip


def initiative(day: str) -> dict[str, Any]:
    """Take the year's initiative."""
    return {
        "initiatedOn": day, "covers": ["samrad", "uppfoljning"], "invitation": document(day), "channel": "email",
        "dnr": dnr(),
    }  # fmt: skip

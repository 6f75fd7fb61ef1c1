"""Builders of commands on the outside bodies that hide what the rule under test does not look at. All are invented."""

from datetime import date
from typing import Any, TypeVar

from services.consultation.domain.action import AgreeAction, CloseAction
from services.consultation.domain.partner import (
    CorrectPartner,
    DecideContribution,
    PayContribution,
    RecordOwnership,
    RecordPartnerRole,
)
from services.consultation.domain.referral import FollowUpReferral, ReferForSubcontracting, ReferToSupport
from services.consultation.domain.rows import PartnerRow
from services.consultation.views.partner import PARTNER, with_deviation
from shared.contracts.cloudevent import Recorded
from shared.contracts.values import Enc
from tests.authorities import authority
from tests.consultation.stories import document, resolution
from tests.spec import Story, at, event_id

LATER = at("2026-12-31")
C = TypeVar("C", DecideContribution, PayContribution)
ACTION, REFERRAL = event_id(1_000), event_id(2_000)
COMPANY, PERSON = "556036-0793", "811228-9874"
SEALED = Enc(key_ref=f"referral/{REFERRAL}", nonce="bm9uY2U=", ciphertext="c2VhbGVk")


def role(since: str = "2026-01-01", **fields: Any) -> RecordPartnerRole:
    """Record Coompanion's role."""
    return RecordPartnerRole.model_validate({
        "at": LATER, "partner_id": "coompanion", "name": "Coompanion Gotland", "region_role": "funder",
        "support": {"sv": "Rådgivning"}, "limits": {"sv": "Lämnar inga anbud"}, "from": since, **fields,
    })  # fmt: skip


def owns(since: str = "2026-01-01", **fields: Any) -> RecordOwnership:
    """Record the share of Almi."""
    return RecordOwnership.model_validate(
        {"at": LATER, "partner_id": "almi", "share": "0.49", "from": since, "source": document(), **fields}
    )


def money(amount: str, **fields: str) -> dict[str, str]:
    """Give kronor without VAT."""
    return {"amount": amount, "currency": "SEK", "vat": "excluded", **fields}


def in_money(command: C, **fields: str) -> C:
    """Let an amount be in another currency, or with VAT."""
    return command.model_copy(update={"amount": command.amount.model_copy(update=fields)})


def decide(amount: str = "450000", year: int = 2026, dnr: str = "RS 2026/17", **fields: Any) -> DecideContribution:
    """Decide the year's contribution."""
    return DecideContribution.model_validate({
        "at": LATER, "partner_id": "coompanion", "for_year": year, "amount": money(amount),
        "decision": resolution("2026-02-10").model_copy(update={"dnr": dnr}), **fields,
    })  # fmt: skip


def pay(amount: str = "450000", ref: str = "V 1", **fields: Any) -> PayContribution:
    """Pay it."""
    return PayContribution.model_validate({
        "at": LATER, "partner_id": "coompanion", "for_year": 2026, "amount": money(amount), "paid_on": "2026-03-02",
        "payment_ref": ref, "decision_dnr": "RS 2026/17", **fields,
    })  # fmt: skip


def support(**fields: Any) -> ReferToSupport:
    """Refer an enterprise to Coompanion."""
    return ReferToSupport.model_validate({
        "at": LATER, "partner_id": "coompanion", "referral_id": REFERRAL, "about": "enterprise",
        "topic": "procurement", "made_on": "2026-03-02", "enterprise_id": event_id(3_000), **fields,
    })  # fmt: skip


def starter(**fields: Any) -> ReferToSupport:
    """Refer somebody who wants to start, by consent."""
    who = {"name": "Exempel Exempelsson", "address": "Exempelgatan 1"}
    asked = {
        "about": "starter",
        "enterprise_id": None,
        "topic": "start-wise",
        "starter": who,
        "consent_on": "2026-03-01",
    }
    return support(**(asked | fields))


def followed_up(on: str = "2026-06-01", **fields: Any) -> FollowUpReferral:
    """Tell what came of it."""
    return FollowUpReferral.model_validate({
        "at": LATER, "partner_id": "coompanion", "referral_id": REFERRAL, "outcome": "Startar i höst.", "on": on, **fields,
    })  # fmt: skip


def company(number: str = COMPANY, **fields: Any) -> ReferForSubcontracting:
    """Refer an ordinary company to Coompanion."""
    return ReferForSubcontracting.model_validate({
        "at": LATER, "partner_id": "coompanion", "referral_id": REFERRAL, "organisation_number": number,
        "organisation_name": "Exempelbolaget AB", "made_on": "2026-03-02", "recognised": False, **fields,
    })  # fmt: skip


def agree(on: str = "2026-06-15", **fields: Any) -> AgreeAction:
    """Agree on an action of the executive office's."""
    return AgreeAction.model_validate({
        "at": LATER, "year": 2026, "action_id": ACTION, "agreed_on": on, "description": "Bjud in till kurs.",
        "owner": "executive-office", **fields,
    })  # fmt: skip


def close(on: str = "2026-11-02", **fields: Any) -> CloseAction:
    """Close it as done."""
    return CloseAction.model_validate(
        {"at": LATER, "year": 2026, "action_id": ACTION, "closed_on": on, "outcome": "done", **fields}
    )


def correct_partner(told: Story, n: int, kind: str = "wrong-value", **changes: Any) -> CorrectPartner:
    """Correct a story's n-th event."""
    return CorrectPartner.model_validate({
        "at": LATER, "partner_id": told.told[n].subject.partition("/")[2], "kind": kind, "reason": "Fel i underlaget.",
        "corrects": {"event_id": told.told[n].id, "stream": told.told[n].subject, "index": n},
        "changes": [{"pointer": f"/{name}", "after": value} for name, value in changes.items()],
        "corrected_by": "staff-1", "approved_by": "staff-9",
    })  # fmt: skip


def shown(told: Story, partner: str = "coompanion") -> PartnerRow:
    """Give what the view holds of a body."""
    row = None
    for index, envelope in enumerate(told.told):
        if envelope.subject == f"partner/{partner}":
            row = PARTNER.fold(row, Recorded("consultation.events", index, envelope))
    assert row is not None
    return row


def contribution(told: Story, on: str, year: int = 2026) -> dict[str, Any]:
    """Give a year's row of Coompanion's contributions on a day; a year without an event is the query's own row."""
    given = [each for each in shown(told).contributions if each.year == year] if told.told else []
    usual: dict[str, Any] = {"decided": None, "paid": None, "decisions": None, "reason": None}
    columns = {name: getattr(given[0], name) for name in usual} if given else usual
    row = {"partner_id": "coompanion", "year": year, "owned": [], **columns}
    return with_deviation(row, date.fromisoformat(on), authority(), "sv")

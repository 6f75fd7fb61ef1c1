"""The outside bodies: their roles, what they were given, what the authority owns of them, and whom it sent to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.consultation.domain.consultation import EVENTS
from services.consultation.domain.rows import Contribution, Owned, PartnerRow, Referral, Role
from shared.contracts.cloudevent import Recorded
from shared.contracts.partners import (
    ContributionDecided,
    ContributionPaid,
    OwnershipRecorded,
    PartnerRoleRecorded,
    SubcontractingReferralMade,
    SupportReferralMade,
)
from shared.contracts.values import Enc, Money, Personal
from shared.log.view import View
from shared.policy.authority import Authority
from shared.policy.role import COOMPANION


def fold(row: PartnerRow | None, recorded: Recorded) -> PartnerRow:
    """Fold one event of a body."""
    event = recorded.event
    if row is None:
        row = PartnerRow(key=recorded.subject, partner_id=recorded.subject.partition("/")[2])
    match event:
        case PartnerRoleRecorded():
            roles = sorted((*row.roles, _role(event)), key=lambda role: role.since)
            return replace(row, roles=tuple(roles))
        case OwnershipRecorded():
            owned = Owned(share=event.share, votes=event.votes, since=event.from_, to=event.to)
            return replace(row, owned=tuple(sorted((*row.owned, owned), key=lambda each: each.since)))
        case ContributionDecided(for_year=year, amount=amount):
            decisions, reason = (event.decision.dnr,), event.reason
            return _counted(row, year, amount, decided=amount.amount, decisions=decisions, reason=reason)
        case ContributionPaid(for_year=year, amount=amount):
            return _counted(row, year, amount, paid=amount.amount)
        case SupportReferralMade():
            former = next((each for each in row.referrals if each.referral_id == event.referral_id), None)
            others = (each for each in row.referrals if each is not former)
            return replace(row, referrals=(*others, _support(event, former)))
        case SubcontractingReferralMade():
            return replace(row, referrals=(*row.referrals, _subcontracting(event)))
        case _:
            raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is no event of a partner")


def _role(event: PartnerRoleRecorded) -> Role:
    return Role(
        name=event.name, region_role=event.region_role, support_sv=event.support.sv, support_en=event.support.en,
        limits_sv=event.limits.sv, limits_en=event.limits.en, since=event.from_, to=event.to,
        dnr=event.decision.dnr if event.decision else None,
    )  # fmt: skip


def _counted(
    row: PartnerRow, year: int, amount: Money, *, decided: str = "0", paid: str = "0", decisions: tuple[str, ...] = (),
    reason: str | None = None,
) -> PartnerRow:  # fmt: skip
    """Add a decision or a payment to its year. A payment alone, of a decision that never happened, shows as decided 0."""
    former = next((each for each in row.contributions if each.year == year), None)
    if former is None:
        former = Contribution(year=year, decided="0", paid="0", currency=amount.currency, vat=amount.vat, decisions=())
    news = replace(
        former, decided=_sum(former.decided, decided), paid=_sum(former.paid, paid),
        decisions=(*former.decisions, *decisions), reason=reason or former.reason,
    )  # fmt: skip
    others = [each for each in row.contributions if each.year != year]
    return replace(row, contributions=tuple(sorted((*others, news), key=lambda each: each.year)))


def _sum(*amounts: str) -> str:
    return str(sum(map(Decimal, amounts)))


def _support(event: SupportReferralMade, former: Referral | None) -> Referral:
    """Give the referral; a later record tells what came of it, and leaves out who it was."""
    done = event.followed_up
    if former is not None and done is not None:
        return replace(former, outcome=done.outcome, outcome_on=done.on)
    return Referral(
        referral_id=event.referral_id, kind=event.about, topic=event.topic, made_on=event.made_on,
        enterprise_id=event.enterprise_id, starter=_sealed(event.starter), consent_on=event.consent_on,
        outcome=done.outcome if done else None, outcome_on=done.on if done else None,
    )  # fmt: skip


def _subcontracting(event: SubcontractingReferralMade) -> Referral:
    return Referral(
        referral_id=event.referral_id, kind="company", topic=None, made_on=event.made_on,
        organisation_number=event.organisation.value, organisation_number_enc=_sealed(event.organisation.value_enc),
        organisation_name=event.organisation_name, organisation_name_enc=_sealed(event.organisation_name_enc),
        cpv=event.cpv or (),
    )  # fmt: skip


def _sealed(value: Personal | None) -> Enc | None:
    """Give what is stored of a personal field: in a stored event it is sealed. Raises TypeError."""
    if value is not None and not isinstance(value, Enc):
        raise TypeError("a row holds nothing personal in clear")
    return value


PARTNER = View(
    name="partner", log=EVENTS, category="partner", row=PartnerRow, fold=fold, sql=Path(__file__).with_suffix(".sql")
)


def with_roles(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Give the role and the share that are in force today, too."""
    return row | {"role_now": in_force(row["roles"], today), "share_now": in_force(row["owned"], today)}


def with_deviation(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Give a year's difference and share, and from its 31 December on whether nothing was decided: a deviation, no breach."""
    last = date(row["year"], 12, 31)
    share = in_force(row["owned"] or (), min(last, today))
    decided, paid = (row[name] and Decimal(row[name]) for name in ("decided", "paid"))
    shown = {name: value for name, value in row.items() if name != "owned"}
    return shown | {
        "difference": None if decided is None else str(decided - paid),
        "share": share and share["share"],
        "deviation": deviation(row["partner_id"], row["year"], row["decisions"] or (), today),
    }


def deviation(partner_id: str, year: int, decisions: Sequence[str], today: date) -> str | None:
    """Give what is amiss with a year: by the end of it the contribution was not decided (GS-1). Shown, and no breach."""
    is_missing = partner_id == COOMPANION and not decisions and today >= date(year, 12, 31)
    return "contribution-missing" if is_missing else None


def in_force(periods: Sequence[dict[str, Any]], on: date) -> dict[str, Any] | None:
    """Give the period that a day is in: the last to begin by it, unless that has ended."""
    begun = [each for each in periods if date.fromisoformat(each["since"]) <= on]
    last = begun[-1] if begun else None
    return None if last is None or (last["to"] and date.fromisoformat(last["to"]) < on) else last

"""What the authority records of the outside bodies: their roles (IN-4), its contributions (GS-1), its ownership (GS-2).

No duty stands here. A year without a contribution is a deviation that is shown, and no breach (`views/partner.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import Field
from typing_extensions import override

from services.consultation.domain.consultation import IN_FUTURE, is_to_come
from shared.contracts.consultation import PartnerId, Year
from shared.contracts.duty import EventCorrected
from shared.contracts.partners import (
    ContributionDecided,
    ContributionPaid,
    OwnershipRecorded,
    PartnerEvent,
    PartnerRoleRecorded,
    RegionRole,
    SubcontractingReferralMade,
    SupportReferralMade,
)
from shared.contracts.values import Day, DecisionRef, Dnr, DocumentRef, I18n, Money, Share, Text
from shared.correction import CorrectEvent
from shared.deciding import Command, Decision, Refused
from shared.policy.clause import GS_1, GS_2, IN_4
from shared.policy.role import ALMI, COOMPANION

RECORD = {"role", "unit", "dnr"}
E = TypeVar("E", bound=PartnerEvent)
Dated = PartnerRoleRecorded | OwnershipRecorded


@dataclass(frozen=True, slots=True)
class State:
    """All that is recorded of one body, in the order in which it was."""

    roles: tuple[PartnerRoleRecorded, ...] = ()
    owned: tuple[OwnershipRecorded, ...] = ()
    decided: tuple[ContributionDecided, ...] = ()
    paid: tuple[ContributionPaid, ...] = ()
    support: tuple[SupportReferralMade, ...] = ()
    subcontracting: tuple[SubcontractingReferralMade, ...] = ()


initial = State()


def evolve(state: State, event: PartnerEvent | EventCorrected) -> State:
    """Fold one event of the stream. Corrections come already read into the others (`shared/correcting.py`)."""
    match event:
        case PartnerRoleRecorded():
            return replace(state, roles=(*state.roles, event))
        case OwnershipRecorded():
            return replace(state, owned=(*state.owned, event))
        case ContributionDecided():
            return replace(state, decided=(*state.decided, event))
        case ContributionPaid():
            return replace(state, paid=(*state.paid, event))
        case SupportReferralMade():
            return replace(state, support=(*state.support, event))
        case SubcontractingReferralMade():
            return replace(state, subcontracting=(*state.subcontracting, event))
        case EventCorrected():
            return state


class PartnerCommand(Command):
    """A command on one body."""

    partner_id: PartnerId

    @property
    @override
    def subject(self) -> str:
        """The body's stream."""
        return f"partner/{self.partner_id}"


class RecordPartnerRole(PartnerCommand):
    """Say what the authority is to the body, what support the body gives and where that ends."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    region_role: RegionRole
    support: I18n
    limits: I18n
    from_: Annotated[Day, Field(alias="from")]
    to: Day | None = None
    decision: DecisionRef | None = None


class RecordOwnership(PartnerCommand):
    """Say how much of the body the authority owns."""

    share: Share
    from_: Annotated[Day, Field(alias="from")]
    to: Day | None = None
    votes: Share | None = None
    source: DocumentRef


class DecideContribution(PartnerCommand):
    """Record a decision on a year's contribution; one of 0 says why."""

    for_year: Year
    amount: Money
    decision: DecisionRef
    purpose: Text | None = None
    conditions: Text | None = None
    reason: Text | None = None


class PayContribution(PartnerCommand):
    """Record a payment of what was decided; `decisionDnr` is the decision's."""

    for_year: Year
    amount: Money
    paid_on: Day
    payment_ref: Annotated[str, Field(min_length=1, max_length=100)]
    decision_dnr: Dnr
    instalment: Annotated[int, Field(ge=1, le=100)] | None = None


class CorrectPartner(CorrectEvent, PartnerCommand):
    """Correct an event of the body. What is sealed of a person is not corrected: it never happened, and is entered anew."""


ROLE_BACKWARDS = Refused(
    "partner-role-backwards", IN_4,
    "Rollen slutar innan den börjar; byt plats på dagarna.",
    "The role ends before it begins; swap its days.",
)  # fmt: skip
ROLE_OVERLAPS = Refused(
    "partner-role-overlaps", IN_4,
    "För den tiden finns redan en roll registrerad; rätta den, eller börja den nya en annan dag.",
    "A role is recorded for that time already; correct it, or begin the new one on another day.",
)  # fmt: skip
SHARE_BACKWARDS = Refused(
    "ownership-backwards", GS_2,
    "Ägandet slutar innan det börjar; byt plats på dagarna.",
    "The ownership ends before it begins; swap its days.",
)  # fmt: skip
SHARE_OVERLAPS = Refused(
    "ownership-overlaps", GS_2,
    "För den tiden finns redan en ägarandel registrerad; rätta den, eller börja den nya en annan dag.",
    "A share is recorded for that time already; correct it, or begin the new one on another day.",
)  # fmt: skip
NOT_ALMI = Refused(
    "ownership-not-of-almi", GS_2,
    "Delägandet gäller Almi och ingen annan.",
    "The part ownership is of Almi and of nobody else.",
)  # fmt: skip
NOT_COOMPANION = Refused(
    "contribution-not-to-coompanion", GS_1,
    "Det årliga bidraget går till Coompanion och ingen annan.",
    "The yearly contribution goes to Coompanion and to nobody else.",
)  # fmt: skip
NEGATIVE = Refused(
    "contribution-negative", GS_1,
    "Ett bidrag kan inte vara mindre än noll; rätta beslutet eller betalningen i stället.",
    "A contribution can't be less than nothing; correct the decision or the payment instead.",
)  # fmt: skip
NO_REASON = Refused(
    "contribution-zero-without-reason", GS_1,
    "Ett beslut om noll kronor ska ha ett skäl; ange det i reason.",
    "A decision on nothing needs a reason; give it in reason.",
)  # fmt: skip
DECIDED_OTHERWISE = Refused(
    "contribution-decided-otherwise", GS_1,
    "Samma beslut är redan registrerat för året med annat innehåll; rätta det i stället.",
    "The same decision is recorded for the year with other contents; correct that one instead.",
)  # fmt: skip
NOT_DECIDED = Refused(
    "contribution-not-decided", GS_1,
    "Det finns inget sådant beslut för året; registrera beslutet innan betalningen.",
    "There is no such decision for the year; record the decision before its payment.",
)  # fmt: skip
NOTHING_PAID = Refused(
    "payment-of-nothing", GS_1,
    "En betalning är större än noll; ange beloppet.",
    "A payment is more than nothing; give its amount.",
)  # fmt: skip
OTHER_MONEY = Refused(
    "contribution-in-other-money", GS_1,
    "Ett års beslut och betalningar räknas i samma valuta, och alla med eller alla utan moms.",
    "A year's decisions and payments are in one currency, and all with VAT or all without.",
)  # fmt: skip
PAID_OTHERWISE = Refused(
    "payment-recorded-otherwise", GS_1,
    "Betalningen är redan registrerad med annat innehåll; rätta den i stället.",
    "The payment is recorded with other contents; correct that one instead.",
)  # fmt: skip


def record_role(command: RecordPartnerRole, state: State) -> Decision:
    """Record a role from a day on; it ends one without an end. Bodies are renamed, so the name is dated with it."""
    event = PartnerRoleRecorded(**fields_of(command))
    return _from_a_day_on(event, state.roles, ROLE_BACKWARDS, ROLE_OVERLAPS)


def record_ownership(command: RecordOwnership, state: State) -> Decision:
    """Record a share from a day on; it ends one without an end."""
    if command.partner_id != ALMI:
        return NOT_ALMI
    event = OwnershipRecorded(**fields_of(command))
    return _from_a_day_on(event, state.owned, SHARE_BACKWARDS, SHARE_OVERLAPS)


def decide_contribution(command: DecideContribution, state: State) -> Decision:
    """Record a decision. A year may have more than one: each adds to it."""
    if command.partner_id != COOMPANION:
        return NOT_COOMPANION
    if is_to_come(command.decision.decided_on, command):
        return IN_FUTURE
    amount = Decimal(command.amount.amount)
    if amount < 0:
        return NEGATIVE
    if amount == 0 and not (command.reason or "").strip():
        return NO_REASON
    event = ContributionDecided(**fields_of(command))
    if said(event, state.decided):
        return []
    same_year = [each for each in state.decided if each.for_year == event.for_year]
    if any(_decision_of(each) == _decision_of(event) for each in same_year):
        return DECIDED_OTHERWISE
    return [event] if _same_money(event, same_year) else OTHER_MONEY


def pay_contribution(command: PayContribution, state: State) -> Decision:
    """Record a payment. What was paid beyond what was decided is a fact too: it shows as a difference."""
    if command.partner_id != COOMPANION:
        return NOT_COOMPANION
    if is_to_come(command.paid_on, command):
        return IN_FUTURE
    if Decimal(command.amount.amount) <= 0:
        return NOTHING_PAID
    same_year = [each for each in state.decided if each.for_year == command.for_year]
    if all(each.decision.dnr != command.decision_dnr for each in same_year):
        return NOT_DECIDED
    event = ContributionPaid(**fields_of(command))
    if not _same_money(event, same_year):
        return OTHER_MONEY
    if said(event, state.paid):
        return []
    if any(each.payment_ref == event.payment_ref for each in state.paid):
        return PAID_OTHERWISE
    return [event]


def fields_of(command: PartnerCommand, *without: str) -> dict[str, object]:
    """Give what a command says that its event says too."""
    return {name: getattr(command, name) for name in type(command).model_fields if name not in {"at", *without}}


def said(event: E, former: Iterable[E]) -> bool:
    """Tell whether the same is recorded, in whoever's name."""
    return any(event.model_dump(exclude=RECORD) == each.model_dump(exclude=RECORD) for each in former)


def _from_a_day_on(event: Dated, former: tuple[Dated, ...], backwards: Refused, overlaps: Refused) -> Decision:
    if event.to is not None and event.to < event.from_:
        return backwards
    if said(event, former):
        return []
    return overlaps if any(_overlap(event, each) for each in former) else [event]


def _overlap(one: Dated, other: Dated) -> bool:
    """Two periods meet; one without an end lasts until the next begins, so only its first day is taken."""
    earlier, later = sorted((one, other), key=lambda each: each.from_)
    return earlier.from_ == later.from_ or (earlier.to is not None and earlier.to >= later.from_)


def _decision_of(event: ContributionDecided) -> tuple[str, str | None]:
    return event.decision.dnr, event.decision.paragraph


def _same_money(event: ContributionDecided | ContributionPaid, decided: Iterable[ContributionDecided]) -> bool:
    kinds = {(each.amount.currency, each.amount.vat) for each in (event, *decided)}
    return len(kinds) == 1

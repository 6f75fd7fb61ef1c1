"""Builders of procurement's commands, and of what registry publishes, that hide what the rule under test does not look at."""

from datetime import date, datetime
from typing import Any

from services.procurement.domain.outreach import RecordDelivered, RecordFailed, RecordSent
from services.procurement.domain.tender_commands import (
    AmendTender,
    CancelTender,
    MoveDeadline,
    PlanProcurement,
    PublishTender,
    ResumeTender,
    SuspendTender,
)
from shared.contracts.procurement import Buyer, Lot, TenderChange
from shared.contracts.registry import (
    Capacity,
    ContactChanged,
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    OfferingUpdated,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
    TargetShareDeclared,
)
from shared.contracts.values import DecisionRef, DocumentRef, DutyId, I18n, Id, OrgNr
from shared.policy.duty.commands import WaiveDuty
from shared.policy.role import PROCUREMENT_OFFICE, Role
from tests.authorities import authority, here
from tests.spec import at

TENDER = Id("01930000-0000-7000-8000-00000000aaaa")
OTHER_TENDER = Id("01930000-0000-7000-8000-00000000bbbb")
WISE = Id("01930000-0000-7000-8000-00000000eeee")
OUTREACH = Id("01930000-0000-7000-8000-00000000cccc")
CONTACT = Id("01930000-0000-7000-8000-00000000dddd")
SURVIVOR = Id("01930000-0000-7000-8000-00000000ee09")
PAIR = f"{TENDER}/{WISE}"
GARDENING = "77310000"
CARE = "85312000"
GOTLAND = Buyer(organisation_number="SE212000080301")
OUTSIDER = Buyer(organisation_number="556036-0793")
DECISION = DecisionRef(
    dnr="RS 2026/7", decided_on=date(2026, 1, 7), decided_by_role=Role("registry-officer"), delegation_point="4.2"
)  # fmt: skip


def own() -> Buyer:
    """Give a buyer that is the authority itself: its oldest number."""
    return Buyer(organisation_number=authority().buyers[0].number)


def instant(when: str) -> datetime:
    """Give `2026-03-02` as 09:00 that day in Stockholm, `2026-03-02T23:30:00+01:00` as it is."""
    return datetime.fromisoformat(when) if "T" in when else at(when)


def deadline(when: str | None) -> date | None:
    """Give a day, or an instant where an hour is given."""
    if when is None:
        return None
    return datetime.fromisoformat(when) if "T" in when else date.fromisoformat(when)


def lot(lot_id: str = "LOT-0001", closes: str | None = None, cpv: tuple[str, ...] = (GARDENING,), **fields: Any) -> Lot:
    """Give a lot of services in gardening."""
    kind = "none" if closes is None else "tenders"
    return Lot(lot_id=lot_id, nature="services", cpv=cpv, deadline=deadline(closes), deadline_kind=kind, **fields)


def plan(since: str | None = "2026-03-02", *lots: Lot, on: str | None = None, **fields: Any) -> PlanProcurement:
    """Plan a procurement that is public since a day."""
    told = {
        "at": instant(on or since or "2026-03-02"), "tender_id": TENDER, "title": I18n(sv="Skötsel av parker"),
        "buyers": (own(),), "lots": lots or (lot(),), "source": "procurement-plan", "procedure_kind": "open",
        "public_since": instant(since) if since else None,
        "buying_role": here("buying-board:technical", "buying-board:learning"),
    }  # fmt: skip
    return PlanProcurement(**(told | fields))


def publish(day: str = "2026-03-02", *lots: Lot, closes: str | None = "2026-04-15", **fields: Any) -> PublishTender:
    """Publish a tender, of one lot that closes on a day by default."""
    told = {
        "at": instant(day), "tender_id": TENDER, "published_at": instant(day), "title": I18n(sv="Skötsel av parker"),
        "buyers": (own(),), "lots": lots or (lot(closes=closes),), "procedure_type": "open",
        "regime": "lou-directive", "source": "ted", "notice_digest": "ab" * 32,
    }  # fmt: skip
    return PublishTender(**(told | fields))


def move(to: str, on: str, *lots: str, **fields: Any) -> MoveDeadline:
    """Move the deadline, of all lots by default."""
    told = {"at": instant(on), "tender_id": TENDER, "lot_ids": lots, "moved_at": instant(on)}
    return MoveDeadline(**(told | {"new_deadline": deadline(to)} | fields))


def amend(on: str, *changes: TenderChange, **fields: Any) -> AmendTender:
    """Amend a tender."""
    told = {
        "at": instant(on), "tender_id": TENDER, "amended_at": instant(on), "changes": changes,
        "notice_digest": "cd" * 32,
    }  # fmt: skip
    return AmendTender(**(told | fields))


def recode(*cpv: str, index: int = 0) -> TenderChange:
    """Change a lot's branch."""
    return TenderChange(pointer=f"/lots/{index}/cpv", after=list(cpv))


def cancel(on: str, *lots: str) -> CancelTender:
    """Cancel a tender, or some of its lots."""
    return CancelTender(at=instant(on), tender_id=TENDER, cancelled_at=instant(on), lot_ids=lots or None)


def suspend(on: str) -> SuspendTender:
    """Stop a tender for a review."""
    return SuspendTender(at=instant(on), tender_id=TENDER, suspended_at=instant(on), reason_code="review")


def resume(on: str, closes: str | None = None) -> ResumeTender:
    """Let a tender go on."""
    new = instant(closes) if closes else None
    return ResumeTender(at=instant(on), tender_id=TENDER, resumed_at=instant(on), new_deadline=new)


def sent(on: str = "2026-03-03", **fields: Any) -> RecordSent:
    """Send an outreach about the publication."""
    told = {
        "at": instant(on), "tender_id": TENDER, "enterprise_id": WISE, "outreach_id": OUTREACH, "stage": "published",
        "purpose": "inform", "channel": "email", "contact_id": CONTACT, "sent_at": instant(on), "language": "sv",
        "facts_digest": "12" * 32, "message_digest": "34" * 32, "sent_by": "staff-1",
    }  # fmt: skip
    return RecordSent(**(told | fields))


def delivered(on: str = "2026-03-03", **fields: Any) -> RecordDelivered:
    """Say that it arrived."""
    told = {
        "at": instant(on), "tender_id": TENDER, "enterprise_id": WISE, "outreach_id": OUTREACH,
        "delivered_at": instant(on), "proof": "smtp-accepted",
    }  # fmt: skip
    return RecordDelivered(**(told | fields))


def document(on: str) -> DocumentRef:
    """Give a receipt that was diarised on a day."""
    return DocumentRef(dnr="RS 2026/71", sha256="56" * 32, diarised_on=date.fromisoformat(on), secrecy="none")


def failed(on: str = "2026-03-04", **fields: Any) -> RecordFailed:
    """Say that it came back."""
    told = {
        "at": instant(on), "tender_id": TENDER, "enterprise_id": WISE, "outreach_id": OUTREACH,
        "failed_at": instant(on), "reason_code": "hard-bounce",
    }  # fmt: skip
    return RecordFailed(**(told | fields))


# -- what registry publishes


def registered(enterprise: Id = WISE, on: str = "2026-01-02") -> EnterpriseRegistered:
    """An enterprise is registered."""
    return EnterpriseRegistered(
        enterprise_id=enterprise, name="Trädgårdskooperativet", identity=OrgNr(kind="orgnr", value="7696012345"),
        legal_form="ekonomisk-forening", municipality_code="0980", registered_on=date.fromisoformat(on),
    )  # fmt: skip


def recognised(since: str = "2026-02-02", enterprise: Id = WISE) -> EnterpriseRecognised:
    """An enterprise is a WISE from a day."""
    return EnterpriseRecognised(
        enterprise_id=enterprise, decision=DECISION, effective_from=date.fromisoformat(since),
        assessment_ids=(Id("1"), Id("2"), Id("3"), Id("4"), Id("5")), criteria_version="sofisam-2015",
        review_due_on=date(2027, 2, 1),
    )  # fmt: skip


def suspended(since: str, enterprise: Id = WISE) -> RecognitionSuspended:
    """The recognition rests."""
    day = date.fromisoformat(since)
    return RecognitionSuspended(
        enterprise_id=enterprise, decision=DECISION, effective_from=day, reason_code="own-request", criteria=(),
        communicated_on=day,
    )  # fmt: skip


def withdrawn(since: str, enterprise: Id = WISE) -> RecognitionWithdrawn:
    """The enterprise is no WISE any more."""
    day = date.fromisoformat(since)
    return RecognitionWithdrawn(
        enterprise_id=enterprise, decision=DECISION, effective_from=day, reason_code="own-request",
        criteria_failed=(), communicated_on=day, reasons="Egen begäran", appeal_information_given=True,
    )  # fmt: skip


def restored(since: str, enterprise: Id = WISE) -> RecognitionRestored:
    """The enterprise is a WISE again."""
    return RecognitionRestored(
        enterprise_id=enterprise, decision=DECISION, effective_from=date.fromisoformat(since), restores="withdrawal",
        review_due_on=date(2027, 2, 1),
    )  # fmt: skip


def closed(on: str, enterprise: Id = WISE) -> EnterpriseClosed:
    """The enterprise is gone."""
    return EnterpriseClosed(
        enterprise_id=enterprise, closed_on=date.fromisoformat(on), reason_code="dissolved", source="bolagsverket"
    )  # fmt: skip


def merged(on: str, absorbed: Id = WISE, survivor: Id = SURVIVOR, **fields: Any) -> EnterprisesMerged:
    """Let an enterprise become part of another, which keeps its recognition and takes over the duties."""
    return EnterprisesMerged.model_validate({
        "survivorId": survivor, "absorbedIds": [absorbed], "mergedOn": on, "survivorRecognition": "kept",
        "successorDuties": True, "evidence": document(on), **fields,
    })  # fmt: skip


def offers(
    *cpv: str, nuts: tuple[str, ...] = (), capacity: str | None = None, alone: bool = False, since: str = "2026-01-05",
    enterprise: Id = WISE,
) -> OfferingUpdated:  # fmt: skip
    """The enterprise says what it offers; a capacity is in SEK a year."""
    return OfferingUpdated(
        enterprise_id=enterprise, cpv=cpv, nuts=nuts, valid_from=date.fromisoformat(since), stated_by="enterprise",
        capacity=Capacity(quantity=capacity, unit="SEK-per-year") if capacity else None,
        as_subcontractor=False if alone else None, in_consortium=False if alone else None,
    )  # fmt: skip


def declares(*, reaches: bool, until: str | None = None, enterprise: Id = WISE) -> TargetShareDeclared:
    """The enterprise says whether it reaches 30 percent."""
    return TargetShareDeclared(
        enterprise_id=enterprise, as_of=date(2026, 1, 1), reaches_30_percent=reaches, declared_by="enterprise",
        valid_until=date.fromisoformat(until) if until else None,
    )  # fmt: skip


def contact(contact_id: Id = CONTACT, **fields: Any) -> ContactChanged:
    """The enterprise has a function mailbox for tenders."""
    told = {"enterprise_id": WISE, "contact_id": contact_id, "purpose": "procurement", "channel": "email",
            "address": "anbud@exempel.se", "valid_from": date(2026, 1, 5)}  # fmt: skip
    return ContactChanged(**(told | fields))


def waived(
    on: str, duty_id: str, by: str = PROCUREMENT_OFFICE, paragraph: str | None = None, **fields: Any
) -> WaiveDuty:
    """Let a duty go: by delegation, or by a paragraph."""
    day, delegated = date.fromisoformat(on), None if paragraph else "4.9"
    authority = DecisionRef(
        dnr="RS 2026/9", decided_on=day, decided_by_role=Role(by), paragraph=paragraph, delegation_point=delegated
    )  # fmt: skip
    made = fields.pop("command", WaiveDuty)
    command: WaiveDuty = made(**{
        "at": at(on), "duty_id": DutyId(duty_id), "object_id": duty_id.partition("/")[2], "waived_on": day,
        "reason_code": "enterprise-asked", "reasons": "Företaget vill inte bli kontaktat.", "authority": authority,
        "proposed_by": "staff-2", "approved_by": "staff-3",
    } | fields)  # fmt: skip
    return command

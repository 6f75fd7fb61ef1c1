"""What an eForms notice says of a tender, as a command: planned, published, changed, suspended or cancelled.

The notice itself stays outside: it can name contact persons, so the log has its digest only. Which tender it is about is found
by its procedure (BT-04); what changed is found under the lock, by comparing it with the tender as it is known.

A notice of an award closes nothing here: a lot is closed by its deadline, and what was awarded is another fact.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError
from typing_extensions import override

from services.procurement.domain.buyers import are_own, recognised
from services.procurement.domain.lots import affects, amended, differences
from services.procurement.domain.tender import State, notice_claim
from services.procurement.domain.tender_commands import (
    CANCELLED,
    IN_FUTURE,
    UNKNOWN,
    CancelTender,
    Lots,
    NoticeCommand,
    PlanProcurement,
    PublishTender,
    cancel,
    is_to_come,
    known,
    moves,
    noticed,
    plan,
    publish,
)
from services.procurement.notice import model
from shared.contracts.cloudevent import Event
from shared.contracts.procurement import (
    Buyer,
    Deadline,
    DeadlineKind,
    Lot,
    Nature,
    ProcedureKind,
    Regime,
    Reservation,
    Source,
    TenderAmended,
    TenderChange,
    TenderSuspended,
)
from shared.contracts.values import I18n, Id, Instant, Money, NewId, Sha256
from shared.deciding import Decision, Refused
from shared.policy.authority import Authority
from shared.policy.role import Role
from shared.policy.stockholm import ZONE, day_of, start_of

Says: TypeAlias = Literal["planned", "published", "cancelled"]

CALLS: Final = frozenset({"10", "11", "12", "13", "14", "CEI"})
"""Planning notices used as a call: anyone can answer now."""
PLANS: Final = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "9", "E1", "E2", "T01"})
REGIMES: Final[Mapping[str, Regime]] = {
    "12": "lou-19", "20": "lou-19", "E3": "lou-19", "11": "luf", "13": "luf", "15": "luf", "17": "luf", "21": "luf",
    "24": "luf", "14": "luk", "19": "luk",
}  # fmt: skip
"""The act that a subtype is under; every other is under LOU's directive part."""
PROCEDURES: Final[Mapping[str, ProcedureKind]] = {
    "open": "open", "restricted": "restricted", "neg-w-call": "negotiated", "comp-dial": "negotiated",
    "innovation": "negotiated", "neg-wo-call": "direct",
}  # fmt: skip
IN_TWO_STEPS: Final = frozenset({"restricted", "neg-w-call", "comp-dial", "innovation", "comp-tend"})
"""Procedures in which one first asks to take part: their deadline is that of the requests."""
NATURES: Final[Mapping[str, Nature]] = {"services": "services", "supplies": "supplies", "works": "works"}
RESERVATIONS: Final[Mapping[str, Reservation]] = {"res-ws": "res-ws", "res-pub-ser": "res-pub-ser", "none": "none"}
OUTSIDE: Final = Role("buying-board:outside")
"""Who buys where no board of the authority does."""
SUSPENDED: Final = "susp-review"
NO_TITLE: Final = I18n(sv="Utan titel", en="Without a title")

_CPV = re.compile(r"[0-9]{2,8}")
_NUTS = re.compile(r"[A-Z]{2}[A-Z0-9]{0,3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,9})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DEADLINE: Final = TypeAdapter[date](Deadline)


class TakeNotice(NoticeCommand):
    """Read a notice into its tender: what it says that was not known becomes events."""

    tender_id: NewId
    says: Says
    dispatched_at: Instant
    title: I18n
    buyers: tuple[Buyer, ...]
    lots: Lots
    procedure_type: str
    regime: Regime
    source: Source
    notice_digest: Sha256
    procedure_id: str | None = None
    subtype: str | None = None
    url: str | None = None
    reasons: tuple[str, ...] = ()
    changed_notice_id: str | None = None

    @property
    @override
    def claims(self) -> tuple[str, ...]:
        """What any notice takes; a cancellation takes no procedure, since it gives it back."""
        claims = super().claims
        return tuple(c for c in claims if c.startswith("notice:")) if self.says == "cancelled" else claims


def commands_from_notice(
    notice: model.Notice, *, digest: Sha256, tender_id: Id, at: datetime, url: str | None = None
) -> tuple[TakeNotice, ...]:
    """Give the command that a notice asks for; none for an award, a running contract, or what is no procurement.

    `tender_id` is that of the open tender with the same procedure (BT-04), else a new one: cancelled and published again
    is a new tender (edge rule 15). `digest` is the SHA-256 of the notice's bytes.
    """
    says = _says(notice)
    if says is None:
        return ()
    return (TakeNotice(
        at=at,
        tender_id=tender_id,
        says=says,
        dispatched_at=_dispatched(notice, at),
        title=_text(notice.title, notice.language) or NO_TITLE,
        buyers=tuple(_buyer(buyer) for buyer in notice.buyers),
        lots=_lots(notice),
        procedure_type=(notice.procedure or "other")[:100],
        regime=REGIMES.get(notice.subtype or "", "lou-directive"),
        source="national-database" if (notice.subtype or "").startswith("E") else "ted",
        notice_digest=digest,
        notice_id=notice.notice_id or f"sha256:{digest}",
        notice_version=notice.notice_version,
        procedure_id=notice.procedure_id,
        subtype=notice.subtype,
        url=url,
        reasons=notice.changes.reasons if notice.changes else (),
        changed_notice_id=notice.changes.changed_notice if notice.changes else None,
    ),)  # fmt: skip


def _says(notice: model.Notice) -> Says | None:
    """Give which fact of a tender a notice tells; a changed one tells what its form is about."""
    match notice.kind:
        case model.Kind.PLANNED:
            return "planned"
        case model.Kind.PUBLISHED:
            return "published"
        case model.Kind.CHANGED:
            return _form(notice)
        case model.Kind.CANCELLED:
            return "cancelled" if _form(notice) else None
        case model.Kind.AWARDED | model.Kind.OTHER:
            return None


def _form(notice: model.Notice) -> Says | None:
    match notice.form_type:
        case "competition":
            return "published"
        case "planning" | "consultation":
            return "published" if notice.subtype in CALLS else "planned"
        case "change":
            return "planned" if notice.subtype in PLANS else "published"
        case _:
            return None


# -- its values


def _dispatched(notice: model.Notice, at: datetime) -> datetime:
    """Give the beginning of the day on which the notice was dispatched, which is when it counts as public."""
    try:
        return start_of(date.fromisoformat(notice.dispatched_on or ""))
    except ValueError:
        return at


def _text(texts: Mapping[str, str], language: str | None) -> I18n | None:
    """Give a text in Swedish, or else in the notice's language or its first, and in English if it is there."""
    if not texts:
        return None
    swedish = texts.get("SWE") or texts.get(language or "") or next(iter(texts.values()))
    english = texts.get("ENG")
    return I18n(sv=swedish[:2000], en=english[:2000] if english and english != swedish else None)


def _buyer(buyer: model.Buyer) -> Buyer:
    name = I18n(sv=buyer.name[:2000]) if buyer.name else None
    return Buyer(organisation_number=(buyer.organisation_number or "")[:100] or None, name=name)


def _lots(notice: model.Notice) -> tuple[Lot, ...]:
    """Give its lots, or the parts of a plan; a notice without either is one lot with what the procedure says."""
    found = notice.lots or notice.parts
    lots = [_lot(lot, lot.id or f"LOT-{n:04}", notice) for n, lot in enumerate(found, 1)]
    distinct = {lot.lot_id: lot for lot in reversed(lots)}
    if distinct:
        return tuple(reversed(distinct.values()))
    undivided = model.Lot(
        id="LOT-0000", title=notice.title, nature=notice.nature, cpv=notice.cpv, nuts=notice.nuts, tender_deadline=None,
        interest_deadline=None, reserved=(), reserved_execution=None, social_objectives=(), strategic=(),
        estimated_value=None,
    )  # fmt: skip
    return (_lot(undivided, "LOT-0000", notice),)


def _lot(lot: model.Lot, lot_id: str, notice: model.Notice) -> Lot:
    tenders, interest = read_deadline(lot.tender_deadline), read_deadline(lot.interest_deadline)
    kind: DeadlineKind = "none"
    if tenders is not None:
        kind = "requests" if notice.procedure in IN_TWO_STEPS else "tenders"
    elif interest is not None:
        kind = "interest"
    return Lot(
        lot_id=lot_id[:100],
        title=_text({language: text[:300] for language, text in lot.title.items()}, notice.language),
        # `combined` and a nature that is not said count as services, so that GS-8 loses none
        nature=NATURES.get(lot.nature or notice.nature or "", "services"),
        cpv=tuple(dict.fromkeys(code[0] for code in map(_CPV.match, lot.cpv or notice.cpv) if code)),
        nuts=tuple(code for code in lot.nuts if _NUTS.fullmatch(code)) or None,
        deadline=tenders if tenders is not None else interest,
        deadline_kind=kind,
        reserved=tuple(RESERVATIONS[code] for code in lot.reserved if code in RESERVATIONS) or None,
        reserved_execution=_reserved_execution(lot.reserved_execution),
        social_objectives=lot.social_objectives or None,
        strategic=lot.strategic or None,
        estimated_value=_money(lot.estimated_value),
    )


def _reserved_execution(code: str | None) -> Literal["yes", "no", "not-known"] | None:
    return code if code in ("yes", "no", "not-known") else None  # type: ignore[return-value]  # narrowed by the test


def _money(value: model.Money | None) -> Money | None:
    """Give an amount; eForms amounts are without VAT."""
    if value is None or not _AMOUNT.fullmatch(value.amount) or not _CURRENCY.fullmatch(value.currency or ""):
        return None
    return Money(amount=value.amount, currency=value.currency or "", vat="excluded")


def read_deadline(written: str | None) -> date | None:
    """Read a deadline as a notice has it: an instant, or a day where it gives no hour; None for what is neither.

    A time without an offset is Stockholm's.
    """
    if written is None:
        return None
    try:
        if "T" not in written:
            return _DEADLINE.validate_python(_DAY.match(written)[0])  # type: ignore[index]  # TypeError is caught
        instant = datetime.fromisoformat(written)
        return _DEADLINE.validate_python(instant if instant.tzinfo else instant.replace(tzinfo=ZONE))
    except (ValidationError, ValueError, TypeError):
        return None


# -- what it changes


DIFFERS = Refused(
    "notice-differs", None,
    "En annan annons med samma id och version har redan lästs in; kontrollera versionen (BT-757).",
    "Another notice with the same id and version was read before; check the version (BT-757).",
)  # fmt: skip


def take(authority: Authority, command: TakeNotice, state: State) -> Decision:
    """Read a notice into its tender; an older version than the one known says nothing new."""
    if known(command, state):
        return DIFFERS if _differs(authority, command, state) else []
    if _is_older(command, state):
        return []
    if is_to_come(command.dispatched_at, command):
        return IN_FUTURE
    match command.says:
        case "planned":
            return [] if state.phase == "published" else plan(authority, _as_plan(command, authority), state)
        case "published" if state.phase in ("unknown", "planned"):
            return publish(authority, _as_publication(command), state)
        case "published":
            return CANCELLED if state.phase == "cancelled" else _change(command, state)
        case "cancelled":
            return UNKNOWN if state.phase == "unknown" else cancel(_as_cancellation(command, state), state)


def _differs(authority: Authority, command: TakeNotice, state: State) -> bool:
    """Tell whether a notice that was read before, by its id and version, said something else then."""
    [notice] = notice_claim(command.notice_id, command.notice_version)
    if notice in state.digests:
        return state.digests[notice] != command.notice_digest
    # A plan has no digest, so what it says is compared.
    again = plan(authority, _as_plan(command, authority), replace(state, notices=frozenset()))
    return command.says == "planned" and state.phase == "planned" and bool(again)


def _is_older(command: TakeNotice, state: State) -> bool:
    prefix = f"notice:{command.notice_id}/"
    versions = [notice.removeprefix(prefix) for notice in state.notices if notice.startswith(prefix)]
    return any(_number(version) > _number(command.notice_version) for version in versions)


def _number(version: str | None) -> int:
    return int(version) if version and version.isdecimal() else 0


def _as_plan(command: TakeNotice, authority: Authority) -> PlanProcurement:
    """Take a notice as a plan: it is public since it was dispatched."""
    buyers = recognised(command.buyers, authority, day_of(command.dispatched_at))
    boards = [buyer.board for buyer in buyers if buyer.board] if are_own(buyers) else []
    return PlanProcurement(
        at=command.at, tender_id=command.tender_id, title=command.title, buyers=command.buyers, lots=command.lots,
        source=command.source, procedure_kind=PROCEDURES.get(command.procedure_type, "other"),
        public_since=command.dispatched_at, notice_id=command.notice_id, notice_version=command.notice_version,
        procedure_id=command.procedure_id, buying_role=boards[0] if boards else OUTSIDE,
    )  # fmt: skip


def _as_publication(command: TakeNotice) -> PublishTender:
    return PublishTender(
        at=command.at, tender_id=command.tender_id, published_at=command.dispatched_at, title=command.title,
        buyers=command.buyers, lots=command.lots, procedure_type=command.procedure_type, regime=command.regime,
        source=command.source, notice_digest=command.notice_digest, procedure_id=command.procedure_id,
        notice_id=command.notice_id, notice_version=command.notice_version, subtype=command.subtype, url=command.url,
    )  # fmt: skip


def _as_cancellation(command: TakeNotice, state: State) -> CancelTender:
    """Take a notice as a cancellation of its lots; of the whole tender if these are all, or it divides it otherwise."""
    said, left = {lot.lot_id for lot in command.lots}, {lot.lot_id for lot in state.open_lots}
    ids = tuple(lot.lot_id for lot in state.open_lots if lot.lot_id in said) if said & left else None
    return CancelTender(
        at=command.at, tender_id=command.tender_id, cancelled_at=command.dispatched_at, lot_ids=ids,
        reason_code="cancel", notice_id=command.notice_id,
    )  # fmt: skip


def _change(command: TakeNotice, state: State) -> list[Event]:
    """Give what a notice changes of a published tender: its terms, its deadlines, and whether it is stopped."""
    events: list[Event] = []
    changes = (*_new_title(command, state), *_new_lots(command, state))
    if changes:
        events.append(TenderAmended(
            tender_id=command.tender_id, amended_at=command.dispatched_at, notice_digest=command.notice_digest,
            changes=changes, affects=affects(changes), reasons=command.reasons or None, notice_id=command.notice_id,
            notice_version=command.notice_version, changed_notice_id=command.changed_notice_id,
        ))  # fmt: skip
        if state.own:
            events += noticed(command, state, amended(state.lots, changes), day_of(command.dispatched_at))
    new = {lot.lot_id: (lot.deadline, lot.deadline_kind) for lot in command.lots if lot.deadline is not None}
    events += moves(state, new, command.dispatched_at, command.tender_id, command.notice_id)
    if SUSPENDED in command.reasons and not state.suspended:
        events.append(
            TenderSuspended(tender_id=command.tender_id, suspended_at=command.dispatched_at, reason_code="review")
        )
    return events


def _new_title(command: TakeNotice, state: State) -> Iterable[TenderChange]:
    if command.title.sv != state.title:
        yield TenderChange(pointer="/title/sv", before=state.title, after=command.title.sv)


def _new_lots(command: TakeNotice, state: State) -> Iterable[TenderChange]:
    """Give what differs in the lots; one that was given up is left as it was."""
    return [change for change in differences(state.lots, command.lots) if change.lot_id not in state.cancelled]

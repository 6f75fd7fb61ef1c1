"""What may be done with a tender, by an officer, a notice or another system's report, and when a rule says no."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from services.procurement.domain.buyers import are_own, recognised
from services.procurement.domain.criteria_in_lots import newly_applied
from services.procurement.domain.lots import affects, amended, moves_a_deadline
from services.procurement.domain.tender import State, notice_claim, procedure_claims
from shared.contracts.criteria import SocialCriteriaApplied
from shared.contracts.procurement import (
    Aspect,
    Buyer,
    Deadline,
    DeadlineKind,
    DeadlineMoved,
    Lot,
    LotId,
    PlannedPublication,
    ProcedureKind,
    ProcurementPlanned,
    Regime,
    Source,
    TenderAmended,
    TenderCancelled,
    TenderChange,
    TenderPublished,
    TenderResumed,
    TenderSuspended,
)
from shared.contracts.values import Day, DecisionRef, I18n, Id, Instant, NewId, RoleCode, Sha256
from shared.deciding import Command, Decision, Refused
from shared.policy.authority import Authority
from shared.policy.clause import GS_6
from shared.policy.role import Role
from shared.policy.stockholm import day_of

Lots = Annotated[tuple[Lot, ...], Field(min_length=1)]


class TenderCommand(Command):
    """A command on one tender."""

    tender_id: Id

    @property
    @override
    def subject(self) -> str:
        """The tender's stream."""
        return f"tender/{self.tender_id}"


class NoticeCommand(TenderCommand):
    """A command that may rest on a notice, which is read once."""

    notice_id: str | None = None
    notice_version: str | None = None

    @property
    @override
    def claims(self) -> tuple[str, ...]:
        """The notice and its version, and the procedure of which this is the open tender."""
        return (*notice_claim(self.notice_id, self.notice_version), *procedure_claims(self))


class PlanProcurement(NoticeCommand):
    """Say what is to be procured, and from when the plan is public; again, when the plan changes."""

    tender_id: NewId
    title: I18n
    buyers: tuple[Buyer, ...]
    lots: Lots
    source: Source
    procedure_kind: ProcedureKind
    public_since: Instant | None = None
    planned_publication: PlannedPublication | None = None
    procedure_id: str | None = None
    buying_role: RoleCode


class PublishTender(NoticeCommand):
    """Say that a tender is open."""

    tender_id: NewId
    published_at: Instant
    title: I18n
    buyers: tuple[Buyer, ...]
    lots: Lots
    procedure_type: str
    regime: Regime
    source: Source
    notice_digest: Sha256
    upphandlings_id: str | None = None
    procedure_id: str | None = None
    subtype: str | None = None
    url: str | None = None


class AmendTender(NoticeCommand):
    """Change the published terms; `affects` is found from the changes where it is not given."""

    amended_at: Instant
    notice_digest: Sha256
    changes: Annotated[tuple[TenderChange, ...], Field(min_length=1)]
    affects: tuple[Aspect, ...] = ()
    reasons: tuple[str, ...] | None = None
    changed_notice_id: str | None = None


class MoveDeadline(TenderCommand):
    """Give lots another deadline, all of them where none is named."""

    lot_ids: tuple[LotId, ...] = ()
    deadline_kind: DeadlineKind | None = None
    new_deadline: Deadline
    moved_at: Instant
    notice_id: str | None = None


class SuspendTender(TenderCommand):
    """Stop a tender for a time; its deadlines stand until they are moved."""

    suspended_at: Instant
    reason_code: Literal["review", "court-order", "buyer"]
    lot_ids: tuple[LotId, ...] | None = None
    expected_until: Day | None = None


class ResumeTender(TenderCommand):
    """Let a suspended tender go on, with another deadline if need be."""

    resumed_at: Instant
    lot_ids: tuple[LotId, ...] | None = None
    new_deadline: Instant | None = None


class CancelTender(TenderCommand):
    """Give a tender up, or some of its lots."""

    cancelled_at: Instant
    lot_ids: tuple[LotId, ...] | None = None
    reason_code: str | None = None
    decision: DecisionRef | None = None
    notice_id: str | None = None
    replaced_by_tender_id: Id | None = None


UNKNOWN = Refused(
    "tender-unknown", None,
    "Det finns ingen sådan upphandling; planera eller annonsera den först.",
    "There is no such tender; plan or publish it first.",
)  # fmt: skip
NOT_PUBLISHED = Refused(
    "tender-not-published", None,
    "Upphandlingen är inte annonserad.",
    "The tender has not been published.",
)  # fmt: skip
PUBLISHED = Refused(
    "tender-already-published", None,
    "Upphandlingen är redan annonserad; ändra annonsen i stället.",
    "The tender has already been published; amend it instead.",
)  # fmt: skip
CANCELLED = Refused(
    "tender-cancelled", GS_6,
    "Upphandlingen är avbruten; annonseras den på nytt är det en ny upphandling.",
    "The tender is cancelled; if it is published again it is a new tender.",
)  # fmt: skip
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip
LOT_UNKNOWN = Refused(
    "lot-unknown", None,
    "Upphandlingen har ingen sådan del.",
    "The tender has no such lot.",
)  # fmt: skip
LOTS_ALIKE = Refused(
    "lot-ids-alike", None,
    "Två delar har samma beteckning.",
    "Two lots have the same id.",
)  # fmt: skip
NO_SUCH_PLACE = Refused(
    "change-fits-nowhere", None,
    "En ändring pekar på något som inte finns i upphandlingen eller ger det ett omöjligt värde.",
    "A change points at nothing in the tender or gives it a value that is not possible.",
)  # fmt: skip
MOVES_DEADLINE = Refused(
    "deadline-moves-apart", GS_6,
    "En ändrad tidsfrist registreras för sig.",
    "A moved deadline is recorded on its own.",
)  # fmt: skip
NOT_SUSPENDED = Refused(
    "tender-not-suspended", None,
    "Upphandlingen är inte stoppad.",
    "The tender is not suspended.",
)  # fmt: skip
NOTICE_TAKEN = Refused(
    "notice-already-read", None,
    "Annonsen hör redan till en annan upphandling.",
    "The notice already belongs to another tender.",
)  # fmt: skip
PROCEDURE_TAKEN = Refused(
    "procedure-has-tender", GS_6,
    "Förfarandet har redan en pågående upphandling; registrera uppgiften på den.",
    "The procedure has an open tender already; record it there.",
)  # fmt: skip


def is_to_come(instant: datetime | None, command: Command) -> bool:
    """Tell whether an instant lies on a day that has not begun when the command is given."""
    return instant is not None and day_of(instant) > day_of(command.at)


def _alike(lots: Collection[Lot]) -> bool:
    return len({lot.lot_id for lot in lots}) != len(lots)


def known(command: NoticeCommand, state: State) -> bool:
    """Tell whether the notice was read before."""
    notice = notice_claim(command.notice_id, command.notice_version)
    return bool(notice) and set(notice) <= state.notices


def plan(authority: Authority, command: PlanProcurement, state: State) -> Decision:
    """Plan a procurement, or change its plan. A plan becomes public when that has happened."""
    if known(command, state):
        return []
    if state.phase == "published":
        return PUBLISHED
    if state.phase == "cancelled":
        return CANCELLED
    if is_to_come(command.public_since, command):
        return IN_FUTURE
    if _alike(command.lots):
        return LOTS_ALIKE
    buyers = recognised(command.buyers, authority, day_of(command.public_since or command.at))
    # what was public stays public since then: another day is a correction of the fact
    since = (state.plan.public_since if state.plan else None) or command.public_since
    event = ProcurementPlanned(**{**_fields(command), "buyers": buyers, "public_since": since})
    if state.plan is not None and event == bare(state.plan):
        return []
    return [event, *(noticed(command, state, command.lots, day_of(command.at)) if are_own(buyers) else ())]


def bare(event: ProcurementPlanned) -> ProcurementPlanned:
    """Give a plan without in whose name it was recorded, to compare what it says."""
    return event.model_copy(update={"role": Role(""), "unit": "", "dnr": None})


def publish(authority: Authority, command: PublishTender, state: State) -> Decision:
    """Publish a tender, planned before or not."""
    if known(command, state):
        return []
    if state.phase == "published":
        return PUBLISHED
    if state.phase == "cancelled":
        return CANCELLED
    if is_to_come(command.published_at, command):
        return IN_FUTURE
    if _alike(command.lots):
        return LOTS_ALIKE
    on = day_of(command.published_at)
    buyers = recognised(command.buyers, authority, on)
    own = {"buyers": buyers, "is_own": are_own(buyers), "buyers_version": authority.buyers_version(on)}
    event = TenderPublished(**{**_fields(command), **own})
    return [event, *(noticed(command, state, command.lots, on) if event.is_own else ())]


def _fields(command: Command) -> dict[str, object]:
    """Give a command's fields as they are; `at` is the envelope's."""
    return {name: getattr(command, name) for name in type(command).model_fields if name != "at"}


def _not_open(state: State) -> Refused | None:
    """Say why nothing can happen to the published tender, if so."""
    match state.phase:
        case "unknown":
            return UNKNOWN
        case "planned":
            return NOT_PUBLISHED
        case "cancelled":
            return CANCELLED
        case "published":
            return None


def amend(command: AmendTender, state: State) -> Decision:
    """Change the terms of a published tender."""
    if known(command, state):
        return []
    refused = _not_open(state)
    if refused is not None:
        return refused
    if is_to_come(command.amended_at, command):
        return IN_FUTURE
    if any(moves_a_deadline(change) for change in command.changes):
        return MOVES_DEADLINE
    try:
        lots = amended(state.lots, command.changes)
    except (LookupError, TypeError, ValueError):
        return NO_SUCH_PLACE
    found = command.affects or affects(command.changes)
    says = noticed(command, state, lots, day_of(command.amended_at)) if state.own else ()
    return [TenderAmended(**{**_fields(command), "affects": found}), *says]


def noticed(command: NoticeCommand, state: State, lots: Sequence[Lot], on: date) -> list[SocialCriteriaApplied]:
    """Give the social criteria that a plan's or notice's lots have and its tender's had not (GS-8)."""
    return newly_applied(command.tender_id, state.lots, lots, on, command.notice_version)


def move(command: MoveDeadline, state: State) -> Decision:
    """Move the deadline of lots. A move that was made public before the last one is old news."""
    refused = _not_open(state)
    if refused is not None:
        return refused
    if is_to_come(command.moved_at, command):
        return IN_FUTURE
    ids = command.lot_ids or tuple(lot.lot_id for lot in state.open_lots)
    if not set(ids) <= {lot.lot_id for lot in state.open_lots}:
        return LOT_UNKNOWN
    lots = [lot for lot in state.open_lots if lot.lot_id in ids]
    new = {lot.lot_id: (command.new_deadline, command.deadline_kind or lot.deadline_kind) for lot in lots}
    return moves(state, new, command.moved_at, command.tender_id, command.notice_id)


def moves(
    state: State, new: Mapping[str, tuple[date, DeadlineKind]], moved_at: datetime, tender_id: Id, notice_id: str | None
) -> list[DeadlineMoved]:
    """Give the moves that lots make: one event for those that move alike."""
    last = state.moved_at
    moving = [
        (lot, *new[lot.lot_id])
        for lot in state.open_lots
        if lot.lot_id in new and new[lot.lot_id][0] != lot.deadline
        and not (lot.lot_id in last and moved_at < last[lot.lot_id])
    ]  # fmt: skip

    def alike(moved: tuple[Lot, date, DeadlineKind]) -> tuple[str, str, str]:
        lot, deadline, kind = moved
        return str(lot.deadline), str(deadline), kind

    return [
        _moved([lot for lot, *_ in together], *together[0][1:], moved_at, tender_id, notice_id)
        for together in (list(group) for _, group in groupby(sorted(moving, key=alike), key=alike))
    ]


def _moved(
    lots: list[Lot], deadline: date, kind: DeadlineKind, moved_at: datetime, tender_id: Id, notice_id: str | None
) -> DeadlineMoved:
    return DeadlineMoved(
        tender_id=tender_id,
        lot_ids=tuple(lot.lot_id for lot in lots),
        deadline_kind=kind if kind != "none" else "tenders",
        previous_deadline=lots[0].deadline,
        new_deadline=deadline,
        moved_at=moved_at,
        notice_id=notice_id,
    )


def suspend(command: SuspendTender, state: State) -> Decision:
    """Stop a published tender for a time."""
    refused = _not_open(state)
    if refused is not None:
        return refused
    if is_to_come(command.suspended_at, command):
        return IN_FUTURE
    if not _are_open(command.lot_ids, state):
        return LOT_UNKNOWN
    return [] if state.suspended else [TenderSuspended(**_fields(command))]


def resume(command: ResumeTender, state: State) -> Decision:
    """Let a suspended tender go on; another deadline is a move of its own."""
    refused = _not_open(state)
    if refused is not None:
        return refused
    if not state.suspended:
        return NOT_SUSPENDED
    if is_to_come(command.resumed_at, command):
        return IN_FUTURE
    if not _are_open(command.lot_ids, state):
        return LOT_UNKNOWN
    moved: list[DeadlineMoved] = []
    if command.new_deadline is not None:
        ids = command.lot_ids or tuple(lot.lot_id for lot in state.open_lots)
        new = {lot.lot_id: (command.new_deadline, lot.deadline_kind) for lot in state.open_lots if lot.lot_id in ids}
        moved = moves(state, new, command.resumed_at, command.tender_id, None)
    return [TenderResumed(**_fields(command)), *moved]


def cancel(command: CancelTender, state: State) -> Decision:
    """Give up a planned or published tender, or some lots; with its last lot goes the tender."""
    if state.phase == "unknown":
        return UNKNOWN
    if is_to_come(command.cancelled_at, command):
        return IN_FUTURE
    ids = None if command.lot_ids is None else set(command.lot_ids)
    if ids is not None and not ids <= {lot.lot_id for lot in state.lots}:
        return LOT_UNKNOWN
    left = {lot.lot_id for lot in state.open_lots}
    if state.phase == "cancelled" or (ids is not None and not ids & left):
        return []
    scope = "whole" if ids is None or not left - ids else "lots"
    gone = tuple(lot.lot_id for lot in state.open_lots if ids and lot.lot_id in ids) if scope == "lots" else None
    return [TenderCancelled(**{**_fields(command), "scope": scope, "lot_ids": gone})]


def _are_open(ids: Iterable[str] | None, state: State) -> bool:
    return set(ids or ()) <= {lot.lot_id for lot in state.open_lots}

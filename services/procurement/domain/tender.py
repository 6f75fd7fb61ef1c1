"""A tender from its plan to its end: what is known of it that decisions look at, and how events change that.

What may be done with one is in `tender_commands.py`, what a notice says of one in `from_notice.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

from services.procurement.domain.buyers import are_own
from services.procurement.domain.contracts import Contract
from services.procurement.domain.lots import amended, with_deadline
from shared.contracts.awards import (
    AwardEvent,
    ContractAwarded,
    ContractEnded,
    ContractEvent,
    ContractTermFollowedUp,
    DuplicateLinked,
    NoSuitableEnterprise,
)
from shared.contracts.cloudevent import Event
from shared.contracts.criteria import CriteriaEvent, SocialCriteriaApplied, SocialCriteriaNotAppropriate
from shared.contracts.duty import EventCorrected
from shared.contracts.procurement import (
    DeadlineMoved,
    Lot,
    ProcurementPlanned,
    Stage,
    TenderAmended,
    TenderCancelled,
    TenderEvent,
    TenderPublished,
    TenderResumed,
    TenderSuspended,
)
from shared.correcting import CorrectionUnfit
from shared.deciding import Past

Phase: TypeAlias = Literal["unknown", "planned", "published", "cancelled"]


@dataclass(frozen=True, slots=True)
class State:
    """What the decisions and the due days need to know, and nothing more."""

    phase: Phase = "unknown"
    title: str = ""
    plan: ProcurementPlanned | None = None
    published_at: datetime | None = None
    lots: tuple[Lot, ...] = ()
    cancelled: frozenset[str] = frozenset()
    """Ids of lots that were given up; all of them when the whole tender was."""
    cancelled_at: datetime | None = None
    """When the last of its lots was given up."""
    own: bool = False
    board: str | None = None
    """The buying board, `buying-board:<code>`, of an own tender."""
    stated: frozenset[str] = frozenset()
    """Ids of lots on whose social criteria the board has made a statement; what the notice says is in the lots (GS-8)."""
    decided: frozenset[str] = frozenset()
    """Ids of lots whose competition is over: a contract was awarded, or it closed without a winner."""
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    """What was awarded, by the contract's id."""
    duplicate_of: str | None = None
    """The tender that is kept where two sources told of one: nothing is owed on this one (edge rule 5)."""
    suspended: bool = False
    notices: frozenset[str] = frozenset()
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of a notice that was read: the SHA-256 of its bytes; a plan has none."""
    procedures: frozenset[str] = frozenset()
    """What it claims as the procedure's one open tender: a notice of it belongs here."""
    moved_at: Mapping[str, datetime] = field(default_factory=dict)
    """When the deadline of a lot was moved last."""

    def public_since(self, stage: Stage) -> datetime | None:
        """Give when its plan, or its publication, was made public; None: it was not."""
        if stage == "published":
            return self.published_at
        return self.plan.public_since if self.plan else None

    @property
    def open_lots(self) -> tuple[Lot, ...]:
        """The lots that were not given up."""
        return tuple(lot for lot in self.lots if lot.lot_id not in self.cancelled)


initial = State()


def tender_in(past: Past, tender_id: str) -> State:
    """Give a tender that a command or a duty read."""
    return cast("State", past.state(f"tender/{tender_id}"))


def evolve(state: State, event: TenderEvent | CriteriaEvent | AwardEvent | EventCorrected) -> State:
    """Fold one event of the stream."""
    match event:
        case ProcurementPlanned(lots=lots, title=title, buying_role=board):
            own = are_own(event.buyers)
            return replace(
                _noticed(state, event), phase="planned", lots=lots, title=title.sv, plan=event, own=own,
                board=board if own else None,
            )  # fmt: skip
        case TenderPublished(lots=lots, title=title, published_at=at):
            buys = state.board or next((buyer.board for buyer in event.buyers if buyer.board), None)
            return replace(
                _noticed(state, event), phase="published", lots=lots, title=title.sv, published_at=at, own=event.is_own,
                board=buys, **_open_again(state, lots),
            )  # fmt: skip
        case TenderAmended():
            return _amended(_noticed(state, event), event)
        case DeadlineMoved(lot_ids=ids, new_deadline=new, deadline_kind=kind, moved_at=moved_at):
            lots = with_deadline(state.lots, ids, {"deadline": new, "deadline_kind": kind})
            return replace(state, lots=lots, moved_at={**state.moved_at, **dict.fromkeys(ids, moved_at)})
        case TenderCancelled(scope="lots", lot_ids=ids, cancelled_at=at):
            left = replace(state, cancelled=state.cancelled | set(ids or ()))
            return left if left.open_lots else replace(left, cancelled_at=at)
        case TenderCancelled(cancelled_at=at):
            all_ = frozenset(lot.lot_id for lot in state.lots)
            return replace(state, phase="cancelled", cancelled=all_, cancelled_at=state.cancelled_at or at)
        case SocialCriteriaApplied(basis="notice"):
            return state
        case SocialCriteriaApplied(lot_ids=ids) | SocialCriteriaNotAppropriate(lot_ids=ids):
            return replace(state, stated=state.stated | set(ids))
        case TenderSuspended() | TenderResumed():
            return replace(state, suspended=isinstance(event, TenderSuspended))
        case ContractAwarded() | ContractEnded() | ContractTermFollowedUp():
            return _contracted(state, event)
        case DuplicateLinked():
            return replace(state, duplicate_of=event.tender_id)
        case EventCorrected() | NoSuitableEnterprise():
            return state


def _contracted(state: State, event: ContractEvent) -> State:
    """Award or end a contract. Raises CorrectionUnfit where a correction says that it was never awarded."""
    if isinstance(event, ContractAwarded):
        decided = state.decided if event.outcome == "open-nw" else state.decided | set(event.lot_ids)
        return replace(state, decided=decided, contracts={**state.contracts, event.contract_id: Contract(event)})
    contract = state.contracts.get(event.contract_id)
    if contract is None:
        raise CorrectionUnfit(f"tender/{event.tender_id}: contract {event.contract_id} was never awarded")
    if isinstance(event, ContractTermFollowedUp):
        return state
    ended = replace(contract, ended_on=event.ended_on)
    return replace(state, contracts={**state.contracts, event.contract_id: ended})


def _open_again(state: State, lots: Iterable[Lot]) -> dict[str, Any]:
    """What is published is open, though its plan had given a lot of that name up."""
    published = {lot.lot_id for lot in lots}
    return {"cancelled": state.cancelled - published, "cancelled_at": None if published else state.cancelled_at}


def _amended(state: State, event: TenderAmended) -> State:
    """Apply an amendment. Raises CorrectionUnfit where a correction took away what it points at."""
    try:
        lots = amended(state.lots, event.changes)
    except (LookupError, TypeError, ValueError) as error:
        raise CorrectionUnfit(f"tender/{event.tender_id}: an amendment points at nothing any more") from error
    titles = [change.after for change in event.changes if change.pointer == "/title/sv"]
    return replace(state, lots=lots, title=titles[-1] if titles else state.title)


def _noticed(state: State, event: ProcurementPlanned | TenderPublished | TenderAmended) -> State:
    notice = notice_claim(event.notice_id, event.notice_version)
    digest = None if isinstance(event, ProcurementPlanned) else event.notice_digest
    return replace(
        state,
        notices=state.notices | set(notice),
        digests={**state.digests, **(dict.fromkeys(notice, digest) if digest else {})},
        procedures=state.procedures | set(procedure_claims(event)),
    )


def notice_claim(notice_id: str | None, version: str | None) -> tuple[str, ...]:
    """Name a notice as what is unique: one notice is read once, into one tender."""
    return (f"notice:{notice_id}/{version or ''}",) if notice_id else ()


def procedure_claims(said: object) -> tuple[str, ...]:
    """Name a procedure as what is unique: it has one open tender (edge rule 5), whoever reads its notices at the same time."""
    procedure, upphandling = getattr(said, "procedure_id", None), getattr(said, "upphandlings_id", None)
    named = (("procedure", procedure), ("upphandling", upphandling))
    return tuple(f"{prefix}:{name}" for prefix, name in named if name)


def claims(event: Event) -> tuple[str, ...]:
    """Give what an event of the stream takes."""
    if isinstance(event, (ProcurementPlanned, TenderPublished, TenderAmended)):
        return (*notice_claim(event.notice_id, event.notice_version), *procedure_claims(event))
    return (f"contract:{event.contract_id}",) if isinstance(event, ContractAwarded) else ()


def gives_back(state: State) -> Iterable[str]:
    """Give back the procedure of a tender that was given up: published again it is a new one (edge rule 15)."""
    return () if state.open_lots else state.procedures

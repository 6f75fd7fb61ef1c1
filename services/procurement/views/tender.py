"""Tenders as they stand: own ones and others', with lots, deadlines, and the versions in which each was public."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from services.procurement.domain.buyers import are_own
from services.procurement.domain.criteria_in_lots import uncovered
from services.procurement.domain.lots import amended, closing_day, latest, with_deadline
from services.procurement.domain.rows import TenderCause, TenderRow, TenderVersion
from shared.contracts.awards import (
    AwardEvent,
    ContractAwarded,
    ContractEnded,
    ContractTermFollowedUp,
    DuplicateLinked,
    NoSuitableEnterprise,
)
from shared.contracts.cloudevent import Recorded
from shared.contracts.criteria import CriteriaEvent, SocialCriteriaApplied, SocialCriteriaNotAppropriate
from shared.contracts.procurement import (
    DeadlineMoved,
    ProcurementPlanned,
    Stage,
    TenderAmended,
    TenderCancelled,
    TenderEvent,
    TenderPublished,
    TenderResumed,
    TenderSuspended,
)
from shared.log.view import View


def fold(row: TenderRow | None, recorded: Recorded) -> TenderRow | None:
    """Fold one event of a tender's stream."""
    folded = _fold(row, recorded)
    return replace(folded, uncovered=_uncovered(folded)) if folded else None


def _uncovered(row: TenderRow) -> tuple[str, ...]:
    left = [lot for lot in row.lots if lot.lot_id not in row.cancelled_lots]
    return tuple(uncovered(left, row.stated)) if row.own else ()


def _fold(row: TenderRow | None, recorded: Recorded) -> TenderRow | None:
    event = cast("TenderEvent | CriteriaEvent | AwardEvent", recorded.event)
    if isinstance(event, ProcurementPlanned):
        return _versioned(_planned(event, recorded, row), "planned", recorded, event.public_since)
    if isinstance(event, TenderPublished):
        return _versioned(_published(event, recorded, row), "published", recorded, event.published_at)
    if row is None:
        return None
    match event:
        case TenderAmended():
            return _versioned(_amended(row, event), "amended", recorded, event.amended_at)
        case DeadlineMoved():
            new = {"deadline": event.new_deadline, "deadline_kind": event.deadline_kind}
            lots = with_deadline(row.lots, event.lot_ids, new)
            return _versioned(replace(row, lots=lots), "moved", recorded, event.moved_at)
        case TenderCancelled():
            return _versioned(_cancelled(row, event), "cancelled", recorded, event.cancelled_at)
        case SocialCriteriaApplied() | SocialCriteriaNotAppropriate():
            return _stated(row, event, recorded)
        case (
            ContractAwarded() | ContractEnded() | ContractTermFollowedUp() | DuplicateLinked() | NoSuitableEnterprise()
        ):
            return replace(row, version=recorded.envelope.streamversion, **_known_of(event, row))
        case TenderSuspended() | TenderResumed():
            return replace(row, suspended=isinstance(event, TenderSuspended), version=recorded.envelope.streamversion)


def _stated(row: TenderRow, event: CriteriaEvent, recorded: Recorded) -> TenderRow:
    """Keep what the board stated; what the notice says is read from the lots as they stand."""
    by_board = () if isinstance(event, SocialCriteriaApplied) and event.basis == "notice" else event.lot_ids
    return replace(
        row,
        stated=tuple(dict.fromkeys((*row.stated, *by_board))),
        stated_on=max(filter(None, (event.stated_on, row.stated_on))),
        version=recorded.envelope.streamversion,
    )


def _known_of(event: AwardEvent, row: TenderRow) -> dict[str, Any]:
    """Keep which lots are decided, of what it is the duplicate, and that it suits nobody."""
    match event:
        case ContractAwarded():
            decided = event.lot_ids if event.outcome in ("selec-w", "clos-nw") else ()
            return {
                "decided_lots": tuple(dict.fromkeys((*row.decided_lots, *decided))),
                "contracts": (*row.contracts, event.contract_id),
            }
        case DuplicateLinked(tender_id=kept):
            return {"duplicate_of": kept}
        case NoSuitableEnterprise(stated_on=day):
            return {"none_suitable_on": day}
        case ContractEnded() | ContractTermFollowedUp():
            return {}


def _planned(event: ProcurementPlanned, recorded: Recorded, former: TenderRow | None) -> TenderRow:
    return TenderRow(
        key=recorded.subject,
        tender_id=event.tender_id,
        title_sv=event.title.sv,
        title_en=event.title.en,
        phase="planned",
        own=are_own(event.buyers),
        suspended=False,
        source=event.source,
        regime=None,
        board=event.buying_role,
        buyers=tuple(buyer.normalised for buyer in event.buyers if buyer.normalised),
        public_since=event.public_since,
        published_at=None,
        closes_on=None,
        lots=event.lots,
        cancelled_lots=(),
        procedure_id=event.procedure_id,
        notice_id=event.notice_id,
        notice_version=event.notice_version,
        notice_digest=None,
        subtype=None,
        versions=former.versions if former else (),
        version=0,
        planned_on=event.planned_publication.date if event.planned_publication else None,
        **_statements(former),
    )


def _statements(former: TenderRow | None) -> dict[str, Any]:
    if former is None:
        return {}
    kept = ("stated", "stated_on", "decided_lots", "duplicate_of")
    return {name: getattr(former, name) for name in kept}


def _published(event: TenderPublished, recorded: Recorded, former: TenderRow | None) -> TenderRow:
    boards = [buyer.board for buyer in event.buyers if buyer.board]
    return TenderRow(
        key=recorded.subject,
        tender_id=event.tender_id,
        title_sv=event.title.sv,
        title_en=event.title.en,
        phase="published",
        own=event.is_own,
        suspended=False,
        source=event.source,
        regime=event.regime,
        board=former.board if former else next(iter(boards), None),
        buyers=tuple(buyer.normalised for buyer in event.buyers if buyer.normalised),
        public_since=former.public_since if former else None,
        published_at=event.published_at,
        closes_on=None,
        lots=event.lots,
        cancelled_lots=(),
        procedure_id=event.procedure_id,
        notice_id=event.notice_id,
        notice_version=event.notice_version,
        notice_digest=event.notice_digest,
        subtype=event.subtype,
        upphandlings_id=event.upphandlings_id,
        versions=former.versions if former else (),
        version=0,
        planned_on=former.planned_on if former else None,
        **_statements(former),
    )


def _amended(row: TenderRow, event: TenderAmended) -> TenderRow:
    titles = [change.after for change in event.changes if change.pointer == "/title/sv"]
    return replace(
        row,
        title_sv=titles[-1] if titles else row.title_sv,
        lots=amended(row.lots, event.changes),
        notice_id=event.notice_id or row.notice_id,
        notice_version=event.notice_version if event.notice_id else row.notice_version,
    )


def _cancelled(row: TenderRow, event: TenderCancelled) -> TenderRow:
    row = replace(row, replaced_by=event.replaced_by_tender_id or row.replaced_by)
    if event.scope == "whole":
        return replace(row, phase="cancelled", cancelled_lots=tuple(lot.lot_id for lot in row.lots))
    gone = {*row.cancelled_lots, *(event.lot_ids or ())}
    return replace(row, cancelled_lots=tuple(lot.lot_id for lot in row.lots if lot.lot_id in gone))


def _versioned(row: TenderRow, cause: TenderCause, recorded: Recorded, occurred_at: datetime | None) -> TenderRow:
    """Keep how the tender is known from now on; one that is not public, or never was the authority's own, has none."""
    lots = tuple(lot for lot in row.lots if lot.lot_id not in row.cancelled_lots)
    closes = latest(lots)
    row = replace(row, closes_on=closing_day(closes) if closes else None, version=recorded.envelope.streamversion)
    stage: Stage = "published" if row.published_at else "planned"
    since = row.published_at or row.public_since
    if since is None or not (row.own or row.versions):
        return row
    # the log's order holds where a clock was set back: what came later was not known before
    version = TenderVersion(
        cause=cause,
        event_id=recorded.envelope.id,
        recorded_at=max([recorded.envelope.time, *(each.recorded_at for each in row.versions[-1:])]),
        occurred_at=occurred_at or since,
        number=recorded.envelope.streamversion,
        own=row.own,
        stage=stage,
        since=since,
        lots=lots,
    )
    return replace(row, versions=(*row.versions, version))


TENDER = View(
    name="tender",
    log="procurement.events",
    category="tender",
    row=TenderRow,
    fold=fold,
    sql=Path(__file__).with_suffix(".sql"),
    working=lambda row: bool(row.versions),
)

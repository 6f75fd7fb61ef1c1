"""What the letters tell of each of the authority's own tenders: its plan, its publication, and each change since."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from services.procurement.domain import facts
from services.procurement.domain.buyers import are_own
from services.procurement.domain.letter_rows import Told, ToldRow
from services.procurement.domain.lots import amended, with_deadline
from shared.contracts.cloudevent import Recorded
from shared.contracts.procurement import (
    DeadlineMoved,
    Lot,
    ProcurementPlanned,
    Purpose,
    TenderAmended,
    TenderCancelled,
    TenderPublished,
    TenderResumed,
    TenderSuspended,
)
from shared.log.view import View, nothing


def fold(row: ToldRow | None, recorded: Recorded) -> ToldRow | None:
    """Fold one event of a tender's stream; of another buyer's tender there is nothing to tell."""
    event: Any = recorded.event
    match event:
        case ProcurementPlanned() if are_own(event.buyers):
            return _planned(row, event, recorded)
        case TenderPublished(is_own=True):
            return _published(row, event, recorded)
        case _:
            pass
    if row is None:
        return None
    match event:
        case TenderAmended(amended_at=at, affects=affects):
            lots = amended(row.lots, event.changes)
            titles = {c.pointer.rpartition("/")[2]: c.after for c in event.changes if c.pointer.startswith("/title/")}
            known = row.now.get("title")
            now = {**row.now, "title": {**(known if isinstance(known, dict) else {}), **titles}}
            return _changed(replace(row, now=now), lots, recorded, "amended", at, affects=list(affects))
        case DeadlineMoved(moved_at=at, lot_ids=ids):
            lots = with_deadline(row.lots, ids, {"deadline": event.new_deadline, "deadline_kind": event.deadline_kind})
            return _changed(row, lots, recorded, "deadline-moved", at, lotIds=list(ids))
        case TenderSuspended(suspended_at=at, lot_ids=some, expected_until=until):
            news = {"lotIds": list(some or ()), "expectedUntil": until.isoformat() if until else None}
            return _changed(row, row.lots, recorded, "suspended", at, **news)
        case TenderResumed(resumed_at=at, lot_ids=some):
            return _changed(row, row.lots, recorded, "resumed", at, lotIds=list(some or ()))
        case TenderCancelled(cancelled_at=at, scope=scope, lot_ids=some):
            gone = tuple(
                lot.lot_id for lot in row.lots if scope == "whole" or lot.lot_id in {*row.given_up, *(some or ())}
            )
            row = replace(row, given_up=gone, cancelled=len(gone) == len(row.lots))
            return _changed(row, row.lots, recorded, "cancelled", at, scope=scope, lotIds=list(some or ()))
        case _:
            return row


def _planned(row: ToldRow | None, event: ProcurementPlanned, recorded: Recorded) -> ToldRow:
    """Keep a plan; one that is public is told as it became so, and another one after it is a change."""
    now = dict(facts.of_plan(event))
    if row is not None and row.planned is not None:
        return _changed(replace(row, now=now), event.lots, recorded, "amended", recorded.envelope.occurredat)
    told = _told(now, event.public_since, recorded) if event.public_since else None
    return ToldRow(
        key=recorded.subject, tender_id=event.tender_id, planned=told, published=None, changes=(), changed_at=None, now=now,
        lots=event.lots, given_up=(), cancelled=False,
    )  # fmt: skip


def _published(row: ToldRow | None, event: TenderPublished, recorded: Recorded) -> ToldRow:
    now = dict(facts.of_publication(event))
    return ToldRow(
        key=recorded.subject, tender_id=event.tender_id, planned=row.planned if row else None,
        published=_told(now, event.published_at, recorded), changes=row.changes if row else (),
        changed_at=row.changed_at if row else None, now=now, lots=event.lots, given_up=(), cancelled=False,
    )  # fmt: skip


def _changed(
    row: ToldRow, lots: tuple[Lot, ...], recorded: Recorded, purpose: Purpose, at: datetime, **news: Any
) -> ToldRow:  # fmt: skip
    """Keep how the tender is now, and tell it where the tender is public."""
    left = [lot for lot in lots if lot.lot_id not in row.given_up]
    row = replace(row, lots=lots, now={**row.now, "lots": facts.of_lots(left)})
    if row.published is None and row.planned is None:
        return row
    stage: Any = "published" if row.published else "planned"
    change = facts.of_change(row.now, stage, purpose, at.isoformat(), recorded.envelope.id, **news)
    return replace(row, changes=(*row.changes, _told(dict(change), at, recorded)), changed_at=at)


def _told(told: dict[str, Any], at: datetime, recorded: Recorded) -> Told:
    return Told(event_id=recorded.envelope.id, at=at, digest=facts.digest(told), facts=told)


TOLD = View(
    name="told", log="procurement.events", category="tender", row=ToldRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

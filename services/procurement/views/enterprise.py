"""What procurement knows of enterprises, from registry's log: recognition, offering, share, and how to reach them."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.procurement.domain.rows import EnterpriseCause, EnterpriseRow, EnterpriseVersion
from shared.contracts.cloudevent import Recorded
from shared.contracts.registry import (
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
from shared.log.view import View
from shared.policy.stockholm import start_of


def fold(row: EnterpriseRow | None, recorded: Recorded) -> EnterpriseRow | None:
    """Fold one event of an enterprise's stream; those that say nothing to procurement are passed over."""
    event: Any = recorded.event
    if isinstance(event, EnterpriseRegistered):
        return _registered(event, recorded)
    if row is None:
        return None
    row = replace(row, version=recorded.envelope.streamversion)
    match event:
        case EnterpriseRecognised():
            # a decision after a review begins nothing anew: the enterprise has been recognised all along
            goes_on = row.status in ("recognised", "suspended")
            since = row.recognised_from if goes_on else event.effective_from
            return _versioned(replace(row, status="recognised", recognised_from=since), "recognised", recorded)
        case RecognitionRestored():
            # a suspension never ended the recognition; what was withdrawn begins anew
            since = row.recognised_from if event.restores == "suspension" else event.effective_from
            return _versioned(replace(row, status="recognised", recognised_from=since), "restored", recorded)
        case RecognitionSuspended():
            return _versioned(replace(row, status="suspended"), "suspended", recorded)
        case RecognitionWithdrawn():
            return _versioned(replace(row, status="withdrawn"), "withdrawn", recorded)
        case EnterpriseClosed():
            return _versioned(replace(row, status="closed"), "closed", recorded)
        case OfferingUpdated():
            return _versioned(_offering(row, event), "offering", recorded, start_of(event.valid_from))
        case TargetShareDeclared():
            known = replace(row, reaches_30_percent=event.reaches_30_percent, share_until=event.valid_until)
            return _versioned(known, "share", recorded)
        case EnterprisesMerged(successor_duties=True, absorbed_ids=ids):
            return replace(row, absorbed_ids=tuple(dict.fromkeys((*row.absorbed_ids, *ids))))
        case ContactChanged():
            return replace(row, contacts=_contacts(row, event))
        case _:
            return row


def _registered(event: EnterpriseRegistered, recorded: Recorded) -> EnterpriseRow:
    return EnterpriseRow(
        key=recorded.subject,
        enterprise_id=event.enterprise_id,
        name=event.name,
        status="registered",
        recognised_from=None,
        offering=0,
        cpv=(),
        nuts=(),
        capacity=None,
        capacity_unit=None,
        alone=False,
        reaches_30_percent=None,
        share_until=None,
        contacts=(),
        versions=(),
        absorbed_ids=(),
        version=recorded.envelope.streamversion,
    )


def _offering(row: EnterpriseRow, event: OfferingUpdated) -> EnterpriseRow:
    return replace(
        row,
        offering=row.offering + 1,
        cpv=event.cpv,
        nuts=event.nuts,
        capacity=event.capacity.quantity if event.capacity else None,
        capacity_unit=event.capacity.unit if event.capacity else None,
        alone=event.as_subcontractor is False and event.in_consortium is False,
    )


def _contacts(row: EnterpriseRow, event: ContactChanged) -> tuple[tuple[str, str, str], ...]:
    gone = {event.contact_id, event.replaces_contact_id}
    kept = tuple(contact for contact in row.contacts if contact[0] not in gone)
    return kept if event.withdrawn else (*kept, (event.contact_id, event.purpose, event.channel))


def _versioned(
    row: EnterpriseRow, cause: EnterpriseCause, recorded: Recorded, not_before: datetime | None = None
) -> EnterpriseRow:
    """Keep how the enterprise is known from now on; before its first recognition it has no versions."""
    since: date | None = row.recognised_from
    if since is None:
        return row
    occurred_at = recorded.envelope.occurredat
    # the log's order holds where a clock was set back: what came later was not known before
    version = EnterpriseVersion(
        cause=cause,
        event_id=recorded.envelope.id,
        recorded_at=max([recorded.envelope.time, *(each.recorded_at for each in row.versions[-1:])]),
        occurred_at=max(occurred_at, not_before) if not_before else occurred_at,
        status=row.status,
        recognised_from=since,
        offering=row.offering,
        cpv=row.cpv,
        nuts=row.nuts,
        capacity=row.capacity,
        capacity_unit=row.capacity_unit,
        alone=row.alone,
        reaches_30_percent=row.reaches_30_percent,
        share_until=row.share_until,
    )
    return replace(row, versions=(*row.versions, version))


ENTERPRISE = View(
    name="enterprise",
    log="registry.events",
    category="enterprise",
    row=EnterpriseRow,
    fold=fold,
    sql=Path(__file__).with_suffix(".sql"),
    working=lambda row: bool(row.versions),
)

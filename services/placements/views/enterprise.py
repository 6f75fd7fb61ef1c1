"""Enterprises as placements sees them: their names, how they stand, and when they were lost as WISEs."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from services.placements.domain.rows import EnterpriseRow, Loss, Merger
from shared.contracts.cloudevent import Recorded
from shared.contracts.placements import ReviewCause
from shared.contracts.registry import (
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
from shared.log.view import View


def fold(row: EnterpriseRow | None, recorded: Recorded) -> EnterpriseRow | None:
    """Fold one event of an enterprise."""
    event = recorded.event
    if isinstance(event, EnterpriseRegistered):
        return EnterpriseRow(
            key=recorded.subject, enterprise_id=event.enterprise_id, name=event.name, status="registered",
            since=event.registered_on,
        )  # fmt: skip
    if row is None:
        return None  # its registration never happened, as a correction says
    match event:
        case EnterpriseRecognised(effective_from=day) | RecognitionRestored(effective_from=day):
            return replace(row, status="recognised", since=day, losses=_over(row.losses, day))
        case RecognitionSuspended(effective_from=day):
            return replace(row, status="suspended", since=day)
        case RecognitionWithdrawn(effective_from=day):
            return _lost(row, recorded, "withdrawn", "recognition-withdrawn", day)
        case EnterpriseClosed(closed_on=day):
            return _lost(row, recorded, "closed", "enterprise-closed", day)
        case EnterprisesMerged():
            return replace(row, mergers=(*row.mergers, _merger(event, recorded)))
        case _:
            raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is not followed here")


def _lost(row: EnterpriseRow, recorded: Recorded, status: str, cause: ReviewCause, on: date) -> EnterpriseRow:
    loss = Loss(event_id=recorded.envelope.id, cause=cause, on=on)
    return replace(row, status=status, since=on, losses=(*row.losses, loss))


def _merger(event: EnterprisesMerged, recorded: Recorded) -> Merger:
    return Merger(
        event_id=recorded.envelope.id, absorbed_ids=event.absorbed_ids, on=event.merged_on,
        kept=event.survivor_recognition == "kept",
    )  # fmt: skip


def _over(losses: tuple[Loss, ...], until: date) -> tuple[Loss, ...]:
    """The enterprise is a WISE again."""
    return tuple(loss if loss.until else replace(loss, until=until) for loss in losses)


ENTERPRISE = View(
    name="enterprise", log="registry.events", category="enterprise", row=EnterpriseRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=lambda row: bool(row.losses or row.mergers),
)  # fmt: skip

"""What follows for places when a WISE loses its recognition or closes, and what placements takes from other systems.

Both sides react: a loss sees the places, a place recorded afterwards sees the losses; whichever comes second finds the first.
"""

from collections.abc import Iterable
from datetime import date

from services.placements.domain.course import CancelPlacement, ExtendPlacement, ReportEnd, StartPlacement
from services.placements.domain.duties import REVIEW
from services.placements.domain.losses import Losses, reviews, trigger
from services.placements.domain.placement import EVENTS, PlacementCommand
from services.placements.domain.purchase import ReportPurchase
from services.placements.domain.rows import PlaceRow
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.duty import EventCorrected, VoidReason
from shared.contracts.placements import (
    PlacementCancelled,
    PlacementEnded,
    PlacementExtended,
    PlacementPurchased,
    PlacementStarted,
)
from shared.contracts.registry import (
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
from shared.contracts.values import UUID7
from shared.deciding import Command, Refused
from shared.log.duty_view import DutyRow
from shared.policy.authority import Authority
from shared.policy.duty.commands import VoidDuty
from shared.policy.stockholm import day_of
from shared.reacting import Message, Reactions, Reported, Rows

REGISTRY = "registry.events"

NOT_AN_ID = Refused(
    "placement-id-not-uuid7", None,
    "Platsens id i meddelandet är ingen UUIDv7 med gemener; skapa ett nytt id.",
    "The place's id in the message is no UUIDv7 in lower case; make a new one.",
)  # fmt: skip


def on_loss(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Let each place at the enterprise that is not over be reviewed; its other duties go on (edge rule 1)."""
    losses = Losses(rows)
    yield from reviews(losses.places(_enterprise(recorded)), losses, only=recorded.envelope.id)


def on_purchased(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """A place that is recorded late may have been bought before its enterprise was lost."""
    place = rows.get(PlaceRow, recorded.subject)
    if place is not None:
        yield from reviews([place], Losses(rows))


def on_merged(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Places go on with the survivor: no review for the closure where it keeps its recognition, one for what it lost since."""
    losses = Losses(rows)
    places = losses.places(_enterprise(recorded))
    yield from _voided(places, losses, rows, recorded, "superseded", day_of(recorded.envelope.occurredat))
    yield from reviews(places, losses)


def on_corrected(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Read a loss or a merger as it is corrected: a review of what never happened, or on another day, was never owed."""
    if recorded.log == EVENTS:
        yield from on_purchased(recorded, rows, _authority)
        return
    losses = Losses(rows)
    places = losses.places(_enterprise(recorded))
    yield from _voided(places, losses, rows, recorded, "trigger-corrected", day_of(recorded.envelope.time))
    # a merger that never was leaves no trace of whom it absorbed: all places are looked at
    yield from reviews([place for _, place in sorted(rows.all(PlaceRow).items())], losses)


def _enterprise(recorded: Recorded) -> str:
    return recorded.subject.partition("/")[2]


def _voided(
    places: Iterable[PlaceRow], losses: Losses, rows: Rows, cause: Recorded, reason: VoidReason, on: date
) -> Iterable[Command]:
    """Void the open reviews of places that no loss calls for on their day any more."""
    at_stake = {place.placement_id: place for place in places}
    for _, owed in sorted(rows.all(DutyRow).items()):
        place = at_stake.get(owed.object_id)
        if place is None or owed.kind != REVIEW.kind or owed.end is not None:
            continue
        loss = next((loss for loss in losses.of(place.enterprise_id) if loss.event_id == owed.trigger_event_id), None)
        if loss is None or trigger(place, loss) != owed.trigger_on:
            yield VoidDuty(
                at=cause.envelope.occurredat, duty_id=owed.id, object_id=owed.object_id, reason_code=reason,
                cause_event_id=cause.envelope.id, on=on,
            )  # fmt: skip


def _reported(command: type[PlacementCommand]) -> Reported:
    """Make the command that a report asks for, of the fields that both have; personal ones are an officer's to add."""

    def reported(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
        event = message.event
        said = {name: getattr(event, name) for name in type(event).model_fields if name in command.model_fields}
        if not UUID7.match(str(said["placement_id"])):
            return NOT_AN_ID
        return command(at=message.occurred_at, **said)

    return reported


_LOST: tuple[type[Event], ...] = (RecognitionWithdrawn, EnterpriseClosed)

REACTIONS = Reactions(
    to={
        PlacementPurchased: (on_purchased,),
        EnterprisesMerged: (on_merged,),
        EventCorrected: (on_corrected,),
        **dict.fromkeys(_LOST, (on_loss,)),
    },
    follows={
        REGISTRY: (
            EnterpriseRegistered, EnterpriseRecognised, EnterprisesMerged, RecognitionSuspended, RecognitionRestored, *_LOST,
        ),
    },
    inbox={
        PlacementPurchased: _reported(ReportPurchase),
        PlacementStarted: _reported(StartPlacement),
        PlacementExtended: _reported(ExtendPlacement),
        PlacementEnded: _reported(ReportEnd),
        PlacementCancelled: _reported(CancelPlacement),
    },
)  # fmt: skip

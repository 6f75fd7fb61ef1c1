"""What follows for places when a WISE loses its recognition or closes, and what placements takes from other systems.

Both sides react: a loss sees the places, a place recorded afterwards sees the losses; whichever comes second finds the first.
"""

from collections.abc import Iterable
from datetime import date

from services.placements.domain.course import CancelPlacement, ExtendPlacement, ReportEnd, StartPlacement
from services.placements.domain.duties import REVIEW
from services.placements.domain.placement import EVENTS, PlacementCommand
from services.placements.domain.purchase import ReportPurchase
from services.placements.domain.rows import EnterpriseRow, Loss, PlaceRow
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.duty import EventCorrected
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
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
from shared.contracts.values import UUID7, DutyId
from shared.deciding import Command, Refused
from shared.log.duty_view import DutyRow
from shared.policy.authority import Authority
from shared.policy.duty.commands import OpenDuty, VoidDuty
from shared.policy.stockholm import day_of, start_of
from shared.reacting import Message, Reactions, Reported, Rows

REGISTRY = "registry.events"
KIND = f"{REVIEW.clause.id.lower()}.{REVIEW.kind}"

NOT_AN_ID = Refused(
    "id-not-uuid7", None,
    "Platsens id i meddelandet är ingen UUIDv7 med gemener; skapa ett nytt id.",
    "The place's id in the message is no UUIDv7 in lower case; make a new one.",
)  # fmt: skip


def on_loss(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Let each place at the enterprise that is not over be reviewed; its other duties go on (edge rule 1)."""
    enterprise = rows.get(EnterpriseRow, recorded.subject)
    for loss in enterprise.losses if enterprise else ():
        if loss.event_id == recorded.envelope.id:
            yield from _reviews(_places_at(recorded.subject, rows), loss)


def on_purchased(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """A place that is recorded late may have been bought before its enterprise was lost."""
    place = rows.get(PlaceRow, recorded.subject)
    enterprise = rows.get(EnterpriseRow, f"enterprise/{place.enterprise_id}") if place else None
    if place is not None and enterprise is not None:
        for loss in enterprise.losses:
            yield from _reviews([place], loss)


def on_corrected(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Read a loss as it is corrected: a review of what never happened, or happened on another day, was never owed."""
    if recorded.log == EVENTS:
        yield from on_purchased(recorded, rows, _authority)
        return
    enterprise = rows.get(EnterpriseRow, recorded.subject)
    losses = {loss.event_id: loss for loss in (enterprise.losses if enterprise else ())}
    places = _places_at(recorded.subject, rows)
    at_stake = {place.placement_id: place for place in places}
    for _, owed in sorted(rows.all(DutyRow).items()):
        place, loss = at_stake.get(owed.object_id), losses.get(owed.trigger_event_id)
        is_review = place is not None and owed.kind == REVIEW.kind and owed.end is None
        if is_review and place and (loss is None or _trigger(place, loss) != owed.trigger_on):
            yield VoidDuty(
                at=recorded.envelope.occurredat, duty_id=owed.id, object_id=owed.object_id,
                reason_code="trigger-corrected", cause_event_id=recorded.envelope.id, on=day_of(recorded.envelope.time),
            )  # fmt: skip
    for loss in losses.values():
        yield from _reviews(places, loss)


def _places_at(subject: str, rows: Rows) -> list[PlaceRow]:
    enterprise_id = subject.partition("/")[2]
    return [place for _, place in sorted(rows.all(PlaceRow).items()) if place.enterprise_id == enterprise_id]


def _reviews(places: Iterable[PlaceRow], loss: Loss) -> Iterable[Command]:
    for place in places:
        trigger_on = _trigger(place, loss)
        if trigger_on is not None:
            yield OpenDuty(
                at=start_of(trigger_on), duty_id=DutyId(f"{KIND}/{place.placement_id}"), object_id=place.placement_id,
                kind=KIND, trigger_event_id=loss.event_id, trigger_on=trigger_on, needs=(place.key,),
            )  # fmt: skip


def _trigger(place: PlaceRow, loss: Loss) -> date | None:
    """Give the day on which a place must be reviewed from; None where it was bought knowing of the loss, or after its end."""
    if place.purchased_on <= loss.on:
        return loss.on
    is_over = loss.until is not None and loss.until <= place.purchased_on
    return None if is_over or place.recognition_at_purchase == "not-recognised" else place.purchased_on


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
        EventCorrected: (on_corrected,),
        **dict.fromkeys(_LOST, (on_loss,)),
    },
    follows={
        REGISTRY: (
            EnterpriseRegistered, EnterpriseRecognised, RecognitionSuspended, RecognitionRestored, *_LOST,
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

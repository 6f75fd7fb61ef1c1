"""When a place's enterprise was lost as a WISE, also where that has become part of another (edge rule 16).

After a merger the place goes on with the survivor: the closure that the merger brought is no loss where the survivor keeps its
recognition, and what the survivor loses from then on is lost for the place.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from services.placements.domain.duties import REVIEW
from services.placements.domain.rows import EnterpriseRow, Loss, Merger, PlaceRow
from shared.contracts.values import DutyId
from shared.policy.duty.commands import OpenDuty
from shared.policy.stockholm import start_of
from shared.reacting import Rows

KIND = f"{REVIEW.clause.id.lower()}.{REVIEW.kind}"


class Losses:
    """The losses of all enterprises, as they are known now."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._absorbed: dict[str, tuple[Merger, EnterpriseRow]] = {
            id_: (merger, survivor)
            for _, survivor in sorted(rows.all(EnterpriseRow).items())
            for merger in survivor.mergers
            for id_ in merger.absorbed_ids
        }

    def of(self, enterprise_id: str | None) -> tuple[Loss, ...]:
        """Give the losses that count for a place at an enterprise."""
        return tuple(self._of(enterprise_id, set())) if enterprise_id else ()

    def _of(self, enterprise_id: str, seen: set[str]) -> Iterator[Loss]:
        seen.add(enterprise_id)
        own = self._rows.get(EnterpriseRow, f"enterprise/{enterprise_id}")
        merger, survivor = self._absorbed.get(enterprise_id, (None, None))
        for loss in own.losses if own else ():
            if merger is None or not merger.kept or loss.cause != "enterprise-closed":
                yield loss
        if merger is not None and survivor is not None and survivor.enterprise_id not in seen:
            yield from (loss for loss in self._of(survivor.enterprise_id, seen) if loss.on >= merger.on)

    def places(self, enterprise_id: str) -> list[PlaceRow]:
        """Give the places at an enterprise, and at those that have become part of it."""
        ids = {enterprise_id}
        while new := {id_ for id_, (_, survivor) in self._absorbed.items() if survivor.enterprise_id in ids} - ids:
            ids |= new
        return [place for _, place in sorted(self._rows.all(PlaceRow).items()) if place.enterprise_id in ids]


def reviews(places: Iterable[PlaceRow], losses: Losses, only: str | None = None) -> Iterator[OpenDuty]:
    """Let each place that is not over be reviewed for each loss of its enterprise, or for the one that an event tells."""
    for place in places:
        for loss in losses.of(place.enterprise_id):
            trigger_on = trigger(place, loss)
            if trigger_on is not None and only in (None, loss.event_id):
                yield OpenDuty(
                    at=start_of(trigger_on), duty_id=DutyId(f"{KIND}/{place.placement_id}"),
                    object_id=place.placement_id, kind=KIND, trigger_event_id=loss.event_id, trigger_on=trigger_on,
                    needs=(place.key,),
                )  # fmt: skip


def trigger(place: PlaceRow, loss: Loss) -> date | None:
    """Give the day on which a place must be reviewed from; None where it was bought knowing of the loss, or after its end."""
    if place.purchased_on <= loss.on:
        return loss.on
    is_over = loss.until is not None and loss.until <= place.purchased_on
    return None if is_over or place.recognition_at_purchase == "not-recognised" else place.purchased_on

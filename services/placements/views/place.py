"""Every place that was bought: where, since when, how it goes, and what is still to be added to its record."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from services.placements.domain.placement import EVENTS
from services.placements.domain.rows import PlaceRow, Planned
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.placements import (
    FollowUpCompleted,
    FollowUpPlanned,
    ParticipationDeclined,
    PlacementCancelled,
    PlacementEnded,
    PlacementExtended,
    PlacementPurchased,
    PlacementReviewed,
    PlacementStarted,
)
from shared.log.view import View
from shared.policy.authority import Authority

REQUIRED: Mapping[type[Event], tuple[str, ...]] = {
    PlacementPurchased: ("need", "legal_ground"),
    PlacementEnded: ("end_reason", "outcome"),
}
"""What an officer must say; a report leaves it out."""


def fold(row: PlaceRow | None, recorded: Recorded) -> PlaceRow | None:
    """Fold one event of a place."""
    event = recorded.event
    if isinstance(event, PlacementPurchased):
        return _lacking(_purchased(recorded.subject, event), recorded)
    if row is None:
        return None  # its purchase never happened, as a correction says
    match event:
        case PlacementStarted(started_on=day):
            return replace(row, phase="running", started_on=day)
        case PlacementExtended(new_end=day):
            return replace(row, last_day=day)
        case PlacementEnded(ended_on=day):
            return _lacking(replace(row, phase="ended", ended_on=day), recorded)
        case PlacementCancelled():
            return _planned(replace(row, phase="cancelled"), ())
        case PersonalDetailsAdded():
            return _completed(row, event)
        case FollowUpPlanned() | FollowUpCompleted() | PlacementReviewed() | ParticipationDeclined():
            return _followed_up(row, event)
        case _:
            raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is no event of a place")


def _purchased(key: str, event: PlacementPurchased) -> PlaceRow:
    return PlaceRow(
        key=key,
        placement_id=event.placement_id,
        subject_ref=event.subject_ref,
        enterprise_id=event.enterprise_id,
        place_kind=event.place_kind,
        basis=event.basis,
        phase="bought",
        purchased_on=event.purchased_on,
        recognition_at_purchase=event.recognition_at_purchase,
        planned_start=event.planned_start,
        last_day=event.planned_end,
    )


def _followed_up(row: PlaceRow, event: Event) -> PlaceRow:
    match event:
        case FollowUpPlanned():
            planned = Planned(
                follow_up_id=event.follow_up_id, kind=event.kind, planned_for=event.planned_for, officer=event.officer,
                duty_id=event.duty_id,
            )  # fmt: skip
            return _planned(row, (*_without(row, event.follow_up_id), planned))
        case FollowUpCompleted(held_on=day):
            latest = max(day, row.last_held_on or day)
            return _planned(replace(row, last_held_on=latest), _without(row, event.follow_up_id))
        case PlacementReviewed(outcome=outcome):
            return replace(row, review_outcome=outcome)
        case _:
            return row  # that the person declined is not for a list


def _without(row: PlaceRow, follow_up_id: str) -> tuple[Planned, ...]:
    return tuple(planned for planned in row.planned if planned.follow_up_id != follow_up_id)


def _planned(row: PlaceRow, planned: tuple[Planned, ...]) -> PlaceRow:
    following = min((each.planned_for for each in planned), default=None)
    return replace(row, planned=planned, next_planned_for=following)


def _lacking(row: PlaceRow, recorded: Recorded) -> PlaceRow:
    """Note what a report left out, under the event that `PersonalDetailsAdded` must name."""
    event = recorded.event
    lacks = tuple(
        type(event).model_fields[name].alias or name
        for name in REQUIRED[type(event)]
        if getattr(event, name) is None
    )  # fmt: skip
    return _incomplete(row, {**row.incomplete, recorded.envelope.id: lacks})


def _completed(row: PlaceRow, event: PersonalDetailsAdded) -> PlaceRow:
    lacks = tuple(name for name in row.incomplete.get(event.event_id, ()) if name not in event.fields)
    return _incomplete(row, {**row.incomplete, event.event_id: lacks})


def _incomplete(row: PlaceRow, lacks: dict[str, tuple[str, ...]]) -> PlaceRow:
    left = {event_id: names for event_id, names in lacks.items() if names}
    return replace(row, incomplete=left, is_incomplete=bool(left))


def with_days(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Say how many days are left to the due day, or how many have passed; a local count."""
    due_on = row["due_on"]
    return row | {
        "days_left": (due_on - today).days if due_on and due_on >= today else None,
        "days_late": (today - due_on).days if due_on and due_on < today else None,
    }


def with_days_since(row: dict[str, Any], today: date, _authority: Authority, _language: str) -> dict[str, Any]:
    """Say how long ago the planned day was of which nothing was recorded."""
    return row | {"days_since": (today - row["planned_on"]).days}


PLACE = View(
    name="place", log=EVENTS, category="placement", row=PlaceRow, fold=fold, sql=Path(__file__).with_suffix(".sql"),
    working=lambda row: row.phase in ("bought", "running"),
)  # fmt: skip

"""The rows that placements' views fold into. Of the person there is the random `subjectRef`; in `SaidRow` more, all sealed."""

from dataclasses import dataclass, field
from datetime import date, datetime

from shared.contracts.placements import RecognitionAtPurchase, ReviewCause
from shared.contracts.values import Enc


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A follow-up that is planned and was not held yet."""

    follow_up_id: str
    kind: str
    planned_for: date
    officer: str
    duty_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place from its purchase on."""

    key: str
    placement_id: str
    subject_ref: str
    enterprise_id: str | None
    """None where the person's identity is protected: then only the sealed event tells."""
    place_kind: str
    basis: str
    phase: str
    purchased_on: date
    recognition_at_purchase: RecognitionAtPurchase
    planned_start: date
    last_day: date | None
    """Planned and inclusive; None: until further notice."""
    started_on: date | None = None
    ended_on: date | None = None
    planned: tuple[Planned, ...] = ()
    next_planned_for: date | None = None
    last_held_on: date | None = None
    review_outcome: str | None = None
    incomplete: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Event → what it lacks, since another system reported it."""
    is_incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one event says of the person, by the fields' names. `event_id`: where details were added, of what lacked them."""

    event_id: str
    type: str
    occurred_at: datetime
    fields: dict[str, Enc]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRow:
    """All that was said of a place's person, in the order in which it was recorded."""

    key: str
    placement_id: str
    subject_ref: str
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """When the enterprise was a WISE no more: the event that says so, and the day on which it was one again."""

    event_id: str
    cause: ReviewCause
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """Others became part of the enterprise; `kept`: it is a WISE as before, so their closure is no loss."""

    event_id: str
    absorbed_ids: tuple[str, ...]
    on: date
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseRow:
    """An enterprise of the registry as placements sees it. A sole trader's name is registry's alone."""

    key: str
    enterprise_id: str
    name: str | None
    status: str
    since: date
    losses: tuple[Loss, ...] = ()
    mergers: tuple[Merger, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRow:
    """What the figures count a place by. A day of recording decides in which quarter a fact is counted."""

    key: str
    placement_id: str
    enterprise_id: str | None
    place_kind: str
    basis: str
    purchased_on: date
    purchase_recorded_on: date
    is_cancelled: bool = False
    started_on: date | None = None
    ended_on: date | None = None
    outcome: Enc | None = None
    outcome_recorded_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCell:
    """One published figure."""

    measure: str
    enterprise_id: str | None
    place_kind: str | None
    value: int | None
    suppressed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresRow:
    """A quarter's figures as they were published."""

    key: str
    period: str
    cells: tuple[FigureCell, ...]
    rules_version: str
    log_index: int

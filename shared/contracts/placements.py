"""What placements publishes: places bought at WISEs and how they are followed up (GS-3, GS-4).

The stream is `placement/<placementId>` in the log `placements.events`, for the social board's own principals only (OSL 26:1).
A place's person is a random `subjectRef`, another one for each place. A required personal field is missing where another
system reported the event; `PersonalDetailsAdded` brings it. Figures for others have a log of their own, `placements.figures`.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from shared.contracts.cloudevent import Event
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.values import (
    Day,
    Decimal_,
    DecisionRef,
    DutyId,
    Id,
    Money,
    Personal,
    StaffRef,
    Value,
)

SubjectRef: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
"""A random UUID for the person in this one place; it names the key that seals what is personal, and nothing else."""
PlaceKind: TypeAlias = Literal["rehabilitering", "arbetstraning", "sysselsattning", "daglig-verksamhet", "other"]
Basis: TypeAlias = Literal[
    "lou-open", "lou-reserved-4-18", "lou-reserved-19-25", "lou-reserved-19-25a", "lou-call-off", "lou-direct", "lov",
    "iop",
]  # fmt: skip
"""On what the purchase rests: a procurement, a system of choice, or a partnership with the idea-based sector."""
RecognitionAtPurchase: TypeAlias = Literal["recognised", "suspended", "not-recognised"]
LegalGround: TypeAlias = Literal["sol", "lss"]
EndClass: TypeAlias = Literal["as-planned", "early", "provider-ceased"]
EndReason: TypeAlias = Literal[
    "completed", "employment", "studies", "moved", "illness", "death", "own-choice", "other",
]  # fmt: skip
Outcome: TypeAlias = Literal[
    "employed-at-wise", "employed-elsewhere", "subsidised-employment", "studies", "other-place", "none", "unknown",
]  # fmt: skip
CancelClass: TypeAlias = Literal["by-region", "by-provider", "by-user"]
FollowUpKind: TypeAlias = Literal["first", "recurring", "final", "review", "extra"]
Method: TypeAlias = Literal["visit", "three-party-meeting", "phone", "video", "document-review"]
Party: TypeAlias = Literal["user", "representative", "provider"]
Subject: TypeAlias = Literal["place-delivered", "goal", "own-influence", "work-organisation", "attendance", "safety"]
Result: TypeAlias = Literal["as-agreed", "minor-deviation", "major-deviation"]
NextStep: TypeAlias = Literal["continue", "adjust", "end"]
ProviderOnlyReason: TypeAlias = Literal["declined", "deceased", "unreachable", "never-started"]
ReviewCause: TypeAlias = Literal["recognition-withdrawn", "enterprise-closed"]
ReviewOutcome: TypeAlias = Literal["continue", "move", "end"]


class Price(Value):
    """What a place costs, and for how long."""

    money: Money
    per: Literal["day", "week", "month", "placement"]


class PlacementPurchased(Event):
    """A place was bought for somebody whose need was decided (GS-3). Without `plannedEnd` it runs until further notice.

    `enterpriseIdEnc` stands instead of `enterpriseId` where the person's identity is protected.
    """

    TYPE = "se.medverka.PlacementPurchased.v1"
    OCCURS = "purchased_on"

    placement_id: Id
    subject_ref: SubjectRef
    enterprise_id: Id | None = None
    enterprise_id_enc: Personal | None = None
    place_kind: PlaceKind
    basis: Basis
    purchased_on: Day
    planned_start: Day
    planned_end: Day | None = None
    decision: DecisionRef
    need: Personal | None = None
    legal_ground: Personal | None = None
    price: Price
    recognition_at_purchase: RecognitionAtPurchase
    hours_per_week: Decimal_ | None = None
    contract_id: Id | None = None
    tender_id: Id | None = None
    goal: Personal | None = None


class PlacementStarted(Event):
    """The person's first day; the follow-ups are counted from it (GS-4)."""

    TYPE = "se.medverka.PlacementStarted.v1"
    OCCURS = "started_on"

    placement_id: Id
    started_on: Day


class PlacementExtended(Event):
    """The place got a later last day (`newEnd`, inclusive)."""

    TYPE = "se.medverka.PlacementExtended.v1"
    OCCURS = "decided_on"

    placement_id: Id
    previous_end: Day | None
    new_end: Day
    decision: DecisionRef
    decided_on: Day
    price: Price | None = None
    reason: Personal | None = None


class PlacementEnded(Event):
    """The place's last day was `endedOn`; why, and what came of it, is sealed."""

    TYPE = "se.medverka.PlacementEnded.v1"
    OCCURS = "ended_on"

    placement_id: Id
    ended_on: Day
    end_class: EndClass
    end_reason: Personal | None = None
    outcome: Personal | None = None
    successor_placement_id: Personal | None = None


class PlacementCancelled(Event):
    """The place was called off before it began: there is nothing to follow up."""

    TYPE = "se.medverka.PlacementCancelled.v1"
    OCCURS = "cancelled_on"

    placement_id: Id
    cancelled_on: Day
    cancel_class: CancelClass
    reason: Personal | None = None
    cost_incurred: Money | None = None
    decision: DecisionRef | None = None


class FollowUpPlanned(Event):
    """A conversation about the place was set for a day."""

    TYPE = "se.medverka.FollowUpPlanned.v1"

    placement_id: Id
    follow_up_id: Id
    kind: FollowUpKind
    planned_for: Day
    method: Method
    duty_id: DutyId | None = None
    officer: StaffRef


class FollowUpCompleted(Event):
    """The place was followed up: dated, with method, result and officer (GS-4). One discharges the one duty that it names.

    `document` is a `DocumentRef` under `osl-26-1`; `providerOnlyReason` says why the person was not there.
    """

    TYPE = "se.medverka.FollowUpCompleted.v1"
    OCCURS = "held_on"

    placement_id: Id
    follow_up_id: Id
    kind: FollowUpKind
    held_on: Day
    method: Method
    with_: Annotated[tuple[Party, ...], Field(alias="with", min_length=1)]
    subjects: tuple[Subject, ...]
    result: Result
    next_step: NextStep
    officer: StaffRef
    document: Personal
    duty_id: DutyId | None = None
    provider_only_reason: Personal | None = None
    user_view: Personal | None = None
    notes: Personal | None = None
    approved_by: StaffRef | None = None
    """The second person, where it was recorded so late that it needed one."""


class ParticipationDeclined(Event):
    """The person declined, as anybody may: the place is then followed up with the provider alone (edge rule 4)."""

    TYPE = "se.medverka.ParticipationDeclined.v1"
    OCCURS = "declined_on"

    placement_id: Id
    declined_on: Day
    scope: Literal["follow-up", "place"]
    stated_by: Party
    follow_up_id: Id | None = None
    reason: Personal | None = None


class PlacementReviewed(Event):
    """After the WISE lost its recognition or closed, it was decided what becomes of the place."""

    TYPE = "se.medverka.PlacementReviewed.v1"
    OCCURS = "reviewed_on"

    placement_id: Id
    reviewed_on: Day
    cause: ReviewCause
    cause_event_id: Id
    outcome: ReviewOutcome
    decision: DecisionRef
    reasons: Personal
    review_again_on: Day | None = None
    approved_by: StaffRef | None = None
    """The second person, where it was recorded so late that it needed one."""


Measure: TypeAlias = Literal[
    "bought", "active", "followed-up-in-time", "followed-up-late", "not-followed-up", "outcome-employed",
]  # fmt: skip


class Group(Value):
    """What a figure is of: one enterprise, one kind of place, or with neither all of them."""

    enterprise_id: Id | None = None
    place_kind: PlaceKind | None = None


class Figure(Value):
    """How many persons in one cell; `value` is null where `suppressed`, since it would tell of a few."""

    measure: Measure
    by: Group
    value: int | None
    suppressed: bool


class PlacementFiguresPublished(Event):
    """Figures of a quarter that tell of nobody (IN-3, OSL 26:1), frozen: what is found out later is in the next ones.

    They rest on the first `logIndex` events of `placements.events`. A long list comes in parts: events of one stream.
    """

    TYPE = "se.medverka.PlacementFiguresPublished.v1"

    period: Annotated[str, Field(pattern=r"^[0-9]{4}-Q[1-4]$")]
    cells: tuple[Figure, ...]
    rules_version: str
    log_index: int


PlacementEvent: TypeAlias = (
    PlacementPurchased | PlacementStarted | PlacementExtended | PlacementEnded | PlacementCancelled | FollowUpPlanned
    | FollowUpCompleted | ParticipationDeclined | PlacementReviewed | PersonalDetailsAdded
)  # fmt: skip
PLACEMENT_EVENTS: tuple[type[Event], ...] = (
    PlacementPurchased, PlacementStarted, PlacementExtended, PlacementEnded, PlacementCancelled, FollowUpPlanned,
    FollowUpCompleted, ParticipationDeclined, PlacementReviewed, PersonalDetailsAdded,
)  # fmt: skip
FIGURES_EVENTS: tuple[type[Event], ...] = (PlacementFiguresPublished,)
"""Those of the log `placements.figures`."""

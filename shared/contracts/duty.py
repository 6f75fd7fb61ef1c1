"""What every service publishes of its duties, and the correction of an event. A duty's stream is `duty/<dutyId>`."""

from typing import Any, Literal, TypeAlias

from shared.contracts.cloudevent import Event
from shared.contracts.values import (
    ClauseId,
    Day,
    DecisionRef,
    DocumentRef,
    DutyId,
    Personal,
    RoleCode,
    StaffRef,
    Text,
    Value,
)

Kind: TypeAlias = Literal[
    "first", "recurring", "final", "review", "knowledge", "planned", "published",
    "initiative", "held", "criteria", "df-review", "contract-term",
]  # fmt: skip
VoidReason: TypeAlias = Literal[
    "tender-cancelled", "enterprise-closed", "recognition-withdrawn", "placement-cancelled", "placement-ended",
    "contract-ended", "trigger-corrected", "duplicate", "superseded",
]  # fmt: skip

CorrectionKind: TypeAlias = Literal["never-happened", "wrong-value", "wrong-date", "wrong-object"]


class ObjectRef(Value):
    """What a duty is about: `{type: placement, id: …}`."""

    type: str
    id: str


class Term(Value):
    """One step of a due date's arithmetic: the local deadline's key and value, and the day that it gives."""

    key: str
    value: str
    unit: Literal["days", "working-days", "months", "date"]
    gives: Day


class DutyArose(Event):
    """A duty is owed from now on, by the unit that held the role on the trigger day."""

    TYPE = "se.medverka.DutyArose.v1"
    OCCURS = "trigger_on"

    duty_id: DutyId
    clause: ClauseId
    kind: Kind
    modality: Literal["shall", "resp", "should", "local"]
    owed_by: RoleCode
    owed_by_unit: str
    object: ObjectRef
    ordinal: int | None = None
    trigger_event_id: str
    trigger_on: Day
    due_on: Day | None
    hard_due_on: Day | None = None
    terms: tuple[Term, ...]
    interpretation_id: str
    policy_version: str
    known_late_days: int


class DutyRescheduled(Event):
    """The due day moved, for a stated cause."""

    TYPE = "se.medverka.DutyRescheduled.v1"

    duty_id: DutyId
    previous_due_on: Day | None
    new_due_on: Day
    cause_event_id: str
    reason_code: Literal["deadline-moved", "extended", "dated", "corrected"]


class DutyReminded(Event):
    """The unit was reminded, at half time or shortly before the due day.

    `step` is a code: it stays the same whatever days the authority counts.
    """

    TYPE = "se.medverka.DutyReminded.v1"
    OCCURS = "reminded_on"

    duty_id: DutyId
    step: Literal["half-time", "14-days", "3-working-days"]
    reminded_on: Day
    to_unit: str
    channel: str | None = None


class DutyFellOverdue(Event):
    """The due day passed without an act. Never taken back."""

    TYPE = "se.medverka.DutyFellOverdue.v1"
    OCCURS = "overdue_from"

    duty_id: DutyId
    limit: Literal["local", "clause"]
    due_on: Day
    overdue_from: Day
    owed_by_unit: str


class DutyEscalated(Event):
    """An overdue duty was brought to the unit's head, then to the board."""

    TYPE = "se.medverka.DutyEscalated.v1"
    OCCURS = "escalated_on"

    duty_id: DutyId
    level: Literal["unit-head", "board"]
    escalated_on: Day
    to_role: RoleCode
    document: DocumentRef | None = None


class DutyDischarged(Event):
    """What was owed was done, on `actedOn`, as its evidence shows."""

    TYPE = "se.medverka.DutyDischarged.v1"
    OCCURS = "acted_on"

    duty_id: DutyId
    acted_on: Day
    evidence: tuple[str, ...]
    late_days: int
    recorded_late_days: int
    rebuts: bool
    approved_by: StaffRef | None = None
    documents: tuple[DocumentRef, ...] | None = None


class DutyWaived(Event):
    """Who may decide so let the duty go; a breach that was there stays."""

    TYPE = "se.medverka.DutyWaived.v1"
    OCCURS = "waived_on"

    duty_id: DutyId
    waived_on: Day
    reason_code: str
    reasons: Text | None = None
    reasons_enc: Personal | None = None
    authority: DecisionRef
    proposed_by: StaffRef
    approved_by: StaffRef
    was_overdue: bool


class DutyVoided(Event):
    """The duty lost its object before it was overdue, or was never owed."""

    TYPE = "se.medverka.DutyVoided.v1"
    OCCURS = "voided_on"

    duty_id: DutyId
    voided_on: Day
    reason_code: VoidReason
    cause_event_id: str


class DutyLapsed(Event):
    """An overdue duty can no longer be performed; the breach stays."""

    TYPE = "se.medverka.DutyLapsed.v1"
    OCCURS = "lapsed_on"

    duty_id: DutyId
    lapsed_on: Day
    reason_code: Literal["tender-closed", "year-over", "object-gone"]
    cause_event_id: str | None = None


class CorrectedRef(Value):
    """The event that is corrected, and where it stands."""

    event_id: str
    stream: str
    index: int


class Change(Value):
    """One field's new value; the old one stays in the cited event. `pointer` is a JSON pointer into its data (RFC 6901)."""

    pointer: str
    after: Any


class EventCorrected(Event):
    """An earlier event of the same stream is to be read otherwise; views show both."""

    TYPE = "se.medverka.EventCorrected.v1"

    corrects: CorrectedRef
    kind: CorrectionKind
    changes: tuple[Change, ...]
    reason: Text
    corrected_by: StaffRef
    approved_by: StaffRef | None = None
    documents: tuple[DocumentRef, ...] | None = None


DutyEvent: TypeAlias = (
    DutyArose | DutyRescheduled | DutyReminded | DutyFellOverdue | DutyEscalated | DutyDischarged | DutyWaived
    | DutyVoided | DutyLapsed
)  # fmt: skip
DUTY_EVENTS: tuple[type[Event], ...] = (
    DutyArose, DutyRescheduled, DutyReminded, DutyFellOverdue, DutyEscalated, DutyDischarged, DutyWaived, DutyVoided,
    DutyLapsed,
)  # fmt: skip

"""The rows that procurement's views fold into and its reactions read.

A tender and an enterprise each keep the versions in which they were known, with when each was recorded. A pair of them is thus
judged on what was recorded up to each fact, whichever of the two logs is read first.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from shared.contracts.figures import ReachCell
from shared.contracts.procurement import Lot, Stage, Verdict

TenderCause: TypeAlias = Literal["planned", "published", "amended", "moved", "cancelled"]
EnterpriseCause: TypeAlias = Literal["recognised", "suspended", "restored", "withdrawn", "closed", "offering", "share"]
Status: TypeAlias = Literal["registered", "recognised", "suspended", "withdrawn", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderVersion:
    """A public tender as it was known from one of its facts on. `lots` are those that were not given up."""

    cause: TenderCause
    event_id: str
    recorded_at: datetime
    occurred_at: datetime
    number: int
    own: bool
    stage: Stage
    since: datetime
    """When its plan, then its publication, was made public."""
    lots: tuple[Lot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderRow:
    """A tender as it stands."""

    key: str
    tender_id: str
    title_sv: str
    title_en: str | None
    phase: Literal["planned", "published", "cancelled"]
    own: bool
    suspended: bool
    source: str
    regime: str | None
    board: str | None
    buyers: tuple[str, ...]
    public_since: datetime | None
    published_at: datetime | None
    closes_on: date | None
    """The day of the last deadline of a lot that was not given up."""
    lots: tuple[Lot, ...]
    cancelled_lots: tuple[str, ...]
    procedure_id: str | None
    notice_id: str | None
    notice_version: str | None
    notice_digest: str | None
    subtype: str | None
    versions: tuple[TenderVersion, ...]
    version: int
    planned_on: date | None = None
    """The first day of the planned publication."""
    stated: tuple[str, ...] = ()
    """Lots on whose social criteria the board has made a statement (GS-8)."""
    stated_on: date | None = None
    """When the last statement was made, by the notice or the board."""
    uncovered: tuple[str, ...] = ()
    """Lots of services of an own tender that nothing is stated of."""
    upphandlings_id: str | None = None
    duplicate_of: str | None = None
    """The tender that is kept where two sources told of one (edge rule 5)."""
    replaced_by: str | None = None
    """The tender that took this one's place when it was cancelled (edge rule 15)."""
    none_suitable_on: date | None = None
    """When an officer stated that it suits no enterprise, as it is published."""
    contracts: tuple[str, ...] = ()
    """The ids of its contracts, in the order in which they were awarded."""
    decided_lots: tuple[str, ...] = ()
    """Lots that were awarded or closed without a winner: the seal on the tender opens with the last (`seal.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseVersion:
    """An enterprise as it was known from one of its facts on, since it was first recognised."""

    cause: EnterpriseCause
    event_id: str
    recorded_at: datetime
    occurred_at: datetime
    status: Status
    recognised_from: date
    offering: int
    """How many times it has said what it offers; 0: never."""
    cpv: tuple[str, ...] = ()
    nuts: tuple[str, ...] = ()
    capacity: str | None = None
    capacity_unit: str | None = None
    alone: bool = False
    """It has said that it takes part neither in a consortium nor as a subcontractor."""
    reaches_30_percent: bool | None = None
    share_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseRow:
    """What procurement knows of an enterprise. A sole trader has no name here: it is personal."""

    key: str
    enterprise_id: str
    name: str | None
    status: Status
    recognised_from: date | None
    offering: int
    cpv: tuple[str, ...]
    nuts: tuple[str, ...]
    capacity: str | None
    capacity_unit: str | None
    alone: bool
    reaches_30_percent: bool | None
    share_until: date | None
    contacts: tuple[tuple[str, str, str], ...]
    """Those in use: id, purpose, channel; never an address."""
    versions: tuple[EnterpriseVersion, ...]
    absorbed_ids: tuple[str, ...]
    """Those that became part of it and whose duties it took over."""
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """One outreach and what became of it."""

    outreach_id: str
    stage: str
    purpose: str
    channel: str
    contact_id: str
    duty_id: str | None
    sent_at: datetime
    delivered_at: datetime | None = None
    proof: str | None = None
    failed_at: datetime | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutreachRow:
    """A tender and an enterprise: whether the one suits the other, why, and what was sent. Sealed while the tender is open."""

    key: str
    tender_id: str
    enterprise_id: str
    stage: Stage
    verdict: Verdict
    lot_ids: tuple[str, ...]
    tests: tuple[dict[str, object], ...]
    assessment_id: str
    assessed_at: datetime
    rules_version: str
    interpretation_id: str
    closes_on: date | None
    """The day on which the last lot that fits closes; kept when the enterprise fits no more."""
    sent: tuple[SentRow, ...]
    attempts: int
    delivered_on: date | None
    """The first delivery of the present stage's facts."""
    failed: bool
    """The last thing that was sent did not arrive, or came back."""
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something done for enterprises and a year that counts for GS-5: a direct contact that arrived, or an activity offered.

    `back_*`: it came back afterwards, by which event and on which day.
    """

    event_id: str
    kind: Literal["direct", "offered"]
    enterprises: tuple[str, ...]
    for_year: int
    on: date
    recorded_on: date
    approved_by: str | None = None
    back_event_id: str | None = None
    back_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """An activity that took place."""

    held_on: date
    attended_by: tuple[str, ...]
    attendee_count: int
    duration_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeRow:
    """Guidance to an enterprise or a learning activity: what it was, what counts of it, and what became of it (GS-5)."""

    key: str
    knowledge_id: str
    item: Literal["guidance", "activity"]
    kind: str
    channel: str
    for_year: int
    enterprises: tuple[str, ...]
    topics: tuple[str, ...]
    on: date
    """When it was sent, or offered first."""
    planned_for: date | None = None
    acts: tuple[Act, ...] = ()
    held: tuple[HeldRow, ...] = ()
    delivered_on: date | None = None
    failed_on: date | None = None
    reason_code: str | None = None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachFiguresRow:
    """A quarter's published figures of outreach."""

    key: str
    period: str
    cells: tuple[ReachCell, ...]
    rules_version: str
    log_index: int

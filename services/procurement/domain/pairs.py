"""A tender and an enterprise judged fact by fact, in the order in which the facts were recorded.

The facts come from two logs, and either may be read first. So a pair is always judged on what was recorded up to each fact:
a fact that is read late is judged where it belongs, and what was recorded after it is judged again. Whichever log is read
first, the same duties stand in the end, with the same triggers and due days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from services.procurement.domain.ids import derived
from services.procurement.domain.outreach import AssessSuitability
from services.procurement.domain.rows import (
    EnterpriseCause,
    EnterpriseRow,
    EnterpriseVersion,
    TenderCause,
    TenderRow,
    TenderVersion,
)
from services.procurement.domain.suitability import Assessment, Pair, assess
from shared.contracts.duty import VoidReason
from shared.contracts.procurement import Stage
from shared.contracts.values import DutyId, Id
from shared.deciding import Command
from shared.policy.authority import Authority, NotInForce
from shared.policy.duty.commands import RescheduleDuty, VoidDuty
from shared.policy.stockholm import day_of, start_of

TOO_LATE_IS_TOLD: Final = timedelta(days=90)
"""For so long after it closed a tender is judged for an enterprise that came too late, so that the reason is kept."""
ENDS: Final[dict[TenderCause | EnterpriseCause, VoidReason]] = {
    "cancelled": "tender-cancelled",
    "amended": "superseded",
    "withdrawn": "recognition-withdrawn",
    "closed": "enterprise-closed",
}
"""After which facts a tender that no longer fits is owed to nobody. What an enterprise offers ends nothing by itself."""

Version: TypeAlias = TenderVersion | EnterpriseVersion


@dataclass(frozen=True, slots=True)
class Point:
    """The pair as it was known when a fact had been recorded."""

    fact: Version
    tender: TenderVersion
    enterprise: EnterpriseVersion

    @property
    def at(self) -> datetime:
        """When all held: the later of publication, recognition and the fact itself (readings: GS-6)."""
        return max(self.tender.since, start_of(self.enterprise.recognised_from), self.fact.occurred_at)


def points(tender: TenderRow, enterprise: EnterpriseRow) -> Iterator[Point]:
    """Give the pair after each fact, since both were known."""
    facts: list[Version] = [*enterprise.versions, *tender.versions]
    last_tender: TenderVersion | None = None
    last_enterprise: EnterpriseVersion | None = None
    for fact in sorted(facts, key=lambda version: version.recorded_at):  # stable: each log keeps its own order
        if isinstance(fact, TenderVersion):
            last_tender = fact
        else:
            last_enterprise = fact
        if last_tender is not None and last_enterprise is not None:
            yield Point(fact, last_tender, last_enterprise)


def judge(
    tender: TenderRow, enterprise: EnterpriseRow, authority: Authority, cause: Version | None
) -> Iterator[Command]:
    """Give what follows for a pair from a fact and from those recorded after it; None: from all of them.

    Of a day that the authority's file does not cover nothing follows.
    """
    if not tender.own:
        return
    judged = _Judged(tender, enterprise, authority)
    for point in points(tender, enterprise):
        try:
            found = judged.at(point)
        except NotInForce:
            continue
        if cause is None or point.fact.recorded_at >= cause.recorded_at:
            again = cause is None or point.fact.event_id != cause.event_id
            yield from judged.commands(point, found, again=again)
        judged.learn(point, found)


def may_matter(tender: TenderRow, fact: EnterpriseVersion) -> bool:
    """Tell whether a fact about an enterprise can still change anything for a tender."""
    if not tender.own or not tender.versions:
        return False
    last = tender.versions[-1]
    if not last.lots and last.recorded_at < fact.recorded_at:
        return False
    return tender.closes_on is None or day_of(fact.occurred_at) <= tender.closes_on + TOO_LATE_IS_TOLD


class _Judged:
    """One pass over a pair's facts; `owed` while its duty of the present stage may rightly be open."""

    def __init__(self, tender: TenderRow, enterprise: EnterpriseRow, authority: Authority) -> None:
        self.tender, self.enterprise, self.authority = tender, enterprise, authority
        self.object_id = f"{tender.tender_id}/{enterprise.enterprise_id}"
        self.was_planned = any(version.stage == "planned" for version in tender.versions)
        self.stage: Stage = "planned"
        self.owed = False

    def at(self, point: Point) -> Assessment | None:
        """Judge the pair; None: the tender was given up, and there is nothing to judge. Raises NotInForce."""
        if not point.tender.lots:
            return None
        region = self.authority.suitability(day_of(point.at)).region
        buyers = " ".join(self.tender.buyers) or "not-stated"
        return assess(Pair(self.tender.own, buyers, region, point.tender, point.enterprise, point.at))

    def commands(self, point: Point, found: Assessment | None, *, again: bool) -> Iterator[Command]:
        """Give what follows from one fact. `again`: a fact that was recorded before it has been read after it."""
        published = point.tender.stage == "published"
        if published and self.was_planned and (again or point.fact.cause == "published"):
            yield self._void("planned", "superseded", point, on=point.tender.since)
        if found is not None:
            yield self._assess(point, found)
        reason = self._ends(point, found, again=again)
        if reason is not None:
            yield self._void(point.tender.stage, reason, point, on=point.fact.occurred_at)
        if published and point.fact.cause == "moved":
            yield self._reschedule(point)

    def learn(self, point: Point, found: Assessment | None) -> None:
        """Keep what the next fact is judged with."""
        if point.tender.stage != self.stage:
            self.stage, self.owed = point.tender.stage, False
        if self._ends(point, found, again=False) is not None:
            self.owed = False
        elif found is not None and found.verdict != "not-suitable":
            self.owed = True

    def _ends(self, point: Point, found: Assessment | None, *, again: bool) -> VoidReason | None:
        """Say why the duty has lost its object, if it has. It dies only with the last lot that fits (edge rule 13)."""
        if found is not None and found.fits_but_for_time:
            return None
        owed = self.owed and self.stage == point.tender.stage
        return ENDS.get(point.fact.cause) or ("trigger-corrected" if again and not owed else None)

    def _assess(self, point: Point, found: Assessment) -> AssessSuitability:
        on = day_of(point.at)
        return AssessSuitability(
            at=point.at,
            tender_id=Id(self.tender.tender_id),
            enterprise_id=Id(self.enterprise.enterprise_id),
            assessment_id=derived(point.fact.event_id, point.tender.event_id, point.enterprise.event_id),
            stage=point.tender.stage,
            lot_ids=found.lot_ids,
            verdict=found.verdict,
            tests=found.tests,
            closes=found.closes,
            rules_version=self.authority.suitability(on).version,
            interpretation_id=self.authority.interpretation("suitable", on).id,
            notice_version=point.tender.number,
            offering_version=point.enterprise.offering,
        )

    def _void(self, stage: Stage, reason: VoidReason, point: Point, on: datetime) -> VoidDuty:
        return VoidDuty(
            at=on, duty_id=self._duty(stage), object_id=self.object_id, reason_code=reason,
            cause_event_id=point.fact.event_id, on=day_of(on),
        )  # fmt: skip

    def _reschedule(self, point: Point) -> RescheduleDuty:
        return RescheduleDuty(
            at=point.fact.occurred_at, duty_id=self._duty("published"), object_id=self.object_id,
            reason_code="deadline-moved", cause_event_id=point.fact.event_id,
            needs=(f"tender/{self.tender.tender_id}", f"outreach/{self.object_id}"),
        )  # fmt: skip

    def _duty(self, stage: Stage) -> DutyId:
        return DutyId(f"gs-6.{stage}/{self.object_id}")

"""A tender and an enterprise judged fact by fact, in the order in which the facts were recorded.

The facts come from two logs, and either may be read first. So a pair is always judged on what was recorded up to each fact: a
fact that is read late is judged where it belongs, and what was recorded after it is judged again. From that come the spans in
which the tender was owed to the enterprise; what the fact changed in them is what happens to duties. Whichever log is read
first, the same is owed in the end, with the same triggers and due days.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias

from services.procurement.domain.duties import moved_after, voided_after
from services.procurement.domain.ids import derived
from services.procurement.domain.lots import closing_day, is_past
from services.procurement.domain.outreach import AssessSuitability
from services.procurement.domain.rows import (
    EnterpriseRow,
    EnterpriseVersion,
    TenderRow,
    TenderVersion,
)
from services.procurement.domain.suitability import Assessment, Pair, assess
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import VoidReason
from shared.contracts.procurement import Stage
from shared.contracts.values import DutyId, Id
from shared.deciding import Command
from shared.policy.authority import Authority, NotInForce
from shared.policy.duty.commands import LapseDuty, RescheduleDuty, VoidDuty
from shared.policy.duty.definition import MoveReason
from shared.policy.stockholm import day_of, end_of, start_of

TOO_LATE_IS_TOLD: Final = timedelta(days=90)
"""For so long after it closed a tender is judged for an enterprise that came too late, so that the reason is kept."""
STAGES: Final[tuple[Stage, ...]] = ("planned", "published")

Version: TypeAlias = TenderVersion | EnterpriseVersion
Reason: TypeAlias = VoidReason | Literal["too-late"]


@dataclass(frozen=True, slots=True)
class Point:
    """The pair as it was known when a fact had been recorded, and how it is judged; None: there is nothing to judge."""

    fact: Version
    tender: TenderVersion
    enterprise: EnterpriseVersion
    found: Assessment | None = None

    @property
    def at(self) -> datetime:
        """When all held: the later of publication, recognition and the fact itself (readings: GS-6)."""
        return max(self.tender.since, start_of(self.enterprise.recognised_from), self.fact.occurred_at)


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a span ended, by which fact, and when."""

    reason: Reason
    by: str
    on: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a tender was owed to an enterprise: since a fact, for the lots that fitted then."""

    stage: Stage
    by: str
    since: datetime
    lot_ids: tuple[str, ...]
    ended: Ending | None = None

    @property
    def key(self) -> tuple[Stage, str, datetime]:
        """What tells it apart."""
        return self.stage, self.by, self.since


# -- judging


def points(tender: TenderRow, enterprise: EnterpriseRow, authority: Authority) -> Iterator[Point]:
    """Judge the pair after each fact, since both were known; not of a day that the authority's file does not cover."""
    facts: list[Version] = [*enterprise.versions, *tender.versions]
    last_tender: TenderVersion | None = None
    last_enterprise: EnterpriseVersion | None = None
    for fact in sorted(facts, key=lambda version: version.recorded_at):  # stable: each log keeps its own order
        if isinstance(fact, TenderVersion):
            last_tender = fact
        else:
            last_enterprise = fact
        if last_tender is not None and last_enterprise is not None:
            try:
                yield _judged(Point(fact, last_tender, last_enterprise), tender, authority)
            except NotInForce:
                continue


def _judged(point: Point, tender: TenderRow, authority: Authority) -> Point:
    """Judge the pair; a tender whose lots were all given up is judged no more. Raises NotInForce."""
    region = authority.suitability(day_of(point.at)).region
    if not point.tender.lots:
        return point
    buyers = " ".join(tender.buyers) or "not-stated"
    found = assess(Pair(point.tender.own, buyers, region, point.tender, point.enterprise, point.at))
    return Point(point.fact, point.tender, point.enterprise, found)


@dataclass(frozen=True, slots=True)
class History:
    """A pair fact by fact: the spans in which it was owed, and the place of that in which each fact falls, by its event."""

    points: tuple[Point, ...]
    spans: tuple[Span, ...]
    during: Mapping[str, int]

    def span_at(self, point: Point) -> Span | None:
        """Give the span in which a fact falls."""
        place = self.during.get(point.fact.event_id)
        return None if place is None else self.spans[place]

    @property
    def owed(self) -> Span | None:
        """What is owed now."""
        return self.spans[-1] if self.spans and self.spans[-1].ended is None else None


UNKNOWN: Final = History((), (), {})


def history(tender: TenderRow, enterprise: EnterpriseRow, authority: Authority) -> History:
    """Judge a pair after each fact, and find since when and until when it was owed; the last span may go on."""
    judged = tuple(points(tender, enterprise, authority))
    found: list[Span] = []
    during: dict[str, int] = {}
    closes: date | None = None
    for point in judged:
        last = found[-1] if found and found[-1].ended is None else None
        ending = _ending(last, point, closes) if last else None
        if last is not None and ending is not None:
            found[-1], last = replace(last, ended=ending), None
        if point.found is not None and point.found.fits_but_for_time:
            closes = point.found.closes
        if last is None and point.found is not None and point.found.verdict != "not-suitable":
            last = Span(point.tender.stage, point.fact.event_id, point.at, point.found.lot_ids)
            found.append(last)
        if last is not None:
            during[point.fact.event_id] = len(found) - 1
    return History(judged, tuple(found), during)


def _ending(span: Span, point: Point, closes: date | None) -> Ending | None:
    """Say how a fact ends a span, if it does. It dies only with the last lot that fits (edge rule 13)."""
    by = point.fact.event_id
    superseded = voided_after(span.stage, "published")
    if point.tender.stage != span.stage and superseded:
        return Ending(superseded, by, point.tender.since)
    if closes is not None and is_past(closes, point.fact.occurred_at):
        return Ending("too-late", by, end_of(closing_day(closes)))
    if point.found is not None and point.found.fits_but_for_time:
        return None
    reason = voided_after(span.stage, point.fact.cause)
    return Ending(reason, by, point.fact.occurred_at) if reason else None


# -- what follows


def may_matter(tender: TenderRow, fact: EnterpriseVersion) -> bool:
    """Tell whether a fact about an enterprise can still change anything for a tender."""
    if not tender.versions or tender.duplicate_of is not None:
        return False
    last = tender.versions[-1]
    if not last.lots and last.recorded_at < fact.recorded_at:
        return False
    return tender.closes_on is None or day_of(fact.occurred_at) <= tender.closes_on + TOO_LATE_IS_TOLD


def judge(tender: TenderRow, enterprise: EnterpriseRow, authority: Authority, fact: Version) -> Iterator[Command]:
    """Give what follows for a pair from a fact, the newest of its log, and from what was recorded after it in the other."""
    now = history(tender, enterprise, authority)
    changed = [point for point in now.points if point.fact.recorded_at >= fact.recorded_at]
    if not changed:
        return
    yield from _Following(tender, enterprise, authority, fact).after(
        changed, now, _before(tender, enterprise, authority, fact)
    )


def _before(tender: TenderRow, enterprise: EnterpriseRow, authority: Authority, fact: Version) -> History:
    """Judge the pair as it was known without a fact; before its first fact there was nothing to judge."""
    if isinstance(fact, TenderVersion):
        known = tuple(version for version in tender.versions if version.event_id != fact.event_id)
        return history(replace(tender, versions=known), enterprise, authority) if known else UNKNOWN
    said = tuple(version for version in enterprise.versions if version.event_id != fact.event_id)
    return history(tender, replace(enterprise, versions=said), authority) if said else UNKNOWN


def judge_anew(
    tender: TenderRow, enterprise: EnterpriseRow, authority: Authority, correction: Recorded
) -> Iterator[Command]:
    """Give what follows for a pair from a correction: all of it read from the beginning."""
    now = history(tender, enterprise, authority)
    if now.points:
        yield from _Following(tender, enterprise, authority, now.points[-1].fact).anew(now)
    else:
        yield from never_owed(tender.tender_id, enterprise.enterprise_id, correction)


def never_owed(tender_id: str, enterprise_id: str, correction: Recorded) -> Iterator[VoidDuty]:
    """Void what a pair has, since a correction took away the tender's publication or the enterprise's recognition."""
    pair, envelope = f"{tender_id}/{enterprise_id}", correction.envelope
    for stage in STAGES:
        yield VoidDuty(
            at=envelope.occurredat, duty_id=DutyId(f"gs-6.{stage}/{pair}"), object_id=pair,
            reason_code="trigger-corrected", cause_event_id=envelope.id, on=day_of(envelope.occurredat),
        )  # fmt: skip


class _Following:
    """What follows for one pair; `fact` is the cause."""

    def __init__(self, tender: TenderRow, enterprise: EnterpriseRow, authority: Authority, fact: Version) -> None:
        self.tender, self.enterprise, self.authority, self.fact = tender, enterprise, authority, fact
        self.object_id = f"{tender.tender_id}/{enterprise.enterprise_id}"

    def after(self, changed: Sequence[Point], now: History, before: History) -> Iterator[Command]:
        """Bring the duties from the spans as they were known before the fact to those that are known now."""
        known = {span.key: span for span in before.spans}
        right = {span.key for span in now.spans}
        if before.owed is not None and before.owed.key not in right:
            yield self._never_owed(before.owed)  # it arose only because the fact was read late
        for point in changed:
            for span in now.spans:
                if span.ended is not None and span.ended.by == point.fact.event_id:
                    yield from self._ended(span, span.ended, known.get(span.key))
            span_now = now.span_at(point)
            former = known.get(span_now.key) if span_now else None
            begins = span_now is not None and span_now.by == point.fact.event_id
            opens = begins and (former is None or (former.ended is not None and span_now is now.owed))
            if point.found is not None:
                yield self._assess(point, point.found, span_now, opens=opens)
        late = changed[-1].fact.event_id != self.fact.event_id
        moved = moved_after(now.owed.stage, "moved" if late else self.fact.cause) if now.owed else None
        if moved is not None:
            yield self._reschedule(moved)

    def anew(self, now: History) -> Iterator[Command]:
        """Bring the duties, whatever they rest on, to what is owed as all is read now."""
        for stage in STAGES:
            spares = day_of(now.owed.since) if now.owed is not None and now.owed.stage == stage else None
            yield self._void(stage, "trigger-corrected", self.fact.event_id, self.fact.occurred_at, spares=spares)
        for point in now.points:
            span = now.span_at(point)
            opens = span is not None and span is now.owed and span.by == point.fact.event_id
            if point.found is not None:
                yield self._assess(point, point.found, span, opens=opens)
        if now.owed is not None and now.owed.stage == "published":
            yield self._reschedule("corrected")

    def _ended(self, span: Span, ended: Ending, former: Span | None) -> Iterator[Command]:
        """End what was owed. By the fact itself whatever is open, a successor too; by a later one what this span had."""
        own = ended.by == self.fact.event_id
        if not own and former is not None and former.ended == ended:
            return
        if ended.reason == "too-late":
            # on the day on which all closed, or on the next one if it was due on that very day: whichever the duty allows
            for on in (day_of(ended.on) - timedelta(days=1), day_of(ended.on)):
                yield LapseDuty(
                    at=end_of(on), duty_id=self._duty(span.stage), object_id=self.object_id, on=on,
                    reason_code="tender-closed", cause_event_id=ended.by,
                )  # fmt: skip
        else:
            triggered_on = None if own else day_of(span.since)
            yield self._void(span.stage, ended.reason, ended.by, ended.on, triggered_on=triggered_on)

    def _never_owed(self, span: Span) -> VoidDuty:
        triggered_on = day_of(span.since)
        return self._void(span.stage, "trigger-corrected", self.fact.event_id, span.since, triggered_on=triggered_on)

    def _assess(self, point: Point, found: Assessment, span: Span | None, *, opens: bool) -> AssessSuitability:
        on = day_of(point.at)
        since = span if found.verdict != "not-suitable" else None
        return AssessSuitability(
            at=point.at,
            tender_id=Id(self.tender.tender_id),
            enterprise_id=Id(self.enterprise.enterprise_id),
            assessment_id=derived(point.fact.event_id, point.tender.event_id, point.enterprise.event_id),
            stage=point.tender.stage,
            lot_ids=found.lot_ids,
            verdict=found.verdict,
            tests=found.tests,
            suitable_since=since.since if since else None,
            suitable_by=since.by if since else None,
            due_lot_ids=since.lot_ids if since else None,
            opens=True if opens else None,
            closes=found.closes,
            rules_version=self.authority.suitability(on).version,
            interpretation_id=self.authority.interpretation("suitable", on).id,
            notice_version=point.tender.number,
            offering_version=point.enterprise.offering,
        )

    def _void(
        self, stage: Stage, reason: VoidReason, cause: str, on: datetime, *,
        triggered_on: date | None = None, spares: date | None = None,
    ) -> VoidDuty:  # fmt: skip
        return VoidDuty(
            at=on, duty_id=self._duty(stage), object_id=self.object_id, reason_code=reason, cause_event_id=cause,
            on=day_of(on), triggered_on=triggered_on, spares=spares,
        )  # fmt: skip

    def _reschedule(self, reason: MoveReason) -> RescheduleDuty:
        return RescheduleDuty(
            at=self.fact.occurred_at, duty_id=self._duty("published"), object_id=self.object_id, reason_code=reason,
            cause_event_id=self.fact.event_id,
            needs=(f"tender/{self.tender.tender_id}", f"outreach/{self.object_id}"),
        )  # fmt: skip

    def _duty(self, stage: Stage) -> DutyId:
        return DutyId(f"gs-6.{stage}/{self.object_id}")

"""Since when a WISE is owed each year's effort (GS-5), from what registry says of it.

Two things let a year's duty arise: that it was recognised or suspended when the year began, or that it was recognised or
restored in that year. A withdrawal or a closure voids what is not overdue; a suspension does nothing. Each boundary is judged
on what was recorded by then, and again when something is recorded later: a suite that stood still ends as one that ran through.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.procurement.domain.knowledge import KIND, wise_year
from services.procurement.domain.knowledge_duties import base, new_year
from services.procurement.domain.rows import EnterpriseCause, EnterpriseRow, EnterpriseVersion
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import VoidReason
from shared.contracts.values import DutyId
from shared.deciding import Command
from shared.policy.duty.commands import OpenDuty, VoidDuty
from shared.policy.duty.life import DutyState
from shared.policy.stockholm import day_of, start_of

BEGINS: Final[tuple[EnterpriseCause, ...]] = ("recognised", "restored")
ENDS: Final[dict[EnterpriseCause, VoidReason]] = {
    "withdrawn": "recognition-withdrawn", "closed": "enterprise-closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trigger:
    """What lets a year's duty arise: an event of registry, or the year's own beginning."""

    event_id: str
    on: date


def _on(version: EnterpriseVersion) -> date:
    return day_of(version.occurred_at)


def at_new_year(versions: Sequence[EnterpriseVersion], year: int) -> Trigger | None:
    """Give what lets the year's duty arise at its beginning; None where it was neither recognised nor suspended then.

    A recognition or restoration of that very day, known when the day began, is the trigger instead.
    """
    trigger_id, first_day = new_year(year)
    stands = False
    for version in versions:
        if version.cause in BEGINS and _on(version) < first_day:
            stands = True
        elif version.cause in ENDS and _on(version) <= first_day:
            stands = False
    if not stands:
        return None
    known = start_of(first_day)
    begun = [v for v in versions if v.cause in BEGINS and _on(v) == first_day and v.recorded_at <= known]
    return Trigger(begun[-1].event_id if begun else trigger_id, first_day)


def is_lost_after(versions: Sequence[EnterpriseVersion], trigger: Trigger) -> bool:
    """Tell whether the WISE was lost after a trigger; it may have become one again since, which is another trigger."""
    place = next((n for n, version in enumerate(versions) if version.event_id == trigger.event_id), -1)
    return any(version.cause in ENDS and _on(version) >= trigger.on for version in versions[place + 1 :])


def triggers(versions: Sequence[EnterpriseVersion], first: int, until: date) -> list[Trigger]:
    """Give all triggers up to a day, the earliest first; those of a new year from the authority's first year on."""
    own = [Trigger(version.event_id, _on(version)) for version in versions if version.cause in BEGINS]
    years = [at_new_year(versions, year) for year in range(first, until.year + 1)]
    found = dict.fromkeys([*own, *(trigger for trigger in years if trigger is not None)])
    return sorted(found, key=lambda trigger: trigger.on)


def owed(versions: Sequence[EnterpriseVersion], first: int, until: date) -> list[Trigger]:
    """Give the triggers after which the WISE was not lost."""
    return [trigger for trigger in triggers(versions, first, until) if not is_lost_after(versions, trigger)]


def opens(enterprise_id: str, trigger: Trigger, *, again: bool = False) -> OpenDuty:
    """Let a year's duty arise; where one is open or was done nothing does. `again`: what ended it was corrected away."""
    year = trigger.on.year
    return OpenDuty(
        at=start_of(trigger.on), duty_id=DutyId(base(enterprise_id, year)), object_id=wise_year(enterprise_id, year),
        kind=KIND, trigger_event_id=trigger.event_id, trigger_on=trigger.on, again=again,
    )  # fmt: skip


def after_fact(enterprise: EnterpriseRow, first: int) -> Iterator[Command]:
    """Give what follows from the newest fact about an enterprise: what the clock had to open before it, then the fact's own."""
    *before, fact = enterprise.versions
    until = day_of(fact.recorded_at)
    for trigger in owed(before, first, day_of(fact.recorded_at - timedelta.resolution)):
        yield opens(enterprise.enterprise_id, trigger)
    if fact.cause in ENDS:
        yield from _voids(enterprise, fact, first)
    for trigger in owed(enterprise.versions, first, until):
        yield opens(enterprise.enterprise_id, trigger)


def _voids(enterprise: EnterpriseRow, fact: EnterpriseVersion, first: int) -> Iterator[VoidDuty]:
    """Void what is open, and what arose while nobody knew. The year before can still be open, and not overdue, in January."""
    for year in range(max(first, _on(fact).year - 1), day_of(fact.recorded_at).year + 1):
        yield _void(DutyId(base(enterprise.enterprise_id, year)), wise_year(enterprise.enterprise_id, year), fact)


def _void(duty_id: DutyId, object_id: str, loss: EnterpriseVersion) -> VoidDuty:
    return VoidDuty(
        at=loss.occurred_at, duty_id=duty_id, object_id=object_id, reason_code=ENDS[loss.cause],
        cause_event_id=loss.event_id, on=_on(loss),
    )  # fmt: skip


def after_correction(
    enterprise: EnterpriseRow, open_duties: Iterable[DutyState], corrected_id: str, first: int, correction: Recorded
) -> Iterator[Command]:
    """Give what follows when what registry says of an enterprise is read anew.

    A duty that the corrected event or a new year had opened, and neither does now, was never owed; one whose WISE was lost is
    void by the loss. Those that follow a letter that came back, or were taken over in a merger, have triggers of their own.
    """
    versions, recorded_on = enterprise.versions, day_of(correction.envelope.time)
    known, right = triggers(versions, first, recorded_on), owed(versions, first, recorded_on)
    for each in open_duties:
        trigger = Trigger(each.trigger_event_id, each.trigger_on)
        rests_on_it = trigger.event_id in (corrected_id, new_year(trigger.on.year)[0])
        lost = next((v for v in versions if v.cause in ENDS and _on(v) >= trigger.on), None)
        if trigger in right:
            continue
        if lost is not None and (trigger in known or not rests_on_it):
            yield _void(each.id, each.object_id, lost)
        elif rests_on_it:
            yield never_owed(each, correction)
    for trigger in right:
        yield opens(enterprise.enterprise_id, trigger, again=True)


def never_owed(each: DutyState, correction: Recorded) -> VoidDuty:
    """Void what rests on a recognition that a correction took away or moved."""
    envelope = correction.envelope
    return VoidDuty(
        at=envelope.occurredat, duty_id=each.id, object_id=each.object_id, reason_code="trigger-corrected",
        cause_event_id=envelope.id, on=day_of(envelope.time),
    )  # fmt: skip

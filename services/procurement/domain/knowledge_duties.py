"""GS-5 as a duty, one for each recognised enterprise and year: a direct contact that arrived, and a learning activity offered.

What is owed to every enterprise each year is no tender's secret, so the duty lies in `procurement.events`, where all boards,
the consultation and the auditors read it. Its object is the enterprise and the year.

Both acts are needed, each in a stream of its own, and one offer may reach a thousand enterprises. So an act ends nothing in its
own append: a reaction settles the year of each enterprise that the act is for, with all acts that are known of that year.
Settling is the same whichever act came first, and doing it again does nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, cast

from typing_extensions import override

from services.procurement.domain.knowledge import EVENTS, KIND, wise_year
from services.procurement.domain.rows import Act
from shared.contracts.cloudevent import Event
from shared.contracts.duty import CorrectedRef, DutyArose, DutyDischarged, EventCorrected
from shared.contracts.knowledge import GuidanceDelivered, GuidanceFailed, KnowledgeActivityOffered
from shared.correcting import as_corrected
from shared.deciding import DutyStep, Happening, NotProven, Past, Refused
from shared.policy.authority import Authority
from shared.policy.clause import GS_5
from shared.policy.duty.book import Book
from shared.policy.duty.commands import CORRECTION_NOT_APPROVED, DutyCommand
from shared.policy.duty.definition import Duty, duty
from shared.policy.duty.due import Due, after
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import NEVER_OWED, DutyState, arisen
from shared.policy.role import PROCUREMENT_OFFICE
from shared.policy.stockholm import day_of

ACTS: Final[tuple[type[Event], ...]] = (GuidanceDelivered, KnowledgeActivityOffered)


def new_year(year: int) -> tuple[str, date]:
    """Give what triggers a year's duty of a WISE that was one before: the boundary of the year, by its name and day."""
    return f"year/{year}", date(year, 1, 1)


def year_of(object_id: str) -> int:
    """Give the year of an enterprise's year."""
    return int(object_id.rpartition("/")[2])


def may_arise(happening: Happening) -> bool:
    """Never twice of one trigger, unless what it opened was voided: a year that has lapsed is over.

    What is void as a double is owed about the enterprise that this one became part of.
    """
    former: list[DutyState] = happening.past.duties(happening.object_id)
    gone_for_good = (None, "duplicate")
    return not any(each.trigger_event_id == happening.id and each.void_reason in gone_for_good for each in former)


def knowledge_due(happening: Happening, trigger: date, authority: Authority) -> Due:
    """By the year's last day; in the year of recognition or restoration some days after it, even into the next year."""
    is_new_year = (happening.id, trigger) == new_year(trigger.year)
    return after(trigger, "knowledge.year" if is_new_year else "knowledge.on-recognition", authority)


def last_day(object_id: str, valid_on: date, authority: Authority) -> date:
    """Give the last day on which a year's effort can be made: one of the year after, never rolled."""
    value = authority.deadline("knowledge.lapse", valid_on).value
    if not isinstance(value, tuple):
        raise TypeError("knowledge.lapse is a number, not a date of the year")
    return date(year_of(object_id) + 1, *value)


def _lapses(owed: DutyState, authority: Authority) -> date:
    last = last_day(owed.object_id, owed.trigger_on, authority)
    return max(last, owed.due_on or last)


KNOWLEDGE: Final[Duty] = duty(
    clause=GS_5, kind="knowledge", owed_by=PROCUREMENT_OFFICE, object="wise-year", log=EVENTS,
    when=may_arise, due=knowledge_due,  # opened by the clock on 1 January, and by what registry says: `recognition_years.py`
    discharged_by=ACTS, fulfils=lambda _happening, _duty: False,  # by both together: `settle`
    claimed_late_needs_proof=True,
    lapses_after=_lapses,
)  # fmt: skip


class SettleYear(DutyCommand):
    """A reaction's: all that is known to have been done for an enterprise's year. `dutyId` is the year's base."""

    acts: tuple[Act, ...]
    cause_event_id: str
    is_wise: bool
    """Whether the enterprise is recognised or suspended, as far as is known: to others nothing arises anew."""


def base(enterprise_id: str, year: int) -> str:
    """Give the id of an enterprise's first duty of a year."""
    return f"{KIND}/{wise_year(enterprise_id, year)}"


def settle(book: Book, command: SettleYear, past: Past, recorded_at: datetime) -> Iterator[DutyStep]:
    """Discharge the year's duty where both acts are there; let a successor arise where the letter came back after that."""
    duties: list[DutyState] = [d for d in past.duties(command.object_id) if d.void_reason not in NEVER_OWED]
    if not duties:
        return
    owed = duties[-1]
    if owed.end == "discharged":
        opens = _came_back(book, command, owed, past, recorded_at)
        if opens is None:
            return
        yield opens[0]
        owed = opens[1]
        duties.append(owed)
    done = _done(command.acts, duties)
    if done is None:
        return
    acted_on = max(act.on for act in done)
    if book.may_discharge(owed, acted_on):
        approver = next((act.approved_by for act in done if act.approved_by), None)
        evidence = tuple(act.event_id for act in done)
        recorded_on = max(
            acted_on, *(act.recorded_on for act in done)
        )  # a corrected act may be said to be of a later day
        yield book.discharges(owed, acted_on, recorded_on, evidence, approver)


def _done(acts: Iterable[Act], duties: Sequence[DutyState]) -> tuple[Act, Act] | None:
    """Give the first act of each kind since the last duty's trigger; an activity counts on where only a letter came back."""
    by_day = sorted(acts, key=lambda act: (act.on, act.event_id))
    owed, offered_since = duties[-1], duties[-1].trigger_on
    came_back = {act.back_event_id for act in by_day if act.back_event_id is not None}
    for successor, former in zip(reversed(duties), [*reversed(duties)][1:], strict=False):
        if successor.trigger_event_id not in came_back:
            break
        offered_since = former.trigger_on
    direct = [a for a in by_day if a.kind == "direct" and a.on >= owed.trigger_on and a.back_on is None]
    offers = [a for a in by_day if a.kind == "offered" and a.on >= offered_since]
    return (direct[0], offers[0]) if direct and offers else None


def _came_back(
    book: Book, command: SettleYear, owed: DutyState, past: Past, recorded_at: datetime
) -> tuple[DutyStep, DutyState] | None:
    """Give the successor of a duty whose letter came back, while there is time and no other letter stands (edge rule 12)."""
    back = [a for a in command.acts if a.event_id in owed.evidence and a.kind == "direct" and a.back_on is not None]
    others = [a for a in command.acts if a.kind == "direct" and a.back_on is None and a.on >= owed.trigger_on]
    if not back or others or not command.is_wise:
        return None
    trigger_on, trigger_id = cast("date", back[0].back_on), cast("str", back[0].back_event_id)
    last = last_day(command.object_id, owed.trigger_on, book.authority)
    duty_id = book.next_id(KNOWLEDGE, command.object_id, "", past, after_discharge=True)
    if duty_id is None or trigger_on > last:
        return None
    due = after(trigger_on, "knowledge.bounced", book.authority)
    step = book.arises(
        KNOWLEDGE, duty_id, command.object_id, trigger_id=trigger_id, trigger_on=trigger_on,
        recorded_on=day_of(recorded_at), due=replace(due, on=min(due.on or last, last)), past=past,
    )  # fmt: skip
    return step, arisen(cast("DutyArose", step.event), "", day_of(recorded_at))


class ProcurementDuties(Duties):
    """Procurement's duties; those of GS-5 are settled by reactions, and what they rest on is proven where it is recorded."""

    commands = (*Duties.commands, SettleYear)

    @override
    def decide(
        self, command: Any, past: Past, recorded_at: datetime, actor: str = "system"
    ) -> Sequence[DutyStep] | Refused:
        """Decide a command on a duty."""
        if isinstance(command, SettleYear):
            return list(settle(self.book, command, past, recorded_at))
        return super().decide(command, past, recorded_at, actor)

    @override
    def after(self, happening: Happening) -> list[DutyStep]:
        """Say what an event does to duties in its own append. Raises NotProven."""
        event = happening.event
        if isinstance(event, GuidanceDelivered) and event.kind == "direct":
            self._prove(happening, [wise_year(event.enterprise_id, event.for_year)])
        elif isinstance(event, KnowledgeActivityOffered):
            self._prove(happening, [wise_year(each, event.for_year) for each in event.offered_to])
        elif isinstance(event, EventCorrected) and happening.subject.startswith("knowledge/"):
            return [*super().after(happening), *_undone(self.book, happening, event)]
        return super().after(happening)

    def _prove(self, happening: Happening, objects: Iterable[str]) -> None:
        """An act that is recorded late as in time is shown, or approved by a second person, by whoever records it."""
        for object_id in objects:
            for owed in happening.past.duties(object_id):
                if owed.trigger_on <= happening.occurred_on and self.book.may_discharge(owed, happening.occurred_on):
                    self.book.prove(owed, happening.occurred_on, happening)


def _undone(book: Book, happening: Happening, event: EventCorrected) -> Iterator[DutyStep]:
    """Take back the discharges that rest on a corrected act, and void what a letter's coming back had opened.

    The reaction settles the years anew. Raises NotProven where nobody else approves it.
    """
    cited = next(e for e in happening.past.history(happening.subject) if e.id == event.corrects.event_id)
    if not isinstance(cited.data, (*ACTS, GuidanceFailed)):
        return
    if event.approved_by is None:
        raise NotProven(CORRECTION_NOT_APPROVED)
    act: Any = cited.data
    enterprises = act.offered_to if isinstance(act, KnowledgeActivityOffered) else (act.enterprise_id,)
    for owed in [d for each in enterprises for d in happening.past.duties(wise_year(each, act.for_year))]:
        if owed.trigger_event_id == cited.id and owed.end is None:
            yield from book.voids(owed, "trigger-corrected", happening.id, happening.recorded_on)
        for end in as_corrected(happening.past.history(f"duty/{owed.id}")):
            if isinstance(end.data, DutyDischarged) and cited.id in end.data.evidence:
                place = CorrectedRef(event_id=end.id, stream=end.subject, index=happening.past.index(end.id))
                told = {"corrects": place, "kind": "never-happened", "changes": ()}
                yield book.step(owed, event.model_copy(update=told))

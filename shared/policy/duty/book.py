"""A service's duties by name, and the events of a duty's life as they are made: the sums and ids stand here, once."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared.contracts.cloudevent import Event
from shared.contracts.duty import (
    DutyArose,
    DutyDischarged,
    DutyLapsed,
    DutyRescheduled,
    DutyVoided,
    ObjectRef,
    VoidReason,
)
from shared.contracts.values import DutyId, is_same
from shared.deciding import DutyStep, Happening, NotProven, Past
from shared.policy.authority import Authority
from shared.policy.duty.commands import APPROVED_BY_ACTOR, NOT_APPROVED
from shared.policy.duty.definition import Duty, LapseReason, MoveReason
from shared.policy.duty.due import Due, count
from shared.policy.duty.life import NEVER_OWED, DutyState

NOBODY: frozenset[str] = frozenset()
ESCALATES_WITHIN = timedelta(days=100)
"""Longer than the last boundary of an overdue duty is away from its due day."""


class Book:
    """The definitions in the order of the clauses, and the authority by whose file they are reckoned."""

    def __init__(self, duties: Iterable[Duty], authority: Authority) -> None:
        self.all = tuple(duties)
        self.authority = authority
        self.by_name = {f"{d.clause.id.lower()}.{d.kind}": d for d in self.all}
        self._by_event: dict[type[Event], tuple[Duty, ...]] = {}

    def definition(self, duty_id: str) -> Duty:
        """Give the definition that a duty's id names."""
        return self.by_name[duty_id.partition("/")[0]]

    def concerned(self, kind: type[Event]) -> tuple[Duty, ...]:
        """Give the definitions that an event type ends, moves or lets arise; reckoned once, since each event asks for it."""
        if kind not in self._by_event:
            self._by_event[kind] = tuple(
                d for d in self.all if kind in (*d.discharged_by, *d.moved_by, *d.voided_by, *d.arises_on)
            )
        return self._by_event[kind]

    def step(self, duty: DutyState, event: Event) -> DutyStep:
        """Put an event into a duty's stream."""
        return DutyStep(self.definition(duty.id).log, duty.id, duty.object_id, event)

    def arises(
        self, definition: Duty, duty_id: DutyId, object_id: str, *, trigger_id: str, trigger_on: date,
        recorded_on: date, due: Due, past: Past, ordinal: int | None = None,
    ) -> DutyStep:  # fmt: skip
        """Let a duty arise, owed by the unit that holds the role on the trigger day, by the reading of that day."""
        authority = self.authority
        self._see(due.on)
        owed_by = definition.owing(past, object_id) if definition.owing else definition.owed_by
        key = due.key or (due.terms[0].key if due.terms else "")
        arose = DutyArose(
            duty_id=duty_id,
            clause=definition.clause.id,
            kind=definition.kind,
            modality=definition.owed_as.value,
            owed_by=owed_by,
            owed_by_unit=authority.unit(owed_by, trigger_on),
            object=ObjectRef(type=definition.object, id=object_id),
            ordinal=ordinal,
            trigger_event_id=trigger_id,
            trigger_on=trigger_on,
            due_on=due.on,
            hard_due_on=due.hard_on,
            terms=due.terms,
            interpretation_id=authority.deadline(key, due.read_on or trigger_on).interpretation_id if key else "",
            policy_version=authority.policy_version,
            known_late_days=max(0, (recorded_on - trigger_on).days),
        )
        return DutyStep(definition.log, duty_id, object_id, arose)

    def _see(self, due_on: date | None) -> None:
        """See that all boundaries of a due day can be reckoned. Raises CalendarMissing, OverflowError."""
        if due_on is not None:
            self.authority.days.is_working(due_on + ESCALATES_WITHIN)

    def next_id(
        self, definition: Duty, object_id: str, period: str, past: Past, *, after_discharge: bool,
        gone: frozenset[str] = NOBODY,
    ) -> DutyId | None:  # fmt: skip
        """Give the id of a duty that may arise now; None while one is open, or after one that was done or waived.

        `gone` are voided in the same append.
        """
        base = definition.base(object_id, period)
        former = [d for d in past.duties(object_id) if d.base == base]
        if not former:
            return DutyId(base)
        if any(d.end is None and d.id not in gone for d in former):
            return None
        if former[-1].end in ("discharged", "waived") and not after_discharge:
            return None
        return DutyId(f"{base}/{len(former) + 1}")

    def moves(self, duty: DutyState, due: Due | None, cause: str, reason: MoveReason) -> Iterable[DutyStep]:
        """Move a duty's due day, if it is another one."""
        if due is not None and due.on is not None and due.on != duty.due_on:
            self._see(due.on)
            yield self.step(duty, DutyRescheduled(
                duty_id=duty.id, previous_due_on=duty.due_on, new_due_on=due.on, cause_event_id=cause, reason_code=reason,
            ))  # fmt: skip

    def voids(
        self, duty: DutyState, reason: VoidReason, cause: str, on: date, lapse: LapseReason | None = None
    ) -> Iterable[DutyStep]:
        """End a duty whose object is gone. Past its due day it goes on, or lapses where that is named.

        What was never owed (a corrected trigger, a duplicate) is voided even then.
        """
        if reason in NEVER_OWED or duty.due_on is None or on <= duty.due_on:
            yield self.step(duty, DutyVoided(duty_id=duty.id, voided_on=on, reason_code=reason, cause_event_id=cause))
        elif lapse is not None:
            yield self.step(duty, DutyLapsed(duty_id=duty.id, lapsed_on=on, reason_code=lapse, cause_event_id=cause))

    def may_discharge(self, duty: DutyState, acted_on: date) -> bool:
        """A duty ends once; after a lapse an act done in time can still be proven."""
        if duty.end is None:
            return True
        limit = duty.limit_on
        return duty.end == "lapsed" and duty.acted_on is None and limit is not None and acted_on <= limit

    def discharges(
        self,
        duty: DutyState,
        acted_on: date,
        recorded_on: date,
        evidence: tuple[str, ...],
        approved_by: str | None = None,
    ) -> DutyStep:
        """End a duty by an act."""
        return self.step(duty, DutyDischarged(
            duty_id=duty.id, acted_on=acted_on, evidence=evidence, late_days=late_days(duty, acted_on),
            recorded_late_days=late_days(duty, recorded_on), rebuts=rebuts(duty, acted_on, recorded_on),
            approved_by=approved_by,
        ))  # fmt: skip

    def prove(self, duty: DutyState, acted_on: date, happening: Happening) -> None:
        """See that an act which is claimed late to have been in time is shown, or approved by another person.

        Inside the window after the limit a document does that was diarised from the day of the act to a few working days after
        the limit: one from before shows what was meant to be done. In every other case another
        person vouches for it. Raises NotProven.
        """
        definition, limit = self.definition(duty.id), duty.limit_on
        if happening.decided_before or definition.shows_itself(happening.event):
            return
        if not definition.claimed_late_needs_proof or limit is None or not acted_on <= limit < happening.recorded_on:
            return
        if is_same(happening.approved_by, happening.actor):
            raise NotProven(APPROVED_BY_ACTOR)
        window = count(self.authority.deadline("rebuttal.window", duty.trigger_on))
        diarised = count(self.authority.deadline("rebuttal.diarised", duty.trigger_on))
        in_window = happening.recorded_on <= limit + timedelta(days=window)
        last_day = self.authority.days.add(limit, diarised)
        shown = any(acted_on <= document.diarised_on <= last_day for document in definition.documents(happening.event))
        if happening.approved_by is None and not (in_window and shown):
            raise NotProven(NOT_APPROVED)


def late_days(duty: DutyState, day: date) -> int:
    """Count the calendar days after the due day; 0 up to it, and for an undated duty."""
    return max(0, (day - duty.due_on).days) if duty.due_on else 0


def rebuts(duty: DutyState, acted_on: date, recorded_on: date) -> bool:
    """Tell whether an act shows that a duty recorded as overdue was done in time."""
    limit = duty.limit_on
    return duty.is_overdue and limit is not None and acted_on <= limit < recorded_on

"""What events and commands do to a service's duties. Everything here is pure; `deciding.decide` runs it under the lock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias, cast

from typing_extensions import override

from shared.contracts.cloudevent import Envelope, Event
from shared.contracts.duty import (
    DUTY_EVENTS,
    DutyArose,
    DutyDischarged,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyReminded,
    DutyRescheduled,
    DutyVoided,
    DutyWaived,
    EventCorrected,
    ObjectRef,
    VoidReason,
)
from shared.contracts.values import DocumentRef, DutyId
from shared.correcting import as_corrected
from shared.deciding import DutyRules, DutyStep, Happening, NotProven, Past, Refused
from shared.policy.authority import Authority
from shared.policy.clause import Modality
from shared.policy.duty.commands import (
    APPROVED_BY_ACTOR,
    BOUNDARY_MOVED,
    ENDED,
    NEXT,
    NOT_APPROVED,
    SAME_PERSON,
    UNKNOWN,
    DischargeDuty,
    LapseDuty,
    OpenDuty,
    RescheduleDuty,
    TakeStep,
    VoidDuty,
    WaiveDuty,
)
from shared.policy.duty.definition import Duty, LapseReason
from shared.policy.duty.due import Due, count
from shared.policy.duty.life import DutyState, evolve
from shared.policy.stockholm import day_of

WaiverRule: TypeAlias = Callable[[WaiveDuty, DutyState], Refused | None]
"""Who may waive what, beyond two persons: GS-7 only the executive board."""


def _anyone_may(_command: WaiveDuty, _duty: DutyState) -> Refused | None:
    return None


def documents(event: Event) -> tuple[DocumentRef, ...]:
    """Give the diarised documents that an event cites."""
    values = [getattr(event, name) for name in type(event).model_fields]
    listed = [each for value in values for each in (value if isinstance(value, tuple) else (value,))]
    return tuple(each for each in listed if isinstance(each, DocumentRef))


class Duties(DutyRules):
    """A service's duties, in the order of the clauses, and what their commands and events do."""

    events = DUTY_EVENTS
    commands = (OpenDuty, TakeStep, LapseDuty, VoidDuty, RescheduleDuty, DischargeDuty, WaiveDuty)

    def __init__(self, duties: Iterable[Duty], authority: Authority, may_waive: WaiverRule = _anyone_may) -> None:
        self.all = tuple(duties)
        self.authority = authority
        self.may_waive = may_waive
        self.by_name = {f"{d.clause.id.lower()}.{d.kind}": d for d in self.all}

    @override
    def evolve(self, state: Any, envelope: Envelope) -> DutyState:
        """Fold one event of a duty's stream."""
        return evolve(state, envelope)

    def definition(self, duty_id: str) -> Duty:
        """Give the definition that a duty's id names."""
        return self.by_name[duty_id.partition("/")[0]]

    # -- what own events do, in the same append

    @override
    def after(self, happening: Happening) -> list[DutyStep]:
        """Say what an event of ours does to duties: ends first, then moves, then what arises."""
        if isinstance(happening.event, EventCorrected):
            return self._corrected(happening, happening.event)
        steps: list[DutyStep] = []
        for definition in self.all:
            kind = type(happening.event)
            if kind in definition.voided_by or kind in definition.discharged_by or kind in definition.moved_by:
                steps += self._to_existing(definition, happening)
            if kind in definition.arises_on and definition.when(happening):
                steps += self._arise(definition, happening)
        return steps

    def _to_existing(self, definition: Duty, happening: Happening) -> Iterable[DutyStep]:
        event, kind = happening.event, type(happening.event)
        for duty in happening.past.duties(definition.of(happening)):
            if self.definition(duty.id) is not definition:
                continue
            if kind in definition.discharged_by and definition.fulfils(happening, duty):
                acted = definition.acted(happening)
                if self._may_discharge(duty, acted):
                    if definition.claimed_late_needs_proof:
                        self._prove(duty, acted, happening)
                    done = self._discharge(duty, acted, happening.recorded_on, definition.evidence(happening))
                    yield self._step(duty, done.model_copy(update={"approved_by": happening.approved_by}))
            elif duty.end is None and kind in definition.moved_by and definition.moved and not duty.is_overdue:
                due = definition.moved(happening, duty, self.authority)
                if due is not None and due.on is not None and due.on != duty.due_on:
                    yield self._step(duty, DutyRescheduled(
                        duty_id=duty.id, previous_due_on=duty.due_on, new_due_on=due.on, cause_event_id=happening.id,
                        reason_code=definition.moved_by[kind],
                    ))  # fmt: skip
            elif duty.end is None and kind in definition.voided_by and definition.voids(happening):
                yield from self._void(
                    duty, definition.voided_by[kind], happening.id, happening.occurred_on,
                    definition.lapses_if_overdue.get(type(event)),
                )  # fmt: skip

    def _arise(self, definition: Duty, happening: Happening) -> Iterable[DutyStep]:
        object_id = definition.of(happening)
        duty_id = self._next_id(
            definition, object_id, definition.period(happening), happening.past,
            after_discharge=type(happening.event) in definition.anew_after_discharge,
        )  # fmt: skip
        if duty_id is None:
            return
        trigger_on = definition.trigger(happening)
        if trigger_on.year < self.authority.duties_from:
            return
        due = definition.due(happening, trigger_on, self.authority)
        yield self._arising(definition, duty_id, object_id, happening.id, trigger_on, happening.recorded_on, due)

    def _arising(
        self, definition: Duty, duty_id: DutyId, object_id: str, trigger_id: str, trigger_on: date, recorded_on: date,
        due: Due, ordinal: int | None = None,
    ) -> DutyStep:  # fmt: skip
        authority = self.authority
        key = due.terms[0].key if due.terms else ""
        arose = DutyArose(
            duty_id=duty_id,
            clause=definition.clause.id,
            kind=definition.kind,
            modality=definition.owed_as.value,
            owed_by=definition.owed_by,
            owed_by_unit=authority.unit(definition.owed_by, trigger_on),
            object=ObjectRef(type=definition.object, id=object_id),
            ordinal=ordinal,
            trigger_event_id=trigger_id,
            trigger_on=trigger_on,
            due_on=due.on,
            hard_due_on=due.hard_on,
            terms=due.terms,
            interpretation_id=authority.deadline(key, trigger_on).interpretation_id if key else "",
            policy_version=authority.policy_version,
            known_late_days=max(0, (recorded_on - trigger_on).days),
        )
        return DutyStep(definition.log, duty_id, object_id, arose)

    def _next_id(
        self, definition: Duty, object_id: str, period: str, past: Past, *, after_discharge: bool
    ) -> DutyId | None:
        """Give the id of a duty that may arise now; None while one is open, or after one that was done or waived."""
        base = "/".join(filter(None, (f"{definition.clause.id.lower()}.{definition.kind}", object_id, period)))
        former = [d for d in past.duties(object_id) if d.base == base]
        if not former:
            return DutyId(base)
        if any(d.end is None for d in former):
            return None
        if former[-1].end in ("discharged", "waived") and not after_discharge:
            return None
        return DutyId(f"{base}/{len(former) + 1}")

    def _may_discharge(self, duty: DutyState, acted_on: date) -> bool:
        """A duty ends once; after a lapse an act done in time can still be proven."""
        if duty.end is None:
            return True
        limit = duty.limit_on
        return duty.end == "lapsed" and duty.acted_on is None and limit is not None and acted_on <= limit

    def _discharge(
        self, duty: DutyState, acted_on: date, recorded_on: date, evidence: tuple[str, ...]
    ) -> DutyDischarged:
        due, limit = duty.due_on, duty.limit_on
        return DutyDischarged(
            duty_id=duty.id,
            acted_on=acted_on,
            evidence=evidence,
            late_days=max(0, (acted_on - due).days) if due else 0,
            recorded_late_days=max(0, (recorded_on - due).days) if due else 0,
            rebuts=duty.is_overdue and limit is not None and acted_on <= limit < recorded_on,
        )

    def _prove(self, duty: DutyState, acted_on: date, happening: Happening) -> None:
        """See that an act which is claimed late to have been in time is shown, or approved by another person.

        Inside the window after the limit a document does that was diarised within a few working days of the limit; after it,
        and without such a document, a second person must approve. Raises NotProven.
        """
        limit = duty.limit_on
        if limit is None or not acted_on <= limit < happening.recorded_on:
            return
        if happening.approved_by == happening.actor:
            raise NotProven(APPROVED_BY_ACTOR)
        window = count(self.authority.deadline("rebuttal.window", duty.trigger_on))
        diarised = count(self.authority.deadline("rebuttal.diarised", duty.trigger_on))
        in_window = happening.recorded_on <= limit + timedelta(days=window)
        shown = any(d.diarised_on <= self.authority.days.add(limit, diarised) for d in documents(happening.event))
        if happening.approved_by is None and not (in_window and shown):
            raise NotProven(NOT_APPROVED)

    def _void(
        self, duty: DutyState, reason: VoidReason, cause: str, on: date,
        lapse: LapseReason | None,
    ) -> Iterable[DutyStep]:  # fmt: skip
        """End a duty whose object is gone. Past its due day it goes on, or lapses where that is named.

        What was never owed (a corrected trigger, a duplicate) is voided even then.
        """
        never_owed = reason in ("trigger-corrected", "duplicate")
        if never_owed or duty.due_on is None or on <= duty.due_on:
            yield self._step(duty, DutyVoided(duty_id=duty.id, voided_on=on, reason_code=reason, cause_event_id=cause))
        elif lapse is not None:
            yield self._step(duty, DutyLapsed(duty_id=duty.id, lapsed_on=on, reason_code=lapse, cause_event_id=cause))

    def _step(self, duty: DutyState, event: Event) -> DutyStep:
        return DutyStep(self.definition(duty.id).log, duty.id, duty.object_id, event)

    def _corrected(self, happening: Happening, correction: EventCorrected) -> list[DutyStep]:
        """Void what the corrected event triggered and let it arise from what is now known, unless it has ended."""
        cited = correction.corrects.event_id
        now = next((e for e in as_corrected(happening.past.history(happening.subject)) if e.id == cited), None)
        steps: list[DutyStep] = []
        for duty in happening.past.duties(happening.object_id):
            same_day = now is not None and day_of(now.occurredat) == duty.trigger_on
            if duty.trigger_event_id == cited and duty.end is None and not same_day:
                steps += self._void(duty, "trigger-corrected", happening.id, happening.recorded_on, None)
        if now is None or not steps:
            return steps
        again = replace(happening, event=now.data, id=now.id, occurred_at=now.occurredat)
        voided = {s.duty_id for s in steps}
        return steps + [s for s in self._again(again, voided) if s.duty_id not in voided]

    def _again(self, happening: Happening, voided: set[str]) -> Iterable[DutyStep]:
        """What arises from a corrected trigger, numbered after the duties that it voids."""
        for definition in self.all:
            if type(happening.event) not in definition.arises_on or not definition.when(happening):
                continue
            object_id = definition.of(happening)
            former = [d for d in happening.past.duties(object_id) if self.definition(d.id) is definition]
            if not any(d.id in voided for d in former):
                continue
            trigger_on = definition.trigger(happening)
            due = definition.due(happening, trigger_on, self.authority)
            duty_id = DutyId(f"{former[-1].base}/{len(former) + 1}")
            yield self._arising(definition, duty_id, object_id, happening.id, trigger_on, happening.recorded_on, due)

    # -- commands

    @override
    def decide(self, command: Any, past: Past, recorded_at: datetime) -> Sequence[DutyStep] | Refused:
        """Decide a command of the clock, of a reaction, or a waiver."""
        if isinstance(command, OpenDuty):
            return self._open(command, past, recorded_at)
        duty = self._meant(command, past)
        if duty is None:
            return [] if isinstance(command, (VoidDuty, RescheduleDuty)) else UNKNOWN
        match command:
            case TakeStep():
                moved = command.due != duty.due_on
                return BOUNDARY_MOVED if moved else list(self._take(command, duty, past, recorded_at))
            case LapseDuty(on=on) if duty.end is None and duty.due_on is not None and duty.due_on < on:
                return [self._step(duty, DutyLapsed(
                    duty_id=duty.id, lapsed_on=on, reason_code=command.reason_code, cause_event_id=command.cause_event_id,
                ))]  # fmt: skip
            case VoidDuty(reason_code=reason, cause_event_id=cause, on=on):
                lapse = self._lapse_for(duty, reason)
                return [] if duty.end else list(self._void(duty, reason, cause, on, lapse))
            case RescheduleDuty() if duty.end is None and not duty.is_overdue:
                return self._reschedule(command, duty, past, recorded_at)
            case DischargeDuty(acted_on=day) if self._may_discharge(duty, day):
                return [self._step(duty, self._discharge(duty, day, day_of(recorded_at), command.evidence))]
            case WaiveDuty():
                return self._waive(command, duty)
            case _:
                return []

    def _meant(self, command: Any, past: Past) -> DutyState | None:
        """Give the duty that a command names; by its base, the one that is open now."""
        if isinstance(command, (VoidDuty, RescheduleDuty)):
            for duty in past.duties(command.object_id):
                if duty.base == command.duty_id and duty.end is None:
                    return cast("DutyState", duty)
        return cast("DutyState | None", past.state(command.subject))

    def _reschedule(
        self, command: RescheduleDuty, duty: DutyState, past: Past, recorded_at: datetime
    ) -> list[DutyStep]:
        day, definition = command.new_due, self.definition(duty.id)
        if day is None and definition.moved:
            happening = Happening(
                event=Event(), id=command.cause_event_id, subject=f"{definition.object}/{command.object_id}",
                occurred_at=command.at, recorded_at=recorded_at, state=None, past=past,
            )  # fmt: skip
            due = definition.moved(happening, duty, self.authority)
            day = due.on if due else None
        if day is None or day == duty.due_on:
            return []
        return [self._step(duty, DutyRescheduled(
            duty_id=duty.id, previous_due_on=duty.due_on, new_due_on=day,
            cause_event_id=command.cause_event_id, reason_code=command.reason_code,
        ))]  # fmt: skip

    def _open(self, command: OpenDuty, past: Past, recorded_at: datetime) -> list[DutyStep]:
        """A duty whose trigger is not an event of this service; its definition reads what it needs from `past`."""
        definition = self.by_name[command.kind]
        happening = Happening(
            event=Event(), id=command.trigger_event_id, subject=f"{definition.object}/{command.object_id}",
            occurred_at=command.at, recorded_at=recorded_at, state=None, past=past,
        )  # fmt: skip
        if not definition.when(happening) or command.trigger_on.year < self.authority.duties_from:
            return []
        period = command.duty_id.removeprefix(f"{command.kind}/{command.object_id}").strip("/")
        duty_id = self._next_id(
            definition, command.object_id, period, past, after_discharge=bool(definition.anew_after_discharge)
        )
        if duty_id is None:
            return []
        due = definition.due(happening, command.trigger_on, self.authority)
        return [self._arising(
            definition, duty_id, command.object_id, command.trigger_event_id, command.trigger_on,
            day_of(recorded_at), due,
        )]  # fmt: skip

    def _lapse_for(self, duty: DutyState, reason: VoidReason) -> LapseReason | None:
        """What an overdue duty lapses with when a reaction would void it; GS-6 alone names a lapse."""
        definition = self.definition(duty.id)
        if not definition.lapses_if_overdue:
            return None
        return "tender-closed" if reason in ("tender-cancelled", "superseded") else "object-gone"

    def _take(self, command: TakeStep, duty: DutyState, past: Past, recorded_at: datetime) -> Iterable[DutyStep]:
        """Take one step at its boundary, if it has not been taken."""
        if command.step == NEXT:
            if self.follows_on(duty) == command.on:
                yield from self._next(duty, past, recorded_at, command.on)
            return
        if duty.end or command.step in duty.steps or (command.on, command.step) not in self.steps(duty):
            return
        match command.step:
            case "half-time" | "14-days" | "3-working-days" as step:
                unit = self.authority.unit(duty.owed_by, command.on)
                yield self._step(duty, DutyReminded(duty_id=duty.id, step=step, reminded_on=command.on, to_unit=unit))
            case "overdue-local" | "overdue-clause":
                due = command.on - timedelta(days=1)
                limit: Literal["local", "clause"] = "clause" if command.step == "overdue-clause" else "local"
                yield self._step(duty, DutyFellOverdue(
                    duty_id=duty.id, limit=limit, due_on=due, overdue_from=command.on,
                    owed_by_unit=self.authority.unit(duty.owed_by, due),
                ))  # fmt: skip
            case "unit-head" | "board" as level:
                yield self._step(duty, DutyEscalated(
                    duty_id=duty.id, level=level, escalated_on=command.on, to_role=duty.owed_by,
                ))  # fmt: skip
            case "lapse":
                year_over = duty.clause in ("GS-5", "GS-7")
                yield self._step(duty, DutyLapsed(
                    duty_id=duty.id, lapsed_on=command.on - timedelta(days=1),
                    reason_code="year-over" if year_over else "tender-closed",
                ))  # fmt: skip
            case unknown:
                raise ValueError(f"duty/{duty.id}: there is no step {unknown}")

    def _next(self, duty: DutyState, past: Past, recorded_at: datetime, on: date) -> Iterable[DutyStep]:
        follow = self.definition(duty.id).followed_by
        following = follow(duty, past, self.authority) if follow else None
        if following is None:
            return
        definition = following.duty
        duty_id = self._next_id(definition, duty.object_id, following.period, past, after_discharge=False)
        if duty_id is not None:
            yield self._arising(
                definition, duty_id, duty.object_id, following.trigger_event_id, on, day_of(recorded_at),
                following.due, following.ordinal,
            )  # fmt: skip

    def _waive(self, command: WaiveDuty, duty: DutyState) -> list[DutyStep] | Refused:
        if duty.end:
            return ENDED
        if command.proposed_by == command.approved_by:
            return SAME_PERSON
        refused: Refused | None = self.may_waive(command, duty)
        if refused is not None:
            return refused
        return [self._step(duty, DutyWaived(
            duty_id=duty.id, waived_on=command.waived_on, reason_code=command.reason_code, reasons=command.reasons,
            reasons_enc=command.reasons_enc, authority=command.authority, proposed_by=command.proposed_by,
            approved_by=command.approved_by, was_overdue=duty.is_overdue,
        ))]  # fmt: skip

    # -- the clock

    def steps(self, duty: DutyState) -> list[tuple[date, str]]:
        """Give the boundaries of an open duty in order: the day at whose 00:00 each step is taken.

        Reminders at half time, 14 days and 3 working days before, strictly between trigger and due, two on one day once;
        overdue from the day after due; escalated on the first working day after it and ten working days later.
        """
        if duty.due_on is None:
            return []
        definition, days = self.definition(duty.id), self.authority.days
        found = [*self._reminders(duty, duty.due_on), (duty.due_on + timedelta(days=1), "overdue-local")]
        if duty.hard_due_on is not None:
            found.append((duty.hard_due_on + timedelta(days=1), "overdue-clause"))
        head_on = days.add(duty.due_on, count(self.authority.deadline("escalation.unit-head", duty.trigger_on)))
        found.append((head_on, "unit-head"))
        if duty.modality in (Modality.SHALL, Modality.RESP):
            board_after = count(self.authority.deadline("escalation.board", duty.trigger_on))
            found.append((days.add(head_on, board_after), "board"))
        last = definition.lapses_after(duty, self.authority)
        if last is not None:
            found.append((last + timedelta(days=1), "lapse"))
        return sorted(found, key=lambda step: step[0])

    def _reminders(self, duty: DutyState, due_on: date) -> Iterable[tuple[date, str]]:
        before = count(self.authority.deadline("reminder.days-before", duty.trigger_on))
        working = count(self.authority.deadline("reminder.working-days-before", duty.trigger_on))
        half = duty.trigger_on + (due_on - duty.trigger_on) // 2
        taken: set[date] = set()
        wanted = ((half, "half-time"), (due_on - timedelta(days=before), "14-days"),
                  (self.authority.days.add(due_on, -working), "3-working-days"))  # fmt: skip
        for on, step in wanted:
            if duty.trigger_on < on < due_on and on not in taken:
                taken.add(on)
                yield on, step

    def next_step(self, duty: DutyState) -> tuple[date, str] | None:
        """Give the next boundary at which the clock must act on a duty; None when it has ended or has no due day."""
        if duty.end is not None:
            return None
        return next(((on, step) for on, step in self.steps(duty) if step not in duty.steps), None)

    def follows_on(self, duty: DutyState) -> date | None:
        """Give the day at whose 00:00 the next of its kind arises: its due day, done or not, unless it was voided."""
        return duty.due_on if self.definition(duty.id).followed_by and duty.end != "voided" else None

"""What a correction does to duties: they are read as if the event had been recorded right from the beginning.

A trigger on another day voids what it triggered and lets it arise anew, unless that has ended. A discharge, voiding or lapse
that rests on what never happened is itself corrected, in the duty's stream; one whose act was on another day gets that day.
Due days follow, unless overdue. Nothing is taken back of what was recorded as overdue.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.contracts.cloudevent import Envelope, Event
from shared.contracts.duty import (
    Change,
    CorrectedRef,
    DutyDischarged,
    DutyLapsed,
    DutyVoided,
    EventCorrected,
)
from shared.correcting import as_corrected
from shared.deciding import DutyStep, Happening, NotProven
from shared.policy.duty.book import Book, late_days, rebuts
from shared.policy.duty.commands import APPROVED_BY_ACTOR, CORRECTION_NOT_APPROVED
from shared.policy.duty.definition import Duty
from shared.policy.duty.happened import arising, to_existing
from shared.policy.duty.life import DutyState
from shared.policy.stockholm import day_of


@dataclass(frozen=True, slots=True)
class _Changed:
    """An event as it was read until now, and as it is read from now on; None: not at all."""

    id: str
    was: Envelope | None
    now: Envelope | None

    @property
    def keeps_its_day(self) -> bool:
        return self.was is not None and self.now is not None and _day(self.was) == _day(self.now)


def after_correction(book: Book, happening: Happening) -> Iterator[DutyStep]:
    """Say what a correction does to duties. Raises NotProven where a second person must approve it, and did not."""
    if _approver(happening) == happening.actor:
        raise NotProven(APPROVED_BY_ACTOR)
    history = happening.past.history(happening.subject)
    was, now = _by_id(as_corrected(history[:-1])), _by_id(as_corrected(history))
    for id_ in dict.fromkeys([*was, *now]):
        if was.get(id_) != now.get(id_):
            yield from _of_one(book, happening, _Changed(id_, was.get(id_), now.get(id_)))


def _of_one(book: Book, happening: Happening, changed: _Changed) -> Iterator[DutyStep]:
    voided = list(_triggered(book, happening, changed))
    gone = frozenset(step.duty_id for step in voided)
    yield from voided
    ends = list(_ended(book, happening, changed))
    if (ends or _hides_a_breach(happening, gone)) and _approver(happening) is None:
        raise NotProven(CORRECTION_NOT_APPROVED)
    yield from ends
    for definition in book.all:
        yield from _anew(book, definition, happening, changed, gone)


def _triggered(book: Book, happening: Happening, changed: _Changed) -> Iterator[DutyStep]:
    """What the event triggered on a day that was not the day, or at all, was never owed."""
    if changed.keeps_its_day:
        return
    for duty in _about(happening):
        if duty.trigger_event_id == changed.id and duty.end is None:
            yield from book.voids(duty, "trigger-corrected", happening.id, happening.recorded_on)


def _hides_a_breach(happening: Happening, gone: frozenset[str]) -> bool:
    return any(duty.id in gone and duty.is_past(happening.recorded_on) for duty in _about(happening))


def _approver(happening: Happening) -> str | None:
    event = happening.event
    return event.approved_by if isinstance(event, EventCorrected) else None


def _anew(
    book: Book, definition: Duty, happening: Happening, changed: _Changed, gone: frozenset[str]
) -> Iterator[DutyStep]:
    """What the event, as it is read now, does to duties that are open, and what arises from it."""
    if changed.now is not None:
        again = _again(happening, changed.now)
        yield from to_existing(book, definition, again, gone=gone, moves_as="corrected")
        yield from arising(book, definition, again, gone=gone)
    elif changed.was is not None and type(changed.was.data) in definition.moved_by:
        yield from _moved_back(book, definition, happening, gone)
    yield from _series(book, definition, happening, gone)


def _moved_back(book: Book, definition: Duty, happening: Happening, gone: frozenset[str]) -> Iterator[DutyStep]:
    """What moved a due day never happened: the day is reckoned without it."""
    nothing = replace(happening, event=Event())
    for duty in _about(happening):
        is_movable = duty.end is None and duty.id not in gone and not duty.is_past(happening.recorded_on)
        if book.definition(duty.id) is definition and definition.moved and is_movable:
            due = definition.moved(nothing, duty, book.authority)
            yield from book.moves(duty, due, happening.id, "corrected")


def _series(book: Book, definition: Duty, happening: Happening, gone: frozenset[str]) -> Iterator[DutyStep]:
    """Duties that followed others, anchored to a day that was corrected."""
    for duty in _about(happening):
        if duty.id not in gone or book.definition(duty.id) is not definition or definition.again is None:
            continue
        reckoned = definition.again(duty, happening.past, book.authority)
        if reckoned is None:
            continue
        arises_on, due = reckoned
        period = definition.period(duty)
        duty_id = book.next_id(definition, duty.object_id, period, happening.past, after_discharge=False, gone=gone)
        if duty_id is not None:
            yield book.arises(
                definition, duty_id, duty.object_id, trigger_id=duty.trigger_event_id,
                trigger_on=min(arises_on, happening.recorded_on), recorded_on=happening.recorded_on, due=due,
                past=happening.past, ordinal=duty.ordinal,
            )  # fmt: skip


# -- ends that rest on the corrected event


def _ended(book: Book, happening: Happening, changed: _Changed) -> Iterator[DutyStep]:
    for duty in _about(happening):
        for end in as_corrected(happening.past.history(f"duty/{duty.id}")):
            event = end.data
            match event:
                case DutyDischarged(evidence=evidence) if changed.id in evidence:
                    yield from _discharge_corrected(book, happening, changed, duty, end, event)
                case DutyVoided(cause_event_id=cause) | DutyLapsed(cause_event_id=cause) if cause == changed.id:
                    if changed.now is None or _is_too_late(duty, _day(changed.now)):
                        yield _undone(book, happening, duty, end)
                case _:
                    continue


def _is_too_late(duty: DutyState, on: date) -> bool:
    """A cause of a day after the due day ends nothing."""
    return duty.end == "voided" and duty.due_on is not None and on > duty.due_on


def _discharge_corrected(
    book: Book, happening: Happening, changed: _Changed, duty: DutyState, end: Envelope, event: DutyDischarged
) -> Iterator[DutyStep]:
    definition = book.definition(duty.id)
    again = _again(happening, changed.now) if changed.now else None
    if again is None or not definition.fulfils(again, duty):
        yield _undone(book, happening, duty, end)
        return
    acted_on = definition.acted(again)
    if acted_on == event.acted_on:
        return
    changes: Mapping[str, object] = {
        "/actedOn": acted_on.isoformat(),
        "/lateDays": late_days(duty, acted_on),
        "/rebuts": rebuts(duty, acted_on, _recorded_on(end)),
    }
    told = tuple(Change(pointer=pointer, after=after) for pointer, after in changes.items())
    yield _correction(book, happening, duty, end, kind="wrong-date", changes=told)


def _undone(book: Book, happening: Happening, duty: DutyState, end: Envelope) -> DutyStep:
    return _correction(book, happening, duty, end, kind="never-happened", changes=())


def _correction(book: Book, happening: Happening, duty: DutyState, end: Envelope, **fields: object) -> DutyStep:
    """Correct an event of the duty's own stream, in the same names and for the same reason."""
    cause = happening.event
    corrects = CorrectedRef(event_id=end.id, stream=end.subject, index=happening.past.index(end.id))
    return book.step(duty, cause.model_copy(update={"corrects": corrects, **fields}))


def _about(happening: Happening) -> list[DutyState]:
    return happening.past.duties(happening.object_id)


def _again(happening: Happening, now: Envelope) -> Happening:
    """The event as it is read from now on; what it does is recorded now."""
    return replace(happening, event=now.data, id=now.id, occurred_at=now.occurredat, approved_by=_approver(happening))


def _by_id(envelopes: list[Envelope]) -> dict[str, Envelope]:
    return {envelope.id: envelope for envelope in envelopes}


def _day(envelope: Envelope) -> date:
    return day_of(envelope.occurredat)


def _recorded_on(envelope: Envelope) -> date:
    return day_of(envelope.time)

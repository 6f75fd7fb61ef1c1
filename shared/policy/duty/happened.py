"""What an event of the service's own does to its duties, in the same append: ends first, then moves, then what arises."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from shared.contracts.duty import DutyArose, DutyDischarged
from shared.deciding import DutyStep, Happening
from shared.policy.duty.book import NOBODY, Book
from shared.policy.duty.definition import Duty, MoveReason
from shared.policy.duty.life import DutyState, arisen


def after(book: Book, happening: Happening) -> Iterator[DutyStep]:
    """Say what an event does to duties. Raises NotProven."""
    for definition in book.concerned(type(happening.event)):
        done = list(to_existing(book, definition, happening))
        yield from done
        yield from arising(book, definition, happening, gone=_made_room(definition, happening, done))


def _made_room(definition: Duty, happening: Happening, done: list[DutyStep]) -> frozenset[str]:
    """Give what an act ended that calls for the next one itself: a decision ends a review and begins the next (DF review)."""
    if type(happening.event) not in definition.anew_after_discharge:
        return NOBODY
    return frozenset(step.duty_id for step in done if isinstance(step.event, DutyDischarged))


def to_existing(
    book: Book,
    definition: Duty,
    happening: Happening,
    *,
    gone: frozenset[str] = NOBODY,
    moves_as: MoveReason | None = None,
) -> Iterator[DutyStep]:
    """Say what an event does to the duties of one definition that have arisen; `gone` are voided in the same append."""
    kind = type(happening.event)
    if kind not in (*definition.discharged_by, *definition.moved_by, *definition.voided_by):
        return
    for duty in happening.past.duties(happening.object_id):
        if book.definition(duty.id) is definition and duty.id not in gone:
            yield from _to_one(book, duty, happening, moves_as)
    if definition.opens is not None and kind in definition.discharged_by:
        yield from _opened(book, definition, definition.opens(happening), happening)


def _opened(book: Book, definition: Duty, boundary: tuple[str, date], happening: Happening) -> Iterator[DutyStep]:
    """Let an act open the duty that it ends, where the clock has not been at the boundary yet; the same proof is asked for."""
    (trigger_id, trigger_on), past = boundary, happening.past
    object_id = happening.object_id
    is_there = any(book.definition(duty.id) is definition for duty in past.duties(object_id))
    duty_id = book.next_id(definition, object_id, "", past, after_discharge=False)
    if is_there or duty_id is None or trigger_on.year < book.authority.duties_from:
        return
    opens = book.arises(
        definition, duty_id, object_id, trigger_id=trigger_id, trigger_on=trigger_on,
        recorded_on=happening.recorded_on, due=definition.due(happening, trigger_on, book.authority), past=past,
    )  # fmt: skip
    if isinstance(opens.event, DutyArose):
        duty = arisen(opens.event, "", happening.recorded_on)
        if definition.fulfils(happening, duty):
            yield opens
            yield from _to_one(book, duty, happening, None)


def _to_one(book: Book, duty: DutyState, happening: Happening, moves_as: MoveReason | None) -> Iterator[DutyStep]:
    definition, kind = book.definition(duty.id), type(happening.event)
    if kind in definition.discharged_by and definition.fulfils(happening, duty):
        acted = definition.acted(happening)
        if book.may_discharge(duty, acted):
            book.prove(duty, acted, happening)
            evidence = definition.evidence(happening)
            yield book.discharges(duty, acted, happening.recorded_on, evidence, happening.approved_by)
    elif duty.end is not None:
        return
    elif kind in definition.moved_by and definition.moved and not duty.is_past(happening.recorded_on):
        due = definition.moved(happening, duty, book.authority)
        yield from book.moves(duty, due, happening.id, moves_as or definition.moved_by[kind])
    elif kind in definition.voided_by and definition.gone(happening, duty, book.authority):
        lapse = definition.lapses_if_overdue.get(kind)
        yield from book.voids(duty, definition.voided_by[kind], happening.id, happening.occurred_on, lapse)


def arising(book: Book, definition: Duty, happening: Happening, *, gone: frozenset[str] = NOBODY) -> Iterator[DutyStep]:
    """Let a duty arise from an event, if none of its kind is open or was done."""
    kind = type(happening.event)
    if kind not in definition.arises_on or not definition.when(happening):
        return
    object_id, trigger_on = happening.object_id, definition.trigger(happening)
    if trigger_on.year < book.authority.duties_from:
        return
    for period, ordinal in definition.each(happening):
        duty_id = book.next_id(
            definition, object_id, period, happening.past,
            after_discharge=kind in definition.anew_after_discharge, gone=gone,
        )  # fmt: skip
        if duty_id is None:
            continue
        due = definition.due(replace(happening, period=period) if period else happening, trigger_on, book.authority)
        yield book.arises(
            definition, duty_id, object_id, trigger_id=happening.id, trigger_on=trigger_on,
            recorded_on=happening.recorded_on, due=due, past=happening.past, ordinal=ordinal,
        )  # fmt: skip

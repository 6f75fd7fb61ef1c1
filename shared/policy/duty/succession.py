"""Enterprises that merge: what was owed about an absorbed one is owed about the survivor (edge rule 16).

The same is owed only once. Where it is owed about the survivor already, the absorbed one's duty is void as a double. Where it
never was, a duty about the survivor takes over: same trigger, same due day, even if that has passed; the former is void as its
double, so a breach is neither lost nor counted twice. Where it has been done or waived for the survivor, there is nothing to
take over, and the former ends by the closure.
"""

from collections.abc import Iterator

from shared.contracts.duty import DutyArose, ObjectRef
from shared.deciding import DutyStep, Past
from shared.policy.duty.book import Book
from shared.policy.duty.commands import TakeOverDuty
from shared.policy.duty.life import DutyState


def take_over(book: Book, command: TakeOverDuty, duty: DutyState, past: Past) -> Iterator[DutyStep]:
    """Let a duty be owed about the successor."""
    definition, successor = book.definition(duty.id), command.successor_id
    period = definition.period(duty)
    base = definition.base(successor, period)
    is_owed = any(each.base == base and each.end is None for each in past.duties(successor))
    duty_id = book.next_id(definition, successor, period, past, after_discharge=False)
    if duty_id is not None:
        arose = past.history(f"duty/{duty.id}")[0].data
        if not isinstance(arose, DutyArose):
            raise ValueError(f"duty/{duty.id}: its first event is {arose.TYPE}")
        news = {"duty_id": duty_id, "object": ObjectRef(type=arose.object.type, id=successor), "due_on": duty.due_on}
        yield DutyStep(definition.log, duty_id, successor, arose.model_copy(update=news))
    if duty_id is not None or is_owed:
        yield from book.voids(duty, "duplicate", command.cause_event_id, command.on)

"""The day on which a duty to tell of a tender can no longer be performed, for the clock (GS-6).

An overdue duty lapses on the later of the day on which the last lot that fits closes and the day after due, at its end.
Without a deadline it never does. A deadline is the tender's, so this is no step of the duty's own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shared.contracts.values import DutyId
from shared.policy.duty.commands import LapseDuty
from shared.policy.stockholm import end_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """An open duty and the day on which the last lot that fits closes: a row of the query `closings` in `outreach.sql`."""

    duty_id: DutyId
    object_id: str
    due_on: date
    closes_on: date

    @property
    def lapses_on(self) -> date:
        """The last day on which it could be performed."""
        return max(self.closes_on, self.due_on + timedelta(days=1))

    @property
    def boundary(self) -> date:
        """The day at whose 00:00 the clock must act."""
        return self.lapses_on + timedelta(days=1)


def lapses(closings: Iterable[Closing], today: date) -> Iterator[LapseDuty]:
    """Give the lapses whose boundary has been reached, the earliest first."""
    reached = (closing for closing in closings if closing.boundary <= today)
    for closing in sorted(reached, key=lambda closing: (closing.boundary, closing.duty_id)):
        yield LapseDuty(
            at=end_of(closing.lapses_on),
            duty_id=closing.duty_id,
            object_id=closing.object_id,
            on=closing.lapses_on,
            reason_code="tender-closed",
        )

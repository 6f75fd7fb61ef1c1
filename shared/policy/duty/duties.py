"""A service's duties, as `deciding.decide` and the clock ask them. Everything here is pure.

What own events do stands in `happened.py`, what corrections do in `corrected.py`, what commands do in `wanted.py`, the clock's
boundaries in `schedule.py`; `book.py` makes the events.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from typing_extensions import override

from shared.contracts.cloudevent import Envelope, Event
from shared.contracts.duty import DUTY_EVENTS, EventCorrected
from shared.deciding import Command, DutyRules, DutyStep, Happening, Past, Refused
from shared.policy.authority import Authority
from shared.policy.duty import happened, schedule, wanted
from shared.policy.duty.book import Book
from shared.policy.duty.commands import (
    LapseDuty,
    OpenDuty,
    RescheduleDuty,
    TakeOverDuty,
    TakeStep,
    VoidDuty,
    WaiveDuty,
)
from shared.policy.duty.corrected import after_correction
from shared.policy.duty.definition import Duty
from shared.policy.duty.life import DutyState, evolve
from shared.policy.duty.missed import OpenMissed
from shared.policy.duty.waiving import its_own_or_the_executive_boards
from shared.policy.duty.wanted import WaiverRule


class Duties(DutyRules):
    """A service's duties, in the order of the clauses, and what their commands and events do."""

    events = DUTY_EVENTS
    commands: tuple[type[Command], ...] = (
        OpenDuty, TakeStep, LapseDuty, VoidDuty, RescheduleDuty, TakeOverDuty, WaiveDuty, OpenMissed,
    )  # fmt: skip

    def __init__(
        self, duties: Iterable[Duty], authority: Authority, may_waive: WaiverRule = its_own_or_the_executive_boards
    ) -> None:
        self.book = Book(duties, authority)
        self.all = self.book.all
        self.by_name = self.book.by_name
        self.authority = authority
        self.may_waive = may_waive

    @override
    def evolve(self, state: Any, envelope: Envelope) -> DutyState:
        """Fold one event of a duty's stream."""
        return evolve(state, envelope)

    def definition(self, duty_id: str) -> Duty:
        """Give the definition that a duty's id names."""
        return self.book.definition(duty_id)

    @override
    def concerns(self, kind: type[Event]) -> bool:
        """Tell whether any definition looks at such events; a correction reaches all of them."""
        return kind is EventCorrected or bool(self.book.concerned(kind))

    @override
    def after(self, happening: Happening) -> list[DutyStep]:
        """Say what an event of ours does to duties, in the same append. Raises NotProven."""
        if isinstance(happening.event, EventCorrected):
            return list(after_correction(self.book, happening))
        return list(happened.after(self.book, happening))

    @override
    def decide(
        self, command: Any, past: Past, recorded_at: datetime, actor: str = "system"
    ) -> Sequence[DutyStep] | Refused:
        """Decide a command of the clock, of a reaction, or a waiver."""
        return wanted.decide(self.book, self.may_waive, command, past, recorded_at, actor)

    def steps(self, duty: DutyState) -> list[tuple[date, str]]:
        """Give the boundaries of a duty in order: the day at whose 00:00 each step is taken."""
        return schedule.steps(duty, self.definition(duty.id), self.authority)

    def next_step(self, duty: DutyState) -> tuple[date, str] | None:
        """Give the next boundary at which the clock must act on a duty; None when it has ended or has no due day."""
        return schedule.next_step(duty, self.definition(duty.id), self.authority)

    def follows_on(self, duty: DutyState) -> date | None:
        """Give the day at whose 00:00 the next of its kind arises: its due day, done or not, unless it was voided before."""
        return schedule.follows_on(duty, self.definition(duty.id))

"""What the policy asks for in this year, counted from the story's own dates: the suite's code for duties has no part in it.

The day counts are written here anew, as the authority's file has them, so that both are tried against each other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypeAlias

from shared.policy.working_days import WorkingDays

Class: TypeAlias = Literal["open", "done", "done-recorded-late", "done-late", "not-done", "lapsed", "waived", "voided"]
CLASSES: tuple[Class, ...] = (
    "done", "done-recorded-late", "done-late", "not-done", "lapsed", "waived", "voided", "open",
)  # fmt: skip
DAYS = WorkingDays()
DAY = timedelta(days=1)


def days_after(day: date, n: int) -> date:
    """Some calendar days later; on a day off, the next working day."""
    return DAYS.roll(day + timedelta(days=n))


def working_days_after(day: date, n: int) -> date:
    """The n-th working day after a day; before it where n is negative."""
    return DAYS.add(day, n)


@dataclass(kw_only=True)
class Owed:
    """One duty as the policy has it. `limit`: the clause's own last day, where that is another than the local one."""

    duty_id: str
    clause: str
    kind: str
    arises: date
    due: date | None
    """None: undated."""
    limit: date | None = None
    is_binding: bool = True
    """A breach is possible: SHALL or RESP."""
    acted: date | None = None
    recorded: date | None = None
    end: Literal["discharged", "voided", "lapsed", "waived"] | None = None
    ended: date | None = None
    evidence: str | None = None
    """The diary number of what shows the act."""

    def class_on(self, day: date) -> Class:
        """The one class of the duty at the end of a day."""
        if self.acted is not None and self.recorded is not None:
            if self.due is not None and self.acted > self.due:
                return "done-late"
            return "done" if self.due is None or self.recorded <= self.due else "done-recorded-late"
        if self.end in ("voided", "lapsed", "waived"):
            return self.end
        return "not-done" if self.is_past(day) else "open"

    def is_past(self, day: date) -> bool:
        """Its day has passed; one without a day is never late."""
        return self.due is not None and day > self.due

    def is_breach_on(self, day: date) -> bool:
        """Nobody acted by the limit, and it has passed; a lapse hides no breach."""
        limit = self.limit or self.due
        if not self.is_binding or self.end == "voided" or limit is None:
            return False
        return self.acted > limit if self.acted else min(day, self.ended or day) > limit

    @property
    def escalations(self) -> tuple[date, date]:
        """The days on which the unit's head, then the board, hear that it is overdue."""
        if self.due is None:
            raise ValueError(f"{self.duty_id} is undated: nobody hears of it")
        head = working_days_after(self.due, 1)
        return head, working_days_after(head, 10)


@dataclass
class Ledger:
    """All that is owed, by id, and what will come by itself on later days."""

    owed: dict[str, Owed] = field(default_factory=dict)
    _coming: list[tuple[date, Callable[[], None]]] = field(default_factory=list)

    def arise(
        self, duty_id: str, arises: date, due: date | None, *, limit: date | None = None, binding: bool = True
    ) -> Owed:
        """Note a duty. Its id says clause and kind: `gs-4.first/…`."""
        clause, _, kind = duty_id.partition("/")[0].partition(".")
        owed = Owed(
            duty_id=duty_id, clause=clause.upper(), kind=kind, arises=arises, due=due, limit=limit, is_binding=binding
        )
        self.owed[duty_id] = owed
        return owed

    def done(self, duty_id: str, acted: date, recorded: date, evidence: str | None = None) -> None:
        """Note the act that was owed; one that comes after the end counts for nothing, but it can be shown."""
        owed = self.owed[duty_id]
        owed.evidence = evidence or owed.evidence
        if owed.end is not None:
            return
        owed.acted, owed.recorded, owed.end, owed.ended = acted, recorded, "discharged", recorded

    def void(self, duty_id: str, on: date) -> None:
        """Note that its object is gone. One that is overdue goes on; one that has ended stays as it ended."""
        owed = self.owed[duty_id]
        if owed.end is None and not owed.is_past(on):
            owed.end, owed.ended = "voided", on

    def waive(self, duty_id: str, on: date) -> None:
        """Note that somebody entitled let it go."""
        owed = self.owed[duty_id]
        owed.end, owed.ended = "waived", on

    def lapse(self, duty_id: str, on: date) -> None:
        """Note that it can no longer be performed."""
        owed = self.owed[duty_id]
        if owed.end is None:
            owed.end, owed.ended = "lapsed", on

    def on(self, day: date, what: Callable[[], None]) -> None:
        """Let something come by itself at the beginning of a day."""
        self._coming.append((day, what))

    def reach(self, day: date) -> None:
        """Let all come that has a day up to this one."""
        while due := sorted((c for c in self._coming if c[0] <= day), key=lambda coming: coming[0]):
            self._coming.remove(due[0])
            due[0][1]()

    def next_after(self, day: date) -> date | None:
        """The next day on which something comes by itself."""
        return min((on for on, _ in self._coming if on > day), default=None)

    def open(self) -> dict[str, date | None]:
        """The duties that have not ended, and when they are due."""
        return {owed.duty_id: owed.due for owed in self.owed.values() if owed.end is None}

    def of_kind(self, clause: str, kind: str) -> Iterator[Owed]:
        """The duties of one kind."""
        return (owed for owed in self.owed.values() if (owed.clause, owed.kind) == (clause, kind))

    def kinds(self) -> list[tuple[str, str]]:
        """Clause and kind of all that is owed, in order."""
        return sorted({(owed.clause, owed.kind) for owed in self.owed.values()})

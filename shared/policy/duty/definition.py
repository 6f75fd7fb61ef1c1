"""A duty as a value: its clause, who owes it, what makes it arise, move and end. A service's duties.py reads as the policy."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from shared.contracts.cloudevent import Event
from shared.contracts.duty import VoidReason
from shared.contracts.values import DocumentRef, I18n
from shared.deciding import Happening, Past
from shared.policy.authority import Authority
from shared.policy.clause import Clause, Modality
from shared.policy.duty.due import Due
from shared.policy.duty.life import DutyState
from shared.policy.role import Role

LapseReason: TypeAlias = Literal["tender-closed", "year-over", "object-gone"]
MoveReason: TypeAlias = Literal["deadline-moved", "extended", "dated", "corrected"]


def _always(_happening: Happening) -> bool:
    return True


def _always_gone(_happening: Happening, _duty: DutyState, _authority: Authority) -> bool:
    return True


def _once(_happening: Happening) -> Iterable[tuple[str, int | None]]:
    return (("", None),)


def _shows_nothing(_event: Event) -> bool:
    return False


def _occurred_on(happening: Happening) -> date:
    return happening.occurred_on


def _itself(happening: Happening) -> tuple[str, ...]:
    return (happening.id,)


def documents(event: Event) -> tuple[DocumentRef, ...]:
    """Give the diarised documents that an event cites."""
    values = [getattr(event, name) for name in type(event).model_fields]
    listed = [each for value in values for each in (value if isinstance(value, tuple) else (value,))]
    return tuple(each for each in listed if isinstance(each, DocumentRef))


def _names_it(happening: Happening, duty: DutyState) -> bool:
    """One act discharges one duty, named by its id."""
    return getattr(happening.event, "duty_id", None) == duty.id


def _never(_duty: DutyState, _authority: Authority) -> date | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What is owed: read it down its left edge as the clause. Everything about when and how long is a local deadline."""

    clause: Clause
    kind: str
    owed_by: Role
    """The role, or what all that can owe it have in common: `buying-board`."""
    owing: Callable[[Past, str], Role] | None = None
    """(what is known, object's id) → who owes it, where that depends on the object; raises NotInForce where nobody does."""
    object: str
    log: str
    modality: Modality | None = None
    """None: the clause's own."""
    arises_on: tuple[type[Event], ...] = ()
    when: Callable[[Happening], bool] = _always
    each: Callable[[Happening], Iterable[tuple[str, int | None]]] = _once
    """(period, ordinal) of each that arises from one event; `due` finds the period in the happening."""
    named_by_period: bool = False
    """Its ids have the period alone, which names what it is for: a contract's term; else object and period."""
    trigger: Callable[[Happening], date] = _occurred_on
    due: Callable[[Happening, date, Authority], Due]
    """(what happened, trigger day, authority) → the due day."""
    discharged_by: tuple[type[Event], ...] = ()
    fulfils: Callable[[Happening, DutyState], bool] = _names_it
    acted: Callable[[Happening], date] = _occurred_on
    evidence: Callable[[Happening], tuple[str, ...]] = _itself
    """The events that show it was done."""
    claimed_late_needs_proof: bool = False
    """An act said to be in time and recorded after the limit needs a document of that time, or a second person."""
    shows_itself: Callable[[Event], bool] = _shows_nothing
    """An act that needs no other proof of its day: a notice was public then."""
    documents: Callable[[Event], tuple[DocumentRef, ...]] = documents
    """The diarised documents that an act cites."""
    voided_by: Mapping[type[Event], VoidReason]
    gone: Callable[[Happening, DutyState, Authority], bool] = _always_gone
    """Whether an event that voids it does so this time: the last of its lots is given up."""
    lapses_if_overdue: Mapping[type[Event], LapseReason]
    """Where an overdue one cannot be performed any more after the event; elsewhere an overdue one goes on."""
    moved_by: Mapping[type[Event], MoveReason]
    moved: Callable[[Happening, DutyState, Authority], Due | None] | None = None
    """(what happened, the open duty, authority) → the new due day; None: it stays."""
    lapses_after: Callable[[DutyState, Authority], date | None] = _never
    """The last day on which an overdue one can be performed."""
    anew_after_discharge: tuple[type[Event], ...] = ()
    opens: Callable[[Happening], tuple[str, date]] | None = None
    """(trigger's id, trigger day) of one that the clock opens; an act that is recorded before it did opens it too."""
    followed_by: Callable[[DutyState, Past, Authority], "Following | None"] | None = None
    """At 00:00 of its due day: the next of its kind, if the object still calls for one."""
    seal: "Seal | None" = None
    """What it is about may not be named before a matter is over; None: it may."""
    again: Callable[[DutyState, Past, Authority], tuple[date, Due] | None] | None = None
    """For one that followed another, when what it is anchored to was corrected: the day on which it arises, and its due day."""

    @property
    def owed_as(self) -> Modality:
        """SHALL, RESP, SHOULD or LOCAL."""
        return self.modality or self.clause.modality

    def base(self, object_id: str, period: str) -> str:
        """Give the id of its first duty for an object and period."""
        named = () if self.named_by_period else (object_id,)
        return "/".join(filter(None, (f"{self.clause.id.lower()}.{self.kind}", *named, period)))

    def period(self, owed: DutyState) -> str:
        """Give the period that the id of one of its duties names; empty where there is none."""
        return owed.base.removeprefix(self.base(owed.object_id, "")).strip("/")


def _no_other(_state: Any) -> None:
    """Say that no other stream tells whether a matter is over."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a duty's documents leave out until a matter is over, and who beside its own readers may read them then."""

    stream: Callable[[str], str]
    """(object's id) → the stream that says whether the matter is over; it may be named."""
    is_sealed: Callable[[Any], bool]
    """(that stream's state) → whether the matter goes on."""
    until: I18n
    then_read_by: tuple[Role, ...]
    instead: Callable[[Any], str | None] = _no_other
    """(that stream's state) → the stream that says it in this one's place, and so on; None: this one does."""


@dataclass(frozen=True, slots=True)
class Following:
    """The duty that arises on the day another is due: GS-4 recurring n after n−1."""

    duty: Duty
    period: str
    ordinal: int
    trigger_event_id: str
    due: Due
    gone: "Gone | None" = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What a duty was for was gone when the clock came to its boundary late: it ends by that as if it had arisen in time."""

    reason: VoidReason
    cause_event_id: str
    on: date


def duty(**fields: Any) -> Duty:
    """Make a duty; mappings that are not given are empty."""
    for name in ("voided_by", "lapses_if_overdue", "moved_by"):
        fields.setdefault(name, {})
    return Duty(**fields)

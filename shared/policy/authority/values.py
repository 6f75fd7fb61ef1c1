"""What an authority's dated file says, as values. Each holds from its `from_` to its `until`, both days included."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from shared.policy.clause import Clause
from shared.policy.role import Partner, Role

Unit: TypeAlias = Literal["days", "working-days", "months", "date"]
MonthDay: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Something that holds in a period, and the decision (dnr) that it rests on. `until` None: until further notice."""

    from_: date
    until: date | None
    decision: str

    def holds(self, on: date) -> bool:
        """Tell whether it holds on the day."""
        return self.from_ <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDeadline(Dated):
    """A day count or a day of the year that the policy does not give: shown as local wherever a person sees it."""

    key: str
    value: int | MonthDay  # (month, day) when the unit is "date"
    unit: Unit
    interpretation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation(Dated):
    """How the authority reads a clause where the policy leaves it open. `id` is the key and the first day it holds."""

    id: str
    key: str
    clause: Clause
    sv: str
    en: str
    decided_by: Role

    @property
    def dnr(self) -> str:
        """The diary number of the decision."""
        return self.decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHolder(Dated):
    """The unit that holds a role. `example`: invented, or not confirmed by the authority."""

    role: Role
    name: str
    example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBuyer(Dated):
    """A buyer that is the authority itself: a procurement of it is one *within the authority* (GS-6)."""

    number: str  # 10 digits, no hyphen
    name: str
    board: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerName(Dated):
    """What a partner body is called: bodies are renamed."""

    partner: Partner
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suitability(Dated):
    """Where the authority is, and which version of its matching rules holds (domain.md §7)."""

    version: str
    region: str  # a NUTS code, such as SE110


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Another system, known by its CloudEvents `source`, that may report events to a service's inbox."""

    source: str
    name: str  # the last part of `<service>.inbox.<publisher>`
    service: str


LetterKind: TypeAlias = Literal["planned", "published", "changes", "guidance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRule(Dated):
    """Which kinds of letters go without an officer's approval of each."""

    approved: tuple[LetterKind, ...]

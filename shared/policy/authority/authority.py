"""One authority: who holds its roles, its local deadlines, interpretations and own buyers, each on a given day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol, TypeVar

from shared.policy.authority.values import (
    Interpretation,
    LetterRule,
    LocalDeadline,
    OwnBuyer,
    PartnerName,
    Publisher,
    RoleHolder,
    Suitability,
)
from shared.policy.role import Partner, Role, is_buying_board
from shared.policy.working_days import WorkingDays


class _Holds(Protocol):
    def holds(self, on: date) -> bool: ...


T = TypeVar("T", bound=_Holds)


class NotInForce(LookupError):
    """The authority's file says nothing of this kind about this day."""

    def __init__(self, authority: str, what: str, on: date) -> None:
        self.what = what
        self.on = on
        super().__init__(f"The file of {authority} has no {what} on {on}; add a period that covers the day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The dated file of one authority, read and checked. A key's or role's rows stand in the order of their periods."""

    name: str
    code: str  # the topics' prefix and the first part of every event's source
    duties_from: int  # the first year for which duties arise
    policy_version: str
    criteria_version: str
    languages: tuple[str, ...]
    deadlines: Mapping[str, Sequence[LocalDeadline]]
    interpretations: Mapping[str, Sequence[Interpretation]]  # of the local deadlines too
    holders: Mapping[str, Sequence[RoleHolder]]  # by role
    partners: Mapping[Partner, Sequence[PartnerName]]
    buyers: Sequence[OwnBuyer]
    rules: Sequence[Suitability]
    publishers: Mapping[str, Publisher]  # by source
    letters: Sequence[LetterRule]
    digest: str  # sha256 of the file's bytes, hex
    days: WorkingDays = field(default_factory=WorkingDays, compare=False)

    def deadline(self, key: str, on: date) -> LocalDeadline:
        """Return the local deadline in force on the day; raises NotInForce."""
        return self._on(self.deadlines.get(key, ()), f'local deadline "{key}"', on)

    def interpretation(self, key: str, on: date) -> Interpretation:
        """Return the reading in force on the day, of a deadline's key too; raises NotInForce."""
        return self._on(self.interpretations.get(key, ()), f'interpretation "{key}"', on)

    def reading(self, id_: str) -> Interpretation:
        """Return the reading that what has arisen names by its id, however long ago; raises NotInForce."""
        key, _, since = id_.rpartition("@")
        for row in self.interpretations.get(key, ()):
            if row.id == id_:
                return row
        raise NotInForce(self.name, f'interpretation "{key}"', date.fromisoformat(since))

    def readings(self, on: date) -> list[Interpretation]:
        """Return every reading in force on the day, those of day counts too, by their ids."""
        rows = (row for rows in self.interpretations.values() for row in rows if row.holds(on))
        return sorted(rows, key=lambda row: row.id)

    def unit(self, role: str, on: date) -> str:
        """Return the name of the unit that holds the role on the day; raises NotInForce."""
        return self._on(self.holders.get(role, ()), f'unit for the role "{role}"', on).name

    def partner(self, partner: Partner, on: date) -> str:
        """Return what the partner body is called on the day; raises NotInForce."""
        return self._on(self.partners.get(partner, ()), f'name of the partner "{partner}"', on).name

    def suitability(self, on: date) -> Suitability:
        """Return the matching rules in force on the day; raises NotInForce."""
        return self._on(self.rules, "suitability rules", on)

    def approves_letters(self, kind: str, on: date) -> bool:
        """Tell whether letters of a kind (planned, published, changes, guidance) go without an officer's approval of each."""
        return any(kind in rule.approved for rule in self.letters if rule.holds(on))

    def buyer(self, number: str, on: date) -> OwnBuyer | None:
        """Return the own buyer with this organisation number (10 digits) on the day, if it is one."""
        return next((buyer for buyer in self.buyers if buyer.number == number and buyer.holds(on)), None)

    def is_own_buyer(self, number: str, on: date) -> bool:
        """Tell whether a buyer with this organisation number (10 digits) is the authority itself (GS-6)."""
        return self.buyer(number, on) is not None

    def buyers_version(self, on: date) -> str:
        """Name the list of own buyers by the last day, at most this one, on which it changed."""
        changes = (change for buyer in self.buyers for change in _changes(buyer) if change <= on)
        return f"buyers@{max(changes, default=date.min)}"

    def boards(self, on: date) -> Mapping[Role, str]:
        """Return the buying boards of the day by role."""
        return {
            holder.role: holder.name
            for rows in self.holders.values()
            for holder in rows
            if is_buying_board(holder.role) and holder.holds(on)
        }

    def _on(self, rows: Sequence[T], what: str, on: date) -> T:
        for row in rows:
            if row.holds(on):
                return row
        raise NotInForce(self.name, what, on)


def _changes(buyer: OwnBuyer) -> Iterator[date]:
    yield buyer.from_
    if buyer.until is not None:
        yield buyer.until + timedelta(days=1)

"""A contract as a tender knows it, and on which days its social terms are followed up."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.contracts.awards import ContractAwarded, SocialTerm
from shared.contracts.duty import Term
from shared.policy.authority import Authority
from shared.policy.duty.due import Due, count

INTERVAL = "contract-term"


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract that was awarded, and when it ended, if that was recorded."""

    awarded: ContractAwarded
    ended_on: date | None = None

    @property
    def starts_on(self) -> date:
        """The day that its follow-ups are counted from: its first, else its conclusion's, else the award's."""
        return self.awarded.from_ or self.awarded.concluded_on or self.awarded.award_decided_on

    def term(self, term_id: str) -> SocialTerm | None:
        """Give one of its social terms."""
        return next((term for term in self.awarded.social_terms if term.term_id == term_id), None)

    def is_over_before(self, day: date) -> bool:
        """Tell whether it ended before a day."""
        return self.ended_on is not None and self.ended_on < day


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The n-th follow-up of a term: the day it falls on, before that is rolled to a working day, and whether it is the last."""

    on: date
    due: Due
    is_last: bool


def follow_up(contract: Contract, term: SocialTerm, n: int, authority: Authority) -> FollowUp:
    """Reckon a term's n-th follow-up: n intervals after the contract's start, the last one at its end.

    The term's own interval wins over the local deadline, which is read as of the award. A late follow-up moves no other.
    """
    read_on = contract.awarded.award_decided_on
    local = authority.deadline(INTERVAL, read_on)
    every = term.follow_up_every_days or count(local)
    on, end = contract.starts_on + timedelta(days=every * n), contract.awarded.to
    interval = Term(key=INTERVAL, value=f"{every} × {n}", unit=local.unit, gives=authority.days.roll(on))
    if end is None or on < end:
        return FollowUp(on, Due(interval.gives, (interval,), read_on=read_on), is_last=False)
    due_on = authority.days.roll(end)
    last = Term(key="contract.to", value=end.isoformat(), unit="date", gives=due_on)
    return FollowUp(end, Due(due_on, (interval, last), read_on=read_on), is_last=True)

"""The follow-up of a contract's social terms as a LOCAL duty of the buying board, one for each term and interval (GS-8).

Its id names the contract and the term (`gs-8.contract-term/<contractId>/<termId>/<n>`); its object is the tender, with whose
stream it is decided.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from services.procurement.domain.contracts import Contract, FollowUp, follow_up
from services.procurement.domain.criteria_duties import LOG, board_of
from services.procurement.domain.tender import tender_in
from shared.contracts.awards import ContractAwarded, ContractEnded, ContractTermFollowedUp, SocialTerm
from shared.correcting import as_corrected
from shared.deciding import Happening, Past
from shared.policy.authority import Authority
from shared.policy.clause import GS_8, Modality
from shared.policy.duty.definition import Duty, Following, Gone, duty
from shared.policy.duty.due import Due
from shared.policy.duty.life import DutyState
from shared.policy.role import BUYING_BOARD

KIND: Final = "gs-8.contract-term"


def duty_base(contract_id: str, term_id: str) -> str:
    """Give what the ids of a term's duties begin with."""
    return f"{KIND}/{contract_id}/{term_id}/"


def _found(past: Past, tender_id: str, period: str) -> tuple[Contract, SocialTerm, int] | None:
    """Give the contract, the term and the number that a period names; None where a correction took them away."""
    contract_id, term_id, n = period.split("/")[:3]
    contract = tender_in(past, tender_id).contracts.get(contract_id)
    term = contract.term(term_id) if contract else None
    return (contract, term, int(n)) if contract and term else None


def _reckoned(past: Past, owed: DutyState, authority: Authority) -> FollowUp | None:
    found = _found(past, owed.object_id, owed.base.removeprefix(f"{KIND}/"))
    return follow_up(*found, authority) if found else None


def _terms(happening: Happening) -> Iterable[tuple[str, int]]:
    """Each term's first follow-up arises on the award."""
    event: Any = happening.event
    return [(f"{event.contract_id}/{term.term_id}/1", 1) for term in event.social_terms]


def _first_due(happening: Happening, _award: date, authority: Authority) -> Due:
    found = _found(happening.past, happening.object_id, happening.period)
    return follow_up(*found, authority).due if found else Due(None, ())


def _moved(happening: Happening, owed: DutyState, authority: Authority) -> Due | None:
    """A contract whose days were corrected has its follow-ups on other days."""
    reckoned = _reckoned(happening.past, owed, authority)
    return reckoned.due if reckoned else None


def _is_gone(happening: Happening, owed: DutyState, authority: Authority) -> bool:
    """The contract ended before the day of the follow-up; one that falls on its last day is owed all the same."""
    event: Any = happening.event
    reckoned = _reckoned(happening.past, owed, authority)
    is_its = owed.base.startswith(f"{KIND}/{event.contract_id}/")
    return is_its and reckoned is not None and event.ended_on < reckoned.on


def _next(former: DutyState, past: Past, authority: Authority) -> Following | None:
    """On the day on which one is due the next arises, done or not, unless that one was the last or the contract is over.

    The day decides and not when the clock comes to it: where the contract ended since, it arises and ends by that.
    """
    found = _found(past, former.object_id, former.base.removeprefix(f"{KIND}/"))
    if found is None or former.due_on is None:
        return None
    contract, term, n = found
    reckoned = follow_up(contract, term, n, authority)
    if reckoned.is_last or contract.is_over_before(former.due_on):
        return None
    following = follow_up(contract, term, n + 1, authority)
    contract_id = contract.awarded.contract_id
    gone = _ended(past, former.object_id, contract_id) if contract.is_over_before(following.on) else None
    period = f"{contract_id}/{term.term_id}/{n + 1}"
    return Following(CONTRACT_TERM, period, n + 1, former.trigger_event_id, following.due, gone)


def _ended(past: Past, tender_id: str, contract_id: str) -> Gone | None:
    for envelope in as_corrected(past.history(f"tender/{tender_id}")):
        event = envelope.data
        if isinstance(event, ContractEnded) and event.contract_id == contract_id:
            return Gone("contract-ended", envelope.id, event.ended_on)
    return None


def _again(former: DutyState, past: Past, authority: Authority) -> tuple[date, Due] | None:
    """A later follow-up of an award whose day was corrected: when it arises now, and when it is due.

    None where the one before it is open: that one arises anew, and this one follows it again.
    """
    found, n = _found(past, former.object_id, former.base.removeprefix(f"{KIND}/")), former.ordinal or 1
    if found is None or n == 1:
        return None
    contract, term, _ = found
    before = [d for d in past.duties(former.object_id) if d.base == f"{former.base.rpartition('/')[0]}/{n - 1}"]
    arises = follow_up(contract, term, n - 1, authority)
    now = follow_up(contract, term, n, authority)
    if arises.is_last or contract.is_over_before(now.on) or (before and before[-1].end is None) or not arises.due.on:
        return None
    return arises.due.on, now.due


CONTRACT_TERM: Final[Duty] = duty(
    clause=GS_8, kind="contract-term", modality=Modality.LOCAL, owed_by=BUYING_BOARD, owing=board_of, object="tender", log=LOG,
    named_by_period=True, arises_on=(ContractAwarded,), each=_terms, due=_first_due, again=_again,
    discharged_by=(ContractTermFollowedUp,), claimed_late_needs_proof=True,
    voided_by={ContractEnded: "contract-ended"}, gone=_is_gone,
    moved_by={ContractAwarded: "dated"}, moved=_moved,
    followed_by=_next,
)  # fmt: skip

"""Following up a social term of a contract: the board says how it was kept, which answers one duty (GS-8, local)."""

from datetime import date
from typing import ClassVar, Final

from services.procurement.domain.award_duties import duty_base
from services.procurement.domain.awards import DAYS_REVERSED, ContractCommand, fields_of, no_contract, not_theirs
from services.procurement.domain.contracts import Contract
from services.procurement.domain.tender import tender_in
from services.procurement.domain.tender_commands import IN_FUTURE
from shared.contracts.awards import Action, ContractTermFollowedUp, Period, Quantity, Result, TermId
from shared.contracts.values import Day, DocumentRef, DutyId, StaffRef
from shared.deciding import Decision, Past, Refused
from shared.policy.clause import GS_8
from shared.policy.stockholm import day_of


class FollowUpTerm(ContractCommand):
    """Say how a social term was kept in a period; `dutyId` is the duty that it answers.

    Recorded after the due day as in time it needs a `document` of that time, or `approvedBy`, a second person.
    """

    ON_PAST: ClassVar[bool] = True

    duty_id: DutyId
    term_id: TermId
    period: Period
    followed_up_on: Day
    result: Result
    document: DocumentRef
    officer: StaffRef
    measured: Quantity | None = None
    action: Action | None = None
    approved_by: StaffRef | None = None


OTHER_TERM: Final = Refused(
    "duty-of-other-term", GS_8,
    "Skyldigheten gäller ett annat avtal eller villkor; ange den som villkoret har.",
    "The duty is about another contract or term; name the one that the term has.",
)  # fmt: skip
BEFORE_CONTRACT: Final = Refused(
    "contract-term-before-contract", GS_8,
    "Ett villkor följs upp tidigast när avtalet är tilldelat och har börjat; kontrollera dagen.",
    "A term is followed up once the contract is awarded and has begun, at the earliest; check the day.",
)  # fmt: skip
OUTSIDE_CONTRACT: Final = Refused(
    "contract-term-period-outside", GS_8,
    "Perioden ligger delvis utanför avtalets tid; ange dagar då avtalet gällde.",
    "The period lies partly outside the contract's time; give days on which the contract ran.",
)  # fmt: skip
PERIOD_NOT_OVER: Final = Refused(
    "contract-term-period-not-over", GS_8,
    "Perioden slutar efter den dag då villkoret följdes upp; låt den sluta senast den dagen.",
    "The period ends after the day on which the term was followed up; let it end on that day at the latest.",
)  # fmt: skip
DUTY_UNKNOWN: Final = Refused(
    "contract-term-duty-unknown", GS_8,
    "Villkoret har ingen sådan skyldighet; välj en av dem som visas för upphandlingen.",
    "The term has no such duty; choose one of those that are shown for the tender.",
)  # fmt: skip
DUTY_ENDED: Final = Refused(
    "contract-term-duty-ended", GS_8,
    "Villkorets skyldighet är redan avslutad; ange den som är öppen.",
    "The term's duty has already ended; name the one that is open.",
)  # fmt: skip


def follow_up(command: FollowUpTerm, past: Past) -> Decision:
    """Record how a term was kept."""
    state = tender_in(past, command.tender_id)
    refused = not_theirs(command, state) or no_contract(command, state)
    if refused is not None:
        return refused
    contract = state.contracts[command.contract_id]
    is_its = command.duty_id.startswith(duty_base(command.contract_id, command.term_id))
    if not is_its or contract.term(command.term_id) is None:
        return OTHER_TERM
    refused = _untimely(command, contract) or _not_owed(command, past)
    return refused or [ContractTermFollowedUp(**fields_of(command))]


def _untimely(command: FollowUpTerm, contract: Contract) -> Refused | None:
    """What is followed up has been: days of the contract, none after the day on which somebody looked at them."""
    period, on = command.period, command.followed_up_on
    if max(on, period.to) > day_of(command.at):
        return IN_FUTURE
    if period.to < period.from_:
        return DAYS_REVERSED
    if on < max(contract.awarded.award_decided_on, contract.starts_on):
        return BEFORE_CONTRACT
    if period.to > on:
        return PERIOD_NOT_OVER
    last = contract.ended_on or contract.awarded.to or date.max
    return None if contract.starts_on <= period.from_ and period.to <= last else OUTSIDE_CONTRACT


def _not_owed(command: FollowUpTerm, past: Past) -> Refused | None:
    """The duty that is named is there and open."""
    ends = {duty.id: duty.end for duty in past.duties(command.tender_id)}
    if command.duty_id not in ends:
        return DUTY_UNKNOWN
    return DUTY_ENDED if ends[command.duty_id] is not None else None

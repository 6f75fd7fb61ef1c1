"""What is done with a contract: the buying board says who got it, and when it ended."""

from typing import Annotated, Any, ClassVar, Final

from pydantic import Field
from typing_extensions import override

from services.procurement.domain.criteria import NOT_OWN, OTHER_BOARD
from services.procurement.domain.duplicates import IS_DUPLICATE
from services.procurement.domain.lots import closing_day
from services.procurement.domain.personal import PersonalText, resaid, said
from services.procurement.domain.tender import State
from services.procurement.domain.tender_commands import CANCELLED, IN_FUTURE, LOT_UNKNOWN, UNKNOWN, TenderCommand
from shared.contracts.awards import (
    ContractAwarded,
    ContractEnded,
    EndedBecause,
    Outcome,
    Part,
    SocialTerm,
    Winner,
)
from shared.contracts.criteria import LotIds
from shared.contracts.values import Day, Id, Money, NewId, OrgNr, RoleCode, Value
from shared.deciding import Decision, Refused
from shared.policy import organisation_number
from shared.policy.clause import GS_8
from shared.policy.stockholm import day_of


class SaidWinner(Value):
    """A winner as the board writes it; a sole trader's number and name are stored sealed."""

    organisation_number: PersonalText
    name: PersonalText | None = None
    enterprise_id: Id | None = None
    part: Part = "main"


class ContractCommand(TenderCommand):
    """What the buying board does with a contract of its own tender."""

    board: RoleCode
    contract_id: Id


class AwardContract(ContractCommand):
    """Say who gets a contract of lots, or that nobody does, with the social terms that are to be followed up."""

    KEY_OF: ClassVar[tuple[str, str] | None] = ("winner", "contract_id")

    contract_id: NewId
    lot_ids: LotIds
    award_decided_on: Day
    outcome: Outcome
    winners: tuple[SaidWinner, ...] = ()
    social_terms: tuple[SocialTerm, ...] = ()
    concluded_on: Day | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    value: Money | None = None

    @property
    @override
    def names_person(self) -> bool:
        """A legal person's number and name are stored in clear."""
        numbers = [organisation_number.read(said(winner.organisation_number)) for winner in self.winners]
        return any(number is not None and number.kind != "orgnr" for number in numbers)

    @property
    @override
    def claims(self) -> tuple[str, ...]:
        """The contract: its id names duties, so that no other tender has it."""
        return (f"contract:{self.contract_id}",)


class EndContract(ContractCommand):
    """Say that a contract has ended."""

    ended_on: Day
    reason_code: EndedBecause | None = None


NO_SUCH_CONTRACT: Final = Refused(
    "contract-unknown", GS_8,
    "Upphandlingen har inget sådant avtal; registrera tilldelningen först.",
    "The tender has no such contract; record its award first.",
)  # fmt: skip
CONTRACT_TAKEN: Final = Refused(
    "contract-already-awarded", GS_8,
    "Avtalet är redan registrerat; rätta tilldelningen om den blev fel.",
    "The contract has been recorded already; correct its award if that is wrong.",
)  # fmt: skip
WINNERS_AMISS: Final = Refused(
    "award-winners-amiss", GS_8,
    "En tilldelning har minst en vinnare; utan vinnare finns varken vinnare eller villkor att ange.",
    "An award to somebody has a winner; without one there are neither winners nor terms to state.",
)  # fmt: skip
NOT_A_NUMBER: Final = Refused(
    "winner-number-invalid", GS_8,
    "En vinnares organisationsnummer är inte giltigt; kontrollera de tio siffrorna.",
    "A winner's organisation number is not valid; check its ten digits.",
)  # fmt: skip
TERMS_ALIKE: Final = Refused(
    "contract-terms-alike", GS_8,
    "Två villkor i avtalet har samma beteckning; ge dem var sin.",
    "Two terms of the contract have the same id; give each its own.",
)  # fmt: skip
DAYS_REVERSED: Final = Refused(
    "contract-days-reversed", GS_8,
    "Avtalet eller perioden slutar innan den börjar; kontrollera dagarna.",
    "The contract or the period ends before it begins; check the days.",
)  # fmt: skip
TOO_SOON: Final = Refused(
    "award-before-deadline", GS_8,
    "Tilldelningen är beslutad före sista dagen för anbud i en av delarna; kontrollera dagen, eller flytta fristen först.",
    "The award was decided before the deadline's day of one of its lots; check the day, or move the deadline first.",
)  # fmt: skip
LOT_CLOSED: Final = Refused(
    "lot-closed-without-winner", GS_8,
    "En av delarna är redan avslutad utan vinnare; rätta det beslutet om det blev fel.",
    "One of the lots was closed without a winner already; correct that decision if it is wrong.",
)  # fmt: skip
LOT_AWARDED: Final = Refused(
    "lot-already-awarded", GS_8,
    "En av delarna har redan en vinnare och kan inte avslutas utan; rätta tilldelningen om den blev fel.",
    "One of the lots has a winner already and can't be closed without one; correct the award if it is wrong.",
)  # fmt: skip


def award(command: AwardContract, state: State) -> Decision:
    """Record an award; the same one again is nothing new."""
    refused = not_theirs(command, state) or _unfit(command, state)
    if refused is not None:
        return refused
    winners = [_winner(each) for each in command.winners]
    named = [winner for winner in winners if winner is not None]
    if len(named) < len(winners):
        return NOT_A_NUMBER
    return [ContractAwarded(**{**fields_of(command), "winners": tuple(named)})]


def _unfit(command: AwardContract, state: State) -> Refused | None:
    if command.contract_id in state.contracts:
        return CONTRACT_TAKEN
    if state.phase == "cancelled":
        return CANCELLED
    if max(command.award_decided_on, command.concluded_on or command.award_decided_on) > day_of(command.at):
        return IN_FUTURE
    if not set(command.lot_ids) <= {lot.lot_id for lot in state.open_lots}:
        return LOT_UNKNOWN
    if _is_too_soon(command, state):
        return TOO_SOON
    if (decided := _decided_otherwise(command, state)) is not None:
        return decided
    has_winner = command.outcome == "selec-w"
    if has_winner != bool(command.winners) or (command.social_terms and not has_winner):
        return WINNERS_AMISS
    if len({term.term_id for term in command.social_terms}) < len(command.social_terms):
        return TERMS_ALIKE
    begins = command.from_ or command.concluded_on or command.award_decided_on
    return DAYS_REVERSED if command.to is not None and command.to < begins else None


def _is_too_soon(command: AwardContract, state: State) -> bool:
    """While a lot can be answered nobody has won it; an award would open the seal on the tender (`seal.py`)."""
    deadlines = [lot.deadline for lot in state.open_lots if lot.lot_id in command.lot_ids]
    return any(command.award_decided_on < closing_day(day) for day in deadlines if day is not None)


def _decided_otherwise(command: AwardContract, state: State) -> Refused | None:
    """A lot is closed once and for all; two contracts of one lot are a framework agreement's."""
    outcomes = {c.awarded.outcome for c in state.contracts.values() if set(command.lot_ids) & set(c.awarded.lot_ids)}
    if "clos-nw" in outcomes:
        return LOT_CLOSED
    return LOT_AWARDED if command.outcome == "clos-nw" and "selec-w" in outcomes else None


def _winner(said_: SaidWinner) -> Winner | None:
    """Give a winner, a person's number and name where they are sealed; None where the number is none."""
    number = organisation_number.read(said(said_.organisation_number))
    if number is None:
        return None
    told: dict[str, Any] = {"enterprise_id": said_.enterprise_id, "part": said_.part}
    if number.kind != "orgnr":
        identity = OrgNr(kind=number.kind, value_enc=resaid(number.digits, said_.organisation_number))
        return Winner(identity=identity, name_enc=said_.name, **told)
    name = said(said_.name) if said_.name is not None else None
    return Winner(identity=OrgNr(kind="orgnr", value=number.digits), name=name, **told)


def end(command: EndContract, state: State) -> Decision:
    """Record a contract's end; it ends once."""
    refused = not_theirs(command, state) or no_contract(command, state)
    if refused is not None:
        return refused
    contract = state.contracts[command.contract_id]
    if command.ended_on > day_of(command.at):
        return IN_FUTURE
    if command.ended_on < contract.awarded.award_decided_on:
        return DAYS_REVERSED
    return [] if contract.ended_on is not None else [ContractEnded(**fields_of(command))]


def not_theirs(command: ContractCommand, state: State) -> Refused | None:
    """Say why the board has nothing to record of the tender's contracts, if so."""
    if state.phase == "unknown":
        return UNKNOWN
    if not state.own:
        return NOT_OWN
    if state.duplicate_of is not None:
        return IS_DUPLICATE
    return None if command.board == state.board else OTHER_BOARD


def no_contract(command: ContractCommand, state: State) -> Refused | None:
    """Refuse what is said of a contract that was never awarded."""
    return None if command.contract_id in state.contracts else NO_SUCH_CONTRACT


def fields_of(command: ContractCommand) -> dict[str, Any]:
    """Give a command's fields as they are; who recorded it is the envelope's."""
    return {name: getattr(command, name) for name in type(command).model_fields if name not in ("at", "board")}

"""GS-8 on a tender: the buying board states which social criteria lots of services have, or why they have none."""

from typing import Annotated, Final

from pydantic import Field

from services.procurement.domain.tender import State
from services.procurement.domain.tender_commands import IN_FUTURE, LOT_UNKNOWN, UNKNOWN, TenderCommand
from shared.contracts.criteria import (
    LotIds,
    NotAppropriate,
    Reasons,
    SocialCriteriaApplied,
    SocialCriteriaNotAppropriate,
    SocialCriterion,
)
from shared.contracts.values import Day, DecisionRef, DocumentRef, RoleCode, StaffRef
from shared.deciding import Decision, Refused
from shared.policy.clause import GS_8
from shared.policy.role import EXECUTIVE_BOARD
from shared.policy.stockholm import day_of


class _Statement(TenderCommand):
    """What a board states of lots of its own tender. Recorded late as in time it needs a document, or a second person."""

    board: RoleCode
    lot_ids: LotIds
    stated_on: Day
    document: DocumentRef | None = None
    approved_by: StaffRef | None = None


class ApplySocialCriteria(_Statement):
    """State which social criteria lots of services have."""

    criteria: Annotated[tuple[SocialCriterion, ...], Field(min_length=1)]


class ExplainSocialCriteria(_Statement):
    """State why social criteria are not appropriate for lots of services."""

    reason_code: NotAppropriate
    reasons: Reasons
    decision: DecisionRef


NOT_OWN: Final = Refused(
    "tender-not-own", GS_8,
    "Upphandlingen görs av en annan köpare; ställningstagandet gäller bara egna upphandlingar.",
    "The tender is another buyer's; a statement is made on own tenders alone.",
)  # fmt: skip
OTHER_BOARD: Final = Refused(
    "tender-of-other-board", GS_8,
    "En annan nämnd köper; ange den nämnd som upphandlingen hör till.",
    "Another board buys; name the board that the tender belongs to.",
)  # fmt: skip
NOT_SERVICES: Final = Refused(
    "lot-not-services", GS_8,
    "Ställningstagandet gäller tjänster, och en av delarna är varor eller byggentreprenad.",
    "The statement is for services, and one of the lots is supplies or works.",
)  # fmt: skip

DECIDED_LATER: Final = Refused(
    "criteria-decision-later", GS_8,
    "Beslutet fattades efter ställningstagandet; ange ett beslut från samma dag eller tidigare.",
    "The decision was made after the statement; give one of the same day or earlier.",
)  # fmt: skip
OTHERS_DECISION: Final = Refused(
    "criteria-decision-of-other", GS_8,
    "Beslutet ska vara den köpande nämndens eller kommunstyrelsens; ange ett sådant beslut.",
    "The decision must be the buying board's or the executive board's; give such a decision.",
)  # fmt: skip


def apply_criteria(command: ApplySocialCriteria, state: State) -> Decision:
    """Record that lots have social criteria."""
    refused = _refused(command, state)
    if refused is not None:
        return refused
    return [SocialCriteriaApplied(
        tender_id=command.tender_id, lot_ids=command.lot_ids, criteria=command.criteria, stated_on=command.stated_on,
        basis="officer", document=command.document, approved_by=command.approved_by,
    )]  # fmt: skip


def explain(command: ExplainSocialCriteria, state: State) -> Decision:
    """Record why lots have none."""
    refused = _refused(command, state) or _unfounded(command)
    if refused is not None:
        return refused
    return [SocialCriteriaNotAppropriate(
        tender_id=command.tender_id, lot_ids=command.lot_ids, reason_code=command.reason_code, reasons=command.reasons,
        decision=command.decision, stated_on=command.stated_on, document=command.document,
        approved_by=command.approved_by,
    )]  # fmt: skip


def _unfounded(command: ExplainSocialCriteria) -> Refused | None:
    """The decision is there when the statement is made, and is of a body that answers for the procurement."""
    if command.decision.decided_on > command.stated_on:
        return DECIDED_LATER
    return None if command.decision.decided_by_role in (command.board, EXECUTIVE_BOARD) else OTHERS_DECISION


def _refused(command: _Statement, state: State) -> Refused | None:
    if state.phase == "unknown":
        return UNKNOWN
    if not state.own:
        return NOT_OWN
    if command.board != state.board:
        return OTHER_BOARD
    if command.stated_on > day_of(command.at):
        return IN_FUTURE
    lots = {
        lot.lot_id: lot for lot in state.open_lots or state.lots
    }  # of a cancelled one an overdue statement is still owed
    if not set(command.lot_ids) <= lots.keys():
        return LOT_UNKNOWN
    return None if all(lots[id_].nature == "services" for id_ in command.lot_ids) else NOT_SERVICES

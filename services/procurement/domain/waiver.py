"""Letting go of what is owed about tenders and enterprises (GS-5, GS-6, GS-8 and what follows from a contract)."""

from services.procurement.domain.criteria import OTHER_BOARD
from shared.contracts.values import RoleCode
from shared.deciding import Refused
from shared.policy.duty.commands import WaiveDuty
from shared.policy.duty.life import DutyState
from shared.policy.duty.waiving import its_own_or_the_executive_boards
from shared.policy.role import is_buying_board


class WaiveOfBoard(WaiveDuty):
    """Let go of what a buying board owes about its own tender. `board` is the one that records it."""

    board: RoleCode


def may_waive(command: WaiveDuty, owed: DutyState) -> Refused | None:
    """What a buying board owes is its own to record; who decides is the same for all."""
    board = command.board if isinstance(command, WaiveOfBoard) else None
    if board != (owed.owed_by if is_buying_board(owed.owed_by) else None):
        return OTHER_BOARD
    return its_own_or_the_executive_boards(command, owed)

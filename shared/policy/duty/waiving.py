"""Who may let a duty go: whoever owes it, as it may decide itself, or the executive board by a paragraph of its minutes.

Stricter rules stand with the duties that have them: GS-7's initiative (that board alone, within the year), and GS-4 (the
social board alone, since it is an authority of its own).
"""

from shared.contracts.values import DecisionRef
from shared.deciding import Refused
from shared.policy.duty.commands import MAY_NOT_WAIVE, WaiveDuty
from shared.policy.duty.life import DutyState
from shared.policy.role import EXECUTIVE_BOARD, SOCIAL_BOARD, Role, is_buying_board


def its_own_or_the_executive_boards(command: WaiveDuty, owed: DutyState) -> Refused | None:
    """Refuse a decision of anybody else, and one that shows neither its paragraph nor its point of delegation."""
    decision = command.authority
    of_executive_board = decision.decided_by_role == EXECUTIVE_BOARD and bool(decision.paragraph)
    return None if of_executive_board or is_its_own(decision, owed.owed_by) else MAY_NOT_WAIVE


def is_its_own(decision: DecisionRef, owed_by: Role) -> bool:
    """Tell whether whoever owes it decided: an office by delegation, a board by a paragraph too."""
    shown = decision.delegation_point or (_is_board(owed_by) and decision.paragraph)
    return decision.decided_by_role == owed_by and bool(shown)


def _is_board(role: Role) -> bool:
    return role in (SOCIAL_BOARD, EXECUTIVE_BOARD) or is_buying_board(role)

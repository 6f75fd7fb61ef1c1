"""`medverka token --role ROLE [--board CODE]`: a token for the embedded stack or compose, for `curl` and Swagger."""

import argparse
import os
import sys
from pathlib import Path

from deploy.local import issuer
from deploy.local.calling import Parser
from deploy.local.compose import PROJECT, Compose
from deploy.local.explained import WrongCall
from shared.clock import FileClock, SystemClock
from shared.policy.role import BUYING_BOARD, ROLES, Role, buying_board, is_role

_EXAMPLE = """\
exempel / example:
  ./medverka token --role registry-officer
  ./medverka token --role buying-board --board education
  ./medverka token --against compose --role registry-officer
  curl -H "Authorization: Bearer $(./medverka token --role auditor)" http://127.0.0.1:PORT/v1/enterprises
"""


def main(argv: list[str]) -> int:
    """Print a token on stdout. Raises WrongCall."""
    arguments = _arguments(argv)
    role = asked_role(arguments.role, arguments.board)
    file = os.environ.get("MEDVERKA_CLOCK")
    now = (FileClock(Path(file)) if file else SystemClock()).now()
    sub = arguments.sub or f"local-{role.replace(':', '-')}"
    sys.stdout.write(issuer.token(sub, [role], now, _key(arguments.against, arguments.project)) + "\n")
    return 0


def _key(against: str | None, project: str | None) -> bytes:
    """Give the key of the issuer that the suite trusts. Raises WrongCall, ComposeFailed."""
    if against is None:
        if project is not None:
            raise WrongCall("--project hör till / goes with --against compose: --against compose --project NAME")
        return issuer.private_key()
    return Compose(project or PROJECT).token_key()


def asked_role(role: str, board: str | None) -> Role:
    """Give the role that a call asks for. Raises WrongCall."""
    if board is not None and role != BUYING_BOARD:
        raise WrongCall(
            f"--board hör till rollen {BUYING_BOARD} / --board goes with the role {BUYING_BOARD}, not {role}"
        )
    if board is None and role == BUYING_BOARD:
        raise WrongCall(f"{BUYING_BOARD}: ange nämndens kod / name the board: --board education")
    asked = buying_board(board) if board is not None else Role(role)
    if not is_role(asked):
        known = ", ".join(ROLES)
        raise WrongCall(f"{asked}: det finns ingen sådan roll / there is no such role; {known}")
    return asked


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka token",
        description="Skriver ut en token för den inbyggda stacken eller för compose, giltig i tolv timmar; enligt "
        "MEDVERKA_CLOCK om den är satt. Prints a token for the embedded stack or for compose, valid for twelve hours; "
        "by MEDVERKA_CLOCK's time if that is set.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--role", required=True, metavar="ROLE", help=f"roll / role: {', '.join(ROLES)}")
    parser.add_argument("--board", metavar="CODE", help="nämnd, till rollen buying-board / the board, for that role")
    parser.add_argument("--sub", metavar="REF", help="vem, som referens; annars en per roll / who; else one a role")
    parser.add_argument("--against", choices=("compose",), help="för en svit i compose / for a suite in compose")
    parser.add_argument(
        "--project", metavar="NAME", help=f"composes projekt, annars {PROJECT} / the compose project, else {PROJECT}"
    )
    return parser.parse_args(argv)

"""Who owes, buys, decides and reads: general codes, never an authority's units (domain.md §2).

Codes enter events and so stay for ever. Which unit holds a role on a day stands in the authority's file (`authority/`).
"""

import re
from typing import Final, NewType

Role = NewType("Role", str)
Partner = NewType("Partner", str)

SOCIAL_BOARD: Final = Role("social-board")  # buys places and follows them up
EXECUTIVE_BOARD: Final = Role("executive-board")  # alone can waive GS-7
PROCUREMENT_OFFICE: Final = Role("procurement-office")  # informs WISEs
EXECUTIVE_OFFICE: Final = Role("executive-office")  # takes the yearly initiative
BUYING_BOARD: Final = Role("buying-board")  # any of them; one board's own role is `buying_board(code)`
REGISTRY_OFFICER: Final = Role("registry-officer")  # recognises WISEs
AUDITOR: Final = Role("auditor")  # reads all that is not secret
PUBLISHER: Final = Role("publisher")  # another system that reports events

HELD_BY_UNITS: Final = (
    SOCIAL_BOARD,
    EXECUTIVE_BOARD,
    PROCUREMENT_OFFICE,
    EXECUTIVE_OFFICE,
    REGISTRY_OFFICER,
    AUDITOR,
)
WITHIN: Final = (
    REGISTRY_OFFICER,
    PROCUREMENT_OFFICE,
    SOCIAL_BOARD,
    EXECUTIVE_OFFICE,
    EXECUTIVE_BOARD,
    AUDITOR,
    BUYING_BOARD,
)
"""Everybody in the authority: they read what names no person and is no tender's secret."""
ROLES: Final = (*HELD_BY_UNITS, BUYING_BOARD, PUBLISHER)

# Outside bodies: they have a support mandate and owe the authority nothing (BG-2).
COOMPANION: Final = Partner("coompanion")
ALMI: Final = Partner("almi")
LEADER: Final = Partner("leader")
PARTNERS: Final = (COOMPANION, ALMI, LEADER)

_BUYING_BOARD_CODE = re.compile(r"buying-board:[a-z][a-z0-9]*(-[a-z0-9]+)*")


def buying_board(code: str) -> Role:
    """Return the role of one buying board: `buying-board:<code>` (GS-8, contract terms)."""
    return Role(f"{BUYING_BOARD}:{code}")


def is_buying_board(code: str) -> bool:
    """Tell whether this is one board's own role, with the board's code."""
    return _BUYING_BOARD_CODE.fullmatch(code) is not None


def is_role(code: str) -> bool:
    """Tell whether an event may carry this code as a role: a known one, or a buying board's with its code."""
    return (code in ROLES and code != BUYING_BOARD) or is_buying_board(code)

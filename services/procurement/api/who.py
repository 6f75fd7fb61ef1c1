"""Who may: the groups of roles that procurement's tables name."""

from typing import Final

from shared.policy.role import (
    AUDITOR,
    BUYING_BOARD,
    EXECUTIVE_BOARD,
    EXECUTIVE_OFFICE,
    PROCUREMENT_OFFICE,
    REGISTRY_OFFICER,
    SOCIAL_BOARD,
)

OFFICE: Final = (PROCUREMENT_OFFICE,)
ALL: Final = (
    PROCUREMENT_OFFICE, REGISTRY_OFFICER, SOCIAL_BOARD, EXECUTIVE_OFFICE, EXECUTIVE_BOARD, AUDITOR, BUYING_BOARD,
)  # fmt: skip
"""Everybody in the authority reads what is public and what is counted."""

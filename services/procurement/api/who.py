"""Who may: the groups of roles that procurement's tables name."""

from typing import Final

from shared.policy.role import PROCUREMENT_OFFICE, WITHIN

OFFICE: Final = (PROCUREMENT_OFFICE,)
ALL: Final = WITHIN  # what is public and what is counted

"""One authority's dated file: units, local deadlines, interpretations and own buyers. Read and checked at start."""

from shared.policy.authority.authority import Authority, NotInForce
from shared.policy.authority.file import AuthorityFileWrong, load, read
from shared.policy.authority.values import (
    Interpretation,
    LetterKind,
    LetterRule,
    LocalDeadline,
    MonthDay,
    OwnBuyer,
    PartnerName,
    Publisher,
    RoleHolder,
    Suitability,
    Unit,
)

__all__ = [
    "Authority",
    "AuthorityFileWrong",
    "Interpretation",
    "LetterKind",
    "LetterRule",
    "LocalDeadline",
    "MonthDay",
    "NotInForce",
    "OwnBuyer",
    "PartnerName",
    "Publisher",
    "RoleHolder",
    "Suitability",
    "Unit",
    "load",
    "read",
]

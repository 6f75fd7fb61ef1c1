"""The rows of the letters of guidance: each year's letter, and each piece of guidance that was asked for or sent (GS-5)."""

from dataclasses import dataclass
from datetime import datetime

from services.procurement.domain.letter_rows import Approval, Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLetter:
    """The words of a year's letter, since when it reads so, and by which event. `facts` as in `guidance_letter.py`."""

    event_id: str
    at: datetime
    digest: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceLetterRow:
    """The letter of a year as it stands, and what was approved."""

    key: str
    for_year: int
    letter: YearLetter
    approvals: tuple[Approval, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceRow:
    """Direct guidance to an enterprise and what became of it; its `outreach_id` is the guidance's id."""

    key: str
    guidance_id: str
    enterprise_id: str
    for_year: int
    topics: tuple[str, ...]
    letter: Letter
    next_at: datetime | None
    """When the post is to send it; None: it does not wait."""
    tried_at: datetime | None
    """When the post last spoke with a mail server of it."""

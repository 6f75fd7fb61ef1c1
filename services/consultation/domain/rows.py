"""The rows that consultation's views fold into and its reactions read."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationRow:
    """One year: when it was initiated and what that covered, and when it was held, followed up or declined."""

    key: str
    year: int
    initiated_on: date | None = None
    """The first invitation that covers both, else the first of any."""
    initiated_event_id: str | None = None
    covers: tuple[str, ...] = ()
    invitation_dnr: str | None = None
    held_on: date | None = None
    followed_up_on: date | None = None
    declined_on: date | None = None
    declined_as: str | None = None

    @property
    def covers_both(self) -> bool:
        """Whether the initiative is one that GS-7 asks for."""
        return set(self.covers) >= {"samrad", "uppfoljning"}

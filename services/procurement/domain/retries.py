"""When a letter that a mail server put off is tried again, and when it is given up (RFC 5321 section 4.5.4.1).

The suite gives up sooner than a relay would: a letter that was put off for two days is a matter for an officer, who can call,
since a duty of GS-6 can be due within five working days. One that was never tried waits for a server that answers.
"""

from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(minutes=5)
GROWS: Final[int] = 2
MOST_GROWTH: Final = 10
MOST: Final = timedelta(hours=2)
GIVEN_UP_AFTER: Final = timedelta(days=2)


def delay(tries: int) -> timedelta:
    """Give how long to wait when a letter was put off for the `tries`-th time: 5, 10, 20, 40, 80 minutes, then 2 hours."""
    factor: int = GROWS ** min(max(tries - 1, 0), MOST_GROWTH)
    return min(FIRST * factor, MOST)


def retry_at(asked_at: datetime, tries: int, now: datetime) -> datetime | None:
    """Give when to try again after the `tries`-th time; None: it is given up."""
    at = now + delay(tries)
    return at if at <= asked_at + GIVEN_UP_AFTER else None


def is_over(asked_at: datetime, tries: int, now: datetime) -> bool:
    """Tell whether a letter was put off for too long to be sent any more; one that was never tried still goes."""
    return tries > 0 and now > asked_at + GIVEN_UP_AFTER

"""What the post asks the views: what is due, what waits, how much has gone of late, and which letter a report is about."""

import json
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from services.procurement.domain.letter_rows import Letter
from services.procurement.domain.letters_due import Concerned, Waiting
from services.procurement.views.letter import LETTER
from shared.log.postgres import Pool
from shared.log.sql import query
from shared.policy.stockholm import day_of

CHANGED_WITHIN: Final = timedelta(days=30)
"""A change that nobody could be told of in so long is told no more."""
TOGETHER: Final = 500
MINUTE: Final = timedelta(minutes=1)

CONCERNED: Final = TypeAdapter(Concerned)
WAITING: Final = TypeAdapter(Waiting)
LETTERS: Final = TypeAdapter(tuple[Letter, ...])


async def concerned(views: Pool, now: datetime, after: str = "") -> list[tuple[str, Concerned]]:
    """Give the next pairs to which something may be told, with their keys."""
    rows = await views.fetch(query(LETTER.sql, "concerned"), after, TOGETHER, None, day_of(now - CHANGED_WITHIN))
    return [(row["key"], CONCERNED.validate_python(dict(row))) for row in rows]


async def waiting(views: Pool, now: datetime, most: int) -> list[Waiting]:
    """Give the pairs with letters that are to go now, the longest waiting first."""
    rows = await views.fetch(query(LETTER.sql, "waiting"), now, most)
    return [WAITING.validate_python(dict(row)) for row in rows]


async def tried(views: Pool, now: datetime) -> int:
    """Give how many letters a mail server was spoken with of in the last minute."""
    count: int = await views.fetchval(query(LETTER.sql, "tried"), now - MINUTE)
    return count


async def of_event(views: Pool, event_id: str) -> tuple[str, str, Letter] | None:
    """Give the tender, the enterprise and the letter that an event asked for."""
    rows = await views.fetch(query(LETTER.sql, "of_event"), json.dumps([{"event_id": event_id}]))
    for row in rows:
        for letter in LETTERS.validate_python(row["letters"]):
            if letter.event_id == event_id:
                return row["tender_id"], row["enterprise_id"], letter
    return None

"""The letters of guidance as the post handles them: what is due, what waits, how much has gone of late (GS-5)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import TypeAdapter

from services.procurement.domain.guidance import DeliverGuidance, FailGuidance, SendGuidance
from services.procurement.domain.guidance_due import Due, Waiting, Year, given_up
from services.procurement.domain.guidance_due import due as due_to
from services.procurement.domain.guidance_letter import RequestGuidance
from services.procurement.domain.guidance_words import write_guidance
from services.procurement.domain.letter_rows import Letter
from services.procurement.post.outgoing import Outgoing
from services.procurement.views.guidance import GUIDANCE
from shared.contracts.values import DutyId, Id
from shared.deciding import Command
from shared.log.postgres import Pool
from shared.log.sql import query
from shared.policy.authority import Authority

TOGETHER: Final = 500

YEAR: Final = TypeAdapter(Year)
WAITING: Final = TypeAdapter(Waiting)
LETTER: Final = TypeAdapter(Letter)


@dataclass(frozen=True, slots=True)
class OfYear:
    """The letter of guidance of a year to an enterprise."""

    letter: Letter
    enterprise_id: str
    for_year: int
    topics: tuple[str, ...]

    def sent(self, at: datetime, message_digest: str, _message_id: str) -> tuple[Command, Command]:
        """Give what records that it has gone, and that the mail server took it."""
        of = {
            "at": at, "guidance_id": self.letter.outreach_id, "enterprise_id": self.enterprise_id, "for_year": self.for_year,
        }  # fmt: skip
        sent = SendGuidance.model_validate({
            **of, "kind": "direct", "channel": "email", "contact_id": self.letter.contact_id, "sent_at": at,
            "message_digest": message_digest, "topics": self.topics,
        })  # fmt: skip
        delivered = DeliverGuidance.model_validate({
            **of, "duty_id": self.letter.duty_id, "delivered_at": at, "proof": "smtp-accepted",
        })  # fmt: skip
        return sent, delivered

    def failed(
        self, now: datetime, at: datetime, reason: str, status: str | None, *, retry: bool, retry_at: datetime | None
    ) -> Command:  # fmt: skip
        """Give what records that it did not go, is late, or came back."""
        return FailGuidance.model_validate({
            "at": now, "guidance_id": self.letter.outreach_id, "enterprise_id": self.enterprise_id,
            "for_year": self.for_year, "failed_at": at, "reason_code": reason, "smtp_status": status, "retry": retry,
            "retry_at": retry_at,
        })  # fmt: skip


async def due(views: Pool, now: datetime, authority: Authority) -> AsyncIterator[list[tuple[Command, str]]]:
    """Ask for every letter that is due, some enterprises at a time."""
    after = ""
    while rows := await views.fetch(query(GUIDANCE.sql, "concerned"), after, TOGETHER, None):
        years = [YEAR.validate_python(dict(row)) for row in rows]
        letters = [(year, due_to(year, now, authority)) for year in years]
        yield [_request(letter, year, now) for year, letter in letters if letter and letter.why is None]
        after = rows[-1]["key"]


def _request(letter: Due, year: Year, now: datetime) -> tuple[Command, str]:
    command = RequestGuidance.model_validate({
        "at": now, "guidance_id": letter.guidance_id, "enterprise_id": Id(year.enterprise_id), "for_year": year.for_year,
        "contact_id": letter.contact.contact_id if letter.contact else None, "facts_digest": letter.letter.digest,
        "language": letter.language, "topics": letter.letter.facts["topics"], "approved_by": letter.approved_by or "",
        "duty_id": DutyId(year.duty_id),
    })  # fmt: skip
    return command, f"post/asked/{letter.guidance_id}"


async def waiting(views: Pool, now: datetime, most: int) -> list[Outgoing]:
    """Give the letters that are to go now, those first that wait longest."""
    rows = await views.fetch(query(GUIDANCE.sql, "waiting"), now, most)
    return [_outgoing(WAITING.validate_python(dict(row)), now) for row in rows]


def _outgoing(each: Waiting, now: datetime) -> Outgoing:
    about = OfYear(each.letter, each.enterprise_id, each.for_year, each.topics)
    write = partial(write_guidance, each.written.facts if each.written else {})
    return Outgoing(
        about=about, contact=each.contact, resealed=each.resealed, given_up=given_up(each, now), write=write
    )


async def tried(views: Pool, since: datetime) -> int:
    """Give how many letters a mail server was spoken with of since an instant."""
    count: int = await views.fetchval(query(GUIDANCE.sql, "tried"), since)
    return count


async def of_event(views: Pool, event_id: str) -> OfYear | None:
    """Give the letter that an event asked for."""
    row = await views.fetchrow(query(GUIDANCE.sql, "of_event"), event_id)
    if row is None:
        return None
    topics = tuple(row["topics"])
    return OfYear(LETTER.validate_python(row["letter"]), row["enterprise_id"], row["for_year"], topics)

"""The letters of tenders as the post handles them: what is due, what waits, how much has gone of late (GS-6)."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from pydantic import TypeAdapter

from services.procurement.domain.letter_commands import RequestLetter
from services.procurement.domain.letter_rows import Letter
from services.procurement.domain.letters import write
from services.procurement.domain.letters_due import Concerned, Due, Waiting, given_up
from services.procurement.domain.letters_due import due as due_to
from services.procurement.domain.outreach import RecordDelivered, RecordFailed, RecordSent
from services.procurement.post.outgoing import Outgoing
from services.procurement.views.letter import LETTER
from shared.contracts.values import DutyId, Id
from shared.deciding import Command
from shared.log.postgres import Pool
from shared.log.sql import query
from shared.policy.authority import Authority
from shared.policy.stockholm import day_of

CHANGED_WITHIN: Final = timedelta(days=30)
"""A change that nobody could be told of in so long is told no more."""
TOGETHER: Final = 500

CONCERNED: Final = TypeAdapter(Concerned)
WAITING: Final = TypeAdapter(Waiting)
LETTERS: Final = TypeAdapter(tuple[Letter, ...])


@dataclass(frozen=True, slots=True)
class OfTender:
    """A letter of a tender to an enterprise."""

    letter: Letter
    tender_id: str
    enterprise_id: str

    def sent(self, at: datetime, message_digest: str, message_id: str) -> tuple[Command, Command]:
        """Give what records that it has gone, and that the mail server took it."""
        outreach_id, letter = Id(self.letter.outreach_id), self.letter
        tender_id, enterprise_id = Id(self.tender_id), Id(self.enterprise_id)
        sent = RecordSent.model_validate({
            "at": at, "tender_id": tender_id, "enterprise_id": enterprise_id, "outreach_id": outreach_id,
            "stage": letter.stage, "purpose": letter.purpose, "channel": "email", "contact_id": letter.contact_id,
            "sent_at": at, "facts_digest": letter.facts_digest, "message_digest": message_digest,
            "message_id": message_id, "language": letter.language, "sent_by": "system", "duty_id": letter.duty_id,
        })  # fmt: skip
        delivered = RecordDelivered(
            at=at, tender_id=tender_id, enterprise_id=enterprise_id, outreach_id=outreach_id, delivered_at=at,
            proof="smtp-accepted",
        )  # fmt: skip
        return sent, delivered

    def failed(
        self, now: datetime, at: datetime, reason: str, status: str | None, *, retry: bool, retry_at: datetime | None
    ) -> Command:  # fmt: skip
        """Give what records that it did not go, is late, or came back."""
        return RecordFailed.model_validate({
            "at": now, "tender_id": self.tender_id, "enterprise_id": self.enterprise_id,
            "outreach_id": self.letter.outreach_id, "failed_at": at, "reason_code": reason, "smtp_status": status,
            "retry": retry, "retry_at": retry_at,
        })  # fmt: skip


async def due(views: Pool, now: datetime, authority: Authority) -> AsyncIterator[list[tuple[Command, str]]]:
    """Ask for every letter that is due, some pairs at a time."""
    after = ""
    while rows := await views.fetch(
        query(LETTER.sql, "concerned"), after, TOGETHER, None, day_of(now - CHANGED_WITHIN)
    ):
        pairs = [CONCERNED.validate_python(dict(row)) for row in rows]
        yield [_request(letter, p, now) for p in pairs for letter in due_to(p, now, authority) if letter.why is None]
        after = rows[-1]["key"]


def _request(letter: Due, pair: Concerned, now: datetime) -> tuple[Command, str]:
    command = RequestLetter(
        at=now, tender_id=Id(pair.tender_id), enterprise_id=Id(pair.enterprise_id), outreach_id=letter.outreach_id,
        stage=letter.stage, purpose=letter.purpose,
        contact_id=Id(letter.contact.contact_id) if letter.contact else None, facts_digest=letter.told.digest,
        language=letter.language, approved_by=letter.approved_by or "",
        duty_id=DutyId(letter.duty_id) if letter.duty_id else None,
    )  # fmt: skip
    return command, f"post/asked/{letter.outreach_id}"


async def waiting(views: Pool, now: datetime, most: int) -> list[Outgoing]:
    """Give the letters that are to go now, of the pairs that wait longest."""
    rows = await views.fetch(query(LETTER.sql, "waiting"), now, most)
    return [each for row in rows for each in _outgoing(WAITING.validate_python(dict(row)), now)]


def _outgoing(pair: Waiting, now: datetime) -> Iterator[Outgoing]:
    for letter in pair.letters:
        if letter.next_at and letter.next_at <= now:
            told = pair.told(letter.facts_digest)
            yield Outgoing(
                about=OfTender(letter, pair.tender_id, pair.enterprise_id), contact=pair.contact(letter.contact_id),
                resealed=pair.resealed,
                given_up=given_up(pair, letter, now), write=partial(write, told.facts if told else {}),
            )  # fmt: skip


async def tried(views: Pool, since: datetime) -> int:
    """Give how many letters a mail server was spoken with of since an instant."""
    count: int = await views.fetchval(query(LETTER.sql, "tried"), since)
    return count


async def of_event(views: Pool, event_id: str) -> OfTender | None:
    """Give the letter that an event asked for."""
    rows = await views.fetch(query(LETTER.sql, "of_event"), json.dumps([{"event_id": event_id}]))
    for row in rows:
        for letter in LETTERS.validate_python(row["letters"]):
            if letter.event_id == event_id:
                return OfTender(letter, row["tender_id"], row["enterprise_id"])
    return None

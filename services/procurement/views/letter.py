"""The letters of each tender to each enterprise: what was asked for, sent and put off, and what became of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.procurement.domain.letter_rows import Letter, LetterRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.knowledge import GuidanceFailed
from shared.contracts.letters import OutreachRequested
from shared.contracts.procurement import OutreachDelivered, OutreachFailed, OutreachSent
from shared.log.view import View, nothing


def fold(row: LetterRow | None, recorded: Recorded) -> LetterRow | None:
    """Fold one event of a pair's stream; a pair to which nothing was written has no row."""
    event: Any = recorded.event
    at = recorded.envelope.occurredat
    match event:
        case OutreachRequested():
            asked = _letter(event, recorded)
            return _with(row, recorded, replace(asked, approved_by=event.approved_by, asked_at=at, next_at=at))
        case OutreachSent(sent_at=sent_at):
            known = _known(row, event.outreach_id) or _letter(event, recorded)
            tried_at = sent_at if known.asked_at else None
            return _with(row, recorded, replace(known, sent_at=sent_at, tried_at=tried_at, next_at=None))
        case OutreachDelivered():
            return _changed(
                row, recorded, event.outreach_id, lambda known: replace(known, delivered_at=event.delivered_at)
            )
        case OutreachFailed(reason_code="no-contact") if _known(row, event.outreach_id) is None:
            asked = Letter(outreach_id=event.outreach_id, event_id=recorded.envelope.id)
            return _with(row, recorded, failed(asked, event))
        case OutreachFailed():
            return _changed(row, recorded, event.outreach_id, lambda known: failed(known, event))
        case _:
            return row


def _letter(event: OutreachRequested | OutreachSent, recorded: Recorded) -> Letter:
    return Letter(
        outreach_id=event.outreach_id, event_id=recorded.envelope.id, stage=event.stage, purpose=event.purpose,
        channel=event.channel, contact_id=event.contact_id, language=event.language, facts_digest=event.facts_digest,
        duty_id=event.duty_id,
    )  # fmt: skip


def failed(letter: Letter, event: OutreachFailed | GuidanceFailed) -> Letter:
    """Keep why it failed; one that is only late goes on."""
    said = replace(letter, smtp_status=event.smtp_status)
    if not event.retry:
        return replace(said, failed_at=event.failed_at, reason=event.reason_code, next_at=None)
    if letter.sent_at is not None:
        return replace(said, delayed_at=event.failed_at, reason=event.reason_code)
    next_at = event.retry_at or event.failed_at
    return replace(said, tries=letter.tries + 1, tried_at=event.failed_at, next_at=next_at, reason=event.reason_code)


def _known(row: LetterRow | None, outreach_id: str) -> Letter | None:
    return next((each for each in row.letters if each.outreach_id == outreach_id), None) if row else None


def _changed(
    row: LetterRow | None, recorded: Recorded, outreach_id: str, change: Callable[[Letter], Letter]
) -> LetterRow | None:  # fmt: skip
    known = _known(row, outreach_id)
    return _with(row, recorded, change(known)) if known else row


def _with(row: LetterRow | None, recorded: Recorded, letter: Letter) -> LetterRow:
    _, tender_id, enterprise_id = recorded.subject.split("/")
    former = row.letters if row else ()
    if _known(row, letter.outreach_id):
        letters = tuple(letter if each.outreach_id == letter.outreach_id else each for each in former)
    else:
        letters = (*former, letter)
    tried = [each.tried_at for each in letters if each.tried_at]
    waiting = [each.next_at for each in letters if each.waits and each.next_at]
    return LetterRow(
        key=recorded.subject, tender_id=tender_id, enterprise_id=enterprise_id, letters=letters,
        informed=any(each.purpose == "inform" and each.sent_at for each in letters),
        next_at=min(waiting, default=None), tried_at=max(tried, default=None),
    )  # fmt: skip


LETTER = View(
    name="letter", log="procurement.outreach", category="outreach", row=LetterRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

"""Direct guidance to each enterprise as a letter: what was asked for, sent and put off, and what became of it (GS-5)."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from services.procurement.domain.guidance_rows import GuidanceRow
from services.procurement.domain.knowledge import EVENTS
from services.procurement.domain.letter_rows import Letter
from services.procurement.views.letter import failed
from shared.contracts.cloudevent import Recorded
from shared.contracts.knowledge import GuidanceDelivered, GuidanceFailed, GuidanceRequested, GuidanceSent
from shared.log.view import View, nothing


def fold(row: GuidanceRow | None, recorded: Recorded) -> GuidanceRow | None:
    """Fold one event of guidance; a newsletter, a web page and an activity have no row."""
    event: Any = recorded.event
    at = recorded.envelope.occurredat
    match event:
        case GuidanceRequested():
            asked = Letter(
                outreach_id=event.guidance_id, event_id=recorded.envelope.id, channel=event.channel,
                contact_id=event.contact_id, language=event.language, facts_digest=event.facts_digest,
                duty_id=event.duty_id, approved_by=event.approved_by, asked_at=at, next_at=at,
            )  # fmt: skip
            return _with(row, recorded, asked, topics=event.topics)
        case GuidanceSent(kind="direct", sent_at=sent_at):
            known = row.letter if row else Letter(
                outreach_id=event.guidance_id, event_id=recorded.envelope.id, channel=event.channel,
                contact_id=event.contact_id,
            )  # fmt: skip
            tried_at = sent_at if known.asked_at else None
            return _with(row, recorded, replace(known, sent_at=sent_at, tried_at=tried_at, next_at=None), event.topics)
        case GuidanceFailed(reason_code="no-contact") if row is None:
            nobody = Letter(outreach_id=event.guidance_id, event_id=recorded.envelope.id)
            return _with(row, recorded, failed(nobody, event))
        case GuidanceDelivered() if row is not None:
            return _with(row, recorded, replace(row.letter, delivered_at=event.delivered_at, failed_at=None))
        case GuidanceFailed() if row is not None:
            return _with(row, recorded, failed(row.letter, event))
        case _:
            return row


def _with(row: GuidanceRow | None, recorded: Recorded, letter: Letter, topics: tuple[str, ...] = ()) -> GuidanceRow:
    event: Any = recorded.event
    return GuidanceRow(
        key=recorded.subject, guidance_id=letter.outreach_id, enterprise_id=event.enterprise_id, for_year=event.for_year,
        topics=topics or (row.topics if row else ()), letter=letter, next_at=letter.next_at if letter.waits else None,
        tried_at=letter.tried_at,
    )  # fmt: skip


GUIDANCE: Final = View(
    name="guidance", log=EVENTS, category="knowledge", row=GuidanceRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

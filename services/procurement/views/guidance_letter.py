"""The letter of guidance of each year as it stands, and which of its words an officer has approved (GS-5)."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from services.procurement.domain.guidance_letter import facts_of
from services.procurement.domain.guidance_rows import GuidanceLetterRow, YearLetter
from services.procurement.domain.knowledge import EVENTS
from services.procurement.domain.letter_rows import Approval
from shared.contracts.cloudevent import Recorded
from shared.contracts.knowledge import GuidanceLetterApproved, GuidanceLetterWritten
from shared.log.view import View, nothing


def fold(row: GuidanceLetterRow | None, recorded: Recorded) -> GuidanceLetterRow | None:
    """Fold one event of a year's letter."""
    event: Any = recorded.event
    envelope = recorded.envelope
    match event:
        case GuidanceLetterWritten():
            letter = YearLetter(
                event_id=envelope.id, at=envelope.occurredat, digest=event.facts_digest,
                facts=dict(facts_of(event.for_year, event.topics, event.title, event.text)),
            )  # fmt: skip
            approvals = row.approvals if row else ()
            return GuidanceLetterRow(
                key=recorded.subject, for_year=event.for_year, letter=letter, approvals=approvals,
                version=envelope.streamversion,
            )  # fmt: skip
        case GuidanceLetterApproved() if row is not None:
            approval = Approval(digest=event.facts_digest, at=envelope.occurredat, by=envelope.actor)
            return replace(row, approvals=(*row.approvals, approval), version=envelope.streamversion)
        case _:
            return row


GUIDANCE_LETTER: Final = View(
    name="guidance_letter", log=EVENTS, category="guidance", row=GuidanceLetterRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

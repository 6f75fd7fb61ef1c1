"""Which letters of a tender an officer has approved."""

from pathlib import Path

from services.procurement.domain.letter_rows import Approval, ApprovalRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.letters import LettersApproved
from shared.log.view import View, nothing


def fold(row: ApprovalRow | None, recorded: Recorded) -> ApprovalRow | None:
    """Fold one event of a tender's letters."""
    event, envelope = recorded.event, recorded.envelope
    if not isinstance(event, LettersApproved):
        return row
    approval = Approval(digest=event.facts_digest, at=envelope.occurredat, by=envelope.actor)
    return ApprovalRow(
        key=recorded.subject, tender_id=event.tender_id, approvals=(*(row.approvals if row else ()), approval),
        version=envelope.streamversion,
    )  # fmt: skip


APPROVAL = View(
    name="approval", log="procurement.outreach", category="letters", row=ApprovalRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

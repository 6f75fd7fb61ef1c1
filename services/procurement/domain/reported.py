"""What other systems may report of tenders: the events that procurement publishes of them, as the commands that they ask for.

Who is an own buyer, and what an amendment changes, is found here and not taken over.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from services.procurement.domain.tender_commands import (
    AmendTender,
    CancelTender,
    MoveDeadline,
    PlanProcurement,
    PublishTender,
    ResumeTender,
    SuspendTender,
    TenderCommand,
)
from shared.contracts.cloudevent import Event
from shared.contracts.procurement import (
    DeadlineMoved,
    ProcurementPlanned,
    TenderAmended,
    TenderCancelled,
    TenderPublished,
    TenderResumed,
    TenderSuspended,
)
from shared.contracts.values import UUID7
from shared.deciding import Command, Refused
from shared.policy.authority import Authority
from shared.reacting import Message, Reported, Rows

C = TypeVar("C", bound=TenderCommand)

NO_ID: Final = Refused(
    "tender-id-not-uuid7", None,
    "Upphandlingens id i meddelandet är ingen UUIDv7 med gemener; skapa ett nytt id.",
    "The tender's id in the message is no UUIDv7 in lower case; make a new one.",
)  # fmt: skip


def _as(command: type[C], message: Message) -> C | Refused:
    """Take over the fields that the command has; its `at` is when the fact is said to have happened."""
    event: Any = message.event
    if not UUID7.match(event.tender_id):
        return NO_ID
    names = command.model_fields.keys() & type(event).model_fields.keys()
    return command(at=message.occurred_at, **{name: getattr(event, name) for name in names})


def reported_procurement_planned(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system plans a procurement."""
    return _as(PlanProcurement, message)


def reported_tender_published(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system published a tender."""
    return _as(PublishTender, message)


def reported_tender_amended(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system amended a tender."""
    return _as(AmendTender, message)


def reported_deadline_moved(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system moved a deadline; what it was before is what we know."""
    return _as(MoveDeadline, message)


def reported_tender_suspended(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system suspended a tender."""
    return _as(SuspendTender, message)


def reported_tender_resumed(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system resumed a tender."""
    return _as(ResumeTender, message)


def reported_tender_cancelled(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system cancelled a tender, or lots of it; a `whole` one names no lots."""
    command = _as(CancelTender, message)
    if isinstance(command, CancelTender) and getattr(message.event, "scope", None) == "whole":
        return command.model_copy(update={"lot_ids": None})
    return command


INBOX: Final[Mapping[type[Event], Reported]] = {
    ProcurementPlanned: reported_procurement_planned,
    TenderPublished: reported_tender_published,
    TenderAmended: reported_tender_amended,
    DeadlineMoved: reported_deadline_moved,
    TenderSuspended: reported_tender_suspended,
    TenderResumed: reported_tender_resumed,
    TenderCancelled: reported_tender_cancelled,
}

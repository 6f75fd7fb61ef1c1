"""What a duplicate told an enterprise counts for the tender that is kept: they are one, and it is owed once (edge rule 5).

The letter and its arrival are recorded on the kept tender's pair too, as they were: with their days, and the facts of the
notice that it told of.
"""

from collections.abc import Iterator
from typing import ClassVar, Final, cast

from typing_extensions import override

from services.procurement.domain.outreach import OutreachCommand, State
from shared.contracts.procurement import OutreachDelivered, OutreachSent, Stage
from shared.contracts.values import Id, StaffRef
from shared.correcting import as_corrected
from shared.deciding import Decision, Past
from shared.policy.stockholm import day_of

STAGES: Final[tuple[Stage, ...]] = ("planned", "published")


class CarryOver(OutreachCommand):
    """A reaction's: what the duplicate's letters did counts for the kept tender. It was shown when it was recorded there."""

    ON_PAST: ClassVar[bool] = True
    AGAIN: ClassVar[bool] = True

    duplicate_tender_id: Id
    approved_by: StaffRef | None = None

    @property
    def source(self) -> str:
        """The duplicate's pair."""
        return f"outreach/{self.duplicate_tender_id}/{self.enterprise_id}"

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """The kept tender, and what the duplicate told."""
        return (*super().reads, self.source)

    @property
    @override
    def distinct(self) -> str:
        """The duplicate: a tender can have several."""
        return self.duplicate_tender_id


def carry_over(command: CarryOver, past: Past) -> Decision:
    """Record, of each stage that is still owed, the first letter of the duplicate that arrived and stayed."""
    return [event for stage in STAGES for event in _told(command, past, stage)]


def _told(command: CarryOver, past: Past, stage: Stage) -> Iterator[OutreachSent | OutreachDelivered]:
    own = cast("State", past.state(command.subject))
    duties = past.duties(f"{command.tender_id}/{command.enterprise_id}")
    owed = [duty for duty in duties if duty.kind == stage and duty.end is None]
    for sent, delivered in _arrived(command, past):
        began = any(duty.trigger_on <= day_of(delivered.delivered_at) for duty in owed)
        if sent.stage == stage and began and sent.outreach_id not in own.sent:
            yield sent.model_copy(update={"tender_id": command.tender_id, "duty_id": None})
            yield delivered.model_copy(
                update={"duty_id": None, "approved_by": delivered.approved_by or command.approved_by}
            )
            return


def _arrived(command: CarryOver, past: Past) -> Iterator[tuple[OutreachSent, OutreachDelivered]]:
    told = cast("State", past.state(command.source)).sent
    for envelope in as_corrected(past.history(command.source)):
        event = envelope.data
        if isinstance(event, OutreachDelivered) and event.purpose == "inform":
            sent = told[event.outreach_id]
            if sent.failed_at is None and sent.delivered_at == event.delivered_at:
                yield sent.event, event

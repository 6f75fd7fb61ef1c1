"""What a service does with its duties when enterprises merge (edge rule 16): the survivor takes over those that are open."""

from collections.abc import Iterator

from shared.contracts.cloudevent import Recorded
from shared.contracts.registry import EnterprisesMerged
from shared.log.duty_view import DutyRow
from shared.policy.duty.commands import TakeOverDuty
from shared.reacting import Rows


def taken_over(recorded: Recorded, rows: Rows) -> Iterator[TakeOverDuty]:
    """Give each open duty about an absorbed enterprise to the survivor; an object's id is the enterprise's, or holds it."""
    event = recorded.event
    if not isinstance(event, EnterprisesMerged) or not event.successor_duties:
        return
    for _, owed in sorted(rows.all(DutyRow).items()):
        parts = owed.object_id.split("/")
        if not set(parts) & set(event.absorbed_ids):
            continue
        successor = "/".join(event.survivor_id if part in event.absorbed_ids else part for part in parts)
        yield TakeOverDuty(
            at=recorded.envelope.occurredat, duty_id=owed.id, object_id=owed.object_id, successor_id=successor,
            cause_event_id=recorded.envelope.id, on=event.merged_on,
        )  # fmt: skip

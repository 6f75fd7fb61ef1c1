"""The command that opens a missing duty as it was derived, with its lawful due day, and ends one that should have ended."""

from datetime import datetime

from shared.contracts.cloudevent import Event
from shared.contracts.duty import DutyArose, DutyDischarged, DutyLapsed, DutyVoided
from shared.correcting import as_corrected
from shared.policy.duty.missed import Done, Lapsed, OpenMissed, Void
from shared.replaying.comparing import Difference
from shared.replaying.running import DERIVED


def opens(difference: Difference, at: datetime) -> OpenMissed | None:
    """Give what opens it, or ends it where it is open and should not be; None where something else differs.

    What is waived is a person's to decide, and not opened.
    """
    derived, recorded = difference.derived, difference.recorded
    ends = difference.wrong == "wrong-end" and recorded is not None and recorded.end is None
    if derived is None or not (difference.wrong == "missing" or ends):
        return None
    state, events = derived.state, [envelope.data for envelope in as_corrected(derived.life)]
    arose = events[0]
    if not isinstance(arose, DutyArose) or state.end == "waived":
        return None
    # What triggered it may itself be missing: then it is named by what that would have followed from.
    trigger_id = difference.cause if arose.trigger_event_id.startswith(DERIVED) else arose.trigger_event_id
    return OpenMissed(
        at=at,
        duty_id=recorded.id if recorded else arose.duty_id,
        object_id=arose.object.id,
        object_type=arose.object.type,
        ordinal=arose.ordinal,
        trigger_event_id=trigger_id,
        trigger_on=arose.trigger_on,
        due_on=state.due_on,
        hard_due_on=state.hard_due_on,
        terms=arose.terms,
        interpretation_id=arose.interpretation_id,
        ended=_ended(events),
    )


def _ended(events: list[Event]) -> Done | Void | Lapsed | None:
    for event in reversed(events):
        match event:
            case DutyDischarged(acted_on=on, evidence=evidence):
                return Done(end="discharged", on=on, evidence=evidence)
            case DutyVoided(voided_on=on, reason_code=reason, cause_event_id=cause):
                return Void(end="voided", on=on, reason_code=reason, cause_event_id=cause)
            case DutyLapsed(lapsed_on=on, reason_code=lapse, cause_event_id=why):
                return Lapsed(end="lapsed", on=on, reason_code=lapse, cause_event_id=why)
            case _:
                continue
    return None

"""The duties that should be there against those that are recorded, one difference a duty.

A duty that was never owed, and was voided for that reason, is none: where an event was read late, such a one may have arisen
that a run in the order of recording never sees. Its id is taken all the same, so what should be there is told by its base, the
day that triggered it and its place among such, and only then by its id.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from shared.contracts.cloudevent import Envelope, Recorded
from shared.contracts.values import DutyId
from shared.correcting import as_corrected
from shared.parts import Parts
from shared.policy.duty.life import NEVER_OWED, DutyState, evolve
from shared.policy.stockholm import end_of
from shared.replaying.facts import is_duty
from shared.replaying.running import Derived, Logs, run

Wrong: TypeAlias = Literal["missing", "spurious", "wrong-due", "wrong-end"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A duty that should be there and is not, or is and should not, or is another one; with both sides where there are."""

    wrong: Wrong
    should: DutyState | None
    recorded: DutyState | None
    derived: Derived | None
    cause: str
    """The id of the event that it follows from, or the clock's boundary; of one that follows from nothing: as recorded."""

    @property
    def duty(self) -> DutyState:
        """The duty as it should be, else as it is recorded."""
        state = self.should or self.recorded
        if state is None:
            raise ValueError("a difference has at least one side")
        return state


def differences(parts: Parts, logs: Logs, as_of: date) -> list[Difference]:
    """Replay a service at the end of a day, and give what differs from what it recorded by then."""
    return compare(run(parts, logs, as_of), recorded_duties((e for log in parts.logs for e in logs[log]), as_of))


def recorded_duties(log: Iterable[Recorded], as_of: date) -> dict[DutyId, DutyState]:
    """Give the duties of a log as they were recorded by the end of a day."""
    until, streams = end_of(as_of), defaultdict[str, list[Envelope]](list)
    for recorded in log:
        if is_duty(recorded.envelope) and recorded.envelope.time < until:
            streams[recorded.subject].append(recorded.envelope)
    found = {}
    for subject, history in streams.items():
        state = None
        for envelope in as_corrected(history):
            state = evolve(state, envelope)
        if state is not None:
            found[DutyId(subject.removeprefix("duty/"))] = state
    return found


def compare(derived: Mapping[DutyId, Derived], recorded: Mapping[DutyId, DutyState]) -> list[Difference]:
    """Give what differs, in the order of the duties' ids."""
    should = {duty_id: each.state for duty_id, each in derived.items()}
    pairs = list(_pairs(should, dict(recorded)))
    found = [
        _difference(wrong, ours, theirs, derived)
        for ours, theirs in pairs
        if (wrong := _wrong(ours, theirs)) is not None
    ]
    return sorted(found, key=lambda each: (each.duty.id, each.wrong))


def _difference(
    wrong: Wrong, ours: DutyState | None, theirs: DutyState | None, derived: Mapping[DutyId, Derived]
) -> Difference:
    found = derived[ours.id] if ours else None
    cause = found.cause if found else theirs.trigger_event_id if theirs else ""
    return Difference(wrong, ours, theirs, found, cause)


def _pairs(
    should: dict[DutyId, DutyState], recorded: dict[DutyId, DutyState]
) -> Iterator[tuple[DutyState | None, DutyState | None]]:
    """Put together what is the same duty: by what triggered it, then what is left by its id; what was never owed falls away."""
    ours, theirs = _by_trigger(should), _by_trigger(recorded)
    for key in ours.keys() & theirs.keys():
        yield should.pop(ours[key]), recorded.pop(theirs[key])
    for duty_id in should.keys() & recorded.keys():
        yield should.pop(duty_id), recorded.pop(duty_id)
    yield from ((state, None) for state in should.values() if not _never_owed(state))
    yield from ((None, state) for state in recorded.values() if not _never_owed(state))


def _by_trigger(duties: Mapping[DutyId, DutyState]) -> dict[tuple[str, date, int], DutyId]:
    found: dict[tuple[str, date, int], DutyId] = {}
    seen: defaultdict[tuple[str, date], int] = defaultdict(int)
    for duty_id, state in duties.items():
        if not _never_owed(state):
            key = state.base, state.trigger_on
            found[(*key, seen[key])] = duty_id
            seen[key] += 1
    return found


def _never_owed(state: DutyState) -> bool:
    return state.end == "voided" and state.void_reason in NEVER_OWED


def _wrong(should: DutyState | None, recorded: DutyState | None) -> Wrong | None:
    if recorded is None:
        return "missing"
    if should is None:
        return "spurious"
    if (should.due_on, should.hard_due_on) != (recorded.due_on, recorded.hard_due_on):
        return "wrong-due"
    return None if _end(should) == _end(recorded) else "wrong-end"


def _end(state: DutyState) -> tuple[object, ...]:
    """How and when it ended; on which day it was done. What was never owed ended when it was found out."""
    if _never_owed(state):
        return ("never-owed",)
    return state.end, state.ended_on, state.acted_on

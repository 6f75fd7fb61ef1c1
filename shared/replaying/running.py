"""A service run again in memory on the facts of its logs, up to a day: the duties that should be there.

What derives them is what the service itself runs: its reactions on rows of its own folds, `decide`, its duties' definitions,
and the clock's boundaries, each day's before what was recorded on that day.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from heapq import heappop, heappush
from itertools import chain, count
from typing import TypeAlias

from shared.contracts.cloudevent import Envelope, Recorded
from shared.contracts.duty import EventCorrected
from shared.contracts.values import DutyId
from shared.deciding import Command, Entry, NotProven, Past, Submission, decide, duties_after
from shared.log.duty_view import DutyRow, duty_view
from shared.log.ticking import Boundary, DutySteps
from shared.parts import Parts
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.stockholm import day_of, start_of
from shared.reacting import keyed
from shared.replaying.facts import Known, Stored, in_order, is_duty, is_fact
from shared.replaying.rows import InMemory, OfStreams

Logs: TypeAlias = Mapping[str, Iterable[Recorded]]
"""Events by log, each in the order of its indexes; they are read more than once."""
SHOWN = "shown-when-recorded"
"""Stands for the document or the second person that an act needed: asked for when it was recorded, and not again."""
DERIVED = "derived-"
"""So begins the id of what was never stored."""
BEYOND = 10**12
"""From this index on stands what is derived and was never stored."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A duty as it should be, and the recorded event, or the boundary's key, that it follows from."""

    state: DutyState
    cause: str
    life: Sequence[Envelope]
    """Its events, with their corrections."""


def run(parts: Parts, logs: Logs, as_of: date) -> dict[DutyId, Derived]:
    """Derive a service's duties at the end of a day, from its own logs and those that it follows."""
    return Running(parts, logs, as_of).run()


class Running:
    """A service in memory: `reach` moves its clock, `read` folds and answers, `stored` gives decided events their places."""

    def __init__(self, parts: Parts, logs: Logs, as_of: date) -> None:
        self.parts, self.rules, self.as_of = parts, parts.rules, as_of
        self.past = Past(self.rules)
        duties = self.rules.duties
        owed = (duty_view(duties, *parts.duties_in),) if isinstance(duties, Duties) else ()
        self.rows = InMemory((*parts.views, *owed))
        self.now = datetime.min.replace(tzinfo=UTC)
        self.arose: dict[DutyId, str] = {}
        self._logs = [logs[name] for name in (*sorted(parts.reactions.follows), *parts.logs)]
        self._known = Known()
        self._steps = DutySteps(parts.needs)
        self._next: list[tuple[date, str, str, int]] = []
        """Days and keys of boundaries, the earliest first, each with its duty's stream; "" where it is no step of a duty."""
        self._others_noted: dict[tuple[date, str], tuple[tuple[str, ...], str]] = {}
        """Of boundaries that are no steps: what had changed when they were noted, and the object that this was of."""
        self._changed: dict[str, dict[str, None]] = {"": {}}
        """Objects of which something changed since it was looked, with the streams; one for what has no object."""
        self._noted = count()
        self._taken: set[str] = set()
        self._new = count()

    def run(self) -> dict[DutyId, Derived]:
        """Derive all duties from the logs."""
        for name, log in zip(self.parts.logs, self._logs[-len(self.parts.logs) :], strict=True):
            for recorded in log:
                if recorded.log == name and not is_fact(recorded.envelope):
                    self._known.learn(recorded)
        for recorded in in_order(self._logs, self.as_of):
            if recorded.log not in self.parts.logs:
                self.reach(recorded.envelope.time)
                self.read([recorded])
            elif is_fact(recorded.envelope):
                self.reach(recorded.envelope.time)
                self.read(self._given(recorded))
        self._take_boundaries(self.as_of)
        return {
            duty_id: Derived(self.past.state(f"duty/{duty_id}"), cause, self.past.history(f"duty/{duty_id}"))
            for duty_id, cause in self.arose.items()
        }

    def reach(self, at: datetime) -> None:
        """Let the clock come to an instant."""
        self.now = max(self.now, at)
        self._take_boundaries(day_of(at))

    # -- what is given

    def _given(self, recorded: Recorded) -> list[Recorded]:
        """Take a fact over as it stands, and derive what it does to duties."""
        envelope = recorded.envelope
        if is_duty(envelope):
            return self._waived(recorded)
        self.past.learn(envelope)
        self.past.place(envelope.id, recorded.index)
        submission = Submission(
            command=Command(at=envelope.occurredat), key=envelope.commandkey, actor=envelope.actor,
            role=envelope.data.role, recorded_at=envelope.time, correlation_id=envelope.correlationid,
            dnr=envelope.data.dnr,
        )  # fmt: skip
        mark = self.past.mark
        try:
            entries = list(
                duties_after(_shown(envelope), submission, self.past, self.rules, self.ids(()), approved_by=SHOWN)
            )
        except NotProven:  # it was accepted where the duty that it claims to end had not been opened: it ends none
            self.past.forget(mark)
            entries = []
        return [recorded, *self.stored(entries, (), envelope.id)]

    def _waived(self, recorded: Recorded) -> list[Recorded]:
        """A waiver lets go the duty that it names, if that is open."""
        envelope = recorded.envelope
        state: DutyState | None = self.past.state(envelope.subject)
        if state is None or state.end is not None:
            return []
        self.past.learn(envelope, state.object_id)
        self.past.place(envelope.id, recorded.index)
        return [recorded]

    # -- what follows

    def read(self, recorded: Iterable[Recorded]) -> None:
        """Fold events and answer them, and what comes of that."""
        queue = deque(recorded)
        while queue:
            event = queue.popleft()
            self.rows.fold(event)
            self._look_ahead(event)
            reactions = self.parts.reactions.to.get(type(event.event), ())
            commands = [c for reaction in reactions for c in reaction(event, self.rows, self.rules.authority)]
            cause = event.envelope.id if event.index < BEYOND else event.envelope.causationid or ""
            for key, command in keyed(event, commands):
                queue += self._decided(command, key, cause, event.envelope.time)

    def _decided(self, command: Command, key: str, cause: str, at: datetime) -> list[Recorded]:
        """Decide what a reaction or the clock wants, under the ids that it has where it stands recorded."""
        submission = Submission(
            command=command, key=key, actor="system", role=self.parts.role, recorded_at=max(at, self.now),
            correlation_id="", causation_id=cause,
        )  # fmt: skip
        mark, stored = self.past.mark, self._known.of(key)
        outcome = decide(submission, self.past, self.rules, self.ids(stored))
        if stored and isinstance(outcome, list) and not _are(outcome, stored):
            self.past.forget(mark)
            stored = stored[: _are(outcome[:1], stored[:1])]
            outcome = decide(submission, self.past, self.rules, self.ids(stored))
        return self.stored(outcome, stored, cause) if isinstance(outcome, list) else []

    def ids(self, stored: Iterable[Stored]) -> Iterator[str]:
        """Give the ids of what is decided: those that it has where it stands recorded."""
        return chain((each.id for each in stored), (f"{DERIVED}{n}" for n in self._new))

    def stored(self, entries: Iterable[Entry], stored: Iterable[Stored], cause: str) -> list[Recorded]:
        """Give decided events a place, and note what arose."""
        indexes = chain((each.index for each in stored), (BEYOND + n for n in self._new))
        found = []
        for entry, index in zip(entries, indexes, strict=False):
            self.past.place(entry.envelope.id, index)
            found.append(Recorded(entry.log, index, entry.envelope))
            duty_id = DutyId(entry.envelope.subject.removeprefix("duty/"))
            if entry.object_id is not None and duty_id not in self.arose:
                self.arose[duty_id] = cause
        return found

    # -- the clock

    def _look_ahead(self, event: Recorded) -> None:
        """Note a duty's steps, and that there may be other boundaries of what an event is about."""
        subject = event.subject
        row = self.rows.one(DutyRow, subject) if is_duty(event.envelope) else None
        for boundary in self._steps.of(row) if row else ():
            heappush(self._next, (boundary.on, boundary.key, subject, next(self._noted)))
        if self.parts.boundaries:
            object_id = row.object_id if row else subject.partition("/")[2]
            self._changed.setdefault(object_id, {})[subject] = None

    def _take_boundaries(self, today: date) -> None:
        """Take what has been reached, one day after the other, as the clock does."""
        while found := self._earliest(today):
            self._taken.update(boundary.key for boundary in found)
            came: list[Recorded] = []
            for boundary in found:
                came += self._decided(boundary.command, boundary.key, boundary.key, start_of(boundary.on))
            self.read(came)

    def _earliest(self, today: date) -> list[Boundary]:
        """Give the earliest day's boundaries up to today."""
        self._look_at_changed()
        first, found = today, dict[str, Boundary]()
        while self._next and self._next[0][0] <= first:
            on, key, subject, _ = heappop(self._next)
            boundary = None if key in self._taken else self._held(on, key, subject)
            if boundary is not None:
                first = on
                found[key] = boundary
        return sorted(found.values(), key=lambda b: b.key)

    def _look_at_changed(self) -> None:
        """Note the boundaries, up to the last day, of what has changed since."""
        changed, self._changed = self._changed, {}
        for object_id, streams in changed.items():
            for boundary in self._others((*streams, *self.past.duty_streams(object_id))):
                place = boundary.on, boundary.key
                if boundary.key not in self._taken and place not in self._others_noted:
                    self._others_noted[place] = tuple(streams), object_id
                    heappush(self._next, (*place, "", next(self._noted)))

    def _others(self, streams: Iterable[str]) -> list[Boundary]:
        rows = OfStreams(self.rows, streams)
        return [b for source in self.parts.boundaries for b in source.among(rows, self.as_of)]

    def _held(self, on: date, key: str, subject: str) -> Boundary | None:
        """Give a boundary that still is one; what it is of may have moved or ended since."""
        found: Iterable[Boundary] = ()
        if not subject:
            streams, object_id = self._others_noted.pop((on, key))
            found = self._others((*streams, *self.past.duty_streams(object_id)))
        elif (row := self.rows.one(DutyRow, subject)) is not None:
            found = self._steps.of(row)
        return next((b for b in found if b.key == key and b.on == on), None)


def _shown(envelope: Envelope) -> Envelope:
    """Read a correction as one that a second person has approved."""
    event = envelope.data
    if not isinstance(event, EventCorrected) or event.approved_by is not None:
        return envelope
    return envelope.model_copy(update={"data": event.model_copy(update={"approved_by": SHOWN})})


def _are(entries: Iterable[Entry], stored: Iterable[Stored]) -> bool:
    """Tell whether decided events are those that stand recorded."""
    derived = [(entry.envelope.subject, entry.envelope.type) for entry in entries]
    return derived == [(each.subject, each.type) for each in stored]

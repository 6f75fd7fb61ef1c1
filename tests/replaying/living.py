"""A service that lives in memory and keeps its logs as a real one does: indexes, keys of reactions and of the clock, times.

Its reactions can be switched off for a while: what should have followed then is what a replay must find.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from deploy.local.places import ROOT
from deploy.local.replaying.parts import parts_of
from shared.contracts.cloudevent import Envelope, Event, Recorded
from shared.contracts.values import DutyId
from shared.deciding import Command, Entry, Past, Refused, Submission, decide
from shared.log.duty_view import DutyRow, duty_view
from shared.log.ticking import DutySteps
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.stockholm import day_of, start_of
from shared.reacting import keyed
from shared.replaying.rows import InMemory

GOTLAND = ROOT / "deploy/authority/gotland.toml"


class Living:
    """One service and the logs that it follows."""

    def __init__(self, service: str, authority: Path = GOTLAND) -> None:
        self.parts = parts_of(service, authority)
        self.rules = self.parts.rules
        self.past = Past(self.rules)
        self.logs: dict[str, list[Recorded]] = {n: [] for n in (*self.parts.reactions.follows, *self.parts.logs)}
        duties = self.rules.duties
        assert isinstance(duties, Duties)
        self.duties = duties
        self.rows = InMemory((*self.parts.views, duty_view(duties, *self.parts.duties_in)))
        self.reacts = True
        self.ids = (f"01930000-0000-7000-8000-{n:012x}" for n in count())
        self.taken: set[str] = set()
        self.numbers = count()
        self.steps = DutySteps(self.parts.needs)

    # -- what happens

    def do(self, *commands: Command, on: datetime | None = None) -> "Living":
        """Let officers record something; each must be accepted. The clock has come to that time."""
        for command in commands:
            now = on or command.at
            self.until(day_of(now))
            refused = self._decide(command, f"key-{next(self.numbers)}", "staff-1", now, None)
            assert refused is None, f"{type(command).__name__} was refused: {refused}"
        return self

    def hear(self, log: str, subject: str, event: Event, on: datetime) -> "Living":
        """Read what another service recorded."""
        self.until(day_of(on))
        envelope = Envelope(
            specversion="1.0", id=next(self.ids), source="/gotland/other", type=event.TYPE, subject=subject, time=on,
            datacontenttype="application/json", occurredat=event.occurred_at(on), streamversion=1, actor="staff-9",
            commandkey=f"other-{next(self.numbers)}", correlationid="c", data=event,
        )  # fmt: skip
        recorded = Recorded(log, len(self.logs[log]), envelope)
        self.logs[log].append(recorded)
        self._read(recorded)
        return self

    def until(self, day: date) -> "Living":
        """Let the clock take each day's boundaries up to a day."""
        while found := sorted(self._boundaries(day), key=lambda b: (b.on, b.key)):
            self.taken.add(found[0].key)
            self._decide(found[0].command, found[0].key, "system", start_of(found[0].on), None)
        return self

    # -- what came of it

    def states(self) -> Mapping[DutyId, DutyState]:
        """Give all duties as they are recorded."""
        subjects = {r.subject for log in self.logs.values() for r in log if r.subject.startswith("duty/")}
        return {state.id: state for state in map(self.past.state, subjects)}

    def told(self) -> Sequence[Recorded]:
        """Give all that stands in its own logs."""
        return [recorded for log in self.parts.logs for recorded in self.logs[log]]

    # -- how

    def _boundaries(self, day: date) -> list[Any]:
        rows = [self.rows.one(DutyRow, f"duty/{id_}") for id_ in self.states()]
        found = [b for row in rows if row for b in self.steps.of(row)]
        found += [b for source in self.parts.boundaries for b in source.among(self.rows, day)]
        return [b for b in found if b.on <= day and b.key not in self.taken]

    def _decide(self, command: Command, key: str, actor: str, now: datetime, cause: str | None) -> Refused | None:
        submission = Submission(
            command=command, key=key, actor=actor, role=self.parts.role, recorded_at=now, correlation_id="c",
            causation_id=cause,
        )  # fmt: skip
        outcome = decide(submission, self.past, self.rules, self.ids)
        if isinstance(outcome, list):
            for recorded in [self._store(entry) for entry in outcome]:
                self._read(recorded)
            return None
        assert isinstance(outcome, Refused), outcome
        return outcome

    def _store(self, entry: Entry) -> Recorded:
        log = self.logs[entry.log]
        recorded = Recorded(entry.log, len(log), entry.envelope)
        log.append(recorded)
        self.past.place(entry.envelope.id, recorded.index)
        return recorded

    def _read(self, recorded: Recorded) -> None:
        self.rows.fold(recorded)
        if not self.reacts:
            return
        reactions = self.parts.reactions.to.get(type(recorded.event), ())
        commands = [c for each in reactions for c in each(recorded, self.rows, self.rules.authority)]
        for key, command in keyed(recorded, commands):
            self._decide(command, key, "system", recorded.envelope.time, recorded.envelope.id)

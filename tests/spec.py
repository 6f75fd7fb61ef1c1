"""given(events).when(command).then(events): a rule tried as data, through the very `decide` that the append runs.

`then` compares all events in order, duty events included, each without the fields that the shell adds (role, unit, dnr).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from shared.contracts.cloudevent import Envelope, Event
from shared.deciding import Command, Past, Refused, Rules, Submission, VersionTaken, decide
from shared.policy.role import Role
from shared.policy.stockholm import start_of

ACTOR = "staff-1"


def ids(start: int = 0) -> Iterator[str]:
    """Give readable UUIDv7s, one after the other: the n-th event's id ends in n."""
    return (f"01930000-0000-7000-8000-{n:012x}" for n in count(start))


def event_id(n: int) -> str:
    """Give the id of the n-th event of a story (0-based)."""
    return f"01930000-0000-7000-8000-{n:012x}"


@dataclass
class Story:
    """What has happened so far, told by commands, and what the next one does."""

    rules: Rules
    past: Past
    ids: Iterator[str]
    told: list[Envelope]
    role: Role

    def given(self, *commands: Command, on: datetime | None = None) -> "Story":
        """Let commands be carried out; each must be accepted. `on`: when they are recorded (their own `at` by default)."""
        for command in commands:
            outcome = self._do(command, on)
            assert isinstance(outcome, list), f"{type(command).__name__} was not accepted: {outcome}"
            self.tell([entry.envelope for entry in outcome])
        return self

    def when(self, command: Command, on: datetime | None = None) -> "Outcome":
        """Try one command."""
        return Outcome(self, self._do(command, on))

    def tell(self, envelopes: Sequence[Envelope]) -> None:
        """Let decided events stand in the log, one index after the other."""
        for envelope in envelopes:
            self.past.place(envelope.id, len(self.told))
            self.told.append(envelope)

    def state(self, subject: str) -> Any:
        """Give a stream's state as it is now."""
        return self.past.state(subject)

    def _do(self, command: Command, on: datetime | None) -> Any:
        submission = Submission(
            command=command, key=f"key-{len(self.told)}", actor=ACTOR, role=self.role, recorded_at=on or command.at,
            correlation_id="correlation",
        )  # fmt: skip
        return decide(submission, self.past, self.rules, self.ids)


@dataclass
class Outcome:
    """What came of a command."""

    story: Story
    outcome: Any

    def then(self, *expected: Event) -> Story:
        """All events that came, in order; their bookkeeping fields (role, unit, dnr) are not compared."""
        assert isinstance(self.outcome, list), f"refused: {self.outcome}"
        came = [bare(entry.envelope.data) for entry in self.outcome]
        assert came == [bare(event) for event in expected]
        self.story.tell([entry.envelope for entry in self.outcome])
        return self.story

    def then_of_its_own(self, *expected: Event) -> Story:
        """The events of the command's own stream, in order; what they did to duties is for another test."""
        assert isinstance(self.outcome, list), f"refused: {self.outcome}"
        assert [bare(event) for event in self.own()] == [bare(event) for event in expected]
        self.story.tell([entry.envelope for entry in self.outcome])
        return self.story

    def own(self) -> Sequence[Event]:
        """Give the events of the command's own stream."""
        assert isinstance(self.outcome, list), f"refused: {self.outcome}"
        return [entry.envelope.data for entry in self.outcome if entry.object_id is None]

    def events(self) -> Sequence[Event]:
        """Give the events that came, for assertions on single fields."""
        assert isinstance(self.outcome, list), f"refused: {self.outcome}"
        return [entry.envelope.data for entry in self.outcome]

    def refused(self, because: Refused) -> Story:
        """The rule said no, with this code and clause."""
        assert self.outcome == because
        return self.story

    def version_taken(self, actual: int) -> Story:
        """The stream had moved on."""
        assert self.outcome == VersionTaken(actual)
        return self.story


def bare(event: Event) -> Event:
    """Give an event without the fields that the shell adds."""
    return event.model_copy(update={"role": Role(""), "unit": "", "dnr": None})


def story(rules: Rules, role: Role) -> Story:
    """Begin with nothing."""
    return Story(rules=rules, past=Past(rules), ids=ids(), told=[], role=role)


def at(day: str, hour: int = 9) -> datetime:
    """Give an hour of a Stockholm day."""
    return start_of(datetime.fromisoformat(day).date()).replace(hour=hour)

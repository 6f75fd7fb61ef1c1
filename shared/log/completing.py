"""A command whose last events were lost: what it did to duties is derived again from the events that are there.

An append is whole in Postgres, but its end may not have reached Kafka before Postgres was restored to an earlier point. The
events that are there have been read by others and stay as they are; what they do to duties follows from them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, ClassVar

from typing_extensions import override

from shared.contracts.cloudevent import Envelope, Event
from shared.deciding import Command, Decider, Entry, Past, Refused, Rules, Submission, VersionTaken, decide


@dataclass(frozen=True, slots=True)
class Placed:
    """An event, its log and its index."""

    log: str
    index: int
    envelope: Envelope


class CannotComplete(Exception):
    """What is there of a cut command is not what this release would have decided."""

    def __init__(self, event: Placed) -> None:
        super().__init__(
            f"{event.log}: the command of index {event.index} was cut off by a restore, and this release decides its duties "
            "otherwise; start the release that wrote it, once, and then this one"
        )


class Again(Command):
    """An event that was decided, decided again."""

    AGAIN: ClassVar[bool] = True

    stream: str
    event: Any
    approved_by: str | None

    @property
    @override
    def subject(self) -> str:
        return self.stream


class Seeking(Past):
    """A past that says what it was asked for and had not been given."""

    def __init__(self, rules: Rules, subjects: frozenset[str], objects: frozenset[str]) -> None:
        super().__init__(rules)
        self.subjects, self.objects = set(subjects), set(objects)

    @override
    def state(self, subject: str) -> Any:
        self.subjects.add(subject)
        return super().state(subject)

    @override
    def version(self, subject: str) -> int:
        self.subjects.add(subject)
        return super().version(subject)

    @override
    def history(self, subject: str) -> Sequence[Envelope]:
        self.subjects.add(subject)
        return super().history(subject)

    @override
    def duties(self, object_: str) -> list[Any]:
        self.objects.add(object_)
        return super().duties(object_)


def missing(command: Sequence[Placed], past: Past, rules: Rules, ids: Iterator[str]) -> list[Entry]:
    """Give the duties' events that a cut command lacks, the last one marked as its end.

    `past` has what was there before the command. A later event of the decision itself cannot be derived: it was answered
    and is lost. Raises CannotComplete.
    """
    lacking: list[Entry] = []
    for event in command:
        if not event.envelope.subject.startswith("duty/"):
            there = [e for e in command if e.envelope.causationid == event.envelope.id]
            lacking += _after(event, there, past, rules, ids)
    if lacking:
        last = lacking[-1]
        lacking[-1] = replace(last, envelope=last.envelope.model_copy(update={"commandend": True}))
    return lacking


def _after(event: Placed, there: Sequence[Placed], past: Past, rules: Rules, ids: Iterator[str]) -> list[Entry]:
    """Decide an event again, under its own id, and give what is not there of what follows from it."""
    decided = decide(_again(event.envelope), past, _rules(event, rules), chain([event.envelope.id], ids))
    if isinstance(decided, Refused | VersionTaken) or not _same(decided[0].envelope, event.envelope):
        raise CannotComplete(event)
    left = list(there)
    lacking: list[Entry] = []
    for entry in decided[1:]:
        found = next((e for e in left if e.log == entry.log and _same(e.envelope, entry.envelope)), None)
        if found is None:
            lacking.append(replace(entry, envelope=entry.envelope.model_copy(update={"commandend": None})))
        else:
            left.remove(found)
    if left:
        raise CannotComplete(left[0])
    return lacking


def _same(one: Envelope, other: Envelope) -> bool:
    """Say whether two are the same step of the same stream."""
    return (one.subject, one.type, one.streamversion) == (other.subject, other.type, other.streamversion)


def _again(envelope: Envelope) -> Submission:
    event: Event = envelope.data
    return Submission(
        command=Again(
            at=envelope.occurredat,
            stream=envelope.subject,
            event=event,
            approved_by=getattr(event, "approved_by", None),
        ),
        key=envelope.commandkey,
        actor=envelope.actor,
        role=event.role,
        recorded_at=envelope.time,
        correlation_id=envelope.correlationid,
        dnr=event.dnr,
        causation_id=envelope.causationid,
    )


def _rules(event: Placed, rules: Rules) -> Rules:
    """The same rules, by which an event decides as itself."""
    decider = rules.by_category[event.envelope.subject.partition("/")[0]]
    itself: Decider[Any] = Decider(
        category=decider.category, log=event.log, initial=decider.initial, evolve=decider.evolve,
        decides={Again: lambda command, _state: [command.event]}, events=(),
    )  # fmt: skip
    return Rules(
        source=rules.source, authority=rules.authority, deciders=(*rules.deciders, itself), duties=rules.duties
    )

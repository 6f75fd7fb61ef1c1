"""Which of a service's events are given to a replay, and which it derives itself."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge

from shared.contracts.cloudevent import Envelope, Recorded
from shared.contracts.duty import DutyWaived
from shared.policy.stockholm import end_of

_FOLLOWS = re.compile(r"(tick/.+|[a-z-]+\.[a-z-]+/\d+/.+)")
"""Keys of the clock's commands and of reactions (`<log>/<index>/<command>/<stream>`)."""


def is_duty(envelope: Envelope) -> bool:
    """Tell whether an event is of a duty's life."""
    return envelope.subject.startswith("duty/")


def is_fact(envelope: Envelope) -> bool:
    """Tell whether somebody recorded it: a person, another system, a letter's way. The rest follows from it by rules.

    Of a duty's life only a waiver is one: it is a decision of somebody who may.
    """
    if is_duty(envelope):
        return isinstance(envelope.data, DutyWaived)
    return not (envelope.actor == "system" and _FOLLOWS.fullmatch(envelope.commandkey))


def in_order(logs: Sequence[Iterable[Recorded]], as_of: date) -> Iterator[Recorded]:
    """Give the events of several logs that were recorded by the end of a day, in the order in which they were recorded.

    Each log keeps its own order. At one instant the logs come in theirs: a service's reactions come out alike whichever of
    two logs is read first, but what a person did may rest on what was known from both.
    """
    until = end_of(as_of)

    def timed(rank: int, events: Iterable[Recorded]) -> Iterator[tuple[datetime, int, int, Recorded]]:
        latest: datetime | None = None
        for recorded in events:
            if recorded.envelope.time < until:
                latest = max(latest, recorded.envelope.time) if latest else recorded.envelope.time
                yield latest, rank, recorded.index, recorded

    for *_, recorded in merge(*(timed(rank, events) for rank, events in enumerate(logs))):
        yield recorded


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an event of a command stands, and which it is."""

    id: str
    index: int
    subject: str
    type: str


class Known:
    """What the rules recorded before, by the keys of the commands: what is derived again is the same event and has its id."""

    def __init__(self) -> None:
        self._of: dict[str, list[Stored]] = {}

    def learn(self, recorded: Recorded) -> None:
        """Take in a recorded event that is no fact."""
        e = recorded.envelope
        self._of.setdefault(e.commandkey, []).append(Stored(e.id, recorded.index, e.subject, e.type))

    def of(self, key: str) -> Sequence[Stored]:
        """Give the events of a command in their order."""
        return self._of.get(key, ())

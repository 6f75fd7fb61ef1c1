"""How an event becomes commands of another stream or service: pure, event by event, on rows that are already folded."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar

from shared.contracts.cloudevent import Event, Recorded
from shared.deciding import Command, Refused
from shared.policy.authority import Authority

R = TypeVar("R")


class Rows(Protocol):
    """The rows that reactions look at: those of each view's `working` set, as of the event that is reacted to."""

    def all(self, row: type[R]) -> Mapping[str, R]:
        """Give a view's working rows by stream name (`placement/<id>`)."""
        ...

    def get(self, row: type[R], key: str) -> R | None:
        """Give one working row."""
        ...

    def size(self, log: str) -> int:
        """Give how many events of a log the rows hold, the one that is reacted to among them."""
        ...


class Folded(Rows, Protocol):
    """All rows, where they lie in memory: what a replay asks for boundaries."""

    def one(self, row: type[R], key: str) -> R | None:
        """Give one row, whether or not reactions look at such rows."""
        ...


Reaction: TypeAlias = Callable[[Recorded, Rows, Authority], Iterable[Command]]
"""on_<event>(recorded, rows, authority) → commands of this service. Their `at` is when the cause is said to have happened."""


@dataclass(frozen=True, slots=True)
class Message:
    """An event that another system reports: its publisher, the CloudEvents `source` and `id`, and what it says."""

    publisher: str
    source: str
    id: str
    event: Event
    occurred_at: Any


Reported: TypeAlias = Callable[[Message, Rows, Authority], Command | Refused]
"""reported_<event>(message, rows, authority) → the command that it asks for, or why it can't be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """A service's reactions by event type, and what it takes from other systems' inboxes.

    `follows` are foreign logs with the event types read from each; own logs are always followed.
    """

    to: Mapping[type[Event], tuple[Reaction, ...]]
    follows: Mapping[str, tuple[type[Event], ...]] = field(default_factory=dict)
    inbox: Mapping[type[Event], Reported] = field(default_factory=dict)


def keyed(cause: Recorded, commands: Iterable[Command]) -> Iterator[tuple[str, Command]]:
    """Name each reaction by its cause and what it is about, not by its place: how many come before it is the views' knowledge.

    After a restore the same event is reacted to on rows that know more; what was done is then found under its name.
    """
    named: dict[str, int] = {}
    for command in commands:
        name = "/".join(filter(None, (type(command).__name__, command.subject, command.distinct)))
        named[name] = times = named.get(name, 0) + 1
        yield f"{cause.log}/{cause.index}/{name}" + (f"#{times}" if times > 1 else ""), command

"""The one port to where a service's logs lie. `PostgresStore` and `MemoryStore` pass the same contract test, races included."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it lies in a log; `object_id` is set for duties."""

    log: str
    index: int
    object_id: str | None
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A claim that is taken: by which stream, for which request, and the place of that command's last event."""

    owner: str
    digest: bytes
    log: str | None
    index: int | None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be stored under the index that it was given."""

    log: str
    index: int
    subject: str
    version: int
    object_id: str | None
    bytes: bytes


@dataclass(slots=True)
class Found:
    """What a group reads under the lock: streams and duties in index order, claims, the logs' ends, and the lead."""

    events: list[Stored] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    epoch: int = 0
    is_open: bool = False


class Group(Protocol):
    """An append in progress: the lock is held until the transaction ends."""

    async def read(
        self, subjects: Iterable[str], objects: Iterable[str], keys: Iterable[str], logs: Sequence[str]
    ) -> Found:
        """Read what a group of commands is decided on."""
        ...

    async def store(self, events: Sequence[NewEvent], claims: Mapping[str, Held], released: Mapping[str, str]) -> None:
        """Store what was decided; `released` are claims that the stream which had them gives back."""
        ...


class Store(Protocol):
    """Where a service's logs lie."""

    def group(self) -> AbstractAsyncContextManager[Group]:
        """Take the append lock; commit on leaving, roll back on an exception."""
        ...

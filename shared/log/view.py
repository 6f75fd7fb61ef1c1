"""A view is a fold per stream: one stream, one row. Joins happen in queries, so a rebuilt table equals the live one.

A view is a pair: `<view>.py` has the row's fold and the `View` below, `<view>.sql` beside it has its SQL: a query named
`table` that creates it (its name is the view's) with indexes and the query each serves, then the queries that are asked.
Rows are frozen dataclasses in the service's `domain/rows.py`; their field `key: str`, the stream's name, is the table's
primary key. A tuple, frozenset or dict in a row is a `jsonb` column. Views are derived: they have
no migrations, and one whose pair has changed is rebuilt at start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from shared.contracts.cloudevent import Recorded

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[R]):
    """One read model.

    `fold` gives the stream's row after an event that is already corrected (it never sees `EventCorrected`: when one comes,
    the row is folded anew from the stream's corrected history, unless it is `as_recorded`); None means that there is no row.
    `working` tells which rows reactions look at: those are kept in memory while the leader reacts.
    """

    name: str
    log: str
    category: str
    row: type[R]
    fold: Callable[[R | None, Recorded], R | None]
    sql: Path
    working: Callable[[R], bool] | None = None
    depends: str = ""
    """What else its rows are made by, beside the pair (the authority's file), as a digest."""
    also: tuple[str, ...] = ()
    """Other own logs whose streams of the category have rows here too: duties lie in the log of what they are about."""

    as_recorded: bool = False
    """It keeps events as they were recorded, `EventCorrected` among them, and leaves the reading to whoever asks."""

    only: Callable[[Recorded], bool] | None = None
    """Which events change its rows, where few do: no row is read for the others."""

    @property
    def logs(self) -> tuple[str, ...]:
        """All logs that it is folded from. A stream is in one of them, so the order of reading changes nothing."""
        return (self.log, *self.also)

    def takes(self, subject: str) -> bool:
        """Tell whether a stream has a row here; a view without a category takes every stream."""
        return not self.category or subject.startswith(f"{self.category}/")

    def wants(self, recorded: Recorded) -> bool:
        """Tell whether an event is folded here."""
        return self.takes(recorded.subject) and (self.only is None or self.only(recorded))


def nothing(_row: Any) -> bool:
    """No row is looked at by reactions."""
    return False

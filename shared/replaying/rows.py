"""A service's rows in memory, folded as its reactor folds them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from typing_extensions import override

from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import EventCorrected
from shared.correcting import as_corrected
from shared.log.view import View
from shared.reacting import Folded

R = TypeVar("R")


class InMemory(Folded):
    """The rows of all views by stream, and apart those that reactions look at."""

    def __init__(self, views: Sequence[View[Any]]) -> None:
        self._views = views
        self._rows: dict[type, dict[str, Any]] = {view.row: {} for view in views}
        self._working: dict[type, dict[str, Any]] = {view.row: {} for view in views}
        self._histories: dict[str, list[Recorded]] = {}
        self._sizes: dict[str, int] = {}

    def fold(self, recorded: Recorded) -> None:
        """Fold an event into the views that take it; after a correction the whole stream as it is now read."""
        history = self._histories.setdefault(recorded.subject, [])
        history.append(recorded)
        self._sizes[recorded.log] = recorded.index + 1
        for view in self._views:
            if recorded.log in view.logs and view.takes(recorded.subject):
                self._put(view, recorded.subject, self._folded(view, recorded, history))

    def _folded(self, view: View[Any], recorded: Recorded, history: Sequence[Recorded]) -> Any:
        if view.as_recorded or not isinstance(recorded.event, EventCorrected):
            return view.fold(self._rows[view.row].get(recorded.subject), recorded)
        places = {each.envelope.id: each.index for each in history}
        row = None
        for envelope in as_corrected(each.envelope for each in history):
            row = view.fold(row, Recorded(recorded.log, places[envelope.id], envelope))
        return row

    def _put(self, view: View[Any], key: str, row: Any) -> None:
        if row is None:
            self._rows[view.row].pop(key, None)
        else:
            self._rows[view.row][key] = row
        if row is not None and view.working is not None and view.working(row):
            self._working[view.row][key] = row
        else:
            self._working[view.row].pop(key, None)

    @override
    def all(self, row: type[R]) -> Mapping[str, R]:
        return self._working[row]

    @override
    def get(self, row: type[R], key: str) -> R | None:
        return self._working[row].get(key)

    @override
    def one(self, row: type[R], key: str) -> R | None:
        return self._rows[row].get(key)

    @override
    def size(self, log: str) -> int:
        return self._sizes.get(log, 0)

"""A service's rows in memory, folded as its reactor folds them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from typing_extensions import override

from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import EventCorrected
from shared.correcting import as_corrected
from shared.log.view import View, nothing
from shared.reacting import Folded

R = TypeVar("R")


class OfStreams(Folded):
    """All rows, of which only those of some streams are listed."""

    def __init__(self, rows: Folded, streams: Iterable[str]) -> None:
        self._known, self._streams = rows, dict.fromkeys(streams)

    @override
    def all(self, row: type[R]) -> Mapping[str, R]:
        found = ((stream, self._known.get(row, stream)) for stream in self._streams)
        return {stream: known for stream, known in found if known is not None}

    @override
    def get(self, row: type[R], key: str) -> R | None:
        return self._known.get(row, key)

    @override
    def one(self, row: type[R], key: str) -> R | None:
        return self._known.one(row, key)

    @override
    def size(self, log: str) -> int:
        return self._known.size(log)


class InMemory(Folded):
    """The rows of all views by stream, and apart those that reactions look at.

    A row that no reaction looks at is folded when a boundary asks for it: most never are.
    """

    def __init__(self, views: Sequence[View[Any]]) -> None:
        self._views = views
        self._rows: dict[type, dict[str, Any]] = {view.row: {} for view in views}
        self._working: dict[type, dict[str, Any]] = {view.row: {} for view in views}
        self._waiting: dict[type, dict[str, list[Recorded]]] = {view.row: {} for view in views}
        self._of: dict[type, View[Any]] = {view.row: view for view in views}
        self._takes: dict[tuple[str, str], tuple[View[Any], ...]] = {}
        self._histories: dict[str, list[Recorded]] = {}
        self._sizes: dict[str, int] = {}

    def fold(self, recorded: Recorded) -> None:
        """Fold an event into the views that take it; after a correction the whole stream as it is now read."""
        history = self._histories.setdefault(recorded.subject, [])
        history.append(recorded)
        self._sizes[recorded.log] = recorded.index + 1
        for view in self._views_of(recorded):
            if view.working is None or view.working is nothing:
                self._waiting[view.row].setdefault(recorded.subject, []).append(recorded)
            else:
                self._put(view, recorded.subject, self._folded(view, recorded, history))

    def _views_of(self, recorded: Recorded) -> tuple[View[Any], ...]:
        place = recorded.log, recorded.subject.partition("/")[0]
        if place not in self._takes:
            views = (view for view in self._views if recorded.log in view.logs and view.takes(recorded.subject))
            self._takes[place] = tuple(views)
        return self._takes[place]

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
        for recorded in self._waiting[row].pop(key, ()):
            view, history = self._of[row], self._histories[key]
            known = history[: history.index(recorded) + 1] if isinstance(recorded.event, EventCorrected) else ()
            self._put(view, key, self._folded(view, recorded, known))
        return self._rows[row].get(key)

    @override
    def size(self, log: str) -> int:
        return self._sizes.get(log, 0)

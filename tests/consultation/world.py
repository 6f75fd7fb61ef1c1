"""Consultation with what it follows: views folded and reactions answered event by event, in memory, as the reactor does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from services.consultation.domain.consultation import EVENTS
from services.consultation.domain.evidence.cited import ROWS
from services.consultation.domain.reactions import REACTIONS
from services.consultation.views import cited
from services.consultation.views.evidence import as_pack
from shared.contracts.cloudevent import Envelope, Event, Recorded
from shared.contracts.duty import EventCorrected
from shared.deciding import Command
from tests.authorities import authority
from tests.consultation.stories import consultation
from tests.spec import at, event_id

R = TypeVar("R")


class World:
    """One authority's consultation, and the logs that it follows."""

    def __init__(self) -> None:
        self.story = consultation()
        self.rows: dict[type[Any], dict[str, Any]] = {view.row: {} for view in cited.VIEWS}
        self.sizes: dict[str, int] = {}
        self.delayed: list[Command] | None = None
        """Where it is a list, what events call for waits in it: the reactor is busy."""

    def all(self, row: type[R]) -> Mapping[str, R]:
        """Give a view's rows."""
        return self.rows[row]

    def get(self, row: type[R], key: str) -> R | None:
        """Give one row."""
        return self.all(row).get(key)

    def size(self, log: str) -> int:
        """Give how many events of a log are known."""
        return self.sizes.get(log, 0)

    def does(self, *commands: Command) -> "World":
        """Carry out commands at their own time, read what came of them, and what that calls for."""
        for command in commands:
            before = len(self.story.told)
            self.story.given(command)
            self.read(self.story.told[before:])
        return self

    def read(self, envelopes: Sequence[Envelope]) -> None:
        """Read the next events of our own log."""
        for envelope in envelopes:
            self._take(EVENTS, envelope)

    def hear(self, log: str, envelopes: Iterable[Envelope]) -> "World":
        """Read the next events of another service's log."""
        for envelope in envelopes:
            if isinstance(envelope.data, (*REACTIONS.follows[log], EventCorrected)):
                self._take(log, envelope)
            else:
                self.sizes[log] = self.size(log) + 1  # passed over
        return self

    def _take(self, log: str, envelope: Envelope) -> None:
        recorded = Recorded(log, self.size(log), envelope)
        self.sizes[log] = recorded.index + 1
        for view in cited.VIEWS:
            if view.log == log:
                row: Any = view.fold(self.rows[view.row].get(recorded.subject), recorded)
                if row is not None:
                    self.rows[view.row][recorded.subject] = row
        for reaction in REACTIONS.to.get(type(recorded.event), ()):
            commands = reaction(recorded, self, authority())
            if self.delayed is None:
                self.does(*commands)
            else:
                self.delayed += commands

    def catch_up(self) -> "World":
        """Carry out what has waited."""
        waited, self.delayed = self.delayed or [], None
        return self.does(*waited)

    def pack(self, version: int | str, year: int = 2026, today: str = "2026-12-31") -> dict[str, Any]:
        """Give a version of a year's pack, as HTTP answers it."""
        rows: list[tuple[str, Any]] = [(log, row) for log, kind in ROWS.items() for row in self.all(kind).values()]
        asked = {
            "key": f"consultation/{year}/{version}", "year": str(year), "version": str(version), "sizes": self.sizes,
            "cited": [
                {"log": log, "key": row.key, "events": [{"index": e.index, "event": e.event} for e in row.events]}
                for log, row in reversed(rows)
            ],
        }  # fmt: skip
        return as_pack(asked, at(today).date(), authority(), "sv")


def happened(log: str, subject: str, *events: tuple[str, Event], first: int = 5_000) -> list[Envelope]:
    """Give events of a stream of another service, each recorded on its day; `first` numbers their ids."""
    return [
        Envelope(
            specversion="1.0", id=event_id(first + version), source=f"/gotland/{log.partition('.')[0]}",
            type=event.TYPE, subject=subject, time=at(day), datacontenttype="application/json",
            occurredat=event.occurred_at(at(day)), streamversion=version, actor="system", commandkey="key",
            commandend=True, correlationid="correlation", data=event,
        )
        for version, (day, event) in enumerate(events, 1)
    ]  # fmt: skip

"""The year as it goes: one day at a time, and no day before the suite has done all that the last one asked for."""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as hour
from functools import partial
from hashlib import sha256
from typing import Any

from deploy.local.explained import Explained
from deploy.local.story.ledger import Ledger
from deploy.local.story.office import Office
from deploy.local.story.others import OtherSystems
from deploy.local.story.stage import Stage, set_clock
from shared.http.language import Language, Text
from shared.policy.stockholm import ZONE

SETTLES_WITHIN_S = 60.0
LOOK_S = 0.02
OPENS = hour(8)
DUTIES_READ_BY: Mapping[str, str] = {
    "registry": "registry-officer",
    "placements": "social-board",
    "procurement": "procurement-office",
    "consultation": "executive-office",
}

Tell = Callable[[date | None, str], None]


class StandsStill(Explained):
    """The suite did not do what a day asks for."""


@dataclass(frozen=True, slots=True)
class Act:
    """What is done on a day, and how it is told; an empty text: it is not."""

    on: date
    text: Text
    does: tuple[Callable[[], None], ...]


def act(on: str, sv: str, en: str, *does: Callable[[], None]) -> Act:
    """Make one row of a chapter's table; without a deed it tells what comes by itself."""
    return Act(date.fromisoformat(on), Text(sv, en), does)


@dataclass
class World:
    """All that the chapters work with."""

    stage: Stage
    others: OtherSystems
    language: Language
    tell: Tell
    today: date
    ledger: Ledger = field(default_factory=Ledger)
    enterprises: dict[str, str] = field(default_factory=dict)
    """The story's name of an enterprise → its id."""
    contacts: dict[str, str] = field(default_factory=dict)
    reported: list[str] = field(default_factory=list)
    """The ids of the messages that other systems sent; one that is sent again stands here again."""
    when_recognised: list[Callable[[str], None]] = field(default_factory=list)
    """What the other chapters do when an enterprise is recognised, and when it loses that."""
    when_withdrawn: list[Callable[[str], None]] = field(default_factory=list)
    when_tender: list[Callable[[str, str], None]] = field(default_factory=list)
    """What they do when a tender (its key) is planned, published or cancelled."""
    _ids: int = 0
    _next: date | None = None

    def __post_init__(self) -> None:
        self.office = Office(self.stage, self.language)

    @property
    def now(self) -> datetime:
        """Give the instant of this morning."""
        return datetime.combine(self.today, OPENS, tzinfo=ZONE)

    def new_id(self) -> str:
        """Give a UUIDv7 of today, as another system makes them: the same in every run."""
        self._ids += 1
        digest = sha256(f"medverka demo {self._ids}".encode()).hexdigest()
        millis = int(self.now.timestamp() * 1000)
        return str(uuid.UUID(f"{millis:012x}7{digest[:3]}8{digest[3:6]}{digest[6:18]}"))

    def dnr(self, what: str) -> str:
        """Give a diary number of the year."""
        self._ids += 1
        return f"EXEMPEL {what} {self.today.year}/{self._ids}"

    def decision(self, what: str, role: str, **more: str) -> dict[str, str]:
        """Give a decision of today, as requests name one."""
        return {"dnr": self.dnr(what), "decidedOn": self.today.isoformat(), "decidedByRole": role, **more}

    def document(self, what: str, on: date | None = None, secrecy: str = "none") -> dict[str, str]:
        """Give a diarised document, as requests name one."""
        dnr = self.dnr(what)
        digest = sha256(dnr.encode()).hexdigest()
        return {"dnr": dnr, "sha256": digest, "diarisedOn": (on or self.today).isoformat(), "secrecy": secrecy}

    # -- time

    def begin(self) -> None:
        """Wait for the suite on the first day: a leader is ready before it has made the tables of its views."""
        for service, role in DUTIES_READ_BY.items():
            self.wait_for(f"an answer of {service}", partial(self.office.answers, service, "/v1/duties", role=role))
        self.ledger.reach(self.today)
        self.settle()

    def go_to(self, day: date) -> None:
        """Let days pass, and stop wherever a boundary lies."""
        while self.today < day:
            self.today = min(filter(None, (day, self._next, self.ledger.next_after(self.today))))
            set_clock(self.stage.clock, self.now)
            self.ledger.reach(self.today)
            self.settle()

    def play(self, acts: Iterable[Act]) -> None:
        """Do what the chapters say, day by day."""
        self.begin()
        for each in sorted(acts, key=lambda one: one.on):  # stable: within a day, as the chapters have it
            self.go_to(each.on)
            if each.text.sv:
                self.tell(self.today, each.text.said(self.language))
            for do in each.does:
                do()
            self.settle()

    def settle(self) -> None:
        """Wait until just the duties are open that should be, due when they should be, with no boundary left up to today."""
        deadline = time.monotonic() + SETTLES_WITHIN_S
        while True:
            rows = {row["id"]: row for row in self.open_duties()}
            late = {id_ for id_, row in rows.items() if row["nextOn"] and row["nextOn"] <= self.today.isoformat()}
            found = {id_: date.fromisoformat(row["dueOn"]) if row["dueOn"] else None for id_, row in rows.items()}
            wanted = self.ledger.open()
            if found == wanted and not late:
                self._next = min(
                    (date.fromisoformat(row["nextOn"]) for row in rows.values() if row["nextOn"]), default=None
                )
                return
            if time.monotonic() > deadline:
                raise StandsStill(self._difference(found, wanted, late))
            time.sleep(LOOK_S)

    def open_duties(self) -> list[dict[str, Any]]:
        """Ask the services for all duties that are open."""
        return [
            row
            for service, role in DUTIES_READ_BY.items()
            for row in self.office.all(service, "/v1/duties", role=role, open="true")
        ]

    def duties(self) -> dict[str, dict[str, Any]]:
        """Ask the services for all duties, by their ids."""
        return {
            row["id"]: row
            for service, role in DUTIES_READ_BY.items()
            for row in self.office.all(service, "/v1/duties", role=role)
        }

    def _difference(self, found: Mapping[str, date | None], wanted: Mapping[str, date | None], late: set[str]) -> str:
        other_day = {id_ for id_ in found.keys() & wanted.keys() if found[id_] != wanted[id_]}
        wrong = {
            "missing": wanted.keys() - found.keys(),
            "not expected": found.keys() - wanted.keys(),
            "due on another day": other_day,
            "not stepped on": late,
        }
        parts = [f"{what}: {', '.join(sorted(ids))}" for what, ids in wrong.items() if ids]
        return (
            f"the suite stands still on {self.today}: {'; '.join(parts)}; see the services' logs, and ./medverka check"
        )

    def wait_for(self, what: str, look: Callable[[], Any]) -> Any:
        """Wait until something that follows from elsewhere can be seen."""
        deadline = time.monotonic() + SETTLES_WITHIN_S
        while not (found := look()):
            if time.monotonic() > deadline:
                raise StandsStill(f"{what} was not seen on {self.today}; see the services' logs, and ./medverka check")
            time.sleep(LOOK_S)
        return found

    def at(self, day: date, clock: str = "10:00") -> str:
        """Give an instant of a day as requests have it."""
        return datetime.combine(day, hour.fromisoformat(clock), tzinfo=ZONE).isoformat()

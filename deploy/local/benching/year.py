"""A year of an authority, or a slice of one: officers' commands decided by the services' own rules, and all that follows.

What a service would have recorded is made by running it in memory: its deciders, reactions, duties and clock, under indexes and
ids of its own. Nobody in it exists.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple

import uuid_utils
from typing_extensions import override

from deploy.local.benching.wises import BRANCHES, recognition
from deploy.local.places import AUTHORITY
from deploy.local.replaying.parts import parts_of
from services.placements.domain.course import StartPlacement
from services.placements.domain.purchase import ReportPurchase
from services.procurement.domain.tender_commands import PublishTender
from shared.contracts.cloudevent import Recorded
from shared.contracts.placements import Price
from shared.contracts.procurement import Buyer, Lot
from shared.contracts.values import DecisionRef, I18n, Id, Money
from shared.deciding import Command, Entry, Submission, decide
from shared.policy.authority import load
from shared.policy.stockholm import start_of
from shared.replaying.facts import Stored
from shared.replaying.running import Logs, Running

FIRST = date(2026, 1, 12)
LAST = date(2026, 12, 31)
DAYS = 340
OWN = load(AUTHORITY).buyers[0].number


class NotAccepted(Exception):
    """A command of the year was refused: the year would be another one."""


class Slice(NamedTuple):
    """How much of a year: every tender is judged for every WISE."""

    wises: int
    tenders: int
    places: int


class Lived(Running):
    """A service that lives in memory, and keeps what it records."""

    def __init__(self, service: str, authority: Path) -> None:
        parts = parts_of(service, authority)
        followed = (*parts.reactions.follows, *parts.logs)
        super().__init__(parts, dict[str, Sequence[Recorded]].fromkeys(followed, ()), LAST)
        self.written: dict[str, list[Recorded]] = {log: [] for log in parts.logs}
        self._commands = count()

    def do(self, command: Command) -> None:
        """Let an officer record something at its time. Raises NotAccepted."""
        self.reach(command.at)
        submission = Submission(
            command=command, key=f"year/{next(self._commands)}", actor="officer", role=self.parts.role,
            recorded_at=command.at, correlation_id=str(uuid_utils.uuid7()), dnr="LK 1",
        )  # fmt: skip
        entries = decide(submission, self.past, self.rules, self.ids(()))
        if not isinstance(entries, list):
            raise NotAccepted(f"{type(command).__name__} was answered {entries}")
        self.read(self.stored(entries, (), ""))

    def hear(self, recorded: Iterable[Recorded]) -> None:
        """Read what another service recorded, at its time."""
        follows = tuple(event for events in self.parts.reactions.follows.values() for event in events)
        for each in recorded:
            if isinstance(each.event, follows):
                self.reach(each.envelope.time)
                self.read([each])

    @override
    def ids(self, stored: Iterable[Stored]) -> Iterator[str]:
        while True:
            yield str(uuid_utils.uuid7())

    @override
    def stored(self, entries: Iterable[Entry], stored: Iterable[Stored], cause: str) -> list[Recorded]:
        found = []
        for entry in entries:
            log = self.written[entry.log]
            recorded = Recorded(entry.log, len(log), entry.envelope)
            self.past.place(entry.envelope.id, recorded.index)
            log.append(recorded)
            found.append(recorded)
        return found


def year(size: Slice, authority: Path) -> Logs:
    """Give the logs of all three services at the year's end."""
    registry, procurement, placements = (Lived(each, authority) for each in ("registry", "procurement", "placements"))
    wises: list[Id] = []
    for number in range(size.wises):
        for submission in recognition(number, start_of(FIRST)):
            registry.do(submission.command)
        wises.append(Id(registry.written["registry.events"][-1].subject.partition("/")[2]))
    told = registry.written["registry.events"][:]
    for service in (procurement, placements):
        service.hear(told)
    for n in range(size.tenders):
        procurement.do(_tender(n, _spread(n, size.tenders)))
    for n in range(size.places):
        on = _spread(n, size.places)
        bought = _place(wises[n % len(wises)], on)
        placements.do(bought)
        placements.do(StartPlacement(at=on, placement_id=bought.placement_id, started_on=on.date()))
    for service in (registry, procurement, placements):
        service.reach(start_of(LAST))
    return registry.written | procurement.written | placements.written


def _spread(n: int, of: int) -> datetime:
    """Give the n-th one's time: in equal steps over the year, in office hours."""
    return start_of(FIRST + timedelta(days=1 + n * DAYS // of)).astimezone(UTC) + timedelta(hours=9)


def _tender(n: int, at: datetime) -> PublishTender:
    """Give a tender of one lot, in a branch of its own turn, that closes forty days later."""
    lot = Lot(
        lot_id="LOT-0001", nature="supplies", cpv=(BRANCHES[1 + n % (len(BRANCHES) - 1)],), deadline_kind="tenders",
        deadline=at.date() + timedelta(days=40),
    )  # fmt: skip
    return PublishTender(
        at=at, tender_id=Id(str(uuid_utils.uuid7())), published_at=at, title=I18n(sv=f"Upphandling {n}"),
        buyers=(Buyer(organisation_number=OWN),), lots=(lot,), procedure_type="open", regime="lou-directive",
        source="ted", notice_digest="ab" * 32,
    )  # fmt: skip


def _place(enterprise_id: Id, at: datetime) -> ReportPurchase:
    return ReportPurchase(
        at=at, placement_id=Id(str(uuid_utils.uuid7())), subject_ref=Id(str(uuid_utils.uuid7())),
        enterprise_id=enterprise_id, place_kind="arbetstraning", basis="lou-reserved-4-18", purchased_on=at.date(),
        planned_start=at.date(), recognition_at_purchase="recognised",
        decision=DecisionRef(
            dnr="SN 1", decided_on=at.date(), decided_by_role="social-board", delegation_point="7.2",
        ),
        price=Price(money=Money(amount="450.00", currency="SEK", vat="excluded"), per="day"),
    )  # fmt: skip

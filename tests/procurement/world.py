"""Procurement in memory: both logs, the rows, the reactions and the clock, through the same `decide`, folds and reactions.

What stands in for the shell is a list: no lock, no database, no Kafka.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar, cast

from services.procurement.domain.boundaries import Closing, lapses
from services.procurement.domain.lots import closing_day
from services.procurement.domain.reactions import REACTIONS
from services.procurement.domain.rules import rules
from services.procurement.views.approval import APPROVAL
from services.procurement.views.contact import CONTACT
from services.procurement.views.enterprise import ENTERPRISE
from services.procurement.views.guidance import GUIDANCE
from services.procurement.views.guidance_letter import GUIDANCE_LETTER
from services.procurement.views.knowledge import KNOWLEDGE
from services.procurement.views.knowledge_years import KnowledgeYears
from services.procurement.views.letter import LETTER
from services.procurement.views.outreach import OUTREACH
from services.procurement.views.reach import REACH
from services.procurement.views.tender import TENDER
from services.procurement.views.told import TOLD
from shared.contracts.cloudevent import Envelope, Event, Recorded
from shared.contracts.duty import Change, CorrectedRef, EventCorrected
from shared.contracts.values import DutyId
from shared.correcting import as_corrected
from shared.deciding import Command, Entry, Past, Refused, Rules, Submission, decide
from shared.log.duty_view import duty_view
from shared.log.view import View
from shared.policy.duty.commands import OpenDuty, TakeStep
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import PROCUREMENT_OFFICE
from shared.policy.stockholm import start_of
from tests.authorities import authority
from tests.procurement.stories import PAIR
from tests.spec import ids

R = TypeVar("R")
VIEWS: tuple[View[Any], ...] = (
    TENDER, ENTERPRISE, OUTREACH, REACH, CONTACT, TOLD, LETTER, APPROVAL, KNOWLEDGE, GUIDANCE, GUIDANCE_LETTER,
)  # fmt: skip
REGISTRY = "registry.events"
DUTIES_IN = ("procurement.events", "procurement.outreach")


@dataclass
class InMemory:
    """The rows of all views by stream; reactions get those that are working."""

    views: Sequence[View[Any]]
    rows: dict[type, dict[str, Any]] = field(default_factory=dict)
    histories: dict[str, list[Envelope]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows |= {view.row: {} for view in self.views}

    def fold(self, recorded: Recorded) -> None:
        """Fold an event into its view, the whole stream after a correction."""
        history = self.histories.setdefault(recorded.subject, [])
        history.append(recorded.envelope)
        for view in self.views:
            if recorded.log in view.logs and view.takes(recorded.subject):
                row = self.one(view.row, recorded.subject)
                if isinstance(recorded.event, EventCorrected):
                    row = None
                    for envelope in as_corrected(history):
                        row = view.fold(row, Recorded(recorded.log, 0, envelope))
                else:
                    row = view.fold(row, recorded)
                self.rows.setdefault(view.row, {})[recorded.subject] = row

    def all(self, row: type[R]) -> Mapping[str, R]:
        """Give a view's working rows."""
        working = next(view.working for view in self.views if view.row is row)
        return {
            key: each for key, each in self.rows.get(row, {}).items() if each is not None and working and working(each)
        }

    def get(self, row: type[R], key: str) -> R | None:
        """Give one working row."""
        return self.all(row).get(key)

    def one(self, row: type[R], key: str) -> R | None:
        """Give one row, whether or not reactions look at such rows."""
        return cast("R | None", self.rows.get(row, {}).get(key))

    def size(self, log: str) -> int:
        """No reaction here looks at how much is known."""
        raise NotImplementedError(log)


class World:
    """One authority's procurement."""

    def __init__(self, rules_: Rules | None = None, *, clause: str = "GS-6") -> None:
        self.clause = clause
        """Whose duties are looked at; those of other clauses live beside them."""
        self.rules = rules_ or rules(authority())
        self.past = Past(self.rules)
        assert isinstance(self.rules.duties, Duties)
        self.rows = InMemory((*VIEWS, duty_view(self.rules.duties, *DUTIES_IN)))
        self.ids = ids()
        self.indexes = count()
        self.log: list[Recorded] = []
        """All that was recorded, registry's events too, in the order in which it was read here."""
        self.refusals: list[Refused] = []
        self.lag: datetime | None = None
        """When reactions come to what was recorded; at once by default."""
        self.years = KnowledgeYears(self.rules.authority.duties_from)
        self.began: set[str] = set()
        """The years of enterprises that the clock has taken."""

    # -- what happens

    def do(self, *commands: Command, on: datetime | None = None) -> "World":
        """Let officers' commands be accepted and everything follow from them; `on`: when they are recorded."""
        for command in commands:
            outcome = self.decide(command, on)
            assert isinstance(outcome, list), f"{type(command).__name__} was refused: {outcome}"
            self.read(outcome)
        return self

    def refused(self, command: Command) -> Refused:
        """Give why a command is refused."""
        outcome = self.decide(command, None)
        assert isinstance(outcome, Refused), f"{type(command).__name__} was accepted: {outcome}"
        return outcome

    def hears(self, *events: Event, on: datetime | None = None) -> "World":
        """Read what registry recorded, on the day that its event says by default."""
        for event in events:
            self.take(self.of_registry(event, on))
        return self

    def of_registry(self, event: Any, on: datetime | None = None) -> Recorded:
        """Put the envelope around an event of registry."""
        said = getattr(event, "valid_from", None) or getattr(event, "as_of", None)
        occurred = event.occurred_at(otherwise=on or start_of(said or date(2026, 1, 1)))
        subject = f"enterprise/{getattr(event, 'survivor_id', None) or event.enterprise_id}"
        version = len(self.rows.histories.get(subject, ())) + 1
        return Recorded(REGISTRY, next(self.indexes), Envelope(
            specversion="1.0", id=next(self.ids), source="/gotland/registry", type=event.TYPE, subject=subject,
            time=on or occurred, datacontenttype="application/json", occurredat=occurred, streamversion=version,
            actor="staff-2", commandkey="k", correlationid="c", data=event,
        ))  # fmt: skip

    def hears_correction(self, cited: Recorded, *changes: Change, on: datetime) -> "World":
        """Read that registry corrected an event; without changes it never happened."""
        event = EventCorrected(
            corrects=CorrectedRef(event_id=cited.envelope.id, stream=cited.subject, index=cited.index),
            kind="wrong-date" if changes else "never-happened", changes=changes, reason="Fel", corrected_by="staff-2",
        )  # fmt: skip
        news = {"id": next(self.ids), "type": event.TYPE, "time": on, "occurredat": on, "data": event}
        self.take(Recorded(cited.log, next(self.indexes), cited.envelope.model_copy(update=news)))
        return self

    def take(self, recorded: Recorded) -> None:
        """Fold and answer one event, and everything that follows."""
        self.log.append(recorded)
        self.rows.fold(recorded)
        for command in self.reactions(recorded):
            outcome = self.decide(command, self.lag or recorded.envelope.time)
            if isinstance(outcome, Refused):
                self.refusals.append(outcome)
            else:
                self.read(outcome)

    def reactions(self, recorded: Recorded) -> list[Command]:
        """Give the commands that follow from an event, on the rows as they are now."""
        reactions = REACTIONS.to.get(type(recorded.event), ())
        return [c for reaction in reactions for c in reaction(recorded, self.rows, self.rules.authority)]

    def decide(self, command: Command, on: datetime | None) -> Any:
        """Decide one command on all that there is."""
        return decide(
            Submission(
                command=command, key=f"key-{len(self.log)}", actor="staff-1", role=PROCUREMENT_OFFICE,
                recorded_at=on or command.at, correlation_id="correlation",
            ),
            self.past, self.rules, self.ids,
        )  # fmt: skip

    def read(self, entries: Sequence[Entry]) -> None:
        """Fold and answer what was decided, event by event."""
        for entry in entries:
            index = next(self.indexes)
            self.past.place(entry.envelope.id, index)
            self.take(Recorded(entry.log, index, entry.envelope))

    def until(self, day: str) -> "World":
        """Let the clock take every boundary up to a day's 00:00, the earliest first."""
        last = date.fromisoformat(day)
        while (step := min(self._boundaries(last), key=lambda each: each[0], default=None)) is not None:
            self.do(step[1])
            if isinstance(step[1], OpenDuty):
                self.began.add(step[1].object_id)
        return self

    def _boundaries(self, last: date) -> Iterable[tuple[date, Command]]:
        duties = self.rules.duties
        assert isinstance(duties, Duties)
        for duty in self.every_duty:
            following = duties.next_step(duty)
            if following is not None and following[0] <= last:
                on, name = following
                yield on, TakeStep(
                    at=start_of(on), duty_id=duty.id, object_id=duty.object_id, step=name, on=on, due=duty.due_on
                )  # fmt: skip
        for year in self.years.among(self.rows, last):
            if isinstance(year.command, OpenDuty) and year.command.object_id not in self.began:
                yield year.on, year.command
        for lapse in lapses(self.closings, last):
            yield lapse.on + timedelta(days=1), lapse

    # -- what came of it

    @property
    def closings(self) -> list[Closing]:
        """The open duties whose lots close."""
        found = []
        for duty in self.duties.values():
            closes = self.past.state(f"outreach/{duty.object_id}").closes if duty.clause == "GS-6" else None
            if duty.end is None and duty.due_on is not None and closes is not None:
                found.append(Closing(
                    duty_id=duty.id, object_id=duty.object_id, due_on=duty.due_on, closes_on=closing_day(closes)
                ))  # fmt: skip
        return found

    @property
    def every_duty(self) -> list[DutyState]:
        """All duties as they are now, of whatever clause."""
        streams = dict.fromkeys(r.subject for r in self.log if r.subject.startswith("duty/"))
        return [self.past.state(stream) for stream in streams]

    @property
    def duties(self) -> dict[DutyId, DutyState]:
        """The clause's duties as they are now, by id."""
        return {state.id: state for state in self.every_duty if state.clause == self.clause}

    def duty(self, stage: str = "published", n: int | None = None, pair: str | None = None) -> DutyState:
        """Give the duty of the one pair, or its n-th one."""
        id_ = f"gs-6.{stage}/{pair or PAIR}" + (f"/{n}" if n else "")
        return self.duties[DutyId(id_)]

    def told(self, kind: type[Event]) -> list[Any]:
        """Give what was recorded of a kind, in order; of duties, the clause's."""
        own = f"duty/{self.clause.lower()}."
        told = [r for r in self.log if isinstance(r.event, kind)]
        return [r.event for r in told if not r.subject.startswith("duty/") or r.subject.startswith(own)]

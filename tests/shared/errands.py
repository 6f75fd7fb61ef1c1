"""An invented aggregate to try duties with: an errand is asked for, then run, put off, called off, or too late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias

from typing_extensions import override

from shared.contracts.cloudevent import Event
from shared.contracts.duty import EventCorrected
from shared.contracts.values import Day, DocumentRef, DutyId, StaffRef
from shared.correction import CorrectEvent, correct
from shared.deciding import Command, Decider, Decision, Happening, Past, Rules
from shared.policy.authority import Authority
from shared.policy.clause import GS_4, Clause
from shared.policy.duty.definition import Duty, Following, duty
from shared.policy.duty.due import Due, after
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import SOCIAL_BOARD
from shared.policy.stockholm import start_of
from tests.authorities import authority
from tests.spec import Story, at, story

LOG = "errands.events"
ERRAND = "e1"


class Asked(Event):
    """Somebody asked for an errand; `until`: the last day on which running it is of any use."""

    TYPE = "se.medverka.Asked.v1"
    OCCURS = "asked_on"

    asked_on: Day
    due_on: Day | None = None
    until: Day | None = None


class Run(Event):
    """It was run."""

    TYPE = "se.medverka.Run.v1"
    OCCURS = "run_on"

    run_on: Day
    duty_id: DutyId
    document: DocumentRef | None = None


class PutOff(Event):
    """It may wait."""

    TYPE = "se.medverka.PutOff.v1"
    OCCURS = "put_off_on"

    put_off_on: Day
    due_on: Day


class CalledOff(Event):
    """Nobody needs it any more."""

    TYPE = "se.medverka.CalledOff.v1"
    OCCURS = "called_off_on"

    called_off_on: Day


class AskedAgain(Event):
    """It is needed once more."""

    TYPE = "se.medverka.AskedAgain.v1"
    OCCURS = "asked_on"

    asked_on: Day
    due_on: Day


ErrandEvent: TypeAlias = Asked | Run | PutOff | CalledOff | AskedAgain | EventCorrected


class Say(Command):
    """Record an event of the errand as it is."""

    event: Event
    approved_by: StaffRef | None = None

    @property
    @override
    def subject(self) -> str:
        return f"errand/{ERRAND}"


class Correct(CorrectEvent):
    """Correct one."""

    @property
    @override
    def subject(self) -> str:
        return f"errand/{ERRAND}"


def _say(command: Say, _state: tuple[Event, ...]) -> Decision:
    return [command.event]


def _evolve(state: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    return (*state, event)


def asked(past: Past) -> Sequence[Event]:
    """Give all events of the errand."""
    told: tuple[Event, ...] = past.state(f"errand/{ERRAND}")
    return told


def due_by_event(happening: Happening, trigger: date, authority: Authority) -> Due:
    """Give the day that the event names; otherwise the local term."""
    named: date | None = getattr(happening.event, "due_on", None)
    return Due(named, ()) if named else after(trigger, "follow-up.first", authority)


def moved(happening: Happening, owed: DutyState, _authority: Authority) -> Due | None:
    """Give the last day that was named."""
    named = [e.due_on for e in asked(happening.past) if isinstance(e, (Asked, PutOff)) and e.due_on]
    return Due(named[-1] if named else owed.due_on, ())


def again_every_week(owed: DutyState, _past: Past, _authority: Authority) -> Following | None:
    """Give the next one, a week later."""
    n = (owed.ordinal or 0) + 1
    return Following(WEEKLY, str(n), n, owed.trigger_event_id, Due((owed.due_on or date.min) + timedelta(days=7), ()))


def errand(clause: Clause = GS_4, kind: str = "first", **fields: object) -> Duty:
    """Make a duty that arises when the errand is asked for."""
    return duty(**{
        "clause": clause, "kind": kind, "owed_by": SOCIAL_BOARD, "object": "errand", "log": LOG,
        "arises_on": (Asked, AskedAgain), "due": due_by_event, "discharged_by": (Run,),
        "voided_by": {CalledOff: "placement-ended"}, "moved_by": {PutOff: "extended"}, "moved": moved,
    } | fields)  # fmt: skip


WEEKLY = errand(kind="recurring", arises_on=(), followed_by=again_every_week)


def errands(*duties: Duty) -> Story:
    """Begin with nothing; the duties are those of `duties`, an errand by default."""
    decider: Decider[tuple[Event, ...]] = Decider(
        category="errand", log=LOG, initial=(), evolve=_evolve, decides={Say: _say, Correct: correct},
        events=(Asked, Run, PutOff, CalledOff, AskedAgain),
    )  # fmt: skip
    known = Duties(duties or (errand(),), authority())
    return story(Rules(source="/x/errands", authority=authority(), deciders=(decider,), duties=known), SOCIAL_BOARD)


def say(event: Event, on: str | datetime | None = None, approved_by: str | None = None) -> Say:
    """Record an event, by default on the day when it happened."""
    happened = event.occurred_at(at("2026-01-12"))
    when = at(on) if isinstance(on, str) else on or happened.replace(hour=9)
    return Say(at=when, event=event, approved_by=approved_by)


def ask(on: str = "2026-01-12", due: str | None = "2026-04-13") -> Say:
    """Ask for it on a Monday, due on a Monday."""
    return say(Asked(asked_on=day(on), due_on=day(due) if due else None))


def run(on: str, duty_id: str = f"gs-4.first/{ERRAND}", recorded: str | None = None, **fields: object) -> Say:
    """Run it."""
    approved_by = fields.pop("approved_by", None)
    event = Run.model_validate({"run_on": on, "duty_id": duty_id, **fields})
    return say(event, recorded, approved_by if isinstance(approved_by, str) else None)


def day(text: str) -> date:
    """Read a day."""
    return date.fromisoformat(text)


def midnight(text: str) -> datetime:
    """Give the first instant of a day."""
    return start_of(day(text))


def owed(past: Story, duty_id: str = f"gs-4.first/{ERRAND}") -> DutyState:
    """Give a duty as it is now."""
    state: DutyState | None = past.state(f"duty/{duty_id}")
    assert state is not None, f"{duty_id} has not arisen"
    return state


def duties_of(past: Story) -> Duties:
    """Give the duties that a story has."""
    duties = past.rules.duties
    assert isinstance(duties, Duties)
    return duties

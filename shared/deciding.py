"""How a command becomes events: pure, one command after the other, on the streams as they are under the lock.

`decide` is the whole of it. It is run by the append (on what Postgres holds), by the tests' given/when/then (on a list)
and by nothing else, so a rule tried in a test is the rule that runs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.contracts.cloudevent import Envelope, Event, unchecked
from shared.contracts.duty import EventCorrected
from shared.contracts.values import Instant, Personal, is_same
from shared.correcting import CorrectionUnfit, as_corrected, stands
from shared.policy.authority import Authority, NotInForce
from shared.policy.clause import Clause
from shared.policy.role import Role
from shared.policy.stockholm import day_of
from shared.policy.working_days import CalendarMissing

S = TypeVar("S")


class Command(BaseModel):
    """What somebody wants done. `at` is when it is said to have happened, for events that do not say so themselves."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    KEY_OF: ClassVar[tuple[str, str] | None] = None
    """(purpose, field): under whose key its personal fields are sealed: `("subject", "subject_ref")`."""

    ONCE: ClassVar[bool] = False
    """Its key is taken even where nothing came of it: it is not tried again."""

    ON_PAST: ClassVar[bool] = False
    """It is decided on all that was read (`Past`), histories and duties too, and not on its stream's state alone."""

    AGAIN: ClassVar[bool] = False
    """It was decided once, and what it did to duties is derived again."""

    BY_ANOTHER: ClassVar["Refused | None"] = None
    """Why it is refused where its `approvedBy` is whoever records it; None: its rule says that itself, or it may be."""

    at: Instant

    @property
    def subject(self) -> str:
        """The stream that it is decided on: `placement/<id>`."""
        raise NotImplementedError(type(self).__name__)

    @property
    def objects(self) -> tuple[str, ...]:
        """The ids of what its duties are about; their duties are read with it."""
        return (self.subject.partition("/")[2],)

    @property
    def reads(self) -> tuple[str, ...]:
        """Other streams of this service that the decision or its duties look at."""
        return ()

    @property
    def claims(self) -> tuple[str, ...]:
        """What must be unique across streams: `orgnr:5566…`."""
        return ()

    @property
    def distinct(self) -> str:
        """What tells it from another of its kind on its stream, where one event can call for two."""
        return ""

    @property
    def names_person(self) -> bool:
        """False where nothing of it is stored as a person's, though its fields could be: then no key is made for it."""
        return True

    @property
    def to_mac(self) -> Mapping[str, str]:
        """What must be unique and is personal: field that the edge fills → the clear text whose MAC it puts there."""
        return {}


@dataclass(frozen=True, slots=True)
class Refused:
    """The rule says no. `reason` is a stable public code; the texts say it to a person."""

    reason: str
    clause: Clause | None
    sv: str
    en: str


OUT_OF_RANGE = Refused(
    "date-out-of-range",
    None,
    "Datumet ligger utanför den tid som myndighetens fil och kalendern omfattar.",
    "The date lies outside the time that the authority's file and the calendar cover.",
)
TO_COME = Refused(
    "date-in-future",
    None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)


CORRECTION_UNFIT = Refused(
    "correction-does-not-fit",
    None,
    "Rättelsen passar inte händelsen: fältet finns inte, värdet kan inte stå där, eller det som följde står kvar utan början.",
    "The correction does not fit the event: no such field, no such value, or what followed would stand without its beginning.",
)


@dataclass(frozen=True, slots=True)
class VersionTaken:
    """An `If-Match` that no longer holds: the stream is at `actual`."""

    actual: int


Decision: TypeAlias = Sequence[Event] | Refused
"""What a decision gives: events, none where it was so already, or why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S]):
    """One aggregate: how its streams begin (`placement`), which log has them, and its pure functions.

    `claims` tells which unique things an event takes, `releases` what a stream gives back by an event of a type, from its state
    after it; `taken` is the refusal for one taken, by what stands before the colon (`orgnr`).
    `sealed_claims` are those of which no event has the name, since it is personal: prefix (`person:`) and sealed field, whose
    MAC the edge put into the command and an import makes again.
    """

    category: str
    log: str
    initial: S
    evolve: Callable[[S, Any], S]
    decides: Mapping[type[Command], "Callable[[Any, S], Decision] | Callable[[Any, Past], Decision]"]
    events: tuple[type[Event], ...]
    claims: Callable[[Event], Iterable[str]] = lambda _event: ()
    releases: Mapping[type[Event], Callable[[S], Iterable[str]]] = field(default_factory=dict)
    sealed_claims: Callable[[Event], Iterable[tuple[str, Personal]]] = lambda _event: ()
    taken: Mapping[str, Refused] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A command with who wants it, why and when. `key` makes repeating it do nothing (`commandkey` in its events)."""

    command: Command
    key: str
    actor: str
    role: Role
    recorded_at: datetime
    correlation_id: str
    dnr: str | None = None
    causation_id: str | None = None
    expected_version: int | None = None
    digest: bytes = b""
    """SHA-256 of the request's body: the same key with another body is another request."""


class Past:
    """What a group of commands is decided on: the streams it read, folded, and what the group has added so far."""

    def __init__(self, rules: "Rules") -> None:
        self._rules = rules
        self._history: dict[str, list[Envelope]] = {}
        self._states: dict[str, tuple[Any, int]] = {}
        """Of a stream: its state, and how many of its events are in it."""
        self._of_object: dict[str, dict[str, None]] = {}
        self._learned: list[tuple[str, str | None]] = []
        self._indexes: dict[str, int] = {}
        self.owners: dict[str, str] = {}
        """Unique thing → stream that has it."""

    def learn(self, envelope: Envelope, object_: str | None = None) -> None:
        """Take in the next event of a stream; `object_` is the id that a duty is about."""
        subject = envelope.subject
        self._history.setdefault(subject, []).append(envelope)
        self._learned.append((subject, object_))
        if object_ is not None:
            self._of_object.setdefault(object_, {})[subject] = None
        if isinstance(envelope.data, EventCorrected):
            self._states.pop(subject, None)

    def place(self, event_id: str, index: int) -> None:
        """Remember where an event stands in its log, so that a correction can cite it."""
        self._indexes[event_id] = index

    def index(self, event_id: str) -> int:
        """Give an event's index in its log. Raises KeyError for one that is not stored yet."""
        return self._indexes[event_id]

    @property
    def mark(self) -> int:
        """How much has been learned: `forget` goes back to here."""
        return len(self._learned)

    def forget(self, mark: int) -> None:
        """Unlearn all events since a mark: what they belonged to is not stored."""
        while len(self._learned) > mark:
            subject, object_ = self._learned.pop()
            history = self._history[subject]
            history.pop()
            self._states.pop(subject, None)
            if object_ is not None and not history:
                del self._of_object[object_][subject]

    def state(self, subject: str) -> Any:
        """Give the stream's state, its corrections read from the beginning."""
        history = self._history.get(subject, ())
        known = self._states.get(subject)
        state, new = (known[0], history[known[1] :]) if known else (self._rules.initial(subject), as_corrected(history))
        for envelope in new:
            state = self._rules.evolve(subject, state, envelope)
        if new or not known:
            self._states[subject] = state, len(history)
        return state

    def version(self, subject: str) -> int:
        """Give the stream's version; 0 before its first event."""
        return len(self._history.get(subject, ()))

    def history(self, subject: str) -> Sequence[Envelope]:
        """Give the stream's events as recorded, corrections among them."""
        return self._history.get(subject, ())

    def duty_streams(self, object_: str) -> Iterable[str]:
        """Give the streams of all duties about an object, in the order in which they arose."""
        return self._of_object.get(object_, ())

    def duties(self, object_: str) -> list[Any]:
        """Give the states (`DutyState`) of all duties about an object, in the order in which they arose."""
        return [self.state(subject) for subject in self._of_object.get(object_, ())]


@dataclass(frozen=True, slots=True)
class Happening:
    """A decided event as the duties see it, before it is stored; `state` is its stream's state after it."""

    event: Event
    id: str
    subject: str
    occurred_at: datetime
    recorded_at: datetime
    state: Any
    past: Past
    actor: str = "system"
    approved_by: str | None = None
    """The second person, where the command names one."""
    period: str = ""
    """Which of several duties of one kind is meant, where one event calls for more than one."""
    decided_before: bool = False
    """It was accepted once, and is derived again after a restore: what it had to show then may be sealed by now."""

    @property
    def object_id(self) -> str:
        """What the event is about: the stream's name without its category."""
        return self.subject.partition("/")[2]

    @property
    def occurred_on(self) -> date:
        """The Stockholm day when it happened."""
        return day_of(self.occurred_at)

    @property
    def recorded_on(self) -> date:
        """The Stockholm day when it was recorded."""
        return day_of(self.recorded_at)


class NotProven(Exception):
    """What was recorded can't do to a duty what it claims to; says why."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(refused.en)


@dataclass(frozen=True, slots=True)
class DutyStep:
    """One event of a duty's life that follows from something: its stream is `duty/<duty_id>` in `log`."""

    log: str
    duty_id: str
    object_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class Entry:
    """A decided event and where it goes; `object_id` is set for duties."""

    log: str
    envelope: Envelope
    object_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All that a service decides by: its aggregates, its duties, the authority's dated file."""

    source: str
    """`/<authority>/<service>`, the CloudEvents source."""
    authority: Authority
    deciders: tuple[Decider[Any], ...]
    duties: "DutyRules"
    by_command: dict[type[Command], Decider[Any]] = field(init=False)
    by_category: dict[str, Decider[Any]] = field(init=False)

    def __post_init__(self) -> None:
        by_command = {command: decider for decider in self.deciders for command in decider.decides}
        object.__setattr__(self, "by_command", by_command)
        object.__setattr__(self, "by_category", {decider.category: decider for decider in self.deciders})

    def initial(self, subject: str) -> Any:
        """Give the state of a stream without events."""
        if subject.startswith("duty/"):
            return None
        return self.by_category[subject.partition("/")[0]].initial

    def evolve(self, subject: str, state: Any, envelope: Envelope) -> Any:
        """Fold one event into its stream's state."""
        if subject.startswith("duty/"):
            return self.duties.evolve(state, envelope)
        return self.by_category[subject.partition("/")[0]].evolve(state, envelope.data)

    @property
    def events(self) -> tuple[type[Event], ...]:
        """All event types that the service writes."""
        own = [event for decider in self.deciders for event in decider.events]
        return tuple(dict.fromkeys([*own, *self.duties.events, EventCorrected]))


class DutyRules(Protocol):
    """What `Rules` needs of a service's duties; the policy's are in `shared/policy/duty/duties.py`."""

    @property
    def events(self) -> tuple[type[Event], ...]:
        """The events of a duty's stream."""
        ...

    @property
    def commands(self) -> tuple[type[Command], ...]:
        """The commands on a duty."""
        ...

    def evolve(self, state: Any, envelope: Envelope) -> Any:
        """Fold one event of a duty's stream."""
        ...

    def decide(
        self, command: Any, past: Past, recorded_at: datetime, actor: str = "system"
    ) -> Sequence[DutyStep] | Refused:
        """Decide a command on a duty."""
        ...

    def concerns(self, kind: type[Event]) -> bool:
        """Tell whether an event of this type can do anything to a duty."""
        ...

    def after(self, happening: Happening) -> Sequence[DutyStep]:
        """Say what an own event does to duties, in the same append. Raises NotProven."""
        ...


def decide(
    submission: Submission, past: Past, rules: Rules, ids: Iterator[str]
) -> list[Entry] | Refused | VersionTaken:
    """Decide one command and teach `past` what came of it, so that the next one sees it; nothing where it is refused."""
    mark = past.mark
    try:
        return _decide(submission, past, rules, ids)
    except (NotInForce, CalendarMissing, OverflowError):  # OverflowError: a day before the year 1, or after 9999
        past.forget(mark)
        return OUT_OF_RANGE
    except CorrectionUnfit:
        past.forget(mark)
        return CORRECTION_UNFIT
    except NotProven as claim:
        past.forget(mark)
        return claim.refused


def _decide(
    submission: Submission, past: Past, rules: Rules, ids: Iterator[str]
) -> list[Entry] | Refused | VersionTaken:
    command = submission.command
    subject = command.subject
    if submission.expected_version is not None and past.version(subject) != submission.expected_version:
        return VersionTaken(past.version(subject))
    if isinstance(command, rules.duties.commands):
        steps = rules.duties.decide(command, past, submission.recorded_at, submission.actor)
        if isinstance(steps, Refused):
            return steps
        entries = [_of_duty(step, submission, past, rules, next(ids)) for step in steps]
    else:
        if command.BY_ANOTHER is not None and is_same(command.__dict__.get("approved_by"), submission.actor):
            return command.BY_ANOTHER
        decider = rules.by_command[type(command)]
        known = past if command.ON_PAST else past.state(subject)
        decision = decider.decides[type(command)](command, known)
        if isinstance(decision, Refused):
            return decision
        for claim in command.claims:
            if past.owners.get(claim, subject) != subject:
                return decider.taken[claim.partition(":")[0]]
        entries = []
        for event in decision:
            entries += _with_duties(event, decider.log, subject, submission, past, rules, ids)
    if entries:
        _end(entries[-1].envelope)
    return entries


def _with_duties(
    event: Event, log: str, subject: str, submission: Submission, past: Past, rules: Rules, ids: Iterator[str]
) -> Iterator[Entry]:
    """Record an event, then what it does to duties."""
    envelope = _record(event, subject, submission, past, rules, next(ids))
    past.learn(envelope)
    if isinstance(event, EventCorrected):
        if not stands(past.history(subject)):
            raise CorrectionUnfit(subject)
        _see_days(past.history(subject), rules.authority)
    yield Entry(log, envelope)
    approved_by = submission.command.__dict__.get("approved_by")  # a model's getattr with a default takes 2 µs
    yield from duties_after(envelope, submission, past, rules, ids, approved_by=approved_by)


def _see_days(history: Sequence[Envelope], authority: Authority) -> None:
    """See that what the last correction moves still happened: while somebody held the role, and not on a day to come.

    What was to come as it was recorded may be so as corrected. Raises NotInForce, NotProven.
    """
    correction = history[-1]
    was = {envelope.id: envelope.occurredat for envelope in as_corrected(history[:-1])}
    today = day_of(correction.time)
    for envelope in as_corrected(history):
        before, now = was.get(envelope.id, envelope.occurredat), envelope.occurredat
        if before == now:
            continue
        authority.unit(envelope.data.role, day_of(now))
        if day_of(now) > today >= day_of(before):
            raise NotProven(TO_COME)


def duties_after(
    envelope: Envelope, submission: Submission, past: Past, rules: Rules, ids: Iterator[str], *, approved_by: str | None
) -> Iterator[Entry]:
    """Say what an event that `past` has learned does to duties, and teach it that. Raises NotProven."""
    if not rules.duties.concerns(type(envelope.data)):
        return
    happening = Happening(
        event=envelope.data, id=envelope.id, subject=envelope.subject, occurred_at=envelope.occurredat,
        recorded_at=envelope.time, state=past.state(envelope.subject), past=past, actor=submission.actor,
        approved_by=approved_by, decided_before=submission.command.AGAIN,
    )  # fmt: skip
    for step in rules.duties.after(happening):
        yield _of_duty(step, submission, past, rules, next(ids), cause=envelope)


def _of_duty(
    step: DutyStep, submission: Submission, past: Past, rules: Rules, id_: str, cause: Envelope | None = None
) -> Entry:
    envelope = _record(step.event, f"duty/{step.duty_id}", submission, past, rules, id_, cause)
    past.learn(envelope, step.object_id)
    return Entry(step.log, envelope, step.object_id)


def _record(
    event: Event,
    subject: str,
    submission: Submission,
    past: Past,
    rules: Rules,
    id_: str,
    cause: Envelope | None = None,
) -> Envelope:
    """Put the envelope around a decided event."""
    occurred = event.occurred_at(otherwise=cause.occurredat if cause else submission.command.at)
    unit = rules.authority.unit(submission.role, day_of(occurred))
    values = {
        "specversion": "1.0",
        "id": id_,
        "source": rules.source,
        "type": event.TYPE,
        "subject": subject,
        "time": submission.recorded_at,
        "datacontenttype": "application/json",
        "occurredat": occurred,
        "streamversion": past.version(subject) + 1,
        "actor": submission.actor,
        "commandkey": submission.key,
        "commandend": None,
        "causationid": cause.id if cause else submission.causation_id,
        "correlationid": submission.correlation_id,
        "keyid": None,
        "data": unchecked(type(event), event.__dict__ | {"role": submission.role, "unit": unit, "dnr": submission.dnr}),
    }
    return unchecked(Envelope, values)


def _end(envelope: Envelope) -> None:
    """Mark a command's last event, so that a log cut inside an append can be told from a whole one.

    In place: nobody but the past of this group has seen it yet.
    """
    envelope.__dict__["commandend"] = True

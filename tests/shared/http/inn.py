"""An invented service, an inn: it has whatever a service's HTTP can have, and no rule of the policy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from pydantic import Field
from pydantic_core import to_jsonable_python
from typing_extensions import override

from shared.clock import Clock
from shared.contracts.cloudevent import Catalogue, Envelope, Event, Recorded
from shared.contracts.values import DecisionRef, Enc, Id, NewId, Personal, Plain, Value
from shared.deciding import Command, Decider, Decision, DutyRules, DutyStep, Happening, Past, Refused, Rules, Submission
from shared.http.app import Outside, build
from shared.http.health import Part
from shared.http.operations import Edge, NotUnderstood, OfPerson, Operation, Query, Reckoning, Upload
from shared.http.principal import IssuerKey, Tokens
from shared.http.reading import Reading, Signed
from shared.log.append import Answer, Logs
from shared.log.memory import MemoryStore
from shared.log.reactor import folded
from shared.log.store import Stored
from shared.log.view import View
from shared.persons.clear import Clear
from shared.persons.memory import MemoryKeys
from shared.persons.recording import sealed
from shared.policy.authority import Authority, load
from shared.policy.clause import GS_3
from shared.policy.role import AUDITOR, BUYING_BOARD, EXECUTIVE_OFFICE, PROCUREMENT_OFFICE, PUBLISHER, REGISTRY_OFFICER
from shared.reckoning.question import Outcome, Question, Reckoned, Reckons
from tests.shared.http.trees import Trees

NOW: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)
LOG: Final = "inn.events"
ISSUER, AUDIENCE = "https://id.example.se", "medverka"


# Events → fold → decisions

Host: TypeAlias = Annotated[
    Personal,
    Clear(Annotated[str, Field(min_length=1, max_length=40)], "ska vara ett namn", "must be a name"),
]


class Guest(Value):
    """A guest."""

    seat: Annotated[int, Field(ge=1, le=8)]
    vegetarian: bool = False


class Booked(Event):
    """A table was booked."""

    TYPE = "se.medverka.Booked.v1"
    OCCURS = "on"

    booking_id: Id
    table: int
    on: date
    guests: tuple[Guest, ...] = ()
    host: Personal | None = None


class Moved(Event):
    """A booking got another table."""

    TYPE = "se.medverka.Moved.v1"

    booking_id: Id
    table: int
    note: Personal | None = None


class Served(Event):
    """The guests were served, by a board's leave."""

    TYPE = "se.medverka.Served.v1"

    booking_id: Id


class Opened(Event):
    """A season began."""

    TYPE = "se.medverka.Opened.v1"

    year: int


@dataclass(frozen=True, slots=True)
class State:
    """The table; None before it is booked."""

    table: int | None = None
    is_open: bool = False


InnEvent: TypeAlias = Booked | Moved | Served | Opened


def evolve(state: State, event: InnEvent) -> State:
    """Fold."""
    match event:
        case Booked(table=table) | Moved(table=table):
            return replace(state, table=table)
        case Served():
            return state
        case Opened():
            return replace(state, is_open=True)


class _OfBooking(Command):
    KEY_OF: ClassVar[tuple[str, str] | None] = ("contact", "booking_id")

    booking_id: Id

    @property
    @override
    def subject(self) -> str:
        return f"booking/{self.booking_id}"


class Book(_OfBooking):
    """Book a table."""

    booking_id: NewId
    table: Annotated[int, Field(ge=1, le=99)]
    on: date
    guests: tuple[Guest, ...] = ()
    host: Host | None = None


class Move(_OfBooking):
    """Give a booking another table."""

    table: Annotated[int, Field(ge=1, le=99)]
    note: Personal | None = None


class Serve(_OfBooking):
    """Serve the guests: the board's own leave."""

    board: Annotated[str, Field(pattern="^[a-z]{1,20}$")]
    decision: DecisionRef


class Open(Command):
    """Begin a season."""

    year: Annotated[int, Field(ge=2000, le=2100)]

    @property
    @override
    def subject(self) -> str:
        return f"season/{self.year}"


NOT_BOOKED = Refused("not-booked", GS_3, "Bordet är inte bokat.", "The table is not booked.")

NO_SUCH_TABLE = Refused("no-table-13", GS_3, "Det finns inget bord 13.", "There is no table 13.")
UNLUCKY = 13


def book(command: Book, state: State) -> Decision:
    """Book once."""
    if state.table is not None:
        return []
    return [Booked(
        booking_id=command.booking_id, table=command.table, on=command.on, guests=command.guests, host=command.host
    )]  # fmt: skip


def move(command: Move, state: State) -> Decision:
    """Move what is booked."""
    if state.table is None:
        return NOT_BOOKED
    if command.table == UNLUCKY:
        return NO_SUCH_TABLE
    return (
        []
        if state.table == command.table
        else [Moved(booking_id=command.booking_id, table=command.table, note=command.note)]
    )


def serve(command: Serve, state: State) -> Decision:
    """Serve those who booked."""
    return NOT_BOOKED if state.table is None else [Served(booking_id=command.booking_id)]


def open_season(command: Open, state: State) -> Decision:
    """Open once."""
    return [] if state.is_open else [Opened(year=command.year)]


BOOKINGS: Final = Decider(
    category="booking", log=LOG, initial=State(), evolve=evolve, events=(Booked, Moved, Served),
    decides={Book: book, Move: move, Serve: serve},
)  # fmt: skip
SEASONS: Final = Decider(
    category="season", log=LOG, initial=State(), evolve=evolve, events=(Opened,), decides={Open: open_season}
)


class NoDuties(DutyRules):
    """An inn owes nothing."""

    events: tuple[type[Event], ...] = ()
    commands: tuple[type[Command], ...] = ()

    @override
    def evolve(self, state: Any, envelope: Envelope) -> Any:
        return state

    @override
    def decide(self, command: Any, past: Past, recorded_at: datetime, actor: str = "system") -> Sequence[DutyStep]:
        return ()

    @override
    def concerns(self, kind: type[Event]) -> bool:
        return False

    @override
    def after(self, happening: Happening) -> Sequence[DutyStep]:
        return ()


AUTHORITY: Final[Authority] = load(Path(__file__).parents[3] / "deploy/authority/gotland.toml")
RULES: Final = Rules(source="/gotland/inn", authority=AUTHORITY, deciders=(BOOKINGS, SEASONS), duties=NoDuties())

# Views and tables


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """A booking."""

    key: str
    table_number: int
    on_day: date
    guests: tuple[Guest, ...] = ()
    is_served: bool = False
    host: Enc | Plain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonRow:
    """A season."""

    key: str
    year: int


def fold_booking(row: BookingRow | None, recorded: Recorded) -> BookingRow | None:
    """Fold."""
    match recorded.event:
        case Booked(table=table, on=on, guests=guests, host=host):
            return BookingRow(key=recorded.subject, table_number=table, on_day=on, guests=guests, host=host)
        case Moved(table=table):
            return row and replace(row, table_number=table)
        case _:
            return row and replace(row, is_served=True)


def fold_season(_row: SeasonRow | None, recorded: Recorded) -> SeasonRow | None:
    """Fold."""
    return SeasonRow(key=recorded.subject, year=int(recorded.subject.partition("/")[2]))


SQL = Path(__file__).with_name("inn.sql")
BOOKING = View(name="booking", log=LOG, category="booking", row=BookingRow, fold=fold_booking, sql=SQL)
SEASON = View(name="season", log=LOG, category="season", row=SeasonRow, fold=fold_season, sql=SQL)
READ = (REGISTRY_OFFICER, AUDITOR, PUBLISHER, EXECUTIVE_OFFICE)


def late(row: dict[str, Any], today: date, _authority: Authority, language: str) -> dict[str, Any]:
    """Say whether the booking's day has passed."""
    return row | {"is_past": row["on_day"] < today, "said_in": language}


OPERATIONS: Final = (
    Operation(
        path="/v1/bookings", command=Book, roles=(REGISTRY_OFFICER,), view=BOOKING, fresh=("booking_id",),
        sv="Boka ett bord", en="Book a table",
    ),
    Operation(
        path="/v1/bookings/{bookingId}/moves", command=Move, roles=(REGISTRY_OFFICER,), view=BOOKING,
        sv="Byt bord", en="Change table",
    ),
    Operation(
        path="/v1/bookings/{bookingId}/servings", command=Serve, roles=(PROCUREMENT_OFFICE, BUYING_BOARD), view=BOOKING,
        board="board", sv="Servera", en="Serve",
    ),
    Operation(
        path="/v1/seasons/{year}/openings", command=Open, roles=(REGISTRY_OFFICER,), view=SEASON,
        sv="Öppna säsongen", en="Open the season",
    ),
)  # fmt: skip


def of_guest(said: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give what is asked for; a guest is found by the claim of the name, which nobody is called."""
    if said["guest"] == "":
        raise NotUnderstood("guest-missing", "Ange gästen.", "Give the guest.")
    guest = OfPerson(said["guest"]) if said["guest"] else None
    return said["table_number"], said["on_day"], said["is_served"], guest


QUERIES: Final = (
    Query(
        path="/v1/bookings", view=BOOKING, query="bookings", roles=READ, sv="Alla bokningar", en="All bookings",
        filters={"table_number": "int", "on_day": "date", "is_served": "bool", "key": "text"}, computed=late,
    ),
    Query(
        path="/v1/bookings/lookups", view=BOOKING, query="bookings", roles=READ, sv="Sök en bokning", en="Find a booking",
        filters={"table_number": "int", "on_day": "date", "is_served": "bool", "guest": "text"}, asked=of_guest,
    ),
    Query(
        path="/v1/bookings/{bookingId}", view=BOOKING, query="booking", roles=READ, one=True, key="booking/{bookingId}",
        sv="En bokning", en="One booking", computed=late, in_clear=(EXECUTIVE_OFFICE,),
    ),
)  # fmt: skip


def read_card(data: bytes) -> tuple[int, date] | None:
    """Read a card: `7 2026-03-05`; an empty one asks for nothing."""
    try:
        table, _, day = data.decode().partition(" ")
        return (int(table), date.fromisoformat(day)) if data else None
    except ValueError:
        raise NotUnderstood("card-unreadable", "Kortet går inte att läsa.", "The card cannot be read.") from None


async def book_of_card(card: tuple[int, date], edge: Edge) -> Command | None:
    """Book what the card says, unless that table has been booked for the day."""
    taken = await edge.ask(BOOKING, "bookings", "", 1, card[0], card[1], None, None)
    return None if taken else Book(at=edge.at, booking_id=Id(edge.new_id()), table=card[0], on=card[1])


UPLOADS: Final = (
    Upload(
        path="/v1/cards", roles=(REGISTRY_OFFICER,), view=BOOKING, media_types=("text/plain",), most_bytes=64,
        read=read_card, command=book_of_card, nothing="already-booked", sv="Lämna ett kort", en="Hand in a card",
    ),
)  # fmt: skip


# The inn in memory


class MemoryReading(Reading):
    """Reads the logs of a memory store; its views are folded when they are asked for, up to `seen`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.trees = Trees(store.log)
        self._catalogue = Catalogue(RULES.events)
        self.seen: int | None = None
        """The index that the views expect next; None: all is seen."""
        self.asked: list[tuple[object, ...]] = []
        """The arguments of each question, in order."""

    @override
    async def stream(self, subject: str) -> Sequence[Stored]:
        return [Stored(e.log, e.index, None, e.bytes) for e in self._store.events if e.subject == subject]

    @override
    async def streams(self, subjects: Sequence[str]) -> Iterable[bytes]:
        return [e.bytes for e in self._store.events if e.subject in subjects]

    @override
    async def events(self, ids: Sequence[str]) -> Sequence[Stored]:
        wanted = {id_.encode() for id_ in ids}
        return [Stored(e.log, e.index, None, e.bytes) for e in self._store.events if e.bytes[27:63] in wanted]

    @override
    async def ask(self, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
        self.asked.append(arguments)
        rows = sorted(self._rows(view), key=lambda row: row["key"])
        if name == "booking":
            return [row for row in rows if row["key"] == arguments[0]]
        cursor, limit, *filters = arguments
        wanted = dict(zip(("table_number", "on_day", "is_served", "key"), filters, strict=True))
        fitting = [
            row for row in rows if all(v in {None, row[n]} for n, v in wanted.items()) and row["key"] > str(cursor)
        ]
        return fitting[: int(str(limit))]

    @override
    async def seen_version(self, subject: str) -> int | None:
        seen = await self.positions()
        return sum(e.subject == subject and e.index < seen[e.log] for e in self._store.events) or None

    @override
    async def positions(self) -> Mapping[str, int]:
        return {LOG: len(self._store.log(LOG)) if self.seen is None else self.seen}

    @override
    async def end(self, log: str) -> int:
        return len(self._store.log(log))

    @override
    async def tree(self, log: str) -> Signed | None:
        return self.trees.signed(log)

    @override
    async def tiles(self, log: str, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        return self.trees.tiles(log, wanted)

    def _rows(self, view: View[Any]) -> Iterable[dict[str, Any]]:
        end = len(self._store.events) if self.seen is None else self.seen
        for subject in {e.subject for e in self._store.events if view.takes(e.subject)}:
            history = [(e.index, e.bytes) for e in self._store.events if e.subject == subject and e.index < end]
            row = folded(view, LOG, self._catalogue, history)
            if row is not None:
                values = {name: getattr(row, name) for name in type(row).__slots__}
                yield {n: v if n == "on_day" else to_jsonable_python(v) for n, v in values.items()}


@dataclass
class At(Clock):
    """A time that a test moves."""

    time: datetime = NOW

    @override
    def now(self) -> datetime:
        return self.time


class Direct:
    """Appends each command at once; `instead` is what it answers whatever comes."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs
        self.instead: Answer | Exception | None = None
        self.submitted: list[Submission] = []

    async def submit(self, submission: Submission) -> Answer:
        """Append."""
        self.submitted.append(submission)
        if isinstance(self.instead, Exception):
            raise self.instead
        if self.instead is not None:
            return self.instead
        [answer] = await self._logs.append([submission])
        return answer


SIGNING: Final = Ed25519PrivateKey.generate()


NOTHING: Final = Reckoned(b"{}")


class Still(Reckons):
    """Reckons nothing, and answers as it is told."""

    def __init__(self, outcome: Outcome = NOTHING) -> None:
        self.outcome = outcome
        self.asked: list[Question] = []

    @override
    async def ask(self, question: Question) -> Outcome:
        self.asked.append(question)
        return self.outcome


def token(*roles: str, sub: str = "officer-1", key: Any = SIGNING, algorithm: str = "EdDSA", **claims: Any) -> str:
    """Sign a token; a claim given as None is left out."""
    usual = {
        "sub": sub, "roles": list(roles), "iss": ISSUER, "aud": AUDIENCE, "exp": int((NOW + timedelta(hours=1)).timestamp()),
    }  # fmt: skip
    wanted = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(wanted, key, algorithm=algorithm, headers={"kid": "k1"})


def accepting(clock: Clock) -> Tokens:
    """Check tokens as the inn does."""
    return Tokens([IssuerKey("k1", SIGNING.public_key())], issuer=ISSUER, audience=AUDIENCE, now=clock.now)


@dataclass
class Inn:
    """The inn, with all that a test may look at or change."""

    store: MemoryStore = field(default_factory=MemoryStore)
    keys: MemoryKeys = field(default_factory=MemoryKeys)
    clock: At = field(default_factory=At)
    parts: dict[str, Part] = field(default_factory=lambda: {"database": Part(ok=True, detail="answers")})

    patience_s: float = 2.0
    reckons: Reckons = field(default_factory=Still)

    def __post_init__(self) -> None:
        self.reading = MemoryReading(self.store)
        self.append = Direct(Logs(self.store, RULES, [LOG], seal=sealed))

    def app(self, uploads: Sequence[Upload] = UPLOADS, reckonings: Sequence[Reckoning] = ()) -> FastAPI:
        """Build its HTTP."""

        async def database() -> Part:
            return self.parts["database"]

        outside = Outside(
            append=self.append, reading=self.reading, keys=self.keys, tokens=accepting(self.clock), clock=self.clock,
            checks={"database": database}, asyncapi={"asyncapi": "3.0.0"}, patience_s=self.patience_s,
            reckons=self.reckons,
        )  # fmt: skip
        return build("inn", RULES, OPERATIONS, QUERIES, outside, uploads, reckonings)

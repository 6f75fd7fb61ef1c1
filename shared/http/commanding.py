"""One operation: request → command → answer. No rule stands here; what the rule says comes from the append."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias, assert_never

import structlog
import uuid_utils
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from shared.clock import Clock
from shared.contracts.cloudevent import Catalogue, Recorded
from shared.contracts.values import Dnr, Plain
from shared.deciding import Command, Refused, Submission, VersionTaken
from shared.diagnostics import CORRELATION
from shared.http import problem, receiving
from shared.http.days import far
from shared.http.language import Text
from shared.http.operations import Operation, Query
from shared.http.principal import Principal
from shared.http.problem import Problem
from shared.http.reading import Reading, Waiting
from shared.http.showing import Showing, columns, json, names
from shared.log.append import Accepted, Answer, Busy, Failed, KeyReused
from shared.log.reactor import folded
from shared.log.view import View
from shared.persons.fields import may_be_personal
from shared.persons.keys import KeyDestroyed, Keys
from shared.persons.preparing import NoKeyNamed, SealedFromOutside, prepare
from shared.persons.walking import found_in
from shared.policy.authority import Authority, NotInForce
from shared.policy.role import Role
from shared.policy.stockholm import day_of

log = structlog.get_logger()
DNR = TypeAdapter[str](Dnr)
Faults: TypeAlias = list[tuple[str, Text]]
"""JSON pointers into the body, each with what is wrong there."""
MISSING = Text("uppgiften saknas", "field required")
IN_CLEAR = Text("ska stå i klartext; det krypteras när det lagras", "must be in clear text; it is sealed when stored")
NO_PERSON = Text("här kan inget om en person registreras", "nothing about a person can be recorded here")
UNKNOWN = Text("det finns ingen sådan uppgift", "no such field")

ERASED = Problem(
    409, "person-erased",
    Text(
        "Personens uppgifter är gallrade; inget mer kan registreras om personen här.",
        "The person's data were erased; nothing more can be recorded about the person here.",
    ),
)  # fmt: skip
KEY_REUSED = Problem(
    422, "idempotency-key-reused",
    Text(
        "Idempotency-Key har använts för en annan begäran; ta ett nytt värde.",
        "The Idempotency-Key was used for another request; take a new value.",
    ),
)  # fmt: skip


class Append(Protocol):
    """Where commands go: `shared/log/append.py`."""

    async def submit(self, submission: Submission) -> Answer:
        """Have a command decided and wait for its answer."""
        ...


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every operation and query of a service works with. `personal` are the pointers of its events' personal fields."""

    service: str
    authority: Authority
    append: Append
    reading: Reading
    showing: Showing
    keys: Keys
    clock: Clock
    catalogue: Catalogue
    personal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtHand:
    """The edge, for one request."""

    at: datetime
    reading: Reading

    def new_id(self) -> str:
        """Give a UUIDv7."""
        return str(uuid_utils.uuid7())

    async def ask(self, view: View[Any], query: str, *arguments: object) -> list[dict[str, Any]]:
        """Ask a view's named query, when the view has all that is committed here: one request can follow on another.

        Raises Problem: 503.
        """
        if not await Waiting(self.reading).settled(view.log):
            raise problem.busy(
                "view-behind", "Vyn har inte hunnit ikapp; försök igen strax.", "The view is behind; try again soon."
            )
        return await self.reading.ask(view, query, *arguments)


class Form:
    """What an operation's request consists of, by its command's JSON schema: from the path, from us, from the body."""

    def __init__(self, operation: Operation) -> None:
        model = operation.command
        schema = model.model_json_schema()
        self.alias = {name: field.alias or name for name, field in model.model_fields.items()}
        self.fresh = [self.alias.get(name, name) for name in operation.fresh]
        in_path = receiving.names_in(operation.path)
        by_alias = {alias: model.model_fields[name] for name, alias in self.alias.items()}
        self.in_path: dict[str, TypeAdapter[Any]] = {
            # built from the field so that its limits count; a path has text only, so it is read leniently
            name: TypeAdapter(by_alias[name].rebuild_annotation())
            for name in in_path
        }
        self.looked_up = [self.alias[name] for name in operation.looked_up.fields] if operation.looked_up else []
        ours = {"at", *self.fresh, *self.in_path, *self.looked_up}
        self.in_body = frozenset(schema["properties"]) - ours
        self.needs_decision = "decision" in schema.get("required", ())
        self.asks_for_dnr = "dnr" not in self.in_body
        """Whether `dnr` belongs to the request and not to the command."""

    def path_values(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Read what stands in the path. Raises Problem: 404, since nothing can be there."""
        try:
            return {
                name: adapter.validate_python(receiving.path_value(given[name]))
                for name, adapter in self.in_path.items()
            }
        except ValidationError:
            raise problem.NOT_FOUND from None


def check_held(role: Role, authority: Authority, now: datetime) -> None:
    """See that a unit of the authority holds the role today, since an event names it. Raises Problem: 403."""
    try:
        authority.unit(role, day_of(now))
    except NotInForce:
        text = Text(
            f"Ingen enhet har rollen {role} i dag enligt myndighetens fil.",
            f"No unit has the role {role} today in the authority's file.",
        )
        raise Problem(403, "role-not-held", text) from None


class Commanding:
    """The endpoint of one operation."""

    def __init__(
        self, operation: Operation, one: Query | None, around: Surroundings, parent: Query | None = None
    ) -> None:
        self.operation, self.around, self.parent = operation, around, parent
        self.form = Form(operation)
        self.answering = Answering(operation.view, one, around)

    async def __call__(self, request: Request) -> Response:
        """Take the request, have it decided and answer."""
        who = receiving.principal(request)
        may = self.operation.roles
        role = who.acting(may)
        if role is None:
            raise problem.forbidden(may)
        path = self.form.path_values(request.path_params)
        asked = Asked.by(request, who)
        receiving.check_media_type(request, "application/json")
        data = await receiving.body(request)
        given = receiving.json_object(data)
        now = self.around.clock.now()
        dnr, faults = self._dnr(given)
        command = self._command(given, path | await self._looked_up(given, now), now, faults)
        role = self._on_board(command, who, role)
        check_held(role, self.around.authority, now)
        submission = await asked.submission(command, self.around, role=role, dnr=dnr, now=now, data=data)
        answer = await self.around.append.submit(submission)
        if isinstance(answer, Refused) and not await self._is_there(request.path_params):
            raise problem.refused(answer, 404)
        return await self.answering.answer(answer, is_new=bool(self.form.fresh))

    async def _is_there(self, path: Mapping[str, Any]) -> bool:
        """Tell whether what the path names exists: what a rule refuses of something else is not found."""
        if self.parent is None or self.around.service != self.parent.view.log.partition(".")[0]:
            return True
        named = dict(
            zip(receiving.names_in(self.parent.path), path.values(), strict=False)
        )  # it lies under: first names
        subject = receiving.NAME.sub(lambda name: str(named[name[1]]), self.parent.key)
        return bool(await self.around.reading.stream(subject))

    async def _looked_up(self, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Find what the command needs to know of other services, by its names in JSON."""
        look_up = self.operation.looked_up
        if look_up is None:
            return {}
        found = await look_up.find(given, AtHand(now, self.around.reading))
        return {self.form.alias[name]: value for name, value in found.items()}

    def _dnr(self, given: dict[str, Any]) -> tuple[str | None, Faults]:
        """Take the diary number out of the body; where there is none, say so with the body's other faults."""
        if not self.form.asks_for_dnr:
            return None, []
        dnr = given.pop("dnr", None)
        if dnr is None:
            return self._of_decision(given.get("decision"))
        try:
            return DNR.validate_python(dnr, strict=True), []
        except ValidationError as error:
            return None, [("/dnr", text) for _, text in problem.field_errors(error.errors(include_input=False))]

    def _of_decision(self, decision: object) -> tuple[str | None, Faults]:
        """Take the diary number of the command's decision; whether that is valid is seen with the command."""
        if decision is None and not self.form.needs_decision:
            return None, [("/dnr", MISSING)]
        dnr = decision.get("dnr") if isinstance(decision, dict) else None
        return (dnr if isinstance(dnr, str) else None), []

    def _command(self, given: dict[str, Any], path: Mapping[str, Any], now: datetime, faults: Faults) -> Command:
        """Make the command. Raises Problem: 422, with all that is wrong with the body at once."""
        unknown = given.keys() - self.form.in_body
        faults = [*faults, *((problem.pointer([name]), UNKNOWN) for name in sorted(unknown))]
        known = {name: value for name, value in given.items() if name not in unknown}
        ours = {"at": now, **path, **{name: str(uuid_utils.uuid7()) for name in self.form.fresh}}
        try:
            # Read as JSON and strictly: a date must be written as one, and 1 is no true.
            command = self.operation.command.model_validate_json(to_json(known | ours), strict=True, extra="forbid")
        except ValidationError as error:
            found = problem.field_errors(error.errors(include_input=False, include_url=False))
            raise problem.invalid([*faults, *found]) from None
        faults += far(command)
        if faults:
            raise problem.invalid(faults)
        return command

    def _on_board(self, command: Command, who: Principal, role: Role) -> Role:
        """Give the role in which the principal may do this to the board that the command names. Raises Problem: 403."""
        if self.operation.board is None:
            return role
        board = str(getattr(command, self.operation.board))
        acting = who.acting(self.operation.roles, board)
        if acting is None:
            raise problem.forbidden([f"buying-board:{board.rpartition(':')[2]}"])
        return acting


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says beside its body: who wants it, under which key, and on which condition."""

    actor: str
    key: str
    expected_version: int | None

    @classmethod
    def by(cls, request: Request, who: Principal) -> "Asked":
        """Read it. Raises Problem: 400."""
        key = command_key(who.sub, request.scope["path"], receiving.idempotency_key(request))
        return cls(who.sub, key, receiving.expected_version(request))

    async def submission(
        self, command: Command, around: Surroundings, *, role: Role, dnr: str | None, now: datetime, data: bytes
    ) -> Submission:
        """Put who, why and when to a command, and fetch its keys. Raises Problem."""
        return Submission(
            command=await _prepared(command, around),
            key=self.key,
            actor=self.actor,
            role=role,
            recorded_at=now,
            correlation_id=CORRELATION.get() or str(uuid_utils.uuid7()),
            dnr=dnr,
            expected_version=self.expected_version,
            digest=hashlib.sha256(data).digest(),
        )


async def _prepared(command: Command, around: Surroundings) -> Command:
    try:
        return await prepare(command, around.keys, around.service, around.personal)
    except SealedFromOutside as error:
        raise problem.invalid([(error.pointer, IN_CLEAR)]) from None
    except NoKeyNamed as error:
        raise problem.invalid([(error.pointer, NO_PERSON)]) from None
    except KeyDestroyed:
        raise ERASED from None


def command_key(principal: str, path: str, key: str) -> str:
    """Give the command's key in the log: of the principal's, the path's and the caller's, which stays unknown to readers."""
    return hashlib.sha256(to_json([principal, path, key])).hexdigest()


class Answering:
    """What an operation answers with: the row of its view under the command's stream, as of the command's last event."""

    def __init__(self, view: View[Any], one: Query | None, around: Surroundings) -> None:
        self._view, self._one, self._around = view, one, around

    async def answer(self, answer: Answer, *, is_new: bool) -> Response:
        """Answer. Raises Problem for all but what was accepted."""
        match answer:
            case Accepted():
                return await self._accepted(answer, is_new=is_new)
            case Refused():
                raise problem.refused(answer)
            case VersionTaken(actual=actual):
                raise Problem(
                    412, "version-taken",
                    Text("Någon annan har ändrat den; läs den igen.", "Somebody else has changed it; read it again."),
                    headers={"etag": f'"{actual}"'},
                )  # fmt: skip
            case KeyReused():
                raise KEY_REUSED
            case Busy(why=why):
                log.warning("busy", why=why)
                raise problem.busy(
                    "busy", "Inget gjordes; försök igen strax.", "Nothing was done; try again in a moment."
                )
            case Failed(error=error):
                raise error
        assert_never(answer)

    async def _accepted(self, answer: Accepted, *, is_new: bool) -> Response:
        row, version = await self._resource(answer)
        headers = {"etag": f'"{version}"'}
        if answer.index is not None:
            headers["medverka-index"] = f"{answer.log}:{answer.index}"
        if is_new and self._one is not None:
            location = _path(self._one, answer.subject)
            headers |= {"location": location} if location else {}
        [shown] = await self._around.showing([row], in_clear=True)  # whoever may write it knows it
        return Response(json(shown), 201 if is_new else 200, headers, "application/json")

    async def _resource(self, answer: Accepted) -> tuple[dict[str, Any], int]:
        """Fold the stream up to the command's last event: the same answer again when the same request comes again."""
        row, version = self._of_own_events(answer) or await self._of_log(answer)
        wanted = names(self._view, self._one.query if self._one else None)
        return (columns(row, wanted) if row is not None else {"key": answer.subject}), version

    def _of_own_events(self, answer: Accepted) -> tuple[Any, int] | None:
        """Fold what the command itself began, without reading. Not where something is personal: it is not sealed yet."""
        own = [envelope for envelope in answer.events if envelope.subject == answer.subject]
        if not own or own[0].streamversion != 1 or not self._view.takes(answer.subject):
            return None
        if any(next(found_in(e.data, may_be_personal(type(e.data)), Plain), None) for e in own):
            return None
        row = None
        for envelope in own:
            row = self._view.fold(row, Recorded(self._view.log, answer.index or 0, envelope))
        return row, len(own)

    async def _of_log(self, answer: Accepted) -> tuple[Any, int]:
        stored = await self._around.reading.stream(answer.subject)
        if answer.index is not None:
            stored = [event for event in stored if event.log != answer.log or event.index <= answer.index]
        if not self._view.takes(answer.subject):
            return None, len(stored)
        history = [(event.index, event.bytes) for event in stored]
        return folded(self._view, self._view.log, self._around.catalogue, history), len(stored)


def _path(query: Query, subject: str) -> str | None:
    """Give the path of the resource that a stream is: the query's path with the names filled from its key."""
    names: Sequence[str] = query.key.split("/")
    values = subject.split("/")
    if len(names) != len(values):
        return None
    filled = receiving.NAME.sub(r"{\1}", query.path)
    for name, value in zip(names, values, strict=True):
        if name.startswith("{"):
            filled = filled.replace(name, value)
        elif name != value:
            return None
    return filled

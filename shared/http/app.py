"""A service's HTTP, made of its two tables: paths, rights, problems and the OpenAPI document."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from shared.clock import Clock
from shared.contracts.cloudevent import Catalogue
from shared.deciding import Rules
from shared.http import calendar, cards, duties, health, in_force, proving, receiving, rights
from shared.http.asking import Asking
from shared.http.calendar import DueCalendar
from shared.http.cards import DutyCards
from shared.http.commanding import Append, Commanding, Surroundings
from shared.http.document import document
from shared.http.guard import Guard
from shared.http.operations import Operation, Query, Reckoning, Upload, one_of
from shared.http.overview import SWAGGER, overview, swagger
from shared.http.principal import Tokens
from shared.http.reading import PATIENCE_S, Reading, Waiting
from shared.http.reckoning import Reckonings
from shared.http.showing import Showing
from shared.http.uploading import Uploading
from shared.log.view import View
from shared.persons.fields import personal_fields
from shared.persons.keys import Keys
from shared.policy.duty.duties import Duties
from shared.policy.role import Role
from shared.reckoning.question import Reckons

VERSION, RELEASED = "1.0.0", "2026-11-30"
OWN_DIAGNOSTICS: Final = TelemetryConfig(tracing=False, metrics=False, logs=False)
"""Not the framework's: its records hold what an exception says and the addresses asked for, which can be personal."""
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What HTTP is given by the process that serves it. `checks` are readiness' parts by name."""

    append: Append
    reading: Reading
    keys: Keys
    tokens: Tokens
    clock: Clock
    checks: Mapping[str, health.Check]
    asyncapi: Mapping[str, Any]
    reckons: Reckons
    patience_s: float = PATIENCE_S
    """How long a question with `Medverka-After` waits."""


def build(
    service: str, rules: Rules, operations: Sequence[Operation], queries: Sequence[Query], outside: Outside,
    uploads: Sequence[Upload] = (), reckonings: Sequence[Reckoning] = (),
) -> FastAPI:  # fmt: skip
    """Make the application. Importing and building it opens nothing."""
    app = FastAPI(title=f"Medverka {service}", openapi_url=None, redirect_slashes=False, telemetry=OWN_DIAGNOSTICS)
    app.add_middleware(Guard, tokens=outside.tokens)
    app.add_exception_handler(HTTPException, _passed_on)
    around = _surroundings(service, rules, outside)
    waiting = Waiting(outside.reading, patience_s=outside.patience_s)
    for path, method, endpoint in [
        *_endpoints(operations, queries, uploads, around, waiting),
        *_cards(rules, queries, around),
        *((r.path, rights.method(r), Reckonings(r, outside.reckons, around).__call__) for r in reckonings),
        *in_force.endpoints(around),
        *proving.endpoints(around),
    ]:
        app.add_route(path, _named(path, endpoint), methods=[method])
    whole = document(service, VERSION, operations, queries, uploads, reckonings)
    app.add_route("/openapi.json", _fixed(whole))
    app.add_route("/docs", _page(overview(app.title, whole)))
    app.add_route(SWAGGER, _page(swagger(app.title)))
    app.add_route("/asyncapi.json", _fixed(outside.asyncapi))
    app.add_route("/api-info", _fixed(_api_info(service)))
    app.add_route("/health/live", health.live)
    app.add_route("/health/ready", health.Ready(service, outside.checks).__call__)
    app.add_route("/metrics", health.metrics)
    return app


def _surroundings(service: str, rules: Rules, outside: Outside) -> Surroundings:
    catalogue = Catalogue(rules.events)
    return Surroundings(
        service=service,
        authority=rules.authority,
        append=outside.append,
        reading=outside.reading,
        showing=Showing(outside.reading, catalogue, outside.keys),
        keys=outside.keys,
        clock=outside.clock,
        catalogue=catalogue,
        personal=tuple(dict.fromkeys(pointer for event in rules.events for pointer in personal_fields(event))),
    )


def _endpoints(
    operations: Sequence[Operation], queries: Sequence[Query], uploads: Sequence[Upload], around: Surroundings,
    waiting: Waiting,
) -> list[tuple[str, str, Endpoint]]:  # fmt: skip
    return [
        *(
            (o.path, "POST", Commanding(o, one_of(queries, o.view), around, _parent(o, operations, queries)).__call__)
            for o in operations
        ),
        *((u.path, "POST", Uploading(u, one_of(queries, u.view), around).__call__) for u in uploads),
        *(
            (calendar.PATH, "GET", DueCalendar(q.view, q.roles, around, q.sight).__call__)
            for q in queries
            if q.path == duties.PATH
        ),
        *(
            (q.path, "POST" if q.asked else "GET", Asking(q, around, waiting, _writers(operations, q.view)).__call__)
            for q in queries
        ),
    ]


def _cards(rules: Rules, queries: Sequence[Query], around: Surroundings) -> list[tuple[str, str, Endpoint]]:
    """Give the cards of a service that has duties, for those who may ask for the list."""
    owed = rules.duties
    if not isinstance(owed, Duties):
        return []
    return [
        (cards.PATH, "GET", DutyCards(q.roles, rules, owed, around, q.sight).__call__)
        for q in queries
        if q.path == duties.PATH
    ]


def _parent(operation: Operation, operations: Sequence[Operation], queries: Sequence[Query]) -> Query | None:
    """Give the question for what an operation's path lies under: `/v1/bookings/{id}` of `/v1/bookings/{id}/moves`.

    Only where we gave it its id: a year is there before anything was recorded of it.
    """
    under = _unnamed(operation.path)
    made = [each.view for each in operations if each.fresh]
    ones = [query for query in queries if query.one and any(query.view is view for view in made)]
    fitting = [query for query in ones if under.startswith(f"{_unnamed(query.path)}/")]
    return max(fitting, key=lambda query: len(query.path), default=None)


def _unnamed(path: str) -> str:
    return receiving.NAME.sub("{}", path)


def _writers(operations: Sequence[Operation], view: View[Any]) -> list[Role]:
    """Give the roles that record what a view shows: they read what is sealed in it."""
    return [role for operation in operations if operation.view is view for role in operation.roles]


def _named(path: str, endpoint: Endpoint) -> Endpoint:
    """Tell the guard the table's path, under which a request is counted."""

    async def named(request: Request) -> Response:
        request.scope["medverka.path"] = path
        return await endpoint(request)

    return named


def _fixed(content: Mapping[str, Any]) -> Endpoint:
    data = to_json(content)

    async def fixed(_request: Request) -> Response:
        return Response(data, 200, None, "application/json")

    return fixed


def _page(page: Response) -> Endpoint:
    """Give a page: public, since a browser opens it without a token."""

    async def given(_request: Request) -> Response:
        return page

    return given


async def _passed_on(request: Request, error: Exception) -> Response:
    """Leave the framework's own refusals (no such path, no such method) to the guard, which answers all alike."""
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        raise HTTPException(error.status_code, headers={"allow": ", ".join(_allowed(request))})
    raise error


def _allowed(request: Request) -> list[str]:
    """Give every method of a path: the framework knows those of the first route that has it."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    of_path = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in of_path for method in route.methods or ()})


def _api_info(service: str) -> dict[str, str]:
    """Say what this API is, as the Swedish REST API profile has it."""
    return {
        "apiName": f"Medverka {service}",
        "apiVersion": VERSION,
        "apiReleased": RELEASED,
        "apiDocumentation": "/docs",
        "apiStatus": "beta",
    }

"""A replay and a what-if over HTTP, for whoever may ask of the duties (features: items 4 and 5)."""

import asyncio
from datetime import date, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shared.http import problem, receiving
from shared.http.asking import WANTED, bad_parameter, parsed
from shared.http.commanding import Surroundings
from shared.http.language import Text
from shared.http.operations import Reckoning
from shared.http.problem import Problem
from shared.policy.quarter import quarter_of
from shared.policy.role import Role
from shared.policy.stockholm import day_of
from shared.reckoning.question import (
    Lost,
    NoAuthority,
    Occupied,
    Outcome,
    Question,
    Reckoned,
    Reckons,
    Replay,
    TooLarge,
    WhatIf,
)

REPLAYS: Final = "/v1/replays/{asOf}"
WHAT_IFS: Final = "/v1/what-ifs"
AGAIN_S = 10
FIELDS: Final = ("authority", "from", "until")
TODAY = Text("ska vara i dag eller tidigare", "should be today or earlier")
OCCUPIED = problem.busy(
    "reckoning-busy", "En annan fråga räknas just nu; försök igen strax.",
    "Another question is being reckoned; try again in a moment.", AGAIN_S,
)  # fmt: skip
TOO_LARGE = Problem(
    503, "reckoning-too-large",
    Text(
        "Loggarna är för stora att räkna i en begäran; kör ./medverka replay eller what-if.",
        "The logs are too large to be reckoned in a request; run ./medverka replay or what-if.",
    ),
)  # fmt: skip


def reckonings(single: tuple[Role, ...], counted: tuple[Role, ...]) -> tuple[Reckoning, ...]:
    """Give both questions: for roles that may know of single duties, and for those that may know of them by counts."""
    roles = tuple(dict.fromkeys((*single, *counted)))
    return (
        Reckoning(
            path=REPLAYS, roles=roles, single=single,
            sv="Skyldigheter som ska finnas en dag enligt loggarna, mot dem som finns (./medverka replay)",
            en="Duties that should be there on a day by the logs, against those that are (./medverka replay)",
        ),
        Reckoning(
            path=WHAT_IFS, roles=roles, single=single, by_post=True,
            sv="Antagande: skyldigheterna om en annan myndighetsfil hade gällt (./medverka what-if)",
            en="Assumption: the duties if another authority file had been in force (./medverka what-if)",
        ),
    )  # fmt: skip


class Reckonings:
    """The endpoint of one of them. It writes nothing, whichever it is."""

    def __init__(self, row: Reckoning, reckons: Reckons, around: Surroundings) -> None:
        self._row, self._reckons, self._around = row, reckons, around

    async def __call__(self, request: Request) -> Response:
        """Reckon and answer. Raises Problem: 400, 403, 413, 415, 422, 503."""
        who = receiving.principal(request)
        if who.acting(self._row.roles) is None:
            raise problem.forbidden(self._row.roles)
        for name in request.query_params:
            raise bad_parameter(name, Text("finns inte här", "does not exist here"))
        singly = who.acting(self._row.single) is not None
        today = day_of(self._around.clock.now())
        question = await what_if(request, today, singly) if self._row.by_post else replay(request, today, singly)
        try:
            outcome = await while_there(request, self._reckons, question)
        except Occupied:
            raise OCCUPIED from None
        return answered(outcome)


def replay(request: Request, today: date, singly: bool) -> Replay:  # noqa: FBT001 - both questions are read alike
    """Read which day is asked for. Raises Problem: 400."""
    as_of = parsed("asOf", "date", request.path_params["asOf"])
    if not isinstance(as_of, date) or as_of > today:
        raise bad_parameter("asOf", TODAY)
    return Replay(as_of, singly)


async def what_if(request: Request, today: date, singly: bool) -> WhatIf:  # noqa: FBT001
    """Read which file and which period are asked for.

    Where single duties may not be known, a period is of whole quarters: between two that differ by a day stands one duty.
    Raises Problem: 400, 413, 415, 422.
    """
    receiving.check_media_type(request, "application/json")
    given = receiving.json_object(await receiving.body(request))
    wrong = [(problem.pointer((name,)), _UNKNOWN) for name in given if name not in FIELDS]
    authority = given.get("authority")
    if not isinstance(authority, str):
        wrong.append(("/authority", Text("ska vara myndighetens fil, TOML i text", "should be the file, TOML as text")))
    since, until = (_day(given, name, wrong) for name in ("from", "until"))
    if until is None:
        until = today if singly else quarter_of(today).first - timedelta(days=1)
    if until > today:
        wrong.append(("/until", TODAY))
    if since is not None and since > until:
        wrong.append(("/from", Text("ska inte vara senare än until", "should be no later than until")))
    if not singly and not _whole_quarters(since, until):
        wrong.append(("/until", Text("ska med from vara hela kvartal", "should with from be whole quarters")))
    if wrong or not isinstance(authority, str):
        raise problem.invalid(wrong)
    return WhatIf(authority.encode(), since, until, singly)


_UNKNOWN = Text("finns inte; här finns authority, from, until", "does not exist; there is authority, from, until")


def _day(given: dict[str, Any], name: str, wrong: list[tuple[str, Text]]) -> date | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        day = parsed(name, "date", value) if isinstance(value, str) else None
    except Problem:
        day = None
    if isinstance(day, date):
        return day
    wrong.append((f"/{name}", WANTED["date"]))
    return None


def _whole_quarters(since: date | None, until: date) -> bool:
    begins = since is None or since == quarter_of(since).first
    return begins and until == quarter_of(until).last


async def while_there(request: Request, reckons: Reckons, question: Question) -> Outcome:
    """Reckon for as long as the asker waits. Raises Problem: 400, to nobody, when the asker has gone; Occupied."""
    work = asyncio.create_task(reckons.ask(question))
    leaving = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        raise receiving.CUT_OFF
    finally:
        work.cancel()
        leaving.cancel()
        await asyncio.gather(work, leaving, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def answered(outcome: Outcome) -> Response:
    """Give the answer. Raises Problem: 422 for a file that is none, 500, 503; ConnectionError where a store is lost."""
    match outcome:
        case Reckoned(body=body):
            return Response(body, 200, None, "application/json")
        case NoAuthority(sentences=sentences):
            raise problem.invalid([("/authority", Text(sentence, sentence)) for sentence in sentences])
        case TooLarge():
            raise TOO_LARGE
        case Lost(why=why):
            raise ConnectionError(why)
        case _:
            raise problem.FAILED

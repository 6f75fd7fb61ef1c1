"""What the authority's file says of a day: its readings of the policy, and its codes with who or what they stand for then.

An old day is answered with the words of then (features: item 7; views: auditors 4, other systems 5).
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shared.http import problem, receiving, table
from shared.http.asking import bad_parameter, parsed
from shared.http.commanding import Surroundings
from shared.http.language import Language, Text
from shared.http.showing import json
from shared.policy.authority import Authority
from shared.policy.authority.values import Dated
from shared.policy.clause import CLAUSES
from shared.policy.label import label
from shared.policy.role import PUBLISHER, WITHIN
from shared.policy.stockholm import day_of

READ_BY: Final = (*WITHIN, PUBLISHER)
Row = dict[str, Any]
ASKED: Final[Mapping[str, Text]] = {
    "/v1/interpretations": Text("Tolkningar som gäller en dag", "Interpretations in force on a day"),
    "/v1/code-lists": Text("Kodlistor och roller en dag", "Code lists and roles on a day"),
}


def interpretations(authority: Authority, on: date, language: Language) -> Iterator[Row]:
    """Give every reading in force on the day, those of day counts too: id, clause, text, from, who decided it, dnr."""
    for reading in authority.readings(on):
        said = label(reading)
        yield {
            "id": said["id"], "clause": said["clause"], "text": said[language], "from": said["from"],
            "decidedBy": said["decidedBy"], "dnr": said["dnr"], "label": said["label"][language],
        }  # fmt: skip


def code_lists(authority: Authority, on: date, language: Language) -> Iterator[Row]:
    """Give the codes that events carry: roles with their units, partner bodies and clauses; `from` None: always."""
    for role, holders in sorted(authority.holders.items()):
        yield from (_code("role", role, each.name, each) for each in holders if each.holds(on))
    for partner, names in sorted(authority.partners.items()):
        yield from (_code("partner", partner, each.name, each) for each in names if each.holds(on))
    for clause in CLAUSES:
        words = clause.en if language == "en" else clause.sv
        yield {"list": "clause", "code": clause.id, "label": words, "from": None, "until": None}


def _code(list_: str, code: str, words: str, dated: Dated) -> Row:
    return {"list": list_, "code": code, "label": words, "from": dated.from_, "until": dated.until}


ROWS: Final[Mapping[str, Callable[[Authority, date, Language], Iterator[Row]]]] = {
    "/v1/interpretations": interpretations,
    "/v1/code-lists": code_lists,
}


def endpoints(around: Surroundings) -> list[tuple[str, str, Callable[[Request], Awaitable[Response]]]]:
    """Give the two questions, the same in every service."""
    return [(path, "GET", _InForce(rows, around).__call__) for path, rows in ROWS.items()]


class _InForce:
    """The endpoint of one list."""

    def __init__(self, rows: Callable[[Authority, date, Language], Iterator[Row]], around: Surroundings) -> None:
        self._rows, self._around = rows, around

    async def __call__(self, request: Request) -> Response:
        """Give the list of a day, today's by default. Raises Problem: 400, 403."""
        if receiving.principal(request).acting(READ_BY) is None:
            raise problem.forbidden(READ_BY)
        for name in request.query_params:
            if name != "on":
                raise bad_parameter(name, Text("finns inte; här finns on", "does not exist; there is on"))
        language = receiving.language(request)
        rows = list(self._rows(self._around.authority, self._on(request), language))
        headers = {"content-language": language, "vary": f"Accept, {problem.VARY}"}
        if table.wanted(request.headers.get("accept", "")):
            return Response(table.table(rows, ()), 200, headers, f"{table.MEDIA_TYPE}; charset=utf-8; header=present")
        return Response(json({"items": rows, "next": None}), 200, headers, "application/json")

    def _on(self, request: Request) -> date:
        if "on" not in request.query_params:
            return day_of(self._around.clock.now())
        asked = parsed("on", "date", request.query_params["on"])
        if not isinstance(asked, date):
            raise TypeError(f"on: a date was read as {asked!r}")
        return asked

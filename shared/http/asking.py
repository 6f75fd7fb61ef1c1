"""One question: request → a view's named query → rows as the asker may see them."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Literal

from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from shared.http import problem, receiving, table
from shared.http.commanding import Surroundings
from shared.http.language import Text
from shared.http.operations import NotUnderstood, OfPerson, Query
from shared.http.problem import VARY, Problem
from shared.http.reading import Waiting
from shared.http.showing import json
from shared.http.showing import name as json_name
from shared.persons.preparing import claims_key, mac
from shared.policy.label import labelled
from shared.policy.role import Role
from shared.policy.stockholm import day_of

MOST, USUAL = 200, 50
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE = re.compile(r"-?[0-9]{1,9}")
Filter = Literal["text", "date", "int", "bool"]
WANTED: Mapping[Filter, Text] = {
    "text": Text("ska vara text", "should be text"),
    "date": Text("ska vara ett datum, ÅÅÅÅ-MM-DD", "should be a date, YYYY-MM-DD"),
    "int": Text("ska vara ett heltal", "should be an integer"),
    "bool": Text("ska vara true eller false", "should be true or false"),
}


class Asking:
    """The endpoint of one query."""

    def __init__(self, query: Query, around: Surroundings, waiting: Waiting, writers: Iterable[Role] = ()) -> None:
        self.query, self.around, self.waiting = query, around, waiting
        self.in_clear = (*query.in_clear, *writers)
        self.filters = {to_camel(name): kind for name, kind in query.filters.items()}

    async def __call__(self, request: Request) -> Response:
        """Take the request, ask and answer."""
        who = receiving.principal(request)
        if who.acting(self.query.roles) is None:
            raise problem.forbidden(self.query.roles)
        if self.query.one:
            self._check_names(request, set())
            await self._wait(request)
            return await self._one(request)
        in_address = () if self.query.asked else self.filters
        self._check_names(request, {"limit", "cursor", *in_address})
        filters = await self._in_body(request) if self.query.asked else self._filters(request)
        arguments = [self._cursor(request), self._limit(request), *filters]
        await self._wait(request)
        return await self._page(request, arguments)

    async def _one(self, request: Request) -> Response:
        names = {name: receiving.path_value(value) for name, value in request.path_params.items()}
        key = self.query.key.format_map(names)
        version = await self.around.reading.seen_version(key)
        rows = await self.around.reading.ask(self.query.view, self.query.query, key)
        rows = self._seen(request, rows)
        if not rows:
            raise problem.NOT_FOUND
        [row] = await self._shown(request, rows[:1])
        headers = self._in_language(request) | ({"etag": f'"{version}"'} if version else {})
        return Response(json(row), 200, headers, "application/json")

    async def _page(self, request: Request, arguments: list[Any]) -> Response:
        limit = arguments[1]
        arguments[1] = limit + 1  # one more than asked for tells whether there is a next page
        rows = await self.around.reading.ask(self.query.view, self.query.query, *arguments)
        following = _written(rows[limit - 1]["key"]) if len(rows) > limit else None
        items = await self._shown(request, self._seen(request, rows[:limit]))
        headers = self._in_language(request)
        headers["vary"] = ", ".join(filter(None, ("Accept", headers.get("vary"))))
        if table.wanted(request.headers.get("accept", "")):
            return self._table(request, items, headers, following)
        return Response(json({"items": items, "next": following}), 200, headers, "application/json")

    def _table(
        self, request: Request, items: list[dict[str, Any]], headers: dict[str, str], following: str | None
    ) -> Response:
        """Give a page as CSV; where the next one is stands in Link (RFC 8288)."""
        if following is not None:
            there = request.url.include_query_params(cursor=following)
            headers["link"] = f'<{there.path}?{there.query}>; rel="next"'
        columns = [json_name(field.name) for field in fields(self.query.view.row)]
        return Response(table.table(items, columns), 200, headers, f"{table.MEDIA_TYPE}; charset=utf-8; header=present")

    def _seen(self, request: Request, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Leave out what the asker does not see; a page is shorter by it, and the next one begins where it did."""
        sight = self.query.sight
        return rows if sight is None else [row for row in rows if sight.sees(row, receiving.principal(request))]

    def _in_language(self, request: Request) -> dict[str, str]:
        """Give the headers of an answer that may be worded by the reader's language."""
        if self.query.computed is None:
            return {}
        return {"content-language": receiving.language(request), "vary": VARY}

    async def _shown(self, request: Request, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        in_clear = receiving.principal(request).acting(self.in_clear) is not None
        opened = await self.around.showing(rows, in_clear=in_clear)
        today, language = day_of(self.around.clock.now()), receiving.language(request)
        if self.query.computed is not None:
            opened = [self.query.computed(row, today, self.around.authority, language) for row in opened]
        if self.query.outside is not None and not in_clear:
            opened = [self.query.outside(row) for row in opened]
        return [labelled(row, self.query.reads, self.around.authority) for row in opened]

    async def _wait(self, request: Request) -> None:
        """Wait for what the asker knows has happened. Raises Problem: 400, 503."""
        place = receiving.after(request)
        if place is None:
            return
        reached = await self.waiting.reached(*place)
        if reached is None:
            raise Problem(
                400, "log-not-followed",
                Text(f"{place[0]} följs inte av den här tjänsten.", f"{place[0]} is not followed by this service."),
            )  # fmt: skip
        if not reached:
            raise problem.busy(
                "view-behind",
                "Vyn har inte hunnit dit än; försök igen strax.",
                "The view is not there yet; try again soon.",
            )

    def _check_names(self, request: Request, known: set[str]) -> None:
        """See that every parameter is known and given once. Raises Problem: 400."""
        names = [name for name, _ in request.query_params.multi_items()]
        for name in names:
            if name not in known:
                raise bad_parameter(name, _there_is(sorted(known)))
            if names.count(name) > 1:
                raise bad_parameter(name, Text("ska ges en gång", "should be given once"))

    def _limit(self, request: Request) -> int:
        given = request.query_params.get("limit", str(USUAL))
        if not WHOLE.fullmatch(given) or not 1 <= int(given) <= MOST:
            raise bad_parameter("limit", Text(f"ska vara 1–{MOST}", f"should be 1–{MOST}"))
        return int(given)

    def _cursor(self, request: Request) -> str:
        given = request.query_params.get("cursor", "")
        try:
            cursor = base64.urlsafe_b64decode(given.encode("ascii")).decode()
        except (binascii.Error, ValueError):
            cursor = "\0"
        if "\0" in cursor or _written(cursor) != given:
            raise bad_parameter(
                "cursor", Text("ska vara ett next som du har fått", "should be a next that you were given")
            )
        return cursor

    def _filters(self, request: Request) -> list[Any]:
        given = request.query_params
        return [parsed(name, kind, given[name]) if name in given else None for name, kind in self.filters.items()]

    async def _in_body(self, request: Request) -> list[Any]:
        """Read the filters from a JSON body, and hide whom they name. Raises Problem: 400, 413, 415, 422."""
        receiving.check_media_type(request, "application/json")
        given = receiving.json_object(await receiving.body(request))
        known = _there_is(sorted(self.filters))
        wrong = [(problem.pointer((name,)), known) for name in given if name not in self.filters]
        said: dict[str, Any] = dict.fromkeys(self.query.filters)
        for name, kind in self.query.filters.items():
            value = given.get(to_camel(name))
            if value is not None:
                read = _typed(kind, value)
                said[name] = read
                if read is None:
                    wrong.append((problem.pointer((to_camel(name),)), WANTED[kind]))
        if wrong or self.query.asked is None:
            raise problem.invalid(wrong)
        try:
            arguments = self.query.asked(said)
        except NotUnderstood as error:
            raise Problem(422, error.reason, Text(error.sv, error.en)) from None
        return [await self._hidden(argument) for argument in arguments]

    async def _hidden(self, argument: Any) -> Any:
        if not isinstance(argument, OfPerson):
            return argument
        return f"person:{mac(await claims_key(self.around.keys, self.around.service), argument.clear)}"


def _typed(kind: Filter, value: Any) -> Any:
    """Read a filter's value from JSON, where numbers and truth have types of their own; None if it is none."""
    match kind:
        case "text" | "date" if isinstance(value, str):
            try:
                return parsed("", kind, value)
            except Problem:
                return None
        case "int" if isinstance(value, int) and not isinstance(value, bool):
            return value
        case "bool" if isinstance(value, bool):
            return value
        case _:
            return None


def _there_is(known: Sequence[str]) -> Text:
    if not known:
        return Text("finns inte; här tas inga parametrar emot", "does not exist; no parameters are taken here")
    listed = ", ".join(known)
    return Text(f"finns inte; här finns {listed}", f"does not exist; there is {listed}")


def _written(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def parsed(name: str, kind: Filter, given: str) -> str | int | bool | date:
    """Read a filter's value. Raises Problem: 400."""
    match kind:
        case "text" if "\0" not in given:
            return given
        case "int" if WHOLE.fullmatch(given):
            return int(given)
        case "bool" if given in {"true", "false"}:
            return given == "true"
        case "date" if DAY.fullmatch(given):
            try:
                return date.fromisoformat(given)
            except ValueError:
                raise bad_parameter(name, WANTED[kind]) from None
        case _:
            raise bad_parameter(name, WANTED[kind])


def bad_parameter(name: str, text: Text) -> Problem:
    """Say what is wrong with a parameter."""
    return Problem(400, "parameter-not-taken", Text(f"{name}: {text.sv}.", f"{name}: {text.en}."))

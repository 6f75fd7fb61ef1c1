"""A service's HTTP as two tables: what may be done (operations) and what may be asked (queries), each with the roles that may.

`api.py` of a service holds these tables and nothing else; `shared/http/app.py` makes the paths of them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from shared.deciding import Command, Refused
from shared.http.sight import Sight
from shared.log.view import View
from shared.policy.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One command by POST. Names in braces are fields of the command in camelCase, filled from the path.

    `fresh`: fields that get a new id; `at` is always the time of the request.
    Body: the command's other fields as they stand in its JSON schema, and `dnr` (required of officers unless the command's
    decision has one). The answer is the resource: the row of `view` under the command's stream, 201 where an id is fresh, 200
    otherwise. `Location` is the path of the view's query that gives one.
    """

    path: str
    command: type[Command]
    roles: tuple[Role, ...]
    sv: str
    en: str
    view: View[Any]
    fresh: tuple[str, ...] = ()
    board: str | None = None
    """The command's field that names the buying board whose own role may do it (`buying-board:<code>`)."""
    looked_up: "LookUp | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Foreign facts that a decision needs: what the views knew when the request came travels in the command.

    `find` takes the request's body and gives the command's `fields`, by their own names.
    """

    fields: tuple[str, ...]
    find: "Callable[[Mapping[str, Any], Edge], Awaitable[Mapping[str, Any]]]"


@dataclass(frozen=True, slots=True)
class OfPerson:
    """An argument that names a person, `clear`: the query gets the claim by which the service knows it, and never itself."""

    clear: str = field(repr=False)


class NotUnderstood(Exception):
    """A document cannot be read. `reason` is a stable public code."""

    def __init__(self, reason: str, sv: str, en: str) -> None:
        self.reason, self.sv, self.en = reason, sv, en
        super().__init__(en)


class Edge(Protocol):
    """What a command may be made with beside its request: the time, new ids, and what the views know."""

    @property
    def at(self) -> datetime:
        """The time of the request."""
        ...

    def new_id(self) -> str:
        """Give a UUIDv7."""
        ...

    async def ask(self, view: View[Any], query: str, *arguments: object) -> list[dict[str, Any]]:
        """Ask a view's named query."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One document by POST that becomes a command, where the body is no JSON: a notice.

    `read` is pure and may take long (it runs beside the requests): bytes → what `command` makes a command of, None where the
    document asks for nothing; it raises NotUnderstood. The answer is 201 with the row of `view`, or 200 with `nothing`.
    """

    path: str
    roles: tuple[Role, ...]
    sv: str
    en: str
    view: View[Any]
    media_types: tuple[str, ...]
    most_bytes: int
    read: Callable[[bytes], Any]
    command: Callable[[Any, Edge], Awaitable[Command | None]]
    nothing: str = "no-effect"
    again_on: Refused | None = None
    """Where the command is refused so, another document came in between: it is made once more, on what that one made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question by GET, or by POST (`asked`), answered by a named query of a view's SQL.

    The query takes `$1` cursor (text, '' at the start: only keys after it), `$2` limit, then the filters in their order, each
    NULL where it is not given; it gives rows ordered by `key`, each with a column `key`. `one`: the path names one resource,
    `$1` is its key (`prefix/{id}`), and there are no pages. Columns are snake_case; JSON is camelCase.
    """

    path: str
    view: View[Any]
    query: str
    roles: tuple[Role, ...]
    sv: str
    en: str
    filters: Mapping[str, Literal["text", "date", "int", "bool"]] = field(default_factory=dict)
    one: bool = False
    key: str = ""
    """For `one`: the stream, with the path's names in braces: `placement/{placementId}`."""
    in_clear: tuple[Role, ...] = ()
    """Roles that read its sealed fields, beside those that write to the view; to others they are redacted."""
    asked: "Callable[[Mapping[str, Any]], Sequence[Any]] | None" = None
    """By POST: the filters stand in a JSON body, since they can name a person and an address is written down in many places.

    (what was said, by the filters' own names) → the query's arguments after cursor and limit; raises NotUnderstood.
    """
    computed: Any = None
    """(row as a dict, today, authority, language) → the row to answer, where what is shown depends on the day."""
    outside: Any = None
    """(row) → the row for readers that are not among `in_clear`, where those see more than others."""
    sight: Sight | None = None
    """Which rows a principal sees (`Sight`), where `roles` do not all see the same ones."""
    reads: tuple[str, str] | None = None
    """Whose reading its dates are, where rows name none (`interpretation_id`): its key, and the column of the day it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """One question of a service's whole logs: a replay by GET, a what-if by POST. Only `single` are told of single duties."""

    path: str
    roles: tuple[Role, ...]
    single: tuple[Role, ...]
    sv: str
    en: str
    by_post: bool = False


def one_of(queries: Sequence[Query], view: View[Any]) -> Query | None:
    """Give the question by which one row of a view is read."""
    return next((query for query in queries if query.one and query.view is view), None)

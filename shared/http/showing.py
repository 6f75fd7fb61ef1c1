"""A row as it is shown: JSON with camelCase names, sealed fields opened for those who may read them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic.alias_generators import to_camel
from pydantic_core import to_json, to_jsonable_python

from shared.contracts.cloudevent import Catalogue, Envelope
from shared.contracts.values import Key, Plain
from shared.http.reading import Reading
from shared.log.sql import query
from shared.log.tables import LEAVES
from shared.log.view import View
from shared.persons.keys import Keys
from shared.persons.opening import closed, opened

OURS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
LISTED = re.compile(r"\bSELECT\b(?!.*\bSELECT\b)(.*?)\bFROM\b", re.DOTALL)
COMMENT = re.compile(r"--[^\n]*")
WORD = re.compile(r"\w+")


@cache
def name(column: str) -> str:
    """Give a column's name in JSON; what is no name of ours but somebody's key (`DF-0`) stays."""
    return to_camel(column) if OURS.fullmatch(column) else column


def shown(value: Any) -> Any:
    """Give a value with JSON names, instants in UTC. Raises TypeError for what must never be shown."""
    if type(value) in LEAVES:  # most of what is in an answer
        return value
    if isinstance(value, Mapping):
        return {name(key): shown(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [shown(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(shown(part) for part in value)
    if isinstance(value, Plain | Key):
        raise TypeError("a clear personal field or a key was about to be shown")
    if is_dataclass(value) and not isinstance(value, type):
        return {name(field.name): shown(getattr(value, field.name)) for field in fields(value)}
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@cache
def names(view: View[Any], one: str | None) -> tuple[str, ...]:
    """Give those of a view's columns that the query of one row gives: an answer to POST has no others than one to GET."""
    held = tuple(field.name for field in fields(view.row))
    if one is None:
        return held
    listed = LISTED.findall(COMMENT.sub("", query(view.sql, one)))[-1]
    return held if "*" in listed else tuple(column for column in held if column in WORD.findall(listed))


def columns(row: Any, wanted: Iterable[str]) -> dict[str, Any]:
    """Give a folded row as its table would: an instant is one, what stands in a container is JSON; sealed stays sealed."""
    values = {column: getattr(row, column) for column in wanted}
    return {column: value if isinstance(value, datetime) else _stored(value) for column, value in values.items()}


def _stored(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Mapping):
        return {key: _stored(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_stored(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type | Plain | Key):
        return {field.name: _stored(getattr(value, field.name)) for field in fields(value)}
    return to_jsonable_python(value) if isinstance(value, datetime) else value


def json(value: Any) -> bytes:
    """Give the bytes of an answer."""
    return to_json(shown(value))


class Showing:
    """Opens what is sealed in rows."""

    def __init__(self, reading: Reading, catalogue: Catalogue, keys: Keys) -> None:
        self._reading, self._catalogue, self._keys = reading, catalogue, keys

    async def __call__(self, rows: Sequence[Mapping[str, Any]], *, in_clear: bool) -> list[dict[str, Any]]:
        """Give the rows, their sealed fields in clear or redacted; the streams are the rows' keys."""
        if not in_clear:
            return closed(rows)
        return await opened(rows, [row["key"] for row in rows if "key" in row], self._history, self._keys)

    async def _history(self, streams: Sequence[str]) -> list[Envelope]:
        found = map(self._catalogue.decode, await self._reading.streams(streams))
        return [envelope for envelope in found if envelope is not None]

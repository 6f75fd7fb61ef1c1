"""Going through all that a model holds, however deep, with the JSON pointer (RFC 6901) of each place."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)
Names = Iterable[tuple[str, str]]

LEAVES = frozenset({str, int, bool, date, datetime, type(None)})
"""What most fields are: seen to be nothing else by one look at their type. No kind that is looked for is among them."""


def _named(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Give a model's fields, each with its JSON name and its own."""
    return tuple((_named(field.alias or name), name) for name, field in model.model_fields.items())


def parts(value: object) -> Iterator[tuple[str, str | int, object]]:
    """Give what a value is made of: JSON name, own name or number, and the part. Nothing for a leaf."""
    match value:
        case BaseModel():
            held = value.__dict__
            for alias, name in _fields(type(value)):
                yield alias, name, held[name]
        case Mapping():
            for name, part in value.items():
                yield _named(str(name)), name, part
        case tuple() | list():
            for n, part in enumerate(value):
                yield str(n), n, part
        case _:
            return


def found(value: object, kind: type[Any], pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value of a kind with its pointer, in the order in which it is written."""
    if type(value) in LEAVES:
        return
    if isinstance(value, kind):
        yield pointer, value
        return
    for name, _, part in parts(value):
        yield from found(part, kind, f"{pointer}/{name}")


def replaced(value: Any, kind: type[Any], by: Callable[[str, Any], Any], pointer: str = "") -> Any:
    """Give the value with every part of a kind put through `by(pointer, part)`; what does not change is the same object."""
    if type(value) in LEAVES:
        return value
    if isinstance(value, kind):
        return by(pointer, value)
    changed: dict[Any, Any] = {}
    for name, own, old in parts(value):
        if type(old) not in LEAVES and (new := replaced(old, kind, by, f"{pointer}/{name}")) is not old:
            changed[own] = new
    if not changed:
        return value
    match value:
        case BaseModel():
            return value.model_copy(update=changed)
        case Mapping():
            return {**value, **changed}
        case _:
            return type(value)(changed.get(n, old) for n, old in enumerate(value))


def replaced_in(model: M, names: Names, kind: type[Any], by: Callable[[str, Any], Any]) -> M:
    """Do the same to some fields of a model, each given with its JSON name: to go through all of it costs more."""
    changed = {}
    for name, alias in names:
        old = model.__dict__[name]
        if type(old) not in LEAVES and (new := replaced(old, kind, by, f"/{alias}")) is not old:
            changed[name] = new
    return model.model_copy(update=changed) if changed else model


def found_in(model: BaseModel, names: Names, kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """Give every value of a kind in some fields of a model."""
    for name, alias in names:
        yield from found(model.__dict__[name], kind, f"/{alias}")

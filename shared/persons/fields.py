"""Which fields of which events can name a person: read from the contracts, so that the list cannot forget one."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

HEAD = """# Personuppgifter / Personal fields

Fälten nedan är chiffertext under personens nyckel från första händelsen; inget annat fält får rymma personuppgifter.
The fields below are ciphertext under the person's key from the first event on; no other field may hold personal data.

| tjänst / service | händelse / event | fält / fields |
|---|---|---|
"""


@cache
def personal_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Give the JSON pointers of a model's personal fields; `*` stands for any item or name."""
    schema = model.model_json_schema()
    return tuple(dict.fromkeys(_pointers(schema, schema.get("$defs", {}), "")))


@cache
def may_be_personal(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Give the names, own and in JSON, of the fields in which something personal can stand; most events have none.

    A correction's new values can be of any field's type, so they count.
    """
    personal = {pointer.split("/")[1] for pointer in (*personal_fields(model), *_anything(model))}
    return tuple(
        (name, field.alias or name) for name, field in model.model_fields.items() if (field.alias or name) in personal
    )


def _anything(model: type[BaseModel]) -> Iterator[str]:
    if "changes" in model.model_fields:
        yield "/changes"


def _pointers(schema: Mapping[str, Any], definitions: Mapping[str, Any], pointer: str) -> Iterator[str]:
    if schema.get("x-personal"):
        yield pointer
        return
    if "$ref" in schema:
        yield from _pointers(definitions[schema["$ref"].rpartition("/")[2]], definitions, pointer)
    for name, part in schema.get("properties", {}).items():
        yield from _pointers(part, definitions, f"{pointer}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), Mapping):
            yield from _pointers(schema[keyword], definitions, f"{pointer}/*")
    for keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for part in schema.get(keyword, ()):
            yield from _pointers(part, definitions, pointer)


def reference(events: Mapping[str, Iterable[type[BaseModel]]]) -> str:
    """Give the table of all personal fields, for docs/reference/personal-fields.md. `events` are each service's."""
    return HEAD + "".join(_row(service, event) for service, types in events.items() for event in types)


def _row(service: str, event: type[BaseModel]) -> str:
    pointers = personal_fields(event)
    if not pointers:
        return ""
    return f"| {service} | `{event.__name__}` | {', '.join(f'`{pointer}`' for pointer in pointers)} |\n"

"""The page of events: each with its type, stream, log, meaning and fields, read from the contracts' JSON schema."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from pydantic.json_schema import models_json_schema

from deploy.local.referencing.markdown import MADE, ROOT, code, link, table
from deploy.local.referencing.suite import SHARED_EVENTS, published, services
from shared.contracts.cloudevent import Event

HEAD = """# Händelser / Events

Varje händelse är en CloudEvent 1.0 ({envelope}); nedan står dess `data`. I varje `data` står också `role` och `unit`
(i vems namn) och, där det finns, `dnr` (diarienumret). Ett *personligt* fält är chiffertext ({personal}).
Each event is a CloudEvent 1.0 ({envelope}); below stands its `data`. Every `data` has `role` and `unit` besides
(in whose name) and, where there is one, `dnr` (the diary's number). A *personal* field is ciphertext ({personal}).

*Rapporteras*: ett annat system får sända den till tjänstens inkorg, utan personliga fält ({topics}).
*Reported*: another system may send it to the service's inbox, without personal fields ({topics}).

"""
DUTIES = "## Duties\n\nVarje tjänsts skyldigheter, rättelser och avslag / every service's duties, corrections and refusals.\n\n"
SHAPES = "## Delar / Shapes\n\n"
FIELDS = ("fält / field", "", "typ / type")
REF = "#/$defs/"


def page() -> str:
    """Return the page."""
    own = [event for _, _, _, event in published() if event not in SHARED_EVENTS]
    every = tuple(dict.fromkeys((*own, *SHARED_EVENTS)))
    made = models_json_schema([(event, "validation") for event in every], by_alias=True)[1]
    definitions: Mapping[str, Mapping[str, Any]] = made["$defs"]
    names = {event.__name__ for event in every}
    shapes = {name: schema for name, schema in definitions.items() if name not in names}
    return (
        MADE
        + HEAD.format(
            envelope=link("cloudevent.py", "shared/contracts/cloudevent.py"),
            personal="[personal-fields.md](personal-fields.md)",
            topics="[topics.md](topics.md)",
        )
        + "".join(_service(service, definitions) for service in services())
        + DUTIES + "".join(_event(event, definitions) for event in SHARED_EVENTS)
        + SHAPES + "".join(_shape(name, schema) for name, schema in shapes.items())
    )  # fmt: skip


def _service(service: str, definitions: Mapping[str, Mapping[str, Any]]) -> str:
    contract = import_module(f"shared.contracts.{service}")
    own = dict.fromkeys(event for event, (first, _) in _places().items() if first == service)
    return (
        f"## {service}\n\n{(contract.__doc__ or '').strip()}\n\n"
        f"Kod / code: {link(f'{service}.py', f'shared/contracts/{service}.py')}\n\n"
        + "".join(_event(event, definitions) for event in own)
    )


def _places() -> Mapping[type[Event], tuple[str, list[str]]]:
    """Give each event's first service and the places of its streams: one that two services publish is told once."""
    found: dict[type[Event], tuple[str, list[str]]] = {}
    for service, log, category, event in published():
        if event not in SHARED_EVENTS:
            found.setdefault(event, (service, []))[1].append(f"{code(category + '/…')} i / in {code(log)}")
    return found


def _event(event: type[Event], definitions: Mapping[str, Mapping[str, Any]]) -> str:
    said = " ".join((event.__doc__ or "").split())
    _, where = _places().get(event, ("", []))
    facts = [code(event.TYPE), *where, *_occurs(event), *_reported(event), *_example(event)]
    fields = _fields(definitions[event.__name__], Event.model_fields)
    return f"### {event.__name__}\n\n{said}\n\n{' · '.join(facts)}\n\n{fields}"


def _occurs(event: type[Event]) -> Iterator[str]:
    if event.OCCURS:
        name = event.model_fields[event.OCCURS].alias or event.OCCURS
        yield f"händer / occurs: {code(name)}"


def _reported(event: type[Event]) -> Iterator[str]:
    if any(event in parts.reactions.inbox for parts in services().values()):
        yield "rapporteras / reported"


def _example(event: type[Event]) -> Iterator[str]:
    """Yield the golden JSON of the event, whose bytes never change."""
    for path in sorted(ROOT.glob(f"tests/contracts/golden/*/{event.__name__}.v*.json")):
        yield link("JSON", path.relative_to(ROOT).as_posix())


def _shape(name: str, schema: Mapping[str, Any]) -> str:
    return f"### {name}\n\n{' '.join(schema.get('description', '').split())}\n\n" + _fields(schema, ())


def _fields(schema: Mapping[str, Any], without: Any) -> str:
    required = schema.get("required", ())
    rows = [
        (code(name), "krävs / required" if name in required else "", shown(part, optional=name not in required))
        for name, part in schema.get("properties", {}).items()
        if name not in without
    ]
    return table(FIELDS, rows) if rows else ""


def shown(schema: Mapping[str, Any], *, optional: bool = False) -> str:
    """Give a type as a person reads it; an optional field's null is not told."""
    if schema.get("x-personal"):
        return "*personligt / personal* ([Enc](#enc))"
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        return f"[{name}](#{name.lower()})"
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            kinds = [shown(part) for part in schema[keyword] if not (optional and part.get("type") == "null")]
            return " eller / or ".join(kinds)
    if "enum" in schema or "const" in schema:
        return " · ".join(code(str(value)) for value in schema.get("enum", [schema.get("const")]))
    return _simple(schema)


def _simple(schema: Mapping[str, Any]) -> str:
    match schema.get("type"):
        case "array":
            return f"lista av / list of {shown(schema.get('items', {}))}{_limits(schema, 'minItems', 'maxItems')}"
        case "object":
            return f"namn → / names → {shown(schema.get('additionalProperties') or {})}"
        case "string":
            pattern = f" {code(schema['pattern'])}" if "pattern" in schema else ""
            return f"{schema.get('format', 'text')}{pattern}{_limits(schema, 'minLength', 'maxLength')}"
        case "integer" | "boolean" | "null" as name:
            return f"{name}{_limits(schema, 'minimum', 'maximum')}"
        case _:
            return "vad som helst / anything"


def _limits(schema: Mapping[str, Any], least: str, most: str) -> str:
    limits = [f"{sign} {schema[name]}" for sign, name in (("≥", least), ("≤", most)) if name in schema]
    return f" ({', '.join(limits)})" if limits else ""

"""A service's topics as an AsyncAPI 3.0 document, made from the contracts: what it publishes and what it takes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.contracts.cloudevent import CONTENT_TYPE, Event

SCHEMAS = "#/components/schemas/"
MESSAGES = "#/components/messages/"
HEADERS = {
    "type": "object",
    "description": "A record without `index` is a fence: a new epoch begins.",
    "properties": {
        "index": {"type": "string", "pattern": "^[0-9]+$", "description": "The event's place in its log."},
        "epoch": {"type": "string", "pattern": "^[0-9]+$", "description": "Whose leader sent it."},
        "traceparent": {"type": "string"},
        "content-type": {"type": "string", "const": CONTENT_TYPE},
    },
}


def document(
    service: str, version: str, logs: Mapping[str, Sequence[type[Event]]], inbox: Iterable[type[Event]]
) -> dict[str, Any]:
    """Give the document of one service: `logs` with the events in each, `inbox` with those that it takes."""
    inbox = tuple(inbox)
    every = dict.fromkeys([event for events in logs.values() for event in events] + list(inbox))
    _, schemas = models_json_schema(
        [(event, "validation") for event in every], by_alias=True, ref_template=SCHEMAS + "{model}"
    )
    channels = {name: _channel(name, events) for name, events in logs.items()}
    operations = {f"publish-{name}": _operation("send", name, events) for name, events in logs.items()}
    if inbox:
        name = f"{service}.inbox"
        channels[name] = _channel(f"{name}.{{publisher}}", inbox) | {
            "parameters": {"publisher": {"description": "The reporting system's name in the authority's file."}}
        }
        operations[f"take-{name}"] = _operation("receive", name, inbox)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Medverka {service}", "version": version, "license": {"name": "EUPL-1.2"}},
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {event.TYPE: _message(event) for event in every},
            "schemas": schemas["$defs"],
        },
    }


def _channel(address: str, events: Iterable[type[Event]]) -> dict[str, Any]:
    return {"address": address, "messages": {event.TYPE: {"$ref": MESSAGES + event.TYPE} for event in events}}


def _operation(action: str, name: str, events: Iterable[type[Event]]) -> dict[str, Any]:
    channel = f"#/channels/{name.replace('/', '~1')}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.TYPE}"} for event in events],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    """One event as it is on the wire: a structured CloudEvent."""
    text = {"type": "string"}
    required = ["specversion", "id", "source", "type", "data"]
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": (event.__doc__ or "").split("\n")[0],
        "contentType": CONTENT_TYPE,
        "headers": HEADERS,
        "payload": {
            "type": "object",
            "required": required,
            "properties": {
                "specversion": {"const": "1.0"}, "id": text, "source": text, "type": {"const": event.TYPE},
                "subject": text, "time": text | {"format": "date-time"}, "occurredat": text | {"format": "date-time"},
                "streamversion": {"type": "integer"}, "actor": text, "commandkey": text,
                "commandend": {"type": "boolean"}, "causationid": text, "correlationid": text, "keyid": text,
                "data": {"$ref": SCHEMAS + event.__name__},
            },
        },
    }  # fmt: skip

"""A view's row as it comes back from its table: instants in UTC, containers through JSON. A fold goes on from it."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json

from shared.log.tables import text
from shared.log.view import View

CONTAINERS = (tuple, list, frozenset, set, dict)


def reloaded(view: View[Any], row: Any) -> Any:
    """Give the row as a service has it that was restarted since."""
    if row is None:
        return None
    stored = {field.name: _stored(getattr(row, field.name)) for field in fields(row)}
    return TypeAdapter(view.row).validate_python(stored)


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return from_json(text(value) or "null") if isinstance(value, CONTAINERS) else value

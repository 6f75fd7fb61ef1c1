"""What an officer said in a field that is sealed as it is stored: a sole trader's number and name."""

import json
from typing import Annotated, Any

from pydantic import Field

from shared.contracts.values import Personal, Plain
from shared.persons.clear import Clear

PersonalText = Annotated[
    Personal,
    Clear(
        Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")],
        "ska vara en text med 1–200 tecken", "must be a text of 1 to 200 characters",
    ),
]  # fmt: skip
"""A text that may name a person; clear in a command, and stored clear only if it names a legal person."""


def said(value: Personal) -> Any:
    """Give what a command's personal field holds. Raises TypeError for a sealed one."""
    if not isinstance(value, Plain):
        raise TypeError("a sealed field can't be looked at when a command is decided")
    return json.loads(value.json)


def resaid(value: object, like: Personal) -> Plain:
    """Give another value to be sealed by the same key: a number without its hyphen."""
    if not isinstance(like, Plain):
        raise TypeError("a sealed field can't be written anew")
    return Plain(json.dumps(value, ensure_ascii=False), like.key)

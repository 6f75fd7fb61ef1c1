"""What an officer said in a field that is sealed as it is stored: who starts an enterprise, a sole trader's number and name."""

import json
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from shared.contracts.values import Personal, Plain
from shared.persons.clear import Clear

Named = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
PersonalText = Annotated[
    Personal, Clear(Named, "ska vara en text med 1–200 tecken", "must be a text of 1 to 200 characters")
]


class Starter(TypedDict):
    """Who wants to start an enterprise, and how to reach them."""

    name: Named
    address: Named


SaidStarter = Annotated[
    Personal,
    Clear(
        Starter,
        "ska ha namn (name) och adress (address), 1–200 tecken vardera",
        "must have a name and an address, of 1 to 200 characters each",
    ),
]


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

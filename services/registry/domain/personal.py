"""What an officer said in a field that is sealed as it is stored: looked at here, kept nowhere else."""

import json
from typing import Any

from shared.contracts.values import Enc, Personal, Plain


def said(value: Personal | None) -> Any:
    """Give what a command's personal field holds; None if it is not there. Raises TypeError for a sealed one."""
    if value is None:
        return None
    if not isinstance(value, Plain):
        raise TypeError("a sealed field can't be looked at when a command is decided")
    return json.loads(value.json)


def resaid(value: object, like: Personal) -> Plain:
    """Give another value to be sealed by the same key: a number without its hyphen."""
    if not isinstance(like, Plain):
        raise TypeError("a sealed field can't be written anew")
    return Plain(json.dumps(value, ensure_ascii=False), like.key)


def a_text(value: Personal | None) -> Personal | None:
    """Check that a personal field holds a text of 1 to 200 characters. Raises ValueError."""
    text = _in_clear(value)
    if value is not None and not (isinstance(text, str) and 1 <= len(text.strip()) <= 200):  # noqa: PLR2004 - as `Name`
        raise ValueError("must be a text of 1 to 200 characters")
    return value


def a_count(value: Personal | None) -> Personal | None:
    """Check that a personal field holds a whole number of persons. Raises ValueError."""
    count = _in_clear(value)
    if value is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        raise ValueError("must be a whole number of persons, 0 or more")
    return value


def _in_clear(value: Personal | None) -> Any:
    """Give what was said. Raises ValueError where somebody handed in a sealed field: it can't be checked."""
    if isinstance(value, Enc):
        raise ValueError("must be written in clear text; it is sealed when it is stored")  # noqa: TRY004 - pydantic's way
    return said(value)

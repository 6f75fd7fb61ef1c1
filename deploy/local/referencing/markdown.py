"""What the pages share: tables, links into the tree, and what a function says of itself."""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
MADE = "<!-- Gjord ur koden / made from the code: python -m deploy.local.reference -->\n\n"
UP = "../.."  # from docs/reference to the root


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table; a cell may hold anything but a line break."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(cell, line))} |\n" for line in lines) + "\n"


def cell(text: str) -> str:
    """Give a text as it may stand in a table."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


def code(text: str) -> str:
    """Give a name of the code."""
    return f"`{text}`"


def codes(names: Iterable[str]) -> str:
    """Give names of the code in a row; a dash where there are none."""
    return ", ".join(map(code, names)) or "–"


def link(shown: str, path: str) -> str:
    """Link to a file of the tree, by its path from the root."""
    return f"[{shown}]({UP}/{path})"


def path_of(thing: Callable[..., Any]) -> str:
    """Give the path, from the root, of the file in which a function or class of ours is written."""
    return Path(inspect.getfile(thing)).relative_to(ROOT).as_posix()


def first_line(thing: object) -> str:
    """Give the first sentence of what a class or function says of itself."""
    text = (getattr(thing, "__doc__", None) or "").strip()
    return " ".join(text.partition("\n\n")[0].split())


def says(function: Callable[..., Any]) -> str:
    """Give what a function says of itself, or else what the function that made it says."""
    maker = function.__qualname__.partition(".<locals>")[0]
    return first_line(function) or first_line(inspect.unwrap(function).__globals__.get(maker))

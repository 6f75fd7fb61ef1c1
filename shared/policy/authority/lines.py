"""On which line of a TOML file a key stands: `tomllib` reads values and forgets where.

It takes a file that `tomllib` has accepted, written as authorities' files are: each header and each key on a line of
its own. A value over several lines is skipped, so that nothing inside it passes for a key.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\"-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w\"-]+)\s*=\s*(.*)$")
_STRING_OR_COMMENT = re.compile(r'"(\\.|[^"\\])*"|\'[^\']*\'|#.*')


class Lines:
    """Where each table and key of a text stands: `("deadline", 2, "value")` is the third `[[deadline]]`'s `value`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._seen: Counter[str] = Counter()
        table: Path = ()
        inside = ""  # what ends the value that began on an earlier line
        for number, line in enumerate(text.splitlines(), start=1):
            if inside:
                inside = _still_inside(inside, line)
            elif header := _HEADER.match(line):
                table = self._table(array=header[1] == "[[", name=header[2].strip('"'))
                self._lines[table] = number
                self._lines.setdefault(table[:1], number)
            elif key := _KEY.match(line):
                self._lines[(*table, key[1].strip('"'))] = number
                inside = _begins(key[2])

    def of(self, path: Sequence[str | int]) -> int:
        """Return the line of the path, or of the nearest thing around it; 1 if there is none."""
        for end in range(len(path), 0, -1):
            if (line := self._lines.get(tuple(path[:end]))) is not None:
                return line
        return 1

    def _table(self, *, array: bool, name: str) -> Path:
        if not array:
            return (name,)
        self._seen[name] += 1
        return (name, self._seen[name] - 1)


def _begins(value: str) -> str:
    """Return what a value that starts on this line waits for: a closing quote, a bracket, or nothing."""
    for quotes in ('"""', "'''"):
        if value.startswith(quotes):
            return "" if quotes in value[3:] else quotes
    bare = _STRING_OR_COMMENT.sub("", value)
    return "]" * (bare.count("[") - bare.count("]"))


def _still_inside(inside: str, line: str) -> str:
    if inside[0] != "]":
        return "" if inside in line else inside
    bare = _STRING_OR_COMMENT.sub("", line)
    return "]" * (len(inside) + bare.count("[") - bare.count("]"))

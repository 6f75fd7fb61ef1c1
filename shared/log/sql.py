"""SQL stands in files: each query has a name, a reason and its shapes above it (`-- name: open_group`)."""

import re
from functools import cache
from pathlib import Path

NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


class QueryMissing(LookupError):
    """No query of that name stands in the file."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(f"{path.name} has no query named {name}; write it under a line `-- name: {name}`")


@cache
def queries(path: Path) -> dict[str, str]:
    """Give a file's queries by name, comments included: the server's own log then says which query it was."""
    _, *parts = NAME.split(path.read_text(encoding="utf-8"))
    return dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))


def query(path: Path, name: str) -> str:
    """Give one query. Raises QueryMissing."""
    try:
        return queries(path)[name]
    except KeyError:
        raise QueryMissing(path, name) from None

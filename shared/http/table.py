"""A page as a table that a spreadsheet opens: CSV (RFC 4180), UTF-8 with its mark, the columns named as in JSON.

What stands in a container is JSON text. A cell that a spreadsheet would take for a formula is given an apostrophe before it:
titles come from other people's notices.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic_core import to_json

from shared.http.showing import shown

MEDIA_TYPE: Final = "text/csv"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it the spreadsheet that most offices have reads å, ä and ö wrong."""


def wanted(accept: str, media_type: str = MEDIA_TYPE) -> bool:
    """Tell whether an Accept header asks for CSV, or another type, before JSON (RFC 9110 section 12.5.1).

    Without one it does not.
    """
    weights = {media_type: 0.0, "application/json": 0.0}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name in weights:
            weights[name] = _weight(parameters)
    return weights[media_type] > weights["application/json"]


def _weight(parameters: Iterable[str]) -> float:
    given = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
    try:
        return float(given)
    except ValueError:
        return 0.0


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Give the rows as CSV; the first line names the columns, in the order of the rows' own or, without rows, as given."""
    told = [shown(row) for row in rows]
    names = list(told[0]) if told else list(columns)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in told)
    return (MARK + text.getvalue()).encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str() if value.startswith(FORMULA):
            return f"'{value}"
        case str() | int():
            return str(value)
        case dict() | list():
            return to_json(value).decode()
        case _:
            return str(to_json(value).decode()).strip('"')

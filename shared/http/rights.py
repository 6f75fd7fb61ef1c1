"""The one table of who may do and ask what, as a page; the rows themselves are each service's `api.py`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from shared.http.operations import Operation, Query, Reckoning, Upload
from shared.policy.role import BUYING_BOARD, ROLES, Role

Row = Operation | Query | Reckoning | Upload

HEAD: Final = """# Rättigheter / Rights

● får / may · ○ nämnden får för egen del / the board may for itself · tomt / empty: 403.
Vem som har en roll en viss dag står i myndighetens fil. Who holds a role on a day is in the authority's file.
"""
SHORT: Final[Mapping[Role, str]] = {role: f"`{role}`" for role in ROLES}


def method(row: Row) -> str:
    """Give a row's HTTP method."""
    match row:
        case Query():
            return "POST" if row.asked else "GET"
        case Reckoning():
            return "POST" if row.by_post else "GET"
        case _:
            return "POST"


def mark(row: Row, role: Role) -> str:
    """Give one cell: whether a role may."""
    if role not in row.roles:
        return ""
    return "○" if role == BUYING_BOARD and isinstance(row, Operation) and row.board is not None else "●"


def reference(services: Mapping[str, Sequence[Row]]) -> str:
    """Give the page, for docs/reference/rights.md."""
    return HEAD + "".join(part for service, rows in services.items() for part in _table(service, rows))


def _table(service: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"\n## {service}\n\n| | {' | '.join(SHORT.values())} | |\n|---|{'---|' * len(ROLES)}---|\n"
    for row in rows:
        cells = " | ".join(mark(row, role) for role in ROLES)
        yield f"| `{method(row)} {row.path}` | {cells} | {row.sv} / {row.en} |\n"

"""Tables for a terminal: as wide as it is, plain in a pipe."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local.story.words import HEADS, KINDS
from shared.http.language import Language, Text

PIPE_WIDTH = 200
Column = tuple[str, Text]
"""A row's field and what stands above it."""

DUTY: Sequence[Column] = (
    ("dueOn", Text("Sista dag", "Due")), ("class", Text("Läge", "State")), ("daysLate", Text("Dagar sent", "Days late")),
    ("clause", Text("Punkt", "Clause")), ("kind", Text("Slag", "Kind")), ("objectId", Text("Föremål", "Object")),
    ("owedByUnit", Text("Ansvarig enhet", "Owed by")), ("interpretation", Text("Enligt", "By")),
)  # fmt: skip


def console() -> Console:
    """Give the terminal; what is no terminal is wide enough for a whole id."""
    screen = Console()
    return screen if screen.is_terminal else Console(width=PIPE_WIDTH)


def printed_json(value: object) -> None:
    """Print one line of JSON."""
    print(json.dumps(value, ensure_ascii=False))


def printed(title: str, rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], language: Language) -> None:
    """Print rows as a table, or that there are none."""
    held = list(rows)
    screen = console()
    if not held:
        screen.print(f"[bold]{escape(title)}[/]: {Text('inget', 'nothing').said(language)}", highlight=False)
        return
    table = Table(title=f"{escape(title)} ({len(held)})", title_justify="left", title_style="bold")
    for _, head in columns:
        table.add_column(head.said(language), overflow="fold")
    for row in held:
        table.add_row(*(escape(_cell(row.get(name), name, language)) for name, _ in columns), style=_style(row))
    screen.print(table)


def facts(title: str, row: Mapping[str, Any], names: Mapping[str, Text], language: Language) -> None:
    """Print one resource: what it is called, and what it says, line by line."""
    screen = console()
    screen.print(f"[bold]{escape(title)}[/]", highlight=False)
    for name, said in names.items():
        if row.get(name) not in (None, [], ""):
            screen.print(f"  {said.said(language):24} {escape(_cell(row[name], name, language))}", highlight=False)


def _cell(value: object, name: str, language: Language) -> str:
    match value:
        case None | [] | "":
            return "–"
        case bool():
            return Text("ja", "yes").said(language) if value else Text("nej", "no").said(language)
        case {"label": dict(said)}:
            return _cell(said, name, language)
        case {"sv": str(swedish), **others}:
            return str(others.get("en") or swedish) if language == "en" else swedish
        case list():
            return ", ".join(_cell(part, "", language) for part in value)
        case dict():
            return ", ".join(f"{key}: {_cell(part, '', language)}" for key, part in value.items())
        case str() if name == "class" and value in HEADS:
            return HEADS[value].said(language)
        case str() if name == "kind" and value in KINDS:
            return KINDS[value].said(language)
        case _:
            return str(value)


def _style(row: Mapping[str, Any]) -> str | None:
    if row.get("breach"):
        return "red"
    return "yellow" if row.get("class") in {"not-done", "done-late"} else None

"""The end of the story as a person reads it, and as a line of JSON."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from deploy.local.story.broken import broken, told
from deploy.local.story.checks import Check
from deploy.local.story.ledger import CLASSES
from deploy.local.story.playing import LAST_DAY, Played
from deploy.local.story.stage import LOGS
from deploy.local.story.words import HEADS, KINDS, legend
from shared.http.language import Language, Text

WIDTH = 110


def line(on: date | None, text: str) -> str:
    """Give a line of the story with its day, wrapped."""
    day = on.isoformat() if on else " " * 10
    return textwrap.fill(text, WIDTH, initial_indent=f"{day}  ", subsequent_indent=" " * 12)


def counted(played: Played) -> list[dict[str, Any]]:
    """Count the duties by clause, kind and class, as the suite says that they are on the last day."""
    found = []
    for clause, kind in sorted({(duty["clause"], duty["kind"]) for duty in played.duties.values()}):
        of_kind = [duty for duty in played.duties.values() if (duty["clause"], duty["kind"]) == (clause, kind)]
        classes = Counter(duty["class"] for duty in of_kind)
        row: dict[str, Any] = {"clause": clause, "kind": kind, "arose": len(of_kind)}
        found.append(
            row | {name: classes[name] for name in CLASSES} | {"breach": sum(duty["breach"] for duty in of_kind)}
        )
    return found


def table(rows: Sequence[dict[str, Any]], language: Language) -> Iterator[str]:
    """Give the duties as a table of text."""
    heads = ["", *(HEADS[name].said(language) for name in HEADS)]
    body = [
        [f"{row['clause']} {KINDS[row['kind']].said(language)}", *(str(row[name] or "–") for name in HEADS)]
        for row in rows
    ]
    first = max(len(cells[0]) for cells in body)
    widths = [max(len(head), 3) for head in heads[1:]]
    for cells in (heads, *body):
        yield "  ".join([cells[0].ljust(first), *(c.rjust(w) for c, w in zip(cells[1:], widths, strict=True))]).rstrip()


def ending(played: Played, found: Sequence[Check], language: Language, took_s: float) -> Iterator[str]:
    """Give the table, what was broken or late, the checks and the conclusion."""
    yield ""
    yield Text(f"Skyldigheter den {LAST_DAY}, per bestämmelse", f"Duties on {LAST_DAY}, by clause").said(language)
    yield from table(counted(played), language)
    yield ""
    yield from legend(language)
    yield ""
    yield from told(broken(played), language)
    yield ""
    yield Text("Prövat", "Checked").said(language)
    for check in found:
        yield f"  {'✓' if check.ok else '✗'} {check.name.said(language)}"
        if not check.ok:
            yield textwrap.fill(check.detail, WIDTH, initial_indent="      ", subsequent_indent="      ")
    failed = sum(not check.ok for check in found)
    yield ""
    if failed:
        yield Text(f"{failed} prövningar höll inte.", f"{failed} checks did not hold.").said(language)
    else:
        yield Text(f"Allt höll. Året tog {took_s:.0f} s.", f"All held. The year took {took_s:.0f} s.").said(language)


def as_json(played: Played, found: Sequence[Check], took_s: float) -> dict[str, Any]:
    """Give what `demo --json` prints (docs: the public contract of the launcher)."""
    forms = played.procurement.forms
    services = {
        service: {"events": sum(len(played.logs[log]) for log in logs), "refused": len(played.refused[service])}
        for service, logs in LOGS.items()
    }
    return {
        "ok": all(check.ok for check in found),
        "took_s": round(took_s, 1),
        "services": services,
        "notices": {
            "read": len(forms),
            "forms": len({form for form, _ in forms}),
            "subtypes": len({subtype for _, subtype in forms}),
            "refused": played.procurement.refused,
        },
        "duties": counted(played),
        "breaches": [one.as_json() for one in broken(played)],
        "checks": [{"name": check.name.en, "ok": check.ok, "detail": check.detail} for check in found],
    }

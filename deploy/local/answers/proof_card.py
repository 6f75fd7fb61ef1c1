"""`medverka proof-card DUTY-ID`: why a duty is owed, what became of it and what shows that, to read, to print or as JSON."""

from pathlib import Path
from typing import Any

from deploy.local.answers.asking import NotAnswered, Row, Suite, asked
from deploy.local.answers.calling import parser
from deploy.local.answers.printing import facts, printed, printed_json
from deploy.local.explained import WrongCall
from shared.http.language import Language, Text

FACTS = {
    "clause": Text("Punkt", "Clause"), "unit": Text("Enhet på sista dagen", "Unit on the due day"),
    "trigger": Text("Utlöstes", "Triggered"), "due": Text("Sista dag", "Due"), "class": Text("Läge", "Class"),
    "breach": Text("Punkten bruten", "Clause broken"), "label": Text("Bedömd enligt", "By"),
    "sealed": Text("Sekretess", "Secrecy"),
}  # fmt: skip
TERMS = (
    ("key", Text("Frist", "Term")), ("value", Text("Värde", "Value")), ("unit", Text("Enhet", "Unit")),
    ("gives", Text("Ger", "Gives")), ("label", Text("Enligt", "By")),
)  # fmt: skip
EVENTS = (
    ("type", Text("Händelse", "Event")), ("happenedAt", Text("Inträffade", "Happened")),
    ("recordedAt", Text("Registrerades", "Recorded")), ("log", Text("Logg", "Log")), ("index", Text("Plats", "Index")),
    ("dnr", Text("Diarienummer", "Diary number")), ("sha256", Text("SHA-256", "SHA-256")),
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Ask and print, or write. Raises NothingRuns, NotAnswered, WrongCall."""
    made = parser(
        "proof-card", "Visar eller skriver ut beviskortet för en skyldighet.", "Shows or writes a duty's proof card.",
        "  ./medverka proof-card gs-7.initiative/2026\n  ./medverka proof-card gs-4.first/0199… --html kort.html\n",
    )  # fmt: skip
    made.add_argument("id", metavar="DUTY-ID", help="skyldighetens id, se ./medverka duties --json / the duty's id")
    made.add_argument("--as-of", metavar="DATE", help="som det var den dagen; annars i dag / as of a day; else today")
    made.add_argument("--html", type=Path, metavar="FILE", help="skriv en sida att skriva ut / write a page to print")
    arguments = made.parse_args(argv)
    if arguments.html is not None and arguments.json:
        raise WrongCall("proof-card: ange --json eller --html, inte båda / give --json or --html, not both")
    day = {"asOf": arguments.as_of} if arguments.as_of else {}
    with asked(arguments.lang, arguments.addresses) as suite:
        service, card = _found(suite, arguments.id, day)
        page = suite.page(service, _path(arguments.id), **day) if arguments.html is not None else None
    if page is not None:
        arguments.html.write_bytes(page)
    elif arguments.json:
        printed_json(card)
    else:
        shown(card, arguments.lang)
    return 0


def shown(card: Row, language: Language) -> None:
    """Print a card for a person."""
    duty, due = card["duty"], card["due"]
    row = {
        "clause": f"{card['clause']['id']} ({duty['modality']}): {card['clause'][language]}",
        "unit": duty["unitOnDueDay"] or duty["unitOnTriggerDay"], "trigger": card["trigger"]["on"], "due": due["on"],
        "class": card["class"], "breach": card["breach"], "label": _label(card, language),
        "sealed": (card["sealed"] or {}).get(language),
    }  # fmt: skip
    facts(duty["id"] or duty["name"], row, FACTS, language)
    terms = [term | {"label": _label(term, language)} for term in due["terms"]]
    printed(Text("Så räknades sista dagen", "How the due day was reckoned").said(language), terms, TERMS, language)
    printed(Text("Vad som har hänt", "What happened").said(language), map(_event, card["events"]), EVENTS, language)
    printed(Text("Vad som visar det", "What shows it").said(language), map(_event, card["evidence"]), EVENTS, language)


def _label(said: Row, language: Language) -> str:
    return str(said["interpretation"]["label"][language])


def _event(event: Row) -> Row:
    return event | {"type": str(event.get("type", "")).removeprefix("se.medverka.") or event["eventId"]}


def _path(duty_id: str) -> str:
    return f"/v1/duty-cards/{duty_id}"


def _found(suite: Suite, duty_id: str, day: dict[str, Any]) -> tuple[str, Row]:
    """Give the service that has the duty, and its card. Raises NotAnswered."""
    for service in suite.services:
        card = suite.one(service, _path(duty_id), **day)
        if card is not None:
            return service, card
    raise NotAnswered(f"{duty_id}: ingen sådan skyldighet finns här / there is no such duty here")

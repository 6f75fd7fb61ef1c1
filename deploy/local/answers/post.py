"""`medverka post [--dry-run]`: which letters wait or failed; or, word by word, which would go now and why others do not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.markup import escape

from deploy.local.answers.asking import Suite, asked
from deploy.local.answers.calling import parser
from deploy.local.answers.printing import console, printed, printed_json
from shared.http.language import Language, Text

ABOUT = (("tenderId", Text("Upphandling", "Tender")), ("forYear", Text("Vägledning", "Guidance")))
QUEUE = (
    *ABOUT, ("enterpriseId", Text("Företag", "Enterprise")),
    ("purpose", Text("Ärende", "Purpose")), ("state", Text("Läge", "State")), ("reason", Text("Skäl", "Reason")),
    ("attempts", Text("Försök", "Attempts")), ("nextAt", Text("Nästa försök", "Next try")),
    ("dueOn", Text("Sista dag", "Due")),
)  # fmt: skip
UNREACHABLE = (
    ("enterpriseId", Text("Företag", "Enterprise")), ("otherChannels", Text("Andra vägar", "Other ways")),
    ("openDuties", Text("Öppna skyldigheter", "Open duties")), ("dueOn", Text("Sista dag", "Due")),
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Ask and print; nothing is sent by it. Raises NothingRuns, NotAnswered, WrongCall."""
    made = parser(
        "post", "Visar breven i sviten som går här; inget skickas av det.",
        "Shows the letters of the suite here; nothing goes by it.",
        "  ./medverka post\n  ./medverka post --dry-run\n  ./medverka post --dry-run --tender 0199a3c2-… --json\n",
    )  # fmt: skip
    made.add_argument(
        "--dry-run", action="store_true",
        help="skriv ut varje brev som skulle skickas i dag, och varför de andra inte skickas / "
        "print every letter that would go today, and why the others do not",
    )  # fmt: skip
    made.add_argument("--tender", metavar="ID", help="bara om en upphandling / about one tender alone")
    arguments = made.parse_args(argv)
    with asked(arguments.lang, arguments.addresses) as suite:
        if arguments.dry_run:
            _dry_run(list(letters(suite, arguments.tender)), arguments.lang, as_json=arguments.json)
        else:
            _queue(suite, arguments.tender, arguments.lang, as_json=arguments.json)
    return 0


def letters(suite: Suite, tender: str | None) -> Iterator[dict[str, Any]]:
    """Give each letter that is due, with whom it is for: those of tenders, then guidance. Raises NotAnswered."""
    for pair in suite.all("procurement", "/v1/letters", tenderId=tender):
        for letter in pair["letters"]:
            yield {"tenderId": pair["tenderId"], "enterpriseId": pair["enterpriseId"], **letter}
    if tender is None:
        for letter in suite.all("procurement", "/v1/guidance-letters"):
            yield {"purpose": "guidance", **letter}


def _dry_run(due: Iterable[Mapping[str, Any]], language: Language, *, as_json: bool) -> None:
    """Print each letter once with all who get it, then those that do not go and why."""
    due = list(due)
    if as_json:
        printed_json({"letters": due})
        return
    screen = console()
    going = [letter for letter in due if letter["goes"]]
    shown: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for letter in going:
        shown.setdefault((letter["factsDigest"], letter["language"]), []).append(letter)
    for same in shown.values():
        to = ", ".join(f"{letter['enterpriseId']} ({letter['contactId']})" for letter in same)
        screen.print(f"[bold]{Text('Till', 'To').said(language)}:[/] {escape(to)}", highlight=False)
        screen.print(f"[bold]{escape(same[0]['subject'])}[/]\n", highlight=False)
        screen.print(escape(same[0]["text"]), highlight=False)
    said = Text("Brev som skulle skickas i dag", "Letters that would go today").said(language)
    screen.print(f"{said}: {len(going)}", highlight=False)
    columns = (
        *ABOUT, ("enterpriseId", Text("Företag", "Enterprise")),
        ("purpose", Text("Ärende", "Purpose")), ("says", Text("Varför", "Why")),
    )  # fmt: skip
    staying = [letter for letter in due if not letter["goes"]]
    printed(Text("Skickas inte", "Do not go").said(language), staying, columns, language)


def _queue(suite: Suite, tender: str | None, language: Language, *, as_json: bool) -> None:
    waiting = list(suite.all("procurement", "/v1/failed-outreaches", tenderId=tender))
    if tender is None:
        guidance = suite.all("procurement", "/v1/failed-guidance")
        waiting += [{"purpose": "guidance", **letter} for letter in guidance]
    unreachable = list(suite.all("procurement", "/v1/unreachable-enterprises"))
    if as_json:
        printed_json({"letters": waiting, "unreachable": unreachable})
        return
    printed(
        Text("Brev som väntar eller inte kom fram", "Letters that wait or did not arrive").said(language),
        waiting,
        QUEUE,
        language,
    )
    printed(Text("Nås inte av brev", "Reached by no letter").said(language), unreachable, UNREACHABLE, language)

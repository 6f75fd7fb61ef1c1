"""`medverka reach TENDER-ID`: which enterprises were told of a tender and when, and whether all were treated alike (GS-6)."""

from deploy.local.answers.asking import NotAnswered, Row, asked
from deploy.local.answers.calling import parser
from deploy.local.answers.printing import printed, printed_json
from shared.http.language import Language, Text

CHECKS = {
    "a": Text("Inget skickades innan det var offentligt", "Nothing was sent before it was public"),
    "b": Text("Alla fick samma uppgifter i varje skede", "All were told the same facts in each stage"),
    "c": Text("Högst så många arbetsdagar mellan första och sista", "No more working days between the first and the last"),
    "d": Text("Alla som den kan passa nåddes, eller skälet är känt", "All whom it may suit were reached, or why not is known"),
}  # fmt: skip
FOUND = (
    ("check", Text("Kontroll", "Check")), ("holds", Text("Håller", "Holds")), ("offends", Text("Avvikelser", "Offences")),
    ("interpretation", Text("Enligt", "By")),
)  # fmt: skip
COUNTS = (
    ("stage", Text("Skede", "Stage")), ("recognised", Text("Erkända", "Recognised")), ("suitable", Text("Passar", "Suits")),
    ("suitableIf", Text("Kan passa", "May suit")), ("notSuitable", Text("Passar inte", "Does not suit")),
    ("reached", Text("Nådda", "Reached")),
)  # fmt: skip
ROWS = (
    ("stage", Text("Skede", "Stage")), ("enterpriseId", Text("Företag", "Enterprise")),
    ("verdict", Text("Bedömning", "Verdict")), ("sentAt", Text("Skickat", "Sent")), ("channel", Text("Sätt", "Channel")),
    ("deliveredAt", Text("Framme", "Delivered")), ("workingDaysLeft", Text("Arbetsdagar kvar", "Working days left")),
    ("cause", Text("Varför inte", "Why not")), ("interpretation", Text("Enligt", "By")),
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Ask and print. Raises NothingRuns, NotAnswered, WrongCall."""
    made = parser(
        "reach", "Visar vilka företag som fick veta om en upphandling.", "Shows which enterprises were told of a tender.",
        "  ./medverka reach 0199a3c2-…\n  ./medverka reach 0199a3c2-… --lang en --json\n",
    )  # fmt: skip
    made.add_argument("id", metavar="TENDER-ID", help="upphandlingens id / the tender's id")
    arguments = made.parse_args(argv)
    with asked(arguments.lang, arguments.addresses) as suite:
        ledger = suite.one("procurement", f"/v1/tenders/{arguments.id}/reach")
    if ledger is None:
        raise NotAnswered(f"{arguments.id}: ingen sådan egen upphandling är offentlig / no such own tender is public")
    if arguments.json:
        printed_json(ledger)
    else:
        shown(ledger, arguments.lang)
    return 0


def shown(ledger: Row, language: Language) -> None:
    """Print a ledger for a person."""
    checks = [{"check": f"{name}. {CHECKS[name].said(language)}", **each} for name, each in ledger["checks"].items()]
    printed(Text("Kontroller", "Checks").said(language), checks, FOUND, language)
    printed(Text("Antal", "Counts").said(language), ledger["counts"], COUNTS, language)
    printed(Text("Företag", "Enterprises").said(language), ledger["rows"] or (), ROWS, language)

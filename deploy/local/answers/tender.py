"""`medverka tender ID`: what procurement knows of one tender, whom it suits and why, and what is owed for it."""

from typing import Any

from deploy.local.answers.asking import NotAnswered, Suite, asked
from deploy.local.answers.calling import parser
from deploy.local.answers.duties import TITLE as DUTIES
from deploy.local.answers.duties import duties
from deploy.local.answers.printing import DUTY, facts, printed, printed_json
from shared.http.language import Text

FACTS = {
    "tenderId": Text("Id", "Id"), "phase": Text("Läge", "Phase"), "isOwn": Text("Egen", "Own"),
    "publishedAt": Text("Annonserad", "Published"), "closes": Text("Stänger", "Closes"),
    "procedureId": Text("Förfarande (BT-04)", "Procedure (BT-04)"), "url": Text("Annons", "Notice"),
}  # fmt: skip
PAIRS = (
    ("enterpriseId", Text("Företag", "Enterprise")), ("stage", Text("Skede", "Stage")),
    ("verdict", Text("Bedömning", "Verdict")), ("deliveredAt", Text("Framme", "Delivered")),
)  # fmt: skip
WHY_NOT = (
    ("enterpriseId", Text("Företag", "Enterprise")), ("failedTest", Text("Prövning", "Test")),
    ("tenderValue", Text("Upphandlingen", "Tender")), ("enterpriseValue", Text("Företaget", "Enterprise")),
    ("flipsIf", Text("Passar om", "Suits if")),
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Ask and print. Raises NothingRuns, NotAnswered, WrongCall."""
    made = parser(
        "tender", "Visar allt om en upphandling i sviten som går här.", "Shows all about a tender in the suite here.",
        "  ./medverka tender 0199a3c2-…\n  ./medverka tender 0199a3c2-… --lang en --json\n",
    )  # fmt: skip
    made.add_argument("id", metavar="ID", help="upphandlingens id / the tender's id")
    arguments = made.parse_args(argv)
    with asked(arguments.lang, arguments.addresses) as suite:
        known = known_of(suite, arguments.id)
    if arguments.json:
        printed_json(known)
        return 0
    row, language = known["tender"], arguments.lang
    title = row.get("title") or {}
    facts(title.get(language) or title.get("sv") or row["tenderId"], row, FACTS, language)
    printed(Text("Företag", "Enterprises").said(language), known["outreach"], PAIRS, language)
    printed(Text("Varför inte", "Why not").said(language), known["mismatches"], WHY_NOT, language)
    printed(DUTIES.said(language), known["duties"], DUTY, language)
    return 0


def known_of(suite: Suite, id_: str) -> dict[str, Any]:
    """Give the tender, each enterprise's verdict, why not, and the duties about it. Raises NotAnswered."""
    row = suite.one("procurement", f"/v1/tenders/{id_}")
    if row is None:
        raise NotAnswered(f"{id_}: ingen sådan upphandling finns här / there is no such tender here")
    owed = [duty for duty in duties(suite) if id_ in duty["objectId"].split("/")]
    pairs = list(suite.all("procurement", "/v1/outreaches", tenderId=id_))
    return {
        "tender": row, "outreach": pairs, "duties": owed,
        "mismatches": list(suite.all("procurement", "/v1/mismatches", tenderId=id_)),
    }  # fmt: skip

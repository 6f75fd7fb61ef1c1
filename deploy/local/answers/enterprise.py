"""`medverka enterprise ID`: what all services know of one enterprise."""

from typing import Any

from deploy.local.answers.asking import NotAnswered, Row, Suite, asked
from deploy.local.answers.calling import parser
from deploy.local.answers.duties import TITLE as DUTIES
from deploy.local.answers.duties import duties
from deploy.local.answers.printing import DUTY, facts, printed, printed_json
from shared.http.language import Text

FACTS = {
    "enterpriseId": Text("Id", "Id"), "status": Text("Läge", "Status"), "legalForm": Text("Juridisk form", "Legal form"),
    "municipalityCode": Text("Kommun", "Municipality"), "registeredOn": Text("Registrerat", "Registered"),
    "recognisedFrom": Text("Godkänt från", "Recognised from"), "reviewDueOn": Text("Ny prövning senast", "Review due"),
    "reaches30Percent": Text("Når 30 procent", "Reaches 30 per cent"), "cpv": Text("Branscher (CPV)", "Branches (CPV)"),
}  # fmt: skip
PLACES = (
    ("placementId", Text("Plats", "Place")), ("phase", Text("Läge", "Phase")), ("placeKind", Text("Slag", "Kind")),
    ("startedOn", Text("Började", "Started")), ("plannedEnd", Text("Planerat slut", "Planned end")),
)  # fmt: skip
OUTREACH = (
    ("tenderId", Text("Upphandling", "Tender")), ("stage", Text("Skede", "Stage")), ("verdict", Text("Bedömning", "Verdict")),
    ("deliveredAt", Text("Framme", "Delivered")),
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Ask and print. Raises NothingRuns, NotAnswered, WrongCall."""
    made = parser(
        "enterprise", "Visar allt om ett företag i sviten som går här.", "Shows all about an enterprise in the suite here.",
        "  ./medverka enterprise 5560001234\n  ./medverka enterprise 0199a3c2-… --json\n",
    )  # fmt: skip
    made.add_argument("id", metavar="ID", help="id eller organisationsnummer / id or organisation number")
    arguments = made.parse_args(argv)
    with asked(arguments.lang, arguments.addresses) as suite:
        known = known_of(suite, arguments.id)
    if arguments.json:
        printed_json(known)
        return 0
    row, language = known["enterprise"], arguments.lang
    facts(row.get("name") or row["enterpriseId"], row, FACTS, language)
    printed(Text("Platser", "Places").said(language), known["placements"], PLACES, language)
    printed(Text("Upphandlingar", "Tenders").said(language), known["outreach"], OUTREACH, language)
    printed(DUTIES.said(language), known["duties"], DUTY, language)
    return 0


def known_of(suite: Suite, asked_for: str) -> dict[str, Any]:
    """Give the enterprise, its places, what tenders it was told of, and the duties about it. Raises NotAnswered."""
    row = _found(suite, asked_for)
    id_ = row["enterpriseId"]
    places = list(suite.all("placements", "/v1/placements", enterpriseId=id_))
    about = {id_, *(place["placementId"] for place in places)}
    owed = [duty for duty in duties(suite) if about & set(duty["objectId"].split("/"))]
    outreach = list(suite.all("procurement", "/v1/outreaches", enterpriseId=id_))
    return {"enterprise": row, "placements": places, "outreach": outreach, "duties": owed}


def _found(suite: Suite, asked_for: str) -> Row:
    id_: str | None = asked_for
    if asked_for.replace("-", "").isdecimal():
        rows = suite.found("registry", "/v1/recognitions/lookups", {"organisationNumber": asked_for})
        id_ = next((row["enterpriseId"] for row in rows), None)
    found = suite.one("registry", f"/v1/enterprises/{id_}") if id_ else None
    if found is None:
        raise NotAnswered(f"{asked_for}: inget sådant företag är registrerat / no such enterprise is registered")
    return found

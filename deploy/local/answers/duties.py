"""`medverka duties`: what is owed in all services, the earliest first."""

from datetime import date
from typing import Any

from deploy.local.answers.asking import Row, Suite, asked
from deploy.local.answers.calling import parser
from deploy.local.answers.printing import DUTY, printed, printed_json
from shared.http.language import Text

TITLE = Text("Skyldigheter", "Duties")
LOCAL = Text(
    "Varje dagantal är en lokal frist; bestämmelsen sätter ingen.",
    "Every day count is a local deadline; the clause sets none.",
)


def main(argv: list[str]) -> int:
    """Ask and print. Raises NothingRuns, NotAnswered, WrongCall."""
    arguments = _arguments(argv)
    is_open = None if arguments.all else "true"
    with asked(arguments.lang, arguments.addresses) as suite:
        rows = duties(
            suite, clause=arguments.clause, unit=arguments.unit, open=is_open,
            overdue="true" if arguments.overdue else None,
        )  # fmt: skip
    if arguments.json:
        printed_json({"duties": rows})
        return 0
    printed(TITLE.said(arguments.lang), rows, DUTY, arguments.lang)
    print(LOCAL.said(arguments.lang))
    return 0


def duties(suite: Suite, **filters: str | None) -> list[Row]:
    """Give every service's duties that fit, the earliest due day first, the undated last."""
    rows = [row for service in suite.services for row in suite.all(service, "/v1/duties", **filters)]
    return sorted(rows, key=lambda row: (row["dueOn"] or date.max.isoformat(), row["id"]))


def _arguments(argv: list[str]) -> Any:
    made = parser(
        "duties", "Visar skyldigheterna i sviten som går här.", "Shows the duties in the suite that runs here.",
        "  ./medverka duties --overdue\n  ./medverka duties --clause GS-4 --unit Socialnämnden --all --json\n",
    )  # fmt: skip
    made.add_argument("--clause", metavar="ID", help="punkt i policyn / the policy's clause: GS-4")
    made.add_argument("--unit", metavar="NAME", help="enheten som är skyldig / the unit that owes it")
    made.add_argument("--overdue", action="store_true", help="bara försenade / only the overdue")
    made.add_argument("--all", action="store_true", help="också avslutade / the ended too")
    return made.parse_args(argv)

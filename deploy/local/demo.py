"""`medverka demo`: a year of real work on a real suite, told as a story, with the duties and the checks at its end."""

import argparse
import json
import sys
from contextlib import ExitStack
from datetime import date
from time import monotonic

from deploy.local.calling import Parser
from deploy.local.running import noted, told, wait_for_end
from deploy.local.story.checks import Check, checks
from deploy.local.story.compose import DEMO, composed
from deploy.local.story.embedded import embedded
from deploy.local.story.invariants import invariants
from deploy.local.story.playing import BEGINS, Played, play
from deploy.local.story.report import as_json, ending, line
from deploy.local.story.secrecy import nothing_personal
from deploy.local.story.stage import Stage
from deploy.local.suite import Suite
from shared.http.language import Language, Text

OPENING = Text(
    "Ett påhittat år för Region Gotland. Riktig Kafka, riktig Postgres och fyra tjänster startar; annonserna är riktiga, "
    "ur EU:s eForms SDK, daterade och adresserade på nytt. Företagen och all post är påhittade.",
    "An invented year of Region Gotland. A real Kafka, a real Postgres and four services start; the notices are real ones "
    "of the EU's eForms SDK, dated and addressed anew. The enterprises and all mail are invented.",
)
_EXAMPLE = """\
exempel / example:
  ./medverka demo
  ./medverka demo --lang en --keep
  ./medverka demo --json 2>story.txt | jq .duties
"""


def main(argv: list[str]) -> int:
    """Play the year; answer 0 only if every check held."""
    arguments = _arguments(argv)
    language: Language = arguments.lang
    out = sys.stderr if arguments.json else sys.stdout

    def tell(on: date | None, text: str) -> None:
        print(line(on, text), file=out, flush=True)

    began = monotonic()
    with ExitStack() as stay:
        tell(None, OPENING.said(language))
        stage, suite = _staged(stay, arguments.against)
        played = play(stage, language, tell, stay)
        found = _checked(played)
        took_s = monotonic() - began
        print(*ending(played, found, language, took_s), sep="\n", file=out, flush=True)
        if arguments.json:
            print(json.dumps(as_json(played, found, took_s), ensure_ascii=False), flush=True)
        if arguments.keep:
            _keep(stay, stage, suite)
    return 0 if all(check.ok for check in found) else 1


def _staged(stay: ExitStack, against: str | None) -> tuple[Stage, Suite | None]:
    """Start a suite that knows nothing yet."""
    if against == "compose":
        return stay.enter_context(composed(BEGINS)), None
    return stay.enter_context(embedded(BEGINS))


def _checked(played: Played) -> list[Check]:
    return [*checks(played), nothing_personal(played), *invariants(played.world.stage)]


def _keep(stay: ExitStack, stage: Stage, suite: Suite | None) -> None:
    """Leave everything running to look around in, until interrupted."""
    if suite is not None:
        stay.enter_context(noted(suite))
    issuer = "" if suite else f"--against compose --project {DEMO.project} "
    print(told(stage.http, stage.kafka, stage.clock, issuer), file=sys.stderr, flush=True)
    wait_for_end(suite)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka demo",
        description="Startar allt, spelar ett år av arbete genom de öppna gränssnitten, berättar det och prövar vad som ska "
        "gälla. Starts everything, plays a year of work through the public interfaces, tells it and checks what must hold.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="sist en rad JSON / a line of JSON at the end")
    parser.add_argument("--keep", action="store_true", help="låt allt gå efteråt / leave everything running afterwards")
    parser.add_argument("--lang", choices=("sv", "en"), default="sv", help="berättelsens språk / the story's language")
    parser.add_argument("--against", choices=("compose",), help="spela mot compose / play against compose")
    return parser.parse_args(argv)

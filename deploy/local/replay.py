"""`medverka replay`: the duties that should exist by the logs, against those that are recorded (features: item 4)."""

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.local.calling import Parser
from deploy.local.explained import WrongCall
from deploy.local.running import NOTE

if TYPE_CHECKING:
    from deploy.local.replaying.asking import Replayed
    from shared.policy.role import Role

_EXAMPLE = """\
exempel / example:
  ./medverka replay
  ./medverka replay --as-of 2026-12-31 --json
  ./medverka replay --from-export EXPORT/ --role social-board
  ./medverka replay --open --dnr "LK 2026/17"
"""
MISSED = "/v1/missed-duties"
SAID = {
    "missing": "saknas / missing",
    "spurious": "utan grund / spurious",
    "wrong-due": "fel sista dag / wrong due day",
    "wrong-end": "fel avslut / wrong end",
}


def main(argv: list[str]) -> int:
    """Replay and print; 1 if anything differs."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    from deploy.local.replaying import asking

    reader, asked = asking.role(arguments), asking.asked(arguments)
    as_of = asking.day(arguments.as_of) if arguments.as_of else asking.today(asked.suite)
    found = asking.replayed(asked, arguments.authority or asked.authority, as_of, arguments.patience)
    if arguments.open:
        opened = _open(found, arguments.addresses or NOTE, _dnr(arguments))
        print(
            f"{opened} öppnade eller avslutade / opened or ended; ./medverka replay visar resten / shows what is left"
        )
        return 0
    print(
        json.dumps(told(found, as_of, reader), ensure_ascii=False) if arguments.json else as_text(found, as_of, reader)
    )
    return 1 if any(each.differences for each in found) else 0


def _dnr(arguments: argparse.Namespace) -> str:
    """Give the diary number of the decision to open. Raises WrongCall."""
    if arguments.from_export:
        raise WrongCall(
            "--open skriver till en svit som går, inte till en export / writes to a running suite, not to an export"
        )
    if not arguments.dnr:
        raise WrongCall("--open: ange diarienumret / name the diary number: --dnr 'LK 2026/17'")
    return str(arguments.dnr)


def _open(found: "Sequence[Replayed]", note: Path, dnr: str) -> int:
    """Have each service open, as the unit that owes them, what is missing there; gives how many. Raises NotAnswered."""
    from deploy.local.answers.asking import asked
    from shared.clock import SystemClock
    from shared.replaying.opening import opens

    done = 0
    with asked("sv", note) as suite:
        for each in found:
            for one in each.differences:
                command = opens(one, SystemClock().now())
                if command is not None:
                    body = command.model_dump(mode="json", by_alias=True, exclude={"at"}, exclude_none=True)
                    body = {"dueOn": None, "dnr": dnr} | body
                    suite.do(each.parts.name, MISSED, body, sha256(repr(sorted(body.items())).encode()).hexdigest())
                    done += 1
    return done


def told(found: "Sequence[Replayed]", as_of: date, reader: "Role") -> dict[str, Any]:
    """Give what was found as JSON has it; of duties that the reader may not know, how many there are, few as `1-4`."""
    services = [_service(each, as_of, reader) for each in found]
    return {"asOf": as_of.isoformat(), "ok": not any(each.differences for each in found), "services": services}


def _service(each: "Replayed", as_of: date, reader: "Role") -> dict[str, Any]:
    from deploy.local.replaying.asking import may_read
    from shared.replaying.telling import replayed

    shown_singly = may_read(reader, each.parts)
    return {"service": each.parts.name} | replayed(each.duties, each.differences, as_of, shown_singly=shown_singly)


def as_text(found: "Sequence[Replayed]", as_of: date, reader: "Role") -> str:
    """Give a line a difference, and the verdict in both languages."""
    lines = [line for each in told(found, as_of, reader)["services"] for line in _lines(each)]
    wrong = sum(len(each.differences) > 0 for each in found)
    verdict = (
        f"Skiljer sig i {wrong} tjänster / Differs in {wrong} services"
        if wrong
        else f"Allt som ska finnas {as_of} finns, och inget annat / All that should be there on {as_of} is, and nothing else"
    )
    return "\n".join([*lines, verdict])


def _lines(service: Mapping[str, Any]) -> list[str]:
    name = service["service"]
    if "counts" in service:
        return [f"{name}: {SAID[each['wrong']]} {each['clause']} × {each['count']}" for each in service["counts"]]
    lines = [f"{name}: {service['duties']} skyldigheter / duties"]
    for each in service["differences"]:
        right, is_ = each["should"], each["recorded"]
        trigger = f"{each['trigger']['on']} ({each['trigger']['causedBy']})"
        lines.append(f"  {SAID[each['wrong']]}: {each['dutyId']} {each['clause']}, utlöst / triggered {trigger}")
        lines.append(f"    ska / should: {_said(right)}; är / is: {_said(is_)}")
    return lines


def _said(state: Mapping[str, Any] | None) -> str:
    if state is None:
        return "–"
    end = f", {state['end']} {state['endedOn']}" if state["end"] else ""
    return f"{state['dueOn'] or 'odaterad / undated'}{end}"


def _parser() -> argparse.ArgumentParser:
    from deploy.local.replaying.asking import add_arguments

    parser = Parser(
        prog="medverka replay",
        description="Härleder ur loggarna vilka skyldigheter som ska finnas och jämför med dem som finns; skriver inget. "
        "Derives from the logs which duties should exist and compares with those that do; writes nothing.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    parser.add_argument(
        "--authority", type=Path, metavar="FILE",
        help="myndighetens fil; annars den som sviten startades med / the authority's file; else the one of the suite",
    )  # fmt: skip
    parser.add_argument(
        "--open", action="store_true",
        help="öppna det som saknas, som den enhet som har skyldigheten / open what is missing, as the unit that owes it",
    )  # fmt: skip
    parser.add_argument(
        "--dnr", metavar="DNR", help="till --open: ärendets diarienummer / with --open: the diary number"
    )
    parser.add_argument(
        "--as-of", metavar="DATE", help="dag som svaret gäller; annars i dag / the day it is for; else today"
    )
    parser.add_argument(
        "--patience", type=float, default=5.0, metavar="SECONDS",
        help="så länge tittas det igen om något skiljer sig / for so long it looks again where something differs",
    )  # fmt: skip
    return parser

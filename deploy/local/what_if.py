"""`medverka what-if`: what the duties would have been under another authority's file (features: item 5). Writes nothing."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.local.calling import Parser

if TYPE_CHECKING:
    from shared.contracts.values import DutyId
    from shared.policy.duty.life import DutyState

_EXAMPLE = """\
exempel / example:
  ./medverka what-if --authority kortare.toml
  ./medverka what-if --authority kortare.toml --from 2026-01-01 --until 2026-12-31 --json
"""


def main(argv: list[str]) -> int:
    """Replay under both files and print the differences."""
    arguments = _parser().parse_args(argv)
    from deploy.local.replaying import asking
    from deploy.local.replaying.parting import done, states
    from deploy.local.replaying.parts import parts_of
    from shared.policy.authority import load
    from shared.replaying.telling import assumption, counts

    reader, asked = asking.role(arguments), asking.asked(arguments)
    until = asking.day(arguments.until) if arguments.until else asking.today(asked.suite)
    since = asking.day(arguments.since) if arguments.since else None
    files = (arguments.in_force or asked.authority, arguments.authority)
    duties: dict[str, tuple[dict[DutyId, DutyState], dict[DutyId, DutyState]]] = {}
    for job, (now, then) in done(states, asked.jobs(files, until)):
        known = duties.setdefault(job.service, ({}, {}))
        known[0].update(now)
        known[1].update(then)
    found = [
        {"service": name} | counts(*both, since, until, shown_singly=asking.may_read(reader, parts_of(name, files[0])))
        for name, both in sorted(duties.items())
    ]
    in_force, assumed = map(load, files)
    answer = assumption(in_force, assumed, since, until) | {"services": found}
    print(json.dumps(answer, ensure_ascii=False) if arguments.json else as_text(answer))
    return 0


def as_text(answer: Mapping[str, Any]) -> str:
    """Give a line a count that differs, and the ids below."""
    lines = [
        f"{answer['kind'].upper()}: {answer['from'] or '…'} – {answer['until']}",
        f"gäller / in force: {answer['files']['now']}",
        f"antaget / assumed: {answer['files']['then']}",
    ]
    for service in answer["services"]:
        lines += _lines(service["cells"])
        for each in service["changed"] or ():
            lines.append(
                f"  {each['dutyId']}: {each['now'] or '–'} → {each['then'] or '–'} ({each['dueNow']} → {each['dueThen']})"
            )
    return "\n".join(lines)


def _lines(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{cell['clause']} {cell['unit']}, {cell['measure']}: {cell['now']} → {cell['then']} ({cell['difference']})"
        for cell in cells
    ]


def _parser() -> argparse.ArgumentParser:
    from deploy.local.replaying.asking import add_arguments

    parser = Parser(
        prog="medverka what-if",
        description="Räknar skyldigheterna per paragraf och enhet som om en annan fil hade gällt; skriver inget. "
        "Counts the duties by clause and unit as if another file had been in force; writes nothing.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    parser.add_argument(
        "--in-force", type=Path, metavar="FILE",
        help="filen som gäller; annars den som sviten startades med / the file in force; else the one of the suite",
    )  # fmt: skip
    parser.add_argument(
        "--authority", required=True, type=Path, metavar="FILE", help="den antagna filen / the assumed file"
    )
    parser.add_argument(
        "--from", dest="since", metavar="DATE", help="utlösta från och med / triggered from this day on"
    )
    parser.add_argument("--until", metavar="DATE", help="till och med; räknat den dagen / up to, and as of, this day")
    return parser

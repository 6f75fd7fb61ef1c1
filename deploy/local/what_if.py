"""`medverka what-if`: what the duties would have been under another authority's file (features: item 5). Writes nothing."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.local.calling import Parser

if TYPE_CHECKING:
    from shared.contracts.values import DutyId
    from shared.policy.authority import Authority
    from shared.policy.duty.life import DutyState
    from shared.replaying.counting import Counted

_EXAMPLE = """\
exempel / example:
  ./medverka what-if --authority kortare.toml
  ./medverka what-if --authority kortare.toml --from 2026-01-01 --until 2026-12-31 --json
"""
ASSUMPTION = "antagande / assumption"


def main(argv: list[str]) -> int:
    """Replay under both files and print the differences."""
    arguments = _parser().parse_args(argv)
    from deploy.local.replaying import asking
    from deploy.local.replaying.parting import done, states
    from deploy.local.replaying.parts import parts_of
    from shared.policy.authority import load

    reader, asked = asking.role(arguments), asking.asked(arguments)
    until = asking.day(arguments.until) if arguments.until else asking.today(asked.suite)
    since = asking.day(arguments.since) if arguments.since else date.min
    files = (arguments.in_force or asked.authority, arguments.authority)
    duties: dict[str, tuple[dict[DutyId, DutyState], dict[DutyId, DutyState]]] = {}
    for job, (now, then) in done(states, asked.jobs(files, until)):
        known = duties.setdefault(job.service, ({}, {}))
        known[0].update(now)
        known[1].update(then)
    found = {
        name: _counted(*both, since, until, shown_singly=asking.may_read(reader, parts_of(name, files[0])))
        for name, both in duties.items()
    }
    authorities = [load(file) for file in files]
    answer = told(found, authorities[0], authorities[1], (arguments.since, until.isoformat()))
    print(json.dumps(answer, ensure_ascii=False) if arguments.json else as_text(answer))
    return 0


def _counted(
    now: "Mapping[DutyId, DutyState]",
    then: "Mapping[DutyId, DutyState]",
    since: date,
    until: date,
    *,
    shown_singly: bool,
) -> "Counted":
    from shared.replaying.counting import counted

    return counted(_triggered(now, since), _triggered(then, since), until, shown_singly=shown_singly)


def _triggered(duties: "Mapping[DutyId, DutyState]", since: date) -> "dict[DutyId, DutyState]":
    """Give the duties that the period triggered."""
    return {duty_id: each for duty_id, each in duties.items() if each.trigger_on >= since}


def told(
    found: "Mapping[str, Counted]", now: "Authority", then: "Authority", period: tuple[str | None, str]
) -> dict[str, Any]:
    """Give the answer as JSON has it, in one order, with both files' digests."""
    services = [
        {
            "service": service,
            "cells": [asdict(cell) for cell in counted.cells],
            "changed": None if counted.changed is None else [_change(asdict(change)) for change in counted.changed],
        }
        for service, counted in sorted(found.items())
    ]
    files = {"now": f"sha256:{now.digest}", "then": f"sha256:{then.digest}"}
    return {"kind": ASSUMPTION, "files": files, "from": period[0], "until": period[1], "services": services}


def _change(change: Mapping[str, Any]) -> dict[str, Any]:
    days = {"dueNow": change["due_now"], "dueThen": change["due_then"]}
    known = {"dutyId": change["duty_id"], "now": change["now"], "then": change["then"]}
    return known | {name: day.isoformat() if day else None for name, day in days.items()}


def as_text(answer: Mapping[str, Any]) -> str:
    """Give a line a count that differs, and the ids below."""
    lines = [
        f"{ASSUMPTION.upper()}: {answer['from'] or '…'} – {answer['until']}",
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

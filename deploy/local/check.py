"""`medverka check [--json]`: whether Postgres, Kafka and the views of a running suite say the same."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.local.calling import Parser

if TYPE_CHECKING:
    from deploy.local.checking.found import Checked

_EXAMPLE = """\
exempel / example:
  ./medverka check
  ./medverka check --json
  MEDVERKA_DATABASE_URL=postgresql://… MEDVERKA_KAFKA=127.0.0.1:9092 ./medverka check
"""


def main(argv: list[str]) -> int:
    """Check and print; 1 if anything differs."""
    arguments = _arguments(argv)
    from deploy.local.checking.run import check, ok
    from deploy.local.checking.suite import addresses

    with _progress() as tell:
        where = addresses(arguments.addresses)
        authority = arguments.authority or where.authority
        found = asyncio.run(check(where, authority=authority, patience_s=arguments.patience, tell=tell))
    print(as_json(found) if arguments.json else as_text(found))
    return 0 if ok(found) else 1


def as_json(found: "Sequence[Checked]") -> str:
    """Give one line of JSON."""
    checks = [
        {"name": one.name, "service": one.service, "ok": one.ok, "detail": one.detail}
        | ({"where": one.difference.where, "index": one.difference.index} if one.difference else {})
        for one in found
    ]
    return json.dumps({"ok": all(one.ok for one in found), "checks": checks}, ensure_ascii=False)


def as_text(found: "Sequence[Checked]") -> str:
    """Give a line a check, and the verdict in both languages."""
    width = max(len(f"{one.service} {one.name}") for one in found)
    lines = [f"{'✓' if one.ok else '✗'} {f'{one.service} {one.name}':{width}}  {one.detail}" for one in found]
    failed = sum(not one.ok for one in found)
    verdict = f"{failed} skiljer sig / differ" if failed else "Allt stämmer överens / Everything agrees"
    return "\n".join([*lines, verdict])


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being compared, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _what: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka check",
        description="Jämför Postgres, Kafka och vyer i en svit som går, och nämner det första index som skiljer sig. "
        "Compares Postgres, Kafka and views of a running suite and names the first index that differs.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="ett JSON-objekt / one JSON object")
    parser.add_argument(
        "--addresses", type=Path, metavar="FILE",
        help="vad `up --json` skrev / what `up --json` printed; annars sviten som går här / else the one that runs here",
    )  # fmt: skip
    parser.add_argument(
        "--authority", type=Path, metavar="FILE",
        help="myndighetens fil; annars den som sviten startades med / the authority's file; else the one of the suite",
    )  # fmt: skip
    parser.add_argument(
        "--patience", type=float, default=10.0, metavar="SECONDS",
        help="så länge väntas på att sviten kommer i vila / how long to wait for the suite to come to rest",
    )  # fmt: skip
    return parser.parse_args(argv)

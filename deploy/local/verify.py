"""`medverka verify DIR [--key …] [--against OLDER] [--json]`: whether an exported log is whole, by a key alone."""

import argparse
import base64
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.local.calling import Parser

if TYPE_CHECKING:
    from deploy.local.auditing.verifying import Verified

_EXAMPLE = """\
exempel / example:
  ./medverka verify exported --key keys-from-the-authority.txt
  ./medverka verify exported --key keys.txt --against exported-last-year --json
"""
OWN_KEYS = (
    "Nycklarna är katalogens egna: jämför dem med dem som myndigheten har lämnat ut på annat sätt (--key). / "
    "The keys are the directory's own: compare them with those that the authority gave out in another way (--key)."
)


def main(argv: list[str]) -> int:
    """Verify and print; 1 if anything is wrong."""
    arguments = _arguments(argv)
    from deploy.local.auditing import files
    from deploy.local.auditing.directory import checkpoints_of, keys_of, verify

    given = arguments.key or [str(arguments.directory / files.VERIFIER_KEYS)]
    keys = [key for each in given for key in keys_of(each)]
    older = [checkpoint for path in arguments.against for checkpoint in checkpoints_of(path, keys)]
    with _progress() as tell:
        found = verify(arguments.directory, keys, older, arguments.log, tell)
    trusted = bool(arguments.key)
    print(as_json(found, trusted=trusted) if arguments.json else as_text(found, trusted=trusted))
    return 0 if all(one.fault is None for one in found) else 1


def as_json(found: "Sequence[Verified]", *, trusted: bool) -> str:
    """Give one line of JSON. `trusted`: the keys came from elsewhere than the directory."""
    whole = all(one.fault is None for one in found)
    return json.dumps({"ok": whole, "keysGiven": trusted, "logs": [_log(one) for one in found]}, ensure_ascii=False)


def _log(one: "Verified") -> dict[str, Any]:
    told: dict[str, Any] = {"log": one.log, "ok": one.fault is None}
    if one.checkpoint is not None:
        root = base64.b64encode(one.checkpoint.root).decode()
        told |= {"origin": one.checkpoint.origin, "size": one.checkpoint.size, "root": root}
    if one.fault is not None:
        told |= {"fault": {"index": one.fault.index, "what": one.fault.what}}
    fields = one.fields
    return told | {
        "streams": len(one.entries.versions),
        "duties": len(one.entries.duties),
        "fields": {"readable": fields.readable, "redacted": fields.redacted, "unexplained": fields.unexplained},
    }


def as_text(found: "Sequence[Verified]", *, trusted: bool) -> str:
    """Give a line a log, and the verdict in both languages."""
    width = max(len(one.log) for one in found)
    lines = [f"{'✗' if one.fault else '✓'} {one.log:{width}}  {_said(one)}" for one in found]
    failed = sum(one.fault is not None for one in found)
    verdict = f"{failed} håller inte / do not hold" if failed else "Allt håller / Everything holds"
    return "\n".join([*lines, *([] if trusted else [OWN_KEYS]), verdict])


def _said(one: "Verified") -> str:
    if one.fault is not None or one.checkpoint is None:
        return str(one.fault).removeprefix(f"{one.log}: ").removeprefix(f"{one.log} ")
    fields = one.fields
    return (
        f"{one.checkpoint.size} entries of {len(one.entries.versions)} streams, {len(one.entries.duties)} duties; sealed "
        f"fields: {fields.readable} readable, {fields.redacted} redacted, {fields.unexplained} unexplained"
    )


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Show on a terminal how far the reading is, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _log, _entries: None
        return
    from rich.console import Console

    read: dict[str, int] = {}
    with Console(stderr=True).status("") as status:

        def tell(log: str, entries: int) -> None:
            read[log] = read.get(log, 0) + entries
            status.update(f"{log}: {read[log]:,} entries")

        yield tell


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka verify",
        description="Prövar en exporterad logg av katalogen och en nyckel allena, utan nät, databas och persons nycklar, och "
        "nämner det första som inte stämmer. Verifies an exported log from the directory and a key alone and names the first "
        "fault.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="vad `export` skrev / what `export` wrote")
    parser.add_argument(
        "--key", action="append", default=[], metavar="KEY",
        help="en verifieringsnyckel eller en fil med en per rad; annars katalogens egna / a verifier key, or a file with one a "
        "line; else the directory's own",
    )  # fmt: skip
    parser.add_argument(
        "--against", action="append", default=[], type=Path, metavar="OLDER",
        help="äldre export eller kontrollpunkt som loggen måste börja med / older export or checkpoint that the log must "
        "begin with",
    )  # fmt: skip
    parser.add_argument(
        "--log", action="append", default=[], help="bara denna logg / this log alone (registry.events); repeatable"
    )
    parser.add_argument("--json", action="store_true", help="ett JSON-objekt / one JSON object")
    return parser.parse_args(argv)

"""`medverka export DIR [--log …]`: the logs of a running suite as files that others' tools verify."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.calling import Parser

_EXAMPLE = """\
exempel / example:
  ./medverka export exported
  ./medverka export exported --log registry.events --log registry.refused
"""


def main(argv: list[str]) -> int:
    """Export and say what lies there now."""
    arguments = _arguments(argv)
    from deploy.local.auditing.source import export
    from deploy.local.checking.suite import addresses

    arguments.directory.mkdir(parents=True, exist_ok=True)
    with _progress() as tell:
        sizes = asyncio.run(export(arguments.directory, addresses(arguments.addresses), arguments.log, tell))
    if arguments.json:
        print(json.dumps({"directory": str(arguments.directory), "logs": sizes}))
    else:
        width = max(map(len, sizes))
        print("\n".join(f"{log:{width}}  {size} poster / entries" for log, size in sorted(sizes.items())))
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar a log on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _log, _done, _size: None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    bars: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:

        def tell(log: str, done: int, size: int) -> None:
            if log not in bars:
                bars[log] = progress.add_task(log, total=size)
            progress.update(bars[log], completed=done)

        yield tell


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka export",
        description="Skriver loggarna ur en svit som går, fram till de senast underskrivna kontrollpunkterna; en katalog som "
        "redan har en del fylls på. Writes the logs of a running suite up to the checkpoints signed last; a directory that has "
        "some already is added to.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="dit det skrivs / where it is written")
    parser.add_argument(
        "--log", action="append", default=[], help="bara denna logg / this log alone (registry.events); repeatable"
    )
    parser.add_argument(
        "--addresses", type=Path, metavar="FILE",
        help="vad `up --json` skrev / what `up --json` printed; annars sviten som går här / else the one that runs here",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="ett JSON-objekt / one JSON object")
    return parser.parse_args(argv)

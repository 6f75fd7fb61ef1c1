"""`medverka bench [--json] [--peers] [--quick]`: what this machine does with real commands on real servers."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from deploy.local.calling import Parser
from deploy.local.places import STATE
from deploy.local.stack import fresh_directory

_EXAMPLE = """\
exempel / example:
  ./medverka bench
  ./medverka bench --json --peers > measured.json
"""


def main(argv: list[str]) -> int:
    """Measure and print."""
    arguments = _arguments(argv)
    from deploy.local.benching.run import PARTS, QUICK, Sizes, bench

    with fresh_directory(STATE / "bench") as directory, _progress(PARTS + arguments.peers) as tell:
        figures = bench(directory, QUICK if arguments.quick else Sizes(), with_peers=arguments.peers, tell=tell)
    print(json.dumps(figures, ensure_ascii=False) if arguments.json else table(figures))
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka bench",
        description="Mäter på inbyggda servrar med deras varaktiga inställningar; tar ett par minuter. Namnet säger enheten. "
        "Measures on embedded servers with their durable settings; takes a few minutes. The key says the unit.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="ett JSON-objekt / one JSON object")
    parser.add_argument(
        "--peers", action="store_true", help="mät även andras händelselager / measure others' stores, too"
    )
    parser.add_argument(
        "--quick", action="store_true", help="få kommandon: visar att allt går, inte hur fort / few commands: that it works"
    )  # fmt: skip
    return parser.parse_args(argv)


@contextmanager
def _progress(parts: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _part: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=parts)
        yield lambda part: progress.update(bar, advance=1, description=part)


def table(figures: Mapping[str, object], indent: str = "") -> str:
    """Give the figures as lines, a group's below its name."""
    width = max(map(len, figures))
    lines: list[str] = []
    for key, value in figures.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{key}", table(value, f"{indent}  ")]
        else:
            lines.append(
                f"{indent}{key:{width}}  {value:,}"
                if isinstance(value, int | float)
                else f"{indent}{key:{width}}  {value}"
            )
    return "\n".join(lines)

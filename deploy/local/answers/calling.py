"""What the commands that ask a running suite have in common in their calls."""

import argparse
from pathlib import Path

from deploy.local.calling import Parser
from deploy.local.running import NOTE


def parser(command: str, swedish: str, english: str, example: str) -> Parser:
    """Give a parser with `--json` and `--lang`."""
    made = Parser(
        prog=f"medverka {command}", description=f"{swedish} {english}", epilog=f"exempel / example:\n{example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    made.add_argument("--json", action="store_true", help="ett JSON-objekt / one JSON object")
    made.add_argument("--lang", choices=("sv", "en"), default="sv", help="språk / language")
    made.add_argument(
        "--addresses", type=Path, default=NOTE, metavar="FILE",
        help="vad `up --json` skrev; annars sviten som går här / what `up --json` printed; else the one that runs here",
    )  # fmt: skip
    return made

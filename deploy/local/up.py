"""`medverka up [--json]`: the embedded servers and the four services, until interrupted; their data stays."""

import argparse
import json
from pathlib import Path

from deploy.local.calling import Parser
from deploy.local.places import STATE
from deploy.local.running import NOTE, noted, running, told, wait_for_end

_EXAMPLE = """\
exempel / example:
  ./medverka up
  ./medverka up --json | head -1 > addresses.json
"""


def main(argv: list[str]) -> int:
    """Run until interrupted."""
    arguments = _arguments(argv)
    return run(STATE / "up", NOTE, as_json=arguments.json)


def run(directory: Path, note: Path, *, as_json: bool) -> int:
    """Run with the data in a directory, and leave word in a note."""
    with running(directory) as suite, noted(suite, note):
        http = {service: suite.url(service) for service in suite.services}
        print(json.dumps(suite.addresses()) if as_json else told(http, suite.servers.kafka), flush=True)
        wait_for_end(suite)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka up",
        description="Startar allt, skriver ut adresserna och låter det gå tills det avbryts; data blir kvar i .medverka/. "
        "Starts everything, prints the addresses and runs until interrupted; data stays in .medverka/.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="adresserna som en rad JSON / the addresses as a JSON line")
    return parser.parse_args(argv)

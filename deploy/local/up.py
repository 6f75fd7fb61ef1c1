"""`medverka up [--json]`: the embedded servers and the four services, until interrupted; their data stays."""

import argparse
import json

from deploy.local.places import STATE
from deploy.local.running import noted, running, told, wait_for_end

_EXAMPLE = """\
exempel / example:
  ./medverka up
  ./medverka up --json | head -1 > addresses.json
"""


def main(argv: list[str]) -> int:
    """Run until interrupted."""
    arguments = _arguments(argv)
    with running(STATE / "up") as suite, noted(suite):
        http = {service: suite.url(service) for service in suite.services}
        print(json.dumps(suite.addresses()) if arguments.json else told(http, suite.servers.kafka), flush=True)
        wait_for_end(suite)
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="medverka up",
        description="Startar allt, skriver ut adresserna och låter det gå tills det avbryts; data blir kvar i .medverka/. "
        "Starts everything, prints the addresses and runs until interrupted; data stays in .medverka/.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="adresserna som en rad JSON / the addresses as a JSON line")
    return parser.parse_args(argv)

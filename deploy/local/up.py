"""`medverka up [--json] [--authority FILE]`: the servers and the four services, until interrupted; their data stays."""

import argparse
import json
from pathlib import Path

from deploy.local.calling import Parser
from deploy.local.explained import WrongCall
from deploy.local.places import AUTHORITY, STATE
from deploy.local.running import NOTE, noted, running, told, wait_for_end

_EXAMPLE = """\
exempel / example:
  ./medverka up
  ./medverka up --json | head -1 > addresses.json
  ./medverka up --authority deploy/authority/norrvinge.toml
"""


def main(argv: list[str]) -> int:
    """Run until interrupted."""
    arguments = _arguments(argv)
    return run(STATE / "up", NOTE, as_json=arguments.json, authority=arguments.authority)


def run(directory: Path, note: Path, *, as_json: bool, authority: Path | None = None) -> int:
    """Run with the data in a directory, and leave word in a note.

    An authority that is named has topics and databases of its own, by its code: its duties are no other's.
    """
    prefix = "" if authority is None else prefix_of(authority)
    with running(directory, authority=(authority or AUTHORITY).resolve(), prefix=prefix) as suite, noted(suite, note):
        http = {service: suite.url(service) for service in suite.services}
        print(json.dumps(suite.addresses()) if as_json else told(http, suite.servers.kafka), flush=True)
        wait_for_end(suite)
    return 0


def prefix_of(authority: Path) -> str:
    """Give what stands before the names of an authority's topics. Raises WrongCall where its file is faulty."""
    from shared.policy.authority import AuthorityFileWrong, load

    try:
        return f"{load(authority).code}."
    except AuthorityFileWrong as wrong:
        raise WrongCall(str(wrong)) from wrong


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka up",
        description="Startar allt, skriver ut adresserna och låter det gå tills det avbryts; data blir kvar i .medverka/. "
        "Starts everything, prints the addresses and runs until interrupted; data stays in .medverka/.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="adresserna som en rad JSON / the addresses as a JSON line")
    parser.add_argument(
        "--authority", type=Path, metavar="FILE",
        help="en annan myndighets fil; den får egna ämnen och databaser / another authority's file, with topics and "
        "databases of its own",
    )  # fmt: skip
    return parser.parse_args(argv)

"""The stage in containers: docker-compose.yml with docker-compose.demo.yml over it, as a project of the demo's own.

Nothing of an earlier run is kept: the story begins before everything.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from deploy.local.explained import Explained
from deploy.local.places import ROOT, STATE
from deploy.local.story.embedded import write_authority
from deploy.local.story.stage import SERVICES, Stage, set_clock

DIRECTORY = STATE / "compose"
COMPOSE = (
    "docker", "compose", "-p", "medverka-demo", "-f", "docker-compose.yml", "-f", "docker-compose.demo.yml",
)  # fmt: skip
KAFKA, PREFIX = "127.0.0.1:9094", "gotland."
KEY = "secrets:/secrets/issuer/token_private_key"


class ComposeFailed(Explained):
    """Docker could not do what was asked."""


@contextmanager
def composed(begins: datetime) -> Iterator[Stage]:
    """Bring the suite up at a simulated time, and down afterwards."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    clock = DIRECTORY / "clock"
    set_clock(clock, begins)
    write_authority(DIRECTORY / "authority.toml", begins.year)
    _run("down", "--volumes")
    try:
        _run("up", "--build", "--wait")
        yield Stage(
            http={service: f"http://{_run('port', service, '8000').strip()}" for service in SERVICES},
            kafka=KAFKA,
            prefix=PREFIX,
            clock=clock,
            token_key=_token_key(),
        )
    finally:
        _run("down", "--volumes")


def _token_key() -> bytes:
    """Fetch the issuer's key from the volume of secrets; it stays in no directory of ours."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "key"
        _run("cp", KEY, str(file))
        return file.read_bytes()


def _run(*arguments: str) -> str:
    try:
        done = subprocess.run([*COMPOSE, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ComposeFailed(
            f"docker: {error.strerror}; install Docker with compose, or run without --against"
        ) from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ComposeFailed(f"docker compose {arguments[0]} failed: {said[:300]}; see docker compose logs")
    return done.stdout

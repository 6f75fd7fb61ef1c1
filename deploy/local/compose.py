"""Docker compose as our commands ask it: one project of the suite, and what it says in one sentence when it cannot."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.explained import Explained
from deploy.local.places import ROOT

PROJECT = "medverka"
FILE = "docker-compose.yml"
KEY = "secrets:/secrets/issuer/token_private_key"
SAID_AT_MOST = 300


class ComposeFailed(Explained):
    """Docker could not do what was asked."""


@dataclass(frozen=True, slots=True)
class Compose:
    """A project: its name, and the files that say what it consists of."""

    project: str = PROJECT
    files: Sequence[str] = (FILE,)

    def run(self, *arguments: str) -> str:
        """Give what a command of compose prints. Raises ComposeFailed."""
        files = [part for file in self.files for part in ("-f", file)]
        command = ["docker", "compose", "-p", self.project, *files, *arguments]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        except OSError as error:
            raise ComposeFailed(
                f"docker: {error.strerror}; install Docker with compose, or run without --against"
            ) from error
        if done.returncode:
            said = " ".join((done.stderr.strip().splitlines() or ["it said nothing"])[-1].split())[:SAID_AT_MOST]
            raise ComposeFailed(
                f"docker compose {arguments[0]} failed in project {self.project}: {said}; "
                f"see docker compose -p {self.project} ps --all, and its logs"
            )
        return done.stdout

    def token_key(self) -> bytes:
        """Fetch the issuer's key from the volume of secrets; it stays in no directory of ours. Raises ComposeFailed."""
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "key"
            self.run("cp", KEY, str(file))
            return file.read_bytes()

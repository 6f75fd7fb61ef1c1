"""`medverka up`: everything runs, says where, and ends in order when it is told to."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.places import ROOT, STATE
from deploy.local.stack import fresh_directory

RUN = """
import sys
from pathlib import Path
from deploy.local.up import run
sys.exit(run(Path(sys.argv[1]), Path(sys.argv[2]), as_json=True))
"""
ENDS_WITHIN_S = 60


@contextmanager
def up(directory: Path, note: Path) -> Iterator[subprocess.Popen[str]]:
    """Start it on embedded servers, with its data in a directory of the test; a test that fails ends it, too."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDVERKA_")}
    with subprocess.Popen(
        [sys.executable, "-P", "-c", RUN, str(directory), str(note)],
        cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)


def asking(note: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask the suite on a terminal."""
    argv = [sys.executable, "-m", "deploy.local", *arguments, "--json", "--addresses", str(note)]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=ENDS_WITHIN_S)


def answered(note: Path, *arguments: str) -> dict[str, Any]:
    """Give what it answers."""
    given: dict[str, Any] = json.loads(asking(note, *arguments).stdout)
    return given


def told(note: Path, *arguments: str) -> tuple[int, str]:
    """Give the exit code and the English half of the sentence where there is no answer."""
    done = asking(note, *arguments)
    return done.returncode, done.stderr.strip().rpartition(" / ")[2]


def test_it_runs_until_interrupted_and_leaves_word() -> None:
    """One line has all addresses, each service is ready, the note says the same and is its owner's; Ctrl-C ends it with 0."""
    with fresh_directory(STATE / "tests") as directory:
        note = directory / "suite.json"
        with up(directory / "up", note) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            said = json.loads(line)
            assert said.keys() == {"kafka", "services", "prefix", "authority"}
            for service, addresses in said["services"].items():
                assert addresses.keys() == {"http", "database", "keys"}
                with urllib.request.urlopen(f"{addresses['http']}/health/ready", timeout=10) as answer:  # noqa: S310 - loopback
                    assert json.load(answer)["service"] == service
            assert json.loads(note.read_text(encoding="utf-8")) == said
            assert note.stat().st_mode & 0o077 == 0
            assert answered(note, "duties", "--all").keys() == {"duties"}
            assert told(note, "enterprise", "5560001234") == (1, "no such enterprise is registered")
            assert told(note, "pack", "1999") == (1, "there is no such pack here")
            assert told(note, "tender", "unknown") == (1, "there is no such tender here")
            assert answered(note, "post") == {"letters": [], "unreachable": []}
            assert answered(note, "post", "--dry-run") == {"letters": []}
            process.send_signal(signal.SIGINT)
            assert process.wait(ENDS_WITHIN_S) == 0
        assert not note.exists()

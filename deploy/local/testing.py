"""`medverka test`: linters, types, import contracts, and every test on real servers; with arguments, pytest alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from deploy.local.places import ROOT

USAGE = """\
usage: medverka test [PYTEST ARGUMENT…]

Without arguments: ruff, mypy, import-linter and all of pytest, as CI does. With arguments: pytest alone, from the
checkout's root. The servers are those of the environment (MEDVERKA_DATABASE_URL, MEDVERKA_KEYS_URL, MEDVERKA_KAFKA), else
embedded ones.

Example: ./medverka test tests/policy -k gs_4
"""
TOGETHER = ("-n", "2", "--dist", "loadfile")
"""Tests wait for servers more than they reckon, so two run beside each other, each with servers of its own."""
CHECKED = ("deploy", "services", "shared", "tests")
BIN = Path(sys.executable).parent

STEPS: Mapping[str, Sequence[str]] = {
    "ruff check": (str(BIN / "ruff"), "check", "."),
    "ruff format": (str(BIN / "ruff"), "format", "--check", "."),
    "mypy": (sys.executable, "-m", "mypy", *CHECKED),
    "import-linter": (str(BIN / "lint-imports"), "--no-logo"),
}


def announce(argv: Sequence[str]) -> None:
    """Print what runs, as one would type it."""
    print("──", Path(argv[0]).name, *argv[1:], file=sys.stderr, flush=True)


def passes(argv: Sequence[str]) -> bool:
    """Run one linter over the checkout."""
    announce(argv)
    return subprocess.run(argv, cwd=ROOT, check=False).returncode == 0


def run_pytest(arguments: Sequence[str]) -> int:
    """Run pytest to its end; a Ctrl-C reaches it by itself, so that it can tell what it saw and stop its servers."""
    argv = [sys.executable, "-m", "pytest", *arguments]
    announce(argv)
    process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, "MEDVERKA_TEST_SERVERS": "embedded"})

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, lambda *_: None)
    return process.wait()


def main(argv: Sequence[str]) -> int:
    """Try everything, the tests last, also when a linter has complained; 0 only if all passed."""
    if argv and argv[0] in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    failed = [] if argv else [name for name, step in STEPS.items() if not passes(step)]
    if failed:
        print(f"medverka: failed before the tests: {', '.join(failed)}", file=sys.stderr, flush=True)
    tests = run_pytest(argv or TOGETHER)
    return 1 if failed else min(tests, 1)

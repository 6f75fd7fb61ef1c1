"""The linters and the type checker, as configured here, refuse what the house does not want."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.places import ROOT

RUFF = Path(sys.executable).with_name("ruff")

OFFENCES = [
    (
        "TID251",
        "services/registry/domain/planted.py",
        "import datetime\n\nNOW = datetime.datetime.now(tz=datetime.UTC)\n",
    ),
    ("TID251", "services/registry/api.py", "from datetime import datetime\n\nNOW = datetime.utcnow()\n"),
    ("TID251", "shared/policy/planted.py", "from datetime import date\n\nTODAY = date.today()\n"),
    ("D103", "tests/policy/test_planted.py", "def test_planted() -> None:\n    assert 1\n"),
    ("T201", "shared/planted.py", 'print("planted")\n'),
    ("BLE001", "shared/planted.py", "try:\n    import os\nexcept Exception:\n    os = None\n"),
    ("PGH003", "shared/planted.py", "x: int = 'one'  # type: ignore\n"),
]


@pytest.mark.parametrize(("rule", "file", "text"), OFFENCES, ids=[f"{rule} {file}" for rule, file, _ in OFFENCES])
def test_ruff_refuses(rule: str, file: str, text: str) -> None:
    """A planted offence is named by its rule, under the configuration that the tree is checked with."""
    argv = [str(RUFF), "check", "--no-cache", "--output-format=concise", f"--stdin-filename={ROOT / file}", "-"]
    told = subprocess.run(argv, cwd=ROOT, input=text, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert f" {rule} " in told.stdout


FORGOTTEN = """
from enum import Enum

class Phase(Enum):
    BOUGHT = 1
    OVER = 2

def answer(phase: Phase) -> None:
    match phase:
        case Phase.BOUGHT:
            pass

def untyped(x):
    return x
"""


def test_mypy_is_strict_and_finds_a_forgotten_case() -> None:
    """An event that `evolve` does not name, and a function without types, are errors."""
    argv = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "-c", FORGOTTEN]
    told = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "[exhaustive-match]" in told.stdout
    assert "[no-untyped-def]" in told.stdout

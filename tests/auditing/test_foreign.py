"""A verifier that we did not write, golang.org/x/mod, accepts every whole export and rejects what was tampered with."""

import subprocess
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from tests.auditing.logs import LIVE, export, garden
from tests.auditing.tampering import Trials, holds

TRIALS = 200


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built from tests/foreign."""
    program = tmp_path_factory.mktemp("foreign") / "foreign"
    argv = ["go", "build", "-o", str(program), "."]
    built = subprocess.run(argv, cwd=ROOT / "tests/foreign", capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return program


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 513, 66_000])
def test_it_accepts_a_whole_export(foreign: Path, tmp_path: Path, size: int) -> None:
    """Every size at which tiles are full, partial or missing."""
    export(tmp_path, garden(size), live=LIVE)
    assert holds(foreign, tmp_path)


def test_it_rejects_what_ours_rejects(foreign: Path, tmp_path: Path) -> None:
    """Wherever an older checkpoint is not needed to see it."""
    trials = Trials(tmp_path)
    saw = [trials.rejected_by(foreign, seed) for seed in range(TRIALS)]
    assert [seed for seed, seen in enumerate(saw) if seen is False] == []
    assert saw.count(True) > TRIALS / 2

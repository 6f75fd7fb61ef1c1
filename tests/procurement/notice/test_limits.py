"""Hostile files cost little, and the notices beside them are read all the same.

The reader runs in a process that may not have more than 200 MiB of data; past that it would fail with a traceback.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from tests.procurement.notice import hostile
from tests.procurement.notice.building import cbc, notice

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (200 * 2**20,) * 2)
from deploy.local.notice import main
sys.exit(main(["--json", *sys.argv[1:]]))
"""


def _run_between_two_notices(tmp_path: Path, data: bytes) -> "subprocess.CompletedProcess[str]":
    before, between, after = (tmp_path / f"{name}.xml" for name in ("before", "between", "after"))
    before.write_bytes(notice(cbc("VersionID", "before")))
    between.write_bytes(data)
    after.write_bytes(notice(cbc("VersionID", "after")))
    command = [sys.executable, "-c", LIMITED, str(before), str(between), str(after)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    between.unlink()  # pytest keeps its directories for a while
    return finished


@pytest.mark.parametrize("make", hostile.REFUSED.values(), ids=hostile.REFUSED)
def test_a_hostile_file_is_refused_in_little_memory(tmp_path: Path, make: Callable[[], bytes]) -> None:
    """One line says why, and the two notices around it are printed."""
    finished = _run_between_two_notices(tmp_path, make())
    assert finished.returncode == 1
    [line] = finished.stderr.splitlines()
    assert line.startswith(f"{tmp_path / 'between.xml'}: ")
    assert ['"before"' in finished.stdout, '"after"' in finished.stdout] == [True, True]
    assert len(finished.stdout.splitlines()) == 2


@pytest.mark.parametrize("make", hostile.READ.values(), ids=hostile.READ)
def test_a_file_that_only_weighs_is_read_in_little_memory(tmp_path: Path, make: Callable[[], bytes]) -> None:
    """It breaks no rule, so it is a notice that says nothing."""
    finished = _run_between_two_notices(tmp_path, make())
    assert (finished.returncode, finished.stderr) == (0, "")
    assert len(finished.stdout.splitlines()) == 3

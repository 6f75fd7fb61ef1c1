"""`./medverka` makes its environment from a bare Python, once, whatever happens in between."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy.local.places import ROOT

WITH_UV = os.pathsep.join((str(Path(sys.executable).parent), os.defpath))
BASE = (
    Path(sys.base_prefix) / "bin" / "python3"
)  # not the environment's own, which our launcher must be able to do without


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a space in its name, whose lock file needs one package that lies beside it, so no network."""
    copy = tmp_path / "a checkout"
    (copy / "deploy").mkdir(parents=True)
    shutil.copy(ROOT / "medverka", copy)
    shutil.copytree(ROOT / "deploy" / "local", copy / "deploy" / "local", ignore=shutil.ignore_patterns("__pycache__"))
    write_lock_file(copy, "1.0")
    return copy


def write_lock_file(checkout: Path, version: str) -> None:
    """Pin a package of nothing, with its digest."""
    wheel = checkout / f"nothing-{version}-py3-none-any.whl"
    metadata = f"nothing-{version}.dist-info/"
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr(metadata + "METADATA", f"Metadata-Version: 2.1\nName: nothing\nVersion: {version}\n")
        made.writestr(metadata + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(metadata + "RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (checkout / "requirements-dev.txt").write_text(f"nothing @ {wheel.as_uri()} --hash=sha256:{digest}\n")


def start(launcher: Path, path: str = WITH_UV) -> subprocess.Popen[str]:
    """Start the launcher without a command, from somewhere else."""
    environment = {"PATH": path, "HOME": os.environ.get("HOME", "/"), "MEDVERKA_PYTHON": str(BASE)}
    return subprocess.Popen(
        [str(launcher)], cwd="/", env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(checkout: Path) -> str:
    """Start it, see it succeed, and return what it told on stderr."""
    out, told = (process := start(checkout / "medverka")).communicate()
    assert process.returncode == 0, told
    assert "./medverka demo" in out
    return told


def test_the_first_start_builds_and_the_next_does_not(checkout: Path) -> None:
    """An environment is made once, and a later start has nothing to tell."""
    assert "making" in run(checkout)
    assert run(checkout) == ""


def test_a_link_to_the_launcher_works(checkout: Path, tmp_path: Path) -> None:
    """Whoever has the launcher on PATH by a link starts the same checkout."""
    (tmp_path / "medverka").symlink_to(checkout / "medverka")
    process = start(tmp_path / "medverka")
    process.communicate()
    assert process.returncode == 0
    assert (checkout / ".venv").exists()


def test_of_two_starts_at_once_one_builds(checkout: Path) -> None:
    """The other waits for it, and both go on."""
    starts = [start(checkout / "medverka") for _ in range(2)]
    told = [each.communicate()[1] for each in starts]
    assert [each.returncode for each in starts] == [0, 0], told
    assert sum("(once" in each for each in told) == 1


def test_half_an_environment_is_made_anew(checkout: Path) -> None:
    """Without its stamp an environment is not trusted, whatever lies in it."""
    run(checkout)
    (checkout / ".venv" / ".built-from").unlink()
    (checkout / ".venv" / "left over").touch()
    assert "making" in run(checkout)
    assert not (checkout / ".venv" / "left over").exists()


def test_a_start_that_is_killed_is_taken_up_by_the_next(checkout: Path) -> None:
    """A kill -9 in the middle of building leaves nothing that the next start trips over."""
    first = start(checkout / "medverka")
    while not (checkout / ".venv").exists():
        assert first.poll() is None
    first.send_signal(signal.SIGKILL)  # the shell; the builder beneath it goes on, and holds the lock
    first.communicate()
    run(checkout)
    assert run(checkout) == ""


def test_a_changed_lock_file_is_followed(checkout: Path) -> None:
    """The environment is brought to the new lock file, not made anew."""
    run(checkout)
    write_lock_file(checkout, "2.0")
    assert "to the new requirements-dev.txt" in run(checkout)
    assert list((checkout / ".venv").glob("lib/*/site-packages/nothing-2.0.dist-info"))
    assert run(checkout) == ""


def test_a_package_with_another_digest_is_refused(checkout: Path) -> None:
    """What is installed is what the lock file says, or nothing."""
    lock_file = checkout / "requirements-dev.txt"
    lock_file.write_text(lock_file.read_text().rpartition(":")[0] + ":" + "0" * 64)
    process = start(checkout / "medverka")
    _, told = process.communicate()
    assert process.returncode == 1
    assert told.splitlines()[-1] == ("medverka: uv failed; its reason is above, mend it (network, disk?) and run again")


def test_an_older_python_is_one_sentence(checkout: Path, tmp_path: Path) -> None:
    """Who has only an older Python is told so."""
    for tool in ("dirname", "cmp", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    (tmp_path / "python3").write_text("#!/bin/sh\necho 3.10\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    argv = [shutil.which("sh") or "", str(checkout / "medverka")]
    done = subprocess.run(argv, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "medverka: needs Python 3.11 or newer and found 3.10; install one, or name it in MEDVERKA_PYTHON\n"
    )

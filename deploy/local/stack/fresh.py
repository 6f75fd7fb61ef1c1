"""Directories for runs that keep nothing, and the removal of those that a killed run has left."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.stack.guarded import DirectoryTaken, lock

PATIENCE_S = 10.0
RUN_LOCK = "owner.lock"


@contextmanager
def fresh_directory(parent: Path) -> Iterator[Path]:
    """A new directory beneath `parent` for this run alone, removed at its end; left-over ones go first."""
    sweeping = lock(parent, "sweep.lock", PATIENCE_S)
    try:
        for left in parent.iterdir():
            if left.is_dir():
                _remove_if_over(left)
        directory = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
        directory.chmod(0o755)  # Postgres must pass through where it runs as another user
        held = lock(directory, RUN_LOCK)
    finally:
        os.close(sweeping)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)  # while it is ours: another run's sweep takes what nobody holds
        os.close(held)


def _remove_if_over(directory: Path) -> None:
    """Remove a run's directory unless the run, or a server of it that is still ending, holds a lock in it."""
    for file in (directory / RUN_LOCK, *directory.glob("*/server.lock")):
        try:
            os.close(lock(file.parent, file.name))
        except DirectoryTaken:
            return
    shutil.rmtree(directory)

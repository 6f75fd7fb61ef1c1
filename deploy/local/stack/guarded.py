"""A process that cannot outlive us: started through `guard.py`, with its output in a file and its directory locked."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local.explained import Explained
from deploy.local.stack.ports import TAKEN

GUARD = Path(__file__).with_name("guard.py")
REMAINS_PATIENCE_S = 30.0  # longer than any guard waits before it kills
POLL_S = 0.02
# What says why, before what only says that: servers tell both, in many lines.
CAUSES = (TAKEN, "No space left", "Permission denied", "Read-only", "No such file", "OutOfMemory", "Cannot allocate")
COMPLAINTS = ("FATAL", "PANIC", "ERROR", "Error", "Exception")
SERVER_LOCK = "server.lock"


class DirectoryTaken(Explained):
    """A directory is in use by a process that still lives."""


class ServerFailed(Explained):
    """A server did not start, or ended before its time."""


def lock(directory: Path, name: str, patience_s: float = 0.0) -> int:
    """Take the file `name` for this process and those that inherit the returned descriptor; the kernel gives it back."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServerFailed(
            f"{directory} cannot be written ({error.strerror}); make room or choose another checkout"
        ) from error
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise DirectoryTaken(f"{directory} is in use by another run; stop that one first") from None
            time.sleep(POLL_S)
        else:
            return descriptor


@contextmanager
def owned(directory: Path) -> Iterator[None]:
    """Be the only run that uses the directory, and begin when the servers of a killed run before us have ended."""
    owner = lock(directory, "owner.lock")
    try:
        os.close(lock(directory, SERVER_LOCK, REMAINS_PATIENCE_S))
        yield
    finally:
        os.close(owner)


class Guarded:
    """One running process and its guard.

    `directory` is locked until the process itself is gone, whoever else has been killed; its output is appended to `log`.
    `uid` is the user to run as (−1: our own), `patience_s` what the process gets to end by itself after `stop_signal`.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        directory: Path,
        log: Path,
        environment: Mapping[str, str] | None = None,
        stop_signal: int = signal.SIGTERM,
        patience_s: float = 15.0,
        uid: int = -1,
    ) -> None:
        self.name = name
        self.log = log
        held = lock(directory, SERVER_LOCK, REMAINS_PATIENCE_S)
        ours_ends, self._ours = os.pipe()
        told, tells = os.pipe()
        try:
            with log.open("ab") as output:
                self._log_start = output.tell()
                self._guard = subprocess.Popen(
                    [sys.executable, "-I", "-S", GUARD, str(int(stop_signal)), str(patience_s), str(uid), "--", *argv],
                    stdin=ours_ends,
                    stdout=tells,
                    stderr=output,
                    env=dict(os.environ if environment is None else environment),
                    cwd=directory,
                    pass_fds=(held,),
                    start_new_session=True,  # a terminal's Ctrl-C is for us; we stop our servers in order
                )
        except OSError as error:
            os.close(self._ours)
            os.close(told)
            raise ServerFailed(
                f"{name} did not start: {error.strerror} ({log}); make room or choose another checkout"
            ) from error
        finally:
            for descriptor in (held, ours_ends, tells):
                os.close(descriptor)
        with os.fdopen(told) as line:
            self.pid = int(line.readline() or 0)  # 0: the guard itself could not run, which waiting will tell

    def output(self) -> str:
        """What the process has written since it was started."""
        with self.log.open("rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace")

    @property
    def guard_pid(self) -> int:
        """The guard's own pid."""
        return self._guard.pid

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._guard.poll() is None

    def wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        """Return when `ready()` holds; a process that ends first, or is not ready in time, is stopped and explained."""
        deadline = time.monotonic() + within_s
        while not ready():
            if not self.running:
                raise ServerFailed(f"{self.name} ended while it was starting ({self.reason()}); see {self.log}")
            if time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(f"{self.name} was not ready within {within_s:.0f} s; see {self.log}")
            time.sleep(POLL_S)

    def reason(self) -> str:
        """The line of the output that most likely says why, shortened to what fits a sentence."""
        lines = [line.strip() for line in self.output().splitlines() if line.strip()]
        for words in (CAUSES, COMPLAINTS):
            for line in lines:
                if any(word in line for word in words):
                    return line[:200]
        return lines[-1][:200] if lines else "it said nothing"

    def stop(self) -> int:
        """End the process in order and wait for it; returns its exit code. Once is enough, twice does no harm."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1
        return self._guard.wait()

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait for the process to end by itself; None if it did not within `timeout_s`."""
        try:
            return self._guard.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

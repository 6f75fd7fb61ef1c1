"""The files of an export: written whole or not at all, and read with a limit, whatever somebody put in their place."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CHECKPOINT: Final = "checkpoint"
LIVE_KEYS: Final = "live-keys"
VERIFIER_KEYS: Final = "verifier-keys"
UNFINISHED: Final = "unfinished"
NEW: Final = "new"
"""What is being written; one name, so that an interruption leaves nothing that the next writing does not take."""
MOST_KEYS_BYTES: Final = 1 << 28


class FileBroken(Exception):
    """A file of an export that is missing, or is not what it must be; says so without its name."""


def write(root: Path, name: str, data: bytes) -> None:
    """Write a file below `root` whole: whoever looks finds the former one, or this one."""
    path, new = root / name, root / NEW
    new.write_bytes(data)
    try:
        new.replace(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.replace(path)


def read(path: Path, most: int) -> bytes:
    """Read a plain file of at most so many bytes. Raises FileBroken.

    A pipe would make us wait for ever and a link could lead anywhere, so neither is opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise FileBroken("is missing") from None
    except OSError as error:
        raise FileBroken(f"cannot be read ({error.strerror})") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileBroken("is no plain file")
    with open(descriptor, "rb") as file:  # noqa: PTH123 - opened above, in a way that pathlib has not
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise FileBroken(f"cannot be read ({error.strerror})") from None
    if len(data) > most:
        raise FileBroken(f"is larger than {most} bytes")
    return data


def lines(path: Path) -> list[str]:
    """Read a file of short lines. Raises FileBroken."""
    try:
        text = read(path, MOST_KEYS_BYTES).decode()
    except UnicodeDecodeError:
        raise FileBroken("is no UTF-8") from None
    if text and not text.endswith("\n"):
        raise FileBroken("is cut off: its last line has no end")
    return text.split("\n")[:-1]


def below(directory: Path) -> Iterator[os.DirEntry[str]]:
    """Give all that lies below a directory and is no directory, links and pipes among it. Raises FileBroken."""
    waiting = [os.fspath(directory)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        yield entry
        except OSError as error:
            raise FileBroken(f"cannot be read ({error.strerror})") from None

"""Where time comes from, and nowhere else: the machine, or for a simulated suite one file that its demo alone moves.

A port, since the two answer alike and a test hands in a third.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from typing_extensions import override

from shared.settings import Settings


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Give this instant, in UTC."""
        ...


class ClockUnreadable(Exception):
    """The file of a simulated suite's time holds no instant."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}; write one instant into it, such as 2026-01-01T00:00:00+01:00")


class SystemClock(Clock):
    """The machine's time."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 the one place


class FileClock(Clock):
    """The time that stands in a file (RFC 3339); it stands still until the file is moved on.

    Every question looks at the file's metadata alone; it is read again when they have changed. Whoever moves the time
    replaces the file (rename), so that nobody reads half an instant.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._now = datetime.min.replace(tzinfo=UTC)
        self.now()

    @override
    def now(self) -> datetime:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - pathlib's takes four times as long, and this is asked per command
            mark = (found.st_mtime_ns, found.st_ino, found.st_size)
            if mark != self._seen:
                self._now = _instant(self._path.read_text(encoding="ascii").strip())
                self._seen = mark
        except (OSError, ValueError) as error:
            if self._seen is None:
                raise ClockUnreadable(self._path, str(error)) from error
            # A simulated time that cannot be read stands still: the last instant holds until there is one again.
        return self._now


def _instant(text: str) -> datetime:
    """Read an RFC 3339 instant. Raises ValueError, also for one without an offset."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return instant.astimezone(UTC)


def clock(settings: Settings) -> Clock:
    """Give the suite's time as its settings have it. Raises ClockUnreadable."""
    return FileClock(settings.clock) if settings.clock else SystemClock()

"""The machine's time and a simulated suite's (shared/clock.py)."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import ClockUnreadable, FileClock, SystemClock


def moved(path: Path, instant: str) -> None:
    """Replace the file as the demo does."""
    new = path.with_suffix(".new")
    new.write_text(instant, encoding="ascii")
    new.replace(path)


def test_the_machines_time_is_utc() -> None:
    """Every instant has an offset, and it is UTC's."""
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_simulated_time_stands_still_until_it_is_moved(tmp_path: Path) -> None:
    """The file's instant is the time, and a new one counts at the next question."""
    file = tmp_path / "clock"
    moved(file, "2026-12-31T23:30:00+01:00\n")
    clock = FileClock(file)
    assert clock.now() == clock.now() == datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    moved(file, "2027-01-01T00:00:00+01:00")
    assert clock.now() == datetime(2026, 12, 31, 23, tzinfo=UTC)


def test_a_file_with_an_unchanged_mark_is_not_read_again(tmp_path: Path) -> None:
    """A question costs a look at the metadata: same time, inode and size mean the same instant."""
    file = tmp_path / "clock"
    moved(file, "2026-01-01T00:00:00Z")
    clock = FileClock(file)
    seen = file.stat()
    file.write_text("2026-01-02T00:00:00Z")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-01T00:00:00", "2026-01-01"])
def test_a_file_without_an_instant_is_named(tmp_path: Path, text: str) -> None:
    """A time without an offset, or none at all, stops the start with what to write."""
    file = tmp_path / "clock"
    file.write_text(text)
    with pytest.raises(ClockUnreadable, match=r"clock: .*; write one instant into it"):
        FileClock(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not mounted stops the start."""
    with pytest.raises(ClockUnreadable, match="No such file"):
        FileClock(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "garbage", None], ids=["empty", "garbage", "gone"])
def test_a_time_that_cannot_be_read_any_more_stands_still(tmp_path: Path, text: str | None) -> None:
    """A running suite does not stop because its simulated time was written badly; it goes on when there is one again."""
    file = tmp_path / "clock"
    file.write_text("2026-01-01T00:00:00Z")
    clock = FileClock(file)
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    file.write_text("2026-01-02T00:00:00Z and a bit"[:20])
    assert clock.now() == datetime(2026, 1, 2, tzinfo=UTC)

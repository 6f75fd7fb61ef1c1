"""Where the year is played: what is known of a suite from outside. Only this differs between the embedded suite and compose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

SERVICES = ("registry", "placements", "procurement", "consultation")
LOGS: Mapping[str, tuple[str, ...]] = {
    "registry": ("registry.events",),
    "placements": ("placements.events", "placements.figures"),
    "procurement": ("procurement.events", "procurement.outreach"),
    "consultation": ("consultation.events",),
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A running suite whose time is a file. What stands last is not there where it cannot be reached."""

    http: Mapping[str, str]
    kafka: str
    prefix: str
    clock: Path
    token_key: bytes = field(repr=False)
    databases: Mapping[str, str] = field(default_factory=dict, repr=False)
    authority: Path | None = None
    mail: Path | None = None
    """Where the mail server keeps what the suite sends (a Maildir, `letters/`)."""
    written: tuple[Path, ...] = ()
    """Files with what the services have logged."""


def set_clock(file: Path, now: datetime) -> None:
    """Move a suite's time. The file is replaced as a whole, so nobody reads half an instant."""
    new = file.with_suffix(".new")
    new.write_text(now.isoformat() + "\n", encoding="ascii")
    new.chmod(0o644)
    new.rename(file)

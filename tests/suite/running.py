"""A suite for one test module: topics and databases of its own, and a time that stands still until the test moves it."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from deploy.local.stack import Servers
from deploy.local.suite import SERVICES, Suite
from shared.policy.stockholm import ZONE


def at(day: str, hour: str = "08:00") -> datetime:
    """Give an instant of a Stockholm day."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZONE)


def set_time(file: Path, now: datetime) -> None:
    """Move a suite's time; the file is replaced, so that nobody reads half an instant."""
    new = file.with_suffix(".new")
    new.write_text(now.isoformat(), encoding="ascii")
    new.replace(file)


def prepared(servers: Servers, directory: Path, now: datetime, services: Sequence[str] = SERVICES) -> Suite:
    """Make a suite that can be entered; its time stands in `directory / "clock"`."""
    directory.mkdir(parents=True, exist_ok=True)
    clock = directory / "clock"
    set_time(clock, now)
    suite = Suite(servers, directory, prefix=f"s{uuid.uuid4().hex[:10]}.", clock=clock, services=services)
    asyncio.run(suite.prepare())
    return suite


@contextmanager
def running(servers: Servers, directory: Path, now: datetime, services: Sequence[str] = SERVICES) -> Iterator[Suite]:
    """Run a suite, or some services of it."""
    with prepared(servers, directory, now, services) as suite:
        yield suite

"""The stage on this machine alone: the embedded servers, in a fresh directory."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from deploy.local import issuer
from deploy.local.places import AUTHORITY, STATE
from deploy.local.running import running
from deploy.local.stack import fresh_directory
from deploy.local.stack.servers import DATABASE_URL, KAFKA, KEYS_URL
from deploy.local.story.stage import Stage, set_clock
from deploy.local.suite import Suite


@contextmanager
def embedded(begins: datetime) -> Iterator[tuple[Stage, Suite]]:
    """Run a suite that knows nothing yet, at a simulated time."""
    given = any(os.environ.get(name) for name in (DATABASE_URL, KEYS_URL, KAFKA))
    prefix = f"demo-{secrets.token_hex(4)}." if given else ""  # servers of others may hold an earlier run
    with fresh_directory(STATE / "demo") as directory:
        clock = directory / "clock"
        set_clock(clock, begins)
        authority = directory / "authority.toml"
        write_authority(authority, begins.year)
        with running(directory, clock=clock, authority=authority, prefix=prefix) as suite:
            yield stage_of(suite, clock), suite


def stage_of(suite: Suite, clock: Path) -> Stage:
    """Give what is known of an embedded suite from outside."""
    return Stage(
        http={service: suite.url(service) for service in suite.services},
        kafka=suite.servers.kafka,
        prefix=suite.prefix,
        clock=clock,
        token_key=issuer.private_key(),
        databases=suite.databases,
        authority=suite.authority,
        mail=suite.mail,
        written=tuple(suite.process(service).log for service in suite.services),
    )


def write_authority(file: Path, duties_from: int) -> None:
    """Write the authority's file with another first year: the story tells of an initiative that was missed before."""
    text = AUTHORITY.read_text(encoding="utf-8")
    changed, times = re.subn(r"(?m)^duties-from = \d+$", f"duties-from = {duties_from}", text)
    if times != 1:
        raise ValueError(f"{AUTHORITY}: duties-from should stand there once")
    file.write_text(changed, encoding="utf-8")

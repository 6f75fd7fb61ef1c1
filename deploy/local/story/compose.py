"""The stage in containers: docker-compose.yml with docker-compose.demo.yml over it, as a project of the demo's own.

Nothing of an earlier run is kept: the story begins before everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from deploy.local.compose import FILE, Compose
from deploy.local.places import STATE
from deploy.local.story.embedded import write_authority
from deploy.local.story.stage import SERVICES, Stage, set_clock

DIRECTORY = STATE / "compose"
DEMO = Compose("medverka-demo", (FILE, "docker-compose.demo.yml"))
PREFIX = "gotland."


@contextmanager
def composed(begins: datetime) -> Iterator[Stage]:
    """Bring the suite up at a simulated time, and down afterwards."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    DIRECTORY.chmod(0o755)  # the containers' user reads it, whatever our umask is
    clock = DIRECTORY / "clock"
    set_clock(clock, begins)
    authority = DIRECTORY / "authority.toml"
    write_authority(authority, begins.year)
    authority.chmod(0o644)
    DEMO.run("down", "--volumes")
    try:
        DEMO.run("up", "--build", "--wait")
        yield Stage(
            http={service: f"http://{DEMO.run('port', service, '8000').strip()}" for service in SERVICES},
            kafka=DEMO.run("port", "kafka", "9094").strip(),
            prefix=PREFIX,
            clock=clock,
            token_key=DEMO.token_key(),
        )
    finally:
        DEMO.run("down", "--volumes")

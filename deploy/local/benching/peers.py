"""What others' event stores do with the same load, on the same Postgres: run here, in an environment of their own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.local.explained import Explained
from deploy.local.places import CACHE
from deploy.local.stack import Servers, databases

WIDTH = 64
EVENTSOURCING = "eventsourcing 9.5.6"
PACKAGES = (
    "eventsourcing[postgres]==9.5.6",
    "psycopg[binary]==3.3.9",
)  # psycopg's C speed-ups, which the extra leaves out
ENVIRONMENT = CACHE / "peer-eventsourcing-9.5.6"
SCRIPT = Path(__file__).with_name("peer_eventsourcing.py")
WAYS = {
    "db_functions": {"POSTGRES_ENABLE_DB_FUNCTIONS": "yes"},
    "table_lock": {"POSTGRES_ENABLE_DB_FUNCTIONS": "no"},
}
"""With its database functions, one round trip a command, and its default, a transaction that locks the table."""


class PeerMissing(Explained):
    """A peer's packages could not be installed."""


class PeerFailed(Explained):
    """A peer's run ended before its time."""


async def peers(python: Path, servers: Servers, run: str, commands: int) -> Mapping[str, Mapping[str, object]]:
    """Give each peer's figures, the best of its ways as its `append_64_per_s`."""
    ways: dict[str, float] = {}
    for way, settings in WAYS.items():
        name = f"{run}_{way}".replace("-", "_")
        url = await databases.create(servers.database_url, name)
        try:
            ways[way] = _run(python, url, commands, settings)
        finally:
            await databases.drop(servers.database_url, name)
    return {EVENTSOURCING: {"append_64_per_s": max(ways.values()), "ways": ways}}


def installed() -> Path:
    """Make the peer's environment once, and give its Python. Raises PeerMissing."""
    python = ENVIRONMENT / "bin/python"
    if (ENVIRONMENT / "whole").exists():
        return python
    uv = Path(sys.executable).with_name("uv")
    for step in (
        ["venv", "--clear", "--python", sys.executable, str(ENVIRONMENT)],
        ["pip", "install", "--python", str(python), *PACKAGES],
    ):
        done = subprocess.run([str(uv), "--quiet", *step], check=False, capture_output=True, text=True)
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise PeerMissing(f"{EVENTSOURCING} could not be installed ({why}); run without --peers, or with a network")
    (ENVIRONMENT / "whole").touch()
    return python


def _run(python: Path, url: str, commands: int, settings: Mapping[str, str]) -> float:
    """Run one way of a peer. Raises PeerFailed."""
    where = urlsplit(url)
    environment = {
        "PATH": os.defpath,
        "POSTGRES_HOST": where.hostname or "",
        "POSTGRES_PORT": str(where.port),
        "POSTGRES_USER": unquote(where.username or ""),
        "POSTGRES_PASSWORD": unquote(where.password or ""),
        "POSTGRES_DBNAME": where.path.removeprefix("/"),
        **settings,
    }
    done = subprocess.run(
        [str(python), str(SCRIPT), str(WIDTH), str(commands)], env=environment, check=False, capture_output=True, text=True
    )  # fmt: skip
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise PeerFailed(f"{EVENTSOURCING} failed: {why[:200]}; run its script by hand: {SCRIPT}")
    return float(round(float(done.stdout)))

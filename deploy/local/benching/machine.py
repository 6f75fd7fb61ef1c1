"""What the figures were taken on: they say nothing without it."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import asyncpg

from deploy.local.stack import Servers
from deploy.local.stack.jars import jars

LIBRARIES = ("pydantic", "asyncpg", "aiokafka", "uvloop", "uvicorn", "fastapi")


def machine() -> Mapping[str, object]:
    """Give the processor, the cores that this process may use, and the memory."""
    cpu = _first(Path("/proc/cpuinfo"), "model name")
    memory = _first(Path("/proc/meminfo"), "MemTotal")
    mib = int(memory.split()[0]) // 1024 if memory else None
    return {"cpu": cpu or platform.processor(), "cores": len(os.sched_getaffinity(0)), "memory_mib": mib}


async def versions(servers: Servers) -> Mapping[str, str]:
    """Give the versions of what was measured."""
    connection = await asyncpg.connect(servers.database_url)
    try:
        postgres = str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()
    ours = {"python": platform.python_version(), "postgres": postgres, "kafka": _kafka()}
    return ours | {name: version(name) for name in LIBRARIES}


def _kafka() -> str:
    """The embedded broker's; one that the environment named does not say its own."""
    if os.environ.get("MEDVERKA_KAFKA"):
        return "the environment's"
    named = [jar.stem for jar in jars("kafka") if jar.stem.startswith("kafka_")]
    return named[0].rpartition("-")[2] if named else "unknown"


async def durability(servers: Servers) -> Mapping[str, str]:
    """Give the settings by which an answer survives a power cut; a bench without them measures something else."""
    connection = await asyncpg.connect(servers.database_url)
    try:
        names = ("fsync", "synchronous_commit", "full_page_writes")
        return {name: str(await connection.fetchval(f"SHOW {name}")) for name in names}
    finally:
        await connection.close()


def rss_mib(pid: int) -> float:
    """Give what a process holds in memory."""
    try:
        held = _first(Path(f"/proc/{pid}/status"), "VmRSS")
    except OSError:  # it ended while it was looked at
        return 0.0
    return round(int(held.split()[0]) / 1024, 1) if held else 0.0


def with_children(pid: int) -> list[int]:
    """Give a process and all that it started, in turn."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        started = children.read_text(encoding="ascii").split()
    except OSError:  # it has ended
        return []
    return [pid, *(each for child in started for each in with_children(int(child)))]


def cpu_seconds(pid: int) -> float:
    """Give the processor time that a process has taken, user and system: what a shared machine says of it truly."""
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _first(file: Path, name: str) -> str:
    """Give what stands after a name in one of the kernel's tables; nothing where there is none."""
    if not file.exists():
        return ""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")

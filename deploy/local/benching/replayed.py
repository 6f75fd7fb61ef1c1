"""A slice of a year replayed by the commands themselves, from an export: how long, on how much processor time and memory.

Tenders and places are independent of each other, so a year takes as much longer as it has more of them: `replay_s_2500000` is
reckoned from the rate and not waited for.
"""

import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, NamedTuple

from deploy.local.benching.figures import rate
from deploy.local.benching.machine import rss_mib, with_children
from deploy.local.benching.year import LAST, Slice, year
from deploy.local.places import AUTHORITY, ROOT
from shared.contracts.cloudevent import encode

A_YEAR = 2_500_000
"""Events of a large authority: 1,000 WISEs, 2,000 tenders, 20,000 places."""
DIFFERS = 1
LOOK_S = 0.1


class NotReplayed(Exception):
    """A command did not replay the year: the figure would say nothing."""


class Took(NamedTuple):
    """What a command took: on the wall, of processor time, and the most memory that its processes held at once."""

    wall_s: float
    cpu_s: float
    rss_mib: float


def replayed(directory: Path, size: Slice) -> dict[str, Any]:
    """Make a slice of a year and have it replayed, as it is and under another file. Raises NotReplayed."""
    events = _export(directory, size)
    replay = _took("replay", directory, "--as-of")
    what_if = _took("what-if", directory, "--authority", str(AUTHORITY), "--until")
    per_s = rate(events, replay.wall_s)
    return {
        "replay_events": events, "replay_per_s": per_s, "replay_cpu_s": round(replay.cpu_s, 1),
        "replay_s_2500000": round(A_YEAR / per_s), "replay_rss_mib": replay.rss_mib,
        "what_if_s": round(what_if.wall_s, 1), "what_if_cpu_s": round(what_if.cpu_s, 1),
        "what_if_s_2500000": round(A_YEAR * what_if.wall_s / events),
    }  # fmt: skip


def _export(directory: Path, size: Slice) -> int:
    directory.mkdir(parents=True)
    events = 0
    for log, recorded in {**year(size, AUTHORITY), "consultation.events": ()}.items():
        lines = [encode(each.envelope) + b"\n" for each in recorded]
        (directory / f"{log}.jsonl").write_bytes(b"".join(lines))
        events += len(lines)
    return events


def _took(command: str, directory: Path, *arguments: str) -> Took:
    """Run a command over the export up to the year's last day; a difference (no one began consultation) is no failure."""
    asked = [sys.executable, "-m", "deploy.local", command, "--from-export", str(directory), "--json", *arguments]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    with (directory / f"{command}.json").open("wb") as told:
        running = subprocess.Popen([*asked, LAST.isoformat()], cwd=ROOT, stdout=told)
        most = 0.0
        while running.poll() is None:
            most = max(most, sum(map(rss_mib, with_children(running.pid))))
            sleep(LOOK_S)
    wall_s, after = perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if running.returncode not in (0, DIFFERS) or not (directory / f"{command}.json").stat().st_size:
        raise NotReplayed(f"{command} ended with {running.returncode}; what it said stands above")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall_s, cpu_s, round(most, 1))

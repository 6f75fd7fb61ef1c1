"""The embedded suite as commands run it: servers, services, the note by which others find it, and waiting for the end."""

import asyncio
import json
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local.places import AUTHORITY, STATE
from deploy.local.stack import EmbeddedStack, ServerFailed
from deploy.local.suite import Suite

NOTE = STATE / "suite.json"
ENDS = {signal.SIGINT, signal.SIGTERM}
LOOK_S = 1.0


@contextmanager
def running(
    directory: Path, *, clock: Path | None = None, authority: Path = AUTHORITY, prefix: str = ""
) -> Iterator[Suite]:
    """Run servers and services, with their data under `directory`."""
    with EmbeddedStack(directory / "servers") as stack:
        suite = Suite(stack.servers, directory / "services", clock=clock, authority=authority, prefix=prefix)
        asyncio.run(suite.prepare())
        with suite:
            yield suite


@contextmanager
def noted(suite: Suite, note: Path = NOTE) -> Iterator[None]:
    """Leave word where the suite runs, for `check`; it holds passwords, so only its owner reads it."""
    new = note.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(suite.addresses()) + "\n", encoding="utf-8")
    new.rename(note)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def wait_for_end(suite: Suite | None = None) -> None:
    """Return when we are interrupted or terminated. Raises ServerFailed when a service of ours ends by itself."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        while signal.sigtimedwait(ENDS, LOOK_S) is None:
            if suite is not None:
                _see_that_it_runs(suite)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _see_that_it_runs(suite: Suite) -> None:
    for service in suite.services:
        process = suite.process(service)
        if not process.running:
            raise ServerFailed(f"{service} has ended ({process.reason()}); see {process.log}, and start again")


def told(http: Mapping[str, str], kafka: str, clock: Path | None = None, issuer: str = "") -> str:
    """Say in both languages where everything is; `issuer` is what `token` must be told of whose key counts there."""
    width = max(map(len, http))
    time = f"MEDVERKA_CLOCK={clock} " if clock else ""
    return "\n".join(
        (
            "Sviten går; avsluta med Ctrl-C. / The suite is running; Ctrl-C ends it.",
            *(f"  {service:{width}}  {url}  {url}/docs" for service, url in http.items()),
            f"  {'Kafka':{width}}  {kafka}",
            "Token för curl och Swagger / for curl and Swagger:",
            f"  {time}./medverka token {issuer}--role registry-officer",
        )
    )

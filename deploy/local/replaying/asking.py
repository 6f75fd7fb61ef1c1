"""What both commands ask: which suite or export, up to which day, under whose file, and in which role what comes is read."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic, sleep

from deploy.local.checking.suite import Addresses, addresses
from deploy.local.explained import WrongCall
from deploy.local.places import AUTHORITY
from deploy.local.replaying.parting import Found, Job, Where, differing, done, jobs
from deploy.local.replaying.parts import parts_of
from deploy.local.replaying.reading import InDatabases, InFiles, Logs, named
from deploy.local.suite import SERVICES
from shared.clock import FileClock, SystemClock
from shared.parts import Parts
from shared.policy.role import AUDITOR, Role, is_role
from shared.policy.stockholm import day_of
from shared.replaying.comparing import Difference, compare, recorded_duties
from shared.replaying.running import run

LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the logs are: a running suite's databases, or an export's files."""

    suite: Addresses | None
    files: tuple[Path, ...]

    @property
    def where(self) -> Where:
        """What reads them."""
        return InDatabases(self.suite) if self.suite else InFiles(self.files)

    @property
    def authority(self) -> Path:
        """The authority's file that the suite was started with."""
        return self.suite.authority if self.suite else AUTHORITY

    @property
    def services(self) -> tuple[str, ...]:
        """The services that there are."""
        return tuple(self.suite.databases) if self.suite else tuple(SERVICES)

    def jobs(self, authorities: Sequence[Path], as_of: date) -> list[Job]:
        """Give the parts of all services. Raises NothingRuns, WrongCall, AuthorityFileWrong."""
        services = [parts_of(name, authorities[0]) for name in self.services]
        if self.suite is None:
            InFiles(self.files).see(services)
        return jobs(services, authorities, self.where, as_of)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One service's replay: how many duties should be there, and what differs."""

    parts: Parts
    duties: int
    differences: Sequence[Difference]


def replayed(asked: Asked, authority: Path, as_of: date, patience_s: float) -> list[Replayed]:
    """Replay every service. What differs is looked at again for a while: an event may be on its way through the suite."""
    until = monotonic() + (patience_s if asked.suite else 0.0)
    while True:
        found = _together(list(done(differing, asked.jobs((authority,), as_of))), authority)
        if not any(each.differences for each in found) or monotonic() > until:
            return found
        sleep(LOOK_S)


def _together(found: Sequence[tuple[Job, Found]], authority: Path) -> list[Replayed]:
    """Put the parts of each service together."""
    services = dict.fromkeys(job.service for job, _ in found)
    of = {name: [each for job, each in found if job.service == name] for name in services}
    return [
        Replayed(
            parts_of(name, authority), sum(each.duties for each in each_part),
            sorted((one for each in each_part for one in each.differences), key=lambda one: (one.duty.id, one.wrong)),
        )
        for name, each_part in of.items()
    ]  # fmt: skip


def replay_one(parts: Parts, logs: Logs, as_of: date) -> Replayed:
    """Replay a service on logs that were read."""
    derived = run(parts, logs, as_of)
    recorded = recorded_duties((event for log in parts.logs for event in logs[log]), as_of)
    return Replayed(parts, len(derived), compare(derived, recorded))


# -- the command line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what both commands take."""
    parser.add_argument("--json", action="store_true", help="ett JSON-objekt / one JSON object")
    parser.add_argument(
        "--from-export", nargs="+", default=[], metavar="FILE",
        help="loggarnas filer (LOGG.jsonl), eller katalogen med dem / the logs' files (LOG.jsonl), or the directory",
    )  # fmt: skip
    parser.add_argument(
        "--addresses", type=Path, metavar="FILE",
        help="vad `up --json` skrev; annars sviten som går här / what `up --json` printed; else the one that runs here",
    )  # fmt: skip
    parser.add_argument(
        "--role", default=AUDITOR, metavar="ROLE",
        help="den roll som läser svaret; annat än rollens egna skyldigheter visas bara som antal"
        " / the role that reads the answer; what it may not read is counted only",
    )  # fmt: skip


def asked(arguments: argparse.Namespace) -> Asked:
    """Give where the logs are. Raises WrongCall, NothingRuns."""
    if arguments.from_export:
        return Asked(None, tuple(named(arguments.from_export)))
    return Asked(addresses(arguments.addresses), ())


def day(text: str) -> date:
    """Read a day. Raises WrongCall."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongCall(f"{text!r} is no day; write it as 2026-12-31") from None


def today(suite: Addresses | None) -> date:
    """Give the day that it is in Stockholm, by the suite's own time where that is simulated."""
    clock = FileClock(suite.clock) if suite and suite.clock else SystemClock()
    return day_of(clock.now())


def role(arguments: argparse.Namespace) -> Role:
    """Give the reader's role. Raises WrongCall."""
    if not is_role(arguments.role):
        raise WrongCall(f"{arguments.role!r} is no role; name one such as {AUDITOR} or social-board")
    return Role(arguments.role)


def may_read(reader: Role, parts: Parts) -> bool:
    """Tell whether a role may know of a service's single duties."""
    return reader in parts.duties_read_by

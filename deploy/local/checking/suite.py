"""A running suite as a check sees it: where its stores are, and what each of its services says of itself."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from pydantic import SecretStr

from deploy.local.explained import Explained, WrongCall
from deploy.local.places import AUTHORITY
from deploy.local.running import NOTE
from deploy.local.stack import databases
from deploy.local.suite import SERVICES
from shared.process import Process
from shared.settings import Settings

DATABASE_URL, KAFKA, PREFIX = "MEDVERKA_DATABASE_URL", "MEDVERKA_KAFKA", "MEDVERKA_TOPIC_PREFIX"
KEYS_URL = "MEDVERKA_KEYS_URL"
CLOCK, AUTHORITY_FILE = "MEDVERKA_CLOCK", "MEDVERKA_AUTHORITY"


class NothingRuns(Explained):
    """There is no suite to check."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a suite keeps what it knows: Kafka's host:port, each service's database, and the topics' prefix.

    `clock`: the file with its time, where that is simulated. `authority`: the file that its services were started with.
    """

    kafka: str
    databases: Mapping[str, str]
    prefix: str
    clock: Path | None = None
    authority: Path = AUTHORITY
    keys: Mapping[str, str] = field(default_factory=dict)
    """The database of the persons' keys, as each service sees it."""


def addresses(given: Path | None = None, note: Path = NOTE, environment: Mapping[str, str] = os.environ) -> Addresses:
    """Give the suite of a file that was given, else the environment's, else the one that `./medverka up` has left word of.

    Raises NothingRuns, WrongCall.
    """
    if given is None and environment.get(DATABASE_URL) and environment.get(KAFKA):
        return _named(environment)
    note = given or note
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        services = told["services"]
        urls = {name: each["database"] for name, each in services.items()}
        keys = {name: each["keys"] for name, each in services.items() if "keys" in each}
        clock = Path(told["clock"]) if told.get("clock") else None
        return Addresses(told["kafka"], urls, told["prefix"], clock, Path(told.get("authority", AUTHORITY)), keys)
    except FileNotFoundError:
        raise NothingRuns(
            f"no suite runs here ({note} is not there); start one with ./medverka up, or set {DATABASE_URL} and {KAFKA}"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise WrongCall(f"{note} does not hold what ./medverka up prints ({error}); start the suite again") from error


def _named(environment: Mapping[str, str]) -> Addresses:
    """Give each service's own database of the cluster that the environment names."""
    prefix = environment.get(PREFIX, "")
    scope = prefix.rstrip(".").replace("-", "_").replace(".", "_")
    urls = {
        service: databases.in_database(environment[DATABASE_URL], f"{scope}_{service}" if scope else service)
        for service in SERVICES
    }
    clock = environment.get(CLOCK)
    authority = Path(environment.get(AUTHORITY_FILE, AUTHORITY))
    keys = dict.fromkeys(urls, environment[KEYS_URL]) if environment.get(KEYS_URL) else {}
    return Addresses(environment[KAFKA], urls, prefix, Path(clock) if clock else None, authority, keys)


def process(service: str, where: Addresses, authority: Path = AUTHORITY) -> Process:
    """Put a service together as it puts itself together, and start nothing of it."""
    unused = "no check serves HTTP or opens a person's key"
    settings = Settings(
        service=service, database_url=SecretStr(where.databases[service]), keys_url=SecretStr(unused),
        keys_secret=Path(unused), checkpoint_key=Path(unused),
        kafka=where.kafka, topic_prefix=where.prefix, authority=authority, token_keys=unused,
        token_issuer=unused,
    )  # fmt: skip
    return Process(settings, import_module(f"services.{service}.app").parts)

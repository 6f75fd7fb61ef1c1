"""The four services as processes of their own, on the servers that a stack runs or the environment names."""

import http.client
import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local import issuer
from deploy.local.places import AUTHORITY, ROOT
from deploy.local.stack import Servers, databases
from deploy.local.stack.guarded import Guarded
from deploy.local.stack.ports import remembered
from deploy.secrets import make, signing_key
from shared.persons.installing import install, read_rights

SERVICES: Sequence[str] = ("registry", "placements", "procurement", "consultation")
READY_WITHIN_S = 60.0
STOP_PATIENCE_S = 15.0
KEY_RIGHTS = ROOT / "deploy/keys.toml"
KEYS_DATABASE = "medverka_keys"
MAIL = "mail"
SENDER = "upphandling@example.se"


class Suite:
    """The services, running between enter and exit; their databases, topics and secrets are made where they are missing.

    `directory` keeps their logs, ports and secrets, and the letters that a mail server of ours takes (`mail/`).
    `clock`: a file with the suite's time, for a simulated one.
    """

    def __init__(
        self, servers: Servers, directory: Path, *, prefix: str = "", clock: Path | None = None,
        authority: Path = AUTHORITY, services: Sequence[str] = SERVICES,
    ) -> None:  # fmt: skip
        self.servers, self.directory, self.prefix, self.clock = servers, directory, prefix, clock
        self.authority, self.services = authority, tuple(services)
        self.databases: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._ports: dict[str, int] = {}
        self._processes: dict[str, Guarded] = {}
        self._running = ExitStack()

    async def prepare(self) -> None:
        """Make what the services need before they start; doing it again changes no data."""
        self.directory.mkdir(parents=True, exist_ok=True)
        scope = self.prefix.rstrip(".").replace("-", "_").replace(".", "_")
        roles = {service: f"{scope}_{service}" if scope else service for service in self.services}
        keys_name = f"{scope}_{KEYS_DATABASE}" if scope else KEYS_DATABASE
        for service, role in roles.items():
            password = secrets.token_urlsafe(24)
            self.databases[service] = await databases.create_owned(self.servers.database_url, role, password)
            await databases.create_owned(self.servers.keys_url, role, password)
            self._keys[service] = databases.in_database(self.servers.keys_url, keys_name, role, password)
        await databases.create_if_missing(self.servers.keys_url, keys_name)
        await install(databases.in_database(self.servers.keys_url, keys_name), roles, read_rights(KEY_RIGHTS))
        processes = (*self.services, MAIL)
        ports = remembered(self.directory / "ports", len(processes))
        self._ports = dict(zip(processes, ports, strict=True))
        secret = self.directory / "keys_secret"
        if not secret.exists():
            secret.write_text(secrets.token_urlsafe(32), encoding="ascii")
            secret.chmod(0o600)
        for service in self.services:
            make(self.directory, f"checkpoint_key.{service}", signing_key)

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.callback(self.stop_all)
            self._start_mail()
            for service in self.services:
                self.start(service)
            for service in self.services:
                self.wait_ready(service)
            self._running = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def _start_mail(self) -> None:
        """Start the mail server that keeps what procurement sends, and delivers nothing."""
        directory = self.mail
        directory.mkdir(exist_ok=True)
        clock = [str(self.clock)] if self.clock else []
        self._processes[MAIL] = Guarded(
            MAIL,
            [sys.executable, "-m", "deploy.local.mail", str(self._ports[MAIL]), str(directory), *clock],
            directory=directory,
            log=directory / "log",
            environment={**os.environ, "PYTHONPATH": str(ROOT)},
            patience_s=STOP_PATIENCE_S,
        )

    @property
    def mail(self) -> Path:
        """Where the mail server keeps its letters (`letters/`) and reports (`reports/`)."""
        return self.directory / MAIL

    def start(self, service: str) -> Guarded:
        """Start one service's process; it is ready later."""
        directory = self.directory / service
        directory.mkdir(exist_ok=True)
        process = Guarded(
            service,
            [sys.executable, "-m", f"services.{service}.app"],
            directory=directory,
            log=directory / "log.jsonl",
            environment=self.environment(service),
            patience_s=STOP_PATIENCE_S,
        )
        self._processes[service] = process
        return process

    def wait_ready(self, service: str, within_s: float = READY_WITHIN_S) -> None:
        """Return when the service says that it is ready."""
        self._processes[service].wait_until(lambda: self.readiness(service)[0], within_s)

    def readiness(self, service: str) -> tuple[bool, Mapping[str, object]]:
        """Ask a service whether it is ready, and what its parts say."""
        connection = http.client.HTTPConnection("127.0.0.1", self._ports[service], timeout=2)
        try:
            connection.request("GET", "/health/ready")
            answer = connection.getresponse()
            body = answer.read()
            return answer.status == http.client.OK, json.loads(body) if body else {}
        except (OSError, ValueError, http.client.HTTPException):
            return False, {}
        finally:
            connection.close()

    def process(self, service: str) -> Guarded:
        """Give a service's process."""
        return self._processes[service]

    def stop(self, service: str) -> None:
        """Stop one service in order."""
        process = self._processes.pop(service, None)
        if process is not None:
            process.stop()

    def stop_all(self) -> None:
        """Stop every service; those that wait for others are told first, so it takes as long as the slowest."""
        for service in (*self.services, MAIL):
            self.stop(service)

    def environment(self, service: str) -> dict[str, str]:
        """The settings of one service."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MEDVERKA_")}
        ours = (
            {
                "SERVICE": service,
                "DATABASE_URL": self.databases[service],
                "KEYS_URL": self._keys[service],
                "KEYS_SECRET": str(self.directory / "keys_secret"),
                "CHECKPOINT_KEY": str(self.directory / f"checkpoint_key.{service}"),
                "KAFKA": self.servers.kafka,
                "TOPIC_PREFIX": self.prefix,
                "AUTHORITY": str(self.authority),
                "HTTP_PORT": str(self._ports[service]),
                "TOKEN_KEYS": str(issuer.public_key()),
                "TOKEN_ISSUER": issuer.ISSUER,
            }
            | ({"CLOCK": str(self.clock)} if self.clock else {})
            | self._mail_settings()
        )
        return kept | {f"MEDVERKA_{name}": value for name, value in ours.items()} | {"PYTHONPATH": str(ROOT)}

    def _mail_settings(self) -> dict[str, str]:
        return {
            "MAIL_SERVER": f"127.0.0.1:{self._ports[MAIL]}",
            "MAIL_SECURITY": "none",
            "MAIL_FROM": SENDER,
            "MAIL_REPORTS": str(self.mail / "reports"),
        }

    def url(self, service: str) -> str:
        """A service's address."""
        return f"http://127.0.0.1:{self._ports[service]}"

    def addresses(self) -> dict[str, object]:
        """All addresses, as `./medverka up --json` prints them."""
        services = {
            s: {"http": self.url(s), "database": self.databases[s], "keys": self._keys[s]} for s in self.services
        }
        simulated = {"clock": str(self.clock)} if self.clock else {}
        return {
            "kafka": self.servers.kafka, "services": services, "prefix": self.prefix, "authority": str(self.authority),
            **simulated,
        }  # fmt: skip

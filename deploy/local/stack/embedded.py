"""The three servers together: the services' Postgres, the keys' Postgres and Kafka, started at the same time."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.stack.kafka import EmbeddedKafka
from deploy.local.stack.postgres import ORDINARY, SMALL, EmbeddedPostgres
from deploy.local.stack.servers import DATABASE_URL, KAFKA, KEYS_URL, Servers


class EmbeddedStack:
    """The servers under `directory`, running between enter and exit, their data kept.

    A server that `environment` names is used where it is, and not started. Before enter the addresses are empty.
    """

    def __init__(self, directory: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._directory = directory
        self._environment = environment
        self._running = ExitStack()
        self.servers = Servers("", "", "")

    @property
    def database_url(self) -> str:
        """The maintenance database of the services' cluster, as superuser."""
        return self.servers.database_url

    @property
    def keys_url(self) -> str:
        """The maintenance database of the keys' cluster, as superuser."""
        return self.servers.keys_url

    @property
    def kafka(self) -> str:
        """The broker's host:port."""
        return self.servers.kafka

    def __enter__(self) -> Self:
        starts: Mapping[str, Callable[[ExitStack], str]] = {
            DATABASE_URL: lambda running: (
                running.enter_context(EmbeddedPostgres(self._directory / "postgres", ORDINARY)).url
            ),
            KEYS_URL: lambda running: running.enter_context(EmbeddedPostgres(self._directory / "keys", SMALL)).url,
            KAFKA: lambda running: running.enter_context(EmbeddedKafka(self._directory / "kafka")).bootstrap,
        }
        with ExitStack() as starting, ThreadPoolExecutor(len(starts)) as pool:
            given = {name: self._environment[name] for name in starts if self._environment.get(name)}
            started = {name: pool.submit(start, starting) for name, start in starts.items() if name not in given}
            addresses = given | {name: address.result() for name, address in started.items()}
            self.servers = Servers(addresses[DATABASE_URL], addresses[KEYS_URL], addresses[KAFKA])
            self._running = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

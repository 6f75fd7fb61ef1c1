"""The servers in containers, for tests on a machine whose Docker engine answers."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import docker
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from deploy.local.stack import Servers, kafka, ports

POSTGRES, KAFKA = "postgres:18", "apache/kafka:4.3.0"
INITDB = "--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"  # as the embedded cluster
INSIDE = 9092


def docker_is_ready() -> bool:
    """Whether a Docker engine answers and has the images: a test run does not fetch a gigabyte behind anybody's back."""
    return _listens() and {POSTGRES, KAFKA} <= _images()


def _listens() -> bool:
    """Whether somebody listens where Docker's engine is or DOCKER_HOST says it is."""
    address = urlsplit(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    family, place = (
        (socket.AF_UNIX, address.path)
        if address.scheme == "unix"
        else (socket.AF_INET, (address.hostname, address.port or 2375))
    )
    with socket.socket(family) as probe:
        probe.settimeout(3)
        return probe.connect_ex(place) == 0


def _images() -> set[str]:
    client = docker.from_env()
    try:
        return {tag for image in client.images.list() for tag in image.tags}
    finally:
        client.close()


def postgres() -> PostgresContainer:
    """A cluster of its own, durable as it comes."""
    made = PostgresContainer(POSTGRES, username="postgres", password=secrets.token_urlsafe(18), dbname="postgres")
    return made.with_env("POSTGRES_INITDB_ARGS", INITDB).with_command("postgres -c max_connections=200")


def broker(port: int) -> DockerContainer:
    """One KRaft node with the embedded broker's settings; it must know the port that its clients see."""
    listeners = {
        "listeners": f"PLAINTEXT://:{INSIDE},CONTROLLER://:9093",
        "advertised.listeners": f"PLAINTEXT://{ports.LOOPBACK}:{port}",
        "controller.quorum.voters": "1@localhost:9093",
    }
    settings = kafka.SETTINGS | listeners
    # As root, since at its start the image writes configuration over its own files, which a build may have made read-only.
    made = (
        DockerContainer(KAFKA, user="root")
        .with_bind_ports(INSIDE, port)
        .waiting_for(LogMessageWaitStrategy(kafka.STARTED))
    )
    return made.with_envs(**{f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in settings.items()})


@contextmanager
def docker_servers() -> Iterator[Servers]:
    """The three servers in containers that end with the run."""
    testcontainers_config.ryuk_disabled |= testcontainers_config.ryuk_image not in _images()
    (port,) = ports.free(1)
    with postgres() as database, postgres() as keys, broker(port):
        yield Servers(
            database.get_connection_url(driver=None), keys.get_connection_url(driver=None), f"{ports.LOOPBACK}:{port}"
        )

"""Ports on loopback for servers that cannot choose one themselves."""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

LOOPBACK = "127.0.0.1"
TAKEN = "Address already in use"  # in the words of the C library, which Postgres and Java pass on

Choose = Callable[[Path, int], list[int]]  # what `remembered` does: a file to remember in, how many → ports


def free(count: int) -> list[int]:
    """Ports that nobody listens on now; another may take one before its server does, so a start must be able to try again."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do: passes over a connection's TIME_WAIT
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def remembered(file: Path, count: int) -> list[int]:
    """The ports that `file` names from the last run while they are free, else new ones; so addresses survive a restart."""
    if file.exists():
        ports = [int(word) for word in file.read_text().split()]
        if len(ports) == count and all(map(is_free, ports)):
            return ports
    ports = free(count)
    file.write_text(" ".join(map(str, ports)) + "\n")
    return ports

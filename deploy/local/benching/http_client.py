"""The least HTTP/1.1 client that can ask a service over a connection that stays open: what it costs is not what is measured."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from typing_extensions import override

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


class Response(NamedTuple):
    """What came back. `head` holds the status line and the headers as they were sent."""

    status: int
    head: bytes
    body: bytes


class Disconnected(ConnectionError):
    """The service closed the connection before it had answered."""


class Connection(asyncio.Protocol):
    """One connection with one request on its way at a time. Answers without Content-Length are not understood."""

    def __init__(self) -> None:
        self._transport: Any  # uvloop's is no asyncio.Transport
        self._came = b""
        self._answer: asyncio.Future[Response] | None = None
        self._lost = asyncio.Event()

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Post JSON and wait for the answer. Raises Disconnected."""
        self._answer = asyncio.get_running_loop().create_future()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST {path} HTTP/1.1\r\nHost: medverka\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{lines}\r\n"
        )
        self._transport.write(head.encode() + body)
        return await self._answer

    async def get(self, path: str, headers: Mapping[str, str]) -> Response:
        """Ask and wait for the answer. Raises Disconnected."""
        self._answer = asyncio.get_running_loop().create_future()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: medverka\r\n{lines}\r\n".encode())
        return await self._answer

    async def close(self) -> None:
        """Close the connection and wait until it is."""
        self._transport.close()
        await self._lost.wait()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._came += data
        response = parsed(self._came)
        if response is not None and self._answer is not None and not self._answer.done():
            self._came = b""
            self._answer.set_result(response)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._lost.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Disconnected(str(exc or "the service closed the connection")))


def parsed(came: bytes) -> Response | None:
    """Read an answer; None as long as it is not all there."""
    head, found, rest = came.partition(HEAD_END)
    if not found:
        return None
    at = head.lower().find(LENGTH)
    length = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return Response(int(head[9:12]), head, rest[:length]) if len(rest) >= length else None


async def opened(host: str, port: int) -> Connection:
    """Open a connection."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, host, port)
    return connection

"""A request's head has a limit before anybody is asked for a token (shared/http/protocol.py)."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from shared.http.protocol import MOST_HEAD_BYTES, LimitedProtocol


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body's size."""
    size = 0
    while (message := await receive())["type"] == "http.request":
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    await PlainTextResponse(str(size))(scope, receive, send)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server on a free port of loopback."""
    config = uvicorn.Config(hello, port=0, http=LimitedProtocol, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells by a flag
        await asyncio.sleep(0)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def asked(port: int, *requests: bytes) -> bytes:
    """Send requests on one connection, the last of which closes it, and give all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in requests:
            writer.write(request)
            await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_head_that_does_not_end_is_cut(port: int) -> None:
    """One header or many, at once or in pieces: beyond 64 KiB the connection is closed."""
    piece = b"a" * 16_384
    answer = await asked(port, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + piece, *[piece] * 200)
    assert not answer or answer.startswith(b"HTTP/1.1 400")


async def test_a_usual_head_and_a_large_body_pass(port: int) -> None:
    """The limit is the head's; several requests on one connection have it each."""
    body = b"b" * (3 * MOST_HEAD_BYTES)
    post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"c" * 30_000 + b"\r\n\r\n"
    answer = await asked(port, post, last)
    assert answer.count(b"HTTP/1.1 200") == 2
    assert str(len(body)).encode() in answer

"""A TCP proxy before Postgres that cuts the connection at a commit: before the server saw it, or after it had answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

COMMIT = b"COMMIT"


@dataclass
class Cutting:
    """`at`: what happens to the next commit; `cut` counts the connections that were cut."""

    server: tuple[str, int]
    at: Literal["nowhere", "before", "after"] = "nowhere"
    cut: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until either side closes it, or it is cut."""
        from_server, to_server = await asyncio.open_connection(*self.server)
        answers = asyncio.create_task(_pass_on(from_server, writer))
        try:
            while data := await reader.read(65_536):
                if COMMIT in data and self.at == "before":
                    break
                if COMMIT in data and self.at == "after":
                    answers.cancel()
                    with suppress(asyncio.CancelledError):
                        await answers
                    to_server.write(data)
                    assert await from_server.read(
                        1
                    )  # the server has answered, so it is committed; nobody will hear of it
                    break
                to_server.write(data)
            else:
                return
            self.cut += 1
            self.at = "nowhere"
        finally:
            answers.cancel()
            for end in (writer, to_server):
                end.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()


@asynccontextmanager
async def cutting(url: str) -> AsyncIterator[tuple[Cutting, str]]:
    """Give a proxy before the server of `url`, and the address that goes through it."""
    parts = urlsplit(url)
    proxy = Cutting((parts.hostname or "", parts.port or 5432))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    login = parts.netloc.rpartition("@")[0]
    try:
        yield proxy, urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{port}"))
    finally:
        server.close()

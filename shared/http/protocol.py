"""HTTP/1.1 on the wire, with a limit that the parser lacks: a request's head is at most 64 KiB, whoever sends it."""

from typing import Any

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 * 1024


class LimitedProtocol(HttpToolsProtocol):
    """Cuts a connection whose request line and headers do not end: they are buffered before anybody is asked for a token."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head_bytes = 0
        self._in_head = True

    @override
    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and not self._ends(data):
                self.send_400_response("The request's headers are larger than 64 KiB.")
                return
        super().data_received(data)

    def _ends(self, data: bytes) -> bool:
        """Tell whether the head may end in what has just come; the rest of it is a body, which has limits of its own."""
        end = data.find(b"\r\n\r\n")
        return end >= 0 and self._head_bytes - len(data) + end <= MOST_HEAD_BYTES

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

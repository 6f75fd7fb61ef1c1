"""A mail server of our own on loopback that delivers nothing: it keeps every letter in a Maildir (`.../letters`).

`python -m deploy.local.mail PORT DIRECTORY [CLOCK]`. What an address begins with says what happens to its letter: `later` is
put off once (451), `refused` is refused (550), `bounced` is taken and then comes back as a delivery report (RFC 3464) in the
Maildir `.../reports`, `slow` is taken and reported as delayed, `dies` is taken and the connection breaks before the answer,
once; everything else is taken.
"""

import asyncio
import mailbox
import signal
import ssl
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.stack.ports import LOOPBACK
from shared.clock import Clock, FileClock, SystemClock

TAKEN: Final = "250 2.0.0 taken"
REPORT: Final = """\
From: MAILER-DAEMON@mail.example
To: {to}
Subject: Delivery report
Date: {on}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

This is what became of a letter to {address}.

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--report
Content-Type: text/rfc822-headers

{headers}

--report--
"""
STATUS: Final = {"bounced": ("failed", "5.1.1"), "slow": ("delayed", "4.4.1")}


class Sink:
    """Takes letters as the addresses say, and remembers only how often it was asked."""

    def __init__(self, directory: Path, clock: Clock | None = None) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.letters = mailbox.Maildir(str(directory / "letters"), create=True)
        self.reports = mailbox.Maildir(str(directory / "reports"), create=True)
        self.asked: Counter[str] = Counter()
        self._clock = clock or SystemClock()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:  # fmt: skip
        """Answer RCPT."""
        self.asked[address] += 1
        if address.startswith("refused"):
            return f"550 5.1.1 <{address}> is not here"
        if address.startswith("later") and self.asked[address] == 1:
            return f"451 4.7.1 <{address}> later, please"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the letter, and answer."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.letters.add(content)
        for address in envelope.rcpt_tos:
            kind = next((name for name in STATUS if address.startswith(name)), None)
            if kind is not None:
                self.reports.add(self._report(content, address, envelope, *STATUS[kind]))
            if address.startswith("dies") and self.asked[address] == 1:
                transport: Any = server.transport
                transport.abort()
        return TAKEN

    def _report(self, content: bytes, address: str, envelope: Envelope, action: str, status: str) -> bytes:
        """Write a delivery report as a mail server does, with the letter's headers."""
        headers = content.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
        return REPORT.format(
            to=envelope.mail_from, on=format_datetime(self._clock.now()), address=address, action=action, status=status,
            headers=headers,
        ).replace("\n", "\r\n").replace("\r\r\n", "\r\n").encode()  # fmt: skip


@asynccontextmanager
async def listening(
    sink: Sink, port: int = 0, *, tls: ssl.SSLContext | None = None, authenticator: Callable[..., Any] | None = None
) -> AsyncIterator[int]:  # fmt: skip
    """Serve on loopback and give the port. With `tls`, nothing is taken before STARTTLS."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            sink, hostname="mail.example", loop=loop, tls_context=tls, require_starttls=tls is not None,
            authenticator=authenticator, auth_required=authenticator is not None, enable_SMTPUTF8=True,
        )  # fmt: skip

    server = await loop.create_server(protocol, LOOPBACK, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def serve(port: int, directory: Path, clock: Path | None) -> None:
    """Serve until a signal comes."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with listening(Sink(directory, FileClock(clock) if clock else None), port):
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None))  # noqa: PLR2004

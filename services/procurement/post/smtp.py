"""One conversation with a mail server: letters go in, and for each comes back what the server said of it (RFC 5321).

No answer's text leaves this module, since servers repeat addresses in it; its codes do (RFC 3463).
"""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from shared.settings import Settings, WrongSettings

WITHIN_S: Final = 30.0
STATUS: Final = re.compile(r"\b([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
PERMANENT: Final = 500
CLOSING: Final = 421


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where letters are handed in, as whom, and how many a minute."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    credentials: Path | None
    ca: Path | None
    per_minute: int
    reports: Path | None

    @property
    def domain(self) -> str:
        """The sender's domain, which Message-IDs are made with."""
        return self.sender.rpartition("@")[2]


def server(settings: Settings) -> Server | None:
    """Give the mail server of the settings; None: there is none. Raises WrongSettings."""
    if settings.mail_server is None:
        return None
    if settings.mail_from is None:
        raise WrongSettings("MEDVERKA_MAIL_FROM: missing; a letter needs a sender, for example upphandling@example.se")
    if settings.mail_credentials and settings.mail_security == "none":
        raise WrongSettings("MEDVERKA_MAIL_SECURITY: none would send the password in clear; set starttls or tls")
    host, _, port = settings.mail_server.rpartition(":")
    return Server(
        host=host, port=int(port), security=settings.mail_security, sender=settings.mail_from,
        credentials=settings.mail_credentials, ca=settings.mail_ca, per_minute=settings.mail_per_minute,
        reports=settings.mail_reports,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has the letter, and with it the duty to deliver or to report."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not now (4xx), or nobody knows: the connection broke before the answer, so the letter may have been taken."""

    status: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not this letter to this address (5xx)."""

    status: str | None


Said: TypeAlias = Taken | PutOff | Rejected


class Unavailable(Exception):
    """The server cannot be spoken with now, or not by us. `why` names a code or a kind of error, never an address."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the mail server takes nothing ({why}); see that it runs and that the settings of mail are right"
        )


class Conversation:
    """An open connection that takes letters one after the other."""

    def __init__(self, client: SMTP, sender: str) -> None:
        self._client, self._sender = client, sender
        self.is_over = False

    async def hand_in(self, recipient: str, message: bytes, envelope_id: str) -> Said:
        """Hand a letter in. Raises Unavailable where the server refuses us and not the letter."""
        reports = self._client.supports_extension("dsn")
        try:
            await self._client.sendmail(
                self._sender, recipient, message,
                mail_options=["RET=HDRS", f"ENVID={envelope_id}"] if reports else [],
                rcpt_options=["NOTIFY=FAILURE,DELAY"] if reports else [],
            )  # fmt: skip
        except SMTPSenderRefused as error:
            self.is_over = True
            raise Unavailable(f"MAIL {error.code}") from None
        except SMTPRecipientsRefused as error:
            return self._said(error.recipients[0].code, error.recipients[0].message)
        except SMTPDataError as error:
            return self._said(error.code, error.message)
        except SMTPResponseException as error:
            self.is_over = True
            raise Unavailable(f"{type(error).__name__} {error.code}") from None
        except (SMTPNotSupported, ValueError):  # an address beyond ASCII, and a server without SMTPUTF8 (RFC 6531)
            return Rejected("5.6.7")
        except (SMTPException, OSError):
            self.is_over = True
            return PutOff(None)
        return Taken()

    def _said(self, code: int, text: str) -> Said:
        found = STATUS.search(text)
        status = found[1] if found else f"{code // 100}.0.0"
        if code == CLOSING:
            self.is_over = True
        return Rejected(status) if code >= PERMANENT else PutOff(status)


@asynccontextmanager
async def conversation(with_: Server) -> AsyncIterator[Conversation]:
    """Connect, secure the connection, and log in where there are credentials. Raises Unavailable."""
    client = SMTP(
        hostname=with_.host, port=with_.port, timeout=WITHIN_S, use_tls=with_.security == "tls",
        start_tls=with_.security == "starttls", tls_context=_tls(with_) if with_.security != "none" else None,
    )  # fmt: skip
    try:
        await client.connect()
        if with_.credentials is not None:
            user, password = with_.credentials.read_text(encoding="utf-8").splitlines()[:2]
            await client.login(user, password)
    except (SMTPException, OSError, ValueError) as error:
        client.close()
        code = f" {error.code}" if isinstance(error, SMTPResponseException) else ""
        raise Unavailable(f"{type(error).__name__}{code}") from None
    talk = Conversation(client, with_.sender)
    try:
        yield talk
    finally:
        await _farewell(client, is_over=talk.is_over)


async def _farewell(client: SMTP, *, is_over: bool) -> None:
    """End the connection; a server that does not say goodbye has the letters all the same."""
    if not is_over and client.is_connected:
        try:
            await client.quit(timeout=1.0)
        except (SMTPException, OSError):
            client.close()
    client.close()


def _tls(with_: Server) -> ssl.SSLContext:
    """Trust the machine's authorities, or the one that is named. Raises OSError."""
    return ssl.create_default_context(cafile=str(with_.ca) if with_.ca else None)

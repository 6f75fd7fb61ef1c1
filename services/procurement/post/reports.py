"""Delivery reports (RFC 3464): which letter each is about, and what it says became of it. Addresses in them are passed over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal

from services.procurement.post.message import event_of

MOST_BYTES: Final = 1024 * 1024
STATUS: Final = re.compile(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
EXPIRED: Final = re.compile(r"[45]\.4\.7")
"""RFC 3463: delivery time expired. A report with action `failed` and a status of class 4 says the same."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of one letter. `event_id`: of what asked for the letter, by its Message-ID or envelope id."""

    event_id: str
    action: Literal["failed", "delayed"]
    status: str | None
    at: datetime | None

    @property
    def reason(self) -> Literal["hard-bounce", "expired", "delayed"]:
        """The reason as `OutreachFailed` has it."""
        if self.action == "delayed":
            return "delayed"
        status = self.status or ""
        return "expired" if EXPIRED.fullmatch(status) or status.startswith("4") else "hard-bounce"


def read(data: bytes) -> list[Report]:
    """Give what a message reports; nothing where it is no report, or one that says that all is well."""
    message = message_from_bytes(data[:MOST_BYTES], policy=default)
    parts = list(message.walk())
    statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    if message.get_content_type() != "multipart/report" or not statuses:
        return []
    at = _instant(message)
    found: list[Report] = []
    for status in statuses:
        blocks = [block for block in _payload(status) if isinstance(block, Message)]
        event_id = _about(parts, blocks)
        for block in blocks:
            action = str(block.get("Action", "")).strip().lower()
            if event_id and action in {"failed", "delayed"}:
                code = STATUS.match(str(block.get("Status", "")))
                found.append(
                    Report(event_id, "failed" if action == "failed" else "delayed", code[1] if code else None, at)
                )
    return found


def _about(parts: list[Any], blocks: list[Any]) -> str | None:
    """Find the letter: by the original's Message-ID, else by the envelope id that we gave (RFC 3461)."""
    for part in parts:
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            for original in _originals(part):
                if original.get("Message-ID"):
                    return event_of(str(original["Message-ID"]))
    return next((str(b["Original-Envelope-Id"]).strip() for b in blocks if b.get("Original-Envelope-Id")), None)


def _originals(part: Any) -> Iterator[Any]:
    if part.get_content_type() == "message/rfc822":
        yield from _payload(part)
    else:
        yield message_from_bytes(part.get_payload(decode=True) or b"", policy=default)


def _payload(part: Any) -> list[Any]:
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def _instant(message: Any) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else None

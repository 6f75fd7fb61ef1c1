"""A letter as it travels: text and HTML in one message (RFC 5322, 2046), under the id of the event that asked for it."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.procurement.domain.letters import Letter


def message_id(event_id: str, domain: str) -> str:
    """Give the Message-ID of a letter: the same as often as it is sent."""
    return f"<{event_id}@{domain}>"


def event_of(message_id_: str) -> str:
    """Give the event that a Message-ID was made of."""
    return message_id_.strip().strip("<>").partition("@")[0]


def message(letter: Letter, *, id_: str, name: str, sender: str, recipient: str, at: datetime) -> bytes:
    """Put a letter into its envelope. Raises ValueError for an address that no header can hold."""
    made = EmailMessage(policy=SMTP)
    user, _, domain = sender.partition("@")
    made["From"] = Address(display_name=name, username=user, domain=domain)
    made["To"] = recipient
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = id_
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation answers
    made.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    made.add_alternative(letter.html, subtype="html", charset="utf-8", cte="quoted-printable")
    made["Content-Language"] = letter.language  # after the parts: what begins with Content- goes to the first of them
    return made.as_bytes()

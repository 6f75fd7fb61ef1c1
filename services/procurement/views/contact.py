"""How procurement writes to an enterprise, from registry's log. What is a person's stays sealed here."""

from dataclasses import replace
from pathlib import Path

from services.procurement.domain.letter_rows import ContactRow, Mailbox
from shared.contracts.cloudevent import Recorded
from shared.contracts.registry import ContactChanged
from shared.contracts.values import Enc, Personal
from shared.log.view import View, nothing


def fold(row: ContactRow | None, recorded: Recorded) -> ContactRow | None:
    """Fold one event of an enterprise; only those about contacts count."""
    event = recorded.event
    if not isinstance(event, ContactChanged):
        return row
    row = row or ContactRow(key=recorded.subject, enterprise_id=event.enterprise_id, contacts=())
    gone = {event.contact_id, event.replaces_contact_id}
    kept = tuple(contact for contact in row.contacts if contact.contact_id not in gone)
    return replace(row, contacts=kept if event.withdrawn else (*kept, _mailbox(event, recorded)))


def _mailbox(event: ContactChanged, recorded: Recorded) -> Mailbox:
    return Mailbox(
        contact_id=event.contact_id, purpose=event.purpose, channel=event.channel, language=event.language,
        valid_from=event.valid_from, event_id=recorded.envelope.id, source=recorded.envelope.source,
        address=event.address, address_enc=_sealed(event.address_enc),
    )  # fmt: skip


def _sealed(value: Personal | None) -> Enc | None:
    if value is not None and not isinstance(value, Enc):
        raise TypeError("a personal field reached a view in clear text")
    return value


CONTACT = View(
    name="contact", log="registry.events", category="enterprise", row=ContactRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

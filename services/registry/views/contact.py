"""How to reach each enterprise: the contacts in use."""

from dataclasses import replace
from pathlib import Path

from services.registry.domain.duties import EVENTS
from services.registry.domain.rows import Contact, ContactRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.registry import ContactChanged
from shared.contracts.values import Enc, Personal
from shared.log.view import View, nothing


def fold(row: ContactRow | None, recorded: Recorded) -> ContactRow | None:
    """Fold one event of an enterprise; only those about contacts count."""
    event = recorded.event
    if not isinstance(event, ContactChanged):
        return row
    row = row or ContactRow(key=recorded.subject, enterprise_id=event.enterprise_id)
    gone = {event.contact_id, event.replaces_contact_id}
    kept = {id_: contact for id_, contact in row.contacts.items() if id_ not in gone}
    return replace(row, contacts=kept if event.withdrawn else {**kept, event.contact_id: _contact(event)})


def _contact(event: ContactChanged) -> Contact:
    return Contact(
        contact_id=event.contact_id, purpose=event.purpose, channel=event.channel, address=event.address,
        address_enc=_sealed(event.address_enc), person_name=_sealed(event.person_name),
        function_title=event.function_title, language=event.language, valid_from=event.valid_from,
    )  # fmt: skip


def _sealed(value: Personal | None) -> Enc | None:
    if value is not None and not isinstance(value, Enc):
        raise TypeError("a personal field reached a view in clear text")
    return value


CONTACT = View(
    name="contact", log=EVENTS, category="enterprise", row=ContactRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip

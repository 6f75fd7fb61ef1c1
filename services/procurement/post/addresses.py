"""Where a letter goes: a contact's address, opened for as long as the letter is handed in and kept nowhere."""

import re
from typing import Final

import structlog

from services.procurement.domain.letter_rows import Mailbox
from shared.persons.keys import Keys
from shared.persons.sealing import Place, Redacted, SealBroken, unseal

ADDRESS: Final = re.compile(r"[^\s<>@\"\\,;:]+@[^\s<>@\"\\,;:]+")

log = structlog.get_logger()


async def address_of(contact: Mailbox, enterprise_id: str, keys: Keys) -> str | None:
    """Open a contact's address; None where its key is gone, where it was corrected, or where it is none."""
    address: object = contact.address
    if contact.address_enc is not None:
        known = await keys.find([contact.address_enc.key_ref])
        place = Place(contact.source, f"enterprise/{enterprise_id}", contact.event_id, "/addressEnc")
        try:
            address = unseal(contact.address_enc, known.get(contact.address_enc.key_ref), place)
        except SealBroken:
            log.warning("an address does not open where it stands", contact=contact.contact_id)
            return None
    if isinstance(address, Redacted) or not isinstance(address, str) or not is_address(address):
        return None
    return address


def is_address(text: str) -> bool:
    """Tell whether a text is one address and nothing that could be read as more."""
    return ADDRESS.fullmatch(text) is not None and text.isprintable()

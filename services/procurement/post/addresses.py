"""Where a letter goes: a contact's address, opened for as long as the letter is handed in and kept nowhere."""

import re
from collections.abc import Mapping
from typing import Final

import structlog

from services.procurement.domain.letter_rows import Mailbox, SealedAt
from shared.persons.keys import Keys
from shared.persons.sealing import Place, Redacted, SealBroken, unseal

ADDRESS: Final = re.compile(r"[^\s<>@\"\\,;:]+@[^\s<>@\"\\,;:]+")

log = structlog.get_logger()


async def address_of(
    contact: Mailbox, enterprise_id: str, keys: Keys, resealed: Mapping[str, SealedAt]
) -> str | None:  # fmt: skip
    """Open a contact's address; None where its key is gone or where it is none. A corrected one lies in its correction."""
    address: object = contact.address
    if contact.address_enc is not None:
        known = await keys.find([contact.address_enc.key_ref])
        own = SealedAt(event_id=contact.event_id, pointer="/addressEnc")
        at = resealed.get(contact.address_enc.ciphertext, own)
        place = Place(contact.source, f"enterprise/{enterprise_id}", at.event_id, at.pointer)
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

"""What is unique and personal, found again: its claim holds a MAC, its event the sealed text, and a restore lost the claim."""

from shared.contracts.cloudevent import Envelope
from shared.contracts.values import Enc
from shared.persons.keys import Keys
from shared.persons.opening import places
from shared.persons.preparing import claims_key, mac
from shared.persons.sealing import Redacted, unseal


class KeyMacs:
    """Makes the MACs anew with the service's keys. Nobody's whose key was destroyed: nothing is known of them any more."""

    def __init__(self, keys: Keys, service: str) -> None:
        self._keys, self._service = keys, service

    async def of(self, envelope: Envelope, sealed: Enc) -> str | None:
        """Give the MAC of a sealed field of this event; None where its key is destroyed. Raises SealBroken."""
        keys = await self._keys.find([sealed.key_ref])
        clear = unseal(sealed, keys.get(sealed.key_ref), places([envelope])[sealed.ciphertext])
        return None if isinstance(clear, Redacted) else mac(await claims_key(self._keys, self._service), clear)

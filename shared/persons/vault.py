"""What an inbox does with a refused message, which can hold a personnummer: a keyed digest, and its bytes sealed."""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.values import Key
from shared.persons.sealing import NONCE_BYTES

PURPOSE = b"refused original"


class KeyVault:
    """Works under the service's key for claims."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def digest(self, data: bytes) -> bytes:
        """Give a keyed digest: a plain one of a short message could be guessed."""
        return hmac.digest(self._key.material, data, hashlib.sha256)

    def seal(self, data: bytes) -> bytes:
        """Encrypt: nonce, then ciphertext."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key.material).encrypt(nonce, data, PURPOSE)

    def unseal(self, sealed: bytes) -> bytes:
        """Read what was sealed, for whoever sends it again. Raises cryptography's InvalidTag if it was altered."""
        return AESGCM(self._key.material).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PURPOSE)

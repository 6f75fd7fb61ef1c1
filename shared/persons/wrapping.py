"""Keys lie wrapped: a copy of the key store's database alone reads nothing, without the epoch's secret from its file.

The file has one secret a line, of 32 characters at least: the first wraps what is new, the others read what is older.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from typing_extensions import override

from shared.persons.keys import EpochUnknown
from shared.persons.sealing import NONCE_BYTES

SHORTEST = 32


class SecretUnfit(Exception):
    """The file of the keys' secret does not hold one."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One secret: its public name, and the key that wraps (RFC 5869)."""

    name: str
    key: bytes

    @override
    def __repr__(self) -> str:
        return f"Epoch({self.name})"


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What wraps and unwraps; `epochs[0]` is the current one."""

    epochs: tuple[Epoch, ...]

    @property
    def epoch(self) -> str:
        """The name of the epoch under which new keys are wrapped."""
        return self.epochs[0].name

    def wrap(self, material: bytes, ref: str, nonce: bytes) -> bytes:
        """Wrap a key for storing: nonce, then ciphertext bound to the key's name."""
        return nonce + AESGCM(self.epochs[0].key).encrypt(nonce, material, ref.encode())

    def unwrap(self, wrapped: bytes, ref: str, epoch: str) -> bytes:
        """Read a stored key. Raises EpochUnknown."""
        for known in self.epochs:
            if known.name == epoch:
                return AESGCM(known.key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], ref.encode())
        raise EpochUnknown(epoch)


def wrapping(secrets: str) -> Wrapping:
    """Make the wrapping of a file's text. Raises SecretUnfit."""
    lines = [line.strip() for line in secrets.splitlines() if line.strip()]
    if not lines or min(map(len, lines)) < SHORTEST:
        raise SecretUnfit(f"the keys' secret has fewer than {SHORTEST} characters; make one: openssl rand -hex 32")
    return Wrapping(tuple(_epoch(line.encode()) for line in lines))


def read(path: Path) -> Wrapping:
    """Read the secrets' file. Raises SecretUnfit, OSError."""
    return wrapping(path.read_text(encoding="utf-8"))


def _epoch(secret: bytes) -> Epoch:
    return Epoch(_derived(secret, b"medverka epoch name", 4).hex(), _derived(secret, b"medverka epoch key", 32))


def _derived(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)

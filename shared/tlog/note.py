"""C2SP signed notes: a text, a blank line, and a line per signature.

    <text, ends with a newline>
    <newline>
    — <key name> base64(key id, 4 bytes ‖ Ed25519 signature, 64 bytes)

    key id        SHA-256(name ‖ 0A ‖ 01 ‖ public key)[:4]
    verifier key  name+hex(key id)+base64(01 ‖ public key)

The signature covers the text with its last newline, not the blank line. Base64 is the padded standard one, and only the form
that encoding gives is taken: spare bits that nobody reads could be changed unseen.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typing_extensions import override

ED25519: Final = b"\x01"
ID_BYTES: Final = 4
KEY_BYTES: Final = 32
LARGEST_NOTE: Final = 1 << 16
MOST_SIGNATURES: Final = 100
DASH: Final = "— "


class KeyUnfit(ValueError):
    """No key that notes are signed or verified with."""


class NoteRefused(ValueError):
    """Bytes that are no note, or that no trusted key has signed."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """What a reader trusts: a name and an Ed25519 public key."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The key's id: which of a name's keys has signed."""
        return key_id(self.name, ED25519, self.public)

    @override
    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Tell whether it has signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """What a log signs with: a name and an Ed25519 private key, which is never printed."""

    name: str
    _private: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The key that others verify with."""
        return VerifierKey(self.name, self._private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """Give the signature's bytes; the same text gives the same ones (RFC 8032)."""
        return self._private.sign(text)

    @override
    def __repr__(self) -> str:
        return f"Signer({self.key})"


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Give a key's id from its name, its signature type and its public half."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:ID_BYTES]


def is_name(name: str) -> bool:
    """Tell whether a key may be called so: something without spaces and plus signs."""
    return bool(name) and "+" not in name and not any(one.isspace() for one in name) and name.isprintable()


def verifier_key(text: str) -> VerifierKey:
    """Read a verifier key. Raises KeyUnfit."""
    name, _, rest = text.partition("+")
    found, _, encoded = rest.partition("+")
    public = decoded(encoded)
    if not is_name(name) or len(public) != KEY_BYTES + 1 or public[:1] != ED25519:
        raise KeyUnfit("no Ed25519 verifier key; it looks like name+0123abcd+AbCd…, in one line")
    key = VerifierKey(name, public[1:])
    if found != key.id.hex():
        raise KeyUnfit(
            f"the verifier key of {name} says {found[:8]} and is {key.id.hex()}; copy it anew from its owner"
        )
    return key


def signers(path: Path, name: str) -> tuple[Signer, ...]:
    """Read a file of one private key in PEM, or of several during a rotation, newest first. Raises KeyUnfit, OSError."""
    end = b"-----END PRIVATE KEY-----"
    blocks = [block + end for block in path.read_bytes().split(end)[:-1]]
    try:
        keys = [load_pem_private_key(block, None) for block in blocks]
    except (ValueError, TypeError) as error:
        raise KeyUnfit(f"{path} does not hold a private key in PEM: openssl genpkey -algorithm ed25519") from error
    private = [key for key in keys if isinstance(key, Ed25519PrivateKey)]
    if not private or len(private) != len(keys):
        raise KeyUnfit(f"{path} does not hold Ed25519 keys alone: openssl genpkey -algorithm ed25519")
    return tuple(Signer(name, key) for key in private)


def sign(text: str, by: Sequence[Signer]) -> bytes:
    """Give a note of the text, signed by each. Raises ValueError if the text does not end with a newline."""
    if not text.endswith("\n"):
        raise ValueError("the text of a note ends with a newline")
    lines = [_line(signer.name, signer.key.id + signer.sign(text.encode())) for signer in by]
    return f"{text}\n{''.join(lines)}".encode()


def _line(name: str, signature: bytes) -> str:
    return f"{DASH}{name} {base64.b64encode(signature).decode()}\n"


def open_note(data: bytes, trusted: Iterable[VerifierKey]) -> str:
    """Give the text that a trusted key has signed. Raises NoteRefused.

    Signatures of unknown keys are passed over, as the specification asks; a trusted key's that does not verify refuses all.
    """
    text, signatures = _parts(data)
    known = {(key.name, key.id): key for key in trusted}
    good = 0
    for name, raw in signatures:
        key = known.get((name, raw[:ID_BYTES]))
        if key is None:
            continue
        if not key.verifies(text.encode(), raw[ID_BYTES:]):
            raise NoteRefused(f"the signature of {name} does not belong to this text")
        good += 1
    if not good:
        names = ", ".join(sorted({key.name for key in known.values()})) or "nobody"
        raise NoteRefused(f"no trusted key has signed it (trusted: {names})")
    return text


def _parts(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Take a note apart: its text, and each signature's name and bytes."""
    if len(data) > LARGEST_NOTE:
        raise NoteRefused(f"it is larger than {LARGEST_NOTE} bytes")
    try:
        note = data.decode()
    except UnicodeDecodeError:
        raise NoteRefused("it is no UTF-8") from None
    if any(one < " " and one != "\n" for one in note):
        raise NoteRefused("it holds control characters")
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteRefused("it has no text, blank line and signatures")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteRefused(f"it has more than {MOST_SIGNATURES} signatures")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    raw = decoded(encoded)
    if not line.startswith(DASH) or not is_name(name) or not space or len(raw) <= ID_BYTES:
        raise NoteRefused("a line below the blank one is no signature")
    return name, raw


def decoded(encoded: str) -> bytes:
    """Read base64; nothing for what is not exactly as encoding writes it."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if base64.b64encode(raw).decode() == encoded else b""

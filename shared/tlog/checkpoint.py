"""C2SP tlog-checkpoint: three lines, origin, size and root in base64, as a signed note.

Ours have no further lines, and none are taken: nobody could audit them.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from shared.tlog.merkle import HASH_BYTES
from shared.tlog.note import NoteRefused, Signer, VerifierKey, decoded, open_note, sign

MOST_DIGITS: Final = 18
"""A size of more digits does not fit into Postgres' bigint, and no disk holds such a log."""
LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: so many entries, with this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, by: Sequence[Signer]) -> bytes:
        """Give the note."""
        return sign(self.text, by)


def open_checkpoint(data: bytes, trusted: Iterable[VerifierKey], origin: str | None = None) -> Checkpoint:
    """Read a checkpoint that a trusted key of its origin has signed. Raises NoteRefused.

    `origin`: the log that it must be of. A key speaks for the log of its own name alone, so one log's checkpoint cannot stand
    in for another's.
    """
    keys = list(trusted)
    found = parsed(open_note(data, keys))
    if origin is not None and found.origin != origin:
        raise NoteRefused(f"it is of {found.origin} and not of {origin}")
    open_note(data, [key for key in keys if key.name == found.origin])
    return found


def parsed(text: str) -> Checkpoint:
    """Read the three lines. Raises NoteRefused."""
    lines = text.split("\n")
    if len(lines) != LINES + 1 or lines[-1]:
        raise NoteRefused("it does not have three lines: origin, size and root")
    origin, size, root = lines[:LINES]
    if not (size.isascii() and size.isdigit() and len(size) <= MOST_DIGITS and size == str(int(size))):
        raise NoteRefused("its second line is no size")
    raw = decoded(root)
    if len(raw) != HASH_BYTES:
        raise NoteRefused("its third line is no root: 32 bytes in base64")
    return Checkpoint(origin, int(size), raw)


def origin_of(authority: str, log: str) -> str:
    """Name a log for others: `registry.events` of norrvinge is `norrvinge/registry/events`."""
    return f"{authority}/{log.replace('.', '/', 1)}"

"""C2SP tlog-proof: that an entry stands at an index of a log, in a file of its own that is verified without the log.

Its lines: `c2sp.org/tlog-proof@v1`, `index <decimal>`, the path's hashes in base64 from the leaf up, a blank one, and the
checkpoint.
"""

import base64
from collections.abc import Iterable, Sequence
from typing import Final

from shared.tlog import merkle
from shared.tlog.checkpoint import MOST_DIGITS, Checkpoint, open_checkpoint
from shared.tlog.note import VerifierKey, decoded

HEAD: Final = "c2sp.org/tlog-proof@v1"
INDEX: Final = "index "
LONGEST_PATH: Final = 64


class ProofRefused(ValueError):
    """Bytes that are no proof, or one of something else."""


def write(index: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Give the proof's bytes; `checkpoint` is the signed note as the log gave it out."""
    lines = [HEAD, f"{INDEX}{index}", *(base64.b64encode(part).decode() for part in path)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + checkpoint


def verify(
    data: bytes, hashed: bytes, trusted: Iterable[VerifierKey], origin: str | None = None
) -> tuple[int, Checkpoint]:
    """Give the index and the checkpoint under which a leaf's hash stands in its log. Raises ProofRefused, NoteRefused."""
    head, blank, note = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not blank or lines[0] != HEAD or len(lines) < 2 or len(lines) > LONGEST_PATH + 2:  # noqa: PLR2004 - two lines of head
        raise ProofRefused(f"it does not begin as a proof does ({HEAD}, index, hashes, a blank line)")
    number = lines[1].removeprefix(INDEX)
    if not (lines[1].startswith(INDEX) and number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise ProofRefused("its second line is no index")
    index = int(number)
    path = [decoded(line) for line in lines[2:]]
    if number != str(index) or any(len(part) != merkle.HASH_BYTES for part in path):
        raise ProofRefused("its index or a hash of its path is not written as it must be")
    checkpoint = open_checkpoint(note, trusted, origin)
    if not merkle.includes(hashed, index, checkpoint.size, path, checkpoint.root):
        raise ProofRefused(f"entry {index} does not stand under this checkpoint")
    return index, checkpoint

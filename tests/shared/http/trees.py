"""The trees of logs in memory, as far as a test has them signed."""

from collections.abc import Callable, Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.http.reading import Signed
from shared.tlog import merkle
from shared.tlog.checkpoint import Checkpoint, origin_of
from shared.tlog.note import Signer
from shared.tlog.tiles import HEIGHT, WIDTH

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


class Trees:
    """Signs a log up to `upto[log]`; a log that is not named has nothing signed. `entries` gives what a log holds."""

    def __init__(self, entries: Callable[[str], Sequence[bytes]]) -> None:
        self.entries = entries
        self.upto: dict[str, int] = {}

    def signer(self, log: str) -> Signer:
        """What the log is signed with."""
        return Signer(origin_of("gotland", log), PRIVATE)

    def signed(self, log: str) -> Signed | None:
        """The checkpoint of so many events as are signed."""
        if log not in self.upto:
            return None
        size = self.upto[log]
        root = merkle.root([merkle.leaf(data) for data in self.entries(log)[:size]])
        return Signed(size, Checkpoint(origin_of("gotland", log), size, root).signed([self.signer(log)]))

    def tiles(self, log: str, wanted: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Tiles of all that the log holds now: they may be longer than at a checkpoint."""
        leaves = [merkle.leaf(data) for data in self.entries(log)]

        def row(level: int, number: int) -> bytes:
            span = 1 << HEIGHT * level
            starts = [(number * WIDTH + at) * span for at in range(WIDTH)]
            return b"".join(merkle.root(leaves[at : at + span]) for at in starts if at + span <= len(leaves))

        return {(level, number): row(level, number) for level, number in wanted}

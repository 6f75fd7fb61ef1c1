"""C2SP tlog-tiles: a log as static files of its hashes and entries.

    tile/<L>/<N>[.p/<W>]        256 hashes of 32 bytes; on level 0 leaves, above it the roots of the full tiles one level below
    tile/entries/<N>[.p/<W>]    256 times: big-endian uint16 length ‖ entry

Only the last tile of a level may be partial, with W < 256 hashes. 1234067 is written `x001/x234/067`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.tlog import merkle

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LENGTH_BYTES: Final = 2
LONGEST_ENTRY: Final = 0xFFFF
LARGEST_BUNDLE: Final = WIDTH * (LENGTH_BYTES + LONGEST_ENTRY)
ENTRIES: Final = "entries"


class BundleBroken(ValueError):
    """Bytes that are no bundle of so many entries; `at` is the place of the first that cannot be read."""

    def __init__(self, at: int, why: str) -> None:
        self.at = at
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Tile:
    """Hashes that stand side by side at a level; `level` counts tiles, not the tree's levels."""

    level: int
    number: int
    hashes: Sequence[bytes]

    @property
    def path(self) -> str:
        """Where it lies."""
        return tile_path(str(self.level), self.number, len(self.hashes))

    @property
    def data(self) -> bytes:
        """What it holds."""
        return b"".join(self.hashes)


def tile_path(level: str, number: int, width: int = WIDTH) -> str:
    """Give a tile's or a bundle's (`entries`) path; number and width in decimal as the specification writes them."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(reversed(parts))}" + (f".p/{width}" if width < WIDTH else "")


def widths(size: int) -> Iterator[tuple[int, int, int]]:
    """Give of each level of a tree: the level, how many full tiles it has, and the last one's width (0: none is partial)."""
    level = 0
    while size:
        yield level, size >> HEIGHT, size % WIDTH
        size >>= HEIGHT
        level += 1


def partial_paths(size: int) -> list[str]:
    """Give the paths of what is partial in a tree of that size."""
    paths = [tile_path(str(level), full, width) for level, full, width in widths(size) if width]
    return [*paths, tile_path(ENTRIES, size >> HEIGHT, size % WIDTH)] if size % WIDTH else paths


def bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries one behind the other. Raises OverflowError for one of more than 65,535 bytes."""
    return b"".join(len(entry).to_bytes(LENGTH_BYTES, "big") + entry for entry in entries)


def unbundle(data: bytes, width: int) -> list[bytes]:
    """Read exactly so many entries. Raises BundleBroken where one is cut off or bytes are left over."""
    entries: list[bytes] = []
    at = 0
    for place in range(width):
        start = at + LENGTH_BYTES
        end = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or end > len(data):
            raise BundleBroken(place, "is cut off")
        entries.append(data[start:end])
        at = end
    if at != len(data):
        raise BundleBroken(width - 1, f"is followed by {len(data) - at} bytes too many")
    return entries


def split(data: bytes) -> list[bytes]:
    """Read a tile's hashes. Raises ValueError if the last one is not whole."""
    if len(data) % merkle.HASH_BYTES:
        raise ValueError(f"{len(data)} bytes are no row of hashes")
    return [data[at : at + merkle.HASH_BYTES] for at in range(0, len(data), merkle.HASH_BYTES)]


def needed(index: int, size: int) -> Iterator[tuple[int, int]]:
    """Give the tiles (level, number) from which the path of a leaf in a tree of `size` is made: its own, and the last ones."""
    for level, full, width in widths(size):
        own = index >> HEIGHT * (level + 1)
        if width:
            yield level, full
        if own < full:
            yield level, own


def subtrees(held: Mapping[tuple[int, int], bytes]) -> merkle.Subtrees:
    """Give complete subtrees from tiles (level, number). Raises KeyError for one of a tile that is not held."""

    def found(level: int, position: int) -> bytes:
        row, span = level // HEIGHT, 1 << level % HEIGHT
        number, at = divmod(position * span, WIDTH)
        return merkle.root(split(held[row, number])[at : at + span])

    return found


class Tiles:
    """The right edge of a growing tree as tiles: at each level the hashes of the last tile, of which no other is kept."""

    def __init__(self, size: int = 0, edge: Sequence[Sequence[bytes]] = ()) -> None:
        self.size, self._edge = size, [list(row) for row in edge]
        if [len(row) for row in self._edge] != [width for _, _, width in widths(size)]:
            raise ValueError(f"these hashes are not the edge of a tree of {size}; make it anew from the log")

    def add(self, leaves: Sequence[bytes]) -> list[Tile]:
        """Take in the next leaves, at most to the end of a tile, and give the tiles that are full now, from below."""
        full: list[Tile] = []
        row: Sequence[bytes] = leaves
        self.size += len(leaves)
        for level in range(64 // HEIGHT):
            if level == len(self._edge):
                self._edge.append([])
            self._edge[level] += row
            if len(self._edge[level]) < WIDTH:
                return full
            if len(self._edge[level]) > WIDTH:
                raise ValueError(f"{len(leaves)} leaves go beyond the end of a tile; give them tile by tile")
            span = HEIGHT * (level + 1)
            full.append(Tile(level, (self.size >> span) - 1, self._edge[level]))
            row = [merkle.root(self._edge[level])]
            self._edge[level] = []
        raise ValueError("a log has fewer than 2**64 entries")

    def partial(self) -> list[Tile]:
        """Give the tiles that are not full."""
        return [Tile(level, self.size >> HEIGHT * (level + 1), row) for level, row in enumerate(self._edge) if row]

    def root(self, more: Sequence[bytes] = ()) -> bytes:
        """Give the root, as if `more` leaves had come that do not fill the tile."""
        found: bytes | None = None
        for level, row in enumerate(self._edge):
            here = [*row, *more] if level == 0 else row
            hashes = here if found is None else [*here, found]
            found = merkle.root(hashes) if hashes else None
        if found is None:
            return merkle.root(more)
        return found

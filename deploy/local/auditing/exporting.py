"""Writing a log as C2SP tiles: only what is new, again after any interruption, and the same log as the same bytes.

An entry's bundle is written first, then the tiles above it, then its level-0 tile: where that is there, all is. So an export
goes on behind the last full level-0 tile. The checkpoint comes last; until then a file `unfinished` keeps which sizes were
begun, since their partial tiles are to go.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from deploy.local.auditing import files
from deploy.local.auditing.files import FileBroken
from deploy.local.explained import Explained
from shared.tlog import merkle, tiles
from shared.tlog.checkpoint import Checkpoint, parsed
from shared.tlog.note import LARGEST_NOTE, NoteRefused
from shared.tlog.tiles import ENTRIES, HEIGHT, LARGEST_BUNDLE, WIDTH, Tiles

KEY_REF: Final = re.compile(rb'"keyRef":"([^"\\]{1,200})"')
FULL_TILE: Final = WIDTH * merkle.HASH_BYTES


class NotThisLog(Explained):
    """The directory holds something else than the beginning of this log."""


class Writing:
    """One log's directory on its way to a checkpoint. `next_index` is the first entry that it needs."""

    def __init__(self, path: Path, checkpoint: Checkpoint, note: bytes) -> None:
        self.path, self._checkpoint, self._note = path, checkpoint, note
        self._kept = _size(path)
        if self._kept > checkpoint.size:
            raise NotThisLog(
                f"{path}: holds {self._kept} entries and the log's checkpoint has {checkpoint.size}; a log never shrinks: "
                "see docs/operators/fork.md, or name an empty directory"
            )
        self._begun = {*_begun(path), self._kept, checkpoint.size}
        path.mkdir(parents=True, exist_ok=True)
        files.write(path, files.UNFINISHED, "".join(f"{size}\n" for size in sorted(self._begun)).encode())
        self._tiles = _edge(path, _full_tiles(path, checkpoint.size >> HEIGHT))
        self.refs = set(_read_lines(path / files.LIVE_KEYS) if self._kept else ())
        """The keys under which fields are sealed here, but those that had been destroyed before."""
        self._look_again()

    @property
    def next_index(self) -> int:
        """Where the writing goes on; always the beginning of a bundle."""
        return self._tiles.size

    def add(self, entries: Sequence[bytes]) -> None:
        """Write the next bundle: 256 entries, or what is left."""
        number, width = self.next_index >> HEIGHT, len(entries)
        data = tiles.bundle(entries)
        self.refs.update(ref.decode() for ref in set(KEY_REF.findall(data)))
        files.write(self.path, tiles.tile_path(ENTRIES, number, width), data)
        full = self._tiles.add(merkle.leaves(entries))
        for tile in reversed(full):
            files.write(self.path, tile.path, tile.data)

    def finish(self, live: Iterable[str]) -> None:
        """Write the checkpoint and what is partial at its size; `live` are the keys that still exist. Raises NotThisLog."""
        if (self._tiles.size, self._tiles.root()) != (self._checkpoint.size, self._checkpoint.root):
            raise NotThisLog(
                f"{self.path}: what it holds and the log together do not give the checkpoint's root; verify it as it is "
                "(./medverka verify), and export into an empty directory"
            )
        for tile in self._tiles.partial():
            files.write(self.path, tile.path, tile.data)
        kept = sorted(self.refs & set(live))
        files.write(self.path, files.LIVE_KEYS, "".join(f"{ref}\n" for ref in kept).encode())
        files.write(self.path, files.CHECKPOINT, self._note)
        self._clear()
        (self.path / files.UNFINISHED).unlink()

    def _look_again(self) -> None:
        """Look for keys in the bundles that an interrupted export left behind the last checkpoint."""
        for number in range(self._kept >> HEIGHT, self.next_index >> HEIGHT):
            data = files.read(self.path / tiles.tile_path(ENTRIES, number), LARGEST_BUNDLE)
            self.refs.update(ref.decode() for ref in KEY_REF.findall(data))

    def _clear(self) -> None:
        """Remove what was partial at sizes that are no more."""
        wanted = set(tiles.partial_paths(self._checkpoint.size))
        for path in {path for size in self._begun for path in tiles.partial_paths(size)} - wanted:
            file = self.path / path
            file.unlink(missing_ok=True)
            if file.parent.exists() and not any(file.parent.iterdir()):
                file.parent.rmdir()


def _size(path: Path) -> int:
    """Give how many entries the checkpoint of a directory has; none where there is none."""
    try:
        return parsed(files.read(path / files.CHECKPOINT, LARGEST_NOTE).decode().partition("\n\n")[0] + "\n").size
    except FileBroken:
        return 0
    except (NoteRefused, UnicodeDecodeError) as error:
        raise NotThisLog(f"{path / files.CHECKPOINT}: is no checkpoint ({error}); name an empty directory") from None


def _begun(path: Path) -> list[int]:
    return [int(line) for line in _read_lines(path / files.UNFINISHED) if line.isascii() and line.isdigit()]


def _read_lines(path: Path) -> list[str]:
    try:
        return files.lines(path)
    except FileBroken:
        return []


def _full_tiles(path: Path, most: int) -> int:
    """Give how many full level-0 tiles are there, of at most so many: they were written one after the other."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if (path / tiles.tile_path("0", middle)).is_file():
            low = middle + 1
        else:
            high = middle
    return low


def _edge(path: Path, full: int) -> Tiles:
    """Give the tree that so many full level-0 tiles make. Raises NotThisLog where one is no tile."""
    rows: list[list[bytes]] = [[]] if full else []
    level, count = 0, full
    while count:
        first = count - count % WIDTH
        try:
            data = [files.read(path / tiles.tile_path(str(level), n), FULL_TILE) for n in range(first, count)]
        except FileBroken as error:
            raise NotThisLog(f"{path}: a tile {error}; export into an empty directory") from None
        rows.append([merkle.root(tiles.split(one)) for one in data if len(one) == FULL_TILE])
        level, count = level + 1, count >> HEIGHT
    try:
        return Tiles(full * WIDTH, rows)
    except ValueError:
        raise NotThisLog(f"{path}: a tile is cut off; export into an empty directory") from None

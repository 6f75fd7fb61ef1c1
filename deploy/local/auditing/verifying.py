"""Whether an exported log is whole: every byte from its entries to the signed root, and what the entries say of each other.

The log is read once, a bundle of 256 entries at a time; all hashes are reckoned anew from the entries and no tile is believed.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from typing_extensions import override

from deploy.local.auditing import files
from deploy.local.auditing.entries import Entries, EntryBroken, is_erased
from deploy.local.auditing.files import FileBroken
from shared.tlog import merkle, tiles
from shared.tlog.checkpoint import Checkpoint, open_checkpoint
from shared.tlog.note import LARGEST_NOTE, NoteRefused, VerifierKey
from shared.tlog.tiles import ENTRIES, HEIGHT, LARGEST_BUNDLE, WIDTH, BundleBroken, Tile, Tiles

T = TypeVar("T")
PARTIAL: Final = re.compile(r"tile/(?P<level>\d{1,2}|entries)/(?P<number>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>\d{1,3}))?")
LONGEST: Final = 500
DEEPEST: Final = 6
"""Groups of three digits in a number: 18 digits, as in a size."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong with a log. `index` None: with the log as a whole."""

    log: str
    index: int | None
    what: str

    @override
    def __str__(self) -> str:
        at = "" if self.index is None else f" index {self.index}"
        # What stands in a hostile log must not steer the terminal that it is shown on.
        return "".join(
            one if one.isprintable() else "\N{REPLACEMENT CHARACTER}"
            for one in f"{self.log}{at}: {self.what}"[:LONGEST]
        )


class Faulty(Exception):
    """Stops the reading of a log at its first fault."""

    def __init__(self, index: int | None, what: str) -> None:
        self.index, self.what = index, what
        super().__init__(what)


@dataclass(slots=True)
class Fields:
    """How many sealed fields of a log can be read by whoever holds the keys, and how many no more, and why."""

    readable: int = 0
    redacted: int = 0
    unexplained: int = 0


@dataclass(slots=True)
class Verified:
    """What was found of one log."""

    log: str
    checkpoint: Checkpoint | None = None
    entries: Entries = field(default_factory=lambda: Entries(""))
    live: frozenset[str] = frozenset()
    fields: Fields = field(default_factory=Fields)
    fault: Fault | None = None


def log_of(origin: str) -> str:
    """Give the log that an origin names: `norrvinge/registry/events` is `registry.events`."""
    return origin.partition("/")[2].replace("/", ".")


def verify_log(
    path: Path, keys: Sequence[VerifierKey], older: Iterable[Checkpoint], tell: Callable[[int], None] = lambda _: None
) -> Verified:
    """Verify one log's directory. `older`: what it must begin with; `tell` hears how many entries were read."""
    found = Verified(path.name)
    try:
        checkpoint = found.checkpoint = _checkpoint(path, keys)
        found.entries = Entries(f"/{checkpoint.origin.rpartition('/')[0]}")
        found.live = frozenset(_file(path, files.LIVE_KEYS, files.lines))
        _Reading(path, checkpoint, found.entries, _before(checkpoint, older)).all(tell)
        _strays(path, checkpoint.size)
    except Faulty as fault:
        found.fault = Fault(path.name, fault.index, fault.what)
    return found


def judge(logs: Sequence[Verified]) -> None:
    """Say of each sealed field whether it is readable, redacted or unexplained; an erasure may stand in another log."""
    erased = {ref for log in logs for ref in log.entries.erased}
    for log in logs:
        faults: list[Fault] = []
        for ref, seen in log.entries.sealed.items():
            gone, lives = is_erased(ref, erased), ref in log.live
            if lives:
                log.fields.readable += seen.fields
            elif gone:
                log.fields.redacted += seen.fields
            else:
                log.fields.unexplained += seen.fields
            if lives == gone:  # both, or neither
                why = (
                    "is erased by decision and its key still lives"
                    if lives
                    else "has no key, and no erasure explains it"
                )
                faults.append(Fault(log.log, seen.index, f"the sealed field {seen.pointer} {why}"))
        first = min(faults, key=lambda fault: fault.index or 0, default=None)
        log.fault = log.fault or first


def _checkpoint(path: Path, keys: Sequence[VerifierKey]) -> Checkpoint:
    if (path / files.UNFINISHED).exists():
        raise Faulty(None, "its export was interrupted; run ./medverka export once more")
    data = _file(path, files.CHECKPOINT, lambda file: files.read(file, LARGEST_NOTE))
    try:
        checkpoint = open_checkpoint(data, keys)
    except NoteRefused as error:
        raise Faulty(None, f"its checkpoint is refused: {error}") from None
    if log_of(checkpoint.origin) != path.name:
        raise Faulty(None, f"its checkpoint is of another log, {checkpoint.origin}")
    return checkpoint


def _before(checkpoint: Checkpoint, older: Iterable[Checkpoint]) -> list[Checkpoint]:
    """Give the older checkpoints of this log. Raises Faulty where one is further than the log."""
    ours = sorted((one for one in older if one.origin == checkpoint.origin), key=lambda one: one.size)
    for one in ours:
        if one.size > checkpoint.size:
            what = f"it ends at {checkpoint.size} entries and an older checkpoint has {one.size}: it was rolled back"
            raise Faulty(checkpoint.size, what)
    return ours


def _file(path: Path, name: str, read: Callable[[Path], T]) -> T:
    try:
        return read(path / name)
    except FileBroken as error:
        raise Faulty(None, f"{name} {error}") from None


class _Reading:
    """One pass over a log's files."""

    def __init__(self, path: Path, checkpoint: Checkpoint, entries: Entries, older: Sequence[Checkpoint]) -> None:
        self._path, self._checkpoint, self._entries, self._older = path, checkpoint, entries, older
        self._edge = Tiles()

    def all(self, tell: Callable[[int], None]) -> None:
        """Read everything. Raises Faulty."""
        size = self._checkpoint.size
        for start in range(0, size, WIDTH):
            width = min(WIDTH, size - start)
            self._bundle(start, width)
            tell(width)
        for tile in self._edge.partial():
            self._tile(tile, above_leaves=tile.level > 0)
        self._agrees(self._checkpoint, self._edge.root())
        if not size:
            for one in self._older:
                self._agrees(one, merkle.EMPTY)

    def _bundle(self, start: int, width: int) -> None:
        name = tiles.tile_path(ENTRIES, start >> HEIGHT, width)
        try:
            entries = tiles.unbundle(files.read(self._path / name, LARGEST_BUNDLE), width)
        except FileBroken as error:
            raise Faulty(start, f"{name} {error}") from None
        except BundleBroken as error:
            raise Faulty(start + error.at, f"the entry in {name} {error}") from None
        leaves = merkle.leaves(entries)
        self._tile(Tile(0, start >> HEIGHT, leaves), above_leaves=False)
        for index, entry in enumerate(entries, start):
            try:
                self._entries.take(index, entry)
            except EntryBroken as error:
                raise Faulty(index, f"the entry {error}") from None
        for one in self._older:
            if start < one.size <= start + width or one.size == start == 0:
                self._agrees(one, self._edge.root(leaves[: one.size - start]))
        for tile in self._edge.add(leaves)[1:]:
            self._tile(tile, above_leaves=True)

    def _tile(self, tile: Tile, *, above_leaves: bool) -> None:
        """Compare a tile with the hashes that the entries give."""
        span = 1 << HEIGHT * tile.level
        first = tile.number * WIDTH * span
        try:
            data = files.read(self._path / tile.path, len(tile.data))
        except FileBroken as error:
            raise Faulty(first, f"{tile.path} {error}") from None
        if data == tile.data:
            return
        at = next(at for at, one in enumerate(tile.hashes) if data[at * len(one) : (at + 1) * len(one)] != one)
        what = (
            f"the {span} entries from here do not give the hash" if above_leaves else "the entry does not give the hash"
        )
        raise Faulty(first + at * span, f"{what} that {tile.path} has for it")

    def _agrees(self, checkpoint: Checkpoint, root: bytes) -> None:
        if root == checkpoint.root:
            return
        if checkpoint is self._checkpoint:
            raise Faulty(None, f"its {checkpoint.size} entries do not give the root that the checkpoint has")
        what = f"the first {checkpoint.size} entries are not those of an older checkpoint: the log was forked"
        raise Faulty(max(checkpoint.size - 1, 0), what)


def _strays(path: Path, size: int) -> None:
    """Find what lies in a log's directory and is no part of it: nobody has signed it. Raises Faulty."""
    try:
        for entry in files.below(path):
            name = Path(entry.path).relative_to(path).as_posix()
            plain = entry.is_file(follow_symlinks=False)
            if not plain or not (name in {files.CHECKPOINT, files.LIVE_KEYS} or _belongs(name, size)):
                raise Faulty(None, f"{name[:100]!r} is no part of a log of {size} entries")
    except FileBroken as error:
        raise Faulty(None, f"its directory {error}") from None


def _belongs(name: str, size: int) -> bool:
    found = PARTIAL.fullmatch(name)
    if found is None or found["number"].count("/") >= DEEPEST:
        return False
    number = int(found["number"].replace("x", "").replace("/", ""))
    level = found["level"]
    row = size >> HEIGHT * (0 if level == ENTRIES else int(level))
    width = min(WIDTH, row - number * WIDTH)
    return width > 0 and tiles.tile_path(level, number, width) == name

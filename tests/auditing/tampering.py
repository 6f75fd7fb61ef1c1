"""Seeded tampering with an exported log: `python -m tests.auditing.tampering --count 10000`.

Each trial changes a whole export in one way, has it verified, and puts it back. A seed gives the same trial again. The list of
live keys is left alone: it is not signed.
"""

import argparse
import base64
import binascii
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from time import monotonic

from deploy.local.auditing.directory import verify
from shared.tlog import merkle, proof, tiles
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.note import NoteRefused
from shared.tlog.proof import ProofRefused
from tests.auditing.logs import LIVE, LOG, SIGNER, STRANGER, checkpoint, contents, event, export, garden

Files = dict[str, bytes]
SIZE = 700


def _reads_alike(note: bytes, other: bytes) -> bool:
    """Tell whether two notes differ in the spare bits of a signature alone, which lenient readers do not see."""
    texts, encoded = zip(*(each.rpartition(b" ")[::2] for each in (note, other)), strict=True)
    try:
        return texts[0] == texts[1] and len({base64.b64decode(each) for each in encoded}) == 1
    except binascii.Error:
        return False


def _same_but_checkpoint(files: Files, other: Files) -> bool:
    return {**files, "checkpoint": b""} == {**other, "checkpoint": b""}


def holds(foreign: Path, directory: Path) -> bool:
    """Ask the verifier that is not ours (tests/foreign). A log that holds is said to hold; all else is a rejection."""
    keys = directory / "trusted-keys"
    keys.write_text(f"{SIGNER.key}\n")
    asked = subprocess.run([foreign, directory / LOG, keys], capture_output=True, text=True, timeout=60, check=False)
    return asked.returncode == 0 and asked.stdout.startswith("holds: ")


class Trials:
    """A whole export of a log, and the ways of tampering with it."""

    def __init__(self, directory: Path, size: int = SIZE) -> None:
        self.directory, self.size = directory, size
        self.entries = garden(size)
        self.whole = contents(export(directory, self.entries, live=LIVE))
        self._now = dict(self.whole)
        self.ways: Mapping[str, Callable[[Random], Files]] = {
            "flipped bit": self.flipped, "truncated": self.truncated, "spare bytes": self.spare, "file left out": self.left_out,
            "dropped": self.dropped, "swapped": self.swapped, "inserted": self.inserted, "altered": self.altered,
            "reckoned anew": self.reckoned_anew, "wrong key": self.wrong_key, "swapped files": self.swapped_files,
            "older checkpoint": self.older_checkpoint, "rolled back": self.rolled_back, "forked": self.forked,
        }  # fmt: skip

    def rejected(self, seed: int) -> tuple[str, str | None]:
        """Tamper once; give the way, and what the verifier says: None if it saw nothing."""
        random = Random(seed)  # noqa: S311 - a trial must come again
        way = random.choice([*self.ways, "proof"])
        if way == "proof":
            return way, self.proof(random)
        self._lay(self.ways[way](random))
        older = [checkpoint(self.entries)] if way in {"rolled back", "forked"} else []
        (found,) = verify(self.directory, [SIGNER.key], older)
        return way, None if found.fault is None else str(found.fault)

    def rejected_by(self, foreign: Path, seed: int) -> bool | None:
        """Have a verifier that is not ours look at the same trial; None where there is nothing that it could see.

        It keeps no older checkpoint, tries no proof, and reads a signature's base64 without looking at its spare bits.
        """
        random = Random(seed)  # noqa: S311 - a trial must come again
        way = random.choice([*self.ways, "proof"])
        if way in {"rolled back", "forked", "proof"}:
            return None
        files = self.ways[way](random)
        if _reads_alike(files.get("checkpoint", b""), self.whole["checkpoint"]) and _same_but_checkpoint(
            files, self.whole
        ):
            return None
        self._lay(files)
        return not holds(foreign, self.directory)

    def _lay(self, files: Files) -> None:
        """Have exactly these files in the log's directory."""
        for name in self._now.keys() - files.keys():
            (self.directory / LOG / name).unlink()
        for name, data in files.items():
            if self._now.get(name) != data:
                path = self.directory / LOG / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        self._now = dict(files)

    def _signed_file(self, random: Random) -> str:
        return random.choice(sorted(self.whole.keys() - {"live-keys"}))

    def _with(self, name: str, data: bytes) -> Files:
        return self.whole | {name: data}

    def _of(self, entries: Sequence[bytes], note: bytes) -> Files:
        """A log with every tile reckoned anew, under a checkpoint."""
        with tempfile.TemporaryDirectory() as made:
            return contents(export(Path(made), entries, live=LIVE)) | {"checkpoint": note}

    def flipped(self, random: Random) -> Files:
        """One bit of any file."""
        name = self._signed_file(random)
        data = bytearray(self.whole[name])
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        return self._with(name, bytes(data))

    def truncated(self, random: Random) -> Files:
        """The end of any file."""
        name = self._signed_file(random)
        return self._with(name, self.whole[name][: random.randrange(len(self.whole[name]))])

    def spare(self, random: Random) -> Files:
        """Bytes behind any file."""
        name = self._signed_file(random)
        return self._with(name, self.whole[name] + random.randbytes(random.randint(1, 40)))

    def left_out(self, random: Random) -> Files:
        """Any file."""
        name = self._signed_file(random)
        return {other: data for other, data in self.whole.items() if other != name}

    def _bundle(self, random: Random) -> tuple[str, list[bytes]]:
        number = random.randrange((self.size + 255) // 256)
        part = self.entries[number * 256 : number * 256 + 256]
        return tiles.tile_path("entries", number, len(part)), part

    def dropped(self, random: Random) -> Files:
        """One entry of a bundle."""
        name, part = self._bundle(random)
        del part[random.randrange(len(part))]
        return self._with(name, tiles.bundle(part))

    def swapped(self, random: Random) -> Files:
        """Two entries of a bundle."""
        name, part = self._bundle(random)
        one, other = random.sample(range(len(part)), 2)
        part[one], part[other] = part[other], part[one]
        return self._with(name, tiles.bundle(part))

    def inserted(self, random: Random) -> Files:
        """One entry more in a bundle."""
        name, part = self._bundle(random)
        part.insert(random.randint(0, len(part)), event("plot/new", 1))
        return self._with(name, tiles.bundle(part))

    def altered(self, random: Random) -> Files:
        """One entry's bytes, with its leaf."""
        name, part = self._bundle(random)
        at = random.randrange(len(part))
        part[at] = part[at].replace(b"PlotDug", b"PlotHid")
        leaves = b"".join(merkle.leaf(entry) for entry in part)
        return self._with(name, tiles.bundle(part)) | {name.replace("entries", "0", 1): leaves}

    def _forged(self, random: Random) -> list[bytes]:
        """Another history of the same length or another."""
        entries = list(self.entries)
        at = random.randrange(len(entries))
        match random.randrange(4):
            case 0:
                del entries[at]
            case 1:
                entries.insert(at, event(f"plot/new{at}", 1))
            case 2:
                entries[at] = event(f"plot/new{at}", 1)
            case _:
                other = (at + random.randrange(1, len(entries))) % len(entries)
                entries[at], entries[other] = entries[other], entries[at]
        return entries

    def reckoned_anew(self, random: Random) -> Files:
        """Another history with all its tiles, under the true checkpoint."""
        return self._of(self._forged(random), self.whole["checkpoint"])

    def wrong_key(self, random: Random) -> Files:
        """Another history, or the true one, under a stranger's signature."""
        entries = random.choice([self.entries, self._forged(random)])
        return self._of(entries, checkpoint(entries).signed([STRANGER]))

    def swapped_files(self, random: Random) -> Files:
        """Two files' contents."""
        one, other = random.sample(sorted(self.whole.keys() - {"live-keys"}), 2)
        return self.whole | {one: self.whole[other], other: self.whole[one]}

    def older_checkpoint(self, random: Random) -> Files:
        """A true checkpoint of fewer entries over these files, or of another log."""
        fewer = checkpoint(self.entries[: random.randrange(self.size)])
        other = Checkpoint("gotland/garden/kitchen", self.size, checkpoint(self.entries).root)
        return self._with("checkpoint", random.choice([fewer, other]).signed([SIGNER]))

    def rolled_back(self, random: Random) -> Files:
        """A shorter history, truly signed; whoever kept the checkpoint sees it."""
        entries = self.entries[: random.randrange(self.size)]
        return self._of(entries, checkpoint(entries).signed([SIGNER]))

    def forked(self, random: Random) -> Files:
        """Another history, truly signed; whoever kept the checkpoint sees it."""
        entries = [*self._forged(random), *(event(f"plot/more{n}", 1) for n in range(random.randint(1, 300)))]
        return self._of(entries, checkpoint(entries).signed([SIGNER]))

    def proof(self, random: Random) -> str | None:
        """A proof with a flipped bit, cut off, longer, or of another entry."""
        index = random.randrange(self.size)
        leaves = [merkle.leaf(entry) for entry in self.entries]
        path = merkle.inclusion(
            index, self.size, lambda level, at: merkle.root(leaves[at << level : (at + 1) << level])
        )
        data, entry = bytearray(proof.write(index, path, self.whole["checkpoint"])), self.entries[index]
        match random.randrange(4):
            case 0:
                data[random.randrange(len(data))] ^= 1 << random.randrange(8)
            case 1:
                del data[random.randrange(len(data)) :]
            case 2:
                data += random.randbytes(random.randint(1, 40))
            case _:
                entry = self.entries[(index + random.randrange(1, self.size)) % self.size]
        try:
            proof.verify(bytes(data), merkle.leaf(entry), [SIGNER.key])
        except (ProofRefused, NoteRefused) as refused:
            return str(refused)
        return None


def main() -> int:
    """Try so many, and name each that was not rejected."""
    parser = argparse.ArgumentParser(description="Tampers with an exported log and has each tampering verified.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--entries", type=int, default=SIZE)
    parser.add_argument("--foreign", type=Path, help="the program of tests/foreign: it must reject them, too")
    arguments = parser.parse_args()
    tried: Counter[str] = Counter()
    unseen = 0
    began = monotonic()
    with tempfile.TemporaryDirectory() as directory:
        trials = Trials(Path(directory), arguments.entries)
        for seed in range(arguments.first, arguments.first + arguments.count):
            way, why = trials.rejected(seed)
            tried[way] += 1
            if arguments.foreign and (saw := trials.rejected_by(arguments.foreign, seed)) is not None:
                tried["by the foreign one, too" if saw else "NOT by the foreign one"] += 1
                unseen += not saw
            if why is None:
                unseen += 1
                sys.stdout.write(f"seed {seed}: {way} was not seen\n")
    for way, count in sorted(tried.items()):
        sys.stdout.write(f"{way:18} {count:6}\n")
    took = monotonic() - began
    sys.stdout.write(
        f"{arguments.count} tamperings, {arguments.count - unseen} rejected, {unseen} unseen, {took:.0f} s\n"
    )
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())

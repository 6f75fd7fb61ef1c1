"""A whole export: which logs it must hold, by whose keys they are signed, and what they must begin with."""

from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.auditing import files
from deploy.local.auditing.files import FileBroken
from deploy.local.auditing.verifying import Fault, Verified, judge, log_of, verify_log
from deploy.local.explained import Explained
from shared.tlog.checkpoint import Checkpoint, open_checkpoint
from shared.tlog.note import LARGEST_NOTE, KeyUnfit, NoteRefused, VerifierKey, verifier_key

Tell = Callable[[str, int], None]


class CannotVerify(Explained):
    """What was given to verify with cannot be used."""


def keys_of(given: str) -> list[VerifierKey]:
    """Read verifier keys: one as it is, or a file with one a line. Raises CannotVerify."""
    try:
        found = [given] if "+" in given and not Path(given).exists() else files.lines(Path(given))
        keys = [verifier_key(line.strip()) for line in found if line.strip()]
    except FileBroken as error:
        raise CannotVerify(f"{given}: {error}; name a file of verifier keys, one a line, or a key itself") from None
    except KeyUnfit as error:
        raise CannotVerify(f"{given[:200]}: {error}") from None
    if not keys:
        raise CannotVerify(f"{given}: holds no verifier key; name a file of them, one a line")
    return keys


def checkpoints_of(given: Path, keys: Sequence[VerifierKey]) -> list[Checkpoint]:
    """Read older checkpoints: a file with one, or the directory of an older export. Raises CannotVerify."""
    paths = sorted(given.glob(f"*/{files.CHECKPOINT}")) if given.is_dir() else [given]
    if not paths:
        raise CannotVerify(f"{given}: holds no checkpoint; name an older export, or one log's checkpoint from it")
    found = []
    for path in paths:
        try:
            found.append(open_checkpoint(files.read(path, LARGEST_NOTE), keys))
        except FileBroken as error:
            raise CannotVerify(f"{path}: {error}; name the file of an older checkpoint") from None
        except NoteRefused as error:
            raise CannotVerify(f"{path}: is refused: {error}; name the keys that signed it, too (--key)") from None
    return found


def verify(
    directory: Path, keys: Sequence[VerifierKey], older: Sequence[Checkpoint] = (), only: Sequence[str] = (),
    tell: Tell = lambda _log, _entries: None,
) -> list[Verified]:  # fmt: skip
    """Verify every log that a key is of, and every other that lies there; `only`: these logs alone. Raises CannotVerify."""
    if not directory.is_dir():
        raise CannotVerify(f"{directory}: is no directory; name one that ./medverka export has written")
    keyed = {log_of(key.name) for key in keys}
    lying = {path.name for path in directory.iterdir() if path.is_dir() and (path / files.CHECKPOINT).exists()}
    wanted = set(only) or keyed | lying
    if not wanted:
        raise CannotVerify(f"{directory}: holds no log; name a directory that ./medverka export has written")
    found = [_one(directory, log, keys, older, tell) for log in sorted(wanted)]
    judge(found)
    return found


def _one(
    directory: Path, log: str, keys: Sequence[VerifierKey], older: Sequence[Checkpoint], tell: Tell
) -> Verified:  # fmt: skip
    path = directory / log
    if path.parent != directory or not path.is_dir():
        return Verified(log, fault=Fault(log, None, "the log is not in this directory"))
    own = [key for key in keys if log_of(key.name) == log]
    if not own:
        return Verified(log, fault=Fault(log, None, "no trusted key is of this log"))
    return verify_log(path, own, older, lambda entries: tell(log, entries))

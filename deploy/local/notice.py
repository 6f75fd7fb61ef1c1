"""`medverka notice FILE… [--json]`: what the suite understands of eForms notices. It needs no server."""

import argparse
import errno
import json
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.local.calling import Parser
from deploy.local.notice_summary import summary
from services.procurement.notice.parsing import MAX_BYTES
from services.procurement.notice.reader import read
from services.procurement.notice.unreadable import Unreadable, one_line

_MANY_FILES = 100  # fewer are read before one could look at a progress bar

NO_FILE = "ingen vanlig fil; spara annonsen i en / no regular file; save the notice in one"

_EXAMPLE = """\
exempel / example:
  ./medverka notice annons.xml
  ./medverka notice annonser/*.xml --json > annonser.jsonl
"""


def main(argv: list[str]) -> int:
    """Print what each file says, in their order; answer 1 if any was refused. The others are read all the same."""
    arguments = _arguments(argv)
    exit_code = 0
    for path in _with_progress(arguments.files):
        try:
            notice = read(_bytes_of(path))
        except (OSError, Unreadable) as refusal:
            exit_code = 1
            why = refusal.strerror if isinstance(refusal, OSError) else refusal
            print(f"{one_line(str(path))}: {why}", file=sys.stderr, flush=True)
        else:
            as_json = json.dumps(notice.as_json(), ensure_ascii=False) + "\n"
            _write(as_json if arguments.json else summary(path.name, notice))
    return exit_code


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = Parser(
        prog="medverka notice",
        description="Läser eForms-annonser och visar vad sviten förstår av dem. "
        "Reads eForms notices and shows what the suite understands.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="en annons, XML / a notice, XML")
    parser.add_argument("--json", action="store_true", help="en rad JSON per annons / one line of JSON a notice")
    return parser.parse_args(argv)


def _bytes_of(path: Path) -> bytes:
    """Return what the file holds, or just enough of it to see that it is too large. Raises OSError.

    A named pipe that nobody writes would be waited for without end, so only regular files are opened.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, NO_FILE, str(path))
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _with_progress(paths: list[Path]) -> Iterable[Path]:
    """Show a bar on the terminal while many files are read, unless it is the terminal that the notices go to."""
    if len(paths) < _MANY_FILES or not sys.stderr.isatty() or sys.stdout.isatty():
        return paths
    from rich.console import Console  # here, since it costs a tenth of a second
    from rich.progress import track

    return track(paths, description="", console=Console(stderr=True), transient=True)


def _write(text: str) -> None:
    """Write UTF-8 whatever the locale is."""
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()

"""The mailroom: it reads the delivery reports that lie in a mailbox directory (Maildir), records them, and files them.

A report that was recorded is moved to `cur` as seen; what is about no letter of ours is moved there too, flagged, for a person
to look at. One that cannot be recorded yet stays in `new`.
"""

import asyncio
import mailbox
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import structlog

from services.procurement.post import of_tenders, of_years
from services.procurement.post.outgoing import About
from services.procurement.post.reports import MOST_BYTES, Report, read
from shared.deciding import Command
from shared.led import Around

TOGETHER: Final = 100
SEEN, SEEN_AND_FLAGGED = "S", "FS"

log = structlog.get_logger()
Record = Callable[[Sequence[tuple[Command, str]], datetime], Awaitable[int]]


class Mailroom:
    """Reads one directory; `record` has commands decided."""

    def __init__(self, directory: Path, record: Record, around: Around) -> None:
        self._directory, self._record, self._around = directory, record, around
        self._trouble = ""

    async def read(self) -> int:
        """Read what is new; give how much was filed. A directory that cannot be read is said once."""
        try:
            new = await asyncio.to_thread(_new, self._directory)
        except OSError as error:
            if self._trouble != str(error.strerror):
                log.warning("delivery reports cannot be read", directory=str(self._directory), why=error.strerror)
            self._trouble = str(error.strerror)
            return 0
        self._trouble = ""
        filed = 0
        for key, data in new:
            flags = await self._take(data)
            if flags is not None:
                filed += await asyncio.to_thread(_file, self._directory, key, flags)
        return filed

    async def _take(self, data: bytes) -> str | None:
        """Record what a report says; give how to file it, None: not yet."""
        found = await asyncio.to_thread(read, data)
        flags = SEEN_AND_FLAGGED if not found else SEEN
        for report in found:
            views = self._around.views
            about = await of_tenders.of_event(views, report.event_id) or await of_years.of_event(views, report.event_id)
            if about is None:
                flags = SEEN_AND_FLAGGED
            elif about.letter.sent_at is None and about.letter.failed_at is None:
                return None  # it came back before we could record that it had gone
            elif about.letter.sent_at is not None:
                await self._reported(report, about, sha256(data).hexdigest())
        return flags

    async def _reported(self, report: Report, about: About, digest: str) -> None:
        now = self._around.now()
        sent_at = about.letter.sent_at or now
        at = report.at if report.at and sent_at <= report.at <= now else now
        command = about.failed(now, at, report.reason, report.status, retry=report.action == "delayed", retry_at=None)
        await self._record([(command, f"post/reported/{about.letter.outreach_id}/{report.action}/{digest}")], now)


def _new(directory: Path) -> list[tuple[str, bytes]]:
    """Give the messages in `new`, some at a time, of each at most what is read of it."""
    box = mailbox.Maildir(str(directory), create=True)
    found: list[tuple[str, bytes]] = []
    for file in sorted((directory / "new").iterdir())[:TOGETHER]:
        with file.open("rb") as open_:
            found.append((file.name.partition(box.colon)[0], open_.read(MOST_BYTES)))
    return found


def _file(directory: Path, key: str, flags: str) -> int:
    """Move a message to `cur`, as a mail program would."""
    name = next(file for file in (directory / "new").iterdir() if file.name.partition(":")[0] == key)
    name.rename(directory / "cur" / f"{key}:2,{flags}")
    return 1

"""What a service's leader does beside the log's own loops: a part of its own, such as the post, given what it works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.log.append import Logs
from shared.log.postgres import Pool
from shared.persons.keys import Keys
from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a led part works with. `settled` waits until what is committed here has been folded; then `views` are asked."""

    logs: Logs
    views: Pool
    keys: Keys
    settings: Settings
    now: Callable[[], datetime]
    settled: Callable[[], Awaitable[None]]
    moved: Callable[[], object]
    """Another value as soon as anything has been folded: while it stays the same, views need not be asked again."""


class Led(Protocol):
    """A loop that runs while this process leads. What it does not foresee ends the lead, as with the log's own loops."""

    name: str

    async def run(self, around: Around) -> None:
        """Run until cancelled; to return is to have nothing to do."""
        ...

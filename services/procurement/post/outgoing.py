"""What the post handles, whatever it is about: a letter that is to go, and how what becomes of it is recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.procurement.domain.letter_rows import Letter as Queued
from services.procurement.domain.letter_rows import Mailbox, SealedAt
from services.procurement.domain.letters import Language, Letter
from shared.deciding import Command


class About(Protocol):
    """A letter that was asked for, and the commands that say what became of it."""

    @property
    def letter(self) -> Queued:
        """The letter as it stands."""
        ...

    @property
    def enterprise_id(self) -> str:
        """To whom it is written."""
        ...

    def sent(self, at: datetime, message_digest: str, message_id: str) -> tuple[Command, Command]:
        """Give what records that it has gone, and that the mail server took it."""
        ...

    def failed(
        self, now: datetime, at: datetime, reason: str, status: str | None, *, retry: bool, retry_at: datetime | None
    ) -> Command:  # fmt: skip
        """Give what records that it did not go, is late, or came back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter that waits. `given_up`: why it is not to go any more; else `write` gives it by language, authority and unit."""

    about: About
    contact: Mailbox | None
    resealed: Mapping[str, SealedAt]
    given_up: str | None
    write: Callable[[Language, str, str], Letter]

    @property
    def letter(self) -> Queued:
        """The letter as it stands."""
        return self.about.letter

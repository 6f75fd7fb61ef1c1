"""What can be asked of a service's whole logs, and what comes of it. These values go to another process and back."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Replay:
    """Which duties should be there at the end of a day, against those that are recorded."""

    as_of: date
    shown_singly: bool
    """Whether the asker may know of single duties."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the duties that a period triggered would be under another authority's file."""

    authority: bytes
    """The file, TOML in UTF-8."""
    since: date | None
    until: date
    """Up to this day, and counted at its end."""
    shown_singly: bool


Question: TypeAlias = Replay | WhatIf


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The answer, as JSON."""

    body: bytes


@dataclass(frozen=True, slots=True)
class NoAuthority:
    """The file that was given cannot be used: one sentence a fault."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The logs need more memory or time than a request may take."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A store did not answer."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A fault of ours, which is logged."""


Outcome: TypeAlias = Reckoned | NoAuthority | TooLarge | Lost | Failed


class Occupied(Exception):
    """Another question is being reckoned."""


class Reckons(Protocol):
    """Answers one question at a time; to be cancelled is to end the work."""

    async def ask(self, question: Question) -> Outcome:
        """Reckon the answer. Raises Occupied."""
        ...

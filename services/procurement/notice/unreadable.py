"""Why a file is not read as a notice. Each reason has a code that stays, and a sentence for a person."""

from enum import StrEnum


class Reason(StrEnum):
    """What is the case with a file that is refused."""

    TOO_LARGE = "notice-too-large"
    COMPRESSED = "notice-compressed"
    NOT_WELL_FORMED = "notice-not-well-formed"
    DOCUMENT_TYPE = "notice-document-type"
    UNKNOWN_ROOT = "notice-unknown-root"
    TEXT_TOO_LONG = "notice-text-too-long"
    TOO_DEEP = "notice-too-deep"


class Unreadable(Exception):
    """A file that is no notice, or none that is safe to read. Its text is one line that goes on from the file's name."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def one_line(foreign: str) -> str:
    """Return somebody else's words as one printable line: they may hold line breaks, or commands to a terminal."""
    return " ".join("".join(character if character.isprintable() else " " for character in foreign).split())

"""What the entries of a log must be among themselves, and which personal fields stand in them, told from their bytes alone.

No contract is needed: an auditor's copy of this program reads events that are younger than it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import from_json

KIND: Final = "se.medverka."
DUTY: Final = "duty/"
AROSE, DISCHARGED, ERASED = f"{KIND}DutyArose.v1", f"{KIND}DutyDischarged.v1", f"{KIND}SubjectErased.v1"
CORRECTED: Final = f"{KIND}EventCorrected.v1"
ENDS: Final = frozenset({DISCHARGED, *(f"{KIND}Duty{end}.v1" for end in ("Waived", "Voided", "Lapsed"))})
SEALED: Final = {"keyRef", "alg", "nonce", "ciphertext"}
OPEN, ENDED, DONE = range(3)


class EntryBroken(Exception):
    """An entry that cannot stand where it stands; says why."""


@dataclass(slots=True)
class Seen:
    """The sealed fields under one key: how many, and where the first stands."""

    fields: int
    index: int
    pointer: str


@dataclass(slots=True)
class Entries:
    """What was read of one log so far. It grows with its streams, duties and keys, not with its events."""

    source: str
    """Which service all events must come from: `/norrvinge/registry`."""
    versions: dict[str, int] = field(default_factory=dict)
    duties: dict[str, int] = field(default_factory=dict)
    sealed: dict[str, Seen] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def take(self, index: int, data: bytes) -> None:
        """Take in the next entry. Raises EntryBroken."""
        event = read(data)
        stream, version, kind = event.get("subject"), event.get("streamversion"), event.get("type")
        if not isinstance(stream, str) or not isinstance(kind, str) or type(version) is not int:
            raise EntryBroken("is no event: it has no subject, type or streamversion")
        if event.get("source") != self.source:
            raise EntryBroken(f"does not come from {self.source}")
        expected = self.versions.get(stream, 0) + 1
        if version != expected:
            raise EntryBroken(f"is version {version} of {stream}, where {expected} is next")
        self.versions[stream] = version
        if stream.startswith(DUTY):
            self._live(stream, kind)
        if b"keyRef" in data or b"\\u" in data:
            for pointer, ref in sealed_fields(event.get("data"), "/data"):
                self._seal(index, pointer, ref)
        if kind == ERASED:
            self._erase(stream, event.get("data"))

    def _live(self, stream: str, kind: str) -> None:
        """Follow a duty's life: it arises once and first, ends once, and is over then.

        What was let go or could no longer be done can be done all the same; a correction can take back an end.
        """
        phase = self.duties.get(stream)
        if (kind == AROSE) is not (phase is None):
            raise EntryBroken(
                f"lets {stream} arise twice" if phase is not None else f"precedes the arising of {stream}"
            )
        if kind == CORRECTED:
            self.duties[stream] = OPEN
        elif phase in (ENDED, DONE) and not (kind == DISCHARGED and phase == ENDED):
            raise EntryBroken(f"is {kind.removeprefix(KIND)} of {stream}, which has ended already")
        else:
            self.duties[stream] = DONE if kind == DISCHARGED else ENDED if kind in ENDS else OPEN

    def _seal(self, index: int, pointer: str, ref: str) -> None:
        seen = self.sealed.setdefault(ref, Seen(0, index, pointer))
        seen.fields += 1

    def _erase(self, stream: str, data: object) -> None:
        """Note a person's erasure. Without a decision it explains nothing."""
        told = data if isinstance(data, dict) else {}
        if not told.get("decision"):
            raise EntryBroken(f"erases {stream} without naming a decision")
        person = told.get("personRef")
        if isinstance(person, str):
            self.erased.add(person)
        refs = told.get("keyRefs")
        if isinstance(refs, list):
            self.erased.update(ref for ref in refs if isinstance(ref, str))


def is_erased(ref: str, erased: set[str]) -> bool:
    """Tell whether a key's person was erased: by the key's whole name, or by the reference in it."""
    return ref in erased or ref.partition("/")[2] in erased


def read(data: bytes) -> Mapping[str, Any]:
    """Read an event. Raises EntryBroken for bytes that are no JSON object."""
    try:
        event = from_json(data, allow_inf_nan=False)
    except ValueError:
        raise EntryBroken("is no JSON") from None
    if not isinstance(event, dict):
        raise EntryBroken("is no JSON object")
    return event


def sealed_fields(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Give each sealed field's place (RFC 6901) and its key's name, however deep. from_json has bounded the depth."""
    if isinstance(value, dict):
        if value.keys() >= SEALED and isinstance(value["keyRef"], str):
            yield pointer, value["keyRef"]
            return
        for name, part in value.items():
            yield from sealed_fields(part, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from sealed_fields(part, f"{pointer}/{at}")

"""A year's evidence pack: its parts, its manifest, and what differs between two of them.

It is a pure function of the events below given sizes of given logs and of a day: same logs, sizes and day, same bytes. Bytes
are JSON with sorted names and without spaces, UTF-8; there are no floats.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.consultation.domain.evidence.agenda import agenda, deviations
from services.consultation.domain.evidence.cited import known
from services.consultation.domain.evidence.duties import figures, initiative_years, owed, standing
from services.consultation.domain.evidence.facts import actions, contributions, ownership, recognitions
from services.consultation.domain.evidence.published import cells, knowledge
from services.consultation.domain.rows import CitedRow

FORMAT: Final = 1
"""Changes whenever the same logs give other bytes. A frozen pack names the one by which it was compiled."""
Part = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Pack:
    """The parts by name, and the manifest that has the digest of each."""

    year: int
    as_of: date
    parts: Mapping[str, Part]
    manifest: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest's bytes."""
        return _digest(to_bytes(self.manifest))


def compiled(rows: Mapping[str, Iterable[CitedRow]], sizes: Mapping[str, int], year: int, as_of: date) -> Pack:
    """Compile the pack of a year: of the year itself, and beside it of the year before, which the meeting looks back on."""
    then = known(rows, sizes, as_of)
    years, duties = (year - 1, year), owed(then)
    parts: dict[str, Part] = {
        "figures": figures(duties, years),
        "duties": standing(duties, year),
        "contributions": contributions(then, years, initiative_years(duties)),
        "ownership": ownership(then),
        "recognitions": recognitions(then, year),
        "actions": actions(then, year),
        "knowledge": knowledge(then, years),
        "published": cells(then, years),
    }
    parts["deviations"] = deviations(parts)
    parts["agenda"] = agenda(parts["deviations"])
    return Pack(year, as_of, parts, _manifest(parts, sizes, year, as_of))


def _manifest(parts: Mapping[str, Part], sizes: Mapping[str, int], year: int, as_of: date) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "year": year,
        "asOf": as_of.isoformat(),
        # a log's checkpoint is its size and the root there; logs have no roots yet
        "logs": [{"log": log, "size": sizes[log], "root": None} for log in sorted(sizes)],
        "parts": [{"name": name, "sha256": _digest(to_bytes(part))} for name, part in sorted(parts.items())],
    }


def to_bytes(value: object) -> bytes:
    """Give the bytes of a part or of the manifest."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def says_the_same(one: Pack, other: Pack) -> bool:
    """Tell whether two packs have the same parts, from however much of the logs."""
    return one.parts == other.parts


def differences(former: Pack, news: Pack) -> list[dict[str, Any]]:
    """List what a later version says otherwise: the part, the pointer into it, and both values (null: not there)."""
    return [
        difference for part in sorted(news.parts) for difference in _of_part(part, former.parts[part], news.parts[part])
    ]


def _of_part(name: str, former: Part, news: Part) -> Iterator[dict[str, Any]]:
    before, after = dict(_leaves(former, "")), dict(_leaves(news, ""))
    for pointer in sorted(before.keys() | after.keys()):
        if before.get(pointer) != after.get(pointer):
            yield {"part": name, "pointer": pointer, "before": before.get(pointer), "after": after.get(pointer)}


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Give every value with where it stands; an item of a list stands at its id, so that one more moves no other."""
    match value:
        case dict():
            for name, part in value.items():
                yield from _leaves(part, f"{pointer}/{name}")
        case [dict(), *_]:
            for item in value:
                yield from _leaves(item, f"{pointer}/{str(item['id']).replace('~', '~0').replace('/', '~1')}")
        case _:
            yield pointer, value

"""From the bytes of an authority's file to the `Authority`, or to all that is wrong with it, each with its line."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Protocol, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.policy.authority.authority import Authority
from shared.policy.authority.checks import Fault, faults, month_day
from shared.policy.authority.lines import Lines
from shared.policy.authority.rows import DeadlineRow, File, InterpretationRow
from shared.policy.authority.values import (
    Dated,
    Interpretation,
    LetterRule,
    LocalDeadline,
    OwnBuyer,
    PartnerName,
    Publisher,
    RoleHolder,
    Suitability,
)
from shared.policy.clause import clause
from shared.policy.role import Partner, Role

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Dated)


class Readable(Protocol):
    """A file as `pathlib` has it."""

    @property
    def name(self) -> str:
        """The last part of its path."""

    def read_bytes(self) -> bytes:
        """Return its content."""


class AuthorityFileWrong(ValueError):
    """The file cannot be used. One sentence a fault: file, line, what is wrong, what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


def load(path: Readable) -> Authority:
    """Read and check the file; raises AuthorityFileWrong with all faults at once."""
    try:
        content = path.read_bytes()
    except OSError as wrong:
        raise AuthorityFileWrong([f"{path}: this file cannot be read: {wrong.strerror}; name one that can."]) from wrong
    return read(content, path.name)


def read(content: bytes, name: str) -> Authority:
    """Read and check the file's bytes; `name` is what the sentences call it."""
    try:
        text = content.decode()
        data = tomllib.loads(text)
    except ValueError as wrong:
        line = _unreadable_line(wrong, content)
        raise AuthorityFileWrong([f"{name}:{line}: this is no TOML in UTF-8: {wrong}; correct it there."]) from wrong
    lines = Lines(text)
    try:
        file = File.model_validate(data)
    except ValidationError as wrong:
        raise _wrong(name, lines, map(_shape_fault, wrong.errors())) from wrong
    if found := list(faults(file)):
        raise _wrong(name, lines, found)
    return _authority(file, sha256(content).hexdigest())


def _unreadable_line(wrong: ValueError, content: bytes) -> int:
    if isinstance(wrong, UnicodeDecodeError):
        return content.count(b"\n", 0, wrong.start) + 1
    told = re.search(r"at line (\d+)", str(wrong))
    return int(told[1]) if told else content.count(b"\n") + 1  # "at end of document"


def _wrong(name: str, lines: Lines, found: Iterable[Fault]) -> AuthorityFileWrong:
    numbered = sorted({(lines.of(fault.path), fault.says) for fault in found})
    return AuthorityFileWrong([f"{name}:{line}: {says}." for line, says in numbered])


def _shape_fault(error: ErrorDetails) -> Fault:
    path = error["loc"][:3]  # table, row, key: pydantic goes on with which type of a union it tried
    where = [part for part in path if isinstance(part, str)][-1]
    if error["type"] == "extra_forbidden":
        return Fault(path, f'the key "{where}" is not known here; correct its spelling or remove it')
    if error["type"] == "missing":
        return Fault(path, f'the key "{where}" is missing; add it')
    return Fault(path, f'"{where}" is {error["input"]!r}: {error["msg"]}; correct it')


def _authority(file: File, digest: str) -> Authority:
    deadlines = [_deadline(row) for row in file.deadline]
    readings = [_interpretation(row) for row in (*file.interpretation, *file.deadline)]
    return Authority(
        name=file.authority.name,
        code=file.authority.code,
        duties_from=file.authority.duties_from,
        policy_version=file.policy.version,
        criteria_version=file.policy.criteria_version,
        languages=tuple(file.authority.languages),
        deadlines=_by(deadlines, lambda deadline: deadline.key),
        interpretations=_by(readings, lambda reading: reading.key),
        holders=_by(_holders(file), lambda holder: holder.role),
        partners=_by(_partners(file), lambda name: name.partner),
        buyers=_buyers(file),
        rules=_rules(file),
        publishers={row.source: Publisher(**row.model_dump()) for row in file.publisher},
        letters=_letters(file),
        digest=digest,
    )


def _by(rows: Iterable[V], key: Callable[[V], K]) -> Mapping[K, Sequence[V]]:
    series: dict[K, list[V]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.from_):
        series[key(row)].append(row)
    return {name: tuple(rows) for name, rows in series.items()}


def _interpretation_id(row: InterpretationRow) -> str:
    return f"{row.key}@{row.from_}"


def _interpretation(row: InterpretationRow) -> Interpretation:
    return Interpretation(
        id=_interpretation_id(row),
        key=row.key,
        clause=clause(row.clause),
        sv=row.sv,
        en=row.en,
        from_=row.from_,
        until=row.until,
        decided_by=Role(row.decided_by),
        decision=row.decision,
    )


def _deadline(row: DeadlineRow) -> LocalDeadline:
    return LocalDeadline(
        key=row.key,
        value=row.value if isinstance(row.value, int) else month_day(row.value),
        unit=row.unit,
        from_=row.from_,
        until=row.until,
        decision=row.decision,
        interpretation_id=_interpretation_id(row),
    )


def _holders(file: File) -> list[RoleHolder]:
    return [RoleHolder(**{**row.model_dump(), "role": Role(row.role)}) for row in file.unit]


def _partners(file: File) -> list[PartnerName]:
    return [
        PartnerName(partner=Partner(row.id), name=row.name, from_=row.from_, until=row.until, decision=row.decision)
        for row in file.partner
    ]


def _buyers(file: File) -> tuple[OwnBuyer, ...]:
    return tuple(
        OwnBuyer(
            number=row.organisation_number.replace("-", ""),
            name=row.name,
            board=Role(row.board),
            from_=row.from_,
            until=row.until,
            decision=row.decision,
        )
        for row in file.buyer
    )


def _rules(file: File) -> tuple[Suitability, ...]:
    return tuple(Suitability(**row.model_dump()) for row in sorted(file.suitability, key=lambda row: row.from_))


def _letters(file: File) -> tuple[LetterRule, ...]:
    return tuple(
        LetterRule(approved=tuple(row.approved), from_=row.from_, until=row.until, decision=row.decision)
        for row in sorted(file.letters, key=lambda row: row.from_)
    )

"""When a pack is frozen: at each initiative, at each meeting, and where a correction makes a frozen one say something else."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from services.consultation.domain.consultation import EVENTS
from services.consultation.domain.evidence.cited import ROWS, decoded
from services.consultation.domain.evidence.pack import FORMAT, Pack, compiled, says_the_same
from services.consultation.domain.freezing import FreezePack
from services.consultation.domain.rows import CitedOfConsultation, CitedRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.consultation import (
    ConsultationHeld,
    ConsultationInitiated,
    EvidencePackFrozen,
    LogSize,
    PackCause,
)
from shared.contracts.duty import EventCorrected
from shared.contracts.values import Id
from shared.deciding import Command
from shared.policy.authority import Authority
from shared.reacting import Rows


def on_initiated(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Freeze the evidence of the day of the invitation, to prepare the meeting by."""
    event = recorded.event
    assert isinstance(event, ConsultationInitiated)  # noqa: S101 - it is read of no other
    yield _frozen(recorded, rows, event.year, event.initiated_on, "initiated")


def on_held(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Freeze the evidence of the day of the meeting: what was shown there stays."""
    event = recorded.event
    assert isinstance(event, ConsultationHeld)  # noqa: S101 - it is read of no other
    yield _frozen(recorded, rows, event.year, event.held_on, "held")


def on_corrected(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Freeze another version of each year's evidence that the correction makes say something else."""
    for key, row in sorted(rows.all(CitedOfConsultation).items()):
        if key.startswith("consultation/"):
            yield from _otherwise(row, rows, recorded.envelope.occurredat, Id(recorded.envelope.id))


def on_frozen(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Look for a correction that came between what called for the evidence and its being frozen."""
    event = recorded.event
    assert isinstance(event, EvidencePackFrozen)  # noqa: S101 - it is read of no other
    row = rows.get(CitedOfConsultation, recorded.subject)
    later = _corrections_after(event, rows)
    if row is not None and later:
        yield from _otherwise(row, rows, recorded.envelope.occurredat, later[-1])


def _frozen(recorded: Recorded, rows: Rows, year: int, as_of: date, cause: PackCause) -> FreezePack:
    pack = compiled(evidence(rows), sizes(rows), year, as_of)
    return command_of(pack, sizes(rows), Id(recorded.envelope.id), cause, recorded.envelope.occurredat)


def _otherwise(row: CitedRow, rows: Rows, at: datetime, cause: Id) -> Iterator[FreezePack]:
    """Compile the last version of a year anew, of the same day; give it if it says something else."""
    frozen = _frozen_of(row)
    if not frozen:
        return
    last = frozen[-1]
    known = evidence(rows)
    former = compiled(known, {log.log: log.size for log in last.logs}, last.year, last.as_of)
    news = compiled(known, sizes(rows), last.year, last.as_of)
    if not says_the_same(former, news):
        yield command_of(news, sizes(rows), cause, "corrected", at)


def _corrections_after(frozen: EvidencePackFrozen, rows: Rows) -> list[Id]:
    """Give the corrections of what may be cited that the frozen version does not know, in the order of their recording."""
    known = {log.log: log.size for log in frozen.logs}
    read = [
        decoded(event.event)
        for log, stored in evidence(rows).items()
        for row in stored
        for event in row.events
        if event.index >= known.get(log, 0)
    ]
    found = sorted((e.time, e.id) for e in read if isinstance(e.data, EventCorrected))
    return [Id(event_id) for _, event_id in found]


def frozen_in(rows: Mapping[str, Iterable[CitedRow]], year: int) -> list[EvidencePackFrozen]:
    """Give the frozen versions of a year's evidence, the first first."""
    of_year = [row for row in rows[EVENTS] if row.key == f"consultation/{year}"]
    return [event for row in of_year for event in _frozen_of(row)]


def _frozen_of(row: CitedRow) -> list[EvidencePackFrozen]:
    read = (decoded(event.event).data for event in row.events)
    return [event for event in read if isinstance(event, EvidencePackFrozen)]


def evidence(rows: Rows) -> Mapping[str, Iterable[CitedRow]]:
    """Give what may be cited, by log."""
    return {log: tuple(rows.all(row).values()) for log, row in ROWS.items()}


def sizes(rows: Rows) -> Mapping[str, int]:
    """Give how much of each log is known."""
    return {log: rows.size(log) for log in ROWS}


def command_of(pack: Pack, known: Mapping[str, int], pack_id: Id, cause: PackCause, at: datetime) -> FreezePack:
    """Ask for a pack to be frozen."""
    return FreezePack(
        at=at, year=pack.year, pack_id=pack_id, cause=cause, as_of=pack.as_of, format=FORMAT, manifest_digest=pack.digest,
        logs=tuple(LogSize(log=log, size=known[log]) for log in sorted(known)),
    )  # fmt: skip

"""A pack's figures of duties: how many arose in a year and what has become of them, by clause and class."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.consultation.domain.evidence.cited import Known, Stream
from shared.contracts.duty import DutyArose
from shared.policy.duty.life import Class, DutyState, classify, evolve, is_breach

CLASSES: Final[tuple[Class, ...]] = (
    "open", "done", "done-recorded-late", "done-late", "not-done", "lapsed", "waived", "voided",
)  # fmt: skip
MEASURES: Final = ("arose", *CLASSES, "breach")
LATE: Final = ("done-late", "not-done", "lapsed")


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as it was on the day: its class, whether its clause was broken, and the events that say so."""

    state: DutyState
    stands: Class
    is_breach: bool
    events: tuple[str, ...]

    @property
    def year(self) -> int:
        """The year in which it arose."""
        return self.state.trigger_on.year

    @property
    def measures(self) -> Iterator[str]:
        """The figures that it counts in."""
        yield "arose"
        yield self.stands
        if self.is_breach:
            yield "breach"


def owed(known: Known) -> list[Owed]:
    """Give all duties that were known, by their ids."""
    found = (owed_of(stream, known.as_of) for stream in known.of("duty"))
    return sorted((duty for duty in found if duty is not None), key=lambda duty: duty.state.id)


def owed_of(stream: Stream, as_of: date) -> Owed | None:
    """Give a duty as it was on a day; None where it had not arisen."""
    state: DutyState | None = None
    if not stream.events or not isinstance(stream.events[0].data, DutyArose):
        return None
    for envelope in stream.events:
        state = evolve(state, envelope)
    if state is None:
        return None
    return Owed(state, classify(state, as_of), is_breach(state, as_of), stream.recorded)


def initiative_years(duties: Iterable[Owed]) -> set[int]:
    """Give the years whose initiative is owed (GS-7): those in which duties arise at all."""
    return {duty.year for duty in duties if (duty.state.clause, duty.state.kind) == ("GS-7", "initiative")}


def figures(duties: Iterable[Owed], years: Iterable[int]) -> list[dict[str, Any]]:
    """Give a figure for each year, clause, kind and measure; from its events, those of its duties, it can be recounted."""
    by: dict[tuple[int, str, str], list[Owed]] = {}
    for duty in duties:
        by.setdefault((duty.year, duty.state.clause, duty.state.kind), []).append(duty)
    wanted = set(years)
    return [figure for key in sorted(by) if key[0] in wanted for figure in _figures(key, by[key])]


def _figures(key: tuple[int, str, str], duties: list[Owed]) -> Iterator[dict[str, Any]]:
    year, clause, kind = key
    for measure in MEASURES:
        counted = [duty for duty in duties if measure in duty.measures]
        yield {
            "id": f"{year}/{clause}.{kind}/{measure}",
            "year": year,
            "clause": clause,
            "kind": kind,
            "modality": duties[0].state.modality,
            "measure": measure,
            "value": len(counted),
            "events": [event for duty in counted for event in duty.events],
        }


def standing(duties: Iterable[Owed], year: int) -> list[dict[str, Any]]:
    """List the duties that are open, were done late, are not done or have lapsed: this year's, and what earlier ones left."""
    return [
        _row(duty) for duty in duties if (duty.year == year and duty.stands in ("open", *LATE)) or _is_left(duty, year)
    ]


def _is_left(duty: Owed, year: int) -> bool:
    return duty.year < year and (duty.stands in ("open", "not-done") or (duty.year == year - 1 and duty.stands in LATE))


def _row(duty: Owed) -> dict[str, Any]:
    state = duty.state
    return {
        "id": state.id,
        "clause": state.clause,
        "kind": state.kind,
        "modality": state.modality,
        "unit": state.owed_by_unit,
        "dueOn": state.due_on and state.due_on.isoformat(),
        "class": duty.stands,
        "breach": duty.is_breach,
        "events": list(duty.events),
    }


def of_clause(duties: Iterable[Owed]) -> Mapping[str, int]:
    """Give the counts of the office's own table: arose, kept, recordedLate, late, broken, waived, voided, lapsed."""
    found = list(duties)
    counts = {measure: sum(measure in duty.measures for duty in found) for measure in MEASURES}
    return {
        "arose": counts["arose"], "open": counts["open"], "kept": counts["done"],
        "recordedLate": counts["done-recorded-late"], "late": counts["done-late"], "notDone": counts["not-done"],
        "broken": counts["breach"], "waived": counts["waived"], "voided": counts["voided"], "lapsed": counts["lapsed"],
    }  # fmt: skip

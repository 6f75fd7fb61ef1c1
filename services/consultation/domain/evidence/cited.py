"""What a pack may cite: the logs that consultation may read, and of each the events. Nothing of a place stands in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.consultation.domain.consultation import EVENTS
from services.consultation.domain.rows import (
    CitedOfConsultation,
    CitedOfFigures,
    CitedOfProcurement,
    CitedOfRegistry,
    CitedRow,
)
from shared.contracts.cloudevent import Catalogue, Envelope, Event
from shared.contracts.consultation import CONSULTATION_EVENTS
from shared.contracts.duty import DUTY_EVENTS, EventCorrected
from shared.contracts.figures import ReachFiguresPublished
from shared.contracts.knowledge import GuidanceDelivered, KnowledgeActivityHeld, KnowledgeActivityOffered
from shared.contracts.partners import ContributionDecided, ContributionPaid, OwnershipRecorded, PartnerRoleRecorded
from shared.contracts.placements import PlacementFiguresPublished
from shared.contracts.registry import (
    EnterpriseClosed,
    EnterpriseRecognised,
    RecognitionRefused,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
from shared.correcting import as_corrected
from shared.policy.stockholm import day_of

RECOGNITION: Final = (
    EnterpriseRecognised, RecognitionRefused, RecognitionSuspended, RecognitionWithdrawn, RecognitionRestored,
    EnterpriseClosed,
)  # fmt: skip
CITED: Final[Mapping[str, tuple[type[Event], ...]]] = {
    EVENTS: (
        *CONSULTATION_EVENTS, PartnerRoleRecorded, ContributionDecided, ContributionPaid, OwnershipRecorded, *DUTY_EVENTS,
    ),
    "placements.figures": (PlacementFiguresPublished,),
    "procurement.events": (
        GuidanceDelivered, KnowledgeActivityOffered, KnowledgeActivityHeld, ReachFiguresPublished, *DUTY_EVENTS,
    ),
    "registry.events": (*RECOGNITION, *DUTY_EVENTS),
}  # fmt: skip
"""Log → the events that may be cited. Referrals are not: few persons stand behind their counts."""
ROWS: Final[Mapping[str, type[CitedRow]]] = {
    EVENTS: CitedOfConsultation,
    "placements.figures": CitedOfFigures,
    "procurement.events": CitedOfProcurement,
    "registry.events": CitedOfRegistry,
}
"""Log → the row in which a stream's events are kept."""
_CATALOGUE = Catalogue([*dict.fromkeys(event for events in CITED.values() for event in events), EventCorrected])


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream as it was known: its log, its events as they are read, and the places of all that were recorded."""

    log: str
    subject: str
    events: tuple[Envelope, ...]
    recorded: tuple[str, ...]
    """The ids of its events, in the log's order; those of corrections among them."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of all logs on a day."""

    as_of: date
    streams: tuple[Stream, ...]
    """Ordered by log and name."""

    def of(self, category: str) -> Iterable[Stream]:
        """Give the streams of a category that have events: `duty`, `partner`."""
        return (stream for stream in self.streams if stream.events and stream.subject.startswith(f"{category}/"))


def known(rows: Mapping[str, Iterable[CitedRow]], sizes: Mapping[str, int], as_of: date) -> Known:
    """Give what was known of some logs below their sizes, and recorded by the end of a day.

    What corrects it counts whenever it was recorded: a correction says how it was all the time.
    """
    streams = [
        _stream(log, row, sizes.get(log, 0), as_of)
        for log in sorted(rows)
        for row in sorted(rows[log], key=lambda row: row.key)
    ]
    return Known(as_of, tuple(streams))


def _stream(log: str, row: CitedRow, size: int, as_of: date) -> Stream:
    read = [decoded(event.event) for event in row.events if event.index < size]
    found = [e for e in read if isinstance(e.data, EventCorrected) or day_of(e.time) <= as_of]
    return Stream(log, row.key, tuple(as_corrected(found)), tuple(e.id for e in found))


def decoded(text: str) -> Envelope:
    """Read a cited event. Raises ValueError for one that is none of those."""
    envelope = _CATALOGUE.decode(text.encode())
    if envelope is None:
        raise ValueError("a row of cited events holds another kind of event")
    return envelope

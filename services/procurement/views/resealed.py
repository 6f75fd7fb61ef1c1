"""Where the sealed values lie that corrections of enterprises brought: a ciphertext opens only where it was sealed."""

from pathlib import Path
from typing import Final

from services.procurement.domain.letter_rows import ResealedRow, SealedAt
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import EventCorrected
from shared.log.view import View, nothing
from shared.persons.sealing import sealed_fields


def fold(row: ResealedRow | None, recorded: Recorded) -> ResealedRow | None:
    """Keep the places of a correction's sealed values."""
    event_id = recorded.envelope.id
    places = {
        enc.ciphertext: SealedAt(event_id=event_id, pointer=pointer) for pointer, enc in sealed_fields(recorded.event)
    }
    return ResealedRow(key=recorded.subject, places=(row.places if row else {}) | places)


def _brings_sealed(recorded: Recorded) -> bool:
    return isinstance(recorded.event, EventCorrected) and any(True for _ in sealed_fields(recorded.event))


RESEALED: Final = View(
    name="resealed", log="registry.events", category="enterprise", row=ResealedRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing, as_recorded=True, only=_brings_sealed,
)  # fmt: skip

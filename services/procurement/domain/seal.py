"""Until when whatever names an enterprise beside a tender is sealed (OSL 19:3, second paragraph).

The seal is the tender's and not a lot's: it opens when the last lot was awarded, closed without a winner, or given up. Until
then others than procurement see counts alone. A tender that nothing is known of is sealed.

Of two tenders that are one, the kept one's matter is the matter: a duplicate by itself says nothing and is sealed. Whoever asks
about one asks its kept tender, through all links (`kept_by`).
"""

from collections.abc import Collection, Iterable

from services.procurement.domain.rows import TenderRow
from services.procurement.domain.tender import State
from shared.contracts.procurement import Lot


def kept_by(tender: State) -> str | None:
    """Give the stream of the tender that is kept in this one's place, which tells whether the matter goes on; None: itself."""
    return f"tender/{tender.duplicate_of}" if tender.duplicate_of else None


def is_sealed(tender: State | TenderRow | None) -> bool:
    """Tell whether a tender's matter goes on, as a command's state or a view's row knows it."""
    match tender:
        case None:
            return True
        case State(duplicate_of=str()) | TenderRow(duplicate_of=str()):
            return True
        case State(lots=lots, cancelled=cancelled, decided=decided):
            return _goes_on(lots, {*cancelled, *decided})
        case TenderRow(lots=lots, cancelled_lots=gone, decided_lots=decided_lots):
            return _goes_on(lots, {*gone, *decided_lots})


def _goes_on(lots: Iterable[Lot], over: Collection[str]) -> bool:
    ids = [lot.lot_id for lot in lots]
    return not ids or any(id_ not in over for id_ in ids)

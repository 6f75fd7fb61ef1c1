"""Who buys, and whether that is the authority itself: any own buyer is enough (GS-6, edge rule 14)."""

import re
from collections.abc import Iterable
from datetime import date

from shared.contracts.procurement import Buyer
from shared.policy.authority import Authority

_WRITTEN = re.compile(r"(?:SE)?(?:16)?([0-9]{10})(?:01)?")
"""Ten digits; with `SE` and `01` a VAT number, with `16` as Skatteverket writes it."""


def normalise(written: str | None) -> str | None:
    """Give the ten digits of an organisation number as written: `SE219999000901`, `219999-0009`; None if it is none."""
    match = _WRITTEN.fullmatch(re.sub(r"[^0-9A-Z]", "", (written or "").upper()))
    return match[1] if match else None


def recognised(buyers: Iterable[Buyer], authority: Authority, on: date) -> tuple[Buyer, ...]:
    """Give the buyers with their digits, and with the board of those that are the authority's own on the day."""
    return tuple(_recognised(buyer, authority, on) for buyer in buyers)


def _recognised(buyer: Buyer, authority: Authority, on: date) -> Buyer:
    number = normalise(buyer.organisation_number) or buyer.normalised
    own = authority.buyer(number, on) if number else None
    return buyer.model_copy(update={"normalised": number, "board": own.board if own else None})


def are_own(buyers: Iterable[Buyer]) -> bool:
    """Tell whether one of them is the authority itself."""
    return any(buyer.board is not None for buyer in buyers)

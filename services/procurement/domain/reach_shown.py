"""The reach ledger as it is answered, of what a query found."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pydantic import TypeAdapter

from services.procurement.domain.reach import Known, ledger
from services.procurement.domain.reach_rows import ReachRow
from services.procurement.domain.rows import EnterpriseRow, TenderRow
from shared.policy.authority import Authority
from shared.policy.duty.life import DutyState

TENDER: Final = TypeAdapter(TenderRow)
KEPT: Final = TypeAdapter(TenderRow | None)
ENTERPRISES: Final = TypeAdapter(tuple[EnterpriseRow, ...])
PAIRS: Final = TypeAdapter(tuple[ReachRow, ...])
DUTIES: Final = TypeAdapter(tuple[DutyState, ...])


def as_ledger(row: Mapping[str, Any], today: date, authority: Authority, _language: str) -> dict[str, Any]:
    """Give a tender's ledger as of today."""
    known = Known(
        TENDER.validate_python(row["tender"]),
        ENTERPRISES.validate_python(row["enterprises"]),
        {pair.enterprise_id: pair for pair in PAIRS.validate_python(row["pairs"])},
        DUTIES.validate_python(row["duties"]),
        KEPT.validate_python(row["kept"]),
    )
    return {"key": row["key"], **ledger(known, authority, today)}

"""1 January of each WISE that was recognised or suspended when the year began, for the clock (GS-5)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pydantic import TypeAdapter
from typing_extensions import override

from services.procurement.domain.recognition_years import at_new_year, opens
from services.procurement.domain.rows import EnterpriseRow, EnterpriseVersion
from services.procurement.views.enterprise import ENTERPRISE
from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.ticking import Boundaries, Boundary
from shared.reacting import Folded

TOGETHER = 500
VERSIONS = TypeAdapter(tuple[EnterpriseVersion, ...])


class KnowledgeYears(Boundaries):
    """The beginning of each year from `first` on, for each WISE."""

    def __init__(self, first: int) -> None:
        self._first = first

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        """Give the years that have begun for a WISE and were not taken; what was lost since is the reactions'."""
        sql = query(ENTERPRISE.sql, "knowledge_years")
        rows = await connection.fetch(sql, self._first, today.year, TOGETHER)
        return [
            boundary
            for row in rows
            for boundary in _boundary(row["enterprise_id"], VERSIONS.validate_python(row["versions"]), row["year"])
        ]

    @override
    def among(self, rows: Folded, today: date) -> Iterable[Boundary]:
        """Give all years that have begun, taken or not, of the WISEs that are so now."""
        for enterprise in rows.all(EnterpriseRow).values():
            if enterprise.status in ("recognised", "suspended") and enterprise.recognised_from is not None:
                for year in range(max(self._first, enterprise.recognised_from.year + 1), today.year + 1):
                    yield from _boundary(enterprise.enterprise_id, enterprise.versions, year)


def _boundary(enterprise_id: str, versions: Sequence[EnterpriseVersion], year: int) -> Iterator[Boundary]:
    trigger = at_new_year(versions, year)
    if trigger is not None:
        yield Boundary(trigger.on, f"tick/year/{year}/gs-5/{enterprise_id}", opens(enterprise_id, trigger))

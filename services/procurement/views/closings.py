"""When open duties to tell of a tender can no longer be performed, for the clock (GS-6)."""

from collections.abc import Sequence
from datetime import date

from typing_extensions import override

from services.procurement.domain.boundaries import Closing, lapses
from services.procurement.views.outreach import OUTREACH
from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.ticking import Boundaries, Boundary
from shared.policy.stockholm import day_of

TOGETHER = 500


class Closings(Boundaries):
    """The lapses of duties whose tender has closed."""

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        rows = await connection.fetch(query(OUTREACH.sql, "closings"), today, TOGETHER)
        closings = [Closing(**dict(row.items())) for row in rows]
        return [
            Boundary(day_of(command.at), f"tick/{command.duty_id}/lapse/{command.on}", command)
            for command in lapses(closings, today)
        ]

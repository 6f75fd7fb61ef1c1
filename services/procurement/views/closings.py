"""When open duties to tell of a tender can no longer be performed, for the clock (GS-6)."""

from collections.abc import Sequence
from datetime import date

from typing_extensions import override

from services.procurement.domain.boundaries import Closing, lapses
from services.procurement.domain.rows import OutreachRow
from services.procurement.views.outreach import OUTREACH
from shared.log.duty_view import DutyRow
from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.ticking import Boundaries, Boundary
from shared.policy.stockholm import day_of
from shared.reacting import Folded

TOGETHER = 500


class Closings(Boundaries):
    """The lapses of duties whose tender has closed."""

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        rows = await connection.fetch(query(OUTREACH.sql, "closings"), today, TOGETHER)
        return _boundaries([Closing(**dict(row.items())) for row in rows], today)

    @override
    def among(self, rows: Folded, today: date) -> Sequence[Boundary]:
        found = []
        for duty in rows.all(DutyRow).values():
            pair = rows.one(OutreachRow, f"outreach/{duty.object_id}")
            if pair is not None and pair.closes_on is not None and duty.due_on is not None:
                found.append(Closing(
                    duty_id=duty.id, object_id=duty.object_id, due_on=duty.due_on, closes_on=pair.closes_on
                ))  # fmt: skip
        return _boundaries(found, today)


def _boundaries(closings: Sequence[Closing], today: date) -> list[Boundary]:
    return [
        Boundary(day_of(command.at), f"tick/{command.duty_id}/lapse/{command.on}", command)
        for command in lapses(closings, today)
    ]

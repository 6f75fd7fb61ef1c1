"""The clock's part in the figures: after a quarter's end it reckons them from the views, which stand on one index of the log.

Quarters come one after the other, since each looks at all that was released before. An outcome is opened here, in the
board's own process, to count how many found work; one whose key is destroyed is unknown and counts nowhere.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from typing_extensions import override

from services.placements.domain.figures import EMPLOYED, Owed, PublishFigures, figures
from services.placements.domain.placement import EVENTS
from services.placements.domain.rows import CountedRow, FiguresRow
from services.placements.views.counted import COUNTED
from services.placements.views.figures import PUBLISHED
from shared.contracts.cloudevent import Catalogue, Envelope
from shared.contracts.duty import EventCorrected
from shared.contracts.placements import PLACEMENT_EVENTS
from shared.http.reading import SQL as READING
from shared.log.postgres import SQL as LOG
from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.ticking import Boundaries, Boundary
from shared.persons.keys import Keys
from shared.persons.opening import opened
from shared.policy.quarter import Quarter, over
from shared.policy.stockholm import start_of
from shared.reacting import Folded

PLACES = TypeAdapter(list[CountedRow])
DUTIES = TypeAdapter(list[Owed])
PAST = TypeAdapter(list[FiguresRow])
CATALOGUE = Catalogue((*PLACEMENT_EVENTS, EventCorrected))


class QuarterEnds(Boundaries):
    """The day after each quarter's end, from the first in which a place was recorded: its figures are published."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        """Give the first quarter that is over and has no figures."""
        first = await connection.fetchval(query(COUNTED.sql, "first_recorded_on"))
        quarters = {f"command:{_key(quarter)}": quarter for quarter in over(first or today, today)}
        for row in await connection.fetch(query(LOG, "claimed"), list(quarters)):
            del quarters[row["key"]]
        if not quarters:
            return []
        quarter = min(quarters.values())
        on = quarter.following.first
        return [Boundary(on, _key(quarter), await self._command(connection, quarter))]

    @override
    def among(self, rows: Folded, today: date) -> Iterable[Boundary]:
        """Give none: figures open no duty and end none, so a replay of duties has no use for them."""
        return ()

    async def _command(self, connection: Connection, quarter: Quarter) -> PublishFigures:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            index = await connection.fetchval(query(COUNTED.sql, "position"), EVENTS)
            rows = await connection.fetch(query(COUNTED.sql, "of_quarter"), quarter.first)
            owed = await connection.fetch(query(COUNTED.sql, "owed_in_quarter"), quarter.first, quarter.last)
            enterprises = await connection.fetch(query(COUNTED.sql, "enterprises"))
            past = await connection.fetch(query(PUBLISHED.sql, "past"), quarter.name)
            told = [dict(row) for row in rows if quarter.holds(row["outcome_recorded_on"])]
            employed = await self._employed(connection, told)
        cells = figures(
            quarter,
            PLACES.validate_python(list(map(dict, rows))),
            DUTIES.validate_python(list(map(dict, owed))),
            employed,
            [row["enterprise_id"] for row in enterprises],
            PAST.validate_python(list(map(dict, past))),
        )
        return PublishFigures(
            at=start_of(quarter.following.first), period=quarter.name, cells=cells, log_index=index or 0
        )

    async def _employed(self, connection: Connection, told: Sequence[dict[str, Any]]) -> frozenset[str]:
        """Name the places whose outcome is work."""

        async def history(streams: Sequence[str]) -> Iterable[Envelope]:
            found = await connection.fetch(query(READING, "streams"), streams)
            return [envelope for row in found if (envelope := CATALOGUE.decode(row["bytes"])) is not None]

        sealed = [{"key": row["key"], "outcome": row["outcome"]} for row in told]
        clear = await opened(sealed, [row["key"] for row in sealed], history, self._keys)
        return frozenset(row["key"] for row in clear if isinstance(o := row["outcome"], str) and o in EMPLOYED)


def _key(quarter: Quarter) -> str:
    return f"tick/figures/{quarter.name}"

"""The published figures of outreach, a quarter each, and the clock's part in them: after a quarter's end they are reckoned."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter
from typing_extensions import override

from services.procurement.domain.duties import LOG as OUTREACH
from services.procurement.domain.reach_figures import EVENTS, OwnTender, PublishReach, Telling, reach
from services.procurement.domain.rows import ReachFiguresRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.figures import ReachFiguresPublished
from shared.log.postgres import SQL as LOG
from shared.log.postgres import Connection
from shared.log.sql import query
from shared.log.ticking import Boundaries, Boundary
from shared.log.view import View, nothing
from shared.policy.authority import Authority
from shared.policy.quarter import Quarter, over
from shared.policy.stockholm import start_of
from shared.reacting import Folded

TENDERS = TypeAdapter(list[OwnTender])
TELLINGS = TypeAdapter(list[Telling])


def fold(row: ReachFiguresRow | None, recorded: Recorded) -> ReachFiguresRow:
    """Fold one part of a quarter's figures."""
    event = recorded.event
    if not isinstance(event, ReachFiguresPublished):
        raise ValueError(f"{recorded.subject}: {recorded.envelope.type} is no event of figures")  # noqa: TRY004
    if row is not None:
        return replace(row, cells=(*row.cells, *event.cells))
    return ReachFiguresRow(
        key=recorded.subject, period=event.period, cells=event.cells, rules_version=event.rules_version,
        log_index=event.log_index,
    )  # fmt: skip


REACH_FIGURES = View(
    name="reach_figures", log=EVENTS, category="figures", row=ReachFiguresRow, fold=fold,
    sql=Path(__file__).with_suffix(".sql"), working=nothing,
)  # fmt: skip


class ReachQuarters(Boundaries):
    """The day after each quarter's end, from that of the first own tender; each board of its last day has a cell."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    @override
    async def upto(self, connection: Connection, today: date) -> Sequence[Boundary]:
        """Give the first quarter that is over and has no figures."""
        first = await connection.fetchval(query(REACH_FIGURES.sql, "first_recorded_on"))
        quarters = {f"command:{_key(quarter)}": quarter for quarter in over(first or today, today)}
        for row in await connection.fetch(query(LOG, "claimed"), list(quarters)):
            del quarters[row["key"]]
        if not quarters:
            return []
        quarter = min(quarters.values())
        return [Boundary(quarter.following.first, _key(quarter), await self._command(connection, quarter))]

    @override
    def among(self, rows: Folded, today: date) -> Iterable[Boundary]:
        """Give none: figures open no duty and end none, so a replay of duties has no use for them."""
        return ()

    async def _command(self, connection: Connection, quarter: Quarter) -> PublishReach:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            index = await connection.fetchval(query(REACH_FIGURES.sql, "position"), OUTREACH)
            tenders = await connection.fetch(query(REACH_FIGURES.sql, "own_tenders"), quarter.last)
            tellings = await connection.fetch(query(REACH_FIGURES.sql, "tellings"), quarter.first, quarter.last)
        cells = reach(
            quarter,
            TENDERS.validate_python(list(map(dict, tenders))),
            TELLINGS.validate_python(list(map(dict, tellings))),
            self._authority.boards(quarter.last),
        )
        return PublishReach(
            at=start_of(quarter.following.first), period=quarter.name, cells=cells, log_index=index or 0
        )


def _key(quarter: Quarter) -> str:
    return f"tick/reach/{quarter.name}"

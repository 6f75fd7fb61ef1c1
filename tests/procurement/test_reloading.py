"""A view's row goes on from its table as it does from memory: a service that is restarted folds to the same bytes."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from shared.log.tables import text
from shared.log.view import View
from tests.procurement.stories import (
    GARDENING,
    amend,
    cancel,
    declares,
    delivered,
    failed,
    lot,
    move,
    offers,
    plan,
    publish,
    recode,
    recognised,
    registered,
    resume,
    sent,
    suspend,
    withdrawn,
)
from tests.procurement.world import World
from tests.reloading import CONTAINERS, reloaded


def year() -> World:
    """Give a tender and an enterprise to which everything happens."""
    world = World().hears(registered(), offers(GARDENING), recognised("2026-02-02"), declares(reaches=True))
    return (
        world.do(plan("2026-02-16", lot("LOT-0001", reserved=("res-ws",)), lot("LOT-0002")))
        .do(
            publish(
                "2026-03-02", lot("LOT-0001", closes="2026-04-15T12:00:00+02:00"), lot("LOT-0002", closes="2026-04-15")
            )
        )
        .do(sent(), delivered(), failed("2026-03-04"), amend("2026-03-09", recode("77310000", "77300000")))
        .do(move("2026-05-04", "2026-03-11"), suspend("2026-03-16"), resume("2026-03-18", "2026-06-01"))
        .do(cancel("2026-03-20", "LOT-0001"))
        .hears(withdrawn("2026-04-01"))
    )


WORLD = year()


@pytest.mark.parametrize("view", WORLD.rows.views, ids=lambda view: view.name)
def test_a_row_from_its_table_is_folded_to_the_same_bytes(view: View[Any]) -> None:
    """After every event: from the row in memory, and from the same row as it was stored and read again."""
    kept: dict[str, Any] = {}
    read: dict[str, Any] = {}
    for recorded in WORLD.log:
        if recorded.log in view.logs and view.takes(recorded.subject):
            key = recorded.subject
            kept[key] = view.fold(kept.get(key), recorded)
            read[key] = view.fold(reloaded(view, read.get(key)), recorded)
            assert columns(read[key]) == columns(kept[key])


def columns(row: Any) -> Mapping[str, object]:
    """Give what is stored of a row."""
    if row is None:
        return {}
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return {name: text(value) if isinstance(value, CONTAINERS) else value for name, value in values.items()}

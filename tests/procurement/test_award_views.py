"""What is asked of contracts, duplicates and tenders that suit nobody, on a real server."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.procurement.domain.rows import TenderRow
from services.procurement.views.tender import TENDER as TENDERS
from shared.contracts.procurement import Lot
from shared.log.postgres import Connection
from shared.log.tables import Table
from tests.policy.test_contract_terms import CONTRACT, award, followed, named, term
from tests.procurement.stories import (
    CARE,
    GARDENING,
    OTHER_TENDER,
    TENDER,
    cancel,
    lot,
    offers,
    plan,
    publish,
    recognised,
    registered,
)
from tests.procurement.test_duplicates import link, none_suits
from tests.procurement.test_views import ALL, ask, connection, keep
from tests.procurement.world import World

__all__ = ["connection"]

COPY: dict[str, Any] = {"tender_id": OTHER_TENDER, "source": "national-database"}


def apart() -> Lot:
    """A lot in another branch."""
    return lot(closes="2026-04-15", cpv=(CARE,))


async def test_social_terms_to_follow_up(connection: Connection) -> None:
    """Each open duty with its contract, term, number and due day, by board, day and contract."""
    told = World(clause="GS-8").do(publish("2026-03-02"), award(term("T1"), term("T2", every=90)))
    told.until("2026-09-01").do(followed("2026-09-01"))
    await keep(connection, told)
    rows = await ask(connection, TENDERS, "terms_due", "", ALL, None, None, None)
    assert [(r["duty_id"], r["contract_id"], r["term_id"], r["ordinal"], r["is_overdue"]) for r in rows] == [
        (named(1, "T2"), CONTRACT, "T2", 1, True)
    ]
    assert rows[0]["due_on"] == date(2026, 8, 31)
    board, late = "buying-board:executive", date(2026, 8, 30)
    assert len(await ask(connection, TENDERS, "terms_due", "", ALL, board, None, CONTRACT)) == 1
    assert await ask(connection, TENDERS, "terms_due", "", ALL, "buying-board:education", None, None) == []
    assert await ask(connection, TENDERS, "terms_due", "", ALL, None, late, None) == []
    assert await ask(connection, TENDERS, "terms_due", "", ALL, None, None, OTHER_TENDER) == []


async def matched(connection: Connection, told: World) -> list[tuple[str, str, str]]:
    """Give the pairs that may be one."""
    await keep(connection, told)
    rows = await ask(connection, TENDERS, "duplicates", "", ALL)
    return [(row["tender_id"], row["other_tender_id"], row["matched_by"]) for row in rows]


async def test_the_same_buyer_title_and_deadline_may_be_one(connection: Connection) -> None:
    """The third sign, where neither source has an id of its own."""
    told = World().do(publish("2026-03-02"), publish("2026-03-02", **COPY))
    assert await matched(connection, told) == [(TENDER, OTHER_TENDER, "buyer-title-deadline")]


async def test_another_deadline_is_another_tender(connection: Connection) -> None:
    """All three agree, or it is none."""
    told = World().do(publish("2026-03-02"), publish("2026-03-02", closes="2026-05-04", **COPY))
    assert await matched(connection, told) == []


async def test_an_id_of_the_procedure_comes_before_the_title(connection: Connection) -> None:
    """A plan and a publication of one procedure: the first sign there is counts."""
    first = publish("2026-03-02", procedure_id="bt-04", upphandlings_id="UH-1")
    told = World().do(first, publish("2026-03-02", **COPY))
    rows = {key: row for key, row in told.rows.rows[TenderRow].items() if row is not None}
    copy, kept = rows[f"tender/{OTHER_TENDER}"], rows[f"tender/{TENDER}"]
    for ids, sign in (({"procedure_id": "bt-04"}, "bt-04"), ({"upphandlings_id": "UH-1"}, "upphandlings-id")):
        table = Table(TENDERS)
        await table.prepare(connection)
        await table.store(connection, {kept.key: kept, copy.key: replace(copy, title_sv="Parker", **ids)})
        [row] = await ask(connection, TENDERS, "duplicates", "", ALL)
        assert row["matched_by"] == sign


async def test_what_is_linked_or_cancelled_is_no_candidate(connection: Connection) -> None:
    """A person has looked at the one; the other was published again as a new tender."""
    told = World().do(publish("2026-03-02"), publish("2026-03-02", **COPY), link())
    assert await matched(connection, told) == []
    told = World().do(publish("2026-03-02"), cancel("2026-03-03"), publish("2026-03-04", **COPY))
    assert await matched(connection, told) == []


async def test_own_tenders_that_suit_nobody_stand_on_a_list_until_it_is_signed(connection: Connection) -> None:
    """With the assessments that say so; one that suits somebody, a plan that is not public and a signed one do not."""
    told = World().hears(registered(), recognised(), offers(GARDENING))
    told.do(publish("2026-03-02", apart()), publish("2026-03-02", tender_id=OTHER_TENDER))
    await keep(connection, told)
    [row] = await ask(connection, TENDERS, "none_suitable", "", ALL, date(2026, 3, 2), date(2026, 3, 8))
    assert (row["tender_id"], row["assessed"], row["public_on"]) == (TENDER, 1, date(2026, 3, 2))
    assert len(row["assessment_ids"]) > 0
    assert await ask(connection, TENDERS, "none_suitable", "", ALL, date(2026, 3, 3), None) == []
    await keep(connection, told.do(none_suits()))
    assert await ask(connection, TENDERS, "none_suitable", "", ALL, None, None) == []


async def test_a_plan_that_is_not_public_is_on_no_list(connection: Connection) -> None:
    """Nobody is judged for it yet."""
    await keep(connection, World().do(plan(None)))
    assert await ask(connection, TENDERS, "none_suitable", "", ALL, None, None) == []


async def test_a_tender_says_what_it_replaces(connection: Connection) -> None:
    """Both ways (edge rule 15)."""
    gone = cancel("2026-03-03").model_copy(update={"replaced_by_tender_id": OTHER_TENDER})
    await keep(connection, World().do(publish("2026-03-02"), gone, publish("2026-03-04", **COPY)))
    [former] = await ask(connection, TENDERS, "one", f"tender/{TENDER}")
    [new] = await ask(connection, TENDERS, "one", f"tender/{OTHER_TENDER}")
    assert (former["replaced_by"], new["replaces"]) == (OTHER_TENDER, TENDER)

"""The reach and fairness ledger: a row for every WISE and stage, four checks, and who may see whom (features: item 3)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx
import pytest
from typing_extensions import override

from services.procurement.domain.reach import Known, counted, ledger
from services.procurement.domain.reach_rows import Letter, ReachRow, StageRow
from services.procurement.domain.rows import EnterpriseRow, TenderRow
from services.procurement.views.reach import REACH
from shared.contracts.values import Id
from shared.http.showing import columns
from shared.log.memory import MemoryStore
from shared.log.view import View
from shared.policy.role import AUDITOR, BUYING_BOARD, PROCUREMENT_OFFICE, SOCIAL_BOARD
from tests.procurement.stories import (
    CARE,
    GARDENING,
    OTHER_TENDER,
    TENDER,
    WISE,
    cancel,
    closed,
    delivered,
    failed,
    instant,
    lot,
    offers,
    plan,
    publish,
    recognised,
    registered,
    sent,
    suspended,
    withdrawn,
)
from tests.procurement.test_duplicates import link
from tests.procurement.world import World
from tests.shared.http.inn import At, token
from tests.shared.http.services import OfStore, app

OTHER = Id("01930000-0000-7000-8000-00000000ee02")
LATER = Id("01930000-0000-7000-8000-00000000ee03")
THIRD = Id("01930000-0000-7000-8000-00000000dddd")
MISFIT = Id("01930000-0000-7000-8000-00000000ee04")


def wise(world: World, enterprise: Id, *cpv: str, since: str = "2026-02-02") -> World:
    """Let an enterprise be a WISE."""
    said = [offers(*cpv, enterprise=enterprise)] if cpv else []
    return world.hears(registered(enterprise), *said, recognised(since, enterprise))


def tells(world: World, enterprise: Id, day: str, n: int, **fields: Any) -> World:
    """Let a letter go and arrive on a day."""
    letter = {"enterprise_id": enterprise, "outreach_id": Id(f"01930000-0000-7000-8000-00000000c{n:03x}")}
    return world.do(sent(day, **letter, **fields), delivered(day, **letter))


def two_stages() -> World:
    """A plan on 2 March that is published on the 16th, for two WISEs, one of which it does not suit, and a newcomer."""
    world = wise(wise(World(), WISE, GARDENING), MISFIT, CARE).do(plan("2026-03-02"))
    tells(world, WISE, "2026-03-03", 1, stage="planned")
    world.do(publish("2026-03-16", lot(closes="2026-04-15")))
    wise(world, LATER, GARDENING, since="2026-03-17")
    tells(world, WISE, "2026-03-17", 2)
    return tells(world, LATER, "2026-03-18", 3)


def known(world: World) -> Known:
    """Give what the ledger is made of, as the views have it."""
    rows = world.rows
    tender = rows.one(TenderRow, f"tender/{TENDER}")
    assert tender is not None
    pairs = {pair.enterprise_id: pair for pair in rows.rows[ReachRow].values()}
    enterprises = [each for each in rows.rows[EnterpriseRow].values() if each.versions]
    return Known(tender, enterprises, pairs, list(world.duties.values()), _kept(tender, world))


def _kept(tender: TenderRow, world: World) -> TenderRow:
    """Follow the links, as the query does."""
    while tender.duplicate_of is not None:
        tender = world.rows.all(TenderRow)[f"tender/{tender.duplicate_of}"]
    return tender


def made(world: World, on: str = "2026-05-04") -> dict[str, Any]:
    """Give the ledger as of a day."""
    return ledger(known(world), world.rules.authority, date.fromisoformat(on))


def offends(found: dict[str, Any]) -> dict[str, int]:
    """Give what does not hold."""
    return {name: check["offends"] for name, check in found["checks"].items() if not check["holds"]}


def pairs(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Give who stands in which stage."""
    return sorted((row["stage"], row["enterprise_id"]) for row in found["rows"])


# Rows


def test_each_wise_recognised_while_it_was_open_has_a_row_in_each_stage() -> None:
    """None is missing, the misfit and the newcomer neither; who came after the plan has no row of the plan."""
    found = made(two_stages())
    published = [("published", enterprise) for enterprise in (LATER, MISFIT, WISE)]
    assert pairs(found) == [("planned", MISFIT), ("planned", WISE), *published]
    assert offends(found) == {}


def test_a_row_says_how_and_when_an_enterprise_was_told() -> None:
    """Verdict, reasons, sent, delivered, channel, working days left at delivery, the facts, and whose reading it is."""
    [row] = [r for r in made(two_stages())["rows"] if (r["stage"], r["enterprise_id"]) == ("published", WISE)]
    assert (row["verdict"], row["reasons"], row["channel"]) == ("suitable", [], "email")
    assert row["sent_at"] == row["delivered_at"] == instant("2026-03-17")
    assert row["working_days_left"] == 19  # 18 March to 15 April, less Good Friday and Easter Monday
    assert row["facts_digest"] == "12" * 32
    assert row["interpretation"]["id"] == "suitable@2016-01-01"
    [misfit] = [r for r in made(two_stages())["rows"] if (r["stage"], r["enterprise_id"]) == ("planned", MISFIT)]
    assert [test["test"] for test in misfit["reasons"]] == ["branch"]


@pytest.mark.parametrize(("event", "has_row"), [(withdrawn, False), (closed, False), (suspended, True)])
def test_who_was_recognised_at_any_time_while_it_was_open_has_a_row(event: Any, has_row: object) -> None:
    """What ended before the publication was not there, what ended afterwards was; a suspension ends nothing."""
    before = wise(World(), WISE, GARDENING).hears(event("2026-02-27")).do(publish("2026-03-02"))
    assert (pairs(made(before)) == [("published", WISE)]) is has_row
    after = wise(World(), WISE, GARDENING).do(publish("2026-03-02")).hears(event("2026-03-10"))
    assert pairs(made(after)) == [("published", WISE)]


def test_who_came_after_the_deadline_has_no_row() -> None:
    """It was not open any more."""
    world = wise(World(), WISE, GARDENING).do(publish("2026-03-02", closes="2026-04-15"))
    assert pairs(made(wise(world, LATER, GARDENING, since="2026-04-16"))) == [("published", WISE)]
    assert ("published", LATER) in pairs(made(wise(world, LATER, GARDENING, since="2026-04-15")))


# The four checks, an offence each


def planted(world: World, *letters: Letter, stage: Any = "published") -> Known:
    """Let letters stand in the log that no rule would have let through."""
    found = known(world)
    pair = found.pairs[WISE]
    other = tuple(each for each in pair.stages if each.stage != stage)
    changed = StageRow(**{n: getattr(pair.of(stage), n) for n in StageRow.__slots__} | {"letters": letters})
    row = ReachRow(**{n: getattr(pair, n) for n in ReachRow.__slots__} | {"stages": (*other, changed)})
    return Known(found.tender, found.enterprises, {**found.pairs, WISE: row}, found.duties, found.kept)


def letter(sent_on: str, digest: str = "12", **fields: Any) -> Letter:
    """Give a letter that arrived at once."""
    told: dict[str, Any] = {
        "outreach_id": "o", "purpose": "inform", "channel": "email", "facts_digest": digest * 32,
        "sent_at": instant(sent_on), "delivered_at": instant(sent_on),
    }  # fmt: skip
    return Letter(**(told | fields))


def found_in(found: Known) -> dict[str, int]:
    """Give what does not hold of planted letters."""
    return offends(ledger(found, World().rules.authority, date(2026, 5, 4)))


def open_tender() -> World:
    """Two WISEs that a tender suits, both told at once."""
    world = wise(wise(World(), WISE, GARDENING), OTHER, GARDENING).do(publish("2026-03-02"))
    return tells(tells(world, WISE, "2026-03-03", 1), OTHER, "2026-03-03", 2)


def test_a_tells_of_what_was_sent_before_it_was_public() -> None:
    """A head start of one minute is one; at the minute itself it is none."""
    assert found_in(planted(open_tender(), letter("2026-03-02T08:59:00+01:00"))) == {"a": 1}
    assert found_in(planted(open_tender(), letter("2026-03-02T09:00:00+01:00"))) == {}


def test_b_tells_of_other_facts_for_one() -> None:
    """Each stage has one digest; letters about changes are another matter."""
    assert found_in(planted(open_tender(), letter("2026-03-03", "99"))) == {"b": 1}
    changes = letter("2026-03-20", "99", purpose="amended")
    assert found_in(planted(open_tender(), letter("2026-03-03"), changes)) == {}


@pytest.mark.parametrize(("last", "offence"), [("2026-03-05", {}), ("2026-03-06", {"c": 1}), ("2026-03-10", {"c": 3})])
def test_c_tells_of_too_long_between_the_first_and_the_last(last: str, offence: dict[str, int]) -> None:
    """Two working days are within the local limit, three are not; the answer says which limit, and whose."""
    assert found_in(planted(open_tender(), letter(last))) == offence
    check = made(open_tender())["checks"]["c"]
    assert (check["limit"], check["interpretation"]["id"]) == (2, "reach.spread@2016-01-01")


def test_d_tells_of_one_who_was_not_reached_for_no_known_cause() -> None:
    """While there is time left that is the cause; after the due day there is none."""
    world = tells(
        wise(wise(World(), WISE, GARDENING), OTHER, GARDENING).do(publish("2026-03-02")), OTHER, "2026-03-03", 1
    )
    assert offends(made(world, "2026-03-09")) == {}
    assert offends(made(world, "2026-03-10")) == {"d": 1}


def test_a_letter_that_failed_is_a_known_cause() -> None:
    """So is one that came back after it had counted as delivered."""
    world = wise(World(), WISE, GARDENING).do(publish("2026-03-02"), sent("2026-03-03"), failed("2026-03-04"))
    found = made(world)
    assert ([row["cause"] for row in found["rows"]], offends(found)) == (["hard-bounce"], {})
    world = wise(World(), WISE, GARDENING).do(publish("2026-03-02"), sent(), delivered(), failed("2026-03-04"))
    assert [(row["delivered_at"], row["cause"]) for row in made(world)["rows"]] == [(None, "hard-bounce")]


# Who may see whom


class OneTender(OfStore):
    """A view that has what the ledger of one tender is made of."""

    def __init__(self, world: World) -> None:
        super().__init__(MemoryStore())
        self._known = known(world)

    @override
    async def ask(self, view: View[Any], name: str, *arguments: object) -> list[dict[str, Any]]:
        if (view, name, arguments) != (REACH, "of_tender", (f"tender/{TENDER}",)):
            return []
        found = self._known
        return [{
            "key": f"tender/{TENDER}", "tender_id": TENDER, "tender": _row(found.tender),
            "enterprises": [_row(each) for each in found.enterprises], "pairs": [_row(each) for each in found.pairs.values()],
            "duties": [_row(each) for each in found.duties], "kept": _row(found.kept),
        }]  # fmt: skip


def _row(row: Any) -> dict[str, Any]:
    return columns(row, [name for each in type(row).__mro__ for name in getattr(each, "__slots__", ())])


async def asked(world: World, role: str, path: str = f"/v1/tenders/{TENDER}/reach") -> httpx.Response:
    """Ask for the ledger in a role."""
    transport = httpx.ASGITransport(app("procurement", reading=OneTender(world), clock=At(instant("2026-05-04"))))
    headers = {"authorization": f"Bearer {token(role, exp=2**33)}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://procurement", headers=headers) as client:
        return await client.get(path)


OUTSIDE: Sequence[str] = (AUDITOR, SOCIAL_BOARD, f"{BUYING_BOARD}:technical")


@pytest.mark.parametrize("role", OUTSIDE)
async def test_no_enterprise_is_named_outside_procurement_while_the_tender_is_sealed(role: str) -> None:
    """The four verdicts and counts, and no row; a path that is not there names nobody either."""
    answer = await asked(two_stages(), role)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["sealed"], told["rows"]) == (True, None)
    assert set(told["checks"]) == {"a", "b", "c", "d"}
    assert [each["recognised"] for each in told["counts"]] == [2, 3]
    missing = await asked(two_stages(), role, f"/v1/tenders/{TENDER}/enterprises/{WISE}")
    assert not [name for name in (WISE, LATER, MISFIT) if name in answer.text + missing.text]


@pytest.mark.parametrize("role", OUTSIDE)
async def test_afterwards_every_row_is_there(role: str) -> None:
    """As many as WISEs that were recognised while each stage was open."""
    told = (await asked(two_stages().do(cancel("2026-04-01")), role)).json()
    assert (told["sealed"], len(told["rows"])) == (False, 5)


async def test_a_duplicate_is_sealed_as_its_kept_tender_is() -> None:
    """Given up beside one that is open it names nobody; open beside one that is over it does. The same through two links."""
    world = two_stages().do(publish("2026-03-02", tender_id=OTHER_TENDER), publish("2026-03-02", tender_id=THIRD))
    world.do(link(kept=OTHER_TENDER, copy=TENDER), cancel("2026-04-01"))
    assert (await asked(world, AUDITOR)).json()["rows"] is None
    world.do(link(kept=THIRD, copy=OTHER_TENDER), cancel("2026-04-01").model_copy(update={"tender_id": OTHER_TENDER}))
    assert (await asked(world, AUDITOR)).json()["rows"] is None
    world.do(cancel("2026-04-02").model_copy(update={"tender_id": THIRD}))
    assert (await asked(world, AUDITOR)).json()["sealed"] is False


async def test_the_office_sees_the_rows_all_along() -> None:
    """It is the one that informs."""
    told = (await asked(two_stages(), PROCUREMENT_OFFICE)).json()
    assert {row["enterpriseId"] for row in told["rows"]} == {WISE, LATER, MISFIT}


def test_counting_leaves_the_ledger_itself_alone() -> None:
    """What is made for one reader is not the other's."""
    found = made(two_stages())
    assert counted(found)["rows"] is None
    assert len(found["rows"]) == 5

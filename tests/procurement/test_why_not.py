"""Why a tender did not match, over tenders and offerings at random: every test, and what turns it (features: item 6)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.procurement.domain.explained import ASKS, FLIPS, OUTCOMES, flips
from services.procurement.domain.rows import EnterpriseVersion, OutreachRow, TenderVersion
from services.procurement.domain.suitability import ORDER, Assessment, Pair, assess
from shared.contracts.procurement import Lot, SuitabilityAssessed
from shared.contracts.values import Id
from tests.procurement.stories import (
    CARE,
    GARDENING,
    OTHER_TENDER,
    WISE,
    amend,
    lot,
    offers,
    publish,
    recode,
    recognised,
    registered,
    sent,
)
from tests.procurement.test_suitability import NEWCOMER, sek
from tests.procurement.test_suitability import WISE as KNOWN
from tests.procurement.world import World
from tests.spec import at

CODES = st.sampled_from(["77000000", GARDENING, "85000000", "85312000", "45", "80000000"])
PLACES = st.sampled_from(["SE", "SE214", "SE110", "SE224"])
AMOUNTS = st.integers(1, 10**9).map(str) | st.integers(1, 10**11).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
LOTS = st.builds(
    lot,
    cpv=st.lists(CODES, max_size=2).map(tuple),
    closes=st.none() | st.sampled_from(["2026-03-01", "2026-03-02", "2026-04-15", "2026-03-02T08:00:00+01:00"]),
    nuts=st.none() | st.lists(PLACES, max_size=2).map(tuple),
    reserved=st.none() | st.lists(st.sampled_from(["res-ws", "res-pub-ser", "none"]), max_size=2).map(tuple),
    estimated_value=st.none() | st.builds(sek, AMOUNTS, st.sampled_from(["SEK", "EUR"])),
)
OFFERS = st.builds(
    lambda knows, **said: (
        replace(KNOWN if knows else NEWCOMER, **said) if knows else replace(NEWCOMER, status=said["status"])
    ),
    knows=st.booleans(),
    status=st.sampled_from(["recognised", "suspended", "withdrawn", "closed"]),
    cpv=st.lists(CODES, max_size=2).map(tuple),
    nuts=st.lists(PLACES, max_size=2).map(tuple),
    capacity=st.none() | AMOUNTS,
    alone=st.booleans(),
    reaches_30_percent=st.none() | st.booleans(),
)


@st.composite
def pairs(draw: Any) -> Pair:
    """Draw a tender of up to three lots and an enterprise."""
    drawn = draw(st.lists(LOTS, min_size=1, max_size=3))
    lots = tuple(each.model_copy(update={"lot_id": f"LOT-{n:04}"}) for n, each in enumerate(drawn))
    own = draw(st.booleans())
    tender = TenderVersion(
        cause="published", event_id="t", recorded_at=at("2026-03-02"), occurred_at=at("2026-03-02"), number=1, own=own,
        stage="published", since=at("2026-03-02"), lots=lots,
    )  # fmt: skip
    return Pair(own, "2120000803", "SE214", tender, draw(OFFERS), at("2026-03-02"))


@given(pairs())
@settings(max_examples=300, deadline=None)
def test_every_test_is_tried_on_every_lot_in_one_order(pair: Pair) -> None:
    """No test is left out because another failed; each has both compared values, and what failed has what would turn it."""
    found = assess(pair)
    named = [test.test for test in found.tests]
    assert list(dict.fromkeys(named)) == list(ORDER)
    assert named == sorted(named, key=ORDER.index)
    ids = {each.lot_id for each in pair.tender.lots}
    for name in ORDER:
        rows = [test for test in found.tests if test.test == name]
        covered = [id_ for test in rows for id_ in (test.lot_ids or ids)]
        assert sorted(covered) == sorted(ids)
    assert all(test.tender_has and test.enterprise_has for test in found.tests)
    assert all(test.flips_if for test in found.tests if test.outcome == "fail")


def lot_by_lot(pair: Pair) -> list[Pair]:
    """Give the tender's lots as tenders of their own: a change is named for each."""
    return [replace(pair, tender=replace(pair.tender, lots=(each,))) for each in pair.tender.lots]


def turned(pair: Pair, found: Assessment) -> Pair:
    """Make every change that a failed test names, to a copy."""
    for test in found.tests:
        if test.outcome == "fail":
            assert test.flips_if is not None
            pair = _turned(pair, test.flips_if)
    return pair


def _turned(pair: Pair, change: str) -> Pair:
    whose, _, what = change.partition(".")
    name, _, value = what.partition("+=") if "+=" in what else what.replace(">=", "=").partition("=")
    wise, tender = pair.enterprise, pair.tender
    match whose, name:
        case "tender", "buyers":
            return replace(pair, own=True)
        case "tender", "deadline":
            later = datetime.fromisoformat(value)
            lots = tuple(each.model_copy(update={"deadline": later}) for each in tender.lots)
            return replace(pair, tender=replace(tender, lots=lots))
        case "enterprise", "cpv":
            return replace(pair, enterprise=replace(wise, cpv=(*wise.cpv, value)))
        case "enterprise", "nuts":
            return replace(pair, enterprise=replace(wise, nuts=(*wise.nuts, value)))
        case "enterprise", "capacity":
            return replace(pair, enterprise=replace(wise, capacity=value))
        case "enterprise", "reaches30Percent":
            return replace(pair, enterprise=replace(wise, reaches_30_percent=True))
        case "enterprise", "recognised" | "status":
            return replace(pair, enterprise=replace(wise, status="recognised"))
        case _:
            raise AssertionError(change)


@given(pairs())
@settings(max_examples=500, deadline=None)
def test_the_named_changes_turn_the_verdict_of_any_pair(pair: Pair) -> None:
    """Applied to a copy, what the failed tests name makes each lot suit that did not, and nothing less does."""
    for one in lot_by_lot(pair):
        found = assess(one)
        failed = [test for test in found.tests if test.outcome == "fail"]
        assert (found.verdict == "not-suitable") is bool(failed)
        assert assess(turned(one, found)).verdict != "not-suitable"
        for test in failed:  # one change less leaves it as it was
            others = replace(found, tests=tuple(each for each in found.tests if each is not test))
            still = assess(turned(one, others)).verdict
            assert still == "not-suitable" or {"recognised", "status"} <= {each.test for each in failed}


# The codes


def codes(pair: Pair) -> set[tuple[str, str]]:
    """Give how each test came out."""
    return {(test.test, test.outcome) for test in assess(pair).tests}


def table() -> list[Pair]:
    """Give pairs in which every test comes out in each of its ways."""
    lots: list[Lot] = [
        lot(closes="2026-04-15"), lot(cpv=()), lot(cpv=("85312000",)), lot(nuts=("SE110",)), lot(closes="2026-03-01"),
        lot(reserved=("res-ws",)), lot(reserved=("res-pub-ser",)), lot(estimated_value=sek("9000000")),
    ]  # fmt: skip
    wises: list[EnterpriseVersion] = [
        KNOWN, NEWCOMER, replace(KNOWN, status="withdrawn"), replace(KNOWN, status="closed"), replace(KNOWN, alone=True),
        replace(KNOWN, reaches_30_percent=False), replace(KNOWN, reaches_30_percent=None),
    ]  # fmt: skip
    return [
        Pair(own, "2120000803", "SE214", TenderVersion(
            cause="published", event_id="t", recorded_at=at("2026-03-02"), occurred_at=at("2026-03-02"), number=1, own=own,
            stage="published", since=at("2026-03-02"), lots=(each,),
        ), wise, at("2026-03-02"))
        for each, wise, own in product(lots, wises, (True, False))
    ]  # fmt: skip


NEVER = {("own-buyer", "unknown"), ("recognised", "unknown"), ("status", "unknown"), ("time-left", "unknown")}
"""What these compare is always known."""


def test_every_outcome_of_every_test_occurs_and_has_words() -> None:
    """In Swedish and in English: the question, the answer, and the change."""
    found = set().union(*map(codes, table()))
    assert found == set(product(ORDER, OUTCOMES)) - NEVER
    assert all(words.sv and words.en for words in (*ASKS.values(), *OUTCOMES.values(), *FLIPS.values()))


def test_every_change_that_is_named_has_words_and_every_word_is_used() -> None:
    """A change without words could not be told, and words without a change would say nothing."""
    named = {test.flips_if for pair in table() for test in assess(pair).tests if test.flips_if}
    assert all(flips(change).sv and flips(change).en for change in named)
    assert {sign for sign in FLIPS if any(change.startswith(sign) for change in named)} == set(FLIPS)


# One verdict a pair


def test_every_pair_has_one_verdict_with_all_tests() -> None:
    """Two own tenders and three WISEs: six pairs, whichever came first, each with every test in order."""
    others = [Id(f"01930000-0000-7000-8000-00000000ee1{n}") for n in range(2)]
    world = World().hears(registered(), offers(GARDENING), recognised()).do(publish("2026-03-02"))
    world.hears(registered(others[0]), recognised("2026-03-04", others[0])).do(
        publish("2026-03-05", tender_id=OTHER_TENDER)
    )
    world.hears(registered(others[1]), offers(CARE, enterprise=others[1]), recognised("2026-03-06", others[1]))
    rows = [row for row in world.rows.rows[OutreachRow].values() if row]
    assert len(rows) == len({(row.tender_id, row.enterprise_id) for row in rows}) == 6
    assert all(list(dict.fromkeys(test["test"] for test in row.tests)) == list(ORDER) for row in rows)


@pytest.mark.parametrize("changed", ["notice", "offering"])
def test_what_changed_later_gives_a_new_verdict_and_keeps_the_old(changed: str) -> None:
    """The new one names the one before; both stand in the log."""
    world = World().hears(registered(), offers(CARE), recognised()).do(publish("2026-03-02"))
    if changed == "notice":
        world.do(amend("2026-03-04", recode(CARE)))
    else:
        world.hears(offers(GARDENING, since="2026-03-04"), on=at("2026-03-04"))
    old, new = world.told(SuitabilityAssessed)
    assert (old.verdict, new.verdict, new.supersedes_id) == ("not-suitable", "suitable", old.assessment_id)
    row = world.rows.one(OutreachRow, f"outreach/{new.tender_id}/{WISE}")
    assert row is not None
    assert row.assessment_id == new.assessment_id
    assert world.do(sent("2026-03-05")).told(SuitabilityAssessed) == [old, new]

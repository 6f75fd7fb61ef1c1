"""Whether a tender may suit an enterprise of this kind: each test, at and beside its boundary, and what would turn it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from services.procurement.domain.explained import ASKS, FLIPS, flips, in_words
from services.procurement.domain.rows import EnterpriseVersion, TenderVersion
from services.procurement.domain.suitability import ORDER, Assessment, Pair, assess, stem
from shared.contracts.procurement import Lot, SuitabilityTest, TestName
from shared.contracts.values import Money
from tests.procurement.stories import GARDENING, lot
from tests.spec import at

pytestmark = pytest.mark.both

WISE = EnterpriseVersion(
    cause="recognised", event_id="e", recorded_at=at("2026-02-02"), occurred_at=at("2026-02-02"), status="recognised",
    recognised_from=date(2026, 2, 2), offering=1, cpv=(GARDENING,), nuts=("SE214",), capacity="500000",
    capacity_unit="SEK-per-year", reaches_30_percent=True,
)  # fmt: skip
NEWCOMER = EnterpriseVersion(
    cause="recognised", event_id="e", recorded_at=at("2026-02-02"), occurred_at=at("2026-02-02"), status="recognised",
    recognised_from=date(2026, 2, 2), offering=0,
)  # fmt: skip


def judged(*lots: Lot, wise: EnterpriseVersion = WISE, own: bool = True, on: datetime | None = None) -> Assessment:
    """Judge a tender of 2 March."""
    tender = TenderVersion(
        cause="published", event_id="t", recorded_at=at("2026-03-02"), occurred_at=at("2026-03-02"), number=1,
        own=own, stage="published", since=at("2026-03-02"), lots=lots,
    )  # fmt: skip
    return assess(Pair(own, "2120000803", "SE214", tender, wise, on or at("2026-03-02")))


def the(name: TestName, assessment: Assessment) -> SuitabilityTest:
    """Give the one row of a test."""
    [row] = [test for test in assessment.tests if test.test == name]
    return row


def sek(amount: str, currency: str = "SEK") -> Money:
    """Give an amount."""
    return Money(amount=amount, currency=currency, vat="excluded")


def test_every_test_is_told_in_a_fixed_order_and_none_is_left_out() -> None:
    """One that fails hides none behind it, and each has both compared values."""
    assessment = judged(lot(closes="2026-03-01", cpv=("85312000",)), wise=replace(WISE, status="closed"), own=False)
    assert [test.test for test in assessment.tests] == list(ORDER)
    assert [test.test for test in assessment.tests if test.outcome == "fail"] == [
        "own-buyer", "status", "branch", "time-left",
    ]  # fmt: skip
    assert all(test.tender_has and test.enterprise_has for test in assessment.tests)


def test_what_is_known_to_fit_is_suitable() -> None:
    """All tests passed: no `if`."""
    assessment = judged(lot(closes="2026-04-15", nuts=("SE214",), reserved=("res-ws",), estimated_value=sek("400000")))
    assert assessment.verdict == "suitable"
    assert {test.outcome for test in assessment.tests} == {"pass"}


@pytest.mark.parametrize(
    ("offered", "wanted", "outcome"),
    [
        ("85310000", "85312000", "pass"),
        ("85312000", "85310000", "pass"),
        ("8531", "85000000", "pass"),
        ("85", "85312000", "pass"),
        ("85312000", "85000000", "pass"),
        ("85312000", "85320000", "fail"),
        ("80000000", "85000000", "fail"),
        ("80000000", "80500000", "pass"),
        ("77310000", "77311000", "pass"),
    ],
)
def test_a_branch_is_seen_from_above_and_from_below(offered: str, wanted: str, outcome: str) -> None:
    """CPV codes are hierarchical: who watches a branch sees what is coded more coarsely or more finely."""
    assessment = judged(lot(cpv=(wanted,)), wise=replace(WISE, cpv=(offered,)))
    assert the("branch", assessment).outcome == outcome


@pytest.mark.parametrize(
    ("code", "kept"),
    [("85000000", "85"), ("80000000", "80"), ("85312300", "853123"), ("8530", "853"), ("90", "90")],
)
def test_zeros_that_only_fill_a_code_up_are_stripped(code: str, kept: str) -> None:
    """The division's two digits stay, zeros too."""
    assert stem(code) == kept


@pytest.mark.parametrize(
    ("offered", "wanted", "outcome"),
    [
        (("SE214",), ("SE214",), "pass"),
        (("SE214",), ("SE2",), "pass"),
        (("SE214",), ("SE",), "pass"),
        (("SE21",), ("SE214",), "pass"),
        (("SE214",), (), "pass"),
        ((), ("SE110",), "pass"),  # everywhere
        (("SE214",), ("SE110",), "fail"),
        (("SE214",), ("SE110", "SE214"), "pass"),
    ],
)
def test_a_place_is_the_same_or_lies_around_the_other(
    offered: tuple[str, ...], wanted: tuple[str, ...], outcome: str
) -> None:
    """The region itself, an ancestor, or none stated."""
    assessment = judged(lot(nuts=wanted), wise=replace(WISE, nuts=offered))
    assert the("region", assessment).outcome == outcome


@pytest.mark.parametrize(("wanted", "outcome"), [("SE214", "pass"), ("SE2", "pass"), ("SE110", "unknown")])
def test_who_has_not_said_where_it_works_is_at_home_in_the_authority_s_region(wanted: str, outcome: str) -> None:
    """Elsewhere it is not known."""
    assert the("region", judged(lot(nuts=(wanted,)), wise=NEWCOMER)).outcome == outcome


@pytest.mark.parametrize(
    ("reserved", "reaches", "outcome"),
    [
        (("res-ws",), True, "pass"),
        (("res-ws",), None, "unknown"),
        (("res-ws",), False, "fail"),
        (("res-pub-ser",), True, "unknown"),  # LOU 19:25 has terms of its own and no 30 percent
        (("res-pub-ser",), False, "unknown"),
        (("res-ws", "res-pub-ser"), False, "unknown"),
        (("none",), False, "pass"),
        (None, False, "pass"),
    ],
)
def test_recognition_is_not_the_same_as_eligibility(
    reserved: tuple[str, ...] | None, reaches: bool | None, outcome: str  # noqa: FBT001 - a column of the table
) -> None:  # fmt: skip
    """A lot reserved for workshops takes 30 percent of the whole bidder (LOU 4:18)."""
    assessment = judged(lot(reserved=reserved), wise=replace(WISE, reaches_30_percent=reaches))
    assert the("reservation", assessment).outcome == outcome


@pytest.mark.parametrize(("until", "outcome"), [("2026-03-01", "unknown"), ("2026-03-02", "pass"), (None, "pass")])
def test_a_declared_share_counts_as_long_as_it_is_valid(until: str | None, outcome: str) -> None:
    """After its last day nothing is known."""
    wise = replace(WISE, share_until=date.fromisoformat(until) if until else None)
    assert the("reservation", judged(lot(reserved=("res-ws",)), wise=wise)).outcome == outcome


@pytest.mark.parametrize(
    ("value", "changes", "outcome"),
    [
        (sek("500000"), {}, "pass"),
        (sek("500000.01"), {}, "unknown"),
        (sek("2000000"), {"alone": True}, "unknown"),
        (sek("2000000.01"), {"alone": True}, "fail"),
        (sek("2000000.01"), {}, "unknown"),  # together with others it may
        (sek("900000", "EUR"), {}, "pass"),
        (sek("900000"), {"capacity_unit": "places"}, "pass"),
        (sek("100"), {"capacity": None}, "unknown"),
        (None, {"capacity": None}, "pass"),
    ],
)
def test_a_lot_is_too_large_only_where_that_is_known(
    value: Money | None, changes: dict[str, Any], outcome: str
) -> None:
    """A value is spread over four years at most; who bids with others, or has not said that it does not, may be enough."""
    assert the("capacity", judged(lot(estimated_value=value), wise=replace(WISE, **changes))).outcome == outcome


@pytest.mark.parametrize(
    ("closes", "on", "outcome"),
    [
        (None, "2027-01-01T00:00:00+01:00", "pass"),
        ("2026-04-15", "2026-04-15T23:59:59+02:00", "pass"),
        ("2026-04-15", "2026-04-16T00:00:00+02:00", "fail"),
        ("2026-04-15T12:00:00+02:00", "2026-04-15T12:00:00+02:00", "pass"),
        ("2026-04-15T12:00:00+02:00", "2026-04-15T12:00:01+02:00", "fail"),
        ("2026-03-29T02:30:00+01:00", "2026-03-29T03:31:00+02:00", "fail"),  # summer time begins
    ],
)
def test_time_is_left_until_the_deadline(closes: str | None, on: str, outcome: str) -> None:
    """A day is kept to its end, an hour to itself."""
    assert the("time-left", judged(lot(closes=closes), on=datetime.fromisoformat(on))).outcome == outcome


@pytest.mark.parametrize(
    ("status", "failed"),
    [("recognised", []), ("suspended", []), ("withdrawn", ["recognised", "status"]), ("closed", ["status"])],
)
def test_a_suspension_stops_nothing_a_withdrawal_and_a_closure_do(status: Any, failed: list[str]) -> None:
    """Edge rule 19."""
    assessment = judged(lot(), wise=replace(WISE, status=status))
    assert [test.test for test in assessment.tests if test.outcome == "fail"] == failed


def test_what_is_not_known_gives_suitable_if() -> None:
    """A newcomer of which nothing is known but that it is recognised may suit everything."""
    reserved = lot(reserved=("res-ws",), estimated_value=sek("900000"), nuts=("SE214",))
    assessment = judged(reserved, wise=NEWCOMER)
    assert assessment.verdict == "suitable-if"
    assert [t.test for t in assessment.tests if t.outcome == "unknown"] == ["branch", "reservation", "capacity"]


def test_each_lot_is_judged_for_itself() -> None:
    """One that is known to fit makes the tender suitable; those that do not are named in the rows that they fail."""
    lots = (lot("LOT-0001"), lot("LOT-0002", cpv=("85312000",)), lot("LOT-0003", reserved=("res-pub-ser",)))
    assessment = judged(*lots)
    assert (assessment.verdict, assessment.lot_ids) == ("suitable", ("LOT-0001", "LOT-0003"))
    branch = [(test.outcome, test.lot_ids) for test in assessment.tests if test.test == "branch"]
    assert branch == [("pass", ("LOT-0001", "LOT-0003")), ("fail", ("LOT-0002",))]


def test_one_lot_that_may_fit_is_enough() -> None:
    """The verdict is the best lot's."""
    assert judged(lot("LOT-0001", reserved=("res-pub-ser",)), lot("LOT-0002", cpv=("8531",))).verdict == "suitable-if"


def test_hundreds_of_lots_that_come_out_alike_are_one_row() -> None:
    """An event stays small."""
    assessment = judged(*(lot(f"LOT-{n:04}", closes="2026-04-15") for n in range(300)))
    assert len(assessment.tests) == len(ORDER)


def changed(wise: EnterpriseVersion, assessment: Assessment) -> EnterpriseVersion:
    """Make the changes that the failed tests name, as far as they are the enterprise's."""
    for test in assessment.tests:
        if test.outcome == "fail" and test.flips_if and test.flips_if.startswith("enterprise."):
            wise = _changed(wise, test.flips_if.removeprefix("enterprise."))
    return wise


def _changed(wise: EnterpriseVersion, change: str) -> EnterpriseVersion:
    name, _, value = change.partition("+=") if "+=" in change else change.replace(">=", "=").partition("=")
    match name:
        case "cpv":
            return replace(wise, cpv=(*wise.cpv, value))
        case "nuts":
            return replace(wise, nuts=(*wise.nuts, value))
        case "reaches30Percent":
            return replace(wise, reaches_30_percent=True)
        case "capacity":
            return replace(wise, capacity=value)
        case _:
            return replace(wise, status="recognised")


@pytest.mark.parametrize(
    ("lots", "wise"),
    [
        ([lot(cpv=("85312000",))], WISE),
        ([lot(nuts=("SE110",))], WISE),
        ([lot(reserved=("res-ws",))], replace(WISE, reaches_30_percent=False)),
        ([lot(estimated_value=sek("9000000"))], replace(WISE, alone=True)),
        ([lot()], replace(WISE, status="withdrawn")),
        ([lot()], replace(WISE, status="closed")),
        ([lot(cpv=("85312000",), nuts=("SE110",), reserved=("res-ws",))], replace(WISE, reaches_30_percent=False)),
    ],
    ids=["branch", "region", "reservation", "capacity", "recognised", "status", "three"],
)
def test_the_named_changes_turn_the_verdict(lots: Sequence[Lot], wise: EnterpriseVersion) -> None:
    """Applied to a copy, what the failed tests name makes the tender suit."""
    before = judged(*lots, wise=wise)
    assert before.verdict == "not-suitable"
    assert judged(*lots, wise=changed(wise, before)).verdict != "not-suitable"


def test_every_test_and_every_change_has_words_in_both_languages() -> None:
    """Swedish first, English second, none empty."""
    assert set(ASKS) == set(ORDER)
    assert all(words.sv and words.en for words in (*ASKS.values(), *FLIPS.values()))


@pytest.mark.parametrize(
    ("change", "sv", "en"),
    [
        ("enterprise.cpv+=85312000", "om företaget erbjuder 85312000", "if the enterprise offers 85312000"),
        ("enterprise.capacity>=250", "om företaget klarar 250 SEK om året", "if the enterprise can do 250 SEK a year"),
        ("enterprise.recognised=true", "om företaget erkänns på nytt", "if the enterprise is recognised again"),
    ],
)
def test_a_change_is_said_with_its_value(change: str, sv: str, en: str) -> None:
    """What is to be read by a person names the value."""
    assert (flips(change).sv, flips(change).en) == (sv, en)


def test_a_pair_is_shown_with_its_tests_in_words() -> None:
    """In the reader's language, beside the codes that stay."""
    tests = [test.model_dump(by_alias=True, exclude_defaults=True) for test in judged(lot(cpv=("8531",))).tests]
    shown = in_words({"key": "k", "tests": tests}, None, None, "en")
    branch = next(test for test in shown["tests"] if test["test"] == "branch")
    assert (branch["asks"], branch["says"]) == ("Is it the enterprise's branch (CPV)?", "no")
    assert branch["turnsIf"] == "if the enterprise offers 8531"

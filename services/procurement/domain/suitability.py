"""Whether a tender may suit an enterprise of this kind, explained: all tests, both compared values, and what would turn them.

Only a known mismatch makes it unsuitable. What is not known of the enterprise gives `suitable-if`, which is owed as well: the
clause asks what may suit, and does not make it the enterprise's task to tell the authority first (GS-6).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from services.procurement.domain.lots import is_past, latest
from services.procurement.domain.rows import EnterpriseVersion, TenderVersion
from shared.contracts.procurement import Lot, SuitabilityTest, TestName, Verdict
from shared.policy.stockholm import day_of

Outcome: TypeAlias = Literal["pass", "fail", "unknown"]

ORDER: Final[tuple[TestName, ...]] = (
    "own-buyer", "recognised", "status", "branch", "region", "reservation", "capacity", "time-left",
)  # fmt: skip
WORKSHOP: Final = "res-ws"
"""Sheltered workshops and the like: 30 % of those occupied in the whole bidder (LOU 4:18)."""
PUBLIC_SERVICE: Final = "res-pub-ser"
"""LOU 19:25 has conditions of its own, which nothing here can try."""
LONGEST_YEARS: Final = 4
"""A framework agreement runs four years at most (LOU 7:2), so a lot's value is spread over no more of them."""
DIVISION: Final = 2
"""A CPV code's division is its first two digits; zeros among them are kept."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one test came out for one lot, or for all."""

    outcome: Outcome
    tender_has: str
    enterprise_has: str
    flips_if: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict on a pair. `lot_ids` are the lots that fit; `closes`: when the last that fits but for the time does."""

    verdict: Verdict
    lot_ids: tuple[str, ...]
    tests: tuple[SuitabilityTest, ...]
    fits_but_for_time: bool
    closes: date | None


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared: a tender and an enterprise as they were known, at the instant when all of it held."""

    own: bool
    buyers: str
    region: str
    tender: TenderVersion
    enterprise: EnterpriseVersion
    at: datetime

    @property
    def knows_offering(self) -> bool:
        """The enterprise has said what it offers."""
        return self.enterprise.offering > 0


def assess(pair: Pair) -> Assessment:
    """Try every test on every lot; none is left out because another one failed."""
    lots = pair.tender.lots
    findings = {test: [TESTS[test](pair, lot) for lot in lots] for test in ORDER}
    fits, sure, but_for_time = [], False, []
    for n, lot in enumerate(lots):
        outcomes = {test: findings[test][n].outcome for test in ORDER}
        failed = {test for test, outcome in outcomes.items() if outcome == "fail"}
        if failed <= {"time-left"}:
            but_for_time.append(lot)
        if not failed:
            fits.append(lot)
            sure = sure or "unknown" not in outcomes.values()
    verdict: Verdict = "not-suitable" if not fits else "suitable" if sure else "suitable-if"
    return Assessment(
        verdict=verdict,
        lot_ids=tuple(lot.lot_id for lot in fits),
        tests=tuple(row for test in ORDER for row in _rows(test, lots, findings[test])),
        fits_but_for_time=bool(but_for_time),
        closes=latest(but_for_time),
    )


def _rows(test: TestName, lots: Sequence[Lot], findings: Sequence[Finding]) -> Iterable[SuitabilityTest]:
    """Give a test's rows: one for all lots, or one for each group of lots that it comes out alike for."""
    if len(findings) == 1:
        yield _row(test, findings[0], None)
        return
    together: dict[Finding, list[str]] = {}
    for lot, finding in zip(lots, findings, strict=True):
        together.setdefault(finding, []).append(lot.lot_id)
    for finding, ids in together.items():
        yield _row(test, finding, tuple(ids) if len(together) > 1 else None)


@lru_cache(maxsize=4_096)  # a tender comes out alike for most of a thousand enterprises
def _row(test: TestName, finding: Finding, lot_ids: tuple[str, ...] | None) -> SuitabilityTest:
    return SuitabilityTest(
        test=test,
        outcome=finding.outcome,
        lot_ids=lot_ids,
        tender_has=finding.tender_has,
        enterprise_has=finding.enterprise_has,
        flips_if=finding.flips_if,
    )


# -- the tests, in their order


def own_buyer(pair: Pair, _lot: Lot) -> Finding:
    """One of the buyers is the authority itself."""
    if pair.own:
        return Finding("pass", pair.buyers, "own-buyers")
    return Finding("fail", pair.buyers, "own-buyers", "tender.buyers+=own")


def recognised(pair: Pair, _lot: Lot) -> Finding:
    """The enterprise is recognised, and its recognition was not withdrawn."""
    since = pair.enterprise.recognised_from.isoformat()
    if pair.enterprise.status == "withdrawn":
        return Finding("fail", "recognised", "withdrawn", "enterprise.recognised=true")
    return Finding("pass", "recognised", since)


def status(pair: Pair, _lot: Lot) -> Finding:
    """The enterprise is there: a suspension stops nothing (edge rule 19)."""
    has = pair.enterprise.status
    if has in ("recognised", "suspended"):
        return Finding("pass", "recognised|suspended", has)
    return Finding("fail", "recognised|suspended", has, "enterprise.status=recognised")


def branch(pair: Pair, lot: Lot) -> Finding:
    """A CPV code of one lies within one of the other; codes are hierarchical."""
    wanted, offered = " ".join(lot.cpv), " ".join(pair.enterprise.cpv)
    if not pair.enterprise.cpv:
        return Finding("unknown", wanted or "not-stated", "not-stated", f"enterprise.cpv+={wanted or 'any'}")
    if not lot.cpv:
        return Finding("unknown", "not-stated", offered, f"tender.cpv+={offered}")
    if any(_within(mine, theirs) for mine in pair.enterprise.cpv for theirs in lot.cpv):
        return Finding("pass", wanted, offered)
    return Finding("fail", wanted, offered, f"enterprise.cpv+={lot.cpv[0]}")


def _within(one: str, other: str) -> bool:
    one, other = stem(one), stem(other)
    return one.startswith(other) or other.startswith(one)


@lru_cache(maxsize=10_000)  # there are hardly more codes
def stem(cpv: str) -> str:
    """Give a CPV code without the zeros that only fill it up: `85000000` is `85`, `80000000` is `80`."""
    return cpv[:DIVISION] + cpv[DIVISION:].rstrip("0")


def region(pair: Pair, lot: Lot) -> Finding:
    """The place lies within the enterprise's, or the other way round; what has no place stated is everywhere."""
    wanted, offered = " ".join(lot.nuts or ()), " ".join(pair.enterprise.nuts)
    if not lot.nuts:
        return Finding("pass", "not-stated", offered or "everywhere")
    if not pair.knows_offering:
        # it was recognised by this authority, so it is at home in its region; elsewhere nobody has said
        near = any(_near(pair.region, place) for place in lot.nuts)
        return Finding("pass", wanted, pair.region) if near else Finding(
            "unknown", wanted, "not-stated", f"enterprise.nuts+={lot.nuts[0]}"
        )  # fmt: skip
    if not pair.enterprise.nuts or any(_near(mine, theirs) for mine in pair.enterprise.nuts for theirs in lot.nuts):
        return Finding("pass", wanted, offered or "everywhere")
    return Finding("fail", wanted, offered, f"enterprise.nuts+={lot.nuts[0]}")


def _near(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def reservation(pair: Pair, lot: Lot) -> Finding:
    """A lot reserved for workshops takes 30 %; recognition is not the same as eligibility."""
    kinds = set(lot.reserved or ()) & {WORKSHOP, PUBLIC_SERVICE}
    has = " ".join(lot.reserved or ()) or "not-stated"
    share = _share(pair)
    said = {True: "reaches-30-percent", False: "below-30-percent", None: "not-stated"}[share]
    if not kinds:
        return Finding("pass", has, said)
    if WORKSHOP in kinds and share:
        return Finding("pass", has, said)
    if kinds == {WORKSHOP} and share is False:
        return Finding("fail", has, said, "enterprise.reaches30Percent=true")
    if WORKSHOP in kinds:
        return Finding("unknown", has, said, "enterprise.reaches30Percent=true")
    return Finding("unknown", has, said, "enterprise.meetsLou19:25=true")


def _share(pair: Pair) -> bool | None:
    """Give what it declared, as long as that is valid."""
    until = pair.enterprise.share_until
    return None if until is not None and until < day_of(pair.at) else pair.enterprise.reaches_30_percent


def capacity(pair: Pair, lot: Lot) -> Finding:
    """What the lot is worth in the most years that it may run is not beyond what the enterprise can do."""
    value = lot.estimated_value
    has = f"{pair.enterprise.capacity} {pair.enterprise.capacity_unit}" if pair.enterprise.capacity else "not-stated"
    if value is None:
        return Finding("pass", "not-stated", has)
    wanted = f"{value.amount} {value.currency}"
    if pair.enterprise.capacity is None:
        return Finding("unknown", wanted, has, f"enterprise.capacity>={value.amount}")
    if value.currency != "SEK" or pair.enterprise.capacity_unit != "SEK-per-year":
        return Finding("pass", wanted, has)  # two measures that nothing compares: no mismatch is known
    yearly, amount = Decimal(pair.enterprise.capacity), Decimal(value.amount)
    if amount <= yearly:
        return Finding("pass", wanted, has)
    if amount > yearly * LONGEST_YEARS and pair.enterprise.alone:
        return Finding("fail", wanted, has, f"enterprise.capacity>={amount / LONGEST_YEARS}")
    return Finding("unknown", wanted, has, f"enterprise.capacity>={value.amount}")


def time_left(pair: Pair, lot: Lot) -> Finding:
    """It was not yet too late when all else held; if it was, that is the reason that is kept (edge rule 2)."""
    known_since = max(day_of(pair.tender.since), pair.enterprise.recognised_from).isoformat()
    if lot.deadline is None:
        return Finding("pass", "no-deadline", known_since)
    if is_past(lot.deadline, pair.at):
        late = pair.at.isoformat()
        return Finding("fail", lot.deadline.isoformat(), late, f"tender.deadline>={late}")
    return Finding("pass", lot.deadline.isoformat(), known_since)


TESTS: Final[dict[TestName, Callable[[Pair, Lot], Finding]]] = {
    "own-buyer": own_buyer,
    "recognised": recognised,
    "status": status,
    "branch": branch,
    "region": region,
    "reservation": reservation,
    "capacity": capacity,
    "time-left": time_left,
}

"""What an enterprise offers, and whether the target group reaches the share that LOU 4:18 asks for."""

from datetime import date

import pytest
from pydantic import ValidationError

from services.registry.domain.enterprise import IN_FUTURE
from services.registry.domain.offering import IMPOSSIBLE_COUNTS
from shared.contracts.registry import Capacity, OfferingUpdated, TargetShareDeclared
from shared.contracts.values import Plain
from tests.registry.stories import ENTERPRISE, declare, known, offer

SEALED = {"keyRef": "key-1", "alg": "A256GCM", "nonce": "bm9uY2U=", "ciphertext": "c2VhbGVk"}


def test_an_offering_is_recorded() -> None:
    """Branches, places and capacity as stated."""
    known().when(offer(capacity={"quantity": "12", "unit": "places"}, as_subcontractor=True)).then(
        OfferingUpdated(
            enterprise_id=ENTERPRISE,
            cpv=("9091",),
            nuts=("SE214",),
            valid_from=date(2026, 4, 1),
            stated_by="officer",
            capacity=Capacity(quantity="12", unit="places"),
            as_subcontractor=True,
        )
    )


def test_an_offering_that_says_the_same_says_nothing() -> None:
    """Only a changed offering makes procurement look at its tenders again."""
    story = known().given(offer())
    story.when(offer()).then()
    assert story.when(offer(cpv=("9091", "5551"))).events()


def test_an_offering_can_state_nothing() -> None:
    """Nothing stated means every branch and everywhere; it is recorded as such."""
    (event,) = known().when(offer(cpv=(), nuts=())).events()
    assert isinstance(event, OfferingUpdated)
    assert (event.cpv, event.nuts) == ((), ())


@pytest.mark.parametrize("cpv", ["9", "909100000", "9091-", "abc"])
def test_a_branch_is_a_prefix_of_a_code(cpv: str) -> None:
    """A branch has two to eight digits."""
    with pytest.raises(ValidationError):
        offer(cpv=(cpv,))


@pytest.mark.parametrize(
    ("group", "total", "reaches"),
    [(3, 10, True), (29, 100, False), (30, 100, True), (299, 1000, False), (2, 7, False), (0, 1, False), (7, 7, True)],
)
def test_thirty_percent_is_enough(group: int, total: int, *, reaches: bool) -> None:
    """At least 30 percent of all who are occupied reach the share; 29.9 do not (LOU 4:18)."""
    (event,) = known().when(declare(group, total)).events()
    assert isinstance(event, TargetShareDeclared)
    assert event.reaches_30_percent is reaches


def test_the_counts_are_sealed() -> None:
    """What others read is the answer alone; the counts stay where they are sealed."""
    (event,) = known().when(declare(3, 10, employed_total=4, employed_target_group=1)).events()
    assert isinstance(event, TargetShareDeclared)
    sealed = (event.occupied_target_group, event.occupied_total, event.employed_total, event.employed_target_group)
    assert sealed == (Plain("3"), Plain("10"), Plain("4"), Plain("1"))


@pytest.mark.parametrize("counts", [{"group": 0, "total": 0}, {"group": 11, "total": 10}])
def test_counts_must_fit(counts: dict[str, int]) -> None:
    """A part is not more than all, and of nobody there is no share."""
    known().when(declare(**counts)).refused(IMPOSSIBLE_COUNTS)
    known().when(declare(1, 10, employed_total=2, employed_target_group=3)).refused(IMPOSSIBLE_COUNTS)
    known().when(declare(1, 10, employed_target_group=11)).refused(IMPOSSIBLE_COUNTS)


@pytest.mark.parametrize("count", [-1, "3", 2.5, True, None, [3], SEALED])
def test_a_count_is_a_whole_number(count: object) -> None:
    """Persons are counted, not estimated; what is sealed can't be checked later."""
    with pytest.raises(ValidationError):
        declare(count, 10)  # type: ignore[arg-type] # what somebody may send


def test_a_share_is_not_of_tomorrow() -> None:
    """It is counted as of today or before."""
    known().when(declare(3, 10, as_of="2026-12-02")).refused(IN_FUTURE)

"""DF-9: they offer places for rehabilitation and work training. An attribute of what is offered and bought, never a test."""

from typing import get_args

import pytest

from services.registry.domain.assessment import CRITERIA
from shared.contracts.placements import PlaceKind, PlacementPurchased
from shared.contracts.registry import OfferingUpdated
from shared.contracts.registry import PlaceKind as Offered
from tests.placements.stories import bought
from tests.registry.stories import known, met, offer, recognise


@pytest.mark.parametrize("kinds", [(), ("arbetstraning",), tuple(get_args(Offered))])
def test_an_enterprise_says_which_places_it_offers(kinds: tuple[str, ...]) -> None:
    """Any, several or none (DF-9)."""
    (event,) = known().when(offer(place_kinds=kinds)).events()
    assert isinstance(event, OfferingUpdated)
    assert event.place_kinds == kinds


def test_recognition_asks_for_no_places() -> None:
    """An enterprise that has stated no places is recognised all the same (DF-9)."""
    assert known().given(*(met(criterion) for criterion in CRITERIA)).when(recognise()).events()


@pytest.mark.parametrize("kind", get_args(PlaceKind))
def test_a_place_is_bought_as_one_of_them(kind: str) -> None:
    """The kind stands with the place, as it was bought (DF-9)."""
    bought_as = bought(place_kind=kind).told[0].data
    assert isinstance(bought_as, PlacementPurchased)
    assert bought_as.place_kind == kind

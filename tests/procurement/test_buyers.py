"""Who is an own buyer, however its number is written (edge rule 14)."""

from datetime import date

import pytest

from services.procurement.domain.buyers import are_own, normalise, recognised
from shared.contracts.procurement import Buyer
from tests.authorities import authority
from tests.procurement.stories import GOTLAND, OUTSIDER


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("212000-0803", "2120000803"),
        ("2120000803", "2120000803"),
        ("SE212000080301", "2120000803"),
        ("SE 212000 0803 01", "2120000803"),
        ("se2120000803", "2120000803"),
        ("16212000-0803", "2120000803"),
        ("212 000-0803", "2120000803"),
        ("EU-PO", None),
        ("21200008", None),
        ("123 456 789 012", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str | None, number: str | None) -> None:
    """Hyphens, spaces, a VAT number's ends and Skatteverket's 16 are stripped; what is no number is none."""
    assert normalise(written) == number


def test_an_own_buyer_is_marked_with_its_board() -> None:
    """The mark says whose procurement it is; others have none, whatever they were reported with."""
    claimed = OUTSIDER.model_copy(update={"board": "buying-board:executive"})
    own, other = recognised((GOTLAND, claimed), authority(), date(2026, 3, 2))
    assert (own.normalised, own.board) == ("2120000803", "buying-board:executive")
    assert (other.normalised, other.board) == ("5560360793", None)


def test_a_buyer_is_own_only_while_the_file_says_so() -> None:
    """The list of own buyers is dated."""
    assert not are_own(recognised((GOTLAND,), authority(), date(2015, 12, 31)))
    assert are_own(recognised((GOTLAND,), authority(), date(2016, 1, 1)))


def test_any_own_buyer_is_enough() -> None:
    """Joint buyers and purchasing bodies."""
    assert are_own(recognised((Buyer(organisation_number="EU-PO"), GOTLAND), authority(), date(2026, 3, 2)))

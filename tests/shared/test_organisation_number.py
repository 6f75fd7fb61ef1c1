"""An organisation number as written: what is one, and whom it names (edge rule 20)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from shared.policy.organisation_number import OrganisationNumber, names_person, read

ABB = OrganisationNumber("orgnr", "5560360793")


@pytest.mark.parametrize(
    "written", ["5560360793", "556036-0793", " 556036-0793 ", "556036 0793", "165560360793", "16556036-0793"]
)
def test_a_legal_person_s_number_is_read_as_people_write_it(written: str) -> None:
    """With or without hyphen and spaces, and with the tax agency's 16 before it, which is taken off."""
    assert read(written) == ABB


@pytest.mark.parametrize(
    "written",
    [
        "",
        "556036079",
        "55603607930",
        "5560360794",  # its check digit is wrong
        "0000000000",  # passes Luhn
        "000000-0000",
        "160000000000",
        "195560360793",  # a century before a legal person's number
        "SE556036079301",
        "５５６０３６０７９３",  # digits, but not ours
        "556036--0793",
    ],
)
def test_what_is_no_number_is_not_read(written: str) -> None:
    """Wrong length, wrong check digit, other digits or all zeros: no number."""
    assert read(written) is None


@pytest.mark.parametrize("written", ["121212-1212", "1212121212", "19121212-1212", "121212+1212", "191212121212"])
def test_a_personnummer_is_told_from_a_legal_person_s_number(written: str) -> None:
    """It begins with a day, and its third digit is 0 or 1: a sole trader's number is a personnummer."""
    assert read(written) == OrganisationNumber("personnummer", "1212121212")


@pytest.mark.parametrize("written", ["701063-2391", "19701063-2391"])
def test_a_samordningsnummer_is_personal_too(written: str) -> None:
    """Its day has 60 added: 63 is the third."""
    assert read(written) == OrganisationNumber("samordningsnummer", "7010632391")


@pytest.mark.parametrize("day", ["121312", "120012", "121200", "121232", "120230", "121260", "121292", "120291"])
def test_a_day_that_does_not_exist_is_no_person(day: str) -> None:
    """Month 13, day 0, day 32, 30 February and their likes with 60 added name nobody."""
    number = f"{day}121"
    assert read(number + luhn.calc_check_digit(number)) is None


def test_29_february_is_a_day_in_a_leap_year_of_any_century() -> None:
    """Without its century 000229 can be of 2000; with the century 19 it is not."""
    number = "000229121"
    number += luhn.calc_check_digit(number)
    assert read(number) is not None
    assert read(f"20{number}") is not None
    assert read(f"19{number}") is None


def test_a_person_s_number_is_not_printed() -> None:
    """Whatever prints the value shows what kind it is, and no digits."""
    assert "1212" not in repr(read("121212-1212"))
    assert "5560360793" in repr(ABB)


@given(st.from_regex(r"[1235-9][0-9][2-9][0-9]{6}", fullmatch=True))
def test_exactly_one_check_digit_is_right(nine: str) -> None:
    """Of the ten numbers that differ in their last digit, one is read."""
    assert [digit for digit in "0123456789" if read(nine + digit)] == [luhn.calc_check_digit(nine)]


@given(st.text())
def test_any_text_is_read_or_not(text: str) -> None:
    """Whatever is written, the answer is a number or none, never an error."""
    number = read(text)
    assert number is None or len(number.digits) == 10


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("191212121212", True), ("sak/19121212-1212/3", True), ("id:1212121212", True), ("121212+1212", True),
        ("sak-701063-2391", True),  # a samordningsnummer
        ("19121212-1213", False),  # the check digit is another one
        ("5560360793", False), ("165560360793", False),  # a legal person
        ("00191212121212", False),  # one long number is not two
        ("01931212-1212-7000-8000-000000000001", False), ("19121212-1212-7000-8000-000000000001", False), ("", False),
    ],
)  # fmt: skip
def test_a_person_s_number_is_found_in_a_text(text: str, *, names: bool) -> None:
    """By itself or among other characters; a UUID is none, whatever digits it has."""
    assert names_person(text) is names

"""A Swedish organisation number as written, and whom it names: a legal person, or a person (edge rule 20).

    [16] NNNNNN[-]NNNC     legal person: the third digit is 2 or more; C is Luhn's check digit over the ten
    [19|20] YYMMDD[-+]NNNC a sole trader's personnummer; day + 60: samordningsnummer

`python-stdnum` knows neither the `16` that Skatteverket puts before a legal person's number nor samordningsnummer, and its
Luhn takes ten times as long as this one, on every registration. Ten zeros pass Luhn, begin with no day and have no third digit
of 2 or more.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from typing_extensions import override

Kind: TypeAlias = Literal["orgnr", "personnummer", "samordningsnummer"]

_WRITTEN = re.compile(r"(16|18|19|20)?([0-9]{6})[-+]?([0-9]{4})")
_WITHIN = re.compile(r"(?<![0-9])(?:18|19|20)?[0-9]{6}[-+]?[0-9]{4}(?![0-9])")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOUBLED = str.maketrans("0123456789", "0246813579")  # 2 · 7 = 14, and 1 + 4 = 5
_COORDINATION_DAYS = 60
_CENTURIES = ("18", "19", "20")


@dataclass(frozen=True, slots=True)
class OrganisationNumber:
    """Ten digits and whom they name. A person's are personal data: they are not printed."""

    kind: Kind
    digits: str

    @override
    def __repr__(self) -> str:
        """Show a legal person's number, and of a person's only what kind it is."""
        return f"OrganisationNumber({self.kind}, {self.digits if self.kind == 'orgnr' else '…'})"

    @property
    def may_be_public(self) -> bool:
        """It starts with 2: most such are public bodies, so ownership is looked into; no other digit settles it (DF-4)."""
        return self.kind == "orgnr" and self.digits.startswith("2")


def read(written: str) -> OrganisationNumber | None:
    """Read a number as somebody wrote it; None if it is none."""
    match = _WRITTEN.fullmatch("".join(written.split()))
    if match is None:
        return None
    prefix, digits = match[1], match[2] + match[3]
    if not _passes_luhn(digits):
        return None
    if digits[2] >= "2":
        return OrganisationNumber("orgnr", digits) if prefix in (None, "16") else None
    kind = _person(digits, (prefix,) if prefix in _CENTURIES else _CENTURIES)
    return None if kind is None else OrganisationNumber(kind, digits)


def names_person(text: str) -> bool:
    """Tell whether a person's number stands in a text, by itself or among other characters; a UUID's digits are chance."""
    found = (read(number) for number in _WITHIN.findall(_UUID.sub("", text)))
    return any(number is not None and number.kind != "orgnr" for number in found)


def _passes_luhn(digits: str) -> bool:
    """Check ten digits: every second one is doubled, from the first on."""
    return sum(map(int, digits[::2].translate(_DOUBLED) + digits[1::2])) % 10 == 0


def _person(digits: str, centuries: tuple[str, ...]) -> Kind | None:
    """Tell whose the ten digits are, if they begin with a day of any of the centuries."""
    year, month, day = digits[:2], int(digits[2:4]), int(digits[4:6])
    kind: Kind = "samordningsnummer" if day > _COORDINATION_DAYS else "personnummer"
    born = day - _COORDINATION_DAYS if kind == "samordningsnummer" else day
    return kind if any(_is_day(int(century + year), month, born) for century in centuries) else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True

"""The tests of suitability in words: what each compared, how it came out, and what would turn it."""

from collections.abc import Mapping
from typing import Any, Final

from shared.contracts.procurement import TestName
from shared.contracts.values import I18n

ASKS: Final[Mapping[TestName, I18n]] = {
    "own-buyer": I18n(sv="Är någon av köparna myndighetens egen?", en="Is one of the buyers the authority itself?"),
    "recognised": I18n(sv="Är företaget erkänt?", en="Is the enterprise recognised?"),
    "status": I18n(sv="Finns företaget kvar?", en="Does the enterprise still exist?"),
    "branch": I18n(sv="Är det företagets bransch (CPV)?", en="Is it the enterprise's branch (CPV)?"),
    "region": I18n(sv="Är det där företaget arbetar (NUTS)?", en="Is it where the enterprise works (NUTS)?"),
    "reservation": I18n(
        sv="Får företaget lämna anbud på det som är reserverat?", en="May the enterprise bid for what is reserved?"
    ),
    "capacity": I18n(sv="Kan företaget göra så mycket?", en="Can the enterprise do as much?"),
    "time-left": I18n(sv="Fanns det tid kvar att lämna anbud?", en="Was there time left to bid?"),
}
OUTCOMES: Final[Mapping[str, I18n]] = {
    "pass": I18n(sv="ja", en="yes"),
    "fail": I18n(sv="nej", en="no"),
    "unknown": I18n(sv="inte känt", en="not known"),
}
FLIPS: Final[Mapping[str, I18n]] = {
    "tender.buyers+=": I18n(
        sv="om en av myndighetens egna köpare är med", en="if one of the authority's own buyers joins"
    ),
    "enterprise.recognised=": I18n(sv="om företaget erkänns på nytt", en="if the enterprise is recognised again"),
    "enterprise.status=": I18n(sv="om företaget är erkänt eller vilande", en="if it is recognised or suspended"),
    "enterprise.cpv+=": I18n(sv="om företaget erbjuder {}", en="if the enterprise offers {}"),
    "tender.cpv+=": I18n(sv="om upphandlingen gäller {}", en="if the tender is about {}"),
    "enterprise.nuts+=": I18n(sv="om företaget arbetar i {}", en="if the enterprise works in {}"),
    "enterprise.reaches30Percent=": I18n(
        sv="om minst 30 procent av alla sysselsatta hör till målgruppen (LOU 4:18)",
        en="if at least 30 percent of all occupied belong to the target group (LOU 4:18)",
    ),
    "enterprise.meetsLou19:25=": I18n(
        sv="om villkoren i LOU 19:25 är uppfyllda", en="if the terms of LOU 19:25 are met"
    ),
    "enterprise.capacity>=": I18n(sv="om företaget klarar {} SEK om året", en="if the enterprise can do {} SEK a year"),
    "tender.deadline>=": I18n(sv="om tiden går ut tidigast {}", en="if the deadline is {} at the earliest"),
}
"""What stands before the value in `flipsIf` → the change in words; `{}` is the value."""


def flips(flips_if: str) -> I18n:
    """Give a change in words. Raises KeyError for one that has none."""
    sign = next(sign for sign in ("+=", ">=", "=") if sign in flips_if)
    name, _, value = flips_if.partition(sign)
    words = FLIPS[name + sign]
    return I18n(sv=words.sv.format(value), en=(words.en or words.sv).format(value))


def in_words(row: Mapping[str, Any], _today: Any, _authority: Any, language: str) -> dict[str, Any]:
    """Give a pair's row with each of its tests in words, in the reader's language."""
    return {**row, "tests": [_test(test, language) for test in row["tests"]]}


def _test(test: Mapping[str, Any], language: str) -> dict[str, Any]:
    words = {"asks": _in(ASKS[test["test"]], language), "says": _in(OUTCOMES[test["outcome"]], language)}
    if "flipsIf" in test:
        words["turnsIf"] = _in(flips(test["flipsIf"]), language)
    return {**test, **words}


def _in(words: I18n, language: str) -> str:
    return words.en or words.sv if language == "en" else words.sv

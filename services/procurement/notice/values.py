"""From elements to values as they were written: nothing is converted, completed or checked against a code list."""

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from services.procurement.notice.fields import CURRENCY, LANGUAGE
from services.procurement.notice.model import Money, Texts

if TYPE_CHECKING:
    from services.procurement.notice.fields import Element

UNKNOWN_LANGUAGE = "und"
_WHITE_SPACE = " \t\r\n"  # XML's: a no-break space is text
_RUN = re.compile(f"[{_WHITE_SPACE}]+")
_OFFSET = r"(Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_OFFSET}")
_TIME = re.compile(rf"((?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?|24:00(?::00(?:\.0+)?)?){_OFFSET}")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


def normalized(text: str) -> str:
    """Return the text as XPath's `normalize-space()` does."""
    return _RUN.sub(" ", text).strip(" ")


def text_of(element: "Element") -> str:
    """Return all the text within an element, normalized."""
    return normalized(element.text or "")


def first(texts: Iterable[str]) -> str | None:
    """Return the first that is not empty."""
    return next(filter(None, texts), None)


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return those that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, texts)))


def texts_by_language(elements: "Iterable[Element]", notice_language: str | None) -> Texts:
    """Return language → text; one without a `languageID` is in the notice's language. The first of each is kept."""
    texts: dict[str, str] = {}
    for element in elements:
        if text := text_of(element):
            language = normalized(element.get(LANGUAGE, "")) or notice_language or UNKNOWN_LANGUAGE
            texts.setdefault(language, text)
    return texts


def calendar_date(text: str | None) -> tuple[str, str] | None:
    """Return a date as written and its offset, which may be empty; None if it is no day of the calendar."""
    match = _DATE.fullmatch(text or "")
    if match is None:
        return None
    try:
        date.fromisoformat(match[1])
    except ValueError:  # such as 30 February
        return None
    return match[1], match[2] or ""


def deadline(date_text: str | None, time_text: str | None) -> str | None:
    """Return date, `T`, time and offset as written, or date and offset if there is no time: no hour is made up.

    The time's offset counts; if it has none, the date's.
    """
    day = calendar_date(date_text)
    if day is None:
        return None
    time = _TIME.fullmatch(time_text or "")
    return "".join(day) if time is None else f"{day[0]}T{time[1]}{time[2] or day[1]}"


def amount(element: "Element") -> Money | None:
    """Return an amount with its currency; None if it is no decimal number."""
    text = text_of(element)
    if _DECIMAL.fullmatch(text) is None:
        return None
    return Money(amount=text, currency=normalized(element.get(CURRENCY, "")) or None)

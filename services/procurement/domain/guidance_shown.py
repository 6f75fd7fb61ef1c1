"""The year's letters of guidance as an officer reads them: who gets which words, and why the others do not (GS-5)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from services.procurement.domain.guidance_due import Due, Why, Year, due
from services.procurement.domain.guidance_words import write_guidance
from services.procurement.domain.letters_shown import BECAUSE as LETTERS_BECAUSE
from services.procurement.domain.letters_shown import GOES, NOBODY
from shared.contracts.values import I18n
from shared.policy.authority import Authority
from shared.policy.role import PROCUREMENT_OFFICE
from shared.policy.stockholm import end_of

YEAR: Final = TypeAdapter(Year)
NOT_WRITTEN: Final = I18n(
    sv="väntar: ingen har skrivit årets vägledningsbrev", en="waits: nobody has written the year's letter of guidance"
)
BECAUSE: Final[Mapping[Why, I18n]] = {
    "not-approved": I18n(
        sv="väntar: ingen har godkänt årets vägledningsbrev med den lydelsen",
        en="waits: nobody has approved the year's letter of guidance as it reads",
    ),
    "no-contact": NOBODY,
    "waits": LETTERS_BECAUSE["waits"],
    "sent": LETTERS_BECAUSE["sent"],
    "delivered": I18n(
        sv="skickas inte: företaget har redan fått vägledning för året",
        en="does not go: the enterprise has been given guidance for the year",
    ),
    "failed": LETTERS_BECAUSE["failed"],
    "stopped": LETTERS_BECAUSE["stopped"],
}


def as_guidance(row: Mapping[str, Any], today: date, authority: Authority, language: str) -> dict[str, Any]:
    """Give an enterprise's letter of a year as it is due by the end of today; no address is in it."""
    year = YEAR.validate_python({name: row[name] for name in Year.__dataclass_fields__})
    shown = {name: row[name] for name in ("key", "enterprise_id", "for_year", "due_on", "interpretation_id")}
    letter = due(year, end_of(today) - timedelta(seconds=1), authority)
    return shown | {"duty_id": year.duty_id, **_letter(letter, today, authority, language)}


def _letter(letter: Due | None, today: date, authority: Authority, language: str) -> dict[str, Any]:
    if letter is None:
        return _why("not-written", NOT_WRITTEN, language)
    unit = authority.unit(PROCUREMENT_OFFICE, today)
    written = write_guidance(letter.letter.facts, letter.language, authority.name, unit)
    goes = letter.why is None and letter.contact is not None
    said = BECAUSE[letter.why] if letter.why else GOES if goes else NOBODY
    return _why(letter.why or (None if goes else "no-contact"), said, language) | {
        "contact_id": letter.contact.contact_id if letter.contact else None, "language": letter.language,
        "approved_by": letter.approved_by, "facts_digest": letter.letter.digest, "subject": written.subject,
        "text": written.text,
    }  # fmt: skip


def _why(why: str | None, said: I18n, language: str) -> dict[str, Any]:
    says = said.en if language == "en" else said.sv
    return {
        "goes": why is None, "why": why, "says": says, "contact_id": None, "language": None, "approved_by": None,
        "facts_digest": None, "subject": None, "text": None,
    }  # fmt: skip

"""The letters that are due, as an officer reads them: who gets which words, and why the others do not get theirs."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from services.procurement.domain.letters import write
from services.procurement.domain.letters_due import Concerned, Due, Why, due
from shared.contracts.values import I18n
from shared.policy.authority import Authority
from shared.policy.role import PROCUREMENT_OFFICE
from shared.policy.stockholm import end_of

CONCERNED: Final = TypeAdapter(Concerned)
GOES: Final = I18n(sv="skickas", en="goes")
NOBODY: Final = I18n(
    sv="skickas inte: det finns ingen e-postkontakt; ring, eller lägg in en kontakt i registret",
    en="does not go: there is no contact by e-mail; call, or enter a contact in the registry",
)
BECAUSE: Final[Mapping[Why, I18n]] = {
    "not-public": I18n(sv="väntar: det är inte offentligt än", en="waits: it is not public yet"),
    "closed": I18n(sv="skickas inte: sista dagen har passerat", en="does not go: the deadline has passed"),
    "not-approved": I18n(
        sv="väntar: ingen har godkänt breven med de här uppgifterna",
        en="waits: nobody has approved the letters with these facts",
    ),
    "no-contact": NOBODY,
    "waits": I18n(sv="har beställts och väntar på postservern", en="was asked for and waits for the mail server"),
    "sent": I18n(sv="har skickats och väntar på besked", en="was sent and waits for news"),
    "failed": I18n(
        sv="skickas inte: det kom inte fram; ge en annan kontakt eller godkänn breven på nytt",
        en="does not go: it did not arrive; give another contact, or approve the letters again",
    ),
    "stopped": I18n(
        sv="skickas inte: företaget är inte erkänt längre", en="does not go: the enterprise is recognised no more"
    ),
    "overtaken": I18n(sv="skickas inte: något senare gäller", en="does not go: something later holds"),
}


def as_letters(row: Mapping[str, Any], today: date, authority: Authority, language: str) -> dict[str, Any]:
    """Give a pair's letters as they are due by the end of today; no address is in them."""
    pair = CONCERNED.validate_python(row)
    now = end_of(today) - timedelta(seconds=1)
    letters = [_letter(each, today, authority, language) for each in due(pair, now, authority)]
    of_pair = {"key": row["key"], "tender_id": pair.tender_id, "enterprise_id": pair.enterprise_id}
    return {**of_pair, "letters": letters}


def _letter(letter: Due, today: date, authority: Authority, language: str) -> dict[str, Any]:
    unit = authority.unit(PROCUREMENT_OFFICE, today)
    written = write(letter.told.facts, letter.language, authority.name, unit)
    goes = letter.why is None and letter.contact is not None
    said = BECAUSE[letter.why] if letter.why else GOES if goes else NOBODY
    return {
        "stage": letter.stage, "purpose": letter.purpose, "goes": goes,
        "why": letter.why or (None if goes else "no-contact"), "says": said.en if language == "en" else said.sv,
        "contact_id": letter.contact.contact_id if letter.contact else None, "language": letter.language,
        "approved_by": letter.approved_by, "duty_id": letter.duty_id, "facts_digest": letter.told.digest,
        "facts": letter.told.facts, "subject": written.subject, "text": written.text,
    }  # fmt: skip

"""The words of a letter of guidance, as plain text and as HTML: as written for the year, the same for all (GS-5)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from services.procurement.domain.facts import Facts
from services.procurement.domain.letters import ANSWER, Language, Letter, put_together, said
from shared.contracts.values import I18n

PARAGRAPH: Final = re.compile(r"\n[ \t]*\n\s*")
ABOUT: Final = I18n(sv="Brevet handlar om {topics}.", en="This letter is about {topics}.")
TOPICS: Final[Mapping[str, I18n]] = {
    "how-to-tender": I18n(sv="hur man lämnar anbud", en="how to submit a tender"),
    "reservations": I18n(sv="reserverade upphandlingar", en="reserved procurement"),
    "quality-system": I18n(sv="kvalitetssystem", en="quality systems"),
    "e-tendering": I18n(sv="elektroniska anbud", en="electronic tendering"),
    "contracts": I18n(sv="avtal", en="contracts"),
    "other": I18n(sv="annat om upphandling", en="other matters of procurement"),
}
WHY: Final = I18n(
    sv="Ni får brevet för att ert företag är erkänt som arbetsintegrerande socialt företag. Alla som får det får samma "
    "vägledning.",
    en="You get this letter because your enterprise is recognised as a work-integrating social enterprise. Everybody who "
    "gets it gets the same guidance.",
)


def write_guidance(facts: Facts, language: Language, authority: str, unit: str) -> Letter:
    """Write the letter of a year (`guidance_letter.facts_of`) in the name of an authority's unit."""
    text = _of(facts["text"], language).replace("\r\n", "\n").strip()
    topics = ", ".join(said(TOPICS[each], language) for each in facts["topics"])
    blocks = [
        *PARAGRAPH.split(text), said(ABOUT, language).format(topics=topics), said(WHY, language), said(ANSWER, language),
    ]  # fmt: skip
    return put_together(blocks, _of(facts["title"], language), language, authority, unit)


def _of(text: Any, language: Language) -> str:
    return said(I18n.model_validate(text), language)

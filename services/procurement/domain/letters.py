"""The letters in Swedish and English: one text of the public facts, as plain text and as HTML.

What a letter says follows from the facts, the language and the authority alone, so two who are written to in one language read
the same words (edge rule 11). Nothing in it is about the enterprise.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any, Final, Literal, TypeAlias

from services.procurement.domain.facts import Facts
from shared.contracts.values import I18n
from shared.policy.stockholm import ZONE

Language: TypeAlias = Literal["sv", "en"]
MOST_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class Listed:
    """Facts below each other, each with its name, under a heading."""

    heading: str
    rows: tuple[tuple[str, str], ...]


Block: TypeAlias = str | Listed


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it is addressed: its subject, its text, and the same as HTML."""

    language: Language
    subject: str
    text: str
    html: str


SUBJECT: Final[Mapping[tuple[str, str], I18n]] = {
    ("planned", "inform"): I18n(sv="Kommande upphandling", en="Coming procurement"),
    ("published", "inform"): I18n(sv="Ny upphandling", en="New tender"),
}
OF_CHANGE: Final[Mapping[str, I18n]] = {
    "amended": I18n(sv="Ändrad upphandling", en="Tender amended"),
    "deadline-moved": I18n(sv="Ny sista dag", en="New deadline"),
    "suspended": I18n(sv="Upphandlingen är stoppad tills vidare", en="Tender suspended"),
    "resumed": I18n(sv="Upphandlingen fortsätter", en="Tender resumed"),
    "cancelled": I18n(sv="Avbruten upphandling", en="Tender cancelled"),
}
OPENING: Final[Mapping[tuple[str, str], I18n]] = {
    ("planned", "inform"): I18n(
        sv="{authority} planerar en upphandling som kan passa sociala företag. Den är inte annonserad än.",
        en="{authority} plans a procurement that may suit social enterprises. It has not been published yet.",
    ),
    ("published", "inform"): I18n(
        sv="{authority} har annonserat en upphandling som kan passa sociala företag.",
        en="{authority} has published a tender that may suit social enterprises.",
    ),
}
NEWS: Final[Mapping[str, I18n]] = {
    "amended": I18n(
        sv="En upphandling som ni har fått veta om ändrades {on}. Så här ser den ut nu.",
        en="A tender that you were told of was amended on {on}. This is how it stands now.",
    ),
    "deadline-moved": I18n(
        sv="En upphandling som ni har fått veta om har fått en ny sista dag; det meddelades {on}.",
        en="A tender that you were told of has a new deadline; that was announced on {on}.",
    ),
    "suspended": I18n(
        sv="En upphandling som ni har fått veta om stoppades tills vidare {on}.",
        en="A tender that you were told of was suspended on {on}.",
    ),
    "resumed": I18n(
        sv="En upphandling som ni har fått veta om fortsätter sedan {on}.",
        en="A tender that you were told of goes on since {on}.",
    ),
    "cancelled": I18n(
        sv="En upphandling som ni har fått veta om avbröts {on}.",
        en="A tender that you were told of was cancelled on {on}.",
    ),
}
WHY: Final = I18n(
    sv="Ni får brevet för att ert företag är erkänt som arbetsintegrerande socialt företag. Alla som får det får samma "
    "uppgifter. Det är ingen inbjudan och ger inget försprång: det som gäller står i annonsen.",
    en="You get this letter because your enterprise is recognised as a work-integrating social enterprise. Everybody who "
    "gets it gets the same facts. It is no invitation and gives no head start: what counts is the notice.",
)
ANSWER: Final = I18n(
    sv="Vill ni ha breven till en annan adress eller på ett annat språk (svenska eller engelska), så svara på det här brevet.",
    en="To have the letters sent elsewhere, or in Swedish, answer this letter.",
)
NAMES: Final[Mapping[str, I18n]] = {
    "tender": I18n(sv="Upphandlingen", en="The tender"),
    "title": I18n(sv="Vad som köps", en="What is bought"),
    "buyers": I18n(sv="Köpare", en="Buyer"),
    "planned": I18n(sv="Planerad annonsering", en="Planned publication"),
    "since": I18n(sv="Offentlig sedan", en="Public since"),
    "affects": I18n(sv="Ändringen gäller", en="The amendment is about"),
    "lots": I18n(sv="Gäller delarna", en="About the lots"),
    "until": I18n(sv="Beräknas till", en="Expected until"),
    "notice": I18n(sv="Annonsens nummer", en="Notice"),
    "url": I18n(sv="Annonsen", en="The notice"),
    "lot": I18n(sv="Del", en="Lot"),
    "nature": I18n(sv="Slag", en="Kind"),
    "cpv": I18n(sv="Bransch (CPV)", en="Branch (CPV)"),
    "nuts": I18n(sv="Plats (NUTS)", en="Place (NUTS)"),
    "deadline": I18n(sv="Sista dag", en="Deadline"),
    "reserved": I18n(sv="Reserverad för", en="Reserved for"),
    "social": I18n(sv="Sociala hänsyn (BT-775)", en="Social objectives (BT-775)"),
}
VALUES: Final[Mapping[str, I18n]] = {
    "services": I18n(sv="tjänster", en="services"),
    "supplies": I18n(sv="varor", en="supplies"),
    "works": I18n(sv="byggarbete", en="works"),
    "res-ws": I18n(
        sv="skyddade verkstäder och företag där minst 30 procent hör till målgruppen (LOU 4:18)",
        en="sheltered workshops and enterprises with at least 30 percent of the target group (LOU 4:18)",
    ),
    "res-pub-ser": I18n(
        sv="organisationer med allmännyttigt uppdrag (LOU 19:25)", en="organisations with a public mission (LOU 19:25)"
    ),
    "branch": I18n(sv="branschen", en="the branch"),
    "region": I18n(sv="platsen", en="the place"),
    "reservation": I18n(sv="vem den är reserverad för", en="for whom it is reserved"),
    "social-criteria": I18n(sv="sociala hänsyn", en="social criteria"),
    "lots": I18n(sv="delarna", en="the lots"),
    "text": I18n(sv="texten", en="the text"),
    "open-ended": I18n(sv="ingen sista dag: anbud tas emot löpande", en="none: answers are taken all the time"),
    "none": I18n(sv="inte angiven", en="not stated"),
}
UNITS: Final[Mapping[str, I18n]] = {
    "day": I18n(sv="{day}", en="{day}"),
    "month": I18n(sv="månaden som börjar {day}", en="the month that begins on {day}"),
    "quarter": I18n(sv="kvartalet som börjar {day}", en="the quarter that begins on {day}"),
}


def write(facts: Facts, language: Language, authority: str, unit: str) -> Letter:
    """Write the letter of some facts in the name of an authority's unit."""
    stage, purpose = str(facts["stage"]), str(facts["purpose"])
    about = said(SUBJECT[stage, purpose] if purpose == "inform" else OF_CHANGE[purpose], language)
    title = " ".join(_title(facts, language).split())
    subject = f"{about}: {title}"
    if len(subject) > MOST_SUBJECT:
        subject = f"{subject[: MOST_SUBJECT - 1]}…"
    return put_together(
        [*_body(facts, language, authority), said(WHY, language), said(ANSWER, language)],
        subject,
        language,
        authority,
        unit,
    )


def put_together(blocks: Sequence[Block], subject: str, language: Language, authority: str, unit: str) -> Letter:
    """Make a letter of what it says, signed by an authority's unit."""
    signature = f"{unit}, {authority}" if unit != authority else unit
    return Letter(language, subject, _text(blocks, signature), _html(blocks, signature, subject, language))


def _body(facts: Facts, language: Language, authority: str) -> Iterator[Block]:
    stage, purpose = str(facts["stage"]), str(facts["purpose"])
    if purpose == "inform":
        yield said(OPENING[stage, purpose], language).format(authority=authority)
    else:
        yield said(NEWS[purpose], language).format(on=_moment(str(facts["changedAt"]), language))
    yield Listed(said(NAMES["tender"], language), tuple(_named(_tender(facts, language), language)))
    for lot in facts.get("lots", ()):
        title = _title(lot, language)
        heading = f"{said(NAMES['lot'], language)} {lot['lotId']}{f': {title}' if title else ''}"
        yield Listed(heading, tuple(_named(_lot(lot, language), language)))


def _tender(facts: Facts, language: Language) -> Iterator[tuple[str, str]]:
    """Give what there is to say of the tender, by the names of `NAMES`."""
    planned = facts.get("plannedPublication")
    yield "title", _title(facts, language)
    yield "buyers", ", ".join(dict.fromkeys(_of(buyer, language) for buyer in facts.get("buyers", ())))
    yield "affects", ", ".join(_value(each, language) for each in facts.get("affects", ()))
    yield "lots", ", ".join(facts.get("lotIds", ()))
    yield "until", str(facts.get("expectedUntil", ""))
    yield "planned", said(UNITS[planned["precision"]], language).format(day=planned["date"]) if planned else ""
    yield "since", _moment(str(facts["publicSince"]), language) if "publicSince" in facts else ""
    yield "notice", " ".join(str(facts[name]) for name in ("noticeId", "noticeVersion") if name in facts)
    yield "url", str(facts.get("url", ""))


def _lot(lot: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    reserved = [each for each in lot.get("reserved", ()) if each != "none"]
    yield "nature", _value(lot["nature"], language)
    yield "cpv", ", ".join(lot.get("cpv", ()))
    yield "nuts", ", ".join(lot.get("nuts", ()))
    yield "deadline", _moment(lot["deadline"], language) if "deadline" in lot else _value(lot["deadlineKind"], language)
    yield "reserved", ", ".join(_value(each, language) for each in reserved)
    yield "social", ", ".join(lot.get("socialObjectives", ()))


def _named(rows: Iterator[tuple[str, str]], language: Language) -> Iterator[tuple[str, str]]:
    return ((said(NAMES[name], language), value) for name, value in rows if value)


def _title(of: Mapping[str, Any], language: Language) -> str:
    return _of(of["title"], language) if of.get("title") else ""


def _of(names: Mapping[str, str], language: Language) -> str:
    """Give a name in the language where there is one in it; the Swedish one is always there."""
    return names.get(language) or names["sv"]


def _value(code: str, language: Language) -> str:
    return said(VALUES[code], language) if code in VALUES else code


def said(text: I18n, language: Language) -> str:
    """Give a text in a language where it is there; the Swedish one always is."""
    return text.en if language == "en" and text.en else text.sv


def _moment(value: str, language: Language) -> str:
    """Write a day as it is and an instant as Sweden's clocks show it."""
    if "T" not in value:
        return date.fromisoformat(value).isoformat()
    at = datetime.fromisoformat(value).astimezone(ZONE)
    return f"{at:%Y-%m-%d} kl. {at:%H.%M}" if language == "sv" else f"{at:%Y-%m-%d} {at:%H:%M} (Swedish time)"


def _text(blocks: Sequence[Block], signature: str) -> str:
    parts = [block if isinstance(block, str) else _text_of(block) for block in blocks]
    return "\n\n".join([*parts, f"-- \n{signature}"]) + "\n"


def _text_of(listed: Listed) -> str:
    return "\n".join([listed.heading, *(f"  {name}: {value}" for name, value in listed.rows)])


def _html(blocks: Sequence[Block], signature: str, subject: str, language: Language) -> str:
    parts = [f"<p>{escape(block)}</p>" if isinstance(block, str) else _html_of(block) for block in blocks]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8"><title>{escape(subject)}</title></head>\n'
        "<body>\n"
        + "\n".join([f"<h1>{escape(subject)}</h1>", *parts, f"<p>{escape(signature)}</p>"])
        + "\n</body>\n</html>\n"
    )


def _html_of(listed: Listed) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{_linked(value)}</dd>" for name, value in listed.rows)
    return f"<h2>{escape(listed.heading)}</h2>\n<dl>{rows}</dl>"


def _linked(value: str) -> str:
    shown = escape(value)
    return f'<a href="{shown}">{shown}</a>' if value.startswith(("https://", "http://")) else shown

"""A notice in a few lines for a person, in Swedish and English. What is not said is left out."""

from collections.abc import Iterator

from services.procurement.notice.model import Kind, Lot, Notice, Texts
from services.procurement.notice.unreadable import one_line

KINDS = {
    Kind.CANCELLED: "avbruten / cancelled",
    Kind.CHANGED: "ändrad / changed",
    Kind.PLANNED: "planerad / planned",
    Kind.PUBLISHED: "annonserad / published",
    Kind.AWARDED: "avslutad / awarded",
    Kind.OTHER: "annan / other",
}


def summary(name: str, notice: Notice) -> str:
    """Return the lines of one notice and an empty one."""
    return "".join(f"{one_line(line)}\n" if line else "\n" for line in _lines(name, notice))


def _lines(name: str, notice: Notice) -> Iterator[str]:
    form = " ".join(filter(None, (notice.notice_type, notice.subtype)))
    yield f"{name}: {KINDS[notice.kind]}{f' ({form})' if form else ''}"
    yield from _said("titel / title", _text(notice.title, notice.language))
    for buyer in notice.buyers:
        number = f" ({buyer.organisation_number})" if buyer.organisation_number else ""
        yield f"– köpare / buyer: {buyer.name or '?'}{number}"
    yield from _said("skickad / dispatched", notice.dispatched_on)
    yield from _said("CPV", ", ".join(notice.cpv))
    yield from _said("NUTS", ", ".join(notice.nuts))
    for lot in (*notice.lots, *notice.parts):
        yield f"– {' · '.join(_lot(lot, notice.language))}"
    for result in notice.results:
        outcome = " ".join(filter(None, (result.outcome, result.not_awarded_reason)))
        yield f"– resultat / result {result.lot or '?'}: {outcome or '?'}"
    yield ""


def _said(label: str, value: str | None) -> Iterator[str]:
    if value:
        yield f"– {label}: {value}"


def _text(texts: Texts, language: str | None) -> str | None:
    return texts.get("SWE") or texts.get(language or "") or next(iter(texts.values()), None)


def _lot(lot: Lot, language: str | None) -> Iterator[str]:
    title = _text(lot.title, language)
    yield f"{lot.id or '?'}{f': {title}' if title else ''}"
    deadline = lot.tender_deadline or lot.interest_deadline
    if deadline:
        yield f"senast / by {deadline}"
    if lot.reserved:
        yield f"reserverad / reserved: {', '.join(lot.reserved)}"
    if lot.reserved_execution:
        yield f"skyddad anställning / sheltered work: {lot.reserved_execution}"

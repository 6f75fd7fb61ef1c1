"""Builds a `Notice` from a notice's bytes, field by field, in the order of the model."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from services.procurement.notice.fields import select, select_attributes
from services.procurement.notice.kind import kind
from services.procurement.notice.model import Buyer, Changes, Lot, LotResult, Money, Notice
from services.procurement.notice.parsing import parse
from services.procurement.notice.values import (
    amount,
    calendar_date,
    deadline,
    distinct,
    first,
    normalized,
    text_of,
    texts_by_language,
)

if TYPE_CHECKING:
    from services.procurement.notice.fields import Element


def read(data: bytes) -> Notice:
    """Read one eForms notice. Raises Unreadable."""
    root = parse(data)
    language = _one(root, "BT-702(a)-notice")
    form_type = first(map(normalized, select_attributes(root, "BT-03-notice")))
    changes = _changes(root)
    lots = tuple(_lot(lot, language) for lot in select(root, "lots"))
    parts = tuple(_lot(part, language) for part in select(root, "parts"))
    day = calendar_date(_one(root, "BT-05(a)-notice"))
    return Notice(
        notice_id=_one(root, "BT-701-notice"),
        notice_version=_one(root, "BT-757-notice"),
        procedure_id=_one(root, "BT-04-notice"),
        subtype=_one(root, "OPP-070-notice"),
        form_type=form_type,
        notice_type=_one(root, "BT-02-notice"),
        kind=kind(form_type, changes),
        dispatched_on=day[0] if day else None,
        language=language,
        title=texts_by_language(select(root, "BT-21-Procedure"), language),
        buyers=_buyers(root, language),
        nature=_one(root, "BT-23-Procedure"),
        procedure=_one(root, "BT-105-Procedure"),
        cpv=_with_those_of(_many(root, "BT-262-Procedure", "BT-263-Procedure"), (*lots, *parts), lambda lot: lot.cpv),
        nuts=_with_those_of(_many(root, "BT-5071-Procedure"), (*lots, *parts), lambda lot: lot.nuts),
        lots=lots,
        parts=parts,
        changes=changes,
        results=tuple(map(_result, select(root, "lot results"))),
    )


def _one(start: "Element", field: str) -> str | None:
    return first(map(text_of, select(start, field)))


def _many(start: "Element", *fields: str) -> tuple[str, ...]:
    return distinct(text_of(element) for field in fields for element in select(start, field))


def _with_those_of(
    procedure: tuple[str, ...], lots: tuple[Lot, ...], codes: Callable[[Lot], tuple[str, ...]]
) -> tuple[str, ...]:
    return distinct((*procedure, *(code for lot in lots for code in codes(lot))))


def _changes(root: "Element") -> Changes | None:
    """Return None unless the notice says that it changes another, even if it does not say which or why."""
    if not select(root, "changes"):
        return None
    return Changes(changed_notice=_one(root, "BT-758-notice"), reasons=_many(root, "BT-140-notice"))


def _buyers(root: "Element", language: str | None) -> tuple[Buyer, ...]:
    """Return a buyer for each reference (OPT-300), found among the organisations that go by it (OPT-200).

    A reference that is repeated is one buyer, like every repeated value; two that nobody answers to are two.
    """
    companies: dict[str, list[Element]] = {}
    for company in select(root, "companies"):
        for identifier in _many(company, "OPT-200-Organization-Company"):
            companies.setdefault(identifier, []).append(company)

    def buyer(reference: str) -> Buyer:
        answering = companies.get(reference, ())
        names = texts_by_language(
            (name for company in answering for name in select(company, "BT-500-Organization-Company")), language
        )
        numbers = (_one(company, "BT-501-Organization-Company") or "" for company in answering)
        return Buyer(name=names.get(language or "") or first(names.values()), organisation_number=first(numbers))

    return tuple(map(buyer, _many(root, "OPT-300-Procedure-Buyer")))


def _lot(lot: "Element", language: str | None) -> Lot:
    return Lot(
        id=_one(lot, "BT-137-Lot"),
        title=texts_by_language(select(lot, "BT-21-Lot"), language),
        nature=_one(lot, "BT-23-Lot"),
        cpv=_many(lot, "BT-262-Lot", "BT-263-Lot"),
        nuts=_many(lot, "BT-5071-Lot"),
        tender_deadline=_deadline(lot, "BT-131") or _deadline(lot, "BT-1311"),
        interest_deadline=_deadline(lot, "BT-630"),
        reserved=_many(lot, "BT-71-Lot"),
        reserved_execution=_one(lot, "BT-736-Lot"),
        social_objectives=_many(lot, "BT-775-Lot"),
        strategic=_many(lot, "BT-06-Lot"),
        estimated_value=_estimated_value(lot),
    )


def _deadline(lot: "Element", field: str) -> str | None:
    """Return a period's end: its first date, and a time of the same period, not of another."""
    day = next(filter(text_of, select(lot, f"{field}(d)-Lot")), None)
    if day is None:
        return None
    times = (time for time in select(lot, f"{field}(t)-Lot") if time.getparent() is day.getparent())
    return deadline(text_of(day), first(map(text_of, times)))


def _estimated_value(lot: "Element") -> Money | None:
    value = next(filter(text_of, select(lot, "BT-27-Lot")), None)
    return None if value is None else amount(value)


def _result(result: "Element") -> LotResult:
    return LotResult(
        lot=_one(result, "BT-13713-LotResult"),
        outcome=_one(result, "BT-142-LotResult"),
        not_awarded_reason=_one(result, "BT-144-LotResult"),
    )

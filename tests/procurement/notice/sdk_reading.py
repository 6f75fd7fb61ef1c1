"""A second reading of a notice to hold the reader against: the SDK's own paths, evaluated plainly on the whole document.

It shares no code and no path with the reader: paths come from the SDK's list of fields, white space is XPath's doing,
and nothing is left out of the tree. It is slow and trusts its input.
"""

import json
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from lxml import etree

from deploy.local.sdk import sdk_file
from tests.procurement.notice.building import NAMESPACES

LOT = "/*/cac:ProcurementProjectLot[cbc:ID/@schemeName='{scheme}']"
COMPANY = (
    "/*/ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension/efac:Organizations"
    "/efac:Organization/efac:Company"
)
EXTENSION = "/*/ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension"
RESULT = f"{EXTENSION}/efac:NoticeResult/efac:LotResult"


@cache
def sdk_paths() -> dict[str, str]:
    """The absolute path of every field of the SDK."""
    return {field["id"]: field["xpathAbsolute"] for field in json.loads(sdk_file("fields/fields.json"))["fields"]}


@cache
def _xpath(path: str) -> Callable[[Any], Any]:
    return etree.XPath(path, namespaces=NAMESPACES, smart_strings=False)


class SdkReading:
    """One document, read as the published page tells it."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.language = self.one("BT-702(a)-notice")

    def as_json(self) -> dict[str, Any]:
        """The object that the reader must agree with."""
        lots, parts = self.lots("Lot"), self.lots("Part")
        form_type = self.one("BT-03-notice")
        changed = _xpath(f"{EXTENSION}/efac:Changes")(self.root)
        reasons = self.many("BT-140-notice")
        issued = _split_date(self.one("BT-05(a)-notice"))
        return {
            "notice_id": self.one("BT-701-notice"),
            "notice_version": self.one("BT-757-notice"),
            "procedure_id": self.one("BT-04-notice"),
            "subtype": self.one("OPP-070-notice"),
            "form_type": form_type,
            "notice_type": self.one("BT-02-notice"),
            "kind": _kind(form_type, reasons, is_change=bool(changed)),
            "dispatched_on": issued and issued[0],
            "language": self.language,
            "title": self.texts(self.nodes("BT-21-Procedure")),
            "buyers": self.buyers(),
            "nature": self.one("BT-23-Procedure"),
            "procedure": self.one("BT-105-Procedure"),
            "cpv": _unique(
                [*self.many("BT-262-Procedure", "BT-263-Procedure"), *(c for lot in lots + parts for c in lot["cpv"])]
            ),
            "nuts": _unique([*self.many("BT-5071-Procedure"), *(c for lot in lots + parts for c in lot["nuts"])]),
            "lots": lots,
            "parts": parts,
            "changes": {"changed_notice": self.one("BT-758-notice"), "reasons": reasons} if changed else None,
            "results": [
                {
                    "lot": self.one("BT-13713-LotResult", within=RESULT, at=at),
                    "outcome": self.one("BT-142-LotResult", within=RESULT, at=at),
                    "not_awarded_reason": self.one("BT-144-LotResult", within=RESULT, at=at),
                }
                for at in self.positions(RESULT)
            ],
        }

    def positions(self, within: str) -> range:
        """XPath's numbers of the elements at a path."""
        return range(1, len(_xpath(within)(self.root)) + 1)

    def nodes(self, field: str, *, within: str = "", at: int = 0) -> list[Any]:
        """The elements or attributes of a field: all, or those within one numbered element at a path."""
        path = sdk_paths().get(field) or sdk_paths()[field.replace("-Part", "-Lot")].replace("'Lot'", "'Part'")
        if within:
            assert path.startswith(within), (path, within)
            path = f"({within})[{at}]{path.removeprefix(within)}"
        found: list[Any] = _xpath(path)(self.root)
        return found

    def many(self, *fields: str, within: str = "", at: int = 0) -> list[str]:
        """The texts of fields, each once."""
        return _unique([_text(node) for field in fields for node in self.nodes(field, within=within, at=at)])

    def one(self, field: str, *, within: str = "", at: int = 0) -> str | None:
        """The first text of a field."""
        return next(iter(self.many(field, within=within, at=at)), None)

    def texts(self, nodes: list[Any]) -> dict[str, str]:
        """Language → text."""
        found: dict[str, str] = {}
        for node in nodes:
            code = _xpath("normalize-space(@languageID)")(node) or self.language or "und"
            if _text(node) and code not in found:
                found[code] = _text(node)
        return found

    def buyers(self) -> list[dict[str, str | None]]:
        """One for each reference."""
        return [self.buyer(reference) for reference in self.many("OPT-300-Procedure-Buyer")]

    def buyer(self, reference: str) -> dict[str, str | None]:
        """Whoever answers to a reference."""
        answering = [
            at
            for at in self.positions(COMPANY)
            if reference in self.many("OPT-200-Organization-Company", within=COMPANY, at=at)
        ]
        names = self.texts(
            [n for at in answering for n in self.nodes("BT-500-Organization-Company", within=COMPANY, at=at)]
        )
        numbers = [n for at in answering for n in self.many("BT-501-Organization-Company", within=COMPANY, at=at)]
        return {
            "name": names.get(str(self.language)) or next(iter(names.values()), None),
            "organisation_number": next(iter(numbers), None),
        }

    def lots(self, scheme: str) -> list[dict[str, Any]]:
        """The lots or the parts."""
        within = LOT.format(scheme=scheme)
        return [self.lot(scheme, within, at) for at in self.positions(within)]

    def lot(self, scheme: str, within: str, at: int) -> dict[str, Any]:
        """One lot or part."""

        def one(field: str) -> str | None:
            return self.one(f"{field}-{scheme}", within=within, at=at)

        def many(*fields: str) -> list[str]:
            return self.many(*(f"{field}-{scheme}" for field in fields), within=within, at=at)

        def end(field: str) -> str | None:
            return _deadline(self.nodes(f"{field}(d)-{scheme}", within=within, at=at))

        return {
            "id": one("BT-137"),
            "title": self.texts(self.nodes(f"BT-21-{scheme}", within=within, at=at)),
            "nature": one("BT-23"),
            "cpv": many("BT-262", "BT-263"),
            "nuts": many("BT-5071"),
            "tender_deadline": end("BT-131") or end("BT-1311"),
            "interest_deadline": end("BT-630"),
            "reserved": many("BT-71"),
            "reserved_execution": one("BT-736"),
            "social_objectives": many("BT-775"),
            "strategic": many("BT-06"),
            "estimated_value": _money(self.nodes(f"BT-27-{scheme}", within=within, at=at)),
        }


def _text(node: Any) -> str:
    """An element's or an attribute's text, normalized by XPath itself."""
    if isinstance(node, str):
        return " ".join(node.replace("\u00a0", "\ue000").split()).replace("\ue000", "\u00a0")
    return str(_xpath("normalize-space(.)")(node))


def _unique(texts: list[str]) -> list[str]:
    return [text for position, text in enumerate(texts) if text and text not in texts[:position]]


def _kind(form_type: str | None, reasons: list[str], *, is_change: bool) -> str:
    if "cancel" in reasons:
        return "cancelled"
    if is_change or form_type == "change":
        return "changed"
    if form_type in {"planning", "consultation"}:
        return "planned"
    return {"competition": "published", "result": "awarded"}.get(str(form_type), "other")


def _split_date(text: str | None) -> tuple[str, str] | None:
    """A date and its offset."""
    day, offset = (text or "")[:10], (text or "")[10:]
    try:
        date.fromisoformat(day)
    except ValueError:
        return None
    return (day, offset) if _is_offset(offset) else None


def _deadline(days: list[Any]) -> str | None:
    """Date and time of the first period that has a date."""
    day = next((node for node in days if _text(node)), None)
    split = None if day is None else _split_date(_text(day))
    if split is None:
        return None
    times = [_text(node) for node in _xpath("../cbc:EndTime")(day)]
    hour = _split_time(next((text for text in times if text), ""))
    return "".join(split) if hour is None else f"{split[0]}T{hour[0]}{hour[1] or split[1]}"


def _split_time(text: str) -> tuple[str, str] | None:
    """A time to the second, as the examples have it, and its offset."""
    hour, offset = (text[:-1], "Z") if text.endswith("Z") else (text[:8], text[8:])
    try:
        time.fromisoformat(hour)
    except ValueError:
        return None
    return (hour, offset) if len(hour) == len("12:00:00") and _is_offset(offset) else None


def _is_offset(text: str) -> bool:
    sign, rest = text[:1], text[1:]
    return text in {"", "Z"} or (sign in {"+", "-"} and len(rest) == len("00:00") and rest[2] == ":")


def _money(nodes: list[Any]) -> dict[str, str | None] | None:
    amount = next((node for node in nodes if _text(node)), None)
    if amount is None:
        return None
    try:
        Decimal(_text(amount))
    except InvalidOperation:
        return None
    return {"amount": _text(amount), "currency": _xpath("normalize-space(@currencyID)")(amount) or None}

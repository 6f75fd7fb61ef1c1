"""Real notices from the eForms SDK, dated and addressed anew: none of them is the authority's own, and all are years old.

Only what a reader of this story must recognise is altered: days, ids, and for our own tenders buyer and place. What is bought,
in which form and on which terms stays as it was published.
"""

from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as hour
from typing import TYPE_CHECKING, cast

from lxml import etree

from services.procurement.notice.fields import COMPANIES, EXTENSION, INTEREST, LOTS, NAMESPACES, PARTS
from shared.policy.stockholm import ZONE

if TYPE_CHECKING:
    from services.procurement.notice.fields import Element

OURS = "212000-0803"
NAME = "Region Gotland"
PLACE = "SE214"
NOON = hour(12)
CLOCK = len("23:59:00")
PERIODS = tuple(
    f"{lots}/cac:TenderingProcess/cac:{period}/cbc:EndDate"
    for lots in (LOTS, PARTS)
    for period in ("TenderSubmissionDeadlinePeriod", "ParticipationRequestReceptionPeriod")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What a notice gets: the day that it is sent, the last day for tenders, its ids; `ours`: the buyer is the authority."""

    sent_on: date
    notice_id: str
    procedure_id: str
    closes_on: date | None = None
    ours: bool = False


def readdressed(data: bytes, address: Address) -> bytes:
    """Give the notice with other days, ids and, if it is ours, another buyer and place."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    _set(root, "cbc:IssueDate", _dated(address.sent_on))
    _set(root, "cbc:ID[@schemeName='notice-id']", address.notice_id)
    _set_procedure(root, address.procedure_id)
    if address.closes_on is not None:
        for path in (*PERIODS, f"{LOTS}/{INTEREST}/cbc:EndDate"):
            _set(root, path, _dated(address.closes_on))
            for end in _found(root, path.replace("EndDate", "EndTime")):
                end.text = (end.text or "")[:CLOCK] + _offset(address.closes_on)
    if address.ours:
        _make_ours(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _dated(day: date) -> str:
    """Write a day as notices do, with the offset that it has here."""
    return day.isoformat() + _offset(day)


def _offset(day: date) -> str:
    return datetime.combine(day, NOON, tzinfo=ZONE).isoformat()[-len("+01:00") :]


def _make_ours(root: "Element") -> None:
    """Name the authority as each buyer, and its county as each place."""
    for reference in _found(root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID"):
        for company in _found(root, COMPANIES):
            if reference.text in [identifier.text for identifier in _found(company, "cac:PartyIdentification/cbc:ID")]:
                _set(company, "cac:PartyName/cbc:Name", NAME)
                _set(company, "cac:PartyLegalEntity/cbc:CompanyID", OURS)
    _set(root, ".//cac:RealizedLocation/cac:Address/cbc:CountrySubentityCode", PLACE)


def _set_procedure(root: "Element", procedure_id: str) -> None:
    """Set the procedure's id; some plans have none, and get it where the schema wants it."""
    if not _set(root, "cbc:ContractFolderID", procedure_id):
        [notice_id, *_] = _found(root, "cbc:ID[@schemeName='notice-id']")
        element = etree.Element(f"{{{NAMESPACES['cbc']}}}ContractFolderID")
        element.text = procedure_id
        notice_id.addnext(element)


def _set(start: "Element", path: str, text: str) -> int:
    found = _found(start, path)
    for element in found:
        element.text = text
    return len(found)


def _found(start: "Element", path: str) -> "list[Element]":
    return cast("list[Element]", start.xpath(path, namespaces=NAMESPACES))


def form_of(data: bytes) -> tuple[str, str]:
    """Give a notice's form type (BT-03) and subtype (OPP-070), such as `competition` and `16`."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    [form] = cast("list[str]", root.xpath("cbc:NoticeTypeCode/@listName", namespaces=NAMESPACES))
    [subtype] = _found(root, f"{EXTENSION}/efac:NoticeSubType/cbc:SubTypeCode")
    return form, subtype.text or ""

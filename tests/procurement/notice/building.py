"""Small notices for tests: each function makes one element from the XML of its children."""

from collections.abc import Callable
from typing import TypeAlias

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
EFORMS = "http://data.europa.eu/p27/eforms-"
NAMESPACES = {
    "cac": f"{UBL}CommonAggregateComponents-2",
    "cbc": f"{UBL}CommonBasicComponents-2",
    "ext": f"{UBL}CommonExtensionComponents-2",
    "efext": f"{EFORMS}ubl-extensions/1",
    "efac": f"{EFORMS}ubl-extension-aggregate-components/1",
    "efbc": f"{EFORMS}ubl-extension-basic-components/1",
}
ROOTS = {
    "ContractNotice": f"{UBL}ContractNotice-2",
    "ContractAwardNotice": f"{UBL}ContractAwardNotice-2",
    "PriorInformationNotice": f"{UBL}PriorInformationNotice-2",
    "BusinessRegistrationInformationNotice": f"{EFORMS}business-registration-information-notice/1",
}

Maker: TypeAlias = Callable[..., str]


def _maker(prefix: str) -> Maker:
    def element(name: str, *children: str, **attributes: str) -> str:
        written = "".join(f' {key}="{value}"' for key, value in attributes.items())
        return f"<{prefix}:{name}{written}>{''.join(children)}</{prefix}:{name}>"

    return element


cac, cbc, ext, efext, efac, efbc = map(_maker, NAMESPACES)


def document(*children: str, root: str = "ContractNotice") -> str:
    """A notice as text, without an XML declaration."""
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return f'<{root} xmlns="{ROOTS[root]}"{declared}>{"".join(children)}</{root}>'


def notice(*children: str, root: str = "ContractNotice") -> bytes:
    """A notice as bytes: UTF-8."""
    return document(*children, root=root).encode()


def extension(*children: str) -> str:
    """What eForms adds to UBL, at a notice's beginning or in a lot's process."""
    inner = ext("ExtensionContent", efext("EformsExtension", *children))
    return ext("UBLExtensions", ext("UBLExtension", inner))


def language(code: str) -> str:
    """The notice's language."""
    return cbc("NoticeLanguageCode", code)


def lot(*children: str, identifier: str = "LOT-0001", scheme: str = "Lot") -> str:
    """A lot, or with the scheme `Part` a part."""
    return cac("ProcurementProjectLot", cbc("ID", identifier, schemeName=scheme), *children)


def project(*children: str) -> str:
    """What is procured, by the procedure or by a lot."""
    return cac("ProcurementProject", *children)


def process(*children: str) -> str:
    """How it is procured, by the procedure or by a lot."""
    return cac("TenderingProcess", *children)


def terms(*children: str) -> str:
    """A lot's terms."""
    return cac("TenderingTerms", *children)


def main_cpv(code: str) -> str:
    """The main classification."""
    return cac("MainCommodityClassification", cbc("ItemClassificationCode", code, listName="cpv"))


def more_cpv(code: str) -> str:
    """An additional classification."""
    return cac("AdditionalCommodityClassification", cbc("ItemClassificationCode", code, listName="cpv"))


def place(nuts: str) -> str:
    """A place of performance."""
    country = cac("Country", cbc("IdentificationCode", "SWE"))
    return cac("RealizedLocation", cac("Address", cbc("CountrySubentityCode", nuts), country))


def requirement(code: str, list_name: str = "reserved-procurement") -> str:
    """One specific requirement on those who may bid."""
    return cac("SpecificTendererRequirement", cbc("TendererRequirementTypeCode", code, listName=list_name))


def qualification(*children: str) -> str:
    """A request for qualifications, with the requirements in it."""
    return cac("TendererQualificationRequest", *children)


def additional_type(code: str, list_name: str) -> str:
    """A strategic or social aim."""
    return cac("ProcurementAdditionalType", cbc("ProcurementTypeCode", code, listName=list_name))


def organisation(identifier: str, *children: str) -> str:
    """An organisation, to be put into `organisations`."""
    company = efac("Company", cac("PartyIdentification", cbc("ID", identifier)), *children)
    return efac("Organization", company)


def organisations(*children: str) -> str:
    """The organisations that the notice speaks of."""
    return extension(efac("Organizations", *children))


def party_name(name: str, **attributes: str) -> str:
    """An organisation's name."""
    return cac("PartyName", cbc("Name", name, **attributes))


def party_number(number: str) -> str:
    """An organisation's number."""
    return cac("PartyLegalEntity", cbc("CompanyID", number))


def buyer(reference: str) -> str:
    """A reference to the organisation that buys."""
    return cac("ContractingParty", cac("Party", cac("PartyIdentification", cbc("ID", reference))))

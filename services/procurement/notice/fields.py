"""Where each field stands in a notice: the eForms SDK's paths, as data. Nothing outside these paths is ever kept.

The SDK (European Commission, CC BY 4.0) gives each path from the notice's root; here they are shared out over the
element that they are read from, so that a lot's fields are read lot by lot. A part has the paths of a lot.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from lxml import etree

if TYPE_CHECKING:
    Element: TypeAlias = etree._Element  # noqa: SLF001 – lxml has no public name for the type of its elements

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
EFORMS = "http://data.europa.eu/p27/eforms-"
NAMESPACES = {
    "cac": UBL + "CommonAggregateComponents-2",
    "cbc": UBL + "CommonBasicComponents-2",
    "ext": UBL + "CommonExtensionComponents-2",
    "efext": EFORMS + "ubl-extensions/1",
    "efac": EFORMS + "ubl-extension-aggregate-components/1",
    "efbc": EFORMS + "ubl-extension-basic-components/1",
}
ROOTS = frozenset(
    (
        f"{{{UBL}ContractNotice-2}}ContractNotice",
        f"{{{UBL}ContractAwardNotice-2}}ContractAwardNotice",
        f"{{{UBL}PriorInformationNotice-2}}PriorInformationNotice",
        f"{{{EFORMS}business-registration-information-notice/1}}BusinessRegistrationInformationNotice",
    )
)

EXTENSION = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/efext:EformsExtension"
COMPANIES = f"{EXTENSION}/efac:Organizations/efac:Organization/efac:Company"
CHANGES = f"{EXTENSION}/efac:Changes"
LOT_RESULTS = f"{EXTENSION}/efac:NoticeResult/efac:LotResult"
LOTS = "cac:ProcurementProjectLot[cbc:ID/@schemeName='Lot']"
PARTS = "cac:ProcurementProjectLot[cbc:ID/@schemeName='Part']"
# BT-71: a requirement about the legal form, about missing documents or about where the criteria stand is none of these
QUALIFICATION = (
    "cac:TendererQualificationRequest[not(cbc:CompanyLegalFormCode)]"
    "[not(cac:SpecificTendererRequirement/cbc:TendererRequirementTypeCode[@listName='missing-info-submission'])]"
    "[not(cac:SpecificTendererRequirement/cbc:TendererRequirementTypeCode[@listName='selection-criteria-source'])]"
)
INTEREST = f"cac:TenderingProcess/{EXTENSION}/efac:InterestExpressionReceptionPeriod"

FROM_ROOT: Mapping[str, str] = {
    "OPP-070-notice": f"{EXTENSION}/efac:NoticeSubType/cbc:SubTypeCode",
    "BT-701-notice": "cbc:ID[@schemeName='notice-id']",
    "BT-757-notice": "cbc:VersionID",
    "BT-04-notice": "cbc:ContractFolderID",
    "BT-03-notice": "cbc:NoticeTypeCode/@listName",
    "BT-02-notice": "cbc:NoticeTypeCode",
    "BT-05(a)-notice": "cbc:IssueDate",
    "BT-702(a)-notice": "cbc:NoticeLanguageCode",
    "BT-758-notice": f"{CHANGES}/efbc:ChangedNoticeIdentifier",
    "BT-140-notice": f"{CHANGES}/efac:ChangeReason/cbc:ReasonCode",
    "OPT-300-Procedure-Buyer": "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID",
    "BT-21-Procedure": "cac:ProcurementProject/cbc:Name",
    "BT-23-Procedure": "cac:ProcurementProject/cbc:ProcurementTypeCode",
    "BT-105-Procedure": "cac:TenderingProcess/cbc:ProcedureCode",
    "BT-262-Procedure": "cac:ProcurementProject/cac:MainCommodityClassification/cbc:ItemClassificationCode",
    "BT-263-Procedure": "cac:ProcurementProject/cac:AdditionalCommodityClassification/cbc:ItemClassificationCode",
    "BT-5071-Procedure": "cac:ProcurementProject/cac:RealizedLocation/cac:Address/cbc:CountrySubentityCode",
}
FROM_LOT: Mapping[str, str] = {
    "BT-137-Lot": "cbc:ID",
    "BT-21-Lot": "cac:ProcurementProject/cbc:Name",
    "BT-23-Lot": "cac:ProcurementProject/cbc:ProcurementTypeCode[@listName='contract-nature']",
    "BT-27-Lot": "cac:ProcurementProject/cac:RequestedTenderTotal/cbc:EstimatedOverallContractAmount",
    "BT-262-Lot": "cac:ProcurementProject/cac:MainCommodityClassification/cbc:ItemClassificationCode",
    "BT-263-Lot": "cac:ProcurementProject/cac:AdditionalCommodityClassification/cbc:ItemClassificationCode",
    "BT-5071-Lot": "cac:ProcurementProject/cac:RealizedLocation/cac:Address/cbc:CountrySubentityCode",
    "BT-131(d)-Lot": "cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndDate",
    "BT-131(t)-Lot": "cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndTime",
    "BT-1311(d)-Lot": "cac:TenderingProcess/cac:ParticipationRequestReceptionPeriod/cbc:EndDate",
    "BT-1311(t)-Lot": "cac:TenderingProcess/cac:ParticipationRequestReceptionPeriod/cbc:EndTime",
    "BT-630(d)-Lot": f"{INTEREST}/cbc:EndDate",
    "BT-630(t)-Lot": f"{INTEREST}/cbc:EndTime",
    "BT-71-Lot": f"cac:TenderingTerms/{QUALIFICATION}"
    "/cac:SpecificTendererRequirement[cbc:TendererRequirementTypeCode/@listName='reserved-procurement']"
    "/cbc:TendererRequirementTypeCode",
    "BT-736-Lot": "cac:TenderingTerms"
    "/cac:ContractExecutionRequirement[cbc:ExecutionRequirementCode/@listName='reserved-execution']"
    "/cbc:ExecutionRequirementCode",
    "BT-06-Lot": "cac:ProcurementProject"
    "/cac:ProcurementAdditionalType[cbc:ProcurementTypeCode/@listName='strategic-procurement']/cbc:ProcurementTypeCode",
    "BT-775-Lot": "cac:ProcurementProject"
    "/cac:ProcurementAdditionalType[cbc:ProcurementTypeCode/@listName='social-objective']/cbc:ProcurementTypeCode",
}
FROM_COMPANY: Mapping[str, str] = {
    "OPT-200-Organization-Company": "cac:PartyIdentification/cbc:ID",
    "BT-500-Organization-Company": "cac:PartyName/cbc:Name",
    "BT-501-Organization-Company": "cac:PartyLegalEntity/cbc:CompanyID",
}
FROM_LOT_RESULT: Mapping[str, str] = {
    "BT-13713-LotResult": "efac:TenderLot/cbc:ID",
    "BT-142-LotResult": "cbc:TenderResultCode",
    "BT-144-LotResult": "efac:DecisionReason/efbc:DecisionReasonCode",
}
GROUPS: Mapping[str, str] = {
    "companies": COMPANIES,
    "changes": CHANGES,
    "lot results": LOT_RESULTS,
    "lots": LOTS,
    "parts": PARTS,
}
PATHS = {**FROM_ROOT, **FROM_LOT, **FROM_COMPANY, **FROM_LOT_RESULT, **GROUPS}

LANGUAGE, CURRENCY = "languageID", "currencyID"
KEPT_ATTRIBUTES = frozenset((LANGUAGE, CURRENCY, *re.findall(r"@(\w+)", " ".join(PATHS.values()))))
"""The attributes that a path or a value needs."""


def _kept(prefixes: str) -> frozenset[str]:
    names = re.findall(rf"\b({prefixes}):(\w+)", " ".join(PATHS.values()))
    return frozenset(f"{{{NAMESPACES[prefix]}}}{name}" for prefix, name in names)


KEPT_VALUES = _kept("cbc|efbc")
"""The elements that a path ends at or asks about: their text is kept."""
KEPT_ELEMENTS = KEPT_VALUES | _kept("cac|ext|efext|efac")
"""These, and the elements that a path leads through, which are kept without their text."""

_COMPILED = {
    field: etree.XPath(path, namespaces=NAMESPACES, regexp=False, smart_strings=False) for field, path in PATHS.items()
}


def select(start: "Element", field: str) -> "list[Element]":
    """Return the elements of a field or a group, in document order, from the element that its table begins at."""
    return cast("list[Element]", _COMPILED[field](start))


def select_attributes(start: "Element", field: str) -> list[str]:
    """Return the values of a field that is an attribute, in document order."""
    return cast("list[str]", _COMPILED[field](start))

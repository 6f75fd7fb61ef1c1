"""The rules for a notice's own values, one by one, in the order of the model. Lots have a file of their own."""

import pytest

from services.procurement.notice.model import Buyer, Changes, LotResult, Notice
from services.procurement.notice.reader import read
from tests.procurement.notice.building import (
    ROOTS,
    buyer,
    cac,
    cbc,
    document,
    efac,
    efbc,
    extension,
    language,
    lot,
    main_cpv,
    more_cpv,
    notice,
    organisation,
    organisations,
    party_name,
    party_number,
    place,
    process,
    project,
)

KEYS = [
    "notice_id",
    "notice_version",
    "procedure_id",
    "subtype",
    "form_type",
    "notice_type",
    "kind",
    "dispatched_on",
    "language",
    "title",
    "buyers",
    "nature",
    "procedure",
    "cpv",
    "nuts",
    "lots",
    "parts",
    "changes",
    "results",
]


def _read(*children: str) -> Notice:
    return read(notice(*children))


@pytest.mark.parametrize("root", ROOTS)
def test_a_notice_may_say_nothing_at_all(root: str) -> None:
    """What a notice lacks is null or empty, and no key is missing or more, whatever its root."""
    assert read(notice(root=root)).as_json() == {
        **dict.fromkeys(KEYS),
        "kind": "other",
        "title": {},
        **dict.fromkeys(("buyers", "cpv", "nuts", "lots", "parts", "results"), ()),
    }


def test_keys_come_in_the_published_order() -> None:
    """The keys' order is the page's, for those who read the JSON with their eyes."""
    assert list(_read().as_json()) == KEYS


def test_white_space_is_as_xpath_leaves_it() -> None:
    """Spaces, tabs and line ends become one space; a no-break space is no white space."""
    assert _read(cbc("VersionID", "\n 0\t 1\u00a0 ")).notice_version == "0 1\u00a0"


@pytest.mark.parametrize(
    "text",
    ["0<!-- not this -->1", "0<?nor this?>1", "<![CDATA[0]]>1", "&#48;1", "0<b>1</b>", "<cbc:ID>0</cbc:ID>1"],
    ids=["comment", "instruction", "cdata", "reference", "element", "known element"],
)
def test_a_text_is_all_the_text_within(text: str) -> None:
    """Comments and instructions do not count and do not cut; elements inside an element belong to its text."""
    assert _read(cbc("VersionID", text)).notice_version == "01"


def test_of_several_the_first_that_is_not_empty_counts() -> None:
    """A single value may stand several times, and empty ones say nothing."""
    assert _read(cbc("VersionID", " "), cbc("VersionID", "02"), cbc("VersionID", "03")).notice_version == "02"


def test_the_notice_id_is_only_the_one_of_that_scheme() -> None:
    """BT-701 is the identifier with the scheme `notice-id`, wherever it stands among others."""
    others = cbc("ID", "a"), cbc("ID", "b", schemeName="other")
    assert _read(*others, cbc("ID", "c", schemeName="notice-id")).notice_id == "c"
    assert _read(*others).notice_id is None


def test_codes_and_identifiers_stay_as_written() -> None:
    """BT-04, BT-02, BT-03, OPP-070, BT-105: no code list is asked."""
    read_ = _read(
        extension(efac("NoticeSubType", cbc("SubTypeCode", "T99"))),
        cbc("ContractFolderID", "Not A Uuid"),
        cbc("NoticeTypeCode", "cn-standard", listName="competition"),
        process(cbc("ProcedureCode", "by lot")),
    )
    assert (read_.subtype, read_.procedure_id) == ("T99", "Not A Uuid")
    assert (read_.form_type, read_.notice_type, read_.procedure) == ("competition", "cn-standard", "by lot")


def test_a_form_type_without_a_notice_type_is_read() -> None:
    """BT-03 is an attribute: the element may be empty, and an empty attribute is passed over."""
    codes = cbc("NoticeTypeCode", "x", listName=" "), cbc("NoticeTypeCode", listName=" result ")
    assert _read(*codes).form_type == "result"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-05-31+03:00", "2023-05-31"),
        ("2023-05-31-12:00", "2023-05-31"),
        ("2023-12-31Z", "2023-12-31"),
        (" 2024-02-29\n", "2024-02-29"),
        ("2023-02-29+01:00", None),
        ("2023-13-01", None),
        ("0000-01-01", None),
        ("20230531", None),
        ("2023-W22-3", None),
        ("2023-05-31T10:00:00+02:00", None),
        ("31.5.2023", None),
        ("２０２３-05-31", None),
        ("soon", None),
    ],
)
def test_the_day_of_dispatch_is_as_written_and_a_day(written: str, day: str | None) -> None:
    """BT-05 loses its offset and is moved to no zone; what is no day of the calendar is null."""
    assert _read(cbc("IssueDate", written)).dispatched_on == day


def test_the_title_is_told_by_language() -> None:
    """BT-21: the first of a language wins, and a text without one is in the notice's language."""
    names = (
        cbc("Name", " ", languageID="FIN"),
        cbc("Name", "Städning", languageID="SWE"),
        cbc("Name", "Cleaning"),
        cbc("Name", "Cleaning again", languageID="ENG"),
        cbc("Name", "Putsning", languageID="SWE"),
    )
    assert _read(language("ENG"), project(*names)).title == {"SWE": "Städning", "ENG": "Cleaning"}


def test_a_title_in_no_known_language_is_und() -> None:
    """Where neither the text nor the notice names a language it is undetermined."""
    assert _read(project(cbc("Name", "Städning"), cbc("Name", "Putsning", languageID=""))).title == {"und": "Städning"}


def test_a_buyer_is_found_by_its_reference() -> None:
    """OPT-300 refers to OPT-200: name in the notice's language (BT-500), the first number (BT-501)."""
    names = party_name("Region Gotland", languageID="SWE"), party_name("Gotland Region", languageID="ENG")
    numbers = party_number(" "), party_number("232100-0826"), party_number("2")
    companies = organisations(organisation("ORG-0002"), organisation("ORG-0001", *names, *numbers))
    assert _read(companies, language("ENG"), buyer(" ORG-0001 ")).buyers == (
        Buyer(name="Gotland Region", organisation_number="232100-0826"),
    )


@pytest.mark.parametrize("code", ["", "DAN"], ids=["language unknown", "no name in it"])
def test_a_buyer_without_a_name_in_the_notices_language_has_its_first(code: str) -> None:
    """Better a name in another language than none."""
    names = party_name("Region Gotland", languageID="SWE"), party_name("Gotland Region", languageID="ENG")
    [found] = _read(organisations(organisation("ORG-1", *names)), language(code), buyer("ORG-1")).buyers
    assert found.name == "Region Gotland"


def test_there_is_a_buyer_for_each_reference() -> None:
    """One that nobody answers to is a buyer of whom nothing is known; an empty one is no buyer, a repeated one is one."""
    companies = organisations(organisation("ORG-1", party_number("1")), organisation("ORG-2", party_number("2")))
    references = buyer("ORG-2"), buyer(" "), buyer("TPO-9"), buyer("TPO-8"), buyer("ORG-1"), buyer("ORG-2")
    numbers = [found.organisation_number for found in _read(companies, *references).buyers]
    assert numbers == ["2", None, None, "1"]


def test_a_service_provider_is_no_buyer() -> None:
    """Its reference lies deeper in the buyer's party."""
    deeper = cac("ServiceProviderParty", cac("Party", cac("PartyIdentification", cbc("ID", "ORG-1"))))
    assert _read(cac("ContractingParty", cac("Party", deeper))).buyers == ()


def test_the_nature_is_never_taken_from_the_lots() -> None:
    """BT-23 of the procedure stands alone."""
    code = project(cbc("ProcurementTypeCode", "works", listName="contract-nature"))
    assert _read(lot(code)).nature is None
    assert _read(code).nature == "works"


def test_classifications_are_the_procedures_then_the_lots_then_the_parts() -> None:
    """BT-262 comes before BT-263, wherever they stand, and each code once."""
    read_ = _read(
        lot(project(main_cpv("6"), main_cpv("2")), scheme="Part"),
        lot(project(more_cpv("5"), main_cpv("4"))),
        lot(project(main_cpv("9")), scheme="LotsGroup"),
        project(more_cpv("2"), more_cpv("3"), main_cpv("1"), more_cpv("1")),
    )
    assert read_.cpv == ("1", "2", "3", "4", "5", "6")


def test_places_are_the_procedures_then_the_lots_then_the_parts() -> None:
    """BT-5071: places of performance alone; a country or an organisation's address is none."""
    address = cac("PostalAddress", cbc("CountrySubentityCode", "SE110"))
    read_ = _read(
        organisations(organisation("ORG-1", address)),
        project(place("SE214"), place("")),
        lot(project(place("SE3")), scheme="Part"),
        lot(project(place("SE21"), place("SE214"))),
    )
    assert read_.nuts == ("SE214", "SE21", "SE3")


def test_a_notice_without_changes_changes_nothing() -> None:
    """BT-758 and BT-140 are null together."""
    assert _read(extension(efac("NoticeSubType"))).changes is None


def test_a_change_may_say_neither_what_nor_why() -> None:
    """The element alone says that this notice changes another."""
    assert _read(extension(efac("Changes"))).changes == Changes(changed_notice=None, reasons=())


def test_a_change_tells_what_and_why() -> None:
    """BT-758 once, BT-140 as often as it stands, without repeats."""
    reasons = (efac("ChangeReason", cbc("ReasonCode", code)) for code in ("update-add", "cancel", "update-add"))
    changes = extension(efac("Changes", efbc("ChangedNoticeIdentifier", "abc-01"), *reasons))
    assert _read(changes).changes == Changes(changed_notice="abc-01", reasons=("update-add", "cancel"))


def test_there_is_a_result_for_each_lots_result() -> None:
    """BT-13713, BT-142, BT-144: also for one that says nothing."""
    said = efac(
        "LotResult",
        cbc("TenderResultCode", "clos-nw"),
        efac("DecisionReason", efbc("DecisionReasonCode", "no-rece")),
        efac("TenderLot", cbc("ID", "LOT-0001")),
    )
    assert _read(extension(efac("NoticeResult", said, efac("LotResult")))).results == (
        LotResult(lot="LOT-0001", outcome="clos-nw", not_awarded_reason="no-rece"),
        LotResult(lot=None, outcome=None, not_awarded_reason=None),
    )


def test_only_the_namespaces_make_a_name() -> None:
    """Prefixes are the writer's: any will do, and the usual ones bound to something else say nothing."""
    usual = document(cbc("VersionID", "01"))
    assert read(usual.replace("cbc:", "cac2:").replace(":cbc=", ":cac2=").encode()).notice_version == "01"
    assert read(usual.replace("CommonBasicComponents-2", "CommonBasicComponents-3").encode()).notice_version is None


def test_a_value_deeper_or_higher_than_its_path_is_another() -> None:
    """A path is read from the root, step by step."""
    assert _read(cac("Party", cbc("VersionID", "01"))).notice_version is None
    assert _read(cbc("Name", "x"), cac("ProcurementProject", project(cbc("Name", "y")))).title == {}

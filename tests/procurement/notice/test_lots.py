"""The rules for a lot's values, one by one, in the order of the model; a part has the same."""

import pytest

from services.procurement.notice.model import Lot, Money
from services.procurement.notice.reader import read
from tests.procurement.notice.building import (
    Maker,
    additional_type,
    cac,
    cbc,
    efac,
    extension,
    language,
    lot,
    main_cpv,
    more_cpv,
    notice,
    place,
    process,
    project,
    qualification,
    requirement,
    terms,
)

KEYS = [
    "id",
    "title",
    "nature",
    "cpv",
    "nuts",
    "tender_deadline",
    "interest_deadline",
    "reserved",
    "reserved_execution",
    "social_objectives",
    "strategic",
    "estimated_value",
]
SILENT = Lot(
    id="LOT-0001",
    title={},
    nature=None,
    cpv=(),
    nuts=(),
    tender_deadline=None,
    interest_deadline=None,
    reserved=(),
    reserved_execution=None,
    social_objectives=(),
    strategic=(),
    estimated_value=None,
)


@pytest.fixture(params=["Lot", "Part"])
def scheme(request: pytest.FixtureRequest) -> str:
    """Every rule holds for lots and for parts."""
    return str(request.param)


def _lot(scheme: str, *children: str) -> Lot:
    read_ = read(notice(language("SWE"), lot(*children, scheme=scheme)))
    [found], none = (read_.lots, read_.parts) if scheme == "Lot" else (read_.parts, read_.lots)
    assert none == ()
    return found


def test_a_lot_may_say_nothing_but_its_name(scheme: str) -> None:
    """BT-137: what it lacks is null or empty."""
    assert _lot(scheme) == SILENT


def test_keys_come_in_the_published_order(scheme: str) -> None:
    """No key is missing or more."""
    read_ = read(notice(lot(scheme=scheme))).as_json()
    assert [list(found) for found in (*read_["lots"], *read_["parts"])] == [KEYS]


def test_groups_and_things_without_a_scheme_are_no_lots() -> None:
    """Only the schemes `Lot` and `Part` make one; an identifier may be empty."""
    others = lot(scheme="LotsGroup"), cac("ProcurementProjectLot", cbc("ID", "LOT-1")), lot(scheme=" Lot")
    read_ = read(notice(*others, lot(identifier="")))
    assert [found.id for found in read_.lots] == [None]
    assert read_.parts == ()


def test_lots_keep_the_documents_order() -> None:
    """Whatever their identifiers are, and repeated ones too."""
    read_ = read(notice(*(lot(identifier=name) for name in ("LOT-2", "LOT-1", "LOT-2"))))
    assert [found.id for found in read_.lots] == ["LOT-2", "LOT-1", "LOT-2"]


def test_a_lot_tells_what_is_procured_and_where(scheme: str) -> None:
    """BT-21, BT-23, BT-262 before BT-263, BT-5071."""
    found = _lot(
        scheme,
        project(
            cbc("Name", "Tvätt"),
            cbc("Name", "Laundry", languageID="ENG"),
            cbc("ProcurementTypeCode", "supplies"),
            cbc("ProcurementTypeCode", "services", listName="contract-nature"),
            more_cpv("98311000"),
            main_cpv("98310000"),
            place("SE214"),
        ),
    )
    assert found.title == {"SWE": "Tvätt", "ENG": "Laundry"}
    assert found.nature == "services"
    assert found.cpv == ("98310000", "98311000")
    assert found.nuts == ("SE214",)


def _tenders(*children: str) -> str:
    return cac("TenderSubmissionDeadlinePeriod", *children)


def _requests(*children: str) -> str:
    return cac("ParticipationRequestReceptionPeriod", *children)


def _interest(*children: str) -> str:
    return extension(efac("InterestExpressionReceptionPeriod", *children))


@pytest.mark.parametrize(
    ("day", "time", "deadline"),
    [
        ("2023-05-22+01:00", "20:59:32+01:00", "2023-05-22T20:59:32+01:00"),
        ("2023-05-22Z", "20:59:32Z", "2023-05-22T20:59:32Z"),
        ("2023-05-22Z", "20:59:32+02:00", "2023-05-22T20:59:32+02:00"),
        ("2023-05-22+02:00", "20:59:32", "2023-05-22T20:59:32+02:00"),
        ("2023-05-22", "20:59:32-05:00", "2023-05-22T20:59:32-05:00"),
        ("2023-05-22", "20:59:32", "2023-05-22T20:59:32"),
        ("2023-05-22", "20:59:32.500Z", "2023-05-22T20:59:32.500Z"),
        ("2023-05-22+02:00", "24:00:00", "2023-05-22T24:00:00+02:00"),
        ("2023-05-22+02:00", " ", "2023-05-22+02:00"),
        ("2023-05-22+02:00", "noon", "2023-05-22+02:00"),
        ("2023-05-22+02:00", "25:00:00+02:00", "2023-05-22+02:00"),
        ("2023-05-22", "", "2023-05-22"),
        ("2023-02-30+02:00", "12:00:00+02:00", None),
        ("", "12:00:00+02:00", None),
    ],
)
@pytest.mark.parametrize("period", [_tenders, _requests], ids=["BT-131", "BT-1311"])
def test_a_deadline_is_put_together_as_written(
    scheme: str, period: Maker, day: str, time: str, deadline: str | None
) -> None:
    """The time's offset counts, else the date's; no hour is made up, and without a day there is no deadline."""
    found = _lot(scheme, process(period(cbc("EndDate", day), cbc("EndTime", time))))
    assert (found.tender_deadline, found.interest_deadline) == (deadline, None)


def test_the_tenders_deadline_goes_before_that_of_the_requests(scheme: str) -> None:
    """BT-131 counts if it has a date, wherever it stands; else BT-1311."""
    requests = _requests(cbc("EndDate", "2023-04-01"), cbc("EndTime", "09:00:00"))
    dated = _tenders(cbc("EndDate", "2023-05-01"))
    undated = _tenders(cbc("EndTime", "12:00:00"))
    assert _lot(scheme, process(requests, dated)).tender_deadline == "2023-05-01"
    assert _lot(scheme, process(undated, requests)).tender_deadline == "2023-04-01T09:00:00"


def test_a_time_is_not_borrowed_from_another_period(scheme: str) -> None:
    """A second period's hour says nothing of the first one's day."""
    both = _tenders(cbc("EndDate", "2023-05-01")), _tenders(cbc("EndDate", "2023-06-01"), cbc("EndTime", "12:00:00"))
    assert _lot(scheme, process(*both)).tender_deadline == "2023-05-01"


def test_interest_has_a_deadline_of_its_own(scheme: str) -> None:
    """BT-630 is the only deadline of a planning notice that is used as a call."""
    found = _lot(scheme, process(_interest(cbc("EndDate", "2023-05-31+03:00"), cbc("EndTime", "15:00:00+03:00"))))
    assert (found.tender_deadline, found.interest_deadline) == (None, "2023-05-31T15:00:00+03:00")


def test_a_reservation_is_told_once_each(scheme: str) -> None:
    """BT-71: several may stand in several requests."""
    requests = qualification(requirement("res-ws"), requirement("res-pub-ser")), qualification(requirement("res-ws"))
    assert _lot(scheme, terms(*requests)).reserved == ("res-ws", "res-pub-ser")


def test_not_reserved_is_a_statement(scheme: str) -> None:
    """BT-71 `none` stays: it is not silence."""
    assert _lot(scheme, terms(qualification(requirement("none")))).reserved == ("none",)


@pytest.mark.parametrize(
    "beside",
    [
        cbc("CompanyLegalFormCode"),
        requirement("x", "missing-info-submission"),
        requirement("x", "selection-criteria-source"),
        requirement("", "selection-criteria-source"),
    ],
    ids=["legal form", "missing documents", "criteria", "empty criteria"],
)
def test_a_request_about_something_else_reserves_nothing(scheme: str, beside: str) -> None:
    """BT-71's path leaves out a whole request for what stands beside, even if that is empty."""
    assert _lot(scheme, terms(qualification(requirement("res-ws"), beside))).reserved == ()


def test_a_requirement_of_another_list_reserves_nothing(scheme: str) -> None:
    """BT-71 is only what the list `reserved-procurement` says."""
    assert _lot(scheme, terms(qualification(requirement("x", "exclusion-grounds-source")))).reserved == ()


def test_reserved_execution_is_one_code_of_its_list(scheme: str) -> None:
    """BT-736 stands among other conditions for the contract's execution."""
    conditions = [
        cac("ContractExecutionRequirement", cbc("ExecutionRequirementCode", code, listName=name))
        for code, name in (("true", "ecatalog-submission"), ("not-known", "reserved-execution"))
    ]
    assert _lot(scheme, terms(*conditions)).reserved_execution == "not-known"


def test_aims_are_told_by_their_lists(scheme: str) -> None:
    """BT-06 and BT-775 share an element and differ in its list."""
    aims = [
        additional_type("soc-obj", "strategic-procurement"),
        additional_type("opp", "social-objective"),
        additional_type("none", "environmental-impact"),
        additional_type("inn-pur", "strategic-procurement"),
        additional_type("opp", "social-objective"),
    ]
    found = _lot(scheme, project(*aims))
    assert found.strategic == ("soc-obj", "inn-pur")
    assert found.social_objectives == ("opp",)


@pytest.mark.parametrize("number", ["123.45", "0", "-1", "+5", ".5", "12.", "0012.500", "99999999999999999999.99"])
def test_an_estimated_value_stays_as_written(scheme: str, number: str) -> None:
    """BT-27 is never a float."""
    value = cbc("EstimatedOverallContractAmount", f" {number}\n", currencyID="SEK")
    found = _lot(scheme, project(cac("RequestedTenderTotal", value)))
    assert found.estimated_value == Money(amount=number, currency="SEK")


@pytest.mark.parametrize("number", ["", "1e5", "1 000", "1,5", "NaN", "INF", ".", "١٢", "unpublished"])
def test_what_is_no_decimal_number_is_no_value(scheme: str, number: str) -> None:
    """BT-27: null rather than a guess."""
    value = cbc("EstimatedOverallContractAmount", number, currencyID="SEK")
    assert _lot(scheme, project(cac("RequestedTenderTotal", value))).estimated_value is None


def test_a_value_without_a_currency_is_kept(scheme: str) -> None:
    """The amount was said, the currency was not."""
    value = cbc("EstimatedOverallContractAmount", "5")
    found = _lot(scheme, project(cac("RequestedTenderTotal", value)))
    assert found.estimated_value == Money(amount="5", currency=None)

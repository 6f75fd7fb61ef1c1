"""The parts of the demo that could make it lie: the altered notices, and the ledger that the suite is held to."""

from datetime import date

import pytest

from deploy.local.sdk import example_notices
from deploy.local.story.ledger import Ledger
from deploy.local.story.notices import Address, form_of, readdressed
from services.procurement.notice.reader import read

DUE = date(2026, 4, 13)
BEFORE, AFTER = date(2026, 4, 12), date(2026, 4, 14)


def altered(name: str, *, ours: bool) -> bytes:
    """Alter one of the SDK's notices."""
    address = Address(
        sent_on=date(2026, 3, 2),
        closes_on=date(2026, 4, 10),
        notice_id="notice-1",
        procedure_id="procedure-1",
        ours=ours,
    )
    return readdressed(example_notices()[f"{name}.xml"], address)


def test_a_notice_of_ours_is_dated_and_addressed_anew() -> None:
    """Day, deadline, ids, buyer and place are the story's; what is bought stays as it was published."""
    former, notice = read(example_notices()["cn_24_minimal.xml"]), read(altered("cn_24_minimal", ours=True))
    assert (notice.dispatched_on, notice.notice_id, notice.procedure_id) == ("2026-03-02", "notice-1", "procedure-1")
    assert [buyer.organisation_number for buyer in notice.buyers] == ["212000-0803"]
    assert [lot.nuts for lot in notice.lots] == [("SE214",)]
    assert [(lot.tender_deadline or "")[:10] for lot in notice.lots] == ["2026-04-10"]
    assert (notice.cpv, notice.title, notice.subtype) == (former.cpv, former.title, former.subtype)


@pytest.mark.parametrize(("closes", "offset"), [(date(2026, 3, 13), "+01:00"), (date(2026, 4, 10), "+02:00")])
def test_a_deadline_has_the_offset_of_its_day(closes: date, offset: str) -> None:
    """In April an hour is summer time's, whatever it was on the day that the notice was first published."""
    address = Address(sent_on=date(2026, 3, 2), closes_on=closes, notice_id="n", procedure_id="p", ours=True)
    notice = read(readdressed(example_notices()["cn_24_minimal.xml"], address))
    assert {(lot.tender_deadline or "")[-6:] for lot in notice.lots} == {offset}


def test_another_buyers_notice_stays_its_own() -> None:
    """Of a foreign notice only days and ids change."""
    former, notice = read(example_notices()["cn_24_minimal.xml"]), read(altered("cn_24_minimal", ours=False))
    assert notice.dispatched_on == "2026-03-02"
    assert (notice.buyers, notice.nuts) == (former.buyers, former.nuts)


@pytest.mark.parametrize("name", ["pin-only_24", "pin-rtl_24"])
def test_a_plan_without_a_procedure_gets_one(name: str) -> None:
    """Some plans name no procedure (BT-04); in the story each has one."""
    assert read(altered(name, ours=True)).procedure_id == "procedure-1"


def test_the_form_is_what_the_notice_says() -> None:
    """Form type (BT-03) and subtype (OPP-070) are counted as the reader has them."""
    notice = read(example_notices()["cn-social_24.xml"])
    assert form_of(example_notices()["cn-social_24.xml"]) == (notice.form_type, notice.subtype)


@pytest.mark.parametrize(
    ("acted", "recorded", "expected"),
    [
        (BEFORE, BEFORE, "done"), (DUE, DUE, "done"), (DUE, AFTER, "done-recorded-late"), (AFTER, AFTER, "done-late"),
    ],
)  # fmt: skip
def test_an_act_has_the_class_of_its_days(acted: date, recorded: date, expected: str) -> None:
    """The ledger knows the rebuttal clock by itself (features, item 2): tried at the due day and just after it."""
    ledger = Ledger()
    owed = ledger.arise("gs-4.first/1", date(2026, 1, 12), DUE)
    ledger.done(owed.duty_id, acted, recorded)
    assert owed.class_on(date(2026, 12, 31)) == expected
    assert owed.is_breach_on(date(2026, 12, 31)) is (expected == "done-late")


@pytest.mark.parametrize(("today", "expected"), [(DUE, ("open", False)), (AFTER, ("not-done", True))])
def test_without_an_act_the_day_after_is_a_breach(today: date, expected: tuple[str, bool]) -> None:
    """A due day is kept to its end."""
    owed = Ledger().arise("gs-4.first/1", date(2026, 1, 12), DUE)
    assert (owed.class_on(today), owed.is_breach_on(today)) == expected


def test_what_is_overdue_is_not_voided() -> None:
    """An object that is gone voids what was in time, and hides no breach."""
    ledger = Ledger()
    for number, gone in ((1, DUE), (2, AFTER)):
        ledger.arise(f"gs-4.first/{number}", date(2026, 1, 12), DUE)
        ledger.void(f"gs-4.first/{number}", gone)
    assert [owed.class_on(date(2026, 12, 31)) for owed in ledger.owed.values()] == ["voided", "not-done"]


def test_it_is_raised_on_the_first_working_day_and_ten_later() -> None:
    """Over the first of May: head on 14 April, board on 28 April; due on 24 April, board on 12 May."""
    ledger = Ledger()
    assert ledger.arise("gs-4.first/1", BEFORE, DUE).escalations == (AFTER, date(2026, 4, 28))
    assert ledger.arise("gs-4.first/2", BEFORE, date(2026, 4, 24)).escalations[1] == date(2026, 5, 12)

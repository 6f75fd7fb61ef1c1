"""What the views hold of an enterprise, and that no person's name stands in them."""

from datetime import date

import pytest

from services.registry.domain.rows import Outcome, Pending, Standing
from services.registry.views.contact import CONTACT as CONTACTS
from services.registry.views.enterprise import ENTERPRISE
from shared.contracts.values import Enc
from tests.registry.stories import (
    APPLICATION,
    CONTACT,
    PUBLIC_BODY,
    SOLE_TRADER,
    add_details,
    apply,
    assessment_id,
    close,
    contact,
    declare,
    known,
    met,
    offer,
    recognised,
    recorded,
    refuse,
    register,
    registry,
    report,
    row_of,
    withdrawn,
)

DAY = date.fromisoformat


def test_an_enterprise_shows_how_it_stands_and_stood() -> None:
    """Each standing has the day from which it holds; the newest is the status."""
    row = row_of(ENTERPRISE, withdrawn())
    assert (row.status, row.since, row.review_due_on) == ("withdrawn", DAY("2026-09-01"), None)
    assert row.standings == (
        Standing(status="registered", effective_from=DAY("2026-01-12")),
        Standing(status="recognised", effective_from=DAY("2026-04-01"), criteria_version="sofisam-2015"),
        Standing(status="withdrawn", effective_from=DAY("2026-09-01"), criteria_version="sofisam-2015"),
    )


def test_an_enterprise_shows_its_criteria() -> None:
    """The newest outcome of each criterion, as the decisions see it."""
    story = known().given(met("DF-0", n=1), met("DF-0", n=2, outcome="conflict", assessed_on="2026-03-01"))
    row = row_of(ENTERPRISE, story)
    assert row.criteria == {
        "DF-0": Outcome(
            assessment_id=assessment_id("DF-0", 1),
            outcome="met",
            assessed_on=DAY("2026-03-02"),
            interpretation_id="business@2016-01-01",
        )
    }


def test_an_ownership_check_is_open_until_the_ownership_was_assessed() -> None:
    """A number that starts with 2 opens it, an assessment of DF-4 on evidence closes it, whatever its outcome."""
    story = registry().given(register(PUBLIC_BODY))
    assert row_of(ENTERPRISE, story).ownership_check == "open"
    story.given(met("DF-4", outcome="evidence-insufficient", public_ownership_share=None))
    assert row_of(ENTERPRISE, story).ownership_check == "open"
    story.given(met("DF-4", n=1, outcome="not-met", public_ownership_share="1"))
    assert row_of(ENTERPRISE, story).ownership_check == "closed"
    assert row_of(ENTERPRISE, known()).ownership_check is None


def test_an_application_waits_until_it_is_answered() -> None:
    """It waits from the day when it was received."""
    story = known().given(apply())
    assert row_of(ENTERPRISE, story).pending == (Pending(application_id=APPLICATION, received_on=DAY("2026-02-16")),)
    story.given(met("DF-3", outcome="not-met"), refuse("DF-3"))
    assert row_of(ENTERPRISE, story).pending == ()


def test_what_it_offers_and_declares_is_shown() -> None:
    """The offering as stated, and of the target share only whether it reaches 30 percent."""
    row = row_of(ENTERPRISE, recognised().given(offer(), declare(3, 10, valid_until="2027-03-31")))
    assert row.offering is not None
    assert (row.offering.cpv, row.offering.nuts) == (("9091",), ("SE214",))
    assert (row.reaches_30_percent, row.share_as_of, row.share_valid_until) == (
        True,
        DAY("2026-04-01"),
        DAY("2027-03-31"),
    )


def test_a_closed_enterprise_waits_for_nothing() -> None:
    """No application and no review is left, and the reason is shown."""
    row = row_of(ENTERPRISE, recognised().given(close()))
    assert (row.status, row.review_due_on, row.closed_because) == ("closed", None, "dissolved")


def test_a_sole_trader_shows_by_a_mark() -> None:
    """The name and number are ciphertext in the row."""
    story = registry().given(register(SOLE_TRADER, legal_form="enskild-firma", identity_mac="mac-1"))
    row = row_of(ENTERPRISE, story)
    assert (row.is_sole_trader, row.name, row.organisation_number, row.is_incomplete) == (True, None, None, False)
    assert isinstance(row.name_enc, Enc)
    assert isinstance(row.number_enc, Enc)


def test_a_report_without_personal_details_is_incomplete_until_they_are_added() -> None:
    """It is listed as incomplete as long as the name or the number is missing."""
    story = registry().given(report("personnummer", legal_form="enskild-firma"))
    assert row_of(ENTERPRISE, story).is_incomplete
    story.given(add_details(name="Annas snickeri"))
    assert row_of(ENTERPRISE, story).is_incomplete
    story.given(add_details(organisation_number=SOLE_TRADER, identity_mac="mac-1"))
    assert not row_of(ENTERPRISE, story).is_incomplete


def test_clear_text_does_not_reach_a_view() -> None:
    """An event that is not sealed is a fault of ours and stops the fold."""
    story = registry().given(register(SOLE_TRADER, legal_form="enskild-firma", identity_mac="mac-1"))
    (event,) = recorded(story)
    clear = type(event)(event.log, event.index, story.told[0])
    with pytest.raises(TypeError, match="clear text"):
        ENTERPRISE.fold(None, clear)


def test_the_contacts_in_use_are_shown() -> None:
    """A replaced or withdrawn contact is gone, a person's address is ciphertext."""
    other = "01930000-0000-7000-8000-00000000c002"
    story = known().given(
        contact(), contact(contact_id=other, personal_address="a@b.example", replaces_contact_id=CONTACT)
    )
    row = row_of(CONTACTS, story)
    assert list(row.contacts) == [other]
    assert isinstance(row.contacts[other].address_enc, Enc)
    assert row_of(CONTACTS, story.given(contact(contact_id=other, withdrawn=True))).contacts == {}

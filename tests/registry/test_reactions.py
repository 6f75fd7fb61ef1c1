"""What other systems may report to registry's inbox, and what is asked for by it."""

from datetime import date
from typing import Any

import pytest

from services.registry.domain.contact import ChangeContact
from services.registry.domain.offering import UpdateOffering
from services.registry.domain.reactions import NOT_AN_ID, REACTIONS
from services.registry.domain.registration import CloseEnterprise, ReportEnterprise
from shared.contracts.cloudevent import Event
from shared.contracts.registry import ContactChanged, EnterpriseClosed, EnterpriseRegistered, OfferingUpdated
from shared.contracts.values import Plain
from shared.deciding import Command
from shared.log.tables import Working
from shared.reacting import Message
from tests.authorities import authority
from tests.registry.stories import CONTACT, ENTERPRISE, known, registry
from tests.spec import at

REGISTERED = EnterpriseRegistered.model_validate({
    "enterpriseId": ENTERPRISE, "name": "Kooperativet Ängen", "identity": {"kind": "orgnr", "value": "5560360793"},
    "legalForm": "ekonomisk-forening", "municipalityCode": "0980", "registeredOn": "2026-01-12",
})  # fmt: skip
OFFERED = OfferingUpdated.model_validate({
    "enterpriseId": ENTERPRISE, "cpv": ["9091"], "nuts": [], "validFrom": "2026-04-01", "statedBy": "enterprise",
})  # fmt: skip
CONTACTED = ContactChanged.model_validate({
    "enterpriseId": ENTERPRISE, "contactId": CONTACT, "purpose": "procurement", "channel": "email",
    "address": "anbud@angen.example", "validFrom": "2026-04-01",
})  # fmt: skip
CLOSED = EnterpriseClosed.model_validate({
    "enterpriseId": ENTERPRISE, "closedOn": "2026-11-02", "reasonCode": "dissolved", "source": "bolagsverket",
})  # fmt: skip


def reported(event: Event) -> Any:
    """Give what a report of another system asks for."""
    message = Message("diary", "/diary", "1", event, at("2026-11-03"))
    return REACTIONS.inbox[type(event)](message, Working([]), authority())


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (REGISTERED, ReportEnterprise), (OFFERED, UpdateOffering), (CONTACTED, ChangeContact), (CLOSED, CloseEnterprise),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)  # fmt: skip
def test_a_report_asks_for_its_command(event: Event, command: type) -> None:
    """Each event that may be reported asks for one command, and is recorded with the same fields."""
    asked = reported(event)
    assert type(asked) is command
    assert isinstance(asked, Command)
    story = registry() if command is ReportEnterprise else known()
    story.when(asked).then(event)


def test_nothing_else_is_taken() -> None:
    """Decisions on recognition are the authority's own and never come from another system."""
    assert set(REACTIONS.inbox) == {EnterpriseRegistered, OfferingUpdated, ContactChanged, EnterpriseClosed}


@pytest.mark.parametrize("event", [REGISTERED, OFFERED, CONTACTED, CLOSED], ids=lambda event: type(event).__name__)
def test_ids_are_ours_by_form(event: Event) -> None:
    """An id that is not a UUIDv7 is refused: it may say something about whom it names."""
    assert reported(event.model_copy(update={"enterprise_id": "556036-0793"})) == NOT_AN_ID


def test_a_contact_s_id_is_of_that_form_too() -> None:
    """A contact's id names its key."""
    assert reported(CONTACTED.model_copy(update={"contact_id": "anna"})) == NOT_AN_ID


def test_a_report_says_when_it_happened() -> None:
    """What is reported late happened when the report says."""
    asked = reported(REGISTERED)
    assert (asked.at, asked.registered_on) == (at("2026-11-03"), date(2026, 1, 12))
    assert asked.name == Plain('"Kooperativet Ängen"')

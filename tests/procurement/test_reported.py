"""What other systems report of tenders: accepted as the commands that they ask for, and judged by our own rules."""

import pytest

from services.procurement.domain.reactions import REACTIONS
from services.procurement.domain.reported import NO_ID
from services.procurement.domain.tender_commands import TenderCommand
from shared.contracts.cloudevent import Event
from shared.contracts.procurement import TENDER_EVENTS, SuitabilityAssessed, TenderPublished
from shared.deciding import Refused
from shared.reacting import Message
from tests.authorities import authority
from tests.contracts.test_procurement import EXAMPLES
from tests.procurement.stories import OUTSIDER, offers, recognised, registered
from tests.procurement.world import World
from tests.spec import at


def reported(event: Event) -> TenderCommand | Refused:
    """Take a report of another system."""
    message = Message("upphandling", "/upphandling", "m-1", event, at("2026-12-01"))
    command = REACTIONS.inbox[type(event)](message, World().rows, authority())
    assert isinstance(command, (TenderCommand, Refused))
    return command


def example(kind: type[Event], **changes: object) -> Event:
    """Give the golden example of an event."""
    return kind.model_validate(EXAMPLES[kind]).model_copy(update=changes)


@pytest.mark.parametrize("kind", TENDER_EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_of_a_tender_may_be_reported(kind: type[Event]) -> None:
    """The same types and fields that procurement publishes."""
    command = reported(example(kind))
    assert isinstance(command, TenderCommand)
    assert command.subject.startswith("tender/")
    assert command.at == at("2026-12-01")


def test_only_events_of_a_tender_may_be_reported() -> None:
    """Whom a tender suits is found here."""
    assert set(REACTIONS.inbox) == set(TENDER_EVENTS)
    assert SuitabilityAssessed not in REACTIONS.inbox


def test_a_tender_s_id_must_be_a_uuid7() -> None:
    """An id that is made from something else is refused, with a reason."""
    assert reported(example(TenderPublished, tender_id="upphandling-7")) == NO_ID


def test_who_is_an_own_buyer_is_not_taken_over() -> None:
    """What the report says of it is not asked."""
    claims = example(
        TenderPublished, is_own=True, buyers=(OUTSIDER.model_copy(update={"board": "buying-board:executive"}),)
    )
    command = reported(claims)
    assert isinstance(command, TenderCommand)
    world = World().hears(registered(), offers("77310000"), recognised()).do(command)
    assert [event.is_own for event in world.told(TenderPublished)] == [False]
    assert world.duties == {}


def test_a_reported_publication_is_judged_as_any_other() -> None:
    """It makes the same duty, with the day that it says."""
    command = reported(example(TenderPublished))
    assert isinstance(command, TenderCommand)
    world = World().hears(registered(), offers("77310000"), recognised()).do(command)
    assert [duty.trigger_on.isoformat() for duty in world.duties.values()] == ["2026-03-02"]

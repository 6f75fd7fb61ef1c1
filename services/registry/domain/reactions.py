"""What follows from a merger, and what registry takes from other systems. It follows no other service."""

from collections.abc import Iterable
from typing import TypeVar

from services.registry.domain.contact import ChangeContact
from services.registry.domain.enterprise import EnterpriseCommand
from services.registry.domain.offering import UpdateOffering
from services.registry.domain.registration import CloseEnterprise, ReportEnterprise
from shared.contracts.cloudevent import Event, Recorded
from shared.contracts.registry import (
    ContactChanged,
    EnterpriseClosed,
    EnterpriseRegistered,
    EnterprisesMerged,
    OfferingUpdated,
)
from shared.contracts.values import UUID7
from shared.deciding import Command, Refused
from shared.merging import taken_over
from shared.policy.authority import Authority
from shared.reacting import Message, Reactions, Rows

E = TypeVar("E", bound=Event)

NOT_AN_ID = Refused(
    "enterprise-id-not-uuid7", None,
    "Ett id i meddelandet är ingen UUIDv7 med gemener; skapa ett nytt id.",
    "An id in the message is no UUIDv7 in lower case; make a new one.",
)  # fmt: skip


def on_merged(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Let the survivor's review stand for those of the absorbed, then close each absorbed enterprise (edge rule 16)."""
    event = recorded.event
    if not isinstance(event, EnterprisesMerged):
        return
    yield from taken_over(recorded, rows)
    for absorbed_id in event.absorbed_ids:
        yield CloseEnterprise(
            at=recorded.envelope.occurredat, enterprise_id=absorbed_id, closed_on=event.merged_on, reason_code="merged",
            source="officer", evidence=event.evidence,
        )  # fmt: skip


def reported_registered(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system tells of an enterprise; a sole trader's name and number are added by an officer."""
    event = _event(message, EnterpriseRegistered)
    return _asked(ReportEnterprise, message, organisation_number=event.identity.value, name=event.name)


def reported_offering(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system tells what an enterprise offers."""
    return _asked(UpdateOffering, message)


def reported_contact(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system tells of a function mailbox; persons' addresses are an officer's to enter."""
    if not UUID7.match(_event(message, ContactChanged).contact_id):
        return NOT_AN_ID
    return _asked(ChangeContact, message)


def reported_closed(message: Message, _rows: Rows, _authority: Authority) -> Command | Refused:
    """Another system, such as one that follows Bolagsverket, tells that an enterprise is gone."""
    return _asked(CloseEnterprise, message)


def _asked(command: type[EnterpriseCommand], message: Message, **fields: object) -> Command | Refused:
    """Make the command that a report asks for, of the fields that both have."""
    said = {name: getattr(message.event, name) for name in type(message.event).model_fields} | fields
    if not UUID7.match(said["enterprise_id"]):
        return NOT_AN_ID
    known = {name: value for name, value in said.items() if name in command.model_fields and value is not None}
    return command(at=message.occurred_at, **known)


def _event(message: Message, kind: type[E]) -> E:
    if not isinstance(message.event, kind):
        raise TypeError(f"{message.event.TYPE} was taken for {kind.TYPE}")
    return message.event


REACTIONS = Reactions(
    to={EnterprisesMerged: (on_merged,)},
    inbox={
        EnterpriseRegistered: reported_registered,
        OfferingUpdated: reported_offering,
        ContactChanged: reported_contact,
        EnterpriseClosed: reported_closed,
    },
)

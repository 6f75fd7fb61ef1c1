"""How to reach an enterprise. A function mailbox is in the clear; a person's address is sealed under the contact's own key."""

from typing import Annotated

from pydantic import Field

from services.registry.domain.enterprise import EnterpriseCommand, State, not_in_use
from services.registry.domain.personal import PersonalText
from shared.contracts.registry import Channel, ContactChanged, ContactPurpose, Language
from shared.contracts.values import Day, Id, NewId
from shared.deciding import Decision, Refused


class ChangeContact(EnterpriseCommand):
    """Enter a contact, or take one out of use (`withdrawn`). `address` is a function mailbox, `personalAddress` a person's."""

    KEY_OF = ("contact", "contact_id")

    contact_id: NewId
    purpose: ContactPurpose
    channel: Channel
    address: Annotated[str, Field(min_length=1, max_length=320)] | None = None
    personal_address: PersonalText | None = None
    valid_from: Day
    person_name: PersonalText | None = None
    function_title: Annotated[str, Field(max_length=200)] | None = None
    language: Language | None = None
    replaces_contact_id: Id | None = None
    withdrawn: bool | None = None


NO_ADDRESS = Refused(
    "contact-address-missing", None,
    "Ange en adress: antingen en funktionsbrevlåda eller en persons.",
    "Give one address: either a function mailbox or a person's.",
)  # fmt: skip
NO_CONTACT = Refused(
    "contact-unknown", None,
    "Det finns ingen sådan kontakt som används.",
    "There is no such contact in use.",
)  # fmt: skip


def change_contact(command: ChangeContact, state: State) -> Decision:
    """Enter a contact that has one address, or take a known one out of use."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    named = {command.replaces_contact_id} if command.replaces_contact_id else set()
    named |= {command.contact_id} if command.withdrawn else set()
    if not named <= state.contacts:
        return NO_CONTACT
    has_one = (command.address is None) != (command.personal_address is None)
    if not has_one and not command.withdrawn:
        return NO_ADDRESS
    return [ContactChanged(
        enterprise_id=command.enterprise_id, contact_id=command.contact_id, purpose=command.purpose,
        channel=command.channel, address=command.address, address_enc=command.personal_address,
        valid_from=command.valid_from, person_name=command.person_name, function_title=command.function_title,
        language=command.language, replaces_contact_id=command.replaces_contact_id, withdrawn=command.withdrawn,
    )]  # fmt: skip

"""How to reach an enterprise: a function mailbox in the clear, a person sealed under the contact's own key."""

from datetime import date

from services.registry.domain.contact import NO_ADDRESS, NO_CONTACT, ChangeContact
from shared.contracts.registry import ContactChanged
from shared.contracts.values import Plain
from tests.registry.stories import CONTACT, ENTERPRISE, contact, known

OTHER = "01930000-0000-7000-8000-00000000c002"


def test_a_function_mailbox_is_in_the_clear() -> None:
    """It names nobody."""
    known().when(contact(language="sv")).then(
        ContactChanged(
            enterprise_id=ENTERPRISE,
            contact_id=CONTACT,
            purpose="procurement",
            channel="email",
            address="anbud@angen.example",
            valid_from=date(2026, 4, 1),
            language="sv",
        )
    )


def test_a_person_s_address_is_sealed() -> None:
    """An address and a name of a person are sealed under a key of that contact, which procurement may read."""
    (event,) = known().when(contact(personal_address="anna@angen.example", person_name="Anna")).events()
    assert isinstance(event, ContactChanged)
    assert (event.address, event.address_enc, event.person_name) == (
        None,
        Plain('"anna@angen.example"'),
        Plain('"Anna"'),
    )
    assert ChangeContact.KEY_OF == ("contact", "contact_id")


def test_a_contact_has_one_address() -> None:
    """Neither none nor two."""
    known().when(contact(address=None)).refused(NO_ADDRESS)
    known().when(contact(address="a@b.example", personal_address="c@d.example")).refused(NO_ADDRESS)


def test_a_contact_is_replaced_by_another() -> None:
    """The replaced one is out of use and can't be replaced again."""
    story = known().given(contact(), contact(contact_id=OTHER, replaces_contact_id=CONTACT))
    story.when(contact(replaces_contact_id=CONTACT)).refused(NO_CONTACT)
    assert story.when(contact(replaces_contact_id=OTHER)).events()


def test_a_contact_is_taken_out_of_use() -> None:
    """Only one in use can be, and no address is needed."""
    known().when(contact(withdrawn=True)).refused(NO_CONTACT)
    story = known().given(contact(), contact(withdrawn=True))
    story.when(contact(withdrawn=True)).refused(NO_CONTACT)

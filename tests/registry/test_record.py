"""Correcting what was recorded of an enterprise: it is read as if it had been right from the beginning."""

import pytest

from services.registry.domain.decided import NOT_MET
from services.registry.domain.enterprise import UNKNOWN
from services.registry.domain.record import CONTACT_IS_ENTERED_ANEW, IDENTITY_STAYS
from services.registry.domain.registration import ALREADY_REGISTERED, NOT_A_NUMBER
from shared.contracts.duty import EventCorrected
from shared.contracts.values import Plain
from tests.registry.stories import (
    LEGAL_PERSON,
    SOLE_TRADER,
    assessed,
    contact,
    correct,
    known,
    recognise,
    register,
    registry,
)

OTHER_NUMBER = "2120000803"


def test_a_corrected_assessment_counts_as_corrected() -> None:
    """A criterion that was recorded as met by mistake is not met, from the beginning."""
    story = assessed()
    (event,) = story.when(correct(story, 4, outcome="not-met")).events()
    assert isinstance(event, EventCorrected)
    story.when(recognise()).refused(NOT_MET["DF-3"])


def test_what_never_happened_is_not_there() -> None:
    """An assessment that was recorded by mistake is gone, and its criterion waits for one."""
    story = assessed()
    story.given(correct(story, 5, kind="never-happened")).when(recognise()).refused(NOT_MET["DF-4"])


def test_a_legal_person_s_number_can_be_corrected() -> None:
    """The right number is then the enterprise's own, unless another one has it."""
    story = known()
    command = correct(story, 0, identity__value=OTHER_NUMBER)
    assert command.claims == (f"orgnr:{OTHER_NUMBER}",)
    story.past.owners[f"orgnr:{OTHER_NUMBER}"] = "enterprise/another"
    story.when(command).refused(ALREADY_REGISTERED)
    story.past.owners.clear()
    assert story.when(command).events()


@pytest.mark.parametrize("number", ["5560360794", "556036-0793", "121212-1212", "1212121212", 7, None])
def test_a_corrected_number_is_a_legal_person_s(number: object) -> None:
    """Ten digits, right by their check digit, and no person's."""
    story = known()
    story.when(correct(story, 0, identity__value=number)).refused(NOT_A_NUMBER)


def test_whom_a_number_names_is_not_corrected() -> None:
    """A person's number is not corrected: what is unique about it is known by its MAC only."""
    story = known()
    story.when(correct(story, 0, identity__kind="personnummer")).refused(IDENTITY_STAYS)
    person = registry().given(register(SOLE_TRADER, identity_mac="mac-1", legal_form="enskild-firma"))
    sealed = Plain('"7010632391"')
    person.when(correct(person, 0, identity__valueEnc=sealed)).refused(IDENTITY_STAYS)
    person.when(correct(person, 0, identity__value=LEGAL_PERSON)).refused(IDENTITY_STAYS)


def test_a_person_s_contact_is_entered_anew() -> None:
    """It is sealed under the contact's own key, which a correction does not have; a mailbox can be corrected."""
    story = known().given(contact(personal_address="anna@angen.example"))
    story.when(correct(story, 1, addressEnc=Plain('"eva@angen.example"'))).refused(CONTACT_IS_ENTERED_ANEW)
    mailbox = known().given(contact())
    assert mailbox.when(correct(mailbox, 1, address="inkop@angen.example")).events()


def test_an_unknown_enterprise_has_nothing_to_correct() -> None:
    """Nothing was recorded of it."""
    registry().when(correct(known(), 0, name="Ängen")).refused(UNKNOWN)

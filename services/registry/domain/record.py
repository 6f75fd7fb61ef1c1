"""Correcting what was recorded of an enterprise."""

from typing import ClassVar, Final

from typing_extensions import override

from services.registry.domain.enterprise import UNKNOWN, EnterpriseCommand, State
from services.registry.domain.registration import NOT_A_NUMBER
from shared.contracts.duty import Change
from shared.contracts.registry import ContactChanged
from shared.contracts.values import Plain
from shared.correction import CorrectEvent, correct
from shared.deciding import Decision, Past, Refused
from shared.policy import organisation_number

NUMBER: Final = "/identity/value"


class CorrectEnterprise(CorrectEvent, EnterpriseCommand):
    """Correct an event of the enterprise; a new value of a personal field is sealed as the field was."""

    KEY_OF: ClassVar[tuple[str, str] | None] = ("sole-trader", "enterprise_id")

    @property
    @override
    def claims(self) -> tuple[str, ...]:
        """A corrected number is the enterprise's own, too."""
        numbers = (_number(change) for change in self.changes if change.pointer == NUMBER)
        return tuple(f"orgnr:{number}" for number in numbers if number)


CONTACT_IS_ENTERED_ANEW = Refused(
    "contact-entered-anew", None,
    "En persons kontaktuppgift rättas genom en ny kontakt som ersätter den gamla.",
    "A person's contact is corrected by a new contact that replaces it.",
)  # fmt: skip
IDENTITY_STAYS = Refused(
    "identity-not-corrected", None,
    "Bara en juridisk persons nummer kan rättas; registrera annars företaget på nytt och avsluta detta.",
    "Only a legal person's number can be corrected; otherwise register the enterprise anew and close this one.",
)  # fmt: skip


def correct_enterprise(command: CorrectEnterprise, past: Past) -> Decision:
    """Correct an event, but neither whom a number names nor what is sealed under another key."""
    state: State = past.state(command.subject)
    if state.status == "unknown":
        return UNKNOWN
    cited = next((e.data for e in past.history(command.subject) if e.id == command.corrects.event_id), None)
    if isinstance(cited, ContactChanged) and any(isinstance(change.after, Plain) for change in command.changes):
        return CONTACT_IS_ENTERED_ANEW
    for change in command.changes:
        if change.pointer.startswith("/identity") and (change.pointer != NUMBER or state.identity_kind != "orgnr"):
            return IDENTITY_STAYS
        number = _number(change)
        if change.pointer == NUMBER and (number is None or number != change.after):
            return NOT_A_NUMBER
    return correct(command, past)


def _number(change: Change) -> str | None:
    """Give a legal person's number as it is to be stored; None if the new value is none."""
    number = organisation_number.read(change.after) if isinstance(change.after, str) else None
    return number.digits if number and number.kind == "orgnr" else None

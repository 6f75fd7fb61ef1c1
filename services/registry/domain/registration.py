"""Entering an enterprise into the registry, what a report left out, and closing it."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Final

from pydantic.json_schema import SkipJsonSchema
from typing_extensions import override

from services.registry.domain.enterprise import (
    CLOSED,
    IN_FUTURE,
    EnterpriseCommand,
    State,
    is_personal,
    is_to_come,
    not_in_use,
)
from services.registry.domain.personal import PersonalText, resaid, said
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.registry import (
    ClosureReason,
    ClosureSource,
    EnterpriseClosed,
    EnterpriseRegistered,
    LegalForm,
    MunicipalityCode,
    VatNumber,
    Website,
)
from shared.contracts.values import Day, DocumentRef, OrgNr, Personal, Plain
from shared.deciding import Decision, Past, Refused
from shared.policy import organisation_number
from shared.policy.organisation_number import OrganisationNumber

PERSON: Final = "person:"
"""What a person's number claims begins so; its MAC follows."""
NUMBER: Final = "identity/valueEnc"


def claim_of(identity: OrgNr) -> str | None:
    """Give what a legal person's number claims; a person's is claimed by its MAC, which no event holds."""
    return f"orgnr:{identity.value}" if identity.value else None


class _Numbered(EnterpriseCommand):
    """A command that may give the number; `identityMac` is the edge's, so that a person is registered once, too."""

    KEY_OF = ("sole-trader", "enterprise_id")

    organisation_number: PersonalText | None = None
    is_foreign: bool | None = None
    """The number was given in another country: it is kept as it is, sealed."""
    identity_mac: SkipJsonSchema[str | None] = None

    @cached_property
    def number(self) -> OrganisationNumber | None:
        """The number as read, once: deciding looks at it seven times; None if it is none, or a foreign one."""
        written = said(self.organisation_number)
        return None if written is None or self.is_foreign else organisation_number.read(written)

    @property
    @override
    def to_mac(self) -> Mapping[str, str]:
        """A person's number, and a foreign one, which may be a person's."""
        if self.is_foreign and self.organisation_number:
            return {"identity_mac": said(self.organisation_number).strip()}
        number = self.number
        return {} if number is None or number.kind == "orgnr" else {"identity_mac": number.digits}

    @cached_property
    @override
    def claims(self) -> tuple[str, ...]:
        """One enterprise a number, whoever registers it. Raises ValueError if the edge forgot the MAC."""
        if self.to_mac:
            if self.identity_mac is None:
                raise ValueError("a person's number is to be claimed and its MAC is missing")
            return (f"{PERSON}{self.identity_mac}",)
        number = self.number
        return (f"orgnr:{number.digits}",) if number and number.kind == "orgnr" else ()


class _Registration(_Numbered):
    """What is said of an enterprise when it is entered."""

    name: PersonalText | None = None
    legal_form: LegalForm
    municipality_code: MunicipalityCode
    registered_on: Day
    is_social_work_cooperative: bool | None = None
    business_started_on: Day | None = None
    vat_number: VatNumber | None = None
    website: Website | None = None


class RegisterEnterprise(_Registration):
    """Enter an enterprise, with its number and name."""

    organisation_number: PersonalText
    name: PersonalText

    @property
    @override
    def names_person(self) -> bool:
        """A legal person's number and name are stored in clear: there is nobody whose key would seal them."""
        return self.number is None or self.number.kind != "orgnr" or self.legal_form == "enskild-firma"


class ReportEnterprise(_Registration):
    """Another system reports an enterprise: of a sole trader it says what kind of number there is, and leaves out the name."""

    identity: OrgNr

    @property
    @override
    def to_mac(self) -> Mapping[str, str]:
        """Nothing: a person's number in a report is refused, and the report does not pass the edge that knows the MAC."""
        return {}


ALREADY_REGISTERED = Refused(
    "enterprise-already-registered", None,
    "Det finns redan ett företag med detta organisationsnummer; ändra det i stället.",
    "There already is an enterprise with this organisation number; change that one instead.",
)  # fmt: skip
NOT_A_NUMBER = Refused(
    "organisation-number-invalid", None,
    "Organisationsnumret är inte giltigt; kontrollera de tio siffrorna.",
    "The organisation number is not valid; check its ten digits.",
)  # fmt: skip
NUMBER_MISSING = Refused(
    "organisation-number-missing", None,
    "En juridisk person ska anges med namn och organisationsnummer.",
    "A legal person needs its name and organisation number.",
)  # fmt: skip
PERSONAL_IN_REPORT = Refused(
    "personal-data-in-report", None,
    "En rapport från ett annat system får inte innehålla personuppgifter; utelämna dem, så läggs de till av en handläggare.",
    "A report from another system may not hold personal data; leave it out and an officer will add it.",
)  # fmt: skip
VAT_NUMBER_IS_PERSONAL = Refused(
    "vat-number-is-personal", None,
    "En enskild näringsidkares momsnummer är ett personnummer; lämna det tomt.",
    "A sole trader's VAT number is a personal number; leave it out.",
)  # fmt: skip
NO_SUCH_EVENT = Refused(
    "event-unknown", None,
    "Det finns ingen sådan registrering av företaget; ange id för den händelse som saknar uppgifterna.",
    "There is no such registration of the enterprise; give the id of the event that lacks the details.",
)  # fmt: skip
NOTHING_MISSING = Refused(
    "registration-details-not-missing", None,
    "Registreringen saknar inte dessa uppgifter; rätta dem i stället om de är fel.",
    "The registration does not lack these details; correct them instead if they are wrong.",
)  # fmt: skip


def register(command: RegisterEnterprise, state: State) -> Decision:
    """Enter an enterprise. A person's number and name go where they are sealed."""
    if state.status != "unknown":
        return ALREADY_REGISTERED
    identity = _identity(command)
    return NOT_A_NUMBER if identity is None else _entered(command, identity)


def report(command: ReportEnterprise, state: State) -> Decision:
    """Enter what another system reported, without anything personal."""
    if state.status != "unknown":
        return ALREADY_REGISTERED
    identity, is_legal_person = command.identity, command.identity.kind == "orgnr"
    if not is_legal_person and (identity.value is not None or identity.value_enc is not None):
        return PERSONAL_IN_REPORT
    if is_legal_person:
        if command.organisation_number is None:
            return NUMBER_MISSING
        if command.number is None:
            return NOT_A_NUMBER
        if command.number.kind != "orgnr":
            return PERSONAL_IN_REPORT
        identity = OrgNr(kind="orgnr", value=command.number.digits)
    is_a_person = identity.kind in ("personnummer", "samordningsnummer") or command.legal_form == "enskild-firma"
    if is_a_person != (command.name is None):
        return PERSONAL_IN_REPORT if is_a_person else NUMBER_MISSING
    return _entered(command, identity)


def _identity(command: _Numbered) -> OrgNr | None:
    """Say whom the number names; a person's is to be sealed. None if it is no number."""
    written = command.organisation_number
    if written is None:
        return None
    if command.is_foreign:
        return OrgNr(kind="foreign", value_enc=resaid(said(written).strip(), written))
    number = command.number
    if number is None:
        return None
    if number.kind == "orgnr":
        return OrgNr(kind="orgnr", value=number.digits)
    return OrgNr(kind=number.kind, value_enc=resaid(number.digits, written))


def _entered(command: _Registration, identity: OrgNr) -> Decision:
    if is_to_come(command.registered_on, command):
        return IN_FUTURE
    event = EnterpriseRegistered(
        enterprise_id=command.enterprise_id,
        name=said(command.name),
        identity=identity,
        legal_form=command.legal_form,
        municipality_code=command.municipality_code,
        registered_on=command.registered_on,
        is_social_work_cooperative=command.is_social_work_cooperative,
        business_started_on=command.business_started_on,
        vat_number=command.vat_number,
        website=command.website,
    )
    if not is_personal(event):
        return [event]
    if command.vat_number is not None:
        return VAT_NUMBER_IS_PERSONAL
    return [event.model_copy(update={"name": None, "name_enc": command.name})]


class AddPersonalDetails(_Numbered):
    """Add the name or number that a reported sole trader lacks; `eventId` is the registration's."""

    ON_PAST = True

    event_id: str
    name: PersonalText | None = None


def add_details(command: AddPersonalDetails, past: Past) -> Decision:
    """Add what is missing, and nothing that is there."""
    state: State = past.state(command.subject)
    refused = not_in_use(state)
    if refused is not None:
        return refused
    registrations = [e.id for e in past.history(command.subject) if isinstance(e.data, EnterpriseRegistered)]
    if command.event_id not in registrations:
        return NO_SUCH_EVENT
    fields: dict[str, Personal] = {}
    if command.name is not None:
        fields["nameEnc"] = command.name
    if command.organisation_number is not None:
        identity = _identity(command)
        if identity is None or identity.kind != state.identity_kind or not isinstance(identity.value_enc, Plain):
            return NOT_A_NUMBER
        fields[NUMBER] = identity.value_enc
    if not fields or not set(fields) <= state.lacks:
        return NOTHING_MISSING
    return [PersonalDetailsAdded(event_id=command.event_id, fields=fields)]


class CloseEnterprise(EnterpriseCommand):
    """Say that the enterprise is gone, or is none that the authority deals with as a WISE."""

    KEY_OF = ("sole-trader", "enterprise_id")

    closed_on: date
    reason_code: ClosureReason
    source: ClosureSource
    evidence: DocumentRef | None = None
    administrator_contact: PersonalText | None = None


def close(command: CloseEnterprise, state: State) -> Decision:
    """Close it; the second source to tell of it tells nothing new."""
    refused = not_in_use(state)
    if refused is CLOSED:
        return []
    if refused is not None:
        return refused
    if is_to_come(command.closed_on, command):
        return IN_FUTURE
    return [EnterpriseClosed(
        enterprise_id=command.enterprise_id, closed_on=command.closed_on, reason_code=command.reason_code,
        source=command.source, evidence=command.evidence, administrator_contact=command.administrator_contact,
    )]  # fmt: skip

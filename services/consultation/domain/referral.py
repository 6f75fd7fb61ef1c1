"""Whom the authority sent to a body for support (BG-4, BG-6), and which companies that look for WISEs (BG-5).

A referral is help by somebody else: it informs nobody of procurement and fulfils no duty of the authority's, GS-5 least of all.
"""

from functools import cached_property
from typing import ClassVar

from typing_extensions import override

from services.consultation.domain.consultation import IN_FUTURE, is_to_come
from services.consultation.domain.partner import PartnerCommand, State, fields_of
from services.consultation.domain.personal import PersonalText, SaidStarter, resaid, said
from shared.contracts.partners import About, FollowedUp, SubcontractingReferralMade, SupportReferralMade, Topic
from shared.contracts.values import Cpv, Day, Id, NewId, OrgNr, Text
from shared.deciding import Decision, Refused
from shared.policy import organisation_number
from shared.policy.clause import BG_4, BG_5
from shared.policy.organisation_number import OrganisationNumber
from shared.policy.role import COOMPANION


class ReferToSupport(PartnerCommand):
    """Send an enterprise, or somebody who wants to start one, to a body for support."""

    KEY_OF: ClassVar[tuple[str, str] | None] = ("referral", "referral_id")

    referral_id: NewId
    about: About
    topic: Topic
    made_on: Day
    enterprise_id: Id | None = None
    starter: SaidStarter | None = None
    consent_on: Day | None = None


class FollowUpReferral(PartnerCommand):
    """Tell what came of a referral to support."""

    referral_id: Id
    outcome: Text
    on: Day


class ReferForSubcontracting(PartnerCommand):
    """Send a company that looks for WISEs to Coompanion. `recognised` is the edge's: whether it is a WISE itself."""

    KEY_OF: ClassVar[tuple[str, str] | None] = ("referral", "referral_id")

    referral_id: NewId
    organisation_number: PersonalText
    organisation_name: PersonalText
    cpv: tuple[Cpv, ...] | None = None
    made_on: Day
    recognised: bool

    @cached_property
    def number(self) -> OrganisationNumber | None:
        """The number as read; None if it is none."""
        return organisation_number.read(said(self.organisation_number))

    @property
    @override
    def names_person(self) -> bool:
        """A legal person's number and name are stored in clear."""
        return self.number is None or self.number.kind != "orgnr"


WHO_IS_IT = Refused(
    "referral-without-enterprise", BG_4,
    "En hänvisning av ett företag anger företagets id, och inget om en person.",
    "A referral of an enterprise gives the enterprise's id, and nothing of a person.",
)  # fmt: skip
STARTER_IS_NO_ENTERPRISE = Refused(
    "referral-of-starter-with-enterprise", BG_4,
    "Den som vill starta har inget företag än; ange i stället att hänvisningen gäller ett företag.",
    "Who wants to start has no enterprise yet; say instead that the referral is of an enterprise.",
)  # fmt: skip
NO_CONSENT = Refused(
    "referral-without-consent", BG_4,
    "Namn och adress lämnas vidare bara med samtycke; ange dagen för det, senast den dag då hänvisningen gjordes.",
    "Name and address are passed on with consent only; give its day, by that of the referral.",
)  # fmt: skip
NO_SUCH_REFERRAL = Refused(
    "referral-unknown", BG_4,
    "Det finns ingen sådan hänvisning till den parten; kontrollera dess id.",
    "There is no such referral to that body; check its id.",
)  # fmt: skip
FOLLOWED_UP_BEFORE = Refused(
    "referral-followed-up-before", BG_4,
    "En hänvisning följs inte upp innan den är gjord; kontrollera dagen.",
    "A referral isn't followed up before it is made; check the day.",
)  # fmt: skip
ONLY_COOMPANION = Refused(
    "subcontracting-not-to-coompanion", BG_5,
    "Företag som söker underleverantörer hänvisas till Coompanion.",
    "Companies that look for subcontractors are sent to Coompanion.",
)  # fmt: skip
IS_A_WISE = Refused(
    "organisation-is-wise", BG_5,
    "Organisationen är själv ett godkänt arbetsintegrerande socialt företag; registrera en hänvisning till stöd i stället.",
    "The organisation is a recognised WISE itself; record a referral to support instead.",
)  # fmt: skip
NO_NUMBER = Refused(
    "referral-number-invalid", BG_5,
    "Företagets nummer är inte giltigt; kontrollera de tio siffrorna.",
    "The company's number is not valid; check its ten digits.",
)  # fmt: skip


def refer_to_support(command: ReferToSupport, _state: State) -> Decision:
    """Record a referral."""
    if is_to_come(command.made_on, command):
        return IN_FUTURE
    refused = _of_enterprise(command) if command.about == "enterprise" else _of_starter(command)
    return [SupportReferralMade(**fields_of(command))] if refused is None else refused


def follow_up_referral(command: FollowUpReferral, state: State) -> Decision:
    """Record the referral again, with what came of it; who was referred stands in the first record, sealed in its own place."""
    former = next((each for each in reversed(state.support) if each.referral_id == command.referral_id), None)
    if former is None:
        return NO_SUCH_REFERRAL
    if is_to_come(command.on, command):
        return IN_FUTURE
    if command.on < former.made_on:
        return FOLLOWED_UP_BEFORE
    outcome = FollowedUp(outcome=command.outcome, on=command.on)
    news = {"followed_up": outcome, "starter": None, "consent_on": None}
    return [] if former.followed_up == outcome else [former.model_copy(update=news)]


def _of_enterprise(command: ReferToSupport) -> Refused | None:
    said_of_person = command.starter is not None or command.consent_on is not None
    return WHO_IS_IT if command.enterprise_id is None or said_of_person else None


def _of_starter(command: ReferToSupport) -> Refused | None:
    if command.enterprise_id is not None:
        return STARTER_IS_NO_ENTERPRISE
    consent = command.consent_on
    if command.starter is not None and (consent is None or consent > command.made_on):
        return NO_CONSENT
    return None


def refer_for_subcontracting(command: ReferForSubcontracting, _state: State) -> Decision:
    """Record it for an ordinary company. A sole trader's number and name go where they are sealed."""
    if command.partner_id != COOMPANION:
        return ONLY_COOMPANION
    if is_to_come(command.made_on, command):
        return IN_FUTURE
    number = command.number
    if number is None:
        return NO_NUMBER
    if command.recognised:
        return IS_A_WISE
    is_person = number.kind != "orgnr"
    identity = (
        OrgNr(kind=number.kind, value_enc=resaid(number.digits, command.organisation_number))
        if is_person
        else OrgNr(kind="orgnr", value=number.digits)
    )
    return [SubcontractingReferralMade(
        referral_id=command.referral_id,
        partner_id=command.partner_id,
        organisation=identity,
        organisation_name=None if is_person else said(command.organisation_name),
        organisation_name_enc=command.organisation_name if is_person else None,
        cpv=command.cpv,
        made_on=command.made_on,
    )]  # fmt: skip

"""All that registry decides by."""

from collections.abc import Iterator
from functools import partial

from services.registry.domain import application, contact, enterprise, loss, merger, offering, recognition, registration
from services.registry.domain.assessment import AssessCriterion, assess
from services.registry.domain.duties import EVENTS, duties
from services.registry.domain.record import CorrectEnterprise, correct_enterprise
from shared.contracts.cloudevent import Event
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.registry import ENTERPRISE_EVENTS, EnterpriseRegistered
from shared.contracts.values import Personal
from shared.deciding import Decider, Rules
from shared.policy.authority import Authority


def _claims(event: Event) -> tuple[str, ...]:
    """A legal person's number is its own, also where its registration came by another way than a command of ours."""
    claim = registration.claim_of(event.identity) if isinstance(event, EnterpriseRegistered) else None
    return (claim,) if claim else ()


def _sealed_claims(event: Event) -> Iterator[tuple[str, Personal]]:
    """A person's number, also where it was added to a report."""
    if isinstance(event, EnterpriseRegistered) and event.identity.value_enc is not None:
        yield registration.PERSON, event.identity.value_enc
    if isinstance(event, PersonalDetailsAdded) and registration.NUMBER in event.fields:
        yield registration.PERSON, event.fields[registration.NUMBER]


def rules(authority: Authority) -> Rules:
    """Put the rules together for an authority."""
    decider = Decider(
        category="enterprise",
        log=EVENTS,
        initial=enterprise.initial,
        evolve=enterprise.evolve,
        decides={
            registration.RegisterEnterprise: registration.register,
            registration.ReportEnterprise: registration.report,
            registration.AddPersonalDetails: registration.add_details,
            application.ApplyForRecognition: application.apply,
            AssessCriterion: partial(assess, authority),
            recognition.RecogniseEnterprise: partial(recognition.recognise, authority),
            application.RefuseRecognition: application.refuse,
            loss.SuspendRecognition: loss.suspend,
            loss.WithdrawRecognition: loss.withdraw,
            recognition.RestoreRecognition: partial(recognition.restore, authority),
            offering.UpdateOffering: offering.update_offering,
            offering.DeclareTargetShare: offering.declare_target_share,
            contact.ChangeContact: contact.change_contact,
            registration.CloseEnterprise: registration.close,
            merger.MergeEnterprises: merger.merge,
            CorrectEnterprise: correct_enterprise,
        },
        events=ENTERPRISE_EVENTS,
        claims=_claims,
        sealed_claims=_sealed_claims,
        taken=dict.fromkeys(("orgnr", "person"), registration.ALREADY_REGISTERED),
    )
    return Rules(
        source=f"/{authority.code}/registry", authority=authority, deciders=(decider,), duties=duties(authority)
    )

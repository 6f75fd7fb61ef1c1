"""Builders of registry's commands that hide what the rule under test does not look at."""

from datetime import date
from typing import Any, TypeVar

from services.registry.domain.application import ApplyForRecognition, RefuseRecognition
from services.registry.domain.assessment import CRITERIA, AssessCriterion
from services.registry.domain.contact import ChangeContact
from services.registry.domain.enterprise import EnterpriseCommand
from services.registry.domain.loss import SuspendRecognition, WithdrawRecognition
from services.registry.domain.offering import DeclareTargetShare, UpdateOffering
from services.registry.domain.recognition import RecogniseEnterprise, RestoreRecognition
from services.registry.domain.record import CorrectEnterprise
from services.registry.domain.registration import (
    AddPersonalDetails,
    CloseEnterprise,
    RegisterEnterprise,
    ReportEnterprise,
)
from services.registry.domain.rules import rules
from shared.contracts.cloudevent import Envelope, Recorded
from shared.contracts.registry import Criterion
from shared.contracts.values import DecisionRef, DocumentRef, DutyId, Enc, Id, Plain
from shared.log.view import View
from shared.persons.fields import may_be_personal
from shared.persons.walking import replaced_in
from shared.policy.duty.commands import TakeStep, WaiveDuty
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import EXECUTIVE_BOARD, REGISTRY_OFFICER, Role
from shared.policy.stockholm import start_of
from tests.authorities import authority
from tests.spec import Story, at, story

ENTERPRISE = Id("01930000-0000-7000-8000-00000000e001")
APPLICATION = Id("01930000-0000-7000-8000-00000000a001")
REVIEW = DutyId(f"df-0.df-review/{ENTERPRISE}")
CONTACT = Id("01930000-0000-7000-8000-00000000c001")
LEGAL_PERSON = "556036-0793"
PUBLIC_BODY = "212000-0803"
SOLE_TRADER = "121212-1212"  # nobody's: the example that everybody uses
COORDINATION = "701063-2391"  # the tax agency's own example
NOW = at("2026-12-01")

C = TypeVar("C", bound=EnterpriseCommand)
R = TypeVar("R")


def registry() -> Story:
    """Begin with an empty registry."""
    return story(rules(authority()), REGISTRY_OFFICER)


def known() -> Story:
    """Begin with one registered enterprise."""
    return registry().given(register())


def assessed(**outcomes: Any) -> Story:
    """Begin with all five criteria met on 2 March 2026; `DF_3="not-met"` changes one."""
    return known().given(*(met(criterion, **outcomes.get(criterion.replace("-", "_"), {})) for criterion in CRITERIA))


def recognised() -> Story:
    """Begin with an enterprise that is a WISE since 1 April 2026."""
    return assessed().given(recognise())


def suspended() -> Story:
    """Begin with a recognition that rests since 1 June 2026."""
    return recognised().given(suspend())


def withdrawn() -> Story:
    """Begin with a recognition that was taken back on 1 September 2026, because profits are taken out."""
    return recognised().given(met("DF-3", outcome="not-met", assessed_on="2026-08-03", n=8), withdraw())


def decision(on: str = "2026-04-01", dnr: str = "RS 2026/17") -> DecisionRef:
    """Give a delegated decision."""
    return DecisionRef(
        dnr=dnr, decided_on=date.fromisoformat(on), decided_by_role=REGISTRY_OFFICER, delegation_point="7.2"
    )


def document(dnr: str = "RS 2026/12", on: str = "2026-02-16") -> DocumentRef:
    """Give a diarised document."""
    return DocumentRef(dnr=dnr, sha256="ab" * 32, diarised_on=date.fromisoformat(on), secrecy="none")


def assessment_id(criterion: Criterion, n: int = 0) -> Id:
    """Give the id of the n-th assessment of a criterion."""
    return Id(f"01930000-0000-7000-8000-{n:011x}{criterion[-1]}")


def register(number: str = LEGAL_PERSON, **fields: Any) -> RegisterEnterprise:
    """Register an enterprise by its number."""
    return _made(RegisterEnterprise, {
        "organisation_number": number, "name": "Kooperativet Ängen", "legal_form": "ekonomisk-forening",
        "municipality_code": "0980", "registered_on": "2026-01-12",
    }, fields)  # fmt: skip


def report(kind: str = "orgnr", value: str | None = None, **fields: Any) -> ReportEnterprise:
    """Have another system report an enterprise."""
    return _made(ReportEnterprise, {
        "identity": {"kind": kind, "value": value}, "legal_form": "ekonomisk-forening", "municipality_code": "0980",
        "registered_on": "2026-01-12",
    }, fields)  # fmt: skip


def add_details(**fields: Any) -> AddPersonalDetails:
    """Add what a report lacked."""
    return _made(AddPersonalDetails, {"event_id": "01930000-0000-7000-8000-000000000000"}, fields)


def apply(application_id: Id = APPLICATION, **fields: Any) -> ApplyForRecognition:
    """Enter an application."""
    return _made(ApplyForRecognition, {
        "application_id": application_id, "received_on": "2026-02-16", "documents": (document(),),
    }, fields)  # fmt: skip


SHOWS: dict[Criterion, dict[str, Any]] = {
    "DF-0": {}, "DF-1": {},
    "DF-2": {"participation_form": "agreement", "aspects": {"own_process": True, "work_organisation": True}},
    "DF-3": {"reinvested_share": "0.9"},
    "DF-4": {"public_ownership_share": "0"},
}  # fmt: skip
"""What a criterion's assessment must show besides a document."""


def met(criterion: Criterion, n: int = 0, **fields: Any) -> AssessCriterion:
    """Assess a criterion as met, with all that this needs; `n` numbers further assessments of it."""
    return _made(AssessCriterion, {
        "assessment_id": assessment_id(criterion, n), "criterion": criterion, "outcome": "met",
        "assessed_on": "2026-03-02", "evidence": (document(),), "reasons": "Stadgar och bokslut visar det.",
        "assessed_by": "staff-2", **SHOWS[criterion],
    }, fields)  # fmt: skip


def recognise(**fields: Any) -> RecogniseEnterprise:
    """Decide that it is a WISE from 1 April 2026."""
    return _made(RecogniseEnterprise, {"decision": decision(), "effective_from": "2026-04-01"}, fields)


def refuse(*criteria: Criterion, **fields: Any) -> RefuseRecognition:
    """Refuse the application for the criteria named."""
    return _made(RefuseRecognition, {
        "application_id": APPLICATION, "decision": decision(), "criteria_failed": criteria,
        "reasons": "Vinsten delas ut.", "communicated_on": "2026-03-16", "appeal_information_given": True,
    }, fields)  # fmt: skip


def suspend(**fields: Any) -> SuspendRecognition:
    """Let the recognition rest from 1 June 2026."""
    return _made(SuspendRecognition, {
        "decision": decision("2026-06-01", "RS 2026/31"), "effective_from": "2026-06-01",
        "reason_code": "evidence-expired", "communicated_on": "2026-05-18",
    }, fields)  # fmt: skip


def withdraw(**fields: Any) -> WithdrawRecognition:
    """Take the recognition back from 1 September 2026."""
    return _made(WithdrawRecognition, {
        "decision": decision("2026-09-01", "RS 2026/44"), "effective_from": "2026-09-01",
        "reason_code": "criterion-not-met", "criteria_failed": ("DF-3",), "communicated_on": "2026-08-17",
        "reasons": "Vinsten delas ut.", "appeal_information_given": True,
    }, fields)  # fmt: skip


def restore(restores: str = "suspension", **fields: Any) -> RestoreRecognition:
    """Recognise it again from 1 October 2026."""
    return _made(RestoreRecognition, {
        "decision": decision("2026-10-01", "RS 2026/52"), "effective_from": "2026-10-01", "restores": restores,
    }, fields)  # fmt: skip


def reassessed(story: Story, on: str = "2027-02-01", **outcomes: Any) -> Story:
    """Assess all five criteria anew; `DF_3={"outcome": "not-met"}` changes one."""
    for criterion in CRITERIA:
        said = {"assessed_on": on, "at": max(at(on), NOW), **outcomes.get(criterion.replace("-", "_"), {})}
        story.given(met(criterion, n=5, **said))
    return story


def waive(by: Role = REGISTRY_OFFICER, paragraph: str | None = None, **fields: Any) -> WaiveDuty:
    """Let the review go, by a delegated decision of 1 December 2026."""
    delegated = None if paragraph else "7.2" if by != EXECUTIVE_BOARD else None
    authority = DecisionRef(
        dnr="RS 2026/70", decided_on=NOW.date(), decided_by_role=by, paragraph=paragraph, delegation_point=delegated
    )
    return WaiveDuty.model_validate({
        "at": NOW, "duty_id": REVIEW, "object_id": ENTERPRISE, "waived_on": NOW.date(), "reason_code": "enterprise-leaves",
        "reasons": "Företaget har sagt upp sig.", "authority": authority, "proposed_by": "staff-2", "approved_by": "staff-3",
        **fields,
    })  # fmt: skip


def owed(story: Story, duty_id: DutyId = REVIEW) -> DutyState:
    """Give a duty as it is now."""
    state: DutyState = story.state(f"duty/{duty_id}")
    return state


def let_pass(story: Story, duty_id: DutyId, until: str) -> Story:
    """Let the clock take every boundary of a duty up to a day."""
    duties = story.rules.duties
    assert isinstance(duties, Duties)
    while True:
        duty = owed(story, duty_id)
        step = duties.next_step(duty)
        if step is None or step[0] > date.fromisoformat(until):
            return story
        on, name = step
        story.given(TakeStep(
            at=start_of(on), duty_id=duty_id, object_id=duty.object_id, step=name, on=on, due=duty.due_on,
        ))  # fmt: skip


def offer(**fields: Any) -> UpdateOffering:
    """Say what it offers."""
    return _made(UpdateOffering, {"cpv": ("9091",), "nuts": ("SE214",), "valid_from": "2026-04-01",
                                  "stated_by": "officer"}, fields)  # fmt: skip


def declare(group: int, total: int, **fields: Any) -> DeclareTargetShare:
    """Declare that so many of all belong to the target group."""
    return _made(DeclareTargetShare, {
        "as_of": "2026-04-01", "occupied_total": total, "occupied_target_group": group, "declared_by": "enterprise",
    }, fields)  # fmt: skip


def contact(**fields: Any) -> ChangeContact:
    """Enter the function mailbox for procurements."""
    mailbox = {} if "personal_address" in fields or "withdrawn" in fields else {"address": "anbud@angen.example"}
    return _made(ChangeContact, {
        "contact_id": CONTACT, "purpose": "procurement", "channel": "email", "valid_from": "2026-04-01", **mailbox,
    }, fields)  # fmt: skip


def close(**fields: Any) -> CloseEnterprise:
    """Close it on 2 November 2026."""
    return _made(CloseEnterprise, {
        "closed_on": "2026-11-02", "reason_code": "dissolved", "source": "bolagsverket",
    }, fields)  # fmt: skip


def _made(command: type[C], usual: dict[str, Any], said: dict[str, Any]) -> C:
    return command.model_validate({"enterprise_id": ENTERPRISE, "at": NOW, **usual, **said})


def sealed(envelope: Envelope) -> Envelope:
    """Give an event as it is stored: what names a person is ciphertext."""
    enc = Enc(key_ref="key-1", nonce="bm9uY2U=", ciphertext="c2VhbGVk")
    return envelope.model_copy(
        update={"data": replaced_in(envelope.data, may_be_personal(type(envelope.data)), Plain, lambda _, __: enc)}
    )


def recorded(told: Story) -> list[Recorded]:
    """Give a story's events as a view gets them."""
    return [Recorded("registry.events", index, sealed(envelope)) for index, envelope in enumerate(told.told)]


def row_of(view: View[R], told: Story) -> R:
    """Fold a story into a view's row."""
    row: R | None = None
    for event in recorded(told):
        if view.takes(event.subject):
            row = view.fold(row, event)
    assert row is not None
    return row


def correct(told: Story, n: int, kind: str = "wrong-value", by: str | None = None, **changes: Any) -> CorrectEnterprise:
    """Correct a story's n-th event; `changes` are fields by their JSON names, `/` written as `__`; `by` approves."""
    return _made(CorrectEnterprise, {
        "corrects": {"event_id": told.told[n].id, "stream": told.told[n].subject, "index": n}, "kind": kind,
        "changes": [{"pointer": f"/{name.replace('__', '/')}", "after": value} for name, value in changes.items()],
        "reason": "Fel i underlaget.", "corrected_by": "staff-1", "approved_by": by,
    }, {})  # fmt: skip

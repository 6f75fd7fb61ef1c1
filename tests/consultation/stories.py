"""Builders of consultation's commands that hide what the rule under test does not look at."""

from datetime import date, datetime
from typing import Any, TypeVar

from services.consultation.domain.calendar import year_began
from services.consultation.domain.consultation import (
    CompleteJointFollowUp,
    ConsultationCommand,
    CorrectConsultation,
    DeclineConsultation,
    HoldConsultation,
    InitiateConsultation,
)
from services.consultation.domain.rules import rules
from shared.contracts.values import DecisionRef, DocumentRef, DutyId
from shared.policy.duty.commands import TakeStep, WaiveDuty
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import EXECUTIVE_BOARD, EXECUTIVE_OFFICE, Role
from shared.policy.stockholm import start_of
from tests.authorities import authority
from tests.spec import Story, at, story

C = TypeVar("C", bound=ConsultationCommand)

INITIATIVE = DutyId("gs-7.initiative/2026")
HELD = DutyId("gs-7.held/2026")


def consultation() -> Story:
    """Begin with nothing."""
    return story(rules(authority()), EXECUTIVE_OFFICE)


def begun(year: int = 2026) -> Story:
    """Begin with a year that has begun, as the clock says."""
    return consultation().given(year_began(year))


def passed(until: str, past: Story | None = None) -> Story:
    """Let the clock take every boundary of the year's initiative up to a day."""
    return let_pass(past or begun(), INITIATIVE, until)


def let_pass(past: Story, duty_id: DutyId, until: str) -> Story:
    """Let the clock take every boundary of a duty up to a day."""
    duties = past.rules.duties
    assert isinstance(duties, Duties)
    while True:
        owed: DutyState = past.state(f"duty/{duty_id}")
        step = duties.next_step(owed)
        if step is None or step[0] > date.fromisoformat(until):
            return past
        on, name = step
        past.given(TakeStep(
            at=start_of(on), duty_id=duty_id, object_id=owed.object_id, step=name, on=on, due=owed.due_on,
        ))  # fmt: skip


def owed(past: Story, duty_id: DutyId = INITIATIVE) -> DutyState:
    """Give a duty as it is now."""
    state: DutyState = past.state(f"duty/{duty_id}")
    return state


def document(dnr: str = "RS 2026/101", on: str = "2026-05-04") -> DocumentRef:
    """Give a diarised document."""
    return DocumentRef(dnr=dnr, sha256="cd" * 32, diarised_on=date.fromisoformat(on), secrecy="none")


def initiate(on: str = "2026-05-04", **fields: Any) -> InitiateConsultation:
    """Send the invitation to both, diarised on its day."""
    return _made(InitiateConsultation, on, {
        "year": int(on[:4]), "initiated_on": on, "covers": ("samrad", "uppfoljning"), "channel": "email",
        "invitation": document(on=on),
    }, fields)  # fmt: skip


def hold(on: str = "2026-06-15", **fields: Any) -> HoldConsultation:
    """Hold the meeting."""
    return _made(HoldConsultation, on, {
        "year": 2026, "held_on": on, "form": "meeting", "minutes": document("RS 2026/120", on),
        "participants": ({"body": "executive-office", "count": 2}, {"body": "coompanion", "count": 3}),
    }, fields)  # fmt: skip


def follow_up(on: str = "2026-06-22", **fields: Any) -> CompleteJointFollowUp:
    """Complete the joint follow-up of the year before."""
    return _made(CompleteJointFollowUp, on, {
        "year": 2026, "completed_on": on, "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "subjects": ("use-of-contribution",), "conclusion": "Bidraget har använts som tänkt.",
        "document": document("RS 2026/121", on), "agreed_by": ("executive-office", "coompanion"),
    }, fields)  # fmt: skip


def decline(on: str = "2026-05-18", **fields: Any) -> DeclineConsultation:
    """Let the partner say no."""
    return _made(DeclineConsultation, on, {"year": 2026, "declined_on": on, "kind": "declined"}, fields)


def waive(duty_id: DutyId = INITIATIVE, **fields: Any) -> WaiveDuty:
    """Let the executive board let the year go, by § 88 of 17 June 2026."""
    return WaiveDuty.model_validate({
        "at": at("2026-06-18"), "duty_id": duty_id, "object_id": "2026", "waived_on": "2026-06-17",
        "reason_code": "partner-reorganised", "reasons": "Coompanion har ingen bemanning i år.",
        "authority": resolution(), "proposed_by": "staff-2", "approved_by": "staff-3", **fields,
    })  # fmt: skip


def resolution(on: str = "2026-06-17", by: Role = EXECUTIVE_BOARD, paragraph: str | None = "§ 88") -> DecisionRef:
    """Give a decision with its paragraph."""
    return DecisionRef(
        dnr="RS 2026/130", decided_on=date.fromisoformat(on), decided_by_role=by, paragraph=paragraph
    )  # fmt: skip


def correct(told: Story, n: int, kind: str = "wrong-value", **changes: Any) -> CorrectConsultation:
    """Correct a story's n-th event, approved by another person; `changes` are fields by their JSON names."""
    return CorrectConsultation.model_validate({
        "at": at("2026-12-31"), "year": 2026, "kind": kind, "reason": "Fel i underlaget.",
        "corrects": {"event_id": told.told[n].id, "stream": told.told[n].subject, "index": n},
        "changes": [{"pointer": f"/{name}", "after": value} for name, value in changes.items()],
        "corrected_by": "staff-1", "approved_by": "staff-9",
    })  # fmt: skip


def _made(command: type[C], on: str, usual: dict[str, Any], said: dict[str, Any]) -> C:
    now: datetime = max(at("2026-12-31"), at(on))
    return command.model_validate({"at": now, **usual, **said})

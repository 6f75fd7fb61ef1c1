"""Builders of placements' commands that hide what the rule under test does not look at."""

from datetime import date, datetime
from typing import Any, TypeVar

from services.placements.domain.course import (
    CancelPlacement,
    DeclineParticipation,
    EndPlacement,
    ExtendPlacement,
    ReportEnd,
    StartPlacement,
)
from services.placements.domain.follow_up import CompleteFollowUp, PlanFollowUp, ReviewPlacement
from services.placements.domain.purchase import PurchasePlacement, ReportPurchase
from services.placements.domain.record import AddPersonalDetails, CorrectPlacement
from services.placements.domain.rules import rules
from services.placements.domain.waiver import WaiveFollowUp
from shared.contracts.cloudevent import Event
from shared.contracts.duty import DutyArose, DutyDischarged, Term
from shared.contracts.values import DutyId, Id
from shared.deciding import Command
from shared.policy.duty.commands import OpenDuty, TakeStep, VoidDuty
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import SOCIAL_BOARD
from shared.policy.stockholm import start_of
from tests.authorities import authority
from tests.spec import ACTOR, Story, at, event_id, story

PLACE = Id("01930000-0000-7000-8000-00000000b001")
PERSON = "01930000-0000-4000-8000-00000000d001"
ENTERPRISE = Id("01930000-0000-7000-8000-00000000e001")
LOSS = Id("01930000-0000-7000-8000-00000000f001")
FIRST = DutyId(f"gs-4.first/{PLACE}")
FINAL = DutyId(f"gs-4.final/{PLACE}")
REVIEW = DutyId(f"gs-4.review/{PLACE}")

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)


def recurring(n: int, anew: int = 1) -> DutyId:
    """Give the id of the n-th recurring follow-up."""
    return DutyId(f"gs-4.recurring/{PLACE}/{n}" + (f"/{anew}" if anew > 1 else ""))


def anew(duty_id: DutyId, n: int = 2) -> DutyId:
    """Give the id of a duty that arose for the n-th time."""
    return DutyId(f"{duty_id}/{n}")


def placements() -> Story:
    """Begin with nothing."""
    return story(rules(authority()), SOCIAL_BOARD)


def bought(**fields: Any) -> Story:
    """Begin with a place that was bought on 5 January 2026, until further notice."""
    return placements().given(buy(**fields))


def running(start_on: str = "2026-01-12", **fields: Any) -> Story:
    """Begin with a running place, by default since Monday 12 January 2026 and until further notice."""
    return bought(**fields).given(start(start_on))


def until_june(**fields: Any) -> Story:
    """Begin with a place from 12 January to 30 June 2026: its final follow-up is due on 30 July."""
    return running(planned_end="2026-06-30", **fields)


def buy(on: str = "2026-01-05", **fields: Any) -> PurchasePlacement:
    """Buy a place by delegation."""
    return _made(PurchasePlacement, on, {
        **_place(on), "need": document(), "legal_ground": "sol", "subject_ref": PERSON,
    }, fields)  # fmt: skip


def report_purchase(on: str = "2026-01-05", **fields: Any) -> ReportPurchase:
    """Report a place that was bought, with nothing personal."""
    return _made(ReportPurchase, on, {**_place(on), "subject_ref": PERSON}, fields)


def _place(on: str) -> dict[str, Any]:
    return {
        "enterprise_id": ENTERPRISE, "place_kind": "arbetstraning", "basis": "lou-reserved-4-18", "purchased_on": on,
        "planned_start": "2026-01-12", "decision": decision(on),
        "price": {"money": {"amount": "450.00", "currency": "SEK", "vat": "excluded"}, "per": "day"},
        "recognition_at_purchase": "recognised",
    }  # fmt: skip


def start(on: str = "2026-01-12", **fields: Any) -> StartPlacement:
    """Record the first day."""
    return _made(StartPlacement, on, {"started_on": on}, fields)


def extend(to: str, on: str = "2026-06-01", **fields: Any) -> ExtendPlacement:
    """Extend to a later last day."""
    return _made(ExtendPlacement, on, {"new_end": to, "decision": decision(on), "decided_on": on}, fields)


def end(on: str, **fields: Any) -> EndPlacement:
    """Record the last day."""
    return _made(EndPlacement, on, {
        "ended_on": on, "end_class": "early", "end_reason": "employment", "outcome": "employed-elsewhere",
        "subject_ref": PERSON,
    }, fields)  # fmt: skip


def report_end(on: str, **fields: Any) -> ReportEnd:
    """Report the last day, with nothing personal."""
    return _made(ReportEnd, on, {"ended_on": on, "end_class": "as-planned"}, fields)


def cancel(on: str = "2026-01-09", **fields: Any) -> CancelPlacement:
    """Call the place off."""
    return _made(CancelPlacement, on, {"cancelled_on": on, "cancel_class": "by-provider"}, fields)


def decline(on: str = "2026-03-02", **fields: Any) -> DeclineParticipation:
    """Let the person decline."""
    return _made(DeclineParticipation, on, {"declined_on": on, "scope": "follow-up", "stated_by": "user"}, fields)


def plan(on: str = "2026-03-02", *, n: int = 1, **fields: Any) -> PlanFollowUp:
    """Plan the first follow-up for 25 March."""
    return _made(PlanFollowUp, on, {
        "follow_up_id": follow_up_id(n), "kind": "first", "planned_for": "2026-03-25", "method": "visit",
        "duty_id": FIRST, "officer": "staff-7",
    }, fields)  # fmt: skip


def follow_up(on: str = "2026-03-25", duty_id: DutyId | None = FIRST, *, n: int = 1, **fields: Any) -> CompleteFollowUp:
    """Hold a follow-up with the person and the provider, for the duty named."""
    kind = duty_id.partition("/")[0].removeprefix("gs-4.") if duty_id else "extra"
    return _made(CompleteFollowUp, on, {
        "follow_up_id": follow_up_id(n), "kind": kind, "held_on": on, "method": "three-party-meeting",
        "with_": ("user", "provider"), "subjects": ("goal", "attendance"), "result": "as-agreed", "next_step": "continue",
        "officer": "staff-7", "document": document(on), "duty_id": duty_id, "subject_ref": PERSON,
    }, fields)  # fmt: skip


def with_provider(**fields: Any) -> dict[str, Any]:
    """Follow up with the provider alone."""
    return {"with_": ("provider",), "provider_only_reason": "declined"} | fields


def lose(on: str = "2026-03-02", event: Id = LOSS) -> OpenDuty:
    """Let the reaction to a lost recognition open the review."""
    return OpenDuty(
        at=start_of(date.fromisoformat(on)), duty_id=REVIEW, object_id=PLACE, kind="gs-4.review", trigger_event_id=event,
        trigger_on=date.fromisoformat(on), needs=(f"placement/{PLACE}",),
    )  # fmt: skip


def regain(on: str = "2026-03-09", event: Id = LOSS) -> VoidDuty:
    """Let the reaction to a corrected loss void the review."""
    return VoidDuty(
        at=at(on), duty_id=REVIEW, object_id=PLACE, reason_code="trigger-corrected", cause_event_id=event,
        on=date.fromisoformat(on),
    )  # fmt: skip


def review(on: str = "2026-03-10", **fields: Any) -> ReviewPlacement:
    """Decide that the place goes on."""
    return _made(ReviewPlacement, on, {
        "reviewed_on": on, "cause": "recognition-withdrawn", "cause_event_id": LOSS, "outcome": "continue",
        "decision": decision(on), "reasons": "Platsen fungerar väl.", "subject_ref": PERSON,
    }, fields)  # fmt: skip


def waive(on: str = "2026-03-02", duty_id: DutyId = FIRST, **fields: Any) -> WaiveFollowUp:
    """Let a follow-up go by a decision of the board."""
    return _made(WaiveFollowUp, on, {
        "duty_id": duty_id, "object_id": PLACE, "waived_on": on, "reason_code": "not-meaningful",
        "reasons_enc": "Personen vistas på annan ort.", "authority": decision(on), "proposed_by": "staff-2",
        "approved_by": "staff-3", "subject_ref": PERSON,
    }, fields)  # fmt: skip


def add_details(event: int, on: str = "2026-01-20", **fields: Any) -> AddPersonalDetails:
    """Add what the n-th event of the story lacks."""
    return _made(AddPersonalDetails, on, {"subject_ref": PERSON, "event_id": event_id(event)}, fields)


def correct(event: int, on: str, pointer: str = "", after: Any = None, **fields: Any) -> CorrectPlacement:
    """Correct the n-th event of the story: one value, or that it never happened."""
    changes = ({"pointer": pointer, "after": after},) if pointer else ()
    return _made(CorrectPlacement, on, {
        "corrects": {"event_id": event_id(event), "stream": f"placement/{PLACE}", "index": event},
        "kind": "wrong-date" if pointer else "never-happened", "changes": changes, "reason": "Fel dag.",
        "corrected_by": ACTOR, "subject_ref": PERSON,
    }, fields)  # fmt: skip


def decision(on: str, **fields: Any) -> dict[str, Any]:
    """Give a delegated decision of the board."""
    return {
        "dnr": "SON 2026/17", "decided_on": on, "decided_by_role": "social-board", "delegation_point": "4.2",
    } | fields  # fmt: skip


def document(on: str = "2026-01-05", secrecy: str = "osl-26-1") -> dict[str, Any]:
    """Give a diarised document as an officer writes it."""
    return {"dnr": "SON 2026/18", "sha256": "ab" * 32, "diarisedOn": on, "secrecy": secrecy}


def follow_up_id(n: int) -> Id:
    """Give the id of a follow-up."""
    return Id(f"01930000-0000-7000-8000-00000000c{n:03x}")


# What is owed


def owed(past: Story, duty_id: DutyId = FIRST) -> DutyState:
    """Give a duty as it is now."""
    state: DutyState | None = past.state(f"duty/{duty_id}")
    assert state is not None, f"{duty_id} has not arisen"
    return state


def has_arisen(past: Story, duty_id: DutyId) -> bool:
    """Tell whether a duty has arisen."""
    return past.state(f"duty/{duty_id}") is not None


def told(past: Story, duty_id: DutyId, kind: type[E]) -> list[E]:
    """Give the events of one kind in a duty's life."""
    return [e.data for e in past.told if e.subject == f"duty/{duty_id}" and isinstance(e.data, kind)]


def all_owed(past: Story) -> dict[str, DutyState]:
    """Give all duties about the place by their ids."""
    return {duty.id: duty for duty in past.past.duties(PLACE)}


def let_pass(past: Story, until: str, *, on: datetime | None = None) -> Story:
    """Let the clock take every boundary of the place's duties up to a day, the earliest first."""
    duties = past.rules.duties
    assert isinstance(duties, Duties)
    taken: set[tuple[str, str, date]] = set()
    while True:
        found = []
        for duty in past.past.duties(PLACE):
            following = duties.follows_on(duty)
            steps = [duties.next_step(duty), (following, "next") if following else None]
            found += [(*step, duty) for step in steps if step and (duty.id, step[1], step[0]) not in taken]
        due = sorted((f for f in found if f[0] <= date.fromisoformat(until)), key=lambda f: (f[0], f[1], f[2].id))
        if not due:
            return past
        day, name, duty = due[0]
        taken.add((duty.id, name, day))
        past.given(TakeStep(
            at=start_of(day), duty_id=duty.id, object_id=PLACE, step=name, on=day, due=duty.due_on,
            needs=(f"placement/{PLACE}",),
        ), on=on)  # fmt: skip


def arose(duty_id: DutyId, trigger: str, due: str, terms: tuple[Term, ...], **fields: Any) -> DutyArose:
    """Give the event that a follow-up is owed."""
    reading = authority().interpretation(terms[0].key, date.fromisoformat(trigger))
    unit = authority().unit("social-board", date.fromisoformat(trigger))
    return DutyArose(**{
        "duty_id": duty_id, "clause": "GS-4", "kind": duty_id.partition("/")[0].removeprefix("gs-4."), "modality": "resp",
        "owed_by": "social-board", "owed_by_unit": unit, "object": {"type": "placement", "id": PLACE},
        "trigger_event_id": event_id(1), "trigger_on": trigger, "due_on": due, "terms": terms,
        "interpretation_id": reading.id, "policy_version": "2015-09-07-221", "known_late_days": 0,
    } | fields)  # fmt: skip


def term(key: str, value: str, gives: str, unit: Any = "days") -> Term:
    """Give one step of a due day's arithmetic."""
    return Term(key=key, value=value, unit=unit, gives=date.fromisoformat(gives))


def discharged(duty_id: DutyId, on: str, evidence: int, **fields: Any) -> DutyDischarged:
    """Give the event that a duty was done, by the n-th event of the story."""
    return DutyDischarged(**{
        "duty_id": duty_id, "acted_on": on, "evidence": (event_id(evidence),), "late_days": 0, "recorded_late_days": 0,
        "rebuts": False,
    } | fields)  # fmt: skip


def _made(command: type[C], on: str, usual: dict[str, Any], fields: dict[str, Any]) -> C:
    place = {"placement_id": PLACE} if "placement_id" in command.model_fields else {}
    return command(**{"at": at(on), **place, **usual, **fields})

"""Following up a place: planning the conversation, recording that it was held, reviewing a place whose WISE was lost (GS-4).

A follow-up is a conversation about the place on a given day, with method, result and officer in a diarised document. It
discharges the one duty that it names; an extra one names none.
"""

from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from services.placements.domain.personal import SaidDocument, SaidProviderOnlyReason, SaidText
from services.placements.domain.placement import (
    CANCELLED,
    IN_FUTURE,
    UNKNOWN,
    PlacementCommand,
    State,
    misdirected,
    untimely,
)
from shared.contracts.placements import (
    FollowUpCompleted,
    FollowUpKind,
    FollowUpPlanned,
    Method,
    NextStep,
    Party,
    PlacementReviewed,
    Result,
    ReviewCause,
    ReviewOutcome,
    Subject,
    SubjectRef,
)
from shared.contracts.values import Day, DecisionRef, DutyId, Id, NewId, StaffRef
from shared.deciding import Decision, Past, Refused
from shared.policy.authority import Authority
from shared.policy.clause import GS_4
from shared.policy.duty.due import count
from shared.policy.duty.life import DutyState
from shared.policy.stockholm import day_of


class _OfDuty(PlacementCommand):
    """A command that may name the duty which it is for."""

    ON_PAST: ClassVar[bool] = True

    follow_up_id: NewId
    kind: FollowUpKind
    method: Method
    duty_id: DutyId | None = None
    officer: StaffRef


class PlanFollowUp(_OfDuty):
    """Set a day for the conversation."""

    planned_for: Day


class CompleteFollowUp(_OfDuty):
    """Record a conversation that was held. Without the person or a representative, say why it was with the provider alone.

    `approvedBy` is a second person, needed where it is recorded so late that only a document of that time could show it.
    """

    subject_ref: SubjectRef
    held_on: Day
    with_: Annotated[tuple[Party, ...], Field(alias="with", min_length=1)]
    subjects: tuple[Subject, ...] = ()
    result: Result
    next_step: NextStep
    document: SaidDocument
    provider_only_reason: SaidProviderOnlyReason | None = None
    user_view: SaidText | None = None
    notes: SaidText | None = None
    approved_by: StaffRef | None = None


class ReviewPlacement(PlacementCommand):
    """Decide what becomes of a place whose WISE lost its recognition or closed; `causeEventId` is that event's.

    `approvedBy` is a second person, needed where a review is said afterwards to have been in time.
    """

    ON_PAST: ClassVar[bool] = True

    subject_ref: SubjectRef
    reviewed_on: Day
    cause: ReviewCause
    cause_event_id: Id
    outcome: ReviewOutcome
    decision: DecisionRef
    reasons: SaidText
    review_again_on: Day | None = None
    approved_by: StaffRef | None = None


DUTY_MISSING = Refused(
    "duty-missing", GS_4,
    "Ange vilken skyldighet uppföljningen gäller (dutyId); bara en extra uppföljning saknar sådan.",
    "Say which duty the follow-up is for (dutyId); only an extra follow-up has none.",
)  # fmt: skip
DUTY_UNKNOWN = Refused(
    "follow-up-duty-unknown", GS_4,
    "Platsen har ingen sådan skyldighet; välj en av dem som visas för platsen.",
    "The place has no such duty; choose one of those that are shown for it.",
)  # fmt: skip
DUTY_ENDED = Refused(
    "follow-up-duty-ended", GS_4,
    "Skyldigheten är redan avslutad; registrera uppföljningen som extra.",
    "The duty has already ended; record the follow-up as an extra one.",
)  # fmt: skip
OTHER_KIND = Refused(
    "follow-up-other-kind", GS_4,
    "Uppföljningens slag är ett annat än skyldighetens; de ska vara lika.",
    "The follow-up is of another kind than the duty; they must be alike.",
)  # fmt: skip
BEFORE_START = Refused(
    "follow-up-before-start", GS_4,
    "En uppföljning hålls tidigast den dag då platsen börjar; registrera den som extra.",
    "A follow-up is held on the place's first day or later; record it as an extra one.",
)  # fmt: skip
TOO_EARLY_FOR_FINAL = Refused(
    "final-too-early", GS_4,
    "Den avslutande uppföljningen hålls tidigast två veckor före sista dagen (lokal frist); registrera den som extra.",
    "The final follow-up is held at the earliest two weeks before the last day (local deadline); record it as an extra one.",
)  # fmt: skip
NO_REASON = Refused(
    "provider-only-reason-missing", GS_4,
    "Varken den enskilde eller en företrädare deltog; ange varför.",
    "Neither the person nor a representative took part; say why.",
)  # fmt: skip
REASON_WITH_USER = Refused(
    "provider-only-reason-with-user", GS_4,
    "Den enskilde eller en företrädare deltog, så det finns inget skäl att ange; ta bort det.",
    "The person or a representative took part, so there is no reason to give; leave it out.",
)  # fmt: skip
COMPLETED = Refused(
    "follow-up-already-completed", GS_4,
    "Uppföljningen är redan genomförd; planera en ny.",
    "The follow-up was already held; plan a new one.",
)  # fmt: skip
NO_REVIEW_OWED = Refused(
    "review-not-owed", GS_4,
    "Platsen har ingen sådan omprövning att göra; ange den händelse som utlöste den.",
    "No such review is owed of the place; give the event that called for it.",
)  # fmt: skip
REVIEWED_BEFORE_CAUSE = Refused(
    "review-before-cause", GS_4,
    "Omprövningen är daterad före det som föranledde den; kontrollera dagen.",
    "The review is dated before what called for it; check the day.",
)  # fmt: skip


def plan(command: PlanFollowUp, past: Past) -> Decision:
    """Plan a follow-up; planning the same one again moves it."""
    state: State = past.state(command.subject)
    if command.follow_up_id in state.completed:
        return COMPLETED
    refused = _not_followed_up(state) or misdirected(command, state) or _wrong_duty(command, past)
    return refused or [FollowUpPlanned(**command.fields())]


def complete(authority: Authority, command: CompleteFollowUp, past: Past) -> Decision:
    """Record a follow-up that was held."""
    state: State = past.state(command.subject)
    if command.follow_up_id in state.completed:
        return []  # it was held once
    refused = (
        _not_followed_up(state)
        or misdirected(command, state)
        or untimely(command.held_on, command, state)
        or _wrong_duty(command, past)
        or _out_of_time(authority, command, past)
        or _absent(command)
    )
    if refused is not None:
        return refused
    return [FollowUpCompleted(**command.fields())]


def review(command: ReviewPlacement, past: Past) -> Decision:
    """Decide what becomes of the place."""
    state: State = past.state(command.subject)
    refused = _not_followed_up(state) or misdirected(command, state)
    if refused is not None:
        return refused
    if command.reviewed_on > day_of(command.at):
        return IN_FUTURE
    owed = [d for d in past.duties(command.placement_id) if d.kind == "review"]
    called_for = [d for d in owed if d.trigger_event_id == command.cause_event_id and d.end != "voided"]
    if not called_for:
        return NO_REVIEW_OWED
    if called_for[-1].end is not None:
        return DUTY_ENDED
    if command.reviewed_on < called_for[-1].trigger_on:
        return REVIEWED_BEFORE_CAUSE
    return [PlacementReviewed(**command.fields())]


def _not_followed_up(state: State) -> Refused | None:
    """Say why there is nothing to follow up, if so."""
    if state.phase == "unknown":
        return UNKNOWN
    return CANCELLED if state.phase == "cancelled" else None


def _wrong_duty(command: _OfDuty, past: Past) -> Refused | None:
    """The duty that is named is this place's, of this kind and open."""
    if command.duty_id is None:
        return None if command.kind == "extra" else DUTY_MISSING
    owed = _named(command, past)
    if owed is None:
        return DUTY_UNKNOWN
    if owed.kind != command.kind:
        return OTHER_KIND
    return DUTY_ENDED if owed.end is not None else None


def _named(command: _OfDuty, past: Past) -> DutyState | None:
    owed: list[DutyState] = past.duties(command.placement_id)
    return next((duty for duty in owed if duty.id == command.duty_id), None)


def _out_of_time(authority: Authority, command: CompleteFollowUp, past: Past) -> Refused | None:
    """A follow-up that counts is held after the start; the final one about the end, not long before it."""
    state, owed = past.state(command.subject), _named(command, past)
    if owed is None or command.kind == "review":
        return None
    if state.started_on is None or command.held_on < state.started_on:
        return BEFORE_START
    if command.kind == "final" and state.end is not None:
        window = count(authority.deadline("follow-up.final-window", owed.trigger_on))
        return TOO_EARLY_FOR_FINAL if command.held_on < _before(_about(state.end, owed, authority), window) else None
    return None


def _about(end: date, owed: DutyState, authority: Authority) -> date:
    """Give the last day that a final follow-up is about: the place's, or the former one of which it is overdue.

    An extension moves nothing that is overdue. What has been owed since the former end can be done at once.
    """
    if owed.due_on is None:
        return end
    return min(end, _before(owed.due_on, count(authority.deadline("follow-up.final", owed.trigger_on))))


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def _absent(command: CompleteFollowUp) -> Refused | None:
    """Without the person, and nobody for them, it is said why (edge rule 4)."""
    is_with_provider_alone = not {"user", "representative"} & set(command.with_)
    if is_with_provider_alone and command.provider_only_reason is None:
        return NO_REASON
    return REASON_WITH_USER if command.provider_only_reason is not None and not is_with_provider_alone else None

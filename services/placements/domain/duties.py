"""GS-4: how the social board follows up each place that it bought. The day counts are local deadlines of the authority's file.

A follow-up is first, recurring or final; a place at a WISE that lost its recognition or closed is reviewed besides. All are
counted from the place's own days: one that is late moves no other.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from typing_extensions import override

from services.placements.domain.personal import said
from services.placements.domain.placement import EVENTS, OTHER_SUBJECT, State
from services.placements.domain.waiver import WaiveFollowUp, may_waive
from shared.contracts.cloudevent import Event
from shared.contracts.placements import (
    FollowUpCompleted,
    PlacementCancelled,
    PlacementEnded,
    PlacementExtended,
    PlacementPurchased,
    PlacementReviewed,
    PlacementStarted,
)
from shared.contracts.registry import EnterpriseClosed, RecognitionSuspended, RecognitionWithdrawn
from shared.contracts.values import DocumentRef, Plain
from shared.correcting import as_corrected
from shared.deciding import DutyStep, Happening, Past, Refused
from shared.policy.authority import Authority
from shared.policy.clause import GS_4
from shared.policy.duty.definition import Following, Gone, duty
from shared.policy.duty.due import Due, after, in_series
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import SOCIAL_BOARD


def place(past: Past, placement_id: str) -> State:
    """Give the place that a duty is about."""
    state: State = past.state(f"placement/{placement_id}")
    return state


def first_due(_happening: Happening, start: date, authority: Authority) -> Due:
    """A while after the start."""
    return after(start, "follow-up.first", authority)


def recurring_due(start: date, n: int, authority: Authority) -> Due:
    """The first term and n recurring ones after the start: a late follow-up moves nothing."""
    return in_series(start, "follow-up.first", "follow-up.recurring", n, authority)


def next_recurring(former: DutyState, past: Past, authority: Authority) -> Following | None:
    """On the day a follow-up is due, done or not, the next one arises if the place has not ended before that day.

    The day decides and not when the clock comes to it: of a place that ended since, the next one arises and ends by that.
    """
    state, boundary = place(past, former.object_id), former.due_on
    if state.started_on is None or boundary is None or (state.ended_on is not None and state.ended_on < boundary):
        return None
    n = (former.ordinal or 0) + 1
    due = recurring_due(state.started_on, n, authority)
    return Following(RECURRING, str(n), n, former.trigger_event_id, due, ended_meanwhile(former.object_id, past))


def ended_meanwhile(placement_id: str, past: Past) -> Gone | None:
    """Give the end of a place, if it has one."""
    for envelope in as_corrected(past.history(f"placement/{placement_id}")):
        if isinstance(envelope.data, PlacementEnded):
            return Gone("placement-ended", envelope.id, envelope.data.ended_on)
    return None


def recurring_again(former: DutyState, past: Past, authority: Authority) -> tuple[date, Due] | None:
    """A recurring follow-up of a place whose start was corrected: the day on which it arises now, and when it is due.

    None where the one before it is open: that one arises anew, and this one follows it again.
    """
    state, n = place(past, former.object_id), former.ordinal or 1
    before = [
        d for d in past.duties(former.object_id) if d.kind in ("first", "recurring") and (d.ordinal or 0) == n - 1
    ]
    if state.phase != "running" or state.started_on is None or (before and before[-1].end is None):
        return None
    arises = recurring_due(state.started_on, n - 1, authority).on
    return None if arises is None else (arises, recurring_due(state.started_on, n, authority))


def final_due(happening: Happening, trigger: date, authority: Authority) -> Due:
    """A while after the last day, as it was or as it is planned."""
    end = place(happening.past, happening.object_id).end
    return after(end, "follow-up.final", authority, valid_on=trigger) if end else Due(None, ())


def final_moved(happening: Happening, owed: DutyState, authority: Authority) -> Due | None:
    """A last day that moved moves the final follow-up, by the deadline that it arose with."""
    due = final_due(happening, owed.trigger_on, authority)
    return due if due.on else None


def since_start(happening: Happening) -> date:
    """A last day that was found out afterwards has been the place's from its start."""
    started_on = place(happening.past, happening.object_id).started_on
    return started_on if isinstance(happening.event, PlacementPurchased) and started_on else happening.occurred_on


def calls_for_final(happening: Happening) -> bool:
    """A start with a planned end, or an end; an extension only after a final follow-up that was done for the former end.

    An extension of a place without an end opens none: its end will.
    """
    if isinstance(happening.event, PlacementExtended):
        finals = [d for d in happening.past.duties(happening.object_id) if d.kind == "final"]
        return bool(finals) and finals[-1].end == "discharged"
    state = place(happening.past, happening.object_id)
    return state.end is not None and state.phase in ("running", "ended")


def must_be_reviewed(happening: Happening) -> bool:
    """A place that is not over, once for each loss of its WISE."""
    reviews = [d for d in happening.past.duties(happening.object_id) if d.kind == "review" and d.end != "voided"]
    is_answered = any(d.trigger_event_id == happening.id for d in reviews)
    return place(happening.past, happening.object_id).is_going_on and not is_answered


def review_due(_happening: Happening, loss: date, authority: Authority) -> Due:
    """A few working days after the loss."""
    return after(loss, "follow-up.review", authority)


def reviews_it(happening: Happening, owed: DutyState) -> bool:
    """A review names the loss that it answers."""
    return getattr(happening.event, "cause_event_id", None) == owed.trigger_event_id


def sealed_document(event: Event) -> tuple[DocumentRef, ...]:
    """The follow-up's own document, looked at while it is recorded; once stored it is sealed."""
    document = event.document if isinstance(event, FollowUpCompleted) else None
    return (DocumentRef.model_validate(said(document)),) if isinstance(document, Plain) else ()


FIRST = duty(
    clause=GS_4, kind="first", owed_by=SOCIAL_BOARD, object="placement", log=EVENTS,
    arises_on=(PlacementStarted,), due=first_due,
    discharged_by=(FollowUpCompleted,), claimed_late_needs_proof=True, documents=sealed_document,
    voided_by={PlacementEnded: "placement-ended"},  # the final one takes over
    followed_by=next_recurring,
)  # fmt: skip
RECURRING = duty(
    clause=GS_4, kind="recurring", owed_by=SOCIAL_BOARD, object="placement", log=EVENTS,
    due=first_due, again=recurring_again,  # arises by `followed_by`, which reckons its own due day
    discharged_by=(FollowUpCompleted,), claimed_late_needs_proof=True, documents=sealed_document,
    voided_by={PlacementEnded: "placement-ended"},
    followed_by=next_recurring,
)  # fmt: skip
FINAL = duty(
    clause=GS_4, kind="final", owed_by=SOCIAL_BOARD, object="placement", log=EVENTS,
    arises_on=(PlacementStarted, PlacementEnded, PlacementExtended, PlacementPurchased), when=calls_for_final,
    trigger=since_start, due=final_due,
    discharged_by=(FollowUpCompleted,), claimed_late_needs_proof=True, documents=sealed_document,
    moved_by={PlacementExtended: "extended", PlacementEnded: "dated", PlacementPurchased: "corrected"}, moved=final_moved,
    anew_after_discharge=(PlacementExtended,),
)  # fmt: skip
REVIEW = duty(
    clause=GS_4, kind="review", owed_by=SOCIAL_BOARD, object="placement", log=EVENTS,
    when=must_be_reviewed, due=review_due,  # opened by a reaction: registry.events says that a WISE lost its recognition
    discharged_by=(PlacementReviewed,), fulfils=reviews_it, claimed_late_needs_proof=True,  # cites no document: second person
    voided_by={PlacementEnded: "placement-ended", PlacementCancelled: "placement-cancelled"},
    anew_after_discharge=(RecognitionSuspended, RecognitionWithdrawn, EnterpriseClosed),  # another loss, of the registry
)  # fmt: skip


class PlacementDuties(Duties):
    """The board's duties; what a waiver says of the person is sealed under the key of this place's person."""

    @override
    def decide(
        self, command: Any, past: Past, recorded_at: datetime, actor: str = "system"
    ) -> Sequence[DutyStep] | Refused:
        """Decide a command on a duty."""
        if isinstance(command, WaiveFollowUp) and place(past, command.object_id).subject_ref != command.subject_ref:
            return OTHER_SUBJECT
        return super().decide(command, past, recorded_at, actor)


def duties(authority: Authority) -> PlacementDuties:
    """Give placements' duties."""
    return PlacementDuties((FIRST, RECURRING, FINAL, REVIEW), authority, may_waive)

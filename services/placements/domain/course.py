"""The course of a place that was bought: it starts, is extended, ends, or is cancelled before it starts (GS-3)."""

from typing import Literal

from services.placements.domain.personal import SaidEndReason, SaidId, SaidOutcome, SaidText
from services.placements.domain.placement import (
    CANCELLED,
    ENDED,
    UNKNOWN,
    PlacementCommand,
    State,
    misdirected,
    not_running,
    untimely,
)
from shared.contracts.placements import (
    CancelClass,
    EndClass,
    ParticipationDeclined,
    Party,
    PlacementCancelled,
    PlacementEnded,
    PlacementExtended,
    PlacementStarted,
    Price,
)
from shared.contracts.values import Day, DecisionRef, Id, Money
from shared.deciding import Decision, Refused
from shared.policy.clause import GS_3


class StartPlacement(PlacementCommand):
    """Record the person's first day."""

    started_on: Day


class ExtendPlacement(PlacementCommand):
    """Give a running place a later last day."""

    new_end: Day
    decision: DecisionRef
    decided_on: Day
    price: Price | None = None
    reason: SaidText | None = None


class ReportEnd(PlacementCommand):
    """Another system reports a place's last day; it leaves out what is personal."""

    ended_on: Day
    end_class: EndClass


class EndPlacement(ReportEnd):
    """Record the place's last day, why it ended and what came of it; the last two are sealed."""

    end_reason: SaidEndReason
    outcome: SaidOutcome
    successor_placement_id: SaidId | None = None


class CancelPlacement(PlacementCommand):
    """Call the place off before it starts."""

    cancelled_on: Day
    cancel_class: CancelClass
    reason: SaidText | None = None
    cost_incurred: Money | None = None
    decision: DecisionRef | None = None


class DeclineParticipation(PlacementCommand):
    """Record that the person declines a follow-up, or the place; nobody needs a reason for it."""

    declined_on: Day
    scope: Literal["follow-up", "place"]
    stated_by: Party
    follow_up_id: Id | None = None
    reason: SaidText | None = None


ALREADY_STARTED = Refused(
    "placement-already-started", GS_3,
    "Platsen har redan börjat; rätta startdagen om den är fel, eller avsluta platsen.",
    "The place has already begun; correct its first day if that is wrong, or end the place.",
)  # fmt: skip
STARTS_AFTER_END = Refused(
    "starts-after-end", GS_3,
    "Platsen börjar efter sin sista dag; rätta den planerade sista dagen först.",
    "The place starts after its last day; correct the planned last day first.",
)  # fmt: skip
ENDS_EARLIER = Refused(
    "extension-ends-earlier", GS_3,
    "En förlängning ger en senare sista dag; en plats som slutar tidigare avslutas i stället.",
    "An extension gives a later last day; a place that ends earlier is ended instead.",
)  # fmt: skip
ENDED_BEFORE_START = Refused(
    "ended-before-start", GS_3,
    "Sista dagen ligger före den första; kontrollera den.",
    "The last day lies before the first one; check it.",
)  # fmt: skip


def start(command: StartPlacement, state: State) -> Decision:
    """Let a place begin."""
    if state.phase == "running" and state.started_on == command.started_on:
        return []  # the same report again
    if state.phase == "running":
        return ALREADY_STARTED
    if state.phase != "bought":
        return not_running(state) or []
    refused = untimely(command.started_on, command, state)
    if refused is not None:
        return refused
    if state.last_day is not None and command.started_on > state.last_day:
        return STARTS_AFTER_END
    return [PlacementStarted(placement_id=command.placement_id, started_on=command.started_on)]


def extend(command: ExtendPlacement, state: State) -> Decision:
    """Give a running place a later last day; one without an end may be given one."""
    refused = not_running(state) or misdirected(command, state) or untimely(command.decided_on, command, state)
    if refused is not None:
        return refused
    if command.new_end == state.last_day:
        return []  # the same extension again
    earliest = state.last_day or state.started_on
    if earliest is not None and command.new_end < earliest:
        return ENDS_EARLIER
    return [PlacementExtended(previous_end=state.last_day, **command.fields())]


def end(command: ReportEnd, state: State) -> Decision:
    """End a running place."""
    if state.phase == "ended" and state.ended_on == command.ended_on:
        return []  # the same report again
    refused = not_running(state) or misdirected(command, state) or untimely(command.ended_on, command, state)
    if refused is not None:
        return refused
    if state.started_on is not None and command.ended_on < state.started_on:
        return ENDED_BEFORE_START
    return [PlacementEnded(**command.fields())]


def cancel(command: CancelPlacement, state: State) -> Decision:
    """Call off a place that has not begun: there is nothing to follow up."""
    match state.phase:
        case "unknown":
            return UNKNOWN
        case "cancelled":
            return []  # it was called off once
        case "running":
            return ALREADY_STARTED
        case "ended":
            return ENDED
        case "bought":
            refused = misdirected(command, state) or untimely(command.cancelled_on, command, state)
            return refused or [PlacementCancelled(**command.fields())]


def decline(command: DeclineParticipation, state: State) -> Decision:
    """Record a no. It ends no duty: the place is then followed up with the provider alone (edge rule 4)."""
    if state.phase == "unknown":
        return UNKNOWN
    if state.phase == "cancelled":
        return CANCELLED
    refused = misdirected(command, state) or untimely(command.declined_on, command, state)
    return refused or [ParticipationDeclined(**command.fields())]

"""GS-7: what the executive office owes Coompanion each year. Only the initiative is the policy's; that it is held is local."""

from datetime import date, timedelta

from services.consultation.domain.consultation import EVENTS, IN_FUTURE
from shared.contracts.consultation import (
    ConsultationDeclined,
    ConsultationHeld,
    ConsultationInitiated,
    JointFollowUpCompleted,
)
from shared.deciding import Happening, NotProven, Refused
from shared.policy.authority import Authority
from shared.policy.clause import GS_7, Modality
from shared.policy.duty.commands import MAY_NOT_WAIVE, WaiveDuty
from shared.policy.duty.definition import duty
from shared.policy.duty.due import Due, after, count
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.duty.waiving import its_own_or_the_executive_boards
from shared.policy.role import EXECUTIVE_BOARD, EXECUTIVE_OFFICE

BOTH = frozenset({"samrad", "uppfoljning"})
HELD_BY = (ConsultationHeld, JointFollowUpCompleted)


def covers_both(happening: Happening) -> bool:
    """An invitation to consultation alone, or to follow-up alone, is half an initiative."""
    event = happening.event
    return isinstance(event, ConsultationInitiated) and set(event.covers) >= BOTH


def initiates(happening: Happening, _duty: DutyState) -> bool:
    """The stream is the year's, and the year is that of the day on which it was taken.

    Raises NotProven where the invitation is said to be diarised later than it is recorded here. (A report of another system is
    decided as of its act, which may well be before the document was diarised.)
    """
    event = happening.event
    if isinstance(event, ConsultationInitiated) and event.invitation.diarised_on > happening.recorded_on:
        raise NotProven(IN_FUTURE)
    return covers_both(happening)


def new_year(year: int) -> tuple[str, date]:
    """Give what triggers the year's initiative: no event but the boundary of the year, so its id is made of the year."""
    return f"year/{year}", date(year, 1, 1)


def its_year(happening: Happening) -> tuple[str, date]:
    """An invitation that is recorded before the clock has opened its year opens it."""
    return new_year(int(happening.object_id))


def initiative_due(_happening: Happening, trigger: date, authority: Authority) -> Due:
    """By a local day, to leave time for the meeting; broken only after the clause's own: the year's last."""
    local, clause = (after(trigger, f"initiative.{limit}", authority) for limit in ("local", "clause"))
    return Due(local.on, (*local.terms, *clause.terms), hard_on=clause.on)


def initiative_lapses(owed: DutyState, authority: Authority) -> date | None:
    """Some days after the year nobody can take its initiative any more. Never rolled."""
    if owed.hard_due_on is None:
        return None
    return owed.hard_due_on + timedelta(days=count(authority.deadline("initiative.lapse", owed.trigger_on)))


def discharges_the_initiative(happening: Happening) -> bool:
    """The first invitation that covers both opens what follows; not one of a year that was waived."""
    owed = [duty for duty in happening.past.duties(happening.object_id) if duty.kind == INITIATIVE.kind]
    return covers_both(happening) and not any(duty.end == "waived" for duty in owed)


def held_due(_happening: Happening, trigger: date, authority: Authority) -> Due:
    """The later of the year's last day and some time after the invitation."""
    term, year_end = after(trigger, "consultation.held", authority), after(trigger, "initiative.clause", authority)
    days = [due.on for due in (term, year_end) if due.on is not None]
    return Due(max(days), (*term.terms, *year_end.terms))


def comes_off(happening: Happening, _duty: DutyState) -> bool:
    """Held and followed up, both, in whichever order; or the partner declined."""
    state = happening.state
    return isinstance(happening.event, ConsultationDeclined) or (
        state.held is not None and state.followed_up is not None
    )


def came_off_on(happening: Happening) -> date:
    """The later of the two acts; or the day of the partner's no."""
    state, event = happening.state, happening.event
    if isinstance(event, ConsultationDeclined):
        return event.declined_on
    later: date = max(state.held.held_on, state.followed_up.completed_on)
    return later


def shows_it_came_off(happening: Happening) -> tuple[str, ...]:
    """Both acts, or the partner's no."""
    if isinstance(happening.event, ConsultationDeclined):
        return (happening.id,)
    acts = [e for e in happening.past.history(happening.subject) if isinstance(e.data, HELD_BY)]
    return tuple({type(act.data): act.id for act in acts}.values())  # the newest of each


INITIATIVE = duty(
    clause=GS_7,
    kind="initiative",
    owed_by=EXECUTIVE_OFFICE,
    object="consultation",
    log=EVENTS,
    due=initiative_due,  # arises on 1 January: `calendar.py`
    opens=its_year,
    discharged_by=(ConsultationInitiated,),
    fulfils=initiates,
    claimed_late_needs_proof=True,
    lapses_after=initiative_lapses,
)
HELD = duty(
    clause=GS_7,
    kind="held",
    modality=Modality.LOCAL,
    owed_by=EXECUTIVE_OFFICE,
    object="consultation",
    log=EVENTS,
    arises_on=(ConsultationInitiated,),
    when=discharges_the_initiative,
    due=held_due,
    discharged_by=(*HELD_BY, ConsultationDeclined),
    fulfils=comes_off,
    acted=came_off_on,
    evidence=shows_it_came_off,
    claimed_late_needs_proof=True,
)


class WaiveMeeting(WaiveDuty):
    """Let go that the consultation is held: the office that owes it records it, and never the initiative's."""


def may_waive(command: WaiveDuty, owed: DutyState) -> Refused | None:
    """The initiative is let go only by the executive board, by a paragraph of its own minutes of that very year.

    That the consultation is held is owed by a local rule, and let go as any other duty.
    """
    if owed.kind != INITIATIVE.kind:
        return its_own_or_the_executive_boards(command, owed)
    decision = command.authority
    if isinstance(command, WaiveMeeting):
        return MAY_NOT_WAIVE
    its_own = decision.decided_by_role == EXECUTIVE_BOARD and bool(decision.paragraph)
    in_the_year = decision.decided_on.year == owed.trigger_on.year
    return None if its_own and in_the_year else MAY_NOT_WAIVE


def duties(authority: Authority) -> Duties:
    """Give consultation's duties, in the order of the clauses."""
    return Duties((INITIATIVE, HELD), authority, may_waive)

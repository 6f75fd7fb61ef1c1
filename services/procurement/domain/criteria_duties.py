"""GS-8 as a duty of the buying board, one for each procurement of services: comply or explain, before it is published."""

from datetime import date
from functools import reduce
from typing import Any, Final, cast

from services.procurement.domain import tender as tender_
from services.procurement.domain.criteria_in_lots import services, uncovered
from services.procurement.domain.tender import State, tender_in
from shared.contracts.awards import DuplicateLinked
from shared.contracts.cloudevent import Event
from shared.contracts.criteria import SocialCriteriaApplied, SocialCriteriaNotAppropriate
from shared.contracts.duty import Term
from shared.contracts.procurement import ProcurementPlanned, TenderAmended, TenderCancelled, TenderPublished
from shared.correcting import as_corrected
from shared.deciding import Happening, Past
from shared.policy.authority import Authority
from shared.policy.clause import GS_8
from shared.policy.duty.definition import Duty, duty
from shared.policy.duty.due import Due, after, count
from shared.policy.duty.life import DutyState
from shared.policy.role import BUYING_BOARD, Role

LOG: Final = "procurement.events"
BEFORE, UNSTATED = "criteria.before-publication", "criteria.published-unstated"
STATED: Final = (SocialCriteriaApplied, SocialCriteriaNotAppropriate)


def _tender(happening: Happening) -> State:
    return cast("State", happening.past.state(happening.subject))


def _left(happening: Happening) -> list[str]:
    """The lots that nothing is stated of; of a cancelled tender all count, since what is overdue goes on."""
    tender = _tender(happening)
    return uncovered(tender.open_lots or tender.lots, tender.stated)


def _arises(happening: Happening) -> bool:
    """On the plan or publication of an own procurement with services, and when an amendment takes its criteria away."""
    tender = _tender(happening)
    if not tender.own or tender.duplicate_of is not None or not services(tender.open_lots):
        return False
    return _takes_away(happening) if isinstance(happening.event, TenderAmended) else True


def _takes_away(happening: Happening) -> bool:
    """Tell whether a lot is uncovered that was covered before the amendment, or there was no lot of services before it."""
    *before, _amendment = as_corrected(happening.past.history(happening.subject))
    was = reduce(tender_.evolve, (cast("Any", envelope.data) for envelope in before), tender_.initial)
    covered = {lot.lot_id for lot in services(was.open_lots)} - set(uncovered(was.open_lots, was.stated))
    return bool(covered & set(_left(happening))) or not services(was.open_lots)


def _due(happening: Happening, trigger: date, authority: Authority) -> Due:
    if isinstance(happening.event, ProcurementPlanned):
        return _before_publication(happening.event, trigger, authority)
    return after(trigger, UNSTATED, authority)


def _before_publication(plan: ProcurementPlanned, trigger: date, authority: Authority) -> Due:
    """The last working day before the first day of the planned publication; without one it is undated."""
    local = authority.deadline(BEFORE, trigger)
    if plan.planned_publication is None:
        return Due(None, (), key=BEFORE)
    planned = plan.planned_publication.date
    on = max(trigger, authority.days.add(planned, -count(local)))  # a plan made too late asks for it at once
    return Due(on, (Term(key=BEFORE, value=f"−{count(local)}", unit=local.unit, gives=on),))


def _moved(happening: Happening, owed: DutyState, authority: Authority) -> Due | None:
    """A plan that gives another day moves it; published without a statement, some days from then take the old day's place."""
    if isinstance(happening.event, ProcurementPlanned):
        return _before_publication(happening.event, owed.trigger_on, authority)
    return after(happening.occurred_on, UNSTATED, authority) if _left(happening) else None


def _covers(happening: Happening, _owed: DutyState) -> bool:
    """Every lot of services that is left is covered; one that was given up or amended may have been the last that was not."""
    tender = _tender(happening)
    return bool(services(tender.open_lots or tender.lots)) and not _left(happening)


def _acted_on(happening: Happening) -> date:
    """The day of the last statement, in whatever order they were recorded."""
    history = as_corrected(happening.past.history(happening.subject))
    days = [event.stated_on for event in (envelope.data for envelope in history) if isinstance(event, STATED)]
    return max((*days, happening.occurred_on))


def _shows_it(happening: Happening) -> tuple[str, ...]:
    """All statements on the tender, and what made them enough."""
    history = as_corrected(happening.past.history(happening.subject))
    stated = [envelope.id for envelope in history if isinstance(envelope.data, STATED)]
    return tuple(dict.fromkeys((*stated, happening.id)))


def _is_public(event: Event) -> bool:
    """What the notice says was public on its day."""
    return isinstance(event, TenderCancelled | TenderAmended) or (
        isinstance(event, SocialCriteriaApplied) and event.basis == "notice"
    )


def _is_gone(happening: Happening, _owed: DutyState, _authority: Authority) -> bool:
    """It dies only with its last lot of services (edge rule 13), or with a tender that is another's duplicate."""
    return isinstance(happening.event, DuplicateLinked) or not services(_tender(happening).open_lots)


def board_of(past: Past, tender_id: str) -> Role:
    """Give the board that buys."""
    return Role(tender_in(past, tender_id).board or BUYING_BOARD)


CRITERIA: Final[Duty] = duty(
    clause=GS_8, kind="criteria", owed_by=BUYING_BOARD, owing=board_of, object="tender", log=LOG,
    arises_on=(ProcurementPlanned, TenderPublished, TenderAmended), when=_arises, due=_due,
    moved_by={ProcurementPlanned: "dated", TenderPublished: "dated"}, moved=_moved,
    discharged_by=(*STATED, TenderCancelled, TenderAmended), fulfils=_covers, acted=_acted_on, evidence=_shows_it,
    claimed_late_needs_proof=True, shows_itself=_is_public,
    anew_after_discharge=(TenderAmended,),
    voided_by={TenderCancelled: "tender-cancelled", TenderAmended: "superseded", DuplicateLinked: "duplicate"}, gone=_is_gone,
)  # fmt: skip

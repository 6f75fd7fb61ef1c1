"""GS-6 as duties, one for each tender and each enterprise that it may suit: told of its plan, and told of its publication."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, cast

from services.procurement.domain.award_duties import CONTRACT_TERM
from services.procurement.domain.criteria_duties import CRITERIA
from services.procurement.domain.knowledge_duties import KNOWLEDGE, ProcurementDuties
from services.procurement.domain.lots import closing_day, is_past
from services.procurement.domain.outreach import State
from services.procurement.domain.outreach_due import published_due, standings
from services.procurement.domain.rows import EnterpriseCause, TenderCause
from services.procurement.domain.seal import is_sealed, kept_by
from services.procurement.domain.tender import State as Tender
from services.procurement.domain.waiver import may_waive
from shared.contracts.cloudevent import Event
from shared.contracts.duty import VoidReason
from shared.contracts.procurement import (
    DeadlineMoved,
    OutreachDelivered,
    OutreachFailed,
    Stage,
    SuitabilityAssessed,
    TenderAmended,
    TenderCancelled,
    TenderPublished,
)
from shared.contracts.registry import EnterpriseClosed, RecognitionWithdrawn
from shared.contracts.values import I18n
from shared.correcting import as_corrected
from shared.deciding import Happening
from shared.policy.authority import Authority
from shared.policy.clause import GS_6
from shared.policy.duty.definition import Duty, MoveReason, Seal, duty
from shared.policy.duty.due import Due, after
from shared.policy.duty.life import DutyState
from shared.policy.role import AUDITOR, PROCUREMENT_OFFICE

LOG: Final = "procurement.outreach"


def tender_of(object_id: str) -> str:
    """Give the stream of the tender that a duty is about; its object is `<tender>/<enterprise>`."""
    return f"tender/{object_id.partition('/')[0]}"


def _pair(happening: Happening) -> State:
    """Give the pair's state: after the event where it is one of its own."""
    return cast("State", happening.past.state(f"outreach/{happening.object_id}"))


def _tender(happening: Happening) -> Tender:
    return cast("Tender", happening.past.state(tender_of(happening.object_id)))


def _arises(stage: Stage) -> Callable[[Happening], bool]:
    """It arises where a tender in this stage suits, and anew where a letter bounced that had counted as delivered."""

    def arises(happening: Happening) -> bool:
        event: Any = happening.event
        if isinstance(event, SuitabilityAssessed):
            return event.stage == stage and event.opens is True
        return _came_back(stage, event.outreach_id, happening)

    return arises


def _came_back(stage: Stage, outreach_id: str, happening: Happening) -> bool:
    """Tell whether a letter came back that had informed of this stage, while there is still something to tell."""
    event: Any = happening.event
    pair = _pair(happening)
    sent, assessed = pair.sent.get(outreach_id), pair.assessed
    if sent is None or sent.delivered_at is None or event.retry or sent.event.purpose != "inform" or assessed is None:
        return False
    if {sent.event.stage, assessed.stage} != {stage} or assessed.verdict == "not-suitable":
        return False
    return _tender(happening).phase != "cancelled" and not is_past(pair.closes, happening.occurred_at)


def _planned_due(happening: Happening, trigger: date, authority: Authority) -> Due:
    if isinstance(happening.event, OutreachFailed):
        return after(trigger, "outreach.bounced", authority)
    return after(trigger, "outreach.planned", authority)


def _published_due(happening: Happening, trigger: date, authority: Authority) -> Due:
    pair = _pair(happening)
    if isinstance(happening.event, OutreachFailed):
        due = after(trigger, "outreach.bounced", authority)
        on = due.on if pair.closes is None or due.on is None else min(due.on, closing_day(pair.closes))
        return Due(on, due.terms)
    history = as_corrected(happening.past.history(tender_of(happening.object_id)))
    return published_due(trigger, pair.due_lot_ids, standings(history), authority)


def _moved(happening: Happening, duty_: DutyState, authority: Authority) -> Due:
    return _published_due(happening, duty_.trigger_on, authority)


def _informs(stage: Stage) -> Callable[[Happening, DutyState], bool]:
    """Delivered, not sent: the clause says inform. From the trigger to the last deadline of a lot that fits; named or open."""

    def informs(happening: Happening, duty_: DutyState) -> bool:
        event: Any = happening.event
        named = event.duty_id == duty_.id or (event.duty_id is None and duty_.end is None)
        begun = happening.occurred_on >= duty_.trigger_on
        in_time = stage == "planned" or not is_past(_pair(happening).closes, happening.occurred_at)
        return bool(event.stage == stage and event.purpose == "inform" and named and begun and in_time)

    return informs


SEAL: Final = Seal(
    stream=tender_of,
    is_sealed=is_sealed,
    instead=kept_by,
    until=I18n(
        sv="Företaget namnges först när upphandlingen är tilldelad, avbruten eller ärendet slut (OSL 19 kap. 3 §).",
        en="The enterprise is named when the tender is awarded, cancelled or its matter over (OSL chapter 19, section 3).",
    ),
    then_read_by=(AUDITOR,),
)


def _gone(stage: Stage) -> Callable[[Happening, DutyState, Authority], bool]:
    """An officer says that it suits nobody here; a verdict of the rule alone ends nothing."""

    def gone(happening: Happening, _duty: DutyState, _authority: Authority) -> bool:
        event: Any = happening.event
        if not isinstance(event, SuitabilityAssessed):
            return True
        return event.stage == stage and event.verdict == "not-suitable" and event.assessed_by != "rule"

    return gone


PLANNED: Final[Duty] = duty(  # one per public plan and suitable enterprise
    clause=GS_6, kind="planned", owed_by=PROCUREMENT_OFFICE, object="outreach", log=LOG,
    arises_on=(SuitabilityAssessed, OutreachFailed), when=_arises("planned"), due=_planned_due,
    discharged_by=(OutreachDelivered,), fulfils=_informs("planned"), claimed_late_needs_proof=True,
    anew_after_discharge=(OutreachFailed,),
    # these happen to a tender or an enterprise: `pairs.py` brings them to each pair, by `voided_after` and `moved_after`
    voided_by={
        TenderPublished: "superseded", TenderCancelled: "tender-cancelled",
        RecognitionWithdrawn: "recognition-withdrawn", EnterpriseClosed: "enterprise-closed",
        SuitabilityAssessed: "superseded",
    }, gone=_gone("planned"),
    seal=SEAL,
    lapses_if_overdue={
        TenderPublished: "tender-closed", TenderCancelled: "tender-closed",
        RecognitionWithdrawn: "object-gone", EnterpriseClosed: "object-gone",
    },
)  # fmt: skip
PUBLISHED: Final[Duty] = duty(  # one per tender and suitable enterprise
    clause=GS_6, kind="published", owed_by=PROCUREMENT_OFFICE, object="outreach", log=LOG,
    arises_on=(SuitabilityAssessed, OutreachFailed), when=_arises("published"), due=_published_due,
    discharged_by=(OutreachDelivered,), fulfils=_informs("published"), claimed_late_needs_proof=True,
    anew_after_discharge=(OutreachFailed,),
    moved_by={DeadlineMoved: "deadline-moved"}, moved=_moved,
    voided_by={
        TenderAmended: "superseded", TenderCancelled: "tender-cancelled",
        RecognitionWithdrawn: "recognition-withdrawn", EnterpriseClosed: "enterprise-closed",
        SuitabilityAssessed: "superseded",
    }, gone=_gone("published"),
    seal=SEAL,
    lapses_if_overdue={
        TenderAmended: "tender-closed", TenderCancelled: "tender-closed",
        RecognitionWithdrawn: "object-gone", EnterpriseClosed: "object-gone",
    },
)  # fmt: skip
ALL: Final = (KNOWLEDGE, PLANNED, PUBLISHED, CRITERIA, CONTRACT_TERM)
OF: Final[dict[Stage, Duty]] = {"planned": PLANNED, "published": PUBLISHED}
CAUSES: Final[dict[TenderCause | EnterpriseCause, type[Event]]] = {
    "published": TenderPublished, "amended": TenderAmended, "moved": DeadlineMoved, "cancelled": TenderCancelled,
    "withdrawn": RecognitionWithdrawn, "closed": EnterpriseClosed,
}  # fmt: skip
"""What the rows call the facts that end or move a duty; what an enterprise offers does neither by itself."""


def voided_after(stage: Stage, cause: TenderCause | EnterpriseCause) -> VoidReason | None:
    """Say why a tender that fits no more is owed no more after a fact; None: it is owed all the same."""
    return OF[stage].voided_by.get(CAUSES.get(cause, Event))


def moved_after(stage: Stage, cause: TenderCause | EnterpriseCause) -> MoveReason | None:
    """Say as what a fact moves the due day; None: it does not."""
    return OF[stage].moved_by.get(CAUSES.get(cause, Event))


def duties(authority: Authority) -> ProcurementDuties:
    """Give procurement's duties, in the order of the clauses."""
    return ProcurementDuties(ALL, authority, may_waive)

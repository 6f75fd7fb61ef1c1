"""What is owed about an enterprise: the review of its recognition (DF review), local, with five assessments and a decision."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, cast

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.decided import is_anew
from shared.contracts.cloudevent import Envelope
from shared.contracts.duty import Term
from shared.contracts.registry import (
    CriterionAssessed,
    EnterpriseClosed,
    EnterpriseRecognised,
    RecognitionRestored,
    RecognitionWithdrawn,
)
from shared.correcting import as_corrected
from shared.deciding import Happening
from shared.policy.authority import Authority
from shared.policy.clause import DF_0, Modality
from shared.policy.duty.definition import duty
from shared.policy.duty.due import Due, after
from shared.policy.duty.duties import Duties
from shared.policy.duty.life import DutyState
from shared.policy.role import REGISTRY_OFFICER

EVENTS: Final = "registry.events"


def review_due(happening: Happening, trigger: date, authority: Authority) -> Due:
    """On the day that the decision names, whatever the local term gives."""
    return _due(cast("Any", happening.event).review_due_on, trigger, authority)


def _due(decided: date, trigger: date, authority: Authority) -> Due:
    local = after(trigger, "df-review", authority)
    if decided == local.on:
        return local
    named = Term(key="review-due-on", value=decided.isoformat(), unit="date", gives=decided)
    return Due(decided, (*local.terms, named))


def review_moved(happening: Happening, owed: DutyState, authority: Authority) -> Due | None:
    """By a restoration that names another day, and by the correction of the decision that it arose by."""
    is_other = isinstance(happening.event, EnterpriseRecognised) and happening.id != owed.trigger_event_id
    named: date | None = happening.past.state(happening.subject).review_due_on
    if is_other or named is None:
        return None
    return _due(named, owed.trigger_on, authority)


def concludes(happening: Happening, owed: DutyState) -> bool:
    """A decision that it is a WISE, or is none any more, after all five were assessed since the review's trigger.

    Restoring what only rested is no such decision. Asked of an assessment when that was corrected: then of what rests on it.
    """
    history = as_corrected(happening.past.history(happening.subject))
    decision = _by_id(_decision_id(happening, owed), history)
    if decision is None or _only_rested(decision):
        return False
    trigger = _by_id(owed.trigger_event_id, history)
    cited = (getattr(trigger.data, "assessment_ids", None) or ()) if trigger else ()
    made = _assessed(history, decision)
    return len(made) == len(CRITERIA) and all(is_anew(_assessment(each), owed.trigger_on, cited) for each in made)


def concluded_on(happening: Happening) -> date:
    """The day of the decision. That it takes effect on another day makes a review neither late nor in time."""
    event: Any = happening.event
    if isinstance(event, CriterionAssessed):
        event = _resting_on(happening).data
    on: date = event.decision.decided_on
    return on


def shows_it(happening: Happening) -> tuple[str, ...]:
    """The five assessments and the decision."""
    history = as_corrected(happening.past.history(happening.subject))
    decision = _by_id(happening.id, history)
    return (*(each.id for each in _assessed(history, decision)), happening.id) if decision else (happening.id,)


def _decision_id(happening: Happening, owed: DutyState) -> str:
    is_assessment = isinstance(happening.event, CriterionAssessed) and bool(owed.evidence)
    return owed.evidence[-1] if is_assessment else happening.id


def _resting_on(happening: Happening) -> Envelope:
    """Give the decision of the review that a corrected assessment was part of."""
    owed = next(d for d in happening.past.duties(happening.object_id) if happening.id in d.evidence)
    decision = _by_id(owed.evidence[-1], as_corrected(happening.past.history(happening.subject)))
    if decision is None:
        raise ValueError(f"duty/{owed.id}: its decision {owed.evidence[-1]} is not in the enterprise's stream")
    return decision


def _only_rested(decision: Envelope) -> bool:
    return isinstance(decision.data, RecognitionRestored) and decision.data.restores == "suspension"


def _assessed(history: Iterable[Envelope], decision: Envelope) -> list[Envelope]:
    """Give the newest assessment of each criterion by a decision, of those recorded before it."""
    newest: dict[str, Envelope] = {}
    decided_on = cast("Any", decision.data).decision.decided_on
    for envelope in history:
        if envelope.id == decision.id:
            break
        event = envelope.data
        if isinstance(event, CriterionAssessed) and event.assessed_on <= decided_on:
            former = newest.get(event.criterion)
            if former is None or _assessment(former).assessed_on <= event.assessed_on:
                newest[event.criterion] = envelope
    return [newest[criterion] for criterion in CRITERIA if criterion in newest]


def _assessment(envelope: Envelope) -> CriterionAssessed:
    return cast("CriterionAssessed", envelope.data)


def _by_id(id_: str, history: Iterable[Envelope]) -> Envelope | None:
    return next((envelope for envelope in history if envelope.id == id_), None)


REVIEW = duty(
    clause=DF_0, kind="df-review", modality=Modality.LOCAL, owed_by=REGISTRY_OFFICER, object="enterprise", log=EVENTS,
    arises_on=(EnterpriseRecognised, RecognitionRestored), due=review_due,
    discharged_by=(EnterpriseRecognised, RecognitionRestored, RecognitionWithdrawn),
    fulfils=concludes, acted=concluded_on, evidence=shows_it,
    claimed_late_needs_proof=True,  # a decision cites no diarised document: second person
    moved_by={RecognitionRestored: "extended", EnterpriseRecognised: "corrected"}, moved=review_moved,
    voided_by={RecognitionWithdrawn: "recognition-withdrawn", EnterpriseClosed: "enterprise-closed"},
    anew_after_discharge=(EnterpriseRecognised, RecognitionRestored),
)  # fmt: skip


def duties(authority: Authority) -> Duties:
    """Give registry's duties."""
    return Duties((REVIEW,), authority)

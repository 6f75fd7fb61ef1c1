"""What every decision on a recognition is measured by: its days, what was told before it, the assessments that it rests on."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from services.registry.domain.assessment import CRITERIA
from services.registry.domain.enterprise import IN_FUTURE, EnterpriseCommand, State, is_to_come
from shared.contracts.registry import Criterion, CriterionAssessed
from shared.contracts.values import DecisionRef
from shared.deciding import Refused
from shared.policy.clause import DF_0, DF_8

NOT_MET: Final = {
    id_: Refused(
        "criterion-not-met", clause,
        f"{id_} är inte prövat och uppfyllt; alla fem kriterier ska vara det.",
        f"{id_} is not assessed and met; all five criteria must be.",
    )
    for id_, clause in CRITERIA.items()
}  # fmt: skip
MET: Final = {
    id_: Refused(
        "criterion-not-failed", clause,
        f"{id_} har inte prövats med ett annat utfall än uppfyllt, så beslutet kan inte grundas på det.",
        f"{id_} has not been assessed as anything but met, so the decision can't rest on it.",
    )
    for id_, clause in CRITERIA.items()
}  # fmt: skip
ASSESSED_LATER = Refused(
    "assessed-after-decision", DF_0,
    "Ett kriterium prövades efter beslutet; ange ett beslut som fattades på prövningen.",
    "A criterion was assessed after the decision; give a decision that was made on the assessment.",
)  # fmt: skip
NO_CRITERION = Refused(
    "criteria-failed-missing", DF_8,
    "Ange vilka kriterier som inte är uppfyllda; juridisk form är aldrig ett skäl.",
    "Name the criteria that are not met; the legal form is never a reason.",
)  # fmt: skip
NOT_COMMUNICATED = Refused(
    "not-communicated-first", None,
    "Företaget ska ha fått del av underlaget före beslutet (FL 25 §); ange en tidigare dag.",
    "The enterprise must have been told before the decision (FL 25 §); give an earlier day.",
)  # fmt: skip
ALREADY_RECOGNISED = Refused(
    "already-recognised", None,
    "Företaget är redan erkänt; ett vilande erkännande återställs i stället.",
    "The enterprise is already recognised; a suspended recognition is restored instead.",
)  # fmt: skip
NOT_RECOGNISED = Refused(
    "not-recognised", None,
    "Företaget är inte erkänt, så det finns inget erkännande att ändra.",
    "The enterprise is not recognised, so there is no recognition to change.",
)  # fmt: skip

BACKDATED = Refused(
    "loss-before-decision", None,
    "En vila eller återkallelse gäller tidigast från beslutets dag; ange den dagen eller en senare.",
    "A suspension or withdrawal takes effect on the day of its decision at the earliest; give that day or a later one.",
)  # fmt: skip
BEFORE_RECOGNITION = Refused(
    "loss-before-recognition", None,
    "Erkännandet har inte börjat gälla den dagen; ange en dag då det finns något att ändra.",
    "The recognition does not hold on that day yet; give a day on which there is something to change.",
)  # fmt: skip
BEFORE_LOSS = Refused(
    "recognised-before-loss", None,
    "Erkännandet hade inte upphört eller vilat den dagen; ange tidigast dagen för vilan eller återkallelsen.",
    "The recognition was not lost on that day yet; give the day of the suspension or withdrawal, or a later one.",
)  # fmt: skip


def untimely(decision: DecisionRef, fact: date, command: EnterpriseCommand) -> Refused | None:
    """Neither the decision nor what it says can be of a day that has not come."""
    return IN_FUTURE if is_to_come(max(decision.decided_on, fact), command) else None


def backdated(decision: DecisionRef, effective_from: date, state: State) -> Refused | None:
    """A loss begins with its decision, and not before what it changes holds: else it would undo what was owed meanwhile.

    That it is *recorded* later is another matter (edge rule 6).
    """
    if effective_from < decision.decided_on:
        return BACKDATED
    return BEFORE_RECOGNITION if state.holds_from is not None and effective_from < state.holds_from else None


def before_loss(effective_from: date, state: State) -> Refused | None:
    """Who lost it is recognised again from the day of the loss at the earliest."""
    if state.status not in ("suspended", "withdrawn") or state.holds_from is None:
        return None
    return BEFORE_LOSS if effective_from < state.holds_from else None


def unheard(decision: DecisionRef, communicated_on: date) -> Refused | None:
    """The enterprise hears of the grounds before the day of the decision (FL 25 §)."""
    return NOT_COMMUNICATED if communicated_on >= decision.decided_on else None


def unmet(state: State, decision: DecisionRef) -> Refused | None:
    """Give the first criterion that the decision can't call met."""
    for criterion in CRITERIA:
        latest = state.assessments.get(criterion)
        if latest is None or latest.outcome != "met":
            return NOT_MET[criterion]
        if latest.assessed_on > decision.decided_on:
            return ASSESSED_LATER
    return None


def unfailed(criteria: tuple[Criterion, ...], state: State, decision: DecisionRef) -> Refused | None:
    """Give the first criterion that the decision can't call failed."""
    for criterion in criteria:
        latest = state.assessments.get(criterion)
        if latest is None or latest.outcome == "met":
            return MET[criterion]
        if latest.assessed_on > decision.decided_on:
            return ASSESSED_LATER
    return None


def is_anew(assessment: CriterionAssessed, since: date, cited: Iterable[str]) -> bool:
    """Tell whether an assessment is a new one since a decision: made from its first day on, and not one that it rests on."""
    return assessment.assessed_on >= since and assessment.assessment_id not in cited

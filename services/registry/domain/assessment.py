"""Assessing the criteria of a WISE, DF-0…DF-4, on evidence."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from services.registry.domain.enterprise import IN_FUTURE, EnterpriseCommand, State, is_to_come, not_in_use
from shared.contracts.registry import (
    Aspects,
    Criterion,
    CriterionAssessed,
    CriterionOutcome,
    FinancialYear,
    ParticipationForm,
)
from shared.contracts.values import Day, DocumentRef, NewId, Reason, Share, StaffRef
from shared.deciding import Decision, Refused
from shared.policy.authority import Authority
from shared.policy.clause import DF_0, DF_1, DF_2, DF_3, DF_4, Clause

CRITERIA: Final[Mapping[Criterion, Clause]] = {"DF-0": DF_0, "DF-1": DF_1, "DF-2": DF_2, "DF-3": DF_3, "DF-4": DF_4}
READ_BY: Final[Mapping[Criterion, str]] = {
    "DF-0": "business", "DF-1": "overall-aim", "DF-2": "participation", "DF-3": "mainly", "DF-4": "independent",
}  # fmt: skip
"""The interpretation that each criterion is assessed by."""
HALF: Final = Decimal("0.5")


class AssessCriterion(EnterpriseCommand):
    """Say whether one criterion is met, and by which documents."""

    assessment_id: NewId
    criterion: Criterion
    outcome: CriterionOutcome
    assessed_on: Day
    evidence: tuple[DocumentRef, ...] = ()
    reasons: Reason
    assessed_by: StaffRef
    financial_year: FinancialYear | None = None
    reinvested_share: Share | None = None
    public_ownership_share: Share | None = None
    participation_form: ParticipationForm | None = None
    aspects: Aspects | None = None


NO_EVIDENCE: Final = {
    id_: Refused(
        "evidence-missing", clause,
        "Ett kriterium är uppfyllt först när minst en handling visar det.",
        "A criterion is met only when at least one document shows it.",
    )
    for id_, clause in CRITERIA.items()
}  # fmt: skip
NO_PARTICIPATION_FORM = Refused(
    "participation-form-missing", DF_2,
    "Ange om delaktigheten bygger på ägande, avtal eller annan handling.",
    "Say whether participation rests on ownership, agreement or another document.",
)  # fmt: skip
NO_INFLUENCE = Refused(
    "participation-aspects-missing", DF_2,
    "Delaktigheten ska gälla både den egna utvecklingen och hur arbetet läggs upp.",
    "Participation must be both in one's own development and in how the work is organised.",
)  # fmt: skip
NO_REINVESTED_SHARE = Refused(
    "reinvested-share-missing", DF_3,
    "Ange hur stor del av vinsten som återinvesteras.",
    "Say how much of the profit is reinvested.",
)  # fmt: skip
REINVESTS_TOO_LITTLE = Refused(
    "reinvested-share-too-small", DF_3,
    "Större delen är mer än hälften av vinsten; det visar inte räkenskaperna.",
    "Most of the profit is more than half of it; the accounts do not show that.",
)  # fmt: skip
NO_OWNERSHIP_SHARE = Refused(
    "ownership-check-open", DF_4,
    "Ägandet måste kontrolleras: ange det offentligas andel. Numret avgör inte.",
    "The ownership must be checked: say how much the public sector owns. The number does not decide.",
)  # fmt: skip
PUBLICLY_OWNED = Refused(
    "publicly-owned", DF_4,
    "Det offentliga äger mer än hälften; då är företaget inte fristående.",
    "The public sector owns more than half; then the enterprise is not independent.",
)  # fmt: skip


def assess(authority: Authority, command: AssessCriterion, state: State) -> Decision:
    """Assess one criterion by the reading that is in force on the day."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if command.assessment_id in state.assessed:
        return []  # the same assessment again
    if is_to_come(command.assessed_on, command):
        return IN_FUTURE
    refused = _not_shown(command) if command.outcome == "met" else None
    if refused is not None:
        return refused
    return [CriterionAssessed(
        criteria_version=authority.criteria_version,
        interpretation_id=authority.interpretation(READ_BY[command.criterion], command.assessed_on).id,
        **command.model_dump(exclude={"at"}),
    )]  # fmt: skip


def _not_shown(command: AssessCriterion) -> Refused | None:
    """Say what is missing for a criterion to be met."""
    if not command.evidence:
        return NO_EVIDENCE[command.criterion]
    match command.criterion:
        case "DF-2":
            return _no_participation(command)
        case "DF-3":
            return _no_reinvestment(command)
        case "DF-4":
            return _no_independence(command)
        case "DF-0" | "DF-1":
            return None


def _no_participation(command: AssessCriterion) -> Refused | None:
    if command.participation_form is None:
        return NO_PARTICIPATION_FORM
    aspects = command.aspects or Aspects()
    return None if aspects.own_process and aspects.work_organisation else NO_INFLUENCE  # DF-5a, DF-5b


def _no_reinvestment(command: AssessCriterion) -> Refused | None:
    if command.reinvested_share is None:
        return NO_REINVESTED_SHARE
    return None if Decimal(command.reinvested_share) > HALF else REINVESTS_TOO_LITTLE


def _no_independence(command: AssessCriterion) -> Refused | None:
    """What closes the ownership check is the ownership, whatever digit the number starts with."""
    if command.public_ownership_share is None:
        return NO_OWNERSHIP_SHARE
    return PUBLICLY_OWNED if Decimal(command.public_ownership_share) > HALF else None

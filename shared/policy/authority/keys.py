"""Which local deadlines and interpretations the suite asks an authority for. A file has all of them and no other."""

from collections.abc import Mapping
from typing import Final

from shared.policy.authority.values import Unit

_COUNT: Final[tuple[Unit, ...]] = ("days", "working-days")
_DAYS: Final[tuple[Unit, ...]] = ("days",)
_WORKING_DAYS: Final[tuple[Unit, ...]] = ("working-days",)
_MONTHS: Final[tuple[Unit, ...]] = ("months",)
_DATE: Final[tuple[Unit, ...]] = ("date",)

DEADLINES: Final[Mapping[str, tuple[Unit, ...]]] = {
    "follow-up.first": _COUNT,
    "follow-up.recurring": _COUNT,
    "follow-up.final": _COUNT,
    "follow-up.final-window": _COUNT,
    "follow-up.review": _COUNT,
    "knowledge.on-recognition": _COUNT,
    "knowledge.year": _DATE,
    "knowledge.lapse": _DATE,
    "knowledge.bounced": _WORKING_DAYS,
    "outreach.planned": _COUNT,
    "outreach.after-notice": _COUNT,
    "outreach.before-deadline": _COUNT,
    "outreach.bounced": _COUNT,
    "reach.spread": _WORKING_DAYS,
    "initiative.local": _DATE,
    "initiative.clause": _DATE,
    "initiative.lapse": _COUNT,
    "consultation.held": _COUNT,
    "criteria.before-publication": _COUNT,
    "criteria.published-unstated": _COUNT,
    "contract-term": _COUNT,
    "df-review": _MONTHS,
    # Steps of every duty: an event names them by their unit ("14-days", "3-working-days").
    "reminder.days-before": _DAYS,
    "reminder.working-days-before": _WORKING_DAYS,
    "escalation.unit-head": _WORKING_DAYS,
    "escalation.board": _WORKING_DAYS,
    "rebuttal.window": _DAYS,
    "rebuttal.diarised": _WORKING_DAYS,
}

INTERPRETATIONS: Final = (
    "role-holders",
    "counting-days",
    "need",
    "follow-up",
    "provider-only",
    "actively",
    "within-the-authority",
    "coming",
    "suitable",
    "informed",
    "yearly-contribution",
    "each-year",
    "initiative",
    "held",
    "appropriate",
    "applied",
    "contract-terms",
    "business",
    "overall-aim",
    "participation",
    "mainly",
    "independent",
    "review",
)

"""What the reach ledger keeps of a tender and an enterprise, stage by stage; `reach.py` makes the ledger of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contracts.procurement import Stage, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One outreach, and what became of it."""

    outreach_id: str
    purpose: str
    channel: str
    facts_digest: str
    sent_at: datetime
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    reason_code: str | None = None

    @property
    def reached(self) -> datetime | None:
        """When it arrived and stayed; None: it did not, or came back."""
        return None if self.failed_at else self.delivered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """The newest verdict of a stage, and what was sent in it."""

    stage: Stage
    verdict: Verdict | None = None
    tests: tuple[dict[str, Any], ...] = ()
    lot_ids: tuple[str, ...] = ()
    assessment_id: str | None = None
    interpretation_id: str | None = None
    letters: tuple[Letter, ...] = ()
    unsent: str | None = None
    """Why a letter that was asked for never went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachRow:
    """A tender and an enterprise. Sealed while the tender is open."""

    key: str
    tender_id: str
    enterprise_id: str
    stages: tuple[StageRow, ...]
    version: int

    def of(self, stage: Stage) -> StageRow:
        """Give a stage's row; an empty one where nothing was recorded."""
        return next((each for each in self.stages if each.stage == stage), StageRow(stage=stage))

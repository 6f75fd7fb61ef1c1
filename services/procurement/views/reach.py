"""Each tender and enterprise, stage by stage: the newest verdict, what was sent and with which facts, and what became of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from services.procurement.domain.reach_rows import Letter, ReachRow, StageRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.letters import OutreachRequested
from shared.contracts.procurement import (
    OutreachDelivered,
    OutreachEvent,
    OutreachFailed,
    OutreachSent,
    Stage,
    SuitabilityAssessed,
)
from shared.log.view import View, nothing


def fold(row: ReachRow | None, recorded: Recorded) -> ReachRow | None:
    """Fold one event of a pair's stream."""
    event = cast("OutreachEvent | OutreachRequested", recorded.event)
    if row is None:
        _, tender_id, enterprise_id = recorded.subject.split("/")
        row = ReachRow(key=recorded.subject, tender_id=tender_id, enterprise_id=enterprise_id, stages=(), version=0)
    row = replace(row, version=recorded.envelope.streamversion)
    match event:
        case SuitabilityAssessed():
            return _staged(row, event.stage, lambda stage: _assessed(stage, event))
        case OutreachSent():
            letter = Letter(
                outreach_id=event.outreach_id, purpose=event.purpose, channel=event.channel,
                facts_digest=event.facts_digest, sent_at=event.sent_at,
            )  # fmt: skip
            return _staged(
                row, event.stage, lambda stage: replace(stage, letters=(*stage.letters, letter), unsent=None)
            )
        case OutreachDelivered():
            return _became(row, event.outreach_id, {"delivered_at": event.delivered_at})
        case OutreachFailed(retry=False):
            return _failed(row, event)
        case OutreachRequested() | OutreachFailed():
            return row


def _assessed(stage: StageRow, event: SuitabilityAssessed) -> StageRow:
    tests = tuple(test.model_dump(mode="json", by_alias=True, exclude_defaults=True) for test in event.tests)
    return replace(
        stage, verdict=event.verdict, tests=tests, lot_ids=event.lot_ids, assessment_id=event.assessment_id,
        interpretation_id=event.interpretation_id,
    )  # fmt: skip


def _staged(row: ReachRow, stage: Stage, change: Callable[[StageRow], StageRow]) -> ReachRow:
    """Change a stage's row; the planned stage comes first."""
    others = [each for each in row.stages if each.stage != stage]
    stages = sorted([*others, change(row.of(stage))], key=lambda each: each.stage)  # "planned" < "published"
    return replace(row, stages=tuple(stages))


def _failed(row: ReachRow, event: OutreachFailed) -> ReachRow:
    """Note why it failed: at the letter, or at the newest stage where it was never sent."""
    if any(letter.outreach_id == event.outreach_id for each in row.stages for letter in each.letters):
        return _became(row, event.outreach_id, {"failed_at": event.failed_at, "reason_code": event.reason_code})
    if not row.stages:
        return row
    return _staged(row, row.stages[-1].stage, lambda stage: replace(stage, unsent=event.reason_code))


def _became(row: ReachRow, outreach_id: str, news: dict[str, Any]) -> ReachRow:
    stages = tuple(
        replace(stage, letters=tuple(
            replace(letter, **news) if letter.outreach_id == outreach_id else letter for letter in stage.letters
        ))
        for stage in row.stages
    )  # fmt: skip
    return replace(row, stages=stages)


REACH = View(
    name="reach",
    log="procurement.outreach",
    category="outreach",
    row=ReachRow,
    fold=fold,
    sql=Path(__file__).with_suffix(".sql"),
    working=nothing,
)

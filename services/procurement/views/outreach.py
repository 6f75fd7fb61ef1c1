"""Each tender and enterprise that were compared: the verdict with all its tests, what was sent, and what became of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from services.procurement.domain.lots import closing_day
from services.procurement.domain.rows import OutreachRow, SentRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.letters import OutreachRequested
from shared.contracts.procurement import (
    OutreachDelivered,
    OutreachEvent,
    OutreachFailed,
    OutreachSent,
    SuitabilityAssessed,
)
from shared.log.view import View, nothing
from shared.policy.stockholm import day_of


def fold(row: OutreachRow | None, recorded: Recorded) -> OutreachRow | None:
    """Fold one event of a pair's stream."""
    event = cast("OutreachEvent | OutreachRequested", recorded.event)
    version = recorded.envelope.streamversion
    if isinstance(event, SuitabilityAssessed):
        return replace(_assessed(event, recorded, row), version=version)
    if row is None:
        return None
    match event:
        case OutreachSent():
            sent = SentRow(
                outreach_id=event.outreach_id,
                stage=event.stage,
                purpose=event.purpose,
                channel=event.channel,
                contact_id=event.contact_id,
                duty_id=event.duty_id,
                sent_at=event.sent_at,
            )
            return replace(row, sent=(*row.sent, sent), attempts=row.attempts + 1, failed=False, version=version)
        case OutreachDelivered():
            news: dict[str, Any] = {"delivered_at": event.delivered_at, "proof": event.proof}
            informs = event.stage == row.stage and event.purpose == "inform"
            day = row.delivered_on or day_of(event.delivered_at) if informs else row.delivered_on
            changed = _became(row, event.outreach_id, news)
            return replace(row, sent=changed, delivered_on=day, failed=False, version=version)
        case OutreachRequested() | OutreachFailed(retry=True):
            return replace(row, version=version)  # it is on its way
        case OutreachFailed():
            news = {"failed_at": event.failed_at, "reason_code": event.reason_code}
            return replace(row, sent=_became(row, event.outreach_id, news), failed=True, version=version)


def _assessed(event: SuitabilityAssessed, recorded: Recorded, row: OutreachRow | None) -> OutreachRow:
    """Keep the newest verdict; when the last lot closes stands for as long as nothing else is known of it."""
    closes = closing_day(event.closes) if event.closes else None
    if row is not None and event.verdict == "not-suitable" and closes is None:
        closes = row.closes_on
    same_stage = row is not None and row.stage == event.stage
    return OutreachRow(
        key=recorded.subject,
        tender_id=event.tender_id,
        enterprise_id=event.enterprise_id,
        stage=event.stage,
        verdict=event.verdict,
        lot_ids=event.lot_ids,
        tests=tuple(test.model_dump(mode="json", by_alias=True, exclude_defaults=True) for test in event.tests),
        assessment_id=event.assessment_id,
        assessed_at=recorded.envelope.occurredat,
        rules_version=event.rules_version,
        interpretation_id=event.interpretation_id,
        closes_on=closes,
        sent=row.sent if row else (),
        attempts=row.attempts if row else 0,
        delivered_on=row.delivered_on if row and same_stage else None,
        failed=row.failed if row else False,
        version=0,
    )


def _became(row: OutreachRow, outreach_id: str, news: dict[str, Any]) -> tuple[SentRow, ...]:
    return tuple(replace(sent, **news) if sent.outreach_id == outreach_id else sent for sent in row.sent)


OUTREACH = View(
    name="outreach",
    log="procurement.outreach",
    category="outreach",
    row=OutreachRow,
    fold=fold,
    sql=Path(__file__).with_suffix(".sql"),
    working=nothing,
)

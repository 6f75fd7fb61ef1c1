"""What everybody may know of a tender, as the letters tell it: the same for all who are told (edge rule 11).

A stage's facts are those with which its plan or its publication became public, and stay those: who is told later is told the
same, and of each change since in a letter of its own.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, TypeAlias

from services.procurement.domain.lots import shown
from shared.contracts.procurement import Lot, ProcurementPlanned, Stage, TenderPublished

Facts: TypeAlias = Mapping[str, Any]
"""Camel-case names to texts, lists and objects of these; never a number, so that one digest is made of them everywhere."""
SECRET = ("estimatedValue",)
"""What a lot says that is commercial secrecy and stands in no letter."""


def digest(facts: Facts) -> str:
    """Give the SHA-256 of the facts' canonical JSON (RFC 8785): names sorted, no spaces, UTF-8."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def of_lots(lots: Iterable[Lot]) -> list[dict[str, Any]]:
    """Give what is public of lots."""
    return [{name: value for name, value in shown(lot).items() if name not in SECRET} for lot in lots]


def of_plan(event: ProcurementPlanned) -> Facts:
    """Give what is public of a plan; `publicSince` is there, or there is nothing to tell."""
    planned = event.planned_publication
    return _told(
        tenderId=event.tender_id, stage="planned", purpose="inform", title=_names(event.title),
        buyers=[_names(buyer.name) for buyer in event.buyers if buyer.name], lots=of_lots(event.lots),
        publicSince=event.public_since.isoformat() if event.public_since else None,
        plannedPublication=planned.model_dump(mode="json") if planned else None,
        noticeId=event.notice_id, noticeVersion=event.notice_version,
    )  # fmt: skip


def of_publication(event: TenderPublished) -> Facts:
    """Give what is public of a published tender."""
    return _told(
        tenderId=event.tender_id, stage="published", purpose="inform", title=_names(event.title),
        buyers=[_names(buyer.name) for buyer in event.buyers if buyer.name], lots=of_lots(event.lots),
        publicSince=event.published_at.isoformat(), url=event.url, noticeId=event.notice_id,
        noticeVersion=event.notice_version,
    )  # fmt: skip


def of_change(now: Facts, stage: Stage, purpose: str, at: str, change: str, **news: Any) -> Facts:
    """Give what is public of a change: the tender as it is `now`, what happened and when. `change` tells it apart."""
    return {**now, **_told(stage=stage, purpose=purpose, changedAt=at, change=change, **news)}


def _names(text: Any) -> dict[str, Any] | None:
    return text.model_dump(exclude_none=True) if text is not None else None


def _told(**facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None and value != []}

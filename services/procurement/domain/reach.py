"""The reach and fairness ledger of one tender: who was recognised while it was open, who was told when, and four checks.

a  nothing was sent before it was public
b  in each stage all were told the same facts
c  between the first and the last who were told of a stage lie no more working days than the local limit
d  every enterprise that it may suit was reached, or why not is known

It names enterprises, so outside the procurement office it is `counted` until the tender's matter is over (features: item 3).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.procurement.domain.lots import closing, closing_day
from services.procurement.domain.reach_rows import Letter, ReachRow, StageRow
from services.procurement.domain.rows import EnterpriseRow, TenderRow, TenderVersion
from services.procurement.domain.seal import is_sealed
from shared.contracts.procurement import Lot, Stage
from shared.policy.authority import Authority
from shared.policy.duty.due import count
from shared.policy.duty.life import DutyState
from shared.policy.label import label
from shared.policy.stockholm import day_of, end_of, start_of

SPREAD: Final = "reach.spread"
STAGES: Final[tuple[Stage, ...]] = ("planned", "published")
HERE: Final = ("recognised", "suspended")
"""A suspension stops no information (edge rule 19)."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a ledger is made of."""

    tender: TenderRow
    enterprises: Sequence[EnterpriseRow]
    pairs: Mapping[str, ReachRow]
    """By the enterprise's id."""
    duties: Sequence[DutyState]
    kept: TenderRow | None = None
    """The tender that is kept where this one is a duplicate, through all links: its seal holds."""


@dataclass(frozen=True, slots=True)
class Open:
    """A stage in which the tender was open: until the next stage, its end or the day asked, which came first."""

    stage: Stage
    since: datetime
    until: datetime


def ledger(known: Known, authority: Authority, as_of: date) -> dict[str, Any]:
    """Give the ledger as of the end of a day. Raises NotInForce, CalendarMissing."""
    times = list(stages(known.tender, as_of))
    rows = [row for each in times for row in _rows(known, each, authority, as_of)]
    return {
        "tender_id": known.tender.tender_id,
        "as_of": as_of,
        "sealed": is_sealed(known.kept or known.tender),
        "counts": [_counts(each.stage, rows) for each in times],
        "checks": _checks(known, times, rows, authority),
        "rows": rows,
    }


def counted(ledger_: Mapping[str, Any]) -> dict[str, Any]:
    """Give what others than the procurement office see: while the tender is sealed, verdicts and counts alone."""
    return {**ledger_, "rows": None} if ledger_["sealed"] else dict(ledger_)


# -- when it was open, and who was there


def stages(tender: TenderRow, as_of: date) -> Iterator[Open]:
    """Give the stages in which it was public and open, in order."""
    first = {stage: next((v for v in tender.versions if v.stage == stage), None) for stage in STAGES}
    end = min(_closed(tender), end_of(as_of))
    for stage, following in (("planned", first["published"]), ("published", None)):
        begun = first[stage]  # type: ignore[index]  # one of the two
        until = min(following.since, end) if following else end
        if begun is not None and begun.since < until:
            yield Open(begun.stage, begun.since, until)


def _closed(tender: TenderRow) -> datetime:
    """Give when nobody could answer any more: its last deadline, or when the last lot was given up."""
    last = tender.versions[-1]
    if not last.lots:
        return last.occurred_at
    deadlines = [lot.deadline for lot in last.lots]
    known = [closing(deadline) for deadline in deadlines if deadline is not None]
    return max(known) if len(known) == len(deadlines) else datetime.max.replace(tzinfo=last.since.tzinfo)


def recognised_while(enterprise: EnterpriseRow, open_: Open) -> bool:
    """Tell whether an enterprise was recognised at any time while a stage was open."""
    since: datetime | None = None
    for version in enterprise.versions:
        if version.status in HERE:
            since = since or start_of(version.recognised_from)
        elif since is not None:
            if since < open_.until and version.occurred_at > open_.since:
                return True
            since = None
    return since is not None and since < open_.until


# -- rows


def _rows(known: Known, open_: Open, authority: Authority, as_of: date) -> Iterator[dict[str, Any]]:
    for enterprise in sorted(known.enterprises, key=lambda each: each.enterprise_id):
        if not recognised_while(enterprise, open_):
            continue
        pair = known.pairs.get(enterprise.enterprise_id)
        stage = pair.of(open_.stage) if pair else StageRow(stage=open_.stage)
        told = _told(stage)
        reached = told.reached if told else None
        duties = [
            d for d in known.duties if d.object_id.endswith(f"/{enterprise.enterprise_id}") and d.kind == open_.stage
        ]
        yield {
            "stage": open_.stage,
            "enterprise_id": enterprise.enterprise_id,
            "enterprise": enterprise.name,
            "verdict": stage.verdict,
            "reasons": [test for test in stage.tests if test["outcome"] != "pass"],
            "sent_at": told.sent_at if told else None,
            "delivered_at": reached,
            "channel": told.channel if told else None,
            "working_days_left": _left(known.tender, stage, reached, authority) if reached else None,
            "facts_digest": told.facts_digest if told else None,
            "cause": None if reached else _cause(stage, duties, as_of),
            "interpretation": label(authority.reading(stage.interpretation_id)) if stage.interpretation_id else None,
        }


def _told(stage: StageRow) -> Letter | None:
    """Give the letter that told of the stage: the first that arrived, else the last that was sent."""
    informs = [letter for letter in stage.letters if letter.purpose == "inform"]
    arrived = [letter for letter in informs if letter.reached]
    if arrived:
        return min(arrived, key=lambda letter: letter.reached or letter.sent_at)
    return informs[-1] if informs else None


def _left(tender: TenderRow, stage: StageRow, reached: datetime, authority: Authority) -> int | None:
    """Count the working days from a delivery to the first deadline of a lot that fits, as it stood then; None: it has none."""
    stood = [version for version in tender.versions if version.occurred_at <= reached] or tender.versions[:1]
    days = [closing_day(lot.deadline) for lot in _fitting(stood[-1], stage) if lot.deadline is not None]
    ahead = [day for day in days if day >= day_of(reached)]
    return authority.days.between(day_of(reached), min(ahead)) if ahead else None


def _fitting(version: TenderVersion, stage: StageRow) -> Iterable[Lot]:
    return [lot for lot in version.lots if lot.lot_id in stage.lot_ids] or version.lots


def _cause(stage: StageRow, duties: Sequence[DutyState], as_of: date) -> str | None:
    """Name why an enterprise was not reached: the letter's own failure, what ended the duty, or that there is time left."""
    if stage.verdict is None:
        return "not-assessed"
    if stage.verdict == "not-suitable":
        return "not-suitable"
    failed = [letter.reason_code for letter in stage.letters if letter.failed_at]
    if failed or stage.unsent:
        return stage.unsent or failed[-1]
    for duty in reversed(duties):
        if duty.end == "voided":
            return duty.void_reason
        if duty.end == "waived":
            return "waived"
        if duty.end is None and duty.due_on is not None and as_of <= duty.due_on:
            return "not-due-yet"
    return None


def _counts(stage: Stage, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    own = [row for row in rows if row["stage"] == stage]
    verdicts = {
        name: sum(row["verdict"] == name for row in own) for name in ("suitable", "suitable-if", "not-suitable")
    }
    reached = sum(row["delivered_at"] is not None for row in own)
    return {
        "stage": stage, "recognised": len(own), "suitable": verdicts["suitable"], "suitable_if": verdicts["suitable-if"],
        "not_suitable": verdicts["not-suitable"], "reached": reached,
    }  # fmt: skip


# -- checks


def _checks(
    known: Known, times: Sequence[Open], rows: Sequence[Mapping[str, Any]], authority: Authority
) -> dict[str, dict[str, Any]]:
    """Give the four checks by letter: whether each holds, and how many offend."""
    begun = known.tender.versions[0].since
    local = authority.deadline(SPREAD, day_of(begun))
    spread = max((_spread(each.stage, rows, authority) for each in times), default=0)
    found = {
        "a": sum(letter.sent_at < _since(stage, times, begun) for stage, letter in _letters(known)),
        "b": sum(max(0, len(_facts(known, stage)) - 1) for stage in STAGES),
        "c": max(0, spread - count(local)),
        "d": sum(row["delivered_at"] is None and row["cause"] is None for row in rows),
    }
    made: dict[str, dict[str, Any]] = {
        name: {"holds": offends == 0, "offends": offends} for name, offends in found.items()
    }
    made["c"] |= {
        "working_days": spread, "limit": count(local), "interpretation": label(authority.reading(local.interpretation_id)),
    }  # fmt: skip
    return made


def _letters(known: Known) -> Iterator[tuple[Stage, Letter]]:
    for pair in known.pairs.values():
        for stage in pair.stages:
            yield from ((stage.stage, letter) for letter in stage.letters)


def _since(stage: Stage, times: Sequence[Open], begun: datetime) -> datetime:
    return next((each.since for each in times if each.stage == stage), begun)


def _facts(known: Known, stage: Stage) -> set[str]:
    return {letter.facts_digest for of, letter in _letters(known) if of == stage and letter.purpose == "inform"}


def _spread(stage: Stage, rows: Iterable[Mapping[str, Any]], authority: Authority) -> int:
    """Count the working days between the first and the last delivery of a stage."""
    days = [day_of(row["delivered_at"]) for row in rows if row["stage"] == stage and row["delivered_at"]]
    return authority.days.between(min(days), max(days)) if days else 0

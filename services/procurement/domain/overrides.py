"""A verdict that an officer overrides, with a reason: a new assessment, and the duties that follow from it (GS-6).

It stands until the rule comes to another verdict than the one that was overridden: then a notice or an offering has changed.
Where it opened a duty the facts that end or move one do so too, though the rule finds nothing that is owed.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import ClassVar, Final, cast

from services.procurement.domain.duties import moved_after, voided_after
from services.procurement.domain.lots import is_past, latest
from services.procurement.domain.outreach import CLOSED, NOT_ASSESSED, NOT_RECOGNISED, OutreachCommand, State
from services.procurement.domain.rows import EnterpriseRow, TenderRow
from services.procurement.domain.tender import tender_in
from services.procurement.domain.tender_commands import CANCELLED, LOT_UNKNOWN
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import VoidReason
from shared.contracts.procurement import LotId, Stage, SuitabilityAssessed, Verdict
from shared.contracts.values import DutyId, NewId, Reason, StaffRef
from shared.deciding import Command, Decision, Past, Refused
from shared.log.duty_view import DutyRow
from shared.policy.authority import Authority
from shared.policy.clause import GS_6
from shared.policy.duty.commands import RescheduleDuty, VoidDuty
from shared.policy.stockholm import day_of
from shared.reacting import Rows


class OverrideSuitability(OutreachCommand):
    """Say that a tender suits an enterprise, for some lots, or that it does not, whatever the rule says, and why."""

    ON_PAST: ClassVar[bool] = True

    assessment_id: NewId
    verdict: Verdict
    lot_ids: tuple[LotId, ...] = ()
    assessed_by: StaffRef
    override_reason: Reason


VERDICT_AMISS: Final = Refused(
    "override-lots-amiss", GS_6,
    "Den som passar gör det för minst en del, och den som inte passar för ingen; ange delarna därefter.",
    "What suits does so for a lot at least, and what does not suit for none; name the lots accordingly.",
)  # fmt: skip
NOT_OURS: Final = Refused(
    "override-other-buyer", GS_6,
    "En annan köpare upphandlar; skyldigheten att informera gäller bara egna upphandlingar.",
    "Another buyer procures; the duty to inform is for own tenders alone.",
)  # fmt: skip
BY_RULE: Final = Refused(
    "override-by-rule", GS_6,
    "En person ändrar prövningen; ange vem det är.",
    "A person overrides the verdict; name whom.",
)  # fmt: skip


def override(command: OverrideSuitability, past: Past) -> Decision:
    """Record another verdict beside all tests as they came out; the same verdict again is nothing new."""
    state, tender = cast("State", past.state(command.subject)), tender_in(past, command.tender_id)
    last = state.assessed
    if last is None:
        return NOT_ASSESSED
    if command.assessed_by == "rule":
        return BY_RULE
    lots = [lot for lot in tender.open_lots if lot.lot_id in command.lot_ids]
    if len(lots) < len(set(command.lot_ids)):
        return CANCELLED if not tender.open_lots else LOT_UNKNOWN
    suits = command.verdict != "not-suitable"
    if suits != bool(lots):
        return VERDICT_AMISS
    refused = _never_suits(last) if suits else None
    if refused is not None:
        return refused
    if (last.verdict, last.lot_ids) == (command.verdict, command.lot_ids):
        return []
    closes = latest(lots) if suits else state.closes
    if suits and is_past(closes, command.at):
        return CLOSED
    return [_overridden(command, last, closes, opens=suits and last.verdict == "not-suitable")]


def _never_suits(last: SuitabilityAssessed) -> Refused | None:
    """No officer makes a tender the authority's own, or an enterprise a WISE, by an assessment."""
    failed = {test.test for test in last.tests if test.outcome == "fail"}
    if "own-buyer" in failed:
        return NOT_OURS
    return NOT_RECOGNISED if failed & {"recognised", "status"} else None


def _overridden(
    command: OverrideSuitability, last: SuitabilityAssessed, closes: date | None, *, opens: bool
) -> SuitabilityAssessed:
    suits = command.verdict != "not-suitable"
    began = (last.suitable_since, last.suitable_by, last.due_lot_ids)
    since, by, due_lot_ids = (command.at, command.assessment_id, command.lot_ids) if opens else began
    news = {
        "assessment_id": command.assessment_id, "verdict": command.verdict, "lot_ids": command.lot_ids,
        "suitable_since": since if suits else None, "suitable_by": by if suits else None,
        "due_lot_ids": due_lot_ids if suits else None, "opens": True if opens else None, "closes": closes,
        "assessed_by": command.assessed_by, "supersedes_id": last.assessment_id,
        "override_reason": command.override_reason,
    }  # fmt: skip
    return last.model_copy(update=news)


# -- what the rule finds nothing owed for


def on_tender_fact(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """End or move what is still open of a tender after its publication, cancellation or move: an officer had opened it."""
    tender = rows.get(TenderRow, recorded.subject)
    if tender is None or not tender.versions or tender.versions[-1].event_id != recorded.envelope.id:
        return
    fact = tender.versions[-1]
    for owed in _owed(rows, lambda object_id: object_id.startswith(f"{tender.tender_id}/")):
        stage = cast("Stage", owed.kind)
        reason = voided_after(stage, fact.cause)
        if reason is not None and (not fact.lots or (fact.cause == "published" and stage == "planned")):
            yield _void(owed, reason, recorded)
        elif (moves := moved_after(stage, fact.cause)) is not None:
            yield RescheduleDuty(
                at=recorded.envelope.occurredat, duty_id=DutyId(owed.base), object_id=owed.object_id, reason_code=moves,
                cause_event_id=recorded.envelope.id, needs=(recorded.subject, f"outreach/{owed.object_id}"),
            )  # fmt: skip


def on_enterprise_lost(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """End what is still open of an enterprise that is no WISE any more."""
    enterprise = rows.get(EnterpriseRow, recorded.subject)
    if enterprise is None or not enterprise.versions or enterprise.versions[-1].event_id != recorded.envelope.id:
        return
    for owed in _owed(rows, lambda object_id: object_id.endswith(f"/{enterprise.enterprise_id}")):
        reason = voided_after(cast("Stage", owed.kind), enterprise.versions[-1].cause)
        if reason is not None:
            yield _void(owed, reason, recorded)


def _owed(rows: Rows, is_about: Callable[[str], bool]) -> Iterator[DutyRow]:
    """Give the open GS-6 duties about some pairs."""
    for _, owed in sorted(rows.all(DutyRow).items()):
        if owed.clause == GS_6.id and is_about(owed.object_id):
            yield owed


def _void(owed: DutyRow, reason: VoidReason, recorded: Recorded) -> VoidDuty:
    at = recorded.envelope.occurredat
    return VoidDuty(
        at=at, duty_id=DutyId(owed.base), object_id=owed.object_id, reason_code=reason,
        cause_event_id=recorded.envelope.id, on=day_of(at),
    )  # fmt: skip

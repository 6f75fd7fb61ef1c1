"""Tenders that were owed to an enterprise which became part of another (edge rule 16): the survivor is told of them.

A duty that the survivor took over goes on as the absorbed enterprise's would have: it moves, ends and closes by the tender's
facts as they fit what the absorbed one offered, until the tender suits the survivor itself. Nothing new arises from that.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from services.procurement.domain.ids import derived
from services.procurement.domain.outreach import AssessSuitability
from services.procurement.domain.pairs import history, judge, judge_anew
from services.procurement.domain.rows import EnterpriseRow, TenderRow, TenderVersion
from shared.contracts.cloudevent import Recorded
from shared.contracts.registry import EnterpriseClosed, EnterprisesMerged, RecognitionWithdrawn
from shared.contracts.values import DutyId
from shared.deciding import Command
from shared.log.duty_view import DutyRow
from shared.merging import taken_over
from shared.policy.authority import Authority
from shared.policy.duty.commands import VoidDuty
from shared.policy.stockholm import day_of
from shared.reacting import Rows

REASON = "Övertagen vid sammanslagning / taken over at a merger: {}"


def on_merged(recorded: Recorded, rows: Rows, authority: Authority) -> Iterable[Command]:
    """Let the survivor be owed what the absorbed were; a tender that does not suit itself is kept as it suited them."""
    event = recorded.event
    if not isinstance(event, EnterprisesMerged):
        return
    yield from taken_over(recorded, rows)
    survivor = rows.get(EnterpriseRow, recorded.subject)
    for _, owed in sorted(rows.all(DutyRow).items()):
        tender_id, _, enterprise_id = owed.object_id.partition("/")
        tender = rows.get(TenderRow, f"tender/{tender_id}")
        if tender is None or survivor is None or enterprise_id not in event.absorbed_ids or not event.successor_duties:
            continue
        for absorbed_id, heir in _heirs(tender, survivor, rows, authority, {(owed.kind, owed.trigger_on)}):
            yield from _unopened(judge(tender, heir, authority, tender.versions[-1]), recorded, absorbed_id)


def on_survivor_lost(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """End what a survivor took over when it is a WISE no more itself."""
    event = recorded.event
    survivor = rows.get(EnterpriseRow, recorded.subject)
    if survivor is None or not survivor.absorbed_ids or not isinstance(event, (EnterpriseClosed, RecognitionWithdrawn)):
        return
    for _, owed in sorted(rows.all(DutyRow).items()):
        if owed.object_id.endswith(f"/{survivor.enterprise_id}"):
            is_closed = isinstance(event, EnterpriseClosed)
            yield VoidDuty(
                at=recorded.envelope.occurredat, duty_id=DutyId(owed.base), object_id=owed.object_id,
                reason_code="enterprise-closed" if is_closed else "recognition-withdrawn",
                cause_event_id=recorded.envelope.id, on=day_of(recorded.envelope.occurredat),
            )  # fmt: skip


def follow_on(
    tender: TenderRow, enterprise: EnterpriseRow, rows: Rows, authority: Authority, fact: TenderVersion, cause: Recorded
) -> Iterator[Command]:
    """Give what a tender's fact does to a duty that the enterprise took over."""
    for absorbed_id, heir in _heirs(tender, enterprise, rows, authority, _triggers(tender, enterprise, rows)):
        yield from _unopened(judge(tender, heir, authority, fact), cause, absorbed_id)


def follow_on_anew(
    tender: TenderRow, enterprise: EnterpriseRow, rows: Rows, authority: Authority, correction: Recorded
) -> Iterator[Command]:
    """Judge a pair anew after a correction: by what was taken over, where the tender does not suit the enterprise itself."""
    heirs = list(_heirs(tender, enterprise, rows, authority, _triggers(tender, enterprise, rows)))
    for absorbed_id, heir in heirs:
        yield from _unopened(judge_anew(tender, heir, authority, correction), correction, absorbed_id)
    if not heirs:
        yield from judge_anew(tender, enterprise, authority, correction)


def _triggers(tender: TenderRow, enterprise: EnterpriseRow, rows: Rows) -> Collection[tuple[str, date]]:
    """Give stage and trigger day of what is owed for a pair; asked only of an enterprise that absorbed others."""
    object_id = f"{tender.tender_id}/{enterprise.enterprise_id}"
    owed = rows.all(DutyRow).values() if enterprise.absorbed_ids else ()
    return {(duty.kind, duty.trigger_on) for duty in owed if duty.object_id == object_id}


def _heirs(
    tender: TenderRow,
    enterprise: EnterpriseRow,
    rows: Rows,
    authority: Authority,
    triggers: Collection[tuple[str, date]],
) -> Iterator[tuple[str, EnterpriseRow]]:
    """Give the absorbed one, as if it were the survivor, whose duty was taken over; none where it suits the survivor."""
    if not triggers or not enterprise.absorbed_ids or history(tender, enterprise, authority).owed is not None:
        return
    for absorbed in _absorbed(enterprise, rows, {enterprise.enterprise_id}):
        versions = tuple(version for version in absorbed.versions if version.cause != "closed")
        heir = replace(absorbed, enterprise_id=enterprise.enterprise_id, versions=versions)
        spans = history(tender, heir, authority).spans
        if any((span.stage, day_of(span.since)) in triggers for span in spans):
            yield absorbed.enterprise_id, heir
            return


def _absorbed(enterprise: EnterpriseRow, rows: Rows, seen: set[str]) -> Iterator[EnterpriseRow]:
    """Give all that became part of an enterprise, and of those in turn."""
    for id_ in enterprise.absorbed_ids:
        row = rows.get(EnterpriseRow, f"enterprise/{id_}")
        if row is not None and id_ not in seen:
            seen.add(id_)
            yield row
            yield from _absorbed(row, rows, seen)


def _unopened(commands: Iterable[Command], cause: Recorded, absorbed_id: str) -> Iterator[Command]:
    """Let a verdict on what the absorbed offered stand for the survivor, saying so; it opens no duty."""
    for command in commands:
        if not isinstance(command, AssessSuitability):
            yield command
        elif command.verdict != "not-suitable":
            said = {"opens": None, "override_reason": REASON.format(absorbed_id)}
            said["assessment_id"] = derived(command.assessment_id, cause.envelope.id)
            yield command.model_copy(update=said)

"""What follows for the yearly duties of GS-5: from what registry says of an enterprise, and from what was done for it.

Both sides react: an act settles the years that it is for, a duty that arises is settled with the acts that are known; whichever
comes second finds the first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from services.procurement.domain.knowledge import KIND, wise_year
from services.procurement.domain.knowledge_duties import KNOWLEDGE, SettleYear, base
from services.procurement.domain.recognition_years import after_correction, after_fact, never_owed
from services.procurement.domain.rows import Act, EnterpriseRow, KnowledgeRow
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import DutyArose, EventCorrected
from shared.contracts.knowledge import GuidanceDelivered, GuidanceFailed, KnowledgeActivityOffered
from shared.contracts.values import DutyId
from shared.deciding import Command
from shared.log.duty_view import DutyRow
from shared.policy.authority import Authority
from shared.reacting import Rows

NOBODY: frozenset[str] = frozenset()


def on_recognition(recorded: Recorded, rows: Rows, authority: Authority) -> Iterable[Command]:
    """Let the duties arise that a recognition brings; void them when it is lost. A suspension ends none (edge rule 19)."""
    enterprise = rows.get(EnterpriseRow, recorded.subject)
    if enterprise is None or not enterprise.versions or enterprise.versions[-1].event_id != recorded.envelope.id:
        return ()  # it was never recognised
    return after_fact(enterprise, authority.duties_from)


def on_act(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Settle the year of each enterprise that an act is for."""
    event: Any = recorded.event
    if isinstance(event, GuidanceDelivered | GuidanceFailed):
        return _settled([wise_year(event.enterprise_id, event.for_year)], recorded, rows)
    if isinstance(event, KnowledgeActivityOffered):
        return _settled([wise_year(each, event.for_year) for each in event.offered_to], recorded, rows)
    return ()


def on_arose(recorded: Recorded, rows: Rows, _authority: Authority) -> Iterable[Command]:
    """Settle a year whose duty has arisen: what was done for it may have been recorded before."""
    event = recorded.event
    if isinstance(event, DutyArose) and (event.clause, event.kind) == (KNOWLEDGE.clause.id, KNOWLEDGE.kind):
        return _settled([event.object.id], recorded, rows)
    return ()


def on_corrected(recorded: Recorded, rows: Rows, authority: Authority) -> Iterator[Command]:
    """Read anew what was corrected: of registry its recognition, of a year's discharge the acts that are left."""
    category, _, id_ = recorded.subject.partition("/")
    if category == "enterprise":
        open_duties = [each for _, each in sorted(rows.all(DutyRow).items()) if each.id.startswith(f"{KIND}/{id_}/")]
        enterprise = rows.get(EnterpriseRow, recorded.subject)
        if enterprise is None:  # it was never recognised
            yield from (never_owed(each, recorded) for each in open_duties)
            return
        corrected = recorded.event.corrects.event_id if isinstance(recorded.event, EventCorrected) else ""
        yield from after_correction(enterprise, open_duties, corrected, authority.duties_from, recorded)
    elif recorded.subject.startswith(f"duty/{KIND}/"):
        enterprise_id, year = id_.split("/")[1:3]
        yield from _settled([wise_year(enterprise_id, int(year))], recorded, rows)
    elif category == "knowledge":
        row = rows.get(KnowledgeRow, recorded.subject)
        if row is not None:
            years = {wise_year(each, act.for_year): None for act in row.acts for each in act.enterprises}
            yield from _settled(years, recorded, rows)


def _settled(years: Iterable[str], recorded: Recorded, rows: Rows) -> Iterator[SettleYear]:
    """Settle years with all acts that are known for each, found in one walk."""
    found: dict[str, list[Act]] = {year: [] for year in years}
    wanted: dict[int, set[str]] = {}
    for object_id in found:
        enterprise_id, _, year = object_id.partition("/")
        wanted.setdefault(int(year), set()).add(enterprise_id)
    for row in rows.all(KnowledgeRow).values():
        for act in row.acts:
            for enterprise_id in wanted.get(act.for_year, NOBODY).intersection(act.enterprises):
                found[wise_year(enterprise_id, act.for_year)].append(_alone(act, enterprise_id))
    for object_id, acts in found.items():
        enterprise_id, _, year = object_id.partition("/")
        enterprise = rows.get(EnterpriseRow, f"enterprise/{enterprise_id}")
        if acts:
            yield SettleYear(
                at=recorded.envelope.occurredat, duty_id=DutyId(base(enterprise_id, int(year))), object_id=object_id,
                acts=tuple(acts), cause_event_id=recorded.envelope.id,
                is_wise=enterprise is not None and enterprise.status in ("recognised", "suspended"),
            )  # fmt: skip


def _alone(act: Act, enterprise_id: str) -> Act:
    """An offer to a thousand is one of a thousand commands: each carries its own enterprise only."""
    return replace(act, enterprises=(enterprise_id,))

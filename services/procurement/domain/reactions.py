"""What follows for a tender and an enterprise when something is said of either.

Both sides react: a tender sees the enterprises that are recognised, an enterprise the tenders; whichever comes second finds the
first. What other systems report of tenders is in `reported.py`.
"""

from collections.abc import Iterable

from services.procurement.domain import knowledge_reactions as knowledge
from services.procurement.domain.duplicates import on_duplicate
from services.procurement.domain.mergers import follow_on, follow_on_anew, on_merged, on_survivor_lost
from services.procurement.domain.overrides import on_enterprise_lost, on_tender_fact
from services.procurement.domain.pairs import judge, may_matter, never_owed
from services.procurement.domain.reported import INBOX
from services.procurement.domain.rows import EnterpriseRow, TenderRow
from shared.contracts.awards import DuplicateLinked
from shared.contracts.cloudevent import Recorded
from shared.contracts.duty import DutyArose, EventCorrected
from shared.contracts.knowledge import GuidanceDelivered, GuidanceFailed, KnowledgeActivityOffered
from shared.contracts.procurement import (
    DeadlineMoved,
    ProcurementPlanned,
    TenderAmended,
    TenderCancelled,
    TenderPublished,
)
from shared.contracts.registry import (
    ContactChanged,
    EnterpriseClosed,
    EnterpriseRecognised,
    EnterpriseRegistered,
    EnterprisesMerged,
    OfferingUpdated,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
    TargetShareDeclared,
)
from shared.deciding import Command
from shared.policy.authority import Authority
from shared.reacting import Reactions, Rows

REGISTRY = "registry.events"


def on_tender(recorded: Recorded, rows: Rows, authority: Authority) -> Iterable[Command]:
    """Judge a tender for every enterprise that is or was recognised, after a plan, publication, change or cancellation."""
    tender = rows.get(TenderRow, recorded.subject)
    if tender is None or not tender.versions or tender.versions[-1].event_id != recorded.envelope.id:
        return  # it is not public yet, or not the authority's own
    if tender.duplicate_of is not None:
        return
    for _, enterprise in sorted(rows.all(EnterpriseRow).items()):
        yield from judge(tender, enterprise, authority, tender.versions[-1])
        yield from follow_on(tender, enterprise, rows, authority, tender.versions[-1], recorded)


def on_enterprise(recorded: Recorded, rows: Rows, authority: Authority) -> Iterable[Command]:
    """Judge all tenders for an enterprise whose recognition, offering or share is another one."""
    enterprise = rows.get(EnterpriseRow, recorded.subject)
    if enterprise is None or not enterprise.versions or enterprise.versions[-1].event_id != recorded.envelope.id:
        return  # it is not recognised yet
    fact = enterprise.versions[-1]
    for _, tender in sorted(rows.all(TenderRow).items()):
        if may_matter(tender, fact):
            yield from judge(tender, enterprise, authority, fact)


def on_event_corrected(recorded: Recorded, rows: Rows, authority: Authority) -> Iterable[Command]:
    """Judge anew from the beginning what a corrected fact is about."""
    category, _, id_ = recorded.subject.partition("/")
    if category == "tender":
        tender = rows.get(TenderRow, recorded.subject)
        for _, enterprise in sorted(rows.all(EnterpriseRow).items()):
            if tender is None:  # it was never public, or is not the authority's own
                yield from never_owed(id_, enterprise.enterprise_id, recorded)
            elif tender.duplicate_of is None:
                yield from follow_on_anew(tender, enterprise, rows, authority, recorded)
    elif category == "enterprise":
        enterprise_ = rows.get(EnterpriseRow, recorded.subject)
        for _, each in sorted(rows.all(TenderRow).items()):
            if enterprise_ is None:  # it was never recognised
                yield from never_owed(each.tender_id, id_, recorded)
            elif each.duplicate_of is None:
                yield from follow_on_anew(each, enterprise_, rows, authority, recorded)


REACTIONS = Reactions(
    to={
        ProcurementPlanned: (on_tender,),
        TenderPublished: (on_tender, on_tender_fact),
        TenderAmended: (on_tender,),
        DeadlineMoved: (on_tender, on_tender_fact),
        TenderCancelled: (on_tender, on_tender_fact),
        DuplicateLinked: (on_duplicate,),
        EnterpriseRecognised: (knowledge.on_recognition, on_enterprise),
        RecognitionSuspended: (on_enterprise,),
        RecognitionRestored: (knowledge.on_recognition, on_enterprise),
        RecognitionWithdrawn: (knowledge.on_recognition, on_enterprise, on_survivor_lost, on_enterprise_lost),
        EnterprisesMerged: (on_merged,),
        EnterpriseClosed: (knowledge.on_recognition, on_enterprise, on_survivor_lost, on_enterprise_lost),
        OfferingUpdated: (on_enterprise,),
        TargetShareDeclared: (on_enterprise,),
        EventCorrected: (on_event_corrected, knowledge.on_corrected),
        GuidanceDelivered: (knowledge.on_act,),
        GuidanceFailed: (knowledge.on_act,),
        KnowledgeActivityOffered: (knowledge.on_act,),
        DutyArose: (knowledge.on_arose,),
    },
    follows={
        REGISTRY: (
            EnterpriseRegistered, EnterpriseRecognised, RecognitionSuspended, RecognitionRestored, RecognitionWithdrawn,
            EnterpriseClosed, EnterprisesMerged, OfferingUpdated, TargetShareDeclared, ContactChanged, EventCorrected,
        ),
    },
    inbox=INBOX,
)  # fmt: skip

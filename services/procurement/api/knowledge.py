"""What may be done for the knowledge of enterprises about procurement, and what may be asked of it (GS-5).

It names no tender, so all boards may read what the year has come to.
"""

from typing import Final

from services.procurement.api.who import ALL, OFFICE
from services.procurement.domain.activity import HoldActivity, OfferActivity
from services.procurement.domain.guidance import DeliverGuidance, FailGuidance, SendGuidance
from services.procurement.domain.knowledge_record import CorrectKnowledge
from services.procurement.views.knowledge import KNOWLEDGE, as_of
from shared.http.operations import Operation, Query

OPERATIONS: Final = (
    Operation(
        path="/v1/guidance",
        command=SendGuidance,
        roles=OFFICE,
        view=KNOWLEDGE,
        fresh=("guidance_id",),
        sv="Anteckna att ett företag har fått vägledning om upphandling (GS-5)",
        en="Record that an enterprise was given guidance about procurement (GS-5)",
    ),
    Operation(
        path="/v1/guidance/{guidanceId}/deliveries",
        command=DeliverGuidance,
        roles=OFFICE,
        view=KNOWLEDGE,
        sv="Anteckna att vägledning har kommit fram (GS-5)",
        en="Record that guidance has arrived (GS-5)",
    ),
    Operation(
        path="/v1/guidance/{guidanceId}/failures",
        command=FailGuidance,
        roles=OFFICE,
        view=KNOWLEDGE,
        sv="Anteckna att vägledning inte kom fram eller kom i retur (GS-5)",
        en="Record that guidance did not arrive, or came back (GS-5)",
    ),
    Operation(
        path="/v1/activities",
        command=OfferActivity,
        roles=OFFICE,
        view=KNOWLEDGE,
        fresh=("activity_id",),
        sv="Anteckna att en kunskapsaktivitet har erbjudits företag (GS-5)",
        en="Record that a learning activity was offered to enterprises (GS-5)",
    ),
    Operation(
        path="/v1/activities/{activityId}/offers",
        command=OfferActivity,
        roles=OFFICE,
        view=KNOWLEDGE,
        sv="Anteckna att en kunskapsaktivitet har erbjudits fler företag (GS-5)",
        en="Record that a learning activity was offered to more enterprises (GS-5)",
    ),
    Operation(
        path="/v1/activities/{activityId}/sessions",
        command=HoldActivity,
        roles=OFFICE,
        view=KNOWLEDGE,
        sv="Anteckna att en kunskapsaktivitet har hållits, och vilka företag som kom",
        en="Record that a learning activity was held, and which enterprises came",
    ),
    Operation(
        path="/v1/knowledge/{knowledgeId}/corrections",
        command=CorrectKnowledge,
        roles=OFFICE,
        view=KNOWLEDGE,
        sv="Rätta en händelse i vägledning eller en kunskapsaktivitet",
        en="Correct an event of guidance or a learning activity",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/knowledge-years",
        view=KNOWLEDGE,
        query="years",
        roles=ALL,
        filters={"year": "int", "enterpriseId": "text"},
        sv="Årets kunskapsinsats för varje företag: kontakt, erbjudande, deltagande och om det blev i tid (GS-5)",
        en="The year's knowledge effort for each enterprise: contact, offer, attendance, and whether in time (GS-5)",
        computed=as_of,
    ),
    Query(
        path="/v1/knowledge",
        view=KNOWLEDGE,
        query="page",
        roles=OFFICE,
        filters={"year": "int", "enterpriseId": "text", "item": "text"},
        sv="Vägledning och kunskapsaktiviteter, med vad som blev av dem",
        en="Guidance and learning activities, with what became of them",
    ),
    Query(
        path="/v1/knowledge/{knowledgeId}",
        view=KNOWLEDGE,
        query="one",
        roles=OFFICE,
        one=True,
        key="knowledge/{knowledgeId}",
        sv="En vägledning eller en kunskapsaktivitet",
        en="One piece of guidance or one learning activity",
    ),
)

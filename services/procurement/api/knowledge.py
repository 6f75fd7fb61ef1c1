"""What may be done for the knowledge of enterprises about procurement, and what may be asked of it (GS-5).

It names no tender, so all boards may read what the year has come to.
"""

from typing import Final

from services.procurement.api.who import ALL, OFFICE
from services.procurement.domain.activity import HoldActivity, OfferActivity
from services.procurement.domain.guidance import DeliverGuidance, FailGuidance, SendGuidance
from services.procurement.domain.guidance_letter import ApproveGuidanceLetter, WriteGuidanceLetter
from services.procurement.domain.guidance_shown import as_guidance
from services.procurement.domain.knowledge_record import CorrectKnowledge
from services.procurement.views.guidance import GUIDANCE
from services.procurement.views.guidance_letter import GUIDANCE_LETTER
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
        path="/v1/guidance-letters/{forYear}",
        command=WriteGuidanceLetter,
        roles=OFFICE,
        view=GUIDANCE_LETTER,
        sv="Skriv årets vägledningsbrev, eller skriv om det (GS-5)",
        en="Write the year's letter of guidance, or write it anew (GS-5)",
    ),
    Operation(
        path="/v1/guidance-letters/{forYear}/approvals",
        command=ApproveGuidanceLetter,
        roles=OFFICE,
        view=GUIDANCE_LETTER,
        sv="Godkänn att årets vägledningsbrev skickas till alla som väntar på vägledning (GS-5)",
        en="Approve that the year's letter of guidance goes to everybody who is due guidance (GS-5)",
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
        path="/v1/guidance-letters",
        view=GUIDANCE,
        query="concerned",
        roles=OFFICE,
        filters={"year": "int"},
        sv="Vilka vägledningsbrev som skulle skickas nu, och varför de andra inte skickas (inget skickas av att frågan ställs)",
        en="Which letters of guidance would go now, and why the others do not (nothing goes by asking)",
        computed=as_guidance,
    ),
    Query(
        path="/v1/guidance-letters/{forYear}",
        view=GUIDANCE_LETTER,
        query="one",
        roles=OFFICE,
        one=True,
        key="guidance/{forYear}",
        sv="Årets vägledningsbrev och vad som har godkänts",
        en="The year's letter of guidance and what was approved",
    ),
    Query(
        path="/v1/failed-guidance",
        view=GUIDANCE,
        query="failed",
        roles=OFFICE,
        filters={"year": "int", "enterpriseId": "text"},
        sv="Vägledning som väntar, dröjer eller inte har kommit fram (GS-5)",
        en="Guidance that waits, is late or has not arrived (GS-5)",
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

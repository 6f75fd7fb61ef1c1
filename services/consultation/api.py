"""What may be done with a year's consultation and what may be asked of it, each with the roles that may."""

from typing import Final

from services.consultation.domain.consultation import (
    CompleteJointFollowUp,
    CorrectConsultation,
    DeclineConsultation,
    HoldConsultation,
    InitiateConsultation,
)
from services.consultation.views.consultation import CONSULTATION, as_of
from shared.http.operations import Operation, Query
from shared.policy.duty.commands import WaiveDuty
from shared.policy.role import (
    AUDITOR,
    EXECUTIVE_BOARD,
    EXECUTIVE_OFFICE,
    PROCUREMENT_OFFICE,
    REGISTRY_OFFICER,
    SOCIAL_BOARD,
)

WRITE: Final = (EXECUTIVE_OFFICE,)
READ: Final = (EXECUTIVE_OFFICE, EXECUTIVE_BOARD, AUDITOR, PROCUREMENT_OFFICE, SOCIAL_BOARD, REGISTRY_OFFICER)
WAIVE: Final = (EXECUTIVE_BOARD,)
"""Who may let the year's initiative go; the domain asks for the board's own paragraph, too."""

OPERATIONS: Final = (
    Operation(
        path="/v1/consultations/{year}/initiatives",
        command=InitiateConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera årets inbjudan till samråd och uppföljning",
        en="Record the year's invitation to consultation and follow-up",
    ),
    Operation(
        path="/v1/consultations/{year}/meetings",
        command=HoldConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera att samrådet har hållits",
        en="Record that the consultation was held",
    ),
    Operation(
        path="/v1/consultations/{year}/follow-ups",
        command=CompleteJointFollowUp,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera den gemensamma uppföljningen",
        en="Record the joint follow-up",
    ),
    Operation(
        path="/v1/consultations/{year}/declines",
        command=DeclineConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Registrera att parten har tackat nej eller inte svarat",
        en="Record that the partner declined or did not answer",
    ),
    Operation(
        path="/v1/consultations/{objectId}/waivers",
        command=WaiveDuty,
        roles=WAIVE,
        view=CONSULTATION,
        sv="Befria från årets initiativ genom regionstyrelsens beslut (GS-7)",
        en="Waive the year's initiative by a decision of the executive board (GS-7)",
    ),
    Operation(
        path="/v1/consultations/{year}/corrections",
        command=CorrectConsultation,
        roles=WRITE,
        view=CONSULTATION,
        sv="Rätta en händelse",
        en="Correct an event",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/consultations",
        view=CONSULTATION,
        query="page",
        roles=READ,
        computed=as_of,
        sv="Alla års samråd: initiativ, möte, uppföljning och om det blev i tid",
        en="Every year's consultation: initiative, meeting, follow-up, and whether in time",
    ),
    Query(
        path="/v1/consultations/{year}",
        view=CONSULTATION,
        query="one",
        roles=READ,
        one=True,
        key="consultation/{year}",
        computed=as_of,
        sv="Ett års samråd",
        en="One year's consultation",
    ),
)

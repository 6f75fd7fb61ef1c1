"""Who may record that a duty of procurement was let go; whose decision it must be stands in `domain/waiver.py`."""

from typing import Final

from services.procurement.api.who import OFFICE
from services.procurement.domain.waiver import WaiveOfBoard
from services.procurement.views.knowledge import KNOWLEDGE
from services.procurement.views.outreach import OUTREACH
from services.procurement.views.tender import TENDER
from shared.http.operations import Operation
from shared.policy.duty.commands import WaiveDuty
from shared.policy.role import BUYING_BOARD, EXECUTIVE_BOARD

OPERATIONS: Final = (
    Operation(
        path="/v1/knowledge-years/{objectId:path}/waivers",
        command=WaiveDuty,
        roles=(*OFFICE, EXECUTIVE_BOARD),
        view=KNOWLEDGE,
        sv="Befria från årets kunskapsinsats för ett företag genom beslut (GS-5)",
        en="Waive the year's knowledge effort for an enterprise by a decision (GS-5)",
    ),
    Operation(
        path="/v1/outreaches/{objectId:path}/waivers",
        command=WaiveDuty,
        roles=OFFICE,  # it names an enterprise beside an open tender: whoever decides, the office records it
        view=OUTREACH,
        sv="Befria från att berätta om en upphandling för ett företag genom beslut (GS-6)",
        en="Waive telling an enterprise of a tender by a decision (GS-6)",
    ),
    Operation(
        path="/v1/tenders/{objectId}/waivers",
        command=WaiveOfBoard,
        roles=(BUYING_BOARD,),
        board="board",
        view=TENDER,
        sv="Befria från det som en köpande nämnd ska göra i sin upphandling, genom beslut (GS-8)",
        en="Waive what a buying board owes about its tender by a decision (GS-8)",
    ),
)

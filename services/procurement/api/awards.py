"""What a buying board does with the contracts that it awarded, and what may be asked of their social terms (GS-8)."""

from typing import Final

from services.procurement.api.who import ALL
from services.procurement.domain.awards import AwardContract, EndContract
from services.procurement.domain.term_follow_up import FollowUpTerm
from services.procurement.views.tender import TENDER
from shared.http.operations import Operation, Query
from shared.policy.role import BUYING_BOARD

BOARD: Final = (BUYING_BOARD,)

OPERATIONS: Final = (
    Operation(
        path="/v1/tenders/{tenderId}/contracts",
        command=AwardContract,
        roles=BOARD,
        board="board",
        view=TENDER,
        fresh=("contract_id",),
        sv="Registrera vem som får ett avtal, och vilka sociala villkor det har (GS-8)",
        en="Record who gets a contract, and which social terms it has (GS-8)",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/contracts/{contractId}/follow-ups",
        command=FollowUpTerm,
        roles=BOARD,
        board="board",
        view=TENDER,
        sv="Följ upp ett socialt villkor i ett avtal (GS-8)",
        en="Follow up a social term of a contract (GS-8)",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/contracts/{contractId}/ends",
        command=EndContract,
        roles=BOARD,
        board="board",
        view=TENDER,
        sv="Registrera att ett avtal har upphört (GS-8)",
        en="Record that a contract has ended (GS-8)",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/contract-terms-due",
        view=TENDER,
        query="terms_due",
        roles=ALL,
        filters={"board": "text", "dueBy": "date", "contractId": "text"},
        sv="Sociala villkor i avtal som ska följas upp (GS-8)",
        en="Social terms of contracts that are to be followed up (GS-8)",
    ),
)

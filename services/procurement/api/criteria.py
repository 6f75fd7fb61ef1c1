"""What a buying board states on social criteria, and what may be asked of it (GS-8)."""

from typing import Final

from services.procurement.api.who import ALL
from services.procurement.domain.criteria import ApplySocialCriteria, ExplainSocialCriteria
from services.procurement.views.tender import TENDER
from shared.http.operations import Operation, Query
from shared.policy.label import COUNTING
from shared.policy.role import BUYING_BOARD

BOARD: Final = (BUYING_BOARD,)

OPERATIONS: Final = (
    Operation(
        path="/v1/tenders/{tenderId}/social-criteria",
        command=ApplySocialCriteria,
        roles=BOARD,
        board="board",
        view=TENDER,
        sv="Ange vilka sociala krav delar av upphandlingen har (GS-8)",
        en="State which social criteria lots of the tender have (GS-8)",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/social-criteria-reasons",
        command=ExplainSocialCriteria,
        roles=BOARD,
        board="board",
        view=TENDER,
        sv="Förklara varför sociala krav inte är lämpliga för delar av upphandlingen (GS-8)",
        en="Explain why social criteria are not appropriate for lots of the tender (GS-8)",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/unstated-tenders",
        view=TENDER,
        query="unstated",
        reads=(COUNTING, "trigger_on"),
        roles=ALL,
        filters={"board": "text", "dueBy": "date"},
        sv="Egna upphandlingar av tjänster utan ställningstagande till sociala krav (GS-8)",
        en="Own procurements of services without a statement on social criteria (GS-8)",
    ),
    Query(
        path="/v1/tenders-explained-afterwards",
        view=TENDER,
        query="explained_afterwards",
        roles=ALL,
        filters={"board": "text"},
        sv="Egna upphandlingar av tjänster där ställningstagandet kom efter annonsen: förklarat i efterhand (GS-8)",
        en="Own procurements of services on which the statement came after the notice: explained afterwards (GS-8)",
    ),
)

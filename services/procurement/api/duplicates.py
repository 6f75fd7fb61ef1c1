"""Two tenders that are one, and tenders that suit nobody: what an officer says of them, and the lists that ask for it."""

from typing import Final

from services.procurement.api.who import OFFICE
from services.procurement.domain.duplicates import LinkDuplicate, StateNoneSuitable
from services.procurement.views.tender import TENDER
from shared.http.operations import Operation, Query

OPERATIONS: Final = (
    Operation(
        path="/v1/tenders/{duplicateTenderId}/duplicate-links",
        command=LinkDuplicate,
        roles=OFFICE,
        view=TENDER,
        sv="Ange att en upphandling är en dubblett av en annan, som är kvar (GS-6)",
        en="Say that a tender is the duplicate of another, which is kept (GS-6)",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/none-suitable",
        command=StateNoneSuitable,
        roles=OFFICE,
        view=TENDER,
        sv="Ange varför en egen upphandling inte passar något företag (GS-6)",
        en="State why an own tender suits no enterprise (GS-6)",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/duplicate-tenders",
        view=TENDER,
        query="duplicates",
        roles=OFFICE,
        sv="Upphandlingar som kan vara en och samma från två källor",
        en="Tenders that may be one and the same from two sources",
    ),
    Query(
        path="/v1/tenders-without-suitable",
        view=TENDER,
        query="none_suitable",
        reads=("suitable", "public_on"),
        roles=OFFICE,
        filters={"publicFrom": "date", "publicUntil": "date"},
        sv="Egna upphandlingar som inte passar något företag, att gå igenom varje vecka (GS-6)",
        en="Own tenders that suit no enterprise, to be looked at each week (GS-6)",
    ),
)

"""What may be done and asked about the letters of tenders: which are due, which failed, and whom none reaches (GS-6)."""

from collections.abc import Mapping
from typing import Any, Final

from services.procurement.api.who import OFFICE
from services.procurement.domain.letter_commands import ApproveLetters
from services.procurement.domain.letters_shown import as_letters
from services.procurement.views.approval import APPROVAL
from services.procurement.views.contact import CONTACT
from services.procurement.views.letter import LETTER
from services.procurement.views.told import TOLD
from shared.http.operations import Edge, LookUp, Operation, Query


async def _of_digest(given: Mapping[str, Any], edge: Edge) -> Mapping[str, Any]:
    """Find whose facts have the digest."""
    digest = given.get("factsDigest")
    found = await edge.ask(TOLD, "of_digest", digest) if isinstance(digest, str) and "\0" not in digest else []
    if not found:
        return {"facts_of": None, "stage": None, "purpose": None}
    return {"facts_of": found[0]["tender_id"], "stage": found[0]["stage"], "purpose": found[0]["purpose"]}


OPERATIONS: Final = (
    Operation(
        path="/v1/tenders/{tenderId}/letters",
        command=ApproveLetters,
        roles=OFFICE,
        view=APPROVAL,
        looked_up=LookUp(fields=("facts_of", "stage", "purpose"), find=_of_digest),
        sv="Godkänn att breven med vissa uppgifter skickas till alla som upphandlingen kan passa (GS-6)",
        en="Approve that the letters with certain facts go to everybody whom the tender may suit (GS-6)",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/tenders/{tenderId}/letters",
        view=APPROVAL,
        query="one",
        roles=OFFICE,
        one=True,
        key="letters/{tenderId}",
        sv="Vilka brev om en upphandling som har godkänts",
        en="Which letters of a tender were approved",
    ),
    Query(
        path="/v1/letters",
        view=LETTER,
        query="concerned",
        roles=OFFICE,
        filters={"tenderId": "text", "changedFrom": "date"},
        sv="Vilka brev som skulle skickas nu, och varför de andra inte skickas (inget skickas av att frågan ställs)",
        en="Which letters would go now, and why the others do not (nothing goes by asking)",
        computed=as_letters,
    ),
    Query(
        path="/v1/failed-outreaches",
        view=LETTER,
        query="failed",
        roles=OFFICE,
        filters={"tenderId": "text"},
        sv="Utskick som väntar, dröjer eller inte har kommit fram",
        en="Outreach that waits, is late or has not arrived",
    ),
    Query(
        path="/v1/unreachable-enterprises",
        view=CONTACT,
        query="unreachable",
        roles=OFFICE,
        sv="Erkända företag som inget brev når",
        en="Recognised enterprises that no letter reaches",
    ),
)

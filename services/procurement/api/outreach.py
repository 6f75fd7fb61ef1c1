"""What may be done and asked about one tender and one enterprise: suitability and outreach (GS-6)."""

from typing import Final

from services.procurement.api.who import ALL, OFFICE
from services.procurement.domain.explained import in_words
from services.procurement.domain.outreach import RecordDelivered, RecordFailed, RecordSent
from services.procurement.domain.overrides import OverrideSuitability
from services.procurement.domain.reach import counted
from services.procurement.domain.reach_shown import as_ledger
from services.procurement.domain.record import CorrectOutreach
from services.procurement.views.outreach import OUTREACH
from services.procurement.views.reach import REACH
from services.procurement.views.reach_figures import REACH_FIGURES
from shared.http.operations import Operation, Query

OPERATIONS: Final = (
    Operation(
        path="/v1/tenders/{tenderId}/enterprises/{enterpriseId}/overrides",
        command=OverrideSuitability,
        roles=OFFICE,
        view=OUTREACH,
        fresh=("assessment_id",),
        sv="Ändra prövningen av om en upphandling passar ett företag, med skäl (GS-6)",
        en="Override whether a tender suits an enterprise, with a reason (GS-6)",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/enterprises/{enterpriseId}/corrections",
        command=CorrectOutreach,
        roles=OFFICE,
        view=OUTREACH,
        sv="Rätta en händelse i prövning eller utskick",
        en="Correct an event of suitability or outreach",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/enterprises/{enterpriseId}/outreaches",
        command=RecordSent,
        roles=OFFICE,
        view=OUTREACH,
        fresh=("outreach_id",),
        sv="Anteckna att ett företag har fått ett utskick (GS-6)",
        en="Record that an enterprise was written to or called (GS-6)",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/enterprises/{enterpriseId}/outreaches/{outreachId}/deliveries",
        command=RecordDelivered,
        roles=OFFICE,
        view=OUTREACH,
        sv="Anteckna att ett utskick har kommit fram (GS-6)",
        en="Record that an outreach has arrived (GS-6)",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/enterprises/{enterpriseId}/outreaches/{outreachId}/failures",
        command=RecordFailed,
        roles=OFFICE,
        view=OUTREACH,
        sv="Anteckna att ett utskick inte kom fram (GS-6)",
        en="Record that an outreach did not arrive (GS-6)",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/reach-figures",
        view=REACH_FIGURES,
        query="page",
        roles=ALL,
        filters={"period": "text"},
        sv="Kvartalens statistik om utskick, utan uppgift om något företag (GS-6)",
        en="The quarters' figures of outreach, which name no enterprise (GS-6)",
    ),
    Query(
        path="/v1/reach-figures/{period}",
        view=REACH_FIGURES,
        query="one",
        roles=ALL,
        one=True,
        key="figures/{period}",
        sv="Ett kvartals statistik om utskick (GS-6)",
        en="One quarter's figures of outreach (GS-6)",
    ),
    Query(
        path="/v1/outreaches",
        view=OUTREACH,
        query="page",
        roles=OFFICE,
        filters={"tenderId": "text", "enterpriseId": "text", "verdict": "text"},
        sv="Varför en upphandling passar ett företag eller inte, med alla prövningar",
        en="Why a tender suits an enterprise or not, with every test",
        computed=in_words,
    ),
    Query(
        path="/v1/tenders/{tenderId}/enterprises/{enterpriseId}",
        view=OUTREACH,
        query="one",
        roles=OFFICE,
        one=True,
        key="outreach/{tenderId}/{enterpriseId}",
        sv="En upphandling och ett företag: prövning och utskick",
        en="One tender and one enterprise: suitability and outreach",
        computed=in_words,
    ),
    Query(
        path="/v1/mismatches",
        view=OUTREACH,
        query="failed_tests",
        roles=OFFICE,
        filters={"tenderId": "text", "enterpriseId": "text"},
        sv="Varför ett företag inte passade, och vad som skulle ändra det",
        en="Why an enterprise did not match, and what would turn it",
    ),
    Query(
        path="/v1/outreach-duties",
        view=OUTREACH,
        query="to_tell",
        roles=OFFICE,
        filters={"dueBy": "date"},
        sv="Vilka företag som ska få veta om vilka upphandlingar (GS-6)",
        en="Which enterprises are to be told of which tenders (GS-6)",
    ),
    Query(
        path="/v1/reach-counts",
        view=OUTREACH,
        query="counts",
        roles=ALL,
        filters={"tenderId": "text"},
        sv="Hur många företag en upphandling kan passa och hur många som har fått veta",
        en="How many enterprises a tender may suit, and how many were told",
    ),
    Query(
        path="/v1/tenders/{tenderId}/reach",
        view=REACH,
        query="of_tender",
        roles=ALL,
        one=True,
        key="tender/{tenderId}",
        in_clear=OFFICE,
        computed=as_ledger,
        outside=counted,
        sv="Vilka företag som fick veta om en upphandling och när, och om alla behandlades lika",
        en="Which enterprises were told of a tender and when, and whether all were treated alike",
    ),
)

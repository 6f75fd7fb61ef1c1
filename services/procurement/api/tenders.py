"""What may be done with a tender and what may be asked of it."""

from typing import Final

from services.procurement.api.who import ALL, OFFICE
from services.procurement.domain.record import CorrectTender
from services.procurement.domain.tender_commands import (
    AmendTender,
    CancelTender,
    MoveDeadline,
    PlanProcurement,
    PublishTender,
    ResumeTender,
    SuspendTender,
)
from services.procurement.views.tender import TENDER
from shared.http.operations import Operation, Query
from shared.policy.role import PUBLISHER

OPERATIONS: Final = (
    Operation(
        path="/v1/plans",
        command=PlanProcurement,
        roles=OFFICE,
        view=TENDER,
        fresh=("tender_id",),
        sv="Planera en upphandling",
        en="Plan a procurement",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/plans",
        command=PlanProcurement,
        roles=OFFICE,
        view=TENDER,
        sv="Ändra planen för en upphandling",
        en="Change the plan of a procurement",
    ),
    Operation(
        path="/v1/tenders",
        command=PublishTender,
        roles=OFFICE,
        view=TENDER,
        fresh=("tender_id",),
        sv="Annonsera en upphandling som inte har planerats här",
        en="Publish a tender that was not planned here",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/publications",
        command=PublishTender,
        roles=OFFICE,
        view=TENDER,
        sv="Annonsera en planerad upphandling",
        en="Publish a planned tender",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/amendments",
        command=AmendTender,
        roles=OFFICE,
        view=TENDER,
        sv="Ändra en annonserad upphandling",
        en="Amend a published tender",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/deadlines",
        command=MoveDeadline,
        roles=OFFICE,
        view=TENDER,
        sv="Flytta sista anbudsdag",
        en="Move the deadline",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/suspensions",
        command=SuspendTender,
        roles=OFFICE,
        view=TENDER,
        sv="Stoppa en upphandling tills vidare",
        en="Suspend a tender",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/resumptions",
        command=ResumeTender,
        roles=OFFICE,
        view=TENDER,
        sv="Låt en stoppad upphandling fortsätta",
        en="Resume a suspended tender",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/cancellations",
        command=CancelTender,
        roles=OFFICE,
        view=TENDER,
        sv="Avbryt en upphandling eller delar av den",
        en="Cancel a tender or some of its lots",
    ),
    Operation(
        path="/v1/tenders/{tenderId}/corrections",
        command=CorrectTender,
        roles=OFFICE,
        view=TENDER,
        sv="Rätta en händelse i en upphandling",
        en="Correct an event of a tender",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/tenders",
        view=TENDER,
        query="page",
        roles=(*ALL, PUBLISHER),
        filters={"phase": "text", "own": "bool", "closesFrom": "date", "procedureId": "text"},
        sv="Offentliga upphandlingar",
        en="Public tenders",
    ),
    Query(
        path="/v1/plans",
        view=TENDER,
        query="plans",
        roles=OFFICE,
        sv="Planerade upphandlingar, även de som inte är offentliga",
        en="Planned procurements, those too that are not public",
    ),
    Query(
        path="/v1/tenders/{tenderId}",
        view=TENDER,
        query="one",
        roles=OFFICE,
        one=True,
        key="tender/{tenderId}",
        sv="En upphandling",
        en="One tender",
    ),
)

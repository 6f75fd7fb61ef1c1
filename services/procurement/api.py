"""What may be done with a tender and what may be asked of procurement, each with the roles that may.

What names an enterprise beside a tender is the procurement office's alone; everybody else gets counts (OSL 19:3 § 2).
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from services.procurement.domain.explained import in_words
from services.procurement.domain.from_notice import TakeNotice, commands_from_notice
from services.procurement.domain.outreach import RecordDelivered, RecordFailed, RecordSent
from services.procurement.domain.record import CorrectOutreach, CorrectTender
from services.procurement.domain.tender_commands import (
    AmendTender,
    CancelTender,
    MoveDeadline,
    PlanProcurement,
    PublishTender,
    ResumeTender,
    SuspendTender,
)
from services.procurement.notice.model import Notice
from services.procurement.notice.reader import read
from services.procurement.notice.unreadable import Reason, Unreadable
from services.procurement.views.enterprise import ENTERPRISE
from services.procurement.views.outreach import OUTREACH
from services.procurement.views.tender import TENDER
from shared.contracts.values import Id
from shared.http.operations import Edge, NotUnderstood, Operation, Query, Upload
from shared.policy.role import (
    AUDITOR,
    BUYING_BOARD,
    EXECUTIVE_BOARD,
    EXECUTIVE_OFFICE,
    PROCUREMENT_OFFICE,
    PUBLISHER,
    REGISTRY_OFFICER,
    SOCIAL_BOARD,
)

OFFICE: Final = (PROCUREMENT_OFFICE,)
ALL: Final = (
    PROCUREMENT_OFFICE, REGISTRY_OFFICER, SOCIAL_BOARD, EXECUTIVE_OFFICE, EXECUTIVE_BOARD, AUDITOR, BUYING_BOARD,
)  # fmt: skip
"""Everybody in the authority reads what is public and what is counted."""

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
        path="/v1/failed-outreaches",
        view=OUTREACH,
        query="failed",
        roles=OFFICE,
        filters={"tenderId": "text"},
        sv="Utskick som inte har kommit fram",
        en="Outreach that has not arrived",
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
        path="/v1/enterprises",
        view=ENTERPRISE,
        query="page",
        roles=OFFICE,
        filters={"status": "text"},
        sv="Vad upphandlingen vet om företagen",
        en="What procurement knows of the enterprises",
    ),
)

MOST_NOTICE_BYTES: Final = 20 * 1024 * 1024


SAID_SV: Final[Mapping[Reason, str]] = {
    Reason.TOO_LARGE: "den är för stor",
    Reason.COMPRESSED: "den är ett arkiv eller komprimerad; packa upp den först",
    Reason.NOT_WELL_FORMED: "den är inte välformad XML; detaljen på engelska lyder",
    Reason.DOCUMENT_TYPE: "den har en dokumenttypsdeklaration (DOCTYPE); en annons behöver ingen: ta bort den",
    Reason.UNKNOWN_ROOT: "dess rotelement är inte det i en eForms-annons; detaljen på engelska lyder",
    Reason.TEXT_TOO_LONG: "en text, ett attribut eller en kommentar i den är för lång",
    Reason.TOO_DEEP: "dess element är nästlade för djupt",
}
"""Why a file is refused, in Swedish."""


def _read(data: bytes) -> tuple[Notice, str]:
    """Read a notice's XML, with the digest of its bytes. Raises NotUnderstood."""
    try:
        return read(data), hashlib.sha256(data).hexdigest()
    except Unreadable as error:
        # What depends on the file (its root, where the XML breaks) is told in the reader's own words.
        own = f": {error}" if error.reason in {Reason.NOT_WELL_FORMED, Reason.UNKNOWN_ROOT} else ""
        raise NotUnderstood(
            error.reason,
            f"Filen kan inte läsas som en annons (eForms): {SAID_SV[error.reason]}{own}.",
            f"This is no notice (eForms): {error}.",
        ) from None


async def _command(document: tuple[Notice, str], edge: Edge) -> TakeNotice | None:
    """Ask that the notice is taken into the tender of its procedure, or into a new one."""
    notice, digest = document
    asked = (notice.procedure_id, notice.notice_id, notice.notice_version)
    known = await edge.ask(TENDER, "of_procedure", *asked)
    tender_id = Id(known[0]["tender_id"] if known else edge.new_id())
    return next(iter(commands_from_notice(notice, digest=digest, tender_id=tender_id, at=edge.at)), None)


UPLOADS: Final = (
    Upload(
        path="/v1/notices",
        roles=OFFICE,
        sv="Läs in en annons (eForms, XML)",
        en="Read in a notice (eForms, XML)",
        view=TENDER,
        media_types=("application/xml", "text/xml"),
        most_bytes=MOST_NOTICE_BYTES,
        read=_read,
        command=_command,
        nothing="no-tender",
    ),
)

"""What is uploaded: a notice's file."""

import hashlib
from collections.abc import Mapping
from typing import Final

from services.procurement.api.who import OFFICE
from services.procurement.domain.from_notice import TakeNotice, commands_from_notice
from services.procurement.domain.tender_commands import PROCEDURE_TAKEN
from services.procurement.notice.model import Notice
from services.procurement.notice.reader import read
from services.procurement.notice.unreadable import Reason, Unreadable
from services.procurement.views.tender import TENDER
from shared.contracts.values import Id
from shared.http.operations import Edge, NotUnderstood, Upload

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
        again_on=PROCEDURE_TAKEN,
    ),
)

"""What may be asked about the enterprises as procurement knows them."""

from typing import Final

from services.procurement.api.who import OFFICE
from services.procurement.views.enterprise import ENTERPRISE
from shared.http.operations import Query

QUERIES: Final = (
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

"""What may be done with a place and what may be asked of it. All of it is the social board's own (OSL 26:1)."""

from collections.abc import Mapping
from typing import Any, Final

from services.placements.domain.course import (
    CancelPlacement,
    DeclineParticipation,
    EndPlacement,
    ExtendPlacement,
    StartPlacement,
)
from services.placements.domain.follow_up import CompleteFollowUp, PlanFollowUp, ReviewPlacement
from services.placements.domain.purchase import PurchasePlacement, recognition
from services.placements.domain.record import AddPersonalDetails, CorrectPlacement
from services.placements.domain.waiver import WaiveFollowUp
from services.placements.views.counted import COUNTED
from services.placements.views.enterprise import ENTERPRISE
from services.placements.views.figures import PUBLISHED
from services.placements.views.place import PLACE, with_days, with_days_since
from services.placements.views.said import SAID
from shared.http.operations import Edge, LookUp, Operation, Query
from shared.policy.role import HELD_BY_UNITS, SOCIAL_BOARD

BOARD: Final = (SOCIAL_BOARD,)


async def _standing(body: Mapping[str, Any], edge: Edge) -> Mapping[str, Any]:
    """Look up how the enterprise stands as the place is bought."""
    enterprise_id = body.get("enterpriseId", body.get("enterpriseIdEnc"))
    known = await edge.ask(ENTERPRISE, "standing", f"enterprise/{enterprise_id}")
    return {"recognition_at_purchase": recognition(known[0]["status"] if known else None)}


OPERATIONS: Final = (
    Operation(
        path="/v1/placements",
        command=PurchasePlacement,
        roles=BOARD,
        view=PLACE,
        fresh=("placement_id", "subject_ref"),
        looked_up=LookUp(fields=("recognition_at_purchase",), find=_standing),
        sv="Köp en plats (GS-3)",
        en="Buy a place (GS-3)",
    ),
    Operation(
        path="/v1/placements/{placementId}/starts",
        command=StartPlacement,
        roles=BOARD,
        view=PLACE,
        sv="Registrera första dagen",
        en="Record the first day",
    ),
    Operation(
        path="/v1/placements/{placementId}/extensions",
        command=ExtendPlacement,
        roles=BOARD,
        view=PLACE,
        sv="Förläng platsen",
        en="Extend the place",
    ),
    Operation(
        path="/v1/placements/{placementId}/ends",
        command=EndPlacement,
        roles=BOARD,
        view=PLACE,
        sv="Registrera sista dagen",
        en="Record the last day",
    ),
    Operation(
        path="/v1/placements/{placementId}/cancellations",
        command=CancelPlacement,
        roles=BOARD,
        view=PLACE,
        sv="Avboka platsen innan den börjar",
        en="Cancel the place before it starts",
    ),
    Operation(
        path="/v1/placements/{placementId}/declines",
        command=DeclineParticipation,
        roles=BOARD,
        view=PLACE,
        sv="Registrera att den enskilde avstår",
        en="Record that the person declines",
    ),
    Operation(
        path="/v1/placements/{placementId}/follow-ups",
        command=PlanFollowUp,
        roles=BOARD,
        view=PLACE,
        fresh=("follow_up_id",),
        sv="Planera en uppföljning (GS-4)",
        en="Plan a follow-up (GS-4)",
    ),
    Operation(
        path="/v1/placements/{placementId}/held-follow-ups",
        command=CompleteFollowUp,
        roles=BOARD,
        view=PLACE,
        fresh=("follow_up_id",),
        sv="Registrera en uppföljning som hölls utan att ha planerats (GS-4)",
        en="Record a follow-up that was held without having been planned (GS-4)",
    ),
    Operation(
        path="/v1/placements/{placementId}/follow-ups/{followUpId}/completions",
        command=CompleteFollowUp,
        roles=BOARD,
        view=PLACE,
        sv="Registrera att en planerad uppföljning hölls (GS-4)",
        en="Record that a planned follow-up was held (GS-4)",
    ),
    Operation(
        path="/v1/placements/{placementId}/reviews",
        command=ReviewPlacement,
        roles=BOARD,
        view=PLACE,
        sv="Ompröva platsen sedan företaget förlorat sitt erkännande eller upphört (GS-4)",
        en="Review the place after its enterprise lost its recognition or closed (GS-4)",
    ),
    Operation(
        path="/v1/placements/{objectId}/waivers",
        command=WaiveFollowUp,
        roles=BOARD,
        view=PLACE,
        sv="Befria från en uppföljning genom beslut (GS-4)",
        en="Waive a follow-up by a decision (GS-4)",
    ),
    Operation(
        path="/v1/placements/{placementId}/personal-details",
        command=AddPersonalDetails,
        roles=BOARD,
        view=PLACE,
        sv="Lägg till personuppgifter som en rapport saknade",
        en="Add personal details that a report lacked",
    ),
    Operation(
        path="/v1/placements/{placementId}/corrections",
        command=CorrectPlacement,
        roles=BOARD,
        view=PLACE,
        sv="Rätta en händelse",
        en="Correct an event",
    ),
)

QUERIES: Final = (
    Query(
        path="/v1/figures",
        view=PUBLISHED,
        query="page",
        roles=HELD_BY_UNITS,
        filters={"period": "text"},
        sv="Kvartalens statistik om platser, utan uppgifter om någon enskild (IN-3, GS-3, GS-4)",
        en="The quarters' figures of places, which tell of nobody (IN-3, GS-3, GS-4)",
    ),
    Query(
        path="/v1/figures/{period}",
        view=PUBLISHED,
        query="one",
        roles=HELD_BY_UNITS,
        one=True,
        key="figures/{period}",
        sv="Ett kvartals statistik om platser",
        en="One quarter's figures of places",
    ),
    Query(
        path="/v1/placements",
        view=PLACE,
        query="page",
        roles=BOARD,
        filters={"phase": "text", "enterprise_id": "text", "place_kind": "text", "is_incomplete": "bool"},
        sv="Platser: per läge, företag, slag och om uppgifter saknas",
        en="Places: by phase, enterprise, kind and whether details are missing",
    ),
    Query(
        path="/v1/placements/{placementId}",
        view=PLACE,
        query="one",
        roles=BOARD,
        one=True,
        key="placement/{placementId}",
        sv="En plats",
        en="One place",
    ),
    Query(
        path="/v1/placements/{placementId}/personal-details",
        view=SAID,
        query="of_place",
        roles=BOARD,
        in_clear=BOARD,
        one=True,
        key="placement/{placementId}",
        sv="Vad som har sagts om den enskilde: behov, mål, anteckningar, skäl",
        en="What was said of the person: need, goal, notes, reasons",
    ),
    Query(
        path="/v1/follow-ups",
        view=PLACE,
        query="to_follow_up",
        roles=BOARD,
        filters={
            "kind": "text",
            "due_up_to": "date",
            "officer": "text",
            "overdue": "bool",
            "enterprise_id": "text",
            "week": "text",
        },
        computed=with_days,
        sv="Platser att följa upp, per handläggare, vecka och sista dag (lokal frist); även de försenade",
        en="Places to follow up, by officer, week and due day (local deadline); the overdue ones too",
    ),
    Query(
        path="/v1/overdue-follow-ups",
        view=PLACE,
        query="overdue",
        roles=BOARD,
        filters={"placement_id": "text", "kind": "text", "due_up_to": "date", "escalation_level": "text"},
        computed=with_days,
        sv="Försenade uppföljningar, de äldsta först (lokal frist)",
        en="Overdue follow-ups, the oldest first (local deadline)",
    ),
    Query(
        path="/v1/purchases-by-basis",
        view=COUNTED,
        query="bought_by_basis",
        roles=BOARD,
        filters={"quarter": "text", "basis": "text", "place_kind": "text"},
        sv="Köpta platser per grund och kvartal, och vad nämnden får lämna ut av det",
        en="Places bought by basis and quarter, and what the board may tell others of it",
    ),
    Query(
        path="/v1/placements-at-lost-enterprises",
        view=PLACE,
        query="at_lost_enterprises",
        roles=BOARD,
        filters={"status": "text"},
        sv="Pågående platser hos företag vars erkännande vilar eller är återkallat, eller som upphört",
        en="Active places at enterprises that are suspended, withdrawn or closed",
    ),
    Query(
        path="/v1/undated-placements",
        view=PLACE,
        query="undated",
        roles=BOARD,
        filters={"planned_up_to": "date"},
        computed=with_days_since,
        sv="Platser vars planerade start eller slut ingen har registrerat",
        en="Places whose planned start or end nobody has recorded",
    ),
    Query(
        path="/v1/enterprises",
        view=ENTERPRISE,
        query="page",
        roles=BOARD,
        filters={"status": "text"},
        sv="Företag där platser kan köpas eller har köpts",
        en="Enterprises where places can be bought, or were",
    ),
)

"""Buying a place for somebody whose need was decided (GS-3).

The board *may* buy: not to buy is never a breach. What it buys rests on a need and on a decision of its own, by delegation or
with its paragraph.
"""

from typing import Self

from pydantic import model_validator

from services.placements.domain.personal import SaidDocument, SaidId, SaidLegalGround, SaidText
from services.placements.domain.placement import IN_FUTURE, PlacementCommand, State
from shared.contracts.placements import (
    Basis,
    PlaceKind,
    PlacementPurchased,
    Price,
    RecognitionAtPurchase,
    SubjectRef,
)
from shared.contracts.values import Day, Decimal_, DecisionRef, Id, NewId
from shared.deciding import Decision, Refused
from shared.policy.clause import GS_3
from shared.policy.role import SOCIAL_BOARD
from shared.policy.stockholm import day_of


class ReportPurchase(PlacementCommand):
    """Another system reports a place that was bought; it leaves out what is personal."""

    placement_id: NewId
    subject_ref: SubjectRef
    enterprise_id: Id | None = None
    place_kind: PlaceKind
    basis: Basis
    purchased_on: Day
    planned_start: Day
    planned_end: Day | None = None
    decision: DecisionRef
    price: Price
    recognition_at_purchase: RecognitionAtPurchase
    """Looked up at the edge: registry is another service."""
    hours_per_week: Decimal_ | None = None
    contract_id: Id | None = None
    tender_id: Id | None = None


class PurchasePlacement(ReportPurchase):
    """Buy a place: with the decided need and its legal ground, both sealed.

    Where the person's identity is protected, `enterpriseIdEnc` stands instead of `enterpriseId`. `personRef` ties the key of
    this place to the person in the key store; no event has it.
    """

    enterprise_id_enc: SaidId | None = None
    need: SaidDocument
    legal_ground: SaidLegalGround
    goal: SaidText | None = None
    person_ref: SubjectRef | None = None

    @model_validator(mode="after")
    def _at_one_enterprise(self) -> Self:
        if (self.enterprise_id is None) is (self.enterprise_id_enc is None):
            raise ValueError("give either enterpriseId, or enterpriseIdEnc for a protected identity")
        return self


ALREADY_PURCHASED = Refused(
    "placement-already-purchased", GS_3,
    "Platsen är redan köpt; rätta köpet om något är fel.",
    "The place is already bought; correct its purchase if something is wrong.",
)  # fmt: skip
NO_ENTERPRISE = Refused(
    "enterprise-missing", GS_3,
    "Ange hos vilket företag platsen är köpt.",
    "Say at which enterprise the place was bought.",
)  # fmt: skip
NOT_THE_BOARDS = Refused(
    "decision-not-social-boards", GS_3,
    "Det är socialnämnden som får köpa platser; ange nämndens beslut.",
    "It is the social board that may buy places; give its decision.",
)  # fmt: skip
NOT_DELEGATED = Refused(
    "delegation-missing", GS_3,
    "Beslutet saknar punkt i delegationsordningen eller paragraf; ange en av dem.",
    "The decision names neither a point of delegation nor a paragraph; give one of them.",
)  # fmt: skip
DECIDED_LATER = Refused(
    "decided-after-purchase", GS_3,
    "Beslutet är senare än köpet; behovet ska vara beslutat först.",
    "The decision is later than the purchase; the need must be decided first.",
)  # fmt: skip
ENDS_BEFORE_START = Refused(
    "ends-before-start", GS_3,
    "Platsen slutar innan den börjar; kontrollera dagarna.",
    "The place ends before it starts; check its days.",
)  # fmt: skip


def purchase(command: ReportPurchase, state: State) -> Decision:
    """Buy a place on a decision of the board."""
    if state.phase != "unknown":
        return ALREADY_PURCHASED
    if command.purchased_on > day_of(command.at):
        return IN_FUTURE
    if not isinstance(command, PurchasePlacement) and command.enterprise_id is None:
        return NO_ENTERPRISE
    refused = _undecided(command)
    if refused is not None:
        return refused
    if command.planned_end is not None and command.planned_end < command.planned_start:
        return ENDS_BEFORE_START
    return [PlacementPurchased(**_said(command))]


def recognition(status: str | None) -> RecognitionAtPurchase:
    """Give how an enterprise stands, as a purchase records it. To buy at one that is no WISE is not refused: it is shown."""
    match status:
        case "recognised" | "suspended":
            return status
        case _:
            return "not-recognised"


def _undecided(command: ReportPurchase) -> Refused | None:
    decision = command.decision
    if decision.decided_by_role != SOCIAL_BOARD:
        return NOT_THE_BOARDS
    if not (decision.delegation_point or decision.paragraph):
        return NOT_DELEGATED
    return DECIDED_LATER if decision.decided_on > command.purchased_on else None


def _said(command: ReportPurchase) -> dict[str, object]:
    return {**command.fields(), "subject_ref": command.subject_ref}

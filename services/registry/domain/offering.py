"""What an enterprise offers, and what share of those occupied in it belong to the target group (LOU 4:18)."""

from typing import Final

from services.registry.domain.enterprise import IN_FUTURE, EnterpriseCommand, State, is_to_come, not_in_use
from services.registry.domain.personal import PersonalCount, said
from shared.contracts.registry import Capacity, OfferingUpdated, PlaceKind, StatedBy, TargetShareDeclared
from shared.contracts.values import Cpv, Day, DocumentRef, Nuts
from shared.deciding import Decision, Refused

RESERVED_PERCENT: Final = 30
"""LOU 4:18: at least this share of the persons occupied in the whole bidder (HFD 2021:48)."""


class UpdateOffering(EnterpriseCommand):
    """Say what it offers now. Nothing stated in `cpv` means every branch, nothing in `nuts` everywhere."""

    cpv: tuple[Cpv, ...] = ()
    nuts: tuple[Nuts, ...] = ()
    valid_from: Day
    stated_by: StatedBy
    capacity: Capacity | None = None
    place_kinds: tuple[PlaceKind, ...] | None = None
    as_subcontractor: bool | None = None
    in_consortium: bool | None = None


def update_offering(command: UpdateOffering, state: State) -> Decision:
    """Record a new offering; one that says what was said before says nothing."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    event = OfferingUpdated(**command.model_dump(exclude={"at"}))
    return [] if _same(event, state.offering) else [event]


def _same(event: OfferingUpdated, former: OfferingUpdated | None) -> bool:
    """Compare what is offered, not in whose name it was recorded."""
    recorded = {"role", "unit", "dnr"}
    return former is not None and event.model_dump(exclude=recorded) == former.model_dump(exclude=recorded)


class DeclareTargetShare(EnterpriseCommand):
    """Say how many are occupied in the whole legal entity, and how many of them belong to the target group."""

    KEY_OF = ("sole-trader", "enterprise_id")

    as_of: Day
    occupied_total: PersonalCount
    occupied_target_group: PersonalCount
    declared_by: StatedBy
    employed_total: PersonalCount | None = None
    employed_target_group: PersonalCount | None = None
    evidence: DocumentRef | None = None
    valid_until: Day | None = None


IMPOSSIBLE_COUNTS = Refused(
    "target-share-impossible", None,
    "Antalen går inte ihop: någon måste vara sysselsatt, och en del kan inte vara fler än alla.",
    "The counts don't fit: somebody must be occupied, and a part can't be more than all.",
)  # fmt: skip


def declare_target_share(command: DeclareTargetShare, state: State) -> Decision:
    """Record the counts sealed, and in the clear only whether they reach 30 percent."""
    refused = not_in_use(state)
    if refused is not None:
        return refused
    if is_to_come(command.as_of, command):
        return IN_FUTURE
    total, group = said(command.occupied_total), said(command.occupied_target_group)
    employed, of_group = said(command.employed_total), said(command.employed_target_group)
    if total == 0 or group > total or (of_group is not None and of_group > (total if employed is None else employed)):
        return IMPOSSIBLE_COUNTS
    return [TargetShareDeclared(
        enterprise_id=command.enterprise_id, as_of=command.as_of, occupied_total=command.occupied_total,
        occupied_target_group=command.occupied_target_group,
        reaches_30_percent=group * 100 >= total * RESERVED_PERCENT, declared_by=command.declared_by,
        employed_total=command.employed_total, employed_target_group=command.employed_target_group,
        evidence=command.evidence, valid_until=command.valid_until,
    )]  # fmt: skip

"""What lots say of social criteria themselves, as their notice has them, and which of them nothing is said of (GS-8)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from shared.contracts.criteria import SocialCriteriaApplied, SocialCriterion, SocialObjective
from shared.contracts.procurement import Lot
from shared.contracts.values import Id

OBJECTIVES: Final[dict[str, SocialObjective]] = {
    "opp": "opp", "acc-all": "acc-all", "et-eq": "et-eq", "gen-eq": "gen-eq", "hum-right": "hum-right",
    "work-cond": "work-cond",
}  # fmt: skip
"""BT-775; every other code is kept as `other`."""


def services(lots: Iterable[Lot]) -> list[Lot]:
    """Give the lots that GS-8 is about."""
    return [lot for lot in lots if lot.nature == "services"]


def uncovered(lots: Iterable[Lot], stated: Iterable[str]) -> list[str]:
    """Give the ids of lots of services that neither the notice nor a statement says anything of."""
    return [lot.lot_id for lot in services(lots) if lot.lot_id not in stated and not in_notice(lot)]


def in_notice(lot: Lot) -> tuple[SocialCriterion, ...]:
    """Give a lot's social criteria as its notice has them: reservation (BT-71), its execution (BT-736), objectives (BT-775)."""
    found = [SocialCriterion(kind="opp", where="reservation") for code in lot.reserved or () if code != "none"]
    if lot.reserved_execution == "yes":
        found.append(SocialCriterion(kind="opp", where="reserved-execution"))
    found += [
        SocialCriterion(kind=OBJECTIVES.get(code, "other"), where="specification")
        for code in lot.social_objectives or () if code != "none"
    ]  # fmt: skip
    return tuple(dict.fromkeys(found))


def newly_applied(
    tender_id: Id, before: Sequence[Lot], after: Sequence[Lot], on: date, version: str | None
) -> list[SocialCriteriaApplied]:
    """Give what a notice applies that the lots before it did not have: one event for lots with the same criteria."""
    had = {lot.lot_id: in_notice(lot) for lot in before}
    new = [(lot.lot_id, in_notice(lot)) for lot in services(after)]
    by_criteria: dict[tuple[SocialCriterion, ...], list[str]] = {}
    for lot_id, criteria in new:
        if criteria and had.get(lot_id) != criteria:
            by_criteria.setdefault(criteria, []).append(lot_id)
    return [
        SocialCriteriaApplied(
            tender_id=tender_id,
            lot_ids=tuple(ids),
            criteria=criteria,
            stated_on=on,
            basis="notice",
            notice_version=version,
        )
        for criteria, ids in by_criteria.items()
    ]

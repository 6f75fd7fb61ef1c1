"""What may be asked of a service's duties: all of them, and one; with the class and the breach of the day that is asked on."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from shared.http.language import Language
from shared.http.operations import Operation, Query
from shared.http.sight import Sight
from shared.log.duty_view import DutyRow
from shared.log.view import View
from shared.policy.authority import Authority
from shared.policy.duty.life import DutyState, classify, days_late, is_breach
from shared.policy.duty.missed import OpenMissed
from shared.policy.label import of_duty
from shared.policy.role import Role

STATE = tuple(field.name for field in fields(DutyState))
PATH = "/v1/duties"
HIDDEN = {"base", "next_step", "follows_on"}


def with_class(row: Mapping[str, Any], today: Any, authority: Authority, _language: Language) -> dict[str, Any]:
    """Give a duty as it is at the end of today; its day counts are the authority's own, by the reading that it arose by."""
    known = {name: row[name] for name in STATE}
    duty = DutyState(**known | {"steps": frozenset(row["steps"]), "evidence": tuple(row["evidence"])})
    shown = {name: value for name, value in row.items() if name not in HIDDEN}
    return shown | {
        "class": classify(duty, today),
        "breach": is_breach(duty, today),
        "days_late": days_late(duty, today),
        "policy_version": authority.policy_version,
        "local": True,
        "interpretation": of_duty(duty, authority),
    }


def duty_queries(view: View[DutyRow], roles: tuple[Role, ...], sight: Sight | None = None) -> tuple[Query, ...]:
    """Give the two questions of a service's duties, for those who may read them; `sight`: who sees which."""
    return (
        Query(
            path=PATH,
            view=view,
            query="page",
            roles=roles,
            sv="Skyldigheter: per paragraf, slag, föremål, sista dag, enhet och om de är öppna eller försenade",
            en="Duties: by clause, kind, object, due day, unit and whether they are open or overdue",
            filters={
                "clause": "text",
                "kind": "text",
                "object_id": "text",
                "due_on": "date",
                "open": "bool",
                "unit": "text",
                "overdue": "bool",
            },
            computed=with_class,
            sight=sight,
        ),
        Query(
            path="/v1/duties/{dutyId:path}",
            view=view,
            query="one",
            roles=roles,
            sv="En skyldighet",
            en="One duty",
            one=True,
            key="duty/{dutyId}",
            computed=with_class,
            sight=sight,
        ),
    )


def opening(view: View[DutyRow], role: Role) -> Operation:
    """Give the operation by which whose duties they are opens one that a replay names as missing."""
    return Operation(
        path="/v1/missed-duties",
        command=OpenMissed,
        roles=(role,),
        view=view,
        sv="Öppna en skyldighet som borde ha uppstått, med sin rätta sista dag (./medverka replay --open)",
        en="Open a duty that should have arisen, with its lawful due day (./medverka replay --open)",
    )

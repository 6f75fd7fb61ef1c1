"""What every service has beside its own: the views of its duties and of its trail, and what may be asked of them."""

from typing import Any

from shared.http.audit import audit_queries
from shared.http.duties import duty_queries
from shared.http.operations import Query, Reckoning
from shared.http.reckoning import reckonings
from shared.http.sight import Sight
from shared.log.duty_view import DutyRow, duty_view
from shared.log.trail import TrailRow, trail
from shared.log.view import View
from shared.parts import Parts
from shared.policy.duty.duties import Duties


def views_of(parts: Parts) -> tuple[View[Any], ...]:
    """Give the view of the duties, where the service has any, and of the trail."""
    duties = parts.rules.duties
    kept = trail(f"{parts.name}.refused", *parts.logs)
    return (duty_view(duties, *parts.duties_in), kept) if isinstance(duties, Duties) else (kept,)


def queries_of(parts: Parts, owed: View[DutyRow], kept: View[TrailRow]) -> tuple[Query, ...]:
    """Give the questions that are asked of every service that owes something."""
    duties = parts.rules.duties
    if not isinstance(duties, Duties):
        return ()
    asked = audit_queries(kept, duties, parts.audited_by, parts.reported_by, parts.sealed)
    sight = Sight(duties=duties, readers=parts.duties_read_by, auditors=parts.audited_by, sealed=parts.sealed)
    return (*duty_queries(owed, sight.roles, sight), *asked)


def reckonings_of(parts: Parts) -> tuple[Reckoning, ...]:
    """Give the questions of the whole logs, of a service that owes something; an auditor may get counts alone."""
    return reckonings(parts.duties_read_by, parts.audited_by) if isinstance(parts.rules.duties, Duties) else ()

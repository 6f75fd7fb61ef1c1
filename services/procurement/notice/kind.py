"""Which of the suite's facts a notice can be, by its form type (BT-03) and its changes (BT-140)."""

from services.procurement.notice.model import Changes, Kind

BY_FORM_TYPE = {
    "planning": Kind.PLANNED,  # a procurement to come, those that shorten its time (subtypes 7–9) too
    "consultation": Kind.PLANNED,  # a market consultation before one (E1)
    "competition": Kind.PUBLISHED,  # anyone can answer now; a planning notice used as a call is a competition as well
    "change": Kind.CHANGED,
    "result": Kind.AWARDED,  # whether a contract was awarded is told lot by lot
}
"""Every other form is `other`: direct awards that are only intended, running contracts, business registration."""


def kind(form_type: str | None, changes: Changes | None) -> Kind:
    """Return the first kind that fits: a cancellation is also a change, and a change keeps the form of what it changes.

    Only the reason `cancel` cancels: `cancel-intent` and `susp-review` leave the procedure alive.
    """
    if changes is not None:
        return Kind.CANCELLED if "cancel" in changes.reasons else Kind.CHANGED
    return BY_FORM_TYPE.get(form_type or "", Kind.OTHER)

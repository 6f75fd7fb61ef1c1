"""All that consultation decides by."""

from services.consultation.domain.consultation import DECIDER
from services.consultation.domain.duties import duties
from shared.deciding import Rules
from shared.policy.authority import Authority


def rules(authority: Authority) -> Rules:
    """Put the rules together for an authority."""
    return Rules(
        source=f"/{authority.code}/consultation", authority=authority, deciders=(DECIDER,), duties=duties(authority)
    )

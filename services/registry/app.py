"""Composition root of registry: wiring and nothing else. `python -m services.registry.app` runs a process of it."""

from services.registry.api import OPERATIONS, QUERIES
from services.registry.domain.reactions import REACTIONS
from services.registry.domain.rules import rules
from services.registry.views.contact import CONTACT
from services.registry.views.enterprise import ENTERPRISE
from shared.parts import Parts
from shared.policy.authority import load
from shared.policy.role import PUBLISHER, REGISTRY_OFFICER, WITHIN
from shared.process import main
from shared.settings import Settings


def parts(settings: Settings) -> Parts:
    """Put registry together for the authority that the settings name."""
    authority = load(settings.authority)
    return Parts(
        name="registry",
        role=REGISTRY_OFFICER,
        logs=("registry.events",),
        duties_in=("registry.events",),
        rules=rules(authority),
        views=(CONTACT, ENTERPRISE),
        reactions=REACTIONS,
        operations=OPERATIONS,
        queries=QUERIES,
        duties_read_by=WITHIN,
        audited_by=WITHIN,
        reported_by=(*WITHIN, PUBLISHER),
    )


if __name__ == "__main__":
    main(parts)

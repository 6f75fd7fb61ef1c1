"""Composition root of placements: wiring and nothing else. `python -m services.placements.app` runs a process of it."""

from services.placements.api import BOARD, OPERATIONS, QUERIES
from services.placements.domain.figures import FIGURES
from services.placements.domain.placement import EVENTS
from services.placements.domain.reactions import REACTIONS
from services.placements.domain.rules import rules
from services.placements.views.counted import COUNTED
from services.placements.views.enterprise import ENTERPRISE
from services.placements.views.figures import PUBLISHED
from services.placements.views.place import PLACE
from services.placements.views.quarter_ends import QuarterEnds
from services.placements.views.said import SAID
from shared.parts import Parts
from shared.policy.authority import load
from shared.policy.role import SOCIAL_BOARD
from shared.process import main
from shared.settings import Settings


def parts(settings: Settings) -> Parts:
    """Put placements together for the authority that the settings name."""
    authority = load(settings.authority)
    return Parts(
        name="placements",
        role=SOCIAL_BOARD,
        logs=(EVENTS, FIGURES),
        duties_in=(EVENTS,),
        rules=rules(authority),
        views=(COUNTED, ENTERPRISE, PLACE, PUBLISHED, SAID),
        reactions=REACTIONS,
        operations=OPERATIONS,
        queries=QUERIES,
        opening=lambda keys: (QuarterEnds(keys),),
        duties_read_by=BOARD,
        audited_by=BOARD,
        reported_by=BOARD,
        apart=r"^(?:placement/|duty/[a-z0-9.-]+/)([^/]+)",
        needs=lambda placement: (f"placement/{placement}",),
    )


if __name__ == "__main__":
    main(parts)

"""Composition root of procurement: wiring and nothing else. `python -m services.procurement.app` runs a process of it."""

from services.procurement.api import OPERATIONS, QUERIES, UPLOADS
from services.procurement.api.who import OFFICE
from services.procurement.domain.reactions import REACTIONS
from services.procurement.domain.rules import rules
from services.procurement.post.post import Post
from services.procurement.views.approval import APPROVAL
from services.procurement.views.closings import Closings
from services.procurement.views.contact import CONTACT
from services.procurement.views.enterprise import ENTERPRISE
from services.procurement.views.guidance import GUIDANCE
from services.procurement.views.guidance_letter import GUIDANCE_LETTER
from services.procurement.views.knowledge import KNOWLEDGE
from services.procurement.views.knowledge_years import KnowledgeYears
from services.procurement.views.letter import LETTER
from services.procurement.views.outreach import OUTREACH
from services.procurement.views.reach import REACH
from services.procurement.views.reach_figures import REACH_FIGURES, ReachQuarters
from services.procurement.views.resealed import RESEALED
from services.procurement.views.tender import TENDER
from services.procurement.views.told import TOLD
from shared.parts import Parts
from shared.policy.authority import load
from shared.policy.role import AUDITOR, PROCUREMENT_OFFICE, PUBLISHER
from shared.process import main
from shared.settings import Settings


def parts(settings: Settings) -> Parts:
    """Put procurement together for the authority that the settings name."""
    authority = load(settings.authority)
    return Parts(
        name="procurement",
        role=PROCUREMENT_OFFICE,
        logs=("procurement.events", "procurement.outreach"),
        duties_in=("procurement.events", "procurement.outreach"),
        rules=rules(authority),
        views=(
            ENTERPRISE,
            KNOWLEDGE,
            OUTREACH,
            TENDER,
            REACH,
            CONTACT,
            TOLD,
            LETTER,
            APPROVAL,
            REACH_FIGURES,
            GUIDANCE,
            GUIDANCE_LETTER,
            RESEALED,
        ),
        reactions=REACTIONS,
        operations=OPERATIONS,
        queries=QUERIES,
        needs=lambda of: (
            () if "/" in of else (f"tender/{of}",)
        ),  # what follows a contract's term is reckoned from its tender
        duties_read_by=OFFICE,
        audited_by=(*OFFICE, AUDITOR),
        reported_by=(*OFFICE, AUDITOR, PUBLISHER),
        sealed=("procurement.outreach",),
        apart=r"^(?:tender/|outreach/|duty/gs-[68]\.[a-z-]+/)([^/]+)",
        boundaries=(Closings(), KnowledgeYears(authority.duties_from), ReachQuarters(authority)),
        uploads=UPLOADS,
        led=(Post(),),
    )


if __name__ == "__main__":
    main(parts)

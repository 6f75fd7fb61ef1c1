"""Composition root of consultation: wiring and nothing else. `python -m services.consultation.app` runs a process of it."""

from services.consultation.api import OPERATIONS, QUERIES, READ
from services.consultation.domain.calendar import year_began
from services.consultation.domain.reactions import REACTIONS
from services.consultation.domain.rules import rules
from services.consultation.views import cited
from services.consultation.views.consultation import CONSULTATION
from services.consultation.views.partner import PARTNER
from services.consultation.views.wise import WISE
from shared.log.ticking import YearBegins
from shared.parts import Parts
from shared.policy.authority import load
from shared.policy.role import EXECUTIVE_OFFICE, PUBLISHER
from shared.process import main
from shared.settings import Settings


def parts(settings: Settings) -> Parts:
    """Put consultation together for the authority that the settings name."""
    authority = load(settings.authority)
    return Parts(
        name="consultation",
        role=EXECUTIVE_OFFICE,
        logs=("consultation.events",),
        duties_in=("consultation.events",),
        rules=rules(authority),
        views=(CONSULTATION, PARTNER, WISE, *cited.VIEWS),
        reactions=REACTIONS,
        operations=OPERATIONS,
        queries=QUERIES,
        duties_read_by=READ,
        audited_by=READ,
        reported_by=(*READ, PUBLISHER),
        boundaries=(YearBegins(authority.duties_from, year_began, "consultation"),),
    )


if __name__ == "__main__":
    main(parts)
